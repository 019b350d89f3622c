"""Every answer of a walk through the whole API keeps to Fiken's OpenAPI document.

All other tests hold their answers against the document too; here is seen to it that no
operation is left out, and that the check itself finds what is wrong.
"""

import re

import pytest
from contract import OLD_DIFFERENCES, Contract
from sandbox_client import (
    Client,
    cash_sale,
    external_invoice,
    invoice_draft,
    supplier_bill,
)

# Time tracking and received documents are nothing the addon uses.
LEFT_OUT = re.compile(r"/(timeEntries|activities|timeUsers)\b")

DAY = "2026-01-31"
PAYMENT = {"date": "2026-02-01", "account": "1920:10001", "amount": 5000}


@pytest.fixture
def document(openapi):
    if openapi is None:
        pytest.skip("Fiken's OpenAPI document is not at hand")
    return openapi


def walk(api):
    """Every operation at least once, with much or little in the records."""
    for path in ("invoices", "creditNotes", "offers", "orderConfirmations"):
        assert api.post(f"/{path}/counter", {}).status_code == 201
        api.read(f"/{path}/counter")
    walk_company(api)
    project = {
        "number": "P-1",
        "name": "Butikk",
        "description": "x",
        "startDate": DAY,
        "endDate": DAY,
        "contactId": api.contact("Prosjekteier"),
    }
    project = api.create("/projects", project)
    api.patch(project, {"name": "Butikken"})
    project_id = api.read(project)["projectId"]
    api.read("/projects", completed="false")
    customer = walk_contacts(api)
    product = walk_products(api)
    walk_invoices(api, customer, product, project_id)
    walk_other_documents(api, customer)
    walk_sales(api, customer, project_id)
    walk_purchases(api, customer, project_id)
    walk_journal(api)
    inbox = api.upload("/inbox", "strøm.pdf", name="Strøm", description="januar")
    api.read(inbox.headers["Location"])
    api.read("/inbox", status="all", sortBy="name asc")
    assert api.delete(api.create("/projects", {**NEW_PROJECT})).status_code == 204


NEW_PROJECT = {"number": "P-2", "name": "Kort", "startDate": DAY}


def walk_company(api):
    api.read("/user")
    api.read("/companies", page=0, pageSize=10, sortBy="name asc")
    api.read(f"/companies/{api.company}")
    api.read("/accounts", fromAccount=1900, toAccount=1999)
    api.read("/accounts", range="1900-1999, 7740")
    api.read("/accounts/1920:10001")
    api.read("/accountBalances", date=DAY, fromAccount=1900, toAccount=1999)
    api.read("/accountBalances/1920:10001", date=DAY)
    body = {
        "name": "Valuta",
        "bankAccountNumber": "97101112229",
        "type": "foreign",
        "bic": "DNBANOKK",
        "iban": "NO9386011117947",
    }
    api.read(api.create("/bankAccounts", body))
    api.read("/bankAccounts", inactive="false")
    api.read("/bankBalances", date=DAY)


def walk_contacts(api):
    address = {
        "streetAddress": "Kaigata 1",
        "streetAddressLine2": "2. etg.",
        "city": "Bergen",
        "postCode": "5003",
        "country": "Norway",
    }
    customer = api.contact(
        email="post@fjord.no",
        organizationNumber="987654317",
        phoneNumber="22334455",
        memberNumberString="odoo-1",
        bankAccountNumber="15031234562",
        currency="NOK",
        language="NORWEGIAN",
        daysUntilInvoicingDueDate=14,
        discount=2.5,
        address=address,
        groups=["Hotell"],
        contactPerson=[{"name": "Ida", "email": "ida@fjord.no", "address": address}],
    )
    path = f"/contacts/{customer}"
    api.upload(f"{path}/attachments", comment="Avtale")
    api.put(path, {"name": "Fjord Hotell AS", "customer": True, "supplier": True})
    answer = api.post(f"{path}/contactPerson", {"name": "Per", "email": "per@fjord.no"})
    person = answer.headers["Location"]
    api.read(person)
    api.put(person, {"name": "Per B", "email": "per@fjord.no"})
    api.read(f"{path}/contactPerson")
    api.delete(person)
    api.read(path)
    api.read("/contacts", customer="true", sortBy="lastModified desc")
    api.read("/groups")
    assert api.delete(f"/contacts/{api.contact('Kort')}").status_code == 204
    return customer


def walk_products(api):
    product = api.product(productNumber="K-1", stock=5.5, note="x")
    api.read(f"/products/{product}")
    body = {
        "name": "Kopp",
        "incomeAccount": "3000",
        "vatType": "HIGH",
        "active": True,
        "unitPrice": 9900,
    }
    api.put(f"/products/{product}", body)
    api.read("/products", active="true")
    assert api.delete(f"/products/{api.product()}").status_code == 204
    return product


def walk_draft(api, path, body, finish):
    """All operations of a draft; the address of what it becomes."""
    drafts = f"/{path}/drafts"
    api.delete(api.create(drafts, body))
    draft = api.create(drafts, body)
    assert api.put(draft, body).status_code == 201
    api.upload(f"{draft}/attachments")
    api.read(f"{draft}/attachments")
    api.read(draft)
    api.read(drafts, pageSize=5)
    return api.create(f"{draft}/{finish}")


def walk_invoices(api, customer, product, project):
    line = {"productId": product, "quantity": 1.5, "discount": 10, "comment": "x"}
    body = invoice_draft(
        customer,
        line,
        projectId=project,
        invoiceText="Takk",
        yourReference="Ida",
        ourReference="Kari",
        orderReference="PO-1",
    )
    location = walk_draft(api, "invoices", body, "createInvoice")
    api.upload(f"{location}/attachments")
    api.read(f"{location}/attachments")
    invoice = api.read(location)
    api.patch(location, {"newDueDate": "2026-03-01"})
    send = {"method": ["letter", "email", "auto"], "includeDocumentAttachments": True}
    api.post("/invoices/send", {**send, "invoiceId": invoice["invoiceId"]})
    direct = {
        "issueDate": DAY,
        "dueDate": DAY,
        "customerId": customer,
        "bankAccountCode": "1920:10001",
        "cash": True,
        "paymentAccount": "1920:10001",
        "currency": "EUR",
        "lines": [{"productId": product, "quantity": 1}],
    }
    api.read(api.create("/invoices", direct))
    api.read("/invoices", settled="false", issueDateGe="2026-01-01")
    api.post("/products/salesReport", {"from": "2026-01-01", "to": DAY})

    credit = {"unitPrice": 5000, "quantity": 1, "productId": product}
    partial = {
        "issueDate": DAY,
        "invoiceId": invoice["invoiceId"],
        "lines": [credit],
        "project": project,
    }
    api.read(api.create("/creditNotes/partial", partial))
    full = {"issueDate": DAY, "invoiceId": invoice["invoiceId"]}
    note = api.read(api.create("/creditNotes/full", full))
    api.post("/creditNotes/send", {**send, "creditNoteId": note["creditNoteId"]})
    body = invoice_draft(customer, type="credit_note")
    api.read(walk_draft(api, "creditNotes", body, "createCreditNote"))
    api.read("/creditNotes", settled="false")


def walk_other_documents(api, customer):
    body = invoice_draft(customer, type="offer")
    offer = api.read(walk_draft(api, "offers", body, "createOffer"))
    send = {"method": ["email"], "includeDocumentAttachments": True}
    send["recipientEmail"] = "post@fjord.no"
    api.post("/offers/send", {**send, "offerId": offer["offerId"]})
    api.read("/offers")
    body = invoice_draft(customer, type="order_confirmation")
    path = "orderConfirmations"
    confirmation = walk_draft(api, path, body, "createOrderConfirmation")
    api.read(confirmation)
    api.read(f"/{path}")
    api.create(f"{confirmation}/createInvoiceDraft")


def order_draft(contact, project, **fields):
    line = {
        "text": "Kopp",
        "vatType": "HIGH",
        "incomeAccount": "3000",
        "net": 10000,
        "gross": 12500,
        "projectId": project,
    }
    return {
        "cash": False,
        "paid": True,
        "contactId": contact,
        "invoiceNumber": "U-1",
        "invoiceIssueDate": DAY,
        "dueDate": DAY,
        "kid": "1234",
        "projectId": project,
        "payments": [PAYMENT],
        "lines": [line],
        **fields,
    }


def walk_sales(api, customer, project):
    api.read(api.create("/sales", cash_sale(paymentFee=100, projectId=project)))
    sale = api.create("/sales", external_invoice(customer, saleNumber="F-1", kid="12"))
    api.upload(f"{sale}/attachments", query={"attachToSale": "true"})
    api.read(f"{sale}/attachments")
    api.read(api.create(f"{sale}/payments", PAYMENT))
    api.read(f"{sale}/payments")
    lost = {"type": "OVERDUE_6_MONTHS", "date": "2026-11-01", "comment": "x"}
    assert api.patch(f"{sale}/writeOff", lost).status_code == 200
    sale = api.create("/sales", external_invoice(customer))
    assert api.patch(f"{sale}/settled", settledDate=DAY).status_code == 200
    assert api.patch(f"{sale}/delete", description="x").status_code == 200
    line = {
        "description": "x",
        "vatType": "EXEMPT_IMPORT_EXPORT",
        "account": "3130",
        "netPriceInCurrency": 10000,
    }
    sale = api.create("/sales", external_invoice(customer, line, currency="EUR"))
    api.create(f"{sale}/payments", {**PAYMENT, "currency": "EUR", "amountInNok": 57000})
    api.read(sale)
    body = order_draft(customer, project)
    api.read(walk_draft(api, "sales", body, "createSale"))
    api.read("/sales", settled="true", dateLe=DAY)


def walk_purchases(api, supplier, project):
    bill = supplier_bill(supplier, identifier="B-1", kid="1234", projectId=project)
    purchase = api.create("/purchases", bill)
    api.upload(f"{purchase}/attachments", query={"attachToSale": "true"})
    api.read(f"{purchase}/attachments")
    api.read(api.create(f"{purchase}/payments", PAYMENT))
    api.read(f"{purchase}/payments")
    api.read(purchase)
    assert api.patch(f"{purchase}/delete", description="x").status_code == 200
    body = order_draft(supplier, project)
    api.read(walk_draft(api, "purchases", body, "createPurchase"))
    api.read("/purchases", sortBy="date desc", paid="false")


def walk_journal(api):
    lines = [
        {"amount": 10000, "debitAccount": "6800", "debitVatCode": 1},
        {"amount": 12500, "creditAccount": "1920:10001"},
    ]
    entry = {"description": "Rekvisita", "date": DAY, "lines": lines}
    transaction = api.create("/generalJournalEntries", {"journalEntries": [entry]})
    entries = api.read(transaction)["entries"]
    path = f"/journalEntries/{entries[0]['journalEntryId']}"
    api.upload(f"{path}/attachments")
    api.read(f"{path}/attachments")
    api.read(path)
    assert api.patch(f"{transaction}/delete", description="x").status_code == 200
    api.read("/journalEntries", date=DAY)
    api.read("/transactions", pageSize=100)


def never_answered(contract, seen):
    """The operations of the document without a successful answer."""
    missing = {
        f"{method} {template}"
        for template, _pattern, method, _operation, _parameters in contract.operations
        if not LEFT_OUT.search(template)
    }
    for method, path, status in seen:
        found = contract.operation(method, path)
        if found and status < 400:
            missing.discard(f"{method} {found[0]}")
    return missing


@pytest.mark.parametrize(
    ("kept", "switches"),
    [
        ("2026-09", {}),
        ("2026-05", {"spec": "2026-05"}),
        ("null", {"absent_fields": "null"}),
        ("empty", {"absent_fields": "empty"}),
    ],
)
def test_every_operation_keeps_to_the_document(
    control, contracts, document, kept, switches
):
    control.set(**switches)
    api = Client(control.url, contracts)
    api.kept = kept
    walk(api)
    assert not never_answered(Contract(document, OLD_DIFFERENCES), api.seen)
    assert control.books()["sum"] == 0


def test_what_the_walk_sent_keeps_to_it_too(control, contracts, document):
    walk(Client(control.url, contracts))
    contract = contracts["2026-09"]
    for sent in control.get("requests"):
        pairs = [pair.split("=") for pair in sent["query"].split("&") if pair]
        query = {name: value.replace("+", " ") for name, value in pairs}
        problems = contract.check_request(
            sent["method"], sent["path"], query, sent["body"]
        )
        assert not problems, problems


@pytest.fixture
def contract(document):
    return Contract(document)


def test_wrong_requests_are_found(contract):
    path = "/companies/x/sales"
    body = cash_sale()
    assert not contract.check_request("POST", path, {}, body)
    for wrong in (
        {**body, "kind": "cash"},
        {**body, "date": "31.01.2026"},
        {**body, "totalPaid": 12.5},
        {**body, "saleNumbr": "x"},
        {**body, "lines": [{**body["lines"][0], "account": 3000}]},
        {name: value for name, value in body.items() if name != "lines"},
        None,
    ):
        assert contract.check_request("POST", path, {}, wrong), wrong
    assert contract.check_request("GET", path, {"saleNummer": "x"})
    assert contract.check_request("GET", path, {"date": "x"})
    assert contract.check_request("GET", path, {"settled": "yes"})
    assert contract.check_request("GET", "/companies/x/accountBalances", {})
    assert contract.check_request("GET", "/companies/x/salg")
    read_only = {"name": "x", "customerNumber": 1}
    assert contract.check_request("POST", "/companies/x/contacts", {}, read_only)


def test_wrong_answers_are_found(contract):
    path = "https://api.fiken.no/api/v2/companies/x/contacts"
    pages = dict.fromkeys(
        [
            "fiken-api-page",
            "fiken-api-page-size",
            "fiken-api-page-count",
            "fiken-api-result-count",
        ],
        "0",
    )
    good = {"contactId": 1, "name": "x"}
    assert not contract.check_response("GET", path, 200, pages, [good])
    assert contract.check_response("GET", path, 200, {}, [good])
    assert contract.check_response("GET", path, 201, pages, [good])
    assert contract.check_response("GET", path, 200, pages, good)
    assert contract.check_response("GET", path, 200, pages, None)
    for wrong in (
        {"contactId": "1"},
        {"name": None},
        {"customerNumber": 2**31},
        {"odooId": 1},
    ):
        answer = [{**good, **wrong}]
        assert contract.check_response("GET", path, 200, pages, answer), wrong
    created = {"Location": "x"}
    assert not contract.check_response("POST", path, 201, created, None)
    assert contract.check_response("POST", path, 201, {}, None)
    assert contract.check_response("POST", path, 201, created, good)
    assert not contract.check_response("POST", path, 400, {}, {"message": "x"})
    assert contract.check_response("POST", path, 422, {}, {"detail": []})


def test_missing_nulls_are_found(contracts, document):
    path = "/companies/x/accounts/3000"
    for kept, nothing in (("null", None), ("empty", "")):
        check = contracts[kept].check_response
        assert not check("GET", path, 200, {}, {"code": "3000", "name": nothing})
        assert check("GET", path, 200, {}, {"code": "3000"})
    assert check("GET", path, 200, {}, {"code": "3000", "name": None})
    assert check("GET", "/companies/x/invoices/counter", 200, {}, {"value": ""})
