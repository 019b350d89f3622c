"""The switches: what each does, either way."""

import time

import pytest
from sandbox_client import (
    KAFFE,
    Control,
    cash_sale,
    external_invoice,
    id_of,
    invoice_draft,
    sale_line,
    start_sandbox,
    supplier_bill,
)


def test_every_switch_is_explained(control):
    explained = control.get("unknowns/help")
    assert set(explained) == set(control.get("unknowns"))
    for name, switch in explained.items():
        assert switch["meaning"] and switch["source"], name
        assert control.get("unknowns")[name] == switch["default"]
        if isinstance(switch["choices"], list):
            for choice in switch["choices"]:
                control.set(**{name: choice})


def test_wrong_switches(control):
    answer = control.post("unknowns", {"account_1091": "refuse"})
    assert answer.status_code == 400 and "account_1901" in answer.json()["message"]
    for switch in (
        {"account_1901": "maybe"},
        {"vat_tolerance_ore": "1"},
        {"unique_sale_number": 1},
        {"closed_period_to": "soon"},
    ):
        assert control.post("unknowns", switch).status_code == 400


def test_reset_resets_the_switches(control):
    control.set(account_1901="refuse")
    control.post("unknowns", {"reset": True})
    assert control.get("unknowns")["account_1901"] == "accept"


PRESETS = {
    "null": ("absent_fields", "null"),
    "empty": ("absent_fields", "empty"),
    "lists": ("error_shape", "list"),
    "doubled": ("attachments_listed", "twice"),
    "nb": ("country_words", "norwegian"),
}


def test_presets_set_the_switch_they_stand_for(control):
    before = control.get("unknowns")
    for preset, (name, value) in PRESETS.items():
        control.post("unknowns", {"reset": True, "preset": preset})
        assert control.get("unknowns") == {**before, name: value}
    control.set(preset="null", absent_fields="empty", account_1901="refuse")
    assert control.get("unknowns")["absent_fields"] == "empty"
    answer = control.post("unknowns", {"preset": "zero"})
    assert answer.status_code == 400 and "nb" in answer.json()["message"]
    control.post("reset")
    assert control.get("unknowns") == before


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_of_the_environment_survives_every_reset(preset):
    name, value = PRESETS[preset]
    process, url = start_sandbox(SANDBOX_UNKNOWNS=preset)
    try:
        control = Control(url)
        assert control.get("unknowns")[name] == value
        control.post("reset")
        assert control.get("unknowns")[name] == value
        control.set(
            account_1901="refuse",
            **{name: control.get("unknowns/help")[name]["default"]},
        )
        control.post("unknowns", {"reset": True})
        switches = control.get("unknowns")
        assert switches[name] == value and switches["account_1901"] == "accept"
    finally:
        process.terminate()
        process.wait(10)


def test_1901_as_payment_account(api, control):
    body = cash_sale(paymentAccount="1901")
    api.create("/sales", body)
    control.set(account_1901="refuse")
    api.refused(api.post("/sales", body), 400, "1901")


def test_negative_lines(api, control):
    body = external_invoice(
        api.contact(), sale_line(), sale_line(-2000, -500), saleNumber="N"
    )
    sale = api.read(api.create("/sales", body))
    assert sale["netAmount"] == 8000
    refund = external_invoice(api.contact(), sale_line(-2000, -500))
    sale = api.read(api.create("/sales", refund))
    assert sale["outstandingBalance"] == -2500 and not sale["settled"]
    control.set(negative_lines="refuse")
    for refused in (body, refund):
        api.refused(api.post("/sales", refused), 400, "negative")


def test_zero_total(api, control):
    body = external_invoice(api.contact(), sale_line(), sale_line(-10000, -2500))
    assert api.read(api.create("/sales", body))["settled"]
    control.set(zero_total="refuse")
    api.refused(api.post("/sales", body), 400)


@pytest.mark.parametrize(
    ("switch", "account"),
    [
        ("rounding_account_on_sales", "7740"),
        ("balance_accounts_on_sales", "2900"),
        ("balance_accounts_on_sales", "1909"),
    ],
)
def test_other_accounts_on_sales(api, control, switch, account):
    line = sale_line(100, 0, "NONE", account)
    body = external_invoice(api.contact(), sale_line(), line)
    api.create("/sales", body)
    with_vat = sale_line(100, 25, "HIGH", account)
    api.refused(api.post("/sales", external_invoice(api.contact(), with_vat)), 400)
    control.set(**{switch: "refuse"})
    api.refused(api.post("/sales", body), 400, account)


def test_unique_numbers(api, control):
    contact = api.contact()
    sale = external_invoice(contact, saleNumber="S-1")
    bill = supplier_bill(contact, identifier="B-1")
    for path, body in (("/sales", sale), ("/purchases", bill)):
        api.create(path, body)
        location = api.create(path, body)
        api.patch(f"{location}/delete", description="dobbelt")
    control.set(unique_sale_number=True, unique_purchase_identifier=True)
    api.refused(api.post("/sales", sale), 400, "S-1")
    api.refused(api.post("/purchases", bill), 400, "B-1")
    api.create("/purchases", supplier_bill(api.contact(), identifier="B-1"))
    # A deleted one does not count.
    api.patch(f"/sales/{api.read('/sales')[0]['saleId']}/delete", description="x")
    api.create("/sales", sale)


def test_purchases_by_contact(api, control):
    ours, theirs = api.contact(), api.contact(name="Kopper AS")
    for supplier in (ours, theirs):
        api.create("/purchases", supplier_bill(supplier))

    def found():
        return len(api.read("/purchases", contactId=ours))

    assert found() == 1
    control.set(purchases_by_contact="ignore")
    assert found() == 2
    control.set(strict=True)
    assert found() == 2
    control.set(purchases_by_contact="refuse")
    api.refused(api.get("/purchases", contactId=ours), 400, "contactId")
    assert len(api.read("/purchases")) == 2


def test_repeated_draft_uuid(api, control):
    identity = "123e4567-e89b-12d3-a456-426655440000"
    body = invoice_draft(api.contact(), uuid=identity)
    first = api.create("/invoices/drafts", body)
    second = api.create("/invoices/drafts", body)
    assert first != second
    api.delete(second)
    control.set(repeated_draft_uuid="overwrite")
    assert api.create("/invoices/drafts", {**body, "invoiceText": "ny"}) == first
    assert api.read(first)["invoiceText"] == "ny"
    control.set(repeated_draft_uuid="refuse")
    api.refused(api.post("/invoices/drafts", body), 400, identity)


def direct_invoice(customer, product, **fields):
    return {
        "issueDate": "2026-01-05",
        "dueDate": "2026-01-19",
        "customerId": customer,
        "bankAccountCode": "1920:10001",
        "cash": False,
        "lines": [{"productId": product, "quantity": 1}],
        **fields,
    }


def test_uuid_of_a_direct_invoice(started, control):
    identity = "123e4567-e89b-12d3-a456-426655440000"
    body = direct_invoice(started.contact(), started.product(), uuid=identity)
    started.create("/invoices", body)
    assert len(started.read("/invoices", invoiceDraftUuid=identity)) == 1
    control.set(repeated_invoice_uuid="refuse")
    started.refused(started.post("/invoices", body), 400, identity)
    control.set(repeated_invoice_uuid="duplicate", invoice_uuid_is_draft_uuid=False)
    started.create("/invoices", body)
    assert len(started.read("/invoices", invoiceDraftUuid=identity)) == 1
    assert len(started.read("/invoices")) == 2


def test_location_of_a_new_invoice(started, control):
    control.set(create_invoice_location="sale")
    draft = started.create("/invoices/drafts", invoice_draft(started.contact()))
    location = started.create(f"{draft}/createInvoice")
    assert "/sales/" in location
    started.refused(started.get(f"/invoices/{id_of(location)}"), 404)
    control.set(location_style="relative")
    assert started.create("/contacts", {"name": "x"}).startswith("/api/v2/companies/")
    control.set(location_style="trailing-slash")
    assert started.create("/contacts", {"name": "x"}).endswith("/")


def test_closed_period(api, control):
    sale = external_invoice(api.contact())
    location = api.create("/sales", sale)
    control.set(closed_period_to="2026-01-31")
    api.refused(api.post("/sales", sale), 400, "Perioden er lukket")
    api.refused(api.patch(f"{location}/delete", description="x"), 400, "lukket")
    api.create("/sales", {**sale, "date": "2026-02-01"})
    early = {**sale, "date": "2019-12-31", "dueDate": "2020-01-31"}
    control.set(closed_period_to=None)
    api.refused(api.post("/sales", early), 400, "starter")
    control.set(before_accounting_start="accept")
    api.create("/sales", early)


def test_customer_on_a_cash_sale(api, control):
    body = cash_sale(customerId=api.contact())
    assert "customer" not in api.read(api.create("/sales", body))
    control.set(customer_on_cash_sale="accept")
    assert "customer" in api.read(api.create("/sales", body))
    control.set(customer_on_cash_sale="refuse")
    api.refused(api.post("/sales", body), 400, "customerId")


def test_due_date_of_an_external_invoice(api, control):
    body = external_invoice(api.contact())
    del body["dueDate"]
    api.create("/sales", body)
    control.set(due_date_required_external=True)
    api.refused(api.post("/sales", body), 400, "'dueDate' er påkrevd")


def test_overpayment(api, control):
    sale = api.create("/sales", external_invoice(api.contact()))
    payment = {"date": "2026-02-01", "account": "1901", "amount": 12501}
    control.set(overpayment="refuse")
    api.refused(api.post(f"{sale}/payments", payment), 400, "outstanding")
    control.set(overpayment="accept")
    api.create(f"{sale}/payments", payment)
    assert api.read(sale)["outstandingBalance"] == -1


def test_a_payment_may_leave_the_date_of_its_document_alone(api, control):
    sale = api.create("/sales", external_invoice(api.contact()))
    edit = {"slug": KAFFE, "resource": "sales", "id": int(sale.rsplit("/", 1)[-1])}
    changes = {"lastModifiedDate": "2020-01-01"}
    payment = {"date": "2026-02-01", "account": "1901", "amount": 100}
    for touches in (False, True):
        control.post("edit", {**edit, "changes": changes}).raise_for_status()
        control.set(payment_touches_document=touches)
        api.create(f"{sale}/payments", payment)
        touched = api.read(sale)["lastModifiedDate"] != "2020-01-01"
        assert touched is touches


def test_deleting_what_has_payments(api, control):
    sale = api.create("/sales", external_invoice(api.contact()))
    payment = {"date": "2026-02-01", "account": "1901", "amount": 100}
    api.create(f"{sale}/payments", payment)
    control.set(delete_with_payments="refuse")
    api.refused(api.patch(f"{sale}/delete", description="x"), 400, "payments")


def test_fresh_records_may_be_missing_in_lists(api, control):
    control.set(stale_lists_seconds=1)
    sale = api.create("/sales", cash_sale(saleNumber="X"))
    assert api.read("/sales", saleNumber="X") == []
    assert api.get(sale).status_code == 200
    time.sleep(1.1)
    assert len(api.read("/sales", saleNumber="X")) == 1


def test_the_pdf_of_an_invoice_may_come_later(started, control):
    control.set(pdf_seconds=1)
    draft = started.create("/invoices/drafts", invoice_draft(started.contact()))
    invoice = started.create(f"{draft}/createInvoice")
    assert "invoicePdf" not in started.read(invoice)
    time.sleep(1.1)
    assert started.read(invoice)["invoicePdf"]["downloadUrl"]


def test_projects_on_the_lines_of_sales(api, control):
    project = {"number": "P", "name": "P", "startDate": "2026-01-01"}
    project = id_of(api.create("/projects", project))
    body = external_invoice(api.contact(), {**sale_line(), "projectId": project})
    assert "project" not in api.read(api.create("/sales", body))
    control.set(sale_line_project="refuse")
    api.refused(api.post("/sales", body), 400, "projectId")
    line = {
        "text": "x",
        "vatType": "HIGH",
        "incomeAccount": "3000",
        "net": 100,
        "gross": 125,
        "projectId": project,
    }
    draft = {"cash": False, "paid": False, "lines": [line]}
    location = api.create("/sales/drafts", draft)
    assert api.read(location)["lines"][0]["project"]["number"] == "P"
    assert api.read(api.create(f"{location}/createSale"))["project"]["number"] == "P"
    control.set(draft_line_projects_survive=False)
    location = api.create("/sales/drafts", draft)
    assert "project" not in api.read(api.create(f"{location}/createSale"))


def test_scales_and_cases_of_answers(started, control):
    invoice = started.create(
        "/invoices", direct_invoice(started.contact(), started.product())
    )
    line = started.read(invoice)["lines"][0]
    assert (line["vatInPercent"], line["vatType"]) == (25, "HIGH")
    control.set(percent_scale="one", vat_type_case="lower")
    line = started.read(invoice)["lines"][0]
    assert (line["vatInPercent"], line["vatType"]) == (0.25, "high")


def test_large_attachments(api, control):
    control.set(max_attachment_bytes=5)
    answer = api.upload(f"/contacts/{api.contact()}/attachments")
    api.refused(answer, 413)
