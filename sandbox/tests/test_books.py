"""What is booked moves the accounts, adds up to nothing, and can be taken back."""

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

BANK = "1920:10001"


def balances_add_up(control):
    books = control.books()
    assert books["sum"] == 0
    for entry in books["journal"]:
        assert sum(line["amount"] for line in entry["lines"]) == 0, entry


def test_cash_sale_is_paid_at_once(api, control):
    sale = api.read(api.create("/sales", cash_sale(saleNumber="POS/1")))
    assert sale["settled"] and sale["outstandingBalance"] == 0
    assert sale["totalPaid"] == 12500
    assert [payment["amount"] for payment in sale["salePayments"]] == [12500]
    assert control.balances() == {BANK: 12500, "2701": -2500, "3000": -10000}


def test_fee_of_a_cash_sale_is_a_second_payment(api, control):
    sale = api.read(api.create("/sales", cash_sale(paymentFee=200)))
    assert sale["settled"] and sale["outstandingBalance"] == 0
    assert [
        (payment["account"], payment["amount"]) for payment in sale["salePayments"]
    ] == [(BANK, 12300), ("7770", 200)]
    assert control.balances()[BANK] == 12300
    balances_add_up(control)


def test_every_sale_type_has_its_vat_account(api, control):
    lines = [
        sale_line(10000, 2500, "HIGH", "3000"),
        sale_line(10000, 1500, "MEDIUM", "3030"),
        sale_line(10000, 1200, "LOW", "3050"),
        sale_line(10000, 0, "EXEMPT", "3100"),
        sale_line(10000, 0, "OUTSIDE", "3200"),
        sale_line(10000, 0, "NONE", "3009"),
        sale_line(10000, 1111, "RAW_FISH", "3030"),
    ]
    api.create("/sales", cash_sale(*lines))
    balances = control.balances()
    assert balances["2701"] == -2500
    assert balances["2702"] == -1500
    assert balances["2703"] == -1200
    assert balances["2705"] == -1111
    assert balances[BANK] == 70000 + 2500 + 1500 + 1200 + 1111
    balances_add_up(control)


def test_payments_settle_an_external_invoice(api, control):
    customer = api.contact()
    location = api.create("/sales", external_invoice(customer, saleNumber="F-1"))
    assert api.read(location)["outstandingBalance"] == 12500
    receivable = api.read(f"/contacts/{customer}")["customerAccountCode"]
    assert control.balances()[receivable] == 12500

    payment = {"date": "2026-02-01", "account": "1901", "amount": 2500}
    api.create(f"{location}/payments", payment)
    sale = api.read(location)
    assert not sale["settled"] and sale["outstandingBalance"] == 10000

    paid = api.create(
        f"{location}/payments", {**payment, "account": BANK, "amount": 10000}
    )
    sale = api.read(location)
    assert sale["settled"] and sale["outstandingBalance"] == 0
    assert sale["settledDate"] == "2026-02-01"
    assert api.read(paid)["amount"] == 10000
    assert receivable not in control.balances()
    balances_add_up(control)


def test_external_invoice_paid_in_the_same_call(api, control):
    body = external_invoice(
        api.contact(), paymentAccount=BANK, paymentDate="2026-01-31", totalPaid=12500
    )
    assert api.read(api.create("/sales", body))["settled"]
    assert control.balances()[BANK] == 12500


def test_undone_payment_is_owed_again(api, control):
    location = api.create("/sales", external_invoice(api.contact()))
    payment = {"date": "2026-02-01", "account": BANK, "amount": 12500}
    paid = api.create(f"{location}/payments", payment)
    assert api.delete(paid, description="feil").status_code == 204
    sale = api.read(location)
    assert not sale["settled"] and sale["outstandingBalance"] == 12500
    assert not sale["salePayments"] and BANK not in control.balances()


def test_fee_counts_towards_what_was_owed_by_switch(api, control):
    payment = {"date": "2026-02-01", "account": BANK, "amount": 12400, "fee": 100}
    location = api.create("/sales", external_invoice(api.contact()))
    api.create(f"{location}/payments", payment)
    assert api.read(location)["settled"]
    control.set(payment_fee_settles=False)
    location = api.create("/sales", external_invoice(api.contact()))
    api.create(f"{location}/payments", payment)
    assert api.read(location)["outstandingBalance"] == 100
    assert control.balances()["7770"] == 200
    balances_add_up(control)


def test_deleted_sale_is_reversed(api, control):
    location = api.create("/sales", external_invoice(api.contact()))
    payment = {"date": "2026-02-01", "account": BANK, "amount": 5000}
    api.create(f"{location}/payments", payment)
    api.refused(api.patch(f"{location}/delete"), 400, "description")
    sale = api.patch(f"{location}/delete", description="dobbelt").json()
    assert sale["deleted"] and sale["outstandingBalance"] == 0
    assert control.balances() == {}
    transaction = api.read(f"/transactions/{sale['transactionId']}")
    assert transaction["deleted"]
    assert transaction["entries"][0]["offsetTransactionId"]
    api.refused(api.patch(f"{location}/delete", description="igjen"), 400)


def test_sale_settled_without_payment(api):
    location = api.create("/sales", external_invoice(api.contact()))
    api.refused(api.patch(f"{location}/settled"), 400)
    sale = api.patch(f"{location}/settled", settledDate="2026-03-01").json()
    assert sale["settled"] and sale["settledDate"] == "2026-03-01"


def test_sale_behind_an_invoice_settled_without_payment(started, control):
    draft = started.create("/invoices/drafts", invoice_draft(started.contact()))
    sale = started.read(started.create(f"{draft}/createInvoice"))["sale"]
    path, day = f"/sales/{sale['saleId']}/settled", "2026-03-01"
    control.set(settled_invoice_sale="refuse")
    started.refused(started.patch(path, settledDate=day), 400, "settled")
    control.set(settled_invoice_sale="accept")
    assert started.patch(path, settledDate=day).json()["settled"]


def test_write_off(api, control):
    location = api.create("/sales", external_invoice(api.contact()))
    body = {"type": "CUSTOMER_BANKRUPTCY", "date": "2026-06-01", "comment": "konkurs"}
    api.refused(
        api.patch(f"{location}/writeOff", {**body, "date": "2026-01-31"}), 400, "after"
    )
    sale = api.patch(f"{location}/writeOff", body).json()
    assert sale["writeOff"] and sale["outstandingBalance"] == 0
    assert control.balances()["7830"] == 12500
    api.refused(api.patch(f"{location}/writeOff", body), 400)


def test_supplier_bill_and_its_payment(api, control):
    supplier = api.contact("Grossist AS")
    location = api.create("/purchases", supplier_bill(supplier, identifier="B-77"))
    bill = api.read(location)
    assert bill["paid"] is False and bill["supplier"]["contactId"] == supplier
    payable = bill["supplier"]["supplierAccountCode"]
    assert control.balances() == {"4300": 10000, "2711": 2500, payable: -12500}

    payment = {"date": "2026-02-10", "account": BANK, "amount": 12500}
    api.create(f"{location}/payments", payment)
    bill = api.read(location)
    assert bill["paid"] and bill["settledDate"] == "2026-02-10"
    assert control.balances()[BANK] == -12500
    assert payable not in control.balances()


def test_cash_purchase(api, control):
    body = {
        "kind": "cash_purchase",
        "date": "2026-01-15",
        "currency": "NOK",
        "paymentAccount": "1901",
        "paymentDate": "2026-01-15",
        "lines": [purchase_line(8000, 1200, "MEDIUM", "5905")],
    }
    purchase = api.read(api.create("/purchases", body))
    assert purchase["paid"] and purchase["payments"][0]["amount"] == 9200
    assert control.balances() == {"5905": 8000, "2712": 1200, "1901": -9200}


@pytest.mark.parametrize(
    ("vat_type", "postings"),
    [
        # both sides of the VAT, nothing of it paid
        (
            "HIGH_FOREIGN_SERVICE_DEDUCTIBLE",
            {"6553": 100000, "2716": 25000, "2706": -25000},
        ),
        ("HIGH_FOREIGN_SERVICE_NONDEDUCTIBLE", {"6553": 125000, "2706": -25000}),
        (
            "LOW_FOREIGN_SERVICE_DEDUCTIBLE",
            {"6553": 100000, "2716": 12000, "2706": -12000},
        ),
        ("HIGH_BASIS", {"6553": 100000, "2717": 25000, "2707": -25000}),
        ("NONE_IMPORT_BASIS", {"6553": 100000}),
    ],
)
def test_reverse_charge(api, control, vat_type, postings):
    line = purchase_line(100000, 0, vat_type, "6553")
    bill = api.read(api.create("/purchases", supplier_bill(api.contact(), line)))
    payable = bill["supplier"]["supplierAccountCode"]
    assert control.balances() == {**postings, payable: -100000}


def test_not_deductible_vat_is_read_back_as_cost(api):
    line = purchase_line(100000, 0, "HIGH_FOREIGN_SERVICE_NONDEDUCTIBLE", "6553")
    bill = api.read(api.create("/purchases", supplier_bill(api.contact(), line)))
    assert (bill["lines"][0]["netPrice"], bill["lines"][0]["vat"]) == (125000, -25000)


def test_import_vat_alone(api, control):
    line = purchase_line(0, 4321, "HIGH_DIRECT", "4300")
    api.create("/purchases", supplier_bill(api.contact(), line))
    assert control.balances()["2711"] == 4321
    line = purchase_line(1, 4321, "HIGH_DIRECT", "4300")
    api.refused(
        api.post("/purchases", supplier_bill(api.contact(), line)), 400, "netPrice"
    )


def test_invoice_is_owed_on_the_customers_account(started, control):
    customer = started.contact()
    draft = started.create("/invoices/drafts", invoice_draft(customer))
    invoice = started.read(started.create(f"{draft}/createInvoice"))
    assert (invoice["net"], invoice["vat"], invoice["gross"]) == (20000, 5000, 25000)
    assert invoice["sale"]["outstandingBalance"] == 25000
    receivable = invoice["customer"]["customerAccountCode"]
    assert control.balances() == {receivable: 25000, "3000": -20000, "2701": -5000}

    sale = f"/sales/{invoice['sale']['saleId']}"
    payment = {"date": "2026-01-20", "account": BANK, "amount": 25000}
    started.create(f"{sale}/payments", payment)
    assert started.read(f"/invoices/{invoice['invoiceId']}")["sale"]["settled"]


def test_discount_and_rounding_half_up(started):
    lines = [
        # 3 × 33,33 less 12,5 % = 87,49125 → 87,49; VAT 21,8725 → 21,87
        {"quantity": 3, "unitPrice": 3333, "discount": 12.5},
        # 0,5 × 0,01 = 0,005 → 0,01; VAT 0,0025 → 0
        {"quantity": 0.5, "unitPrice": 1},
        # 1,15 × 100,00 in binary fractions would be 114,999…
        {"quantity": 1.15, "unitPrice": 10000},
    ]
    lines = [
        {"description": "x", "vatType": "HIGH", "incomeAccount": "3000", **line}
        for line in lines
    ]
    draft = started.create("/invoices/drafts", invoice_draft(started.contact(), *lines))
    amounts = [
        (line["net"], line["vat"])
        for line in started.read(started.create(f"{draft}/createInvoice"))["lines"]
    ]
    assert amounts == [(8749, 2187), (1, 0), (11500, 2875)]


def test_rounding_of_the_total(started, control):
    line = {
        "quantity": 1,
        "description": "x",
        "unitPrice": 10030,
        "vatType": "HIGH",
        "incomeAccount": "3000",
    }
    body = invoice_draft(started.contact(), line, roundingType="round_whole")
    draft = started.create("/invoices/drafts", body)
    # 125,38 → 125,00
    invoice = started.read(started.create(f"{draft}/createInvoice"))
    assert invoice["gross"] == 12500
    assert control.balances()["7740"] == 38
    balances_add_up(control)


def test_full_credit_note_settles_the_invoice(started, control):
    draft = started.create("/invoices/drafts", invoice_draft(started.contact()))
    invoice_id = id_of(started.create(f"{draft}/createInvoice"))
    body = {"issueDate": "2026-01-10", "invoiceId": invoice_id}
    note = started.read(started.create("/creditNotes/full", body))
    assert (note["net"], note["vat"], note["gross"]) == (-20000, -5000, -25000)
    assert note["associatedInvoiceId"] == invoice_id and note["settled"]
    invoice = started.read(f"/invoices/{invoice_id}")
    assert invoice["associatedCreditNotes"] == [note["creditNoteId"]]
    assert invoice["sale"]["settled"] and invoice["sale"]["outstandingBalance"] == 0
    assert control.balances() == {}
    started.refused(started.post("/creditNotes/full", body), 400, "credited in full")


def test_partial_credit_note_of_a_paid_invoice_is_the_customers(started, control):
    draft = started.create("/invoices/drafts", invoice_draft(started.contact()))
    invoice = started.read(started.create(f"{draft}/createInvoice"))
    payment = {"date": "2026-01-20", "account": BANK, "amount": 25000}
    started.create(f"/sales/{invoice['sale']['saleId']}/payments", payment)
    line = {
        "quantity": 1,
        "unitPrice": 10000,
        "vatType": "HIGH",
        "incomeAccount": "3000",
    }
    body = {
        "issueDate": "2026-02-01",
        "invoiceId": invoice["invoiceId"],
        "lines": [line],
    }
    note = started.read(started.create("/creditNotes/partial", body))
    assert note["gross"] == -12500 and not note["settled"]
    assert note["sale"]["outstandingBalance"] == -12500
    assert control.balances()[invoice["customer"]["customerAccountCode"]] == -12500


def test_journal_entry_with_vat(api, control):
    body = {
        "journalEntries": [
            {
                "description": "Kontorrekvisita",
                "date": "2026-03-01",
                "lines": [
                    {"amount": 10000, "debitAccount": "6800", "debitVatCode": 1},
                    {"amount": 12500, "creditAccount": BANK},
                ],
            }
        ]
    }
    location = api.create("/generalJournalEntries", body)
    assert "/transactions/" in location
    transaction = api.read(location)
    entry = transaction["entries"][0]
    assert entry["description"] == "Fri postering registrert via API: Kontorrekvisita"
    assert control.balances() == {"6800": 10000, "2711": 2500, BANK: -12500}
    assert api.read(f"/journalEntries/{entry['journalEntryId']}") == entry
    api.refused(api.patch(f"{location}/delete"), 400)
    assert api.patch(f"{location}/delete", description="feil").json()["deleted"]
    assert control.balances() == {}


def entry_of_two_lines(**values):
    lines = [
        {"amount": 10000, "debitAccount": "6800", "debitVatCode": 1},
        {"amount": 12500, "creditAccount": BANK},
    ]
    entry = {"description": "Rekvisita", "date": "2026-03-01", "lines": lines}
    return {"journalEntries": [{**entry, **values}]}


def test_one_entry_may_be_several_in_its_transaction(api, control):
    control.set(entries_in_transaction="several")
    location = api.create("/generalJournalEntries", entry_of_two_lines())
    entries = api.read(location)["entries"]
    assert [len(entry["lines"]) for entry in entries] == [1, 1, 1]
    assert control.balances() == {"6800": 10000, "2711": 2500, BANK: -12500}
    unbalanced = entry_of_two_lines(
        lines=[{"amount": 1, "debitAccount": "6800"}],
    )
    api.refused(api.post("/generalJournalEntries", unbalanced), 400, "er ikke null")
    api.patch(f"{location}/delete", description="feil")
    assert control.balances() == {}


@pytest.mark.parametrize("word", ["Reversering", "Annullering"])
@pytest.mark.parametrize("points_back", [False, True])
@pytest.mark.parametrize("date", ["original", "today"])
def test_a_reversal_is_written_as_the_switches_say(
    api, control, word, points_back, date
):
    control.set(
        reversal_word=word, reversal_points_back=points_back, reversal_date=date
    )
    location = api.create("/generalJournalEntries", entry_of_two_lines())
    api.patch(f"{location}/delete", description="feil")
    [entry] = api.read(location)["entries"]
    back = api.read(f"/transactions/{entry['offsetTransactionId']}")
    [reversal] = back["entries"]
    assert reversal["description"] == f"{word}: {entry['description']}"
    assert (reversal["date"] == entry["date"]) == (date == "original")
    points_at = reversal.get("offsetTransactionId")
    assert points_at == (entry["transactionId"] if points_back else None)
    assert control.balances() == {}


def test_open_journal_entry_leaves_no_trace(api, control):
    line = {"amount": 10000, "debitAccount": "1901", "creditAccount": BANK}
    entry = {"description": "Uttak", "date": "2026-03-01", "lines": [line]}
    location = api.create(
        "/generalJournalEntries", {"open": True, "journalEntries": [entry]}
    )
    assert control.balances() == {"1901": 10000, BANK: -10000}
    api.patch(f"{location}/delete", description="feil")
    assert control.balances() == {} and control.books()["journal"] == []


def test_balances_of_a_day(api):
    api.create("/sales", cash_sale(date="2026-01-31"))
    for date, balance in (("2026-01-30", 0), ("2026-01-31", -10000)):
        assert api.read("/accountBalances/3000", date=date)["balance"] == balance
        rows = api.read("/accountBalances", date=date, fromAccount=3000, toAccount=3000)
        assert [row["balance"] for row in rows] == [balance]
    api.refused(api.get("/accountBalances"), 400, "date")


def test_kroner_given_beside_a_currency_are_booked_or_not(api, control):
    customer = api.contact(currency="EUR")
    line = {
        "description": "Export",
        "vatType": "EXEMPT_IMPORT_EXPORT",
        "account": "3130",
        "netPriceInCurrency": 10000,
        "vatInCurrency": 0,
        "netPrice": 114237,
        "vat": 0,
    }
    for switch, kroner in (("given", 114237), ("own_rate", 115000)):
        control.set(nok_of_foreign_lines=switch)
        sale = api.read(
            api.create("/sales", external_invoice(customer, line, currency="EUR"))
        )
        assert sale["netAmount"] == kroner, switch


def test_foreign_currency_keeps_books_in_kroner(api, control):
    customer = api.contact(currency="EUR")
    line = {
        "description": "Export",
        "vatType": "EXEMPT_IMPORT_EXPORT",
        "account": "3130",
        "netPriceInCurrency": 10000,
        "vatInCurrency": 0,
    }
    location = api.create("/sales", external_invoice(customer, line, currency="EUR"))
    sale = api.read(location)
    assert sale["netAmount"] == 115000 and sale["outstandingBalanceInCurrency"] == 10000
    assert control.balances()["3130"] == -115000
    payment = {
        "date": "2026-03-01",
        "account": BANK,
        "amount": 10000,
        "currency": "EUR",
        "amountInNok": 116500,
    }
    api.create(f"{location}/payments", payment)
    sale = api.read(location)
    assert sale["settled"] and sale["outstandingBalance"] == 0
    assert control.balances() == {"3130": -115000, BANK: 116500, "8060": -1500}


def test_purchase_in_foreign_currency_needs_what_left_the_bank(api, control):
    line = {
        "description": "SaaS",
        "vatType": "HIGH_FOREIGN_SERVICE_DEDUCTIBLE",
        "account": "6553",
        "netPriceInCurrency": 5000,
        "vatInCurrency": 0,
    }
    body = supplier_bill(
        api.contact(),
        line,
        currency="USD",
        paymentAccount=BANK,
        paymentDate="2026-01-16",
    )
    api.refused(api.post("/purchases", body), 400, "paymentAmountInNok")
    body["paymentAmountInNok"] = 52000
    assert api.read(api.create("/purchases", body))["paid"]
    assert control.balances()[BANK] == -52000
    balances_add_up(control)


def test_cash_invoice_is_paid(started, control):
    body = {
        "issueDate": "2026-01-05",
        "dueDate": "2026-01-05",
        "customerId": started.contact(),
        "bankAccountCode": BANK,
        "cash": True,
        "paymentAccount": "1901",
        "lines": [{"productId": started.product(), "quantity": 2}],
    }
    invoice = started.read(started.create("/invoices", body))
    assert invoice["cash"] and invoice["sale"]["settled"]
    assert control.balances() == {"1901": 50000, "3000": -40000, "2701": -10000}
    del body["paymentAccount"]
    started.refused(started.post("/invoices", body), 400, "paymentAccount")


def test_drafts_touch_no_books(api, control):
    line = {
        "text": "Kopp",
        "vatType": "HIGH",
        "incomeAccount": "4000",
        "net": 10000,
        "gross": 12500,
    }
    contact = api.contact()
    body = {
        "cash": False,
        "paid": False,
        "contactId": contact,
        "invoiceNumber": "U-1",
        "invoiceIssueDate": "2026-01-20",
        "lines": [line],
    }
    draft = api.create("/sales/drafts", body)
    api.create("/purchases/drafts", body)
    assert control.balances() == {}
    # A draft is lenient: HIGH on 4000 goes through, where a sale would be refused.
    pair = sale_line(account="4000")
    api.refused(api.post("/sales", external_invoice(contact, pair)), 400)
    api.upload(f"{draft}/attachments", "kvittering.png")
    sale = api.read(api.create(f"{draft}/createSale"))
    assert sale["saleNumber"] == "U-1" and sale["kind"] == "external_invoice"
    assert sale["date"] == "2026-01-20" and not sale["settled"]
    assert sale["saleAttachments"][0]["filename"] == "kvittering.png"
    api.refused(api.get(draft), 404, "draft found with provided id")


def test_paid_purchase_draft(api, control):
    line = {
        "text": "Kopper",
        "vatType": "HIGH",
        "incomeAccount": "4300",
        "net": 10000,
        "gross": 12500,
    }
    payment = {"date": "2026-01-20", "account": "1901", "amount": 12500}
    body = {
        "cash": True,
        "paid": True,
        "invoiceNumber": "K-1",
        "lines": [line],
        "payments": [payment],
    }
    draft = api.create("/purchases/drafts", body)
    purchase = api.read(api.create(f"{draft}/createPurchase"))
    assert purchase["paid"] and purchase["identifier"] == "K-1"
    assert control.balances() == {"4300": 10000, "2711": 2500, "1901": -12500}
