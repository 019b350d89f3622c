from ..common import TODAY
from .bills import ReceiptCase


class TestPurchaseCurrency(ReceiptCase):
    """Bills in other currencies: amounts in currency, and Odoo's own kroner."""

    def setUp(self):
        super().setUp()
        self.euro = self.env.ref("base.EUR")
        self.euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.euro.id,
                "company_id": self.company.id,
                "name": TODAY,
                "inverse_company_rate": 11.3337,
            }
        )

    def test_bill_in_euro_is_booked_with_odoos_kroner(self):
        move = self.bill(
            self.cost(100.01, "86", "6553"),
            self.cost(0.33, "0"),
            currency_id=self.euro.id,
            ref="RE-9",
            invoice_date_due="2026-04-15",
        )
        row = self.booked(move)
        self.assertEqual(row["currency"], "EUR")
        lines = [
            (line["netPriceInCurrency"], line["netPrice"], line["vat"])
            for line in row["lines"]
        ]
        expense = move.invoice_line_ids.mapped("balance")
        self.assertEqual(
            lines,
            [(10001, round(expense[0] * 100), 0), (33, round(expense[1] * 100), 0)],
        )
        supplier = row["supplier"]["supplierAccountCode"]
        self.assertEqual(
            self.balances()[supplier], round(move.amount_total_signed * 100)
        )
        [body] = self.sent("POST", "/purchases")
        self.assert_sample("purchase_currency", body)

    def test_kroner_of_lines_in_euro_are_those_of_the_journal(self):
        """Odoo rounds each line, with and without a tax, in its own way."""
        self.vendor.refund_bill = "negative"
        for method in ("globally", "per_line"):
            self.round(method)
            for make in (self.bill, self.refund):
                lines = [
                    self.cost(price, tax, account, quantity=12.34, discount=33.33)
                    for price, tax, account in (
                        (33.33, "0", "6800"),
                        (7.77, None, "7770"),
                        (0.07, "0", "6800"),
                        (191.19, None, "7770"),
                    )
                ]
                move = make(*lines, currency_id=self.euro.id)
                booked = self.booked(move)["lines"]
                for code in ("6800", "7770"):
                    journal = move.line_ids.filtered(
                        lambda line, code=code: line.account_id.code == code
                    )
                    there = [
                        line["netPrice"] for line in booked if line["account"] == code
                    ]
                    self.assertEqual(
                        sum(there), round(sum(journal.mapped("balance")) * 100)
                    )

    def test_norwegian_vat_in_euro_is_refused_with_the_reason(self):
        for code in ("1", "11", "13", "14"):
            move = self.bill(self.cost(100.0, code), currency_id=self.euro.id)
            self.stopped(move, "failed", "EUR", "Norwegian VAT", "in NOK")
        self.assertEqual(self.sandbox.count("POST", "/purchases"), 0)

    def test_refund_in_euro(self):
        self.vendor.refund_bill = "negative"
        move = self.refund(self.cost(100.0, "0"), currency_id=self.euro.id)
        [line] = self.booked(move)["lines"]
        self.assertEqual(
            (line["netPriceInCurrency"], line["netPrice"]), (-10000, -113337)
        )

    def test_receipt_in_euro_says_what_left_the_bank(self):
        move = self.receipt(self.cost(100.0, "0"), currency_id=self.euro.id)
        self.pay(move, date=TODAY, currency_id=self.euro.id, amount=100.0)
        [payment] = self.booked(move)["payments"]
        self.assertEqual(payment["amountInNok"], 113337)
        self.assertEqual(self.balances()["1920:10001"], -113337)

    def test_draft_in_euro_is_refused_with_the_reason(self):
        """Fiken's drafts carry no NOK: it would book them at a rate of its own."""
        self.vendor.bill_mode = "draft"
        move = self.bill(self.cost(100.0, "0"), currency_id=self.euro.id)
        self.stopped(move, "failed", "EUR", "a rate of its own", "Choose Booked")
