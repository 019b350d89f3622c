"""What others saw the real Fiken do, call by call."""

import pytest
from sandbox_client import (
    KAFFE,
    cash_sale,
    external_invoice,
    id_of,
    invoice_draft,
    purchase_line,
    sale_line,
    supplier_bill,
)

BANK = "1920:10001"


def journal(*lines, description="Test"):
    entry = {"description": description, "date": "2026-03-01", "lines": list(lines)}
    return {"journalEntries": [entry]}


# -- journal entries -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "booked"),
    [
        (
            {"debitAccount": "6540", "debitVatCode": 1, "creditAccount": BANK},
            {"6540": 125000, "2711": 31250, BANK: -156250},
        ),
        (
            {"debitAccount": BANK, "creditAccount": "3000", "creditVatCode": 3},
            {"3000": -125000, "2701": -31250, BANK: 156250},
        ),
        (
            {"debitAccount": "6553", "debitVatCode": 86, "creditAccount": BANK},
            {"6553": 125000, "2716": 31250, "2706": -31250, BANK: -125000},
        ),
        (
            {"debitAccount": "6553", "debitVatCode": 87, "creditAccount": BANK},
            {"6553": 156250, "2706": -31250, BANK: -125000},
        ),
    ],
)
def test_line_with_both_accounts_and_one_vat_code(api, control, line, booked):
    api.create("/generalJournalEntries", journal({"amount": 125000, **line}))
    assert control.balances() == booked
    (entry,) = control.books()["journal"]
    assert sum(line["amount"] for line in entry["lines"]) == 0


def test_one_sided_lines_are_booked_as_they_are(api):
    body = journal(
        {"amount": 10000, "debitAccount": "6800", "debitVatCode": 1},
        {"amount": 10000, "creditAccount": BANK},
    )
    answer = api.post("/generalJournalEntries", body)
    api.refused(answer, 400, "Summen av posteringslinjene er ikke null: 25,00")


# -- wording ---------------------------------------------------------------------------


def test_the_words_of_refusals(api):
    draft = api.create("/invoices/drafts", invoice_draft(api.contact()))
    answer = api.post(f"{draft}/createInvoice")
    api.refused(answer, 400, "Missing number series for drafts of type: invoice.")
    line = {"amount": 100, "debitAccount": "1901", "creditAccount": BANK}
    answer = api.post("/generalJournalEntries", journal(line, description="x" * 167))
    words = "Transaksjonsbeskrivelse kan ikke være på mer enn 200 tegn"
    api.refused(answer, 500, words)
    body = cash_sale()
    del body["totalPaid"]
    words = "Missing field 'totalPaid' for sale marked as paid in NOK"
    api.refused(api.post("/sales", body), 400, words)
    words = "HTTP method POST is not supported by this URL"
    api.refused(api.post("/invoices/1/payments", {}), 400, words)


# -- what is accepted ------------------------------------------------------------------


def test_truth_as_python_writes_it(api):
    api.contact()
    assert len(api.read("/contacts", customer="True")) == 1
    assert api.read("/contacts", inactive="True") == []
    sale = api.create("/sales", cash_sale())
    answer = api.upload(f"{sale}/attachments", query={"attachToSale": "True"})
    assert answer.status_code == 201
    api.refused(api.get("/contacts", customer="1"), 400, "customer")


def test_invoice_with_a_null_for_currency(started):
    body = {
        "issueDate": "2026-01-05",
        "dueDate": "2026-01-19",
        "customerId": started.contact(),
        "bankAccountCode": BANK,
        "cash": False,
        "currency": None,
        "lines": [{"productId": started.product(), "quantity": 1}],
    }
    assert started.read(started.create("/invoices", body))["currency"] == "NOK"


def test_supplier_bill_without_due_date(api):
    body = supplier_bill(api.contact())
    del body["dueDate"]
    assert "dueDate" not in api.read(api.create("/purchases", body))


def test_accounts_as_numbers(started, control):
    line = sale_line(account=3000)
    sale = started.read(started.create("/sales", cash_sale(line)))
    assert sale["lines"][0]["account"] == "3000"
    purchase = supplier_bill(started.contact(), purchase_line(account=4300))
    started.create("/purchases", purchase)
    line = {"amount": 100, "debitAccount": 1901, "creditAccount": BANK}
    started.create("/generalJournalEntries", journal(line))
    product = started.product(incomeAccount=3000)
    assert started.read(f"/products/{product}")["incomeAccount"] == "3000"
    assert control.balances()["4300"] == 10000


def test_cash_purchase_that_does_not_say_how_it_was_paid(api, control):
    body = {
        "kind": "cash_purchase",
        "date": "2026-01-15",
        "currency": "NOK",
        "lines": [purchase_line()],
    }
    location = api.create("/purchases", body)
    purchase = api.read(location)
    assert purchase["paid"] is False and purchase["payments"] == []
    assert control.balances() == {"4300": 10000, "2711": 2500, "2400": -12500}
    payment = {"date": "2026-01-16", "account": BANK, "amount": 12500}
    api.create(f"{location}/payments", payment)
    assert api.read(location)["paid"]
    assert control.balances() == {"4300": 10000, "2711": 2500, BANK: -12500}
    answer = api.post("/purchases", {**body, "paymentDate": "2026-01-15"})
    api.refused(answer, 400, "paymentAccount")


def test_cash_purchase_draft_without_payments(api):
    line = {
        "text": "Kopper",
        "vatType": "HIGH",
        "incomeAccount": 4300,
        "net": 10000,
        "gross": 12500,
    }
    draft = {"cash": True, "paid": False, "lines": [line]}
    location = api.create("/purchases/drafts", draft)
    purchase = api.read(api.create(f"{location}/createPurchase"))
    assert purchase["kind"] == "cash_purchase" and not purchase["paid"]
    # A bill that is paid says by what, and so does a sale.
    paid = api.create(
        "/purchases/drafts", {**draft, "cash": False, "contactId": api.contact()}
    )
    api.put(paid, {**draft, "cash": False, "paid": True, "contactId": api.contact()})
    api.refused(api.post(f"{paid}/createPurchase"), 400, "payments")
    line["incomeAccount"] = "3000"
    sale = api.create("/sales/drafts", {**draft, "lines": [line]})
    api.refused(api.post(f"{sale}/createSale"), 400, "payments")


def test_fractions_of_unit_prices_are_ignored(started):
    product = started.product(unitPrice=20000.9)
    assert started.read(f"/products/{product}")["unitPrice"] == 20000
    line = {
        "quantity": 1,
        "description": "x",
        "unitPrice": 9999.99,
        "vatType": "HIGH",
        "incomeAccount": "3000",
    }
    draft = started.create("/invoices/drafts", invoice_draft(started.contact(), line))
    assert started.read(draft)["lines"][0]["unitPrice"] == 9999
    invoice = started.read(started.create(f"{draft}/createInvoice"))
    assert invoice["net"] == 9999


# -- what some saw and others did not --------------------------------------------------


def test_any_vat_type_on_an_account(api, control):
    lines = [
        sale_line(10000, 0, "NONE", "3000"),
        sale_line(10000, 0, "NONE", "3220"),
        sale_line(10000, 2500, "HIGH", "2900"),
    ]
    contact = api.contact()
    for line in lines:
        answer = api.post("/sales", external_invoice(contact, line))
        api.refused(answer, 400, f"cannot be used with account {line['account']}")
    control.set(account_vat_types="accept")
    for line in lines:
        api.create("/sales", external_invoice(contact, line))
    answer = api.post("/sales", external_invoice(contact, sale_line(account="6800")))
    api.refused(answer, 400, "6800")


@pytest.mark.parametrize("location", ["invoice", "sale"])
def test_an_invoice_may_keep_the_id_of_its_draft(started, control, location):
    control.set(create_invoice_id="draft", create_invoice_location=location)
    draft = started.create("/invoices/drafts", invoice_draft(started.contact()))
    started.upload(f"{draft}/attachments")
    named = id_of(started.create(f"{draft}/createInvoice"))
    invoice = started.read(f"/invoices/{id_of(draft)}")
    assert invoice["invoiceId"] == id_of(draft) and len(invoice["attachments"]) == 1
    expected = {"invoice": id_of(draft), "sale": invoice["sale"]["saleId"]}
    assert named == expected[location]
    started.refused(started.get(draft), 404, "draft found")
    control.set(create_invoice_id="new")
    draft = started.create("/invoices/drafts", invoice_draft(started.contact()))
    started.create(f"{draft}/createInvoice")
    assert started.get(f"/invoices/{id_of(draft)}").status_code == 404


def test_a_refused_draft_is_still_there(api, control):
    draft = api.create("/invoices/drafts", invoice_draft(api.contact()))
    control.set(create_invoice_id="draft")
    api.refused(api.post(f"{draft}/createInvoice"), 400, "series")
    assert api.read(draft)["draftId"] == id_of(draft)


def test_a_bank_account_may_need_no_verification(control, client_for):
    control.post("reset", {"counters": True, "bank_verified": False})
    client = client_for(company=KAFFE)
    draft = client.create("/invoices/drafts", invoice_draft(client.contact()))
    client.refused(client.post(f"{draft}/createInvoice"), 403, "has not been verified")
    control.set(unverified_bank_account="accept")
    client.create(f"{draft}/createInvoice")
    body = invoice_draft(client.contact(), bankAccountNumber="11112233334")
    unknown = client.create("/invoices/drafts", body)
    client.refused(client.post(f"{unknown}/createInvoice"), 403, "11112233334")
