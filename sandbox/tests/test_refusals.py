"""The refusals that real clients met: same status, same recognisable fragment."""

import uuid

import pytest
from sandbox_client import (
    cash_sale,
    external_invoice,
    id_of,
    invoice_draft,
    purchase_line,
    sale_line,
    supplier_bill,
)


def test_no_token(api, client_for):
    for token in ("", "nonsense"):
        client = client_for(token)
        client.refused(client.get("/user"), 401)
        client.refused(client.get("/contacts"), 401)


def test_no_api_module(client_for):
    client = client_for(company="fiken-demo-uten-api-as")
    client.refused(client.get("/contacts"), 403, "API module not activated")
    company = client.read("/companies")[1]
    assert company["slug"] == "fiken-demo-uten-api-as"
    assert company["hasApiAccess"] is False


def test_no_project_module(client_for):
    client = client_for(company="fiken-demo-uten-mva-as")
    client.refused(client.get("/projects"), 402, "module not activated")
    project = {"number": "1", "name": "x", "startDate": "2026-01-01"}
    client.refused(client.post("/projects", project), 402)


def test_unknown_company(client_for):
    client = client_for(company="finnes-ikke-as")
    client.refused(client.get("/contacts"), 404)


@pytest.mark.parametrize("series", ["invoices", "creditNotes", "offers"])
def test_series_not_started(api, series):
    api.refused(api.get(f"/{series}/counter"), 401, "counter not initialized")
    # … with a token that is quite alive
    assert api.get("/user").status_code == 200
    assert api.post(f"/{series}/counter", {}).status_code == 201
    assert api.read(f"/{series}/counter") == {"value": 10000}
    api.refused(api.post(f"/{series}/counter", {"value": 5}), 409)


def test_invoice_without_series(api):
    customer = api.contact()
    draft = api.create("/invoices/drafts", invoice_draft(customer))
    for _ in range(2):
        api.refused(
            api.post(f"{draft}/createInvoice"),
            400,
            "Missing number series for drafts of type",
        )
    api.post("/invoices/counter", {"value": 499})
    invoice = api.read(api.create(f"{draft}/createInvoice"))
    assert invoice["invoiceNumber"] == 500
    api.refused(
        api.post(
            "/creditNotes/full",
            {"issueDate": "2026-01-10", "invoiceId": invoice["invoiceId"]},
        ),
        409,
        "counter not initialized",
    )


def test_draft_without_type_or_customer(api):
    draft = invoice_draft(api.contact())
    for name in ("type", "customerId"):
        body = {key: value for key, value in draft.items() if key != name}
        api.refused(api.post("/invoices/drafts", body), 400, f"'{name}' er påkrevd")


def test_free_text_line_needs_an_account(api):
    line = {"quantity": 1, "description": "x", "unitPrice": 100, "vatType": "HIGH"}
    body = invoice_draft(api.contact(), line)
    api.refused(api.post("/invoices/drafts", body), 400, "incomeAccount is required")


def test_only_cash_invoice_drafts_have_a_payment_account(api):
    body = invoice_draft(api.contact(), paymentAccount="1920:10001")
    fragment = "cannot have a payment account"
    api.refused(api.post("/invoices/drafts", body), 400, fragment)
    api.create("/invoices/drafts", {**body, "type": "cash_invoice"})


def test_invoice_without_bank_account_number(started):
    body = invoice_draft(started.contact())
    del body["bankAccountNumber"]
    draft = started.create("/invoices/drafts", body)
    started.refused(started.post(f"{draft}/createInvoice"), 500, "Kontonummer mangler")


def test_bank_account_not_verified(control, client_for):
    control.post("reset", {"counters": True, "bank_verified": False})
    client = client_for()
    draft = client.create("/invoices/drafts", invoice_draft(client.contact()))
    answer = client.post(f"{draft}/createInvoice")
    client.refused(answer, 403, "has not been verified")
    assert "15031234562" in answer.json()["message"]
    # The person issues one invoice in Fiken's own pages.
    account = client.read("/bankAccounts")[0]["bankAccountId"]
    control.post(
        "edit",
        {
            "slug": client.company,
            "resource": "bankAccounts",
            "id": account,
            "changes": {"verified": True},
        },
    )
    client.create(f"{draft}/createInvoice")


def test_not_registered_for_vat(client_for):
    client = client_for(company="fiken-demo-uten-mva-as")
    customer = client.contact()
    body = external_invoice(customer)
    answer = client.post("/sales", body)
    client.refused(answer, 400, "company is not VAT registered")
    client.refused(answer, 400, "OUTSIDE")
    body["lines"] = [sale_line(10000, 0, "OUTSIDE", "3200")]
    client.create("/sales", body)
    line = purchase_line(10000, 0, "NONE", "4300")
    client.create("/purchases", supplier_bill(customer, line))
    product = {"name": "x", "incomeAccount": "3000", "vatType": "HIGH", "active": True}
    client.refused(client.post("/products", product), 400, "not VAT registered")


@pytest.mark.parametrize("name", ["totalPaid", "paymentAccount", "paymentDate"])
def test_cash_sale_without_its_payment(api, name):
    body = cash_sale()
    del body[name]
    api.refused(api.post("/sales", body), 400, f"Missing field '{name}'")


def journal(*lines, description="Test"):
    entry = {"description": description, "date": "2026-03-01", "lines": list(lines)}
    return {"journalEntries": [entry]}


def test_journal_entry_out_of_balance(api, control):
    body = journal(
        {"amount": 10000, "debitAccount": "6800"},
        {"amount": 5000, "creditAccount": "1920:10001"},
    )
    answer = api.post("/generalJournalEntries", body)
    api.refused(answer, 400, "er ikke null")
    api.refused(answer, 400, "50,00")
    assert control.balances() == {}


@pytest.mark.parametrize("account", ["1920", "1500", "2400"])
def test_journal_entry_needs_sub_accounts(api, account):
    line = {"amount": 100, "debitAccount": account, "creditAccount": "1901"}
    answer = api.post("/generalJournalEntries", journal(line))
    api.refused(answer, 400, f"Kan ikke opprette konto {account}")


def test_journal_description_too_long(api):
    line = {"amount": 100, "debitAccount": "1901", "creditAccount": "1920:10001"}
    api.create("/generalJournalEntries", journal(line, description="x" * 166))
    answer = api.post("/generalJournalEntries", journal(line, description="x" * 167))
    api.refused(answer, 500, "200 tegn")


def test_what_is_gone(api):
    for path in ("invoices", "creditNotes", "sales", "purchases"):
        answer = api.get(f"/{path}/drafts/1")
        api.refused(answer, 404, "draft found with provided id")
    for path in ("contacts", "products", "sales", "purchases", "invoices", "inbox"):
        api.refused(api.get(f"/{path}/1"), 404)
    body = {"issueDate": "2026-01-10", "invoiceId": 1}
    api.refused(api.post("/creditNotes/full", body), 404)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/contacts/{id}"),
        ("PATCH", "/products/{id}"),
        ("POST", "/journalEntries"),
        ("DELETE", "/accounts/3000"),
        ("PUT", "/invoices/{id}"),
    ],
)
def test_methods_that_do_not_exist(api, method, path):
    path = path.format(id=api.contact())
    api.refused(api.call(method, path, json={}), 405)


def test_kebab_case_is_refused(api):
    api.refused(api.get("/bank-accounts"), 404)


def test_wrong_content_types(api):
    answer = api.call("POST", "/contacts", data="name=x")
    api.refused(answer, 415)
    answer = api.call(
        "POST", "/contacts", data="name=x", headers={"Content-Type": "text/plain"}
    )
    api.refused(answer, 415)
    sale = id_of(api.create("/sales", cash_sale()))
    body = {"filename": "a.pdf"}
    api.refused(api.post(f"/sales/{sale}/attachments?attachToSale=true", body), 415)


def test_no_cors(api):
    assert api.session.options(api.address("/contacts")).status_code == 500


def test_broken_json(api):
    headers = {"Content-Type": "application/json"}
    api.refused(api.call("POST", "/contacts", data="{", headers=headers), 400, "JSON")
    api.refused(api.call("POST", "/contacts", data="[]", headers=headers), 400)


# -- amounts, types, accounts ----------------------------------------------------------


@pytest.mark.parametrize(
    ("net", "vat", "vat_type", "account"),
    [
        (10000, 2501, "HIGH", "3000"),
        (10000, 2500, "MEDIUM", "3030"),
        (10000, 1, "EXEMPT", "3100"),
        # 25 % of 0,10 is 0,025, which is 0,03
        (10, 2, "HIGH", "3000"),
    ],
)
def test_vat_must_be_the_rates(api, control, net, vat, vat_type, account):
    body = external_invoice(api.contact(), sale_line(net, vat, vat_type, account))
    api.refused(api.post("/sales", body), 400, "vat is")
    control.set(vat_tolerance_ore=1)
    # A tolerance is for rounding, not for VAT where there is none.
    within = vat_type == "HIGH"
    assert api.post("/sales", body).status_code == (201 if within else 400)


def test_half_an_ore_is_rounded_up(api):
    api.create("/sales", external_invoice(api.contact(), sale_line(10, 3)))
    api.create("/sales", external_invoice(api.contact(), sale_line(-10, -3)))


@pytest.mark.parametrize(
    ("vat_type", "account"),
    [("HIGH", "3030"), ("HIGH", "3100"), ("EXEMPT", "3000"), ("MEDIUM", "3000")],
)
def test_account_and_type_must_go_together(api, vat_type, account):
    vat = {"HIGH": 2500, "MEDIUM": 1500, "EXEMPT": 0}[vat_type]
    line = sale_line(10000, vat, vat_type, account)
    body = external_invoice(api.contact(), line)
    api.refused(api.post("/sales", body), 400, f"cannot be used with account {account}")
    product = {
        "name": "x",
        "incomeAccount": account,
        "vatType": vat_type,
        "active": True,
    }
    api.refused(api.post("/products", product), 400, account)


def test_unknown_account_is_named(api):
    body = external_invoice(api.contact(), sale_line(account="3999"))
    api.refused(api.post("/sales", body), 400, "3999")
    payment = {"date": "2026-02-01", "account": "1920:99999", "amount": 100}
    sale = api.create("/sales", external_invoice(api.contact()))
    api.refused(api.post(f"{sale}/payments", payment), 400, "1920:99999")


def test_unknown_vat_type(api):
    body = external_invoice(api.contact(), sale_line(vat_type="HØY"))
    api.refused(api.post("/sales", body), 400, "HØY")
    line = purchase_line(vat_type="EXEMPT", vat=0)
    api.refused(api.post("/purchases", supplier_bill(api.contact(), line)), 400)


@pytest.mark.parametrize("date", ["2026-02-30", "31.01.2026", "2026-1-31", ""])
def test_dates_are_dates(api, date):
    body = external_invoice(api.contact(), date=date)
    api.refused(api.post("/sales", body), 400, "date")


def test_amounts_are_whole_ore(api):
    line = sale_line()
    line["netPrice"] = 10000.5
    api.refused(api.post("/sales", external_invoice(api.contact(), line)), 400)


def test_roles(api):
    supplier = api.contact(customer=False)
    customer = api.contact(supplier=False)
    api.refused(
        api.post("/sales", external_invoice(supplier)), 400, "is not a customer"
    )
    api.refused(
        api.post("/purchases", supplier_bill(customer)), 400, "is not a supplier"
    )
    api.refused(api.post("/sales", external_invoice(1)), 400, "no contact")


def test_supplier_bill_needs_a_supplier(api):
    body = supplier_bill(api.contact())
    del body["supplierId"]
    api.refused(api.post("/purchases", body), 400, "'supplierId' er påkrevd")
    body = supplier_bill(api.contact(), kind="supplier_invoice")
    api.refused(api.post("/purchases", body), 400, "kind")


def test_kind_invoice_is_not_posted(api):
    body = external_invoice(api.contact(), kind="invoice")
    api.refused(api.post("/sales", body), 400, "POST /invoices")


def test_invoices_are_not_deleted(started):
    draft = started.create("/invoices/drafts", invoice_draft(started.contact()))
    invoice = started.read(started.create(f"{draft}/createInvoice"))
    sale = f"/sales/{invoice['sale']['saleId']}"
    started.refused(started.patch(f"{sale}/delete", description="x"), 400)
    transaction = f"/transactions/{invoice['sale']['transactionId']}"
    started.refused(started.patch(f"{transaction}/delete", description="x"), 400)


def test_refused_requests_leave_nothing_behind(started, control):
    good = {
        "quantity": 1,
        "description": "x",
        "unitPrice": 100,
        "vatType": "HIGH",
        "incomeAccount": "3000",
    }
    bad = {**good, "incomeAccount": "3030"}
    draft = started.create(
        "/invoices/drafts", invoice_draft(started.contact(), good, bad)
    )
    started.refused(started.post(f"{draft}/createInvoice"), 400)
    assert control.balances() == {}
    # … not even a number
    assert started.read("/invoices/counter") == {"value": 10000}
    assert started.get(draft).status_code == 200


def test_attachments_need_a_purpose_and_a_name(api):
    sale = api.create("/sales", cash_sale())
    path = f"{sale}/attachments"
    api.refused(api.upload(path), 400, "attachToSale")
    for ending in ("heic", "txt"):
        answer = api.upload(path, f"bilag.{ending}", {"attachToSale": "true"})
        api.refused(answer, 400, "filename")
    answer = api.upload(path, query={"attachToSale": "true"})
    assert answer.status_code == 201
    # Only an attachment's Location ends in a UUID.
    uuid.UUID(answer.headers["Location"].rpartition("/")[2])


def test_strict_mode_names_what_it_does_not_know(api, control):
    body = external_invoice(api.contact(), saleNumbr="F-1")
    body["lines"][0]["quantity"] = 1
    api.create("/sales", body)
    assert api.get("/contacts", nmae="x").status_code == 200
    control.set(strict=True)
    answer = api.post("/sales", body)
    api.refused(answer, 400, "lines[0].quantity, saleNumbr")
    api.refused(api.get("/contacts", nmae="x"), 400, "nmae")
    api.refused(api.get("/contacts/1", name="x"), 400, "name")
    body = external_invoice(api.contact(), paid=False)
    api.create("/sales", body)
