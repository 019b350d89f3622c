from odoo.exceptions import UserError

from .sales import SaleCase


class TestSaleAmounts(SaleCase):
    """Rule 6: where Odoo's VAT is not rate × net, øre go to 7740, and it is said."""

    def setUp(self):
        super().setUp()
        self.round("globally")

    def two_accounts(self, price=10.02):
        """VAT is rounded once in Odoo, but once per account in Fiken."""
        return self.invoice(self.line(price), self.line(price, account="3020"))

    def test_difference_is_on_7740_and_named_per_vat_type(self):
        move = self.two_accounts()
        self.assertEqual(move.amount_tax, 5.01)
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [
                ("3000", "HIGH", 1002, 251),
                ("3020", "HIGH", 1002, 251),
                ("7740", "NONE", -1, 0),
            ],
        )
        self.assertIn(
            "VAT HIGH: Odoo 5.01, Fiken 5.02; the difference is on 7740.",
            self.jobs(move).note,
        )
        self.assertIn("5.02", str(move.message_ids[0].body))

    def test_fikens_tolerance_keeps_odoos_vat(self):
        self.sandbox.unknowns(vat_tolerance_ore=1)
        self.fiken_company.vat_tolerance_ore = 1
        move = self.two_accounts()
        sale = self.booked(move)
        self.assertEqual(sale["vatAmount"], 501)
        self.assertEqual([line["account"] for line in sale["lines"]], ["3000", "3020"])
        self.assertFalse(self.jobs(move).note)

    def test_a_tolerance_that_fiken_has_but_we_do_not_use(self):
        self.sandbox.unknowns(vat_tolerance_ore=5)
        self.assertEqual(len(self.booked(self.two_accounts())["lines"]), 3)

    def test_a_tolerance_that_fiken_does_not_have_is_refused_with_its_figures(self):
        self.fiken_company.vat_tolerance_ore = 1
        move = self.two_accounts()
        job = self.stopped(move, "blocked", "251", "250", "tolerance")
        self.assertEqual(job.setting_model, self.fiken_company._name)
        self.fiken_company.vat_tolerance_ore = 0
        self.assertEqual(len(self.booked(move)["lines"]), 3)

    def test_rounding_account_that_fiken_refuses_stops_with_both_figures(self):
        self.sandbox.unknowns(rounding_account_on_sales="refuse")
        move = self.two_accounts()
        ledger = self.vendor.ledger_id
        words = ("7740", "Odoo 5.01", "Fiken 5.02", ledger.name)
        job = self.stopped(move, "blocked", *words)
        self.assertEqual((job.setting_model, job.setting_id), (ledger._name, ledger.id))
        ledger.rounding_code = "3900"
        accounts = [line["account"] for line in self.booked(move)["lines"]]
        self.assertEqual(accounts, ["3000", "3020", "3900"])

    def test_account_that_fiken_refuses_on_sales_names_the_ledger(self):
        self.sandbox.unknowns(balance_accounts_on_sales="refuse")
        self.mapping("2900").write({"fiken_code": "2900", "is_proposal": False})
        move = self.invoice(self.line(100.0, None, "2900"))
        job = self.stopped(move, "blocked", "2900", self.vendor.ledger_id.name)
        self.assertEqual(job.setting_model, "fiken.ledger")
        self.mapping("2900").fiken_code = "3900"
        self.assertEqual(self.booked(move)["lines"][0]["account"], "3900")

    def test_rounding_method_that_was_changed_after_it_was_confirmed(self):
        self.round("per_line")
        move = self.invoice(*(self.line(10.02, name=f"Kopp {n}") for n in range(3)))
        self.round("globally")
        self.assertEqual(
            self.lines_of(self.booked(move)), [("3000", "HIGH", 1002, 251)] * 3
        )

    def test_above_the_cap_it_stops_with_both_figures(self):
        self.fiken_company.rounding_cap_ore = 1
        move = self.invoice(
            *(self.line(10.02, account=a) for a in ("3000", "3020", "3010"))
        )
        # 30.06 × 25 % = 7.52 in Odoo (7.515), 3 × 2.51 = 7.53 in Fiken
        self.booked(move)
        self.fiken_company.rounding_cap_ore = 0
        move = self.invoice(
            *(self.line(10.02, account=a) for a in ("3000", "3020", "3010"))
        )
        self.stopped(move, "failed", "rounding cap", "HIGH: Odoo 7.52, Fiken 7.53")

    def test_cap_is_for_the_whole_document(self):
        self.fiken_company.rounding_cap_ore = 1
        move = self.invoice(
            self.line(10.02),
            self.line(10.02, account="3020"),
            self.line(10.1, "31", "3030"),
            self.line(10.1, "31", "3040"),
        )
        self.stopped(move, "failed", "HIGH: Odoo 5.01, Fiken 5.02", "MEDIUM: Odoo 3.03")

    def test_raw_fish_of_odoos_chart_is_taxed_too_low(self):
        """Odoo's chart says 11 %, the law and Fiken 11.11 %: no rounding, however small
        the amount is.
        """
        for price in (5.0, 1000.0):
            move = self.invoice(self.line(price, "32", "3030"))
            job = self.stopped(move, "blocked", self.tax("32").name, "11.11 %")
            self.assertEqual(job.setting_model, "account.tax")
        self.tax("32").amount = 11.11
        sale = self.booked(self.invoice(self.line(1000.0, "32", "3030")))
        self.assertEqual(self.lines_of(sale), [("3030", "RAW_FISH", 100000, 11110)])

    def test_rounding_account_missing_in_fikens_chart_is_a_missing_setting(self):
        self.vendor.ledger_id.rounding_code = "7749"
        move = self.two_accounts()
        self.stopped(move, "blocked", "7749", self.vendor.ledger_id.name)
        self.vendor.ledger_id.rounding_code = "7740"
        self.booked(move)

    # Nobody knows whether Fiken takes negative amounts: a setting decides

    def return_of_cups(self):
        return self.invoice(self.line(100.0), self.line(-30.0, "31", "3030"))

    def test_negative_amount_stops_and_names_the_setting(self):
        move = self.return_of_cups()
        job = self.stopped(move, "blocked", "3030", "-34.50")
        self.assertEqual(job.setting_model, "fiken.company")
        self.fiken_company.negative_lines = "send"
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [("3000", "HIGH", 10000, 2500), ("3030", "MEDIUM", -3000, -450)],
        )

    def test_fiken_refuses_negative_amounts(self):
        self.fiken_company.negative_lines = "send"
        self.sandbox.unknowns(negative_lines="refuse")
        self.stopped(self.return_of_cups(), "blocked", "negative")

    def test_discount_line_of_the_same_kind_is_no_negative_amount(self):
        self.sandbox.unknowns(negative_lines="refuse")
        for method in ("globally", "per_line"):
            self.round(method)
            move = self.invoice(self.line(100.0), self.line(-10.0, name="Rabatt"))
            self.assertEqual(
                self.lines_of(self.booked(move)), [("3000", "HIGH", 9000, 2250)]
            )

    def test_negative_invoice_is_a_credit_note_says_odoo(self):
        with self.assertRaisesRegex(UserError, "credit note"):
            self.invoice(self.line(-100.0))
        self.send()
        self.assertFalse(self.sales())

    def test_invoice_of_zero_is_nothing_to_book_and_says_so(self):
        for lines in (
            [self.line(0.0)],
            [self.line(100.0, discount=100.0)],
            [self.line(100.0), self.line(-100.0, name="Gratis")],
        ):
            move = self.invoice(*lines)
            self.send()
            job = self.jobs(move)
            self.assertEqual(job.state, "dropped")
            self.assertIn("zero", job.reason)
            self.assertIn("zero", str(move.message_ids[0].body))
        self.assertFalse(self.sales())

    def test_amounts_that_cancel_out_over_two_accounts(self):
        self.fiken_company.negative_lines = "send"
        lines = [self.line(100.0), self.line(-100.0, account="3020")]
        move = self.invoice(*lines)
        sale = self.booked(move)
        self.assertEqual(sale["netAmount"], 0)
        self.sandbox.unknowns(zero_total="refuse")
        self.stopped(self.invoice(*lines), "failed", "add up to 0")
