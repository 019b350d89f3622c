"""Contacts, products, projects, accounts, inbox, drafts; lists, filters and pages."""

import pytest
from sandbox_client import cash_sale, external_invoice, id_of, invoice_draft, sale_line


def test_ids_are_beyond_32_bits(api):
    assert api.contact() > 2**31


def test_ids_never_come_back(api, control):
    first = api.contact()
    assert api.delete(f"/contacts/{first}").status_code == 204
    control.post("reset")
    assert api.contact() > first


def test_chart_of_accounts_wants_paging(api):
    answer = api.get("/accounts", pageSize=100)
    assert int(answer.headers["Fiken-Api-Result-Count"]) > 500
    assert len(answer.json()) == 100
    pages = int(answer.headers["Fiken-Api-Page-Count"])
    codes = [
        account["code"]
        for page in range(pages)
        for account in api.read("/accounts", pageSize=100, page=page)
    ]
    assert (
        len(codes) == len(set(codes)) == int(answer.headers["Fiken-Api-Result-Count"])
    )
    assert {"1901", "1920:10001", "1960:10001", "2740", "3000", "7740"} <= set(codes)
    assert api.read("/accounts", pageSize=100, page=pages) == []


def test_accounts_by_range(api):
    codes = [row["code"] for row in api.read("/accounts", range="1900-1909, 7740")]
    assert codes == ["1900", "1901", "1902", "1905", "1909", "7740"]
    rows = api.read("/accounts", fromAccount=3000, toAccount=3009)
    assert [row["code"] for row in rows] == ["3000", "3009"]
    api.refused(api.get("/accounts/1920"), 404)
    api.refused(api.get(f"/contacts/{10**30}"), 404)
    api.refused(api.get("/contacts", page=10**30), 400)
    assert api.read("/accounts/1920:10001")["name"] == "Driftskonto"


@pytest.mark.parametrize("query", [{"pageSize": 101}, {"pageSize": 0}, {"page": -1}])
def test_page_sizes_have_limits(api, query):
    api.refused(api.get("/contacts", **query), 400)


def test_pages_of_a_list(api):
    for number in range(30):
        api.contact(f"Kunde {number}")
    answer = api.get("/contacts")
    assert len(answer.json()) == 25
    headers = {
        name: answer.headers[f"Fiken-Api-{name}"]
        for name in ("Page", "Page-Size", "Page-Count", "Result-Count")
    }
    assert headers == {
        "Page": "0",
        "Page-Size": "25",
        "Page-Count": "2",
        "Result-Count": "30",
    }
    assert len(api.read("/contacts", page=1)) == 5
    assert api.read("/contacts", page=2) == []
    newest = api.read("/contacts", sortBy="createdDate desc", pageSize=1)
    assert newest[0]["name"] == "Kunde 29"
    api.refused(api.get("/contacts", sortBy="name asc"), 400)


def test_filters_are_exact_and_know_no_case(api):
    contact = api.contact(
        "Ærfugl Kafé AS",
        email="Post@Aerfugl.no",
        organizationNumber="987654317",
        phoneNumber="22334455",
        memberNumberString="odoo-ab12-7",
        groups=["Kaféer"],
    )
    api.contact("Ærfugl")
    for query in (
        {"name": "ærfugl kafé as"},
        {"email": "post@aerfugl.NO"},
        {"organizationNumber": "987654317"},
        {"phoneNumber": "22334455"},
        {"memberNumberString": "odoo-ab12-7"},
        {"group": "Kaféer"},
        {"customerNumber": "10001"},
        {"supplierNumber": "10001"},
    ):
        found = api.read("/contacts", **query)
        assert [row["contactId"] for row in found] == [contact], query
    assert api.read("/contacts", name="Ærfugl Kafé") == []
    assert api.read("/contacts", memberNumberString="ODOO-AB12-7") == []
    assert api.read("/groups") == ["Kaféer"]


def test_unknown_filters_are_ignored(api):
    api.contact()
    assert len(api.read("/contacts", dateFrom="2030-01-01", mameberNumber="x")) == 1


def test_customers_and_suppliers(api):
    both = api.contact("Begge")
    api.contact("Kunde", supplier=False)
    api.contact("Ingen", customer=False, supplier=False)
    assert len(api.read("/contacts", customer="true")) == 2
    found = api.read("/contacts", customer="true", supplier="true")
    assert [row["contactId"] for row in found] == [both]
    assert len(api.read("/contacts", customer="false")) == 1
    api.refused(api.get("/contacts", customer="yes"), 400)


def test_roles_give_numbers_and_sub_accounts(api):
    contact = api.contact(supplier=False)
    row = api.read(f"/contacts/{contact}")
    assert row["customerNumber"] == 10001
    assert row["customerAccountCode"] == "1500:10001"
    assert "supplierNumber" not in row
    api.put(
        f"/contacts/{contact}", {"name": "Fjord", "customer": True, "supplier": True}
    )
    row = api.read(f"/contacts/{contact}")
    assert row["supplierAccountCode"] == "2400:10001"
    assert api.read("/accounts/2400:10001") == {"code": "2400:10001", "name": "Fjord"}


def test_put_replaces_a_contact_except_what_survives(api, control):
    contact = api.contact(
        email="post@fjord.no",
        phoneNumber="22334455",
        currency="EUR",
        memberNumberString="odoo-1",
        bankAccountNumber="15031234562",
        groups=["A"],
        contactPerson=[{"name": "Ida", "email": "ida@fjord.no"}],
    )
    answer = api.put(f"/contacts/{contact}", {"name": "Fjord AS", "customer": True})
    assert answer.status_code == 200 and not answer.content
    assert id_of(answer.headers["Location"]) == contact
    row = api.read(f"/contacts/{contact}")
    assert row["name"] == "Fjord AS"
    assert "email" not in row and "bankAccountNumber" not in row
    assert row["supplier"] is False and row["supplierNumber"] == 10001
    assert row["phoneNumber"] == "22334455" and row["currency"] == "EUR"
    assert row["memberNumberString"] == "odoo-1" and row["groups"] == ["A"]
    assert [person["name"] for person in row["contactPerson"]] == ["Ida"]
    control.set(contacts_put_blanks_groups=True)
    api.put(f"/contacts/{contact}", {"name": "Fjord AS"})
    assert api.read(f"/contacts/{contact}")["groups"] == []


def test_contact_persons(api):
    contact = f"/contacts/{api.contact()}"
    person = api.create(f"{contact}/contactPerson", {"name": "Ida", "email": "i@x.no"})
    api.refused(api.post(f"{contact}/contactPerson", {"name": "Ida"}), 400, "email")
    api.put(person, {"name": "Ida B", "email": "i@x.no", "phoneNumber": "1"})
    assert api.read(person)["phoneNumber"] == "1"
    assert [row["name"] for row in api.read(f"{contact}/contactPerson")] == ["Ida B"]
    row = api.read(contact)
    assert row["contactPerson"][0]["name"] == "Ida B"
    # Read, merge, write: it is still the same person.
    api.put(contact, {"name": row["name"], "contactPerson": row["contactPerson"]})
    assert api.read(person)["name"] == "Ida B"
    assert api.delete(person).status_code == 204
    api.refused(api.get(person), 404)


def test_used_contact_is_only_made_inactive(api, control):
    unused, used = api.contact(), api.contact()
    api.create("/sales", external_invoice(used))
    assert api.delete(f"/contacts/{unused}").status_code == 204
    answer = api.delete(f"/contacts/{used}")
    assert answer.status_code == 200 and answer.json()["inactive"] is True
    assert len(api.read("/contacts")) == 1
    assert len(api.read("/contacts", inactive="true")) == 1
    assert api.read("/contacts", inactive="false") == []
    control.set(contacts_default_active=True)
    assert api.read("/contacts") == []


def test_contact_attachments(api):
    contact = f"/contacts/{api.contact()}"
    name = "avtale på 100 %.pdf"
    answer = api.upload(f"{contact}/attachments", name, comment="Avtale")
    document = api.read(contact)["documents"][0]
    assert document["comment"] == "Avtale"
    download = api.session.get(document["downloadUrl"])
    assert download.content == b"%PDF-1.4 bilag"
    assert download.headers["Content-Type"] == "application/pdf"
    assert api.delete(answer.headers["Location"]).status_code == 204
    assert api.read(contact)["documents"] == []


def test_address_needs_a_country(api):
    body = {"name": "x", "address": {"city": "Bergen"}}
    api.refused(api.post("/contacts", body), 400, "'address.country' er påkrevd")


def test_stock_is_a_number_one_overwrites(api):
    product = f"/products/{api.product()}"
    assert "stock" not in api.read(product)
    body = {
        "name": "Kopp",
        "incomeAccount": "3000",
        "vatType": "HIGH",
        "active": True,
        "productNumber": "K-1",
    }
    answer = api.put(product, {**body, "stock": 5.5})
    assert answer.status_code == 200
    assert api.read(product)["stock"] == 5.5
    # A PUT replaces: what is left out is gone.
    assert "unitPrice" not in api.read(product)
    api.put(product, body)
    assert "stock" not in api.read(product)
    assert len(api.read("/products", productNumber="K-1")) == 1
    assert len(api.read("/products", name="kopp", active="true")) == 1
    assert api.read("/products", active="false") == []
    assert api.delete(product).status_code == 204
    api.refused(api.get(product), 404)


def test_product_on_an_invoice(started, control):
    product = started.product(stock=10)
    line = {"productId": product, "quantity": 2.5, "unitPrice": 18000}
    control.set(delete_used_product="refuse", invoicing_decrements_stock=True)
    draft = started.create("/invoices/drafts", invoice_draft(started.contact(), line))
    invoice = started.read(started.create(f"{draft}/createInvoice"))
    assert invoice["lines"][0]["incomeAccount"] == "3000"
    assert invoice["lines"][0]["net"] == 45000
    assert started.read(f"/products/{product}")["stock"] == 7.5
    started.refused(started.delete(f"/products/{product}"), 400)
    report = started.post(
        "/products/salesReport", {"from": "2026-01-01", "to": "2026-01-31"}
    ).json()
    assert report[0]["sum"]["grossAmount"] == 56250
    control.set(delete_used_product="accept")
    assert started.delete(f"/products/{product}").status_code == 204


def test_projects(api):
    body = {"number": "P-1", "name": "Butikk", "startDate": "2026-01-01"}
    project = api.create("/projects", body)
    answer = api.patch(project, {"description": "Storgata"})
    assert answer.status_code == 201
    row = api.read(project)
    assert row["number"] == "P-1" and row["description"] == "Storgata"
    assert row["completed"] is False
    assert len(api.read("/projects", number="P-1")) == 1
    assert api.read("/projects", number="P") == []
    sale = api.read(api.create("/sales", cash_sale(projectId=row["projectId"])))
    assert sale["project"]["number"] == "P-1"
    assert api.delete(project).status_code == 204


def test_bank_accounts(api):
    accounts = api.read("/bankAccounts")
    assert [account["accountCode"] for account in accounts] == [
        "1920:10001",
        "1960:10001",
    ]
    body = {"name": "Ny", "bankAccountNumber": "97101112229", "type": "normal"}
    account = api.read(api.create("/bankAccounts", body))
    assert account["accountCode"] == "1920:10002"
    assert api.read("/accounts/1920:10002")["name"] == "Ny"
    body["bankAccountNumber"] = "9710.11.12229"
    api.refused(api.post("/bankAccounts", body), 400, "11 digits")
    assert api.read("/bankBalances", date="2026-01-31") == []


def test_inbox(api):
    answer = api.upload("/inbox", "faktura.pdf", name="Strøm", description="mai")
    document = api.read(answer.headers["Location"])
    assert document["status"] is False and document["name"] == "Strøm"
    assert api.session.get(document["documentUrl"]).content == b"%PDF-1.4 bilag"
    assert len(api.read("/inbox", name="strø", status="unused")) == 1
    assert api.read("/inbox", status="used") == []


def test_sales_are_found_again(api):
    api.create("/sales", cash_sale(saleNumber="POS/0001", date="2026-01-30"))
    customer = api.contact()
    sale = api.create("/sales", external_invoice(customer, saleNumber="POS/0002"))
    assert api.read("/sales", saleNumber="POS/0002")[0]["saleId"] == id_of(sale)
    assert api.read("/sales", saleNumber="POS") == []
    assert len(api.read("/sales", date="2026-01-30")) == 1
    assert len(api.read("/sales", dateGe="2026-01-30", dateLt="2026-01-31")) == 1
    assert len(api.read("/sales", settled="false")) == 1
    assert len(api.read("/sales", contactId=customer)) == 1
    today = api.read(sale)["lastModifiedDate"]
    assert len(api.read("/sales", lastModifiedGe=today)) == 2
    api.refused(api.get("/sales", date="i går"), 400)


def test_purchases_are_found_by_date(api):
    supplier = api.contact()
    line = {**sale_line(account="4300"), "vatType": "HIGH"}
    for date in ("2026-02-01", "2026-01-01"):
        body = {
            "kind": "supplier",
            "date": date,
            "dueDate": "2026-03-01",
            "currency": "NOK",
            "supplierId": supplier,
            "identifier": "B",
            "lines": [line],
        }
        api.create("/purchases", body)
    dates = [row["date"] for row in api.read("/purchases")]
    assert dates == ["2026-01-01", "2026-02-01"]
    dates = [row["date"] for row in api.read("/purchases", sortBy="date desc")]
    assert dates == ["2026-02-01", "2026-01-01"]
    assert len(api.read("/purchases", date="2026-02-01")) == 1
    assert len(api.read("/purchases", paid="false", contactId=supplier)) == 2
    assert api.read("/purchases", contactId=1) == []


def test_projects_of_a_purchase(api):
    projects = [
        id_of(
            api.create(
                "/projects",
                {"number": number, "name": number, "startDate": "2026-01-01"},
            )
        )
        for number in ("A", "B")
    ]
    lines = [
        {**sale_line(account="4300"), "projectId": project} for project in projects
    ]
    body = {
        "kind": "supplier",
        "date": "2026-01-01",
        "dueDate": "2026-03-01",
        "currency": "NOK",
        "supplierId": api.contact(),
        "lines": lines,
    }
    purchase = api.read(api.create("/purchases", body))
    assert [project["number"] for project in purchase["project"]] == ["A", "B"]


UUID = "123e4567-e89b-12d3-a456-426655440000"


def test_uuid_of_a_draft_finds_the_invoice(started):
    body = invoice_draft(started.contact(), uuid=UUID, orderReference="PO-1")
    draft = started.create("/invoices/drafts", body)
    assert [row["uuid"] for row in started.read("/invoices/drafts", uuid=UUID)] == [
        UUID
    ]
    assert len(started.read("/invoices/drafts", orderReference="PO-1")) == 1
    assert started.read("/invoices", invoiceDraftUuid=UUID) == []
    invoice = started.read(started.create(f"{draft}/createInvoice"))
    assert invoice["invoiceNumber"] == 10001 and invoice["kid"]
    assert invoice["dueDate"] == "2026-01-19"
    assert started.read("/invoices/drafts", uuid=UUID) == []
    for query in (
        {"invoiceDraftUuid": UUID},
        {"orderReference": "PO-1"},
        {"invoiceNumber": "10001"},
        {"settled": "false"},
        {"issueDate": "2026-01-05"},
    ):
        found = started.read("/invoices", **query)
        assert [row["invoiceId"] for row in found] == [invoice["invoiceId"]], query
    assert started.read("/invoices", settled="true") == []


def test_put_replaces_a_draft_and_its_lines(started):
    customer = started.contact()
    product = started.product()
    lines = [
        {"productId": product, "quantity": 1},
        {"productId": product, "quantity": 2},
    ]
    body = invoice_draft(customer, *lines, uuid=UUID, invoiceText="Takk")
    draft = started.create("/invoices/drafts", body)
    before = started.read(draft)
    assert before["net"] == 60000 and before["gross"] == 75000
    answer = started.put(draft, invoice_draft(customer, lines[0]))
    assert answer.status_code == 201
    after = started.read(draft)
    assert len(after["lines"]) == 1 and "invoiceText" not in after
    assert after["uuid"] == UUID
    assert started.delete(draft).status_code == 204
    started.refused(started.get(draft), 404)


def test_changing_an_invoice(started):
    draft = started.create("/invoices/drafts", invoice_draft(started.contact()))
    location = started.create(f"{draft}/createInvoice")
    answer = started.patch(location, {"newDueDate": "2026-03-01", "sentManually": True})
    assert answer.status_code == 200 and not answer.content
    invoice = started.read(location)
    assert invoice["dueDate"] == invoice["sale"]["dueDate"] == "2026-03-01"
    assert invoice["originalDueDate"] == "2026-01-19" and invoice["sentManually"]
    started.upload(f"{location}/attachments")
    assert len(started.read(f"{location}/attachments")) == 1
    pdf = started.session.get(started.read(location)["invoicePdf"]["downloadUrl"])
    assert pdf.content.startswith(b"%PDF")


def test_sending(started):
    customer = started.contact(email="post@fjord.no")
    draft = started.create("/invoices/drafts", invoice_draft(customer))
    invoice = id_of(started.create(f"{draft}/createInvoice"))
    body = {
        "invoiceId": invoice,
        "method": ["auto"],
        "includeDocumentAttachments": True,
    }
    answer = started.post("/invoices/send", body)
    assert answer.status_code == 200 and not answer.content
    dispatches = started.read(f"/invoices/{invoice}")["dispatches"]
    assert [dispatch["dispatchType"] for dispatch in dispatches] == ["email"]
    started.refused(started.post("/invoices/send", {**body, "method": ["sms"]}), 400)


def test_credit_note_from_a_draft(started):
    body = invoice_draft(started.contact(), type="credit_note", uuid=UUID)
    draft = started.create("/creditNotes/drafts", body)
    note = started.read(started.create(f"{draft}/createCreditNote"))
    assert note["gross"] == -25000 and "associatedInvoiceId" not in note
    assert not note["settled"]
    found = started.read("/creditNotes", creditNoteDraftUuid=UUID)
    assert [row["creditNoteId"] for row in found] == [note["creditNoteId"]]
    started.refused(
        started.post("/creditNotes/drafts", invoice_draft(started.contact())),
        400,
        "type",
    )


def test_offers_and_order_confirmations(started):
    customer = started.contact()
    draft = started.create("/offers/drafts", invoice_draft(customer, type="offer"))
    offer = started.read(started.create(f"{draft}/createOffer"))
    assert offer["offerNumber"] == 10001 and offer["gross"] == 25000
    body = invoice_draft(customer, type="order_confirmation")
    draft = started.create("/orderConfirmations/drafts", body)
    confirmation = started.create(f"{draft}/createOrderConfirmation")
    invoice = started.create(f"{confirmation}/createInvoiceDraft")
    assert started.read(invoice)["type"] == "invoice"
    assert len(started.read("/orderConfirmations")) == len(started.read("/offers")) == 1


def test_trailing_slashes_are_tolerated(api):
    assert api.get("/contacts/").status_code == 200
