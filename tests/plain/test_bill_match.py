from odoo.tests import BaseCase, tagged

from ...figures import bill_match
from ...fiken_api import purchases

BILL = {"key": "F-00123", "contact": "7", "date": "2026-03-16", "gross": 12500}


def row(identifier="F-00123", contact=7, date="2026-03-16", gross=12500, **values):
    found = {
        "purchaseId": 1,
        "identifier": identifier,
        "date": date,
        "lines": [{"netPrice": gross - 2500, "vat": 2500}],
        **values,
    }
    if contact:
        found["supplier"] = {"contactId": contact}
    return purchases.purchase(found)


def scan(**values):
    return purchases.scan({"documentId": 1, **values})


@tagged("standard", "at_install")
class TestBillMatch(BaseCase):
    """Which purchases in Fiken look like a bill in Odoo."""

    def gross_of(self, *lines):
        row = {"purchaseId": 1, "date": "2026-03-16", "lines": lines}
        return purchases.purchase(row).gross

    def test_gross_is_that_of_the_bills_own_currency(self):
        kroner = {"netPrice": 10000, "vat": 2500}
        for foreign, gross in (
            ({}, 12500),
            ({"netPriceInCurrency": None, "vatInCurrency": None}, 12500),
            ({"netPriceInCurrency": 0, "vatInCurrency": 0}, 12500),
            ({"netPriceInCurrency": 900, "vatInCurrency": 225}, 1125),
            ({"netPriceInCurrency": 900}, 900),
        ):
            self.assertEqual(self.gross_of({**kroner, **foreign}), gross, foreign)
        self.assertEqual(self.gross_of({"netPrice": 100}), 100)
        self.assertEqual(self.gross_of(), 0)

    def test_numbers_are_compared_as_people_type_them(self):
        for one, other in (
            ("F-00123", "f00123"),
            ("F-00123", "F 123"),
            ("F-00123", "F/00123"),
            ("F-00123", "f\u2013123"),
            ("F-00123", "F\u00a0123"),
            ("00042", "42"),
            ("2026-0012", "20260012"),
            ("2026-0012", "2026/12"),
            ("12 345 678", "12345678"),
            ("ÅR-7", "år 7"),
        ):
            self.assertTrue(bill_match.is_same_number(one, other), (one, other))
            self.assertTrue(bill_match.is_same_number(other, one), (other, one))

    def test_numbers_that_only_resemble_each_other_are_two(self):
        for one, other in (
            ("42", "420"),
            ("F-1", "K-1"),
            ("F-123", "123"),
            ("1-12", "11-2"),
            ("2026-12", "2026-120"),
            ("10", "1"),
            ("", ""),
            ("-", "/"),
            (None, "1"),
        ):
            self.assertFalse(bill_match.is_same_number(one, other), (one, other))

    def test_key_is_supplier_and_number_whatever_the_day_and_the_amount(self):
        self.assertTrue(bill_match.is_same_key(row(gross=1, date="2026-12-31"), BILL))
        self.assertFalse(bill_match.is_same_key(row("F-124"), BILL))
        self.assertFalse(bill_match.is_same_key(row(contact=8), BILL))
        self.assertFalse(bill_match.is_same_key(row(deleted=True), BILL))
        receipt = {**BILL, "contact": ""}
        self.assertFalse(bill_match.is_same_key(row(contact=None), receipt))

    def test_same_supplier_and_number_is_a_twin_at_any_amount(self):
        self.assertTrue(
            bill_match.is_same_bill(row(gross=9900, date="2026-03-20"), BILL)
        )

    def test_same_supplier_amount_and_day_is_a_twin_at_any_number(self):
        self.assertTrue(bill_match.is_same_bill(row("Skannet 9"), BILL))
        self.assertTrue(bill_match.is_same_bill(row(None, date="2026-03-18"), BILL))

    def test_subscription_of_the_same_amount_is_none(self):
        self.assertFalse(
            bill_match.is_same_bill(row("F-00122", date="2026-03-09"), BILL)
        )

    def test_number_of_another_supplier_is_none(self):
        self.assertFalse(bill_match.is_same_bill(row(contact=8), BILL))

    def test_what_was_deleted_is_none(self):
        self.assertFalse(bill_match.is_same_bill(row(deleted=True), BILL))

    def test_bill_that_was_booked_as_paid_on_the_spot(self):
        self.assertTrue(bill_match.is_same_bill(row(contact=None), BILL))
        self.assertFalse(bill_match.is_same_bill(row(contact=None, gross=100), BILL))
        self.assertFalse(bill_match.is_same_bill(row("Annet", contact=None), BILL))

    def test_receipt_wants_number_and_amount(self):
        receipt = {**BILL, "contact": ""}
        self.assertTrue(bill_match.is_same_bill(row(contact=None), receipt))
        self.assertFalse(bill_match.is_same_bill(row("Annet", contact=None), receipt))
        self.assertFalse(
            bill_match.is_same_bill(row(None, contact=None, gross=1), receipt)
        )

    def test_amounts_in_another_currency(self):
        line = {
            "netPriceInCurrency": 1000,
            "vatInCurrency": 0,
            "netPrice": 11333,
            "vat": 0,
        }
        self.assertEqual(self.gross_of(line), 1000)

    def test_document_of_the_inbox_names_the_bill(self):
        name = scan(name="Faktura 20261 fra Bønneimport.pdf")
        self.assertTrue(bill_match.mentions(name, "20261", "Andre AS"))
        self.assertFalse(bill_match.mentions(name, "2026", "Bønneimport AS"))
        self.assertFalse(bill_match.mentions(scan(name="120261.pdf"), "20261", "X"))
        self.assertFalse(bill_match.mentions(scan(), "20261", "X"))
        self.assertFalse(bill_match.mentions(name, "", "Bønneimport AS"))

    def test_short_number_needs_the_suppliers_name(self):
        name = {"filename": "faktura_17.pdf", "description": "Bønneimport, mars"}
        self.assertFalse(bill_match.mentions(scan(**name), "17", "Andre AS"))
        self.assertTrue(
            bill_match.mentions(
                scan(**{**name, "filename": "nr 17.pdf"}), "17", "Bønneimport AS"
            )
        )
