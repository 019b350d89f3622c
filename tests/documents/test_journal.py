"""A document is what its own journal items say, account by account."""

from unittest.mock import patch

from odoo import Command

from .bills import BillCase
from .invoices import InvoiceCase
from .journals import journal_of, nets_of
from .sales import SaleCase
from .test_credit_note import CreditMixin

HIGH = "HIGH"


class DiscountMixin:
    """The company keeps discounts on an account of their own."""

    def setUp(self):
        super().setUp()
        self.company.account_discount_expense_allocation_id = self.account("3081")
        self.company.account_discount_income_allocation_id = self.account("4360")
        self.fiken_company.negative_lines = "send"
        self.vendor.credit_note_way = "negative"
        self.vendor.credit_without_original = "send"
        self.vendor.refund_bill = "negative"


class TestDiscountsOfSales(DiscountMixin, CreditMixin, SaleCase):
    """Discounts on an account of their own have the VAT type of their line."""

    def test_discount_of_ten_per_cent(self):
        move = self.invoice(self.line(1000.0, discount=10))
        sale = self.booked(move)
        self.assertEqual(
            self.lines_of(sale),
            [("3000", HIGH, 100000, 25000), ("3081", HIGH, -10000, -2500)],
        )
        self.assertEqual(journal_of(move)["3081"], 10000)

    def test_each_discount_has_the_type_of_its_line(self):
        self.sandbox.unknowns(account_vat_types="accept")
        move = self.invoice(
            self.line(1000.0, discount=10),
            self.line(500.0, "31", "3030", discount=20),
            self.line(200.0, "5", "3100", discount=50),
            self.line(100.0),
            {"display_type": "line_note", "name": "Takk"},
        )
        self.assertEqual(
            sorted(self.lines_of(self.booked(move))),
            sorted(
                [
                    ("3000", HIGH, 110000, 27500),
                    ("3030", "MEDIUM", 50000, 7500),
                    ("3100", "EXEMPT", 20000, 0),
                    ("3081", HIGH, -10000, -2500),
                    ("3081", "MEDIUM", -10000, -1500),
                    ("3081", "EXEMPT", -10000, 0),
                ]
            ),
        )

    def test_price_with_vat_in_it(self):
        tax = self.tax("3").copy(
            {"name": "25 % i prisen", "price_include_override": "tax_included"}
        )
        line = self.line(1250.0, discount=10)
        line["tax_ids"] = [Command.set(tax.ids)]
        move = self.invoice(line)
        sale = self.booked(move)
        self.assertEqual(
            nets_of(self.lines_of(sale)),
            {k: v for k, v in journal_of(move).items() if k[0] == "3"},
        )

    def test_odd_prices_and_both_ways_of_rounding(self):
        for method in ("globally", "per_line"):
            self.round(method)
            move = self.invoice(
                *(self.line(price, discount=33.33) for price in (10.02, 99.99, 0.07)),
                self.line(33.33, account="3020", discount=7.5, quantity=3),
            )
            self.round("globally" if method == "per_line" else "per_line")
            sale = self.booked(move)
            sums = nets_of(self.lines_of(sale))
            ours = journal_of(move)
            for account in ("3000", "3020", "3081"):
                self.assertEqual(sums[account], ours[account], method)

    def test_credit_note(self):
        move = self.invoice(self.line(1000.0, discount=10))
        self.booked(move)
        credit = self.booked(self.credit(move))
        self.assertEqual(
            self.lines_of(credit),
            [("3000", HIGH, -100000, -25000), ("3081", HIGH, 10000, 2500)],
        )

    def test_in_another_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "inverse_company_rate": 11.4237,
            }
        )
        move = self.invoice(
            self.line(1000.03, discount=12.5),
            self.line(33.33, account="3020", discount=7),
            currency_id=euro.id,
        )
        sale = self.booked(move)
        sums = nets_of(self.lines_of(sale))
        ours = journal_of(move)
        for account in ("3000", "3020", "3081"):
            self.assertEqual(sums[account], ours[account])

    def test_two_ways_out_where_negative_lines_are_not_allowed(self):
        self.fiken_company.negative_lines = "stop"
        move = self.invoice(self.line(1000.0, discount=10))
        job = self.stopped(
            move, "blocked", "3081", "Negative Lines", "Invoice line discounts"
        )
        self.assertEqual(job.setting_model, "fiken.company")
        self.fiken_company.negative_lines = "send"
        self.assertEqual(len(self.booked(move)["lines"]), 2)

    def test_other_way_out_is_the_line_itself(self):
        self.sandbox.unknowns(negative_lines="refuse")
        move = self.invoice(self.line(1000.0, discount=10))
        self.stopped(
            move, "blocked", "negative", "Negative Lines", "Invoice line discounts"
        )
        move.button_draft()
        move.invoice_line_ids.discount = 0
        self.company.account_discount_expense_allocation_id = False
        move.invoice_line_ids.discount = 10
        move.action_post()
        self.assertEqual(
            self.lines_of(self.booked(move)), [("3000", HIGH, 90000, 22500)]
        )

    def test_account_that_does_not_take_the_type_names_both_ways_out(self):
        move = self.invoice(self.line(500.0, "31", "3030", discount=20))
        job = self.stopped(move, "blocked", "3081", "MEDIUM", "Invoice line discounts")
        self.assertEqual(job.setting_model, "fiken.ledger")
        self.sandbox.unknowns(account_vat_types="accept")
        move.action_fiken_send()
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [("3030", "MEDIUM", 50000, 7500), ("3081", "MEDIUM", -10000, -1500)],
        )

    def test_what_is_forgotten_is_stopped_with_both_sides(self):
        """Whatever makes the lines, the journal decides."""
        move = self.invoice(self.line(1000.0, discount=10))
        lines = type(self.env["fiken.document.lines"])
        with patch.object(lines, "_discounts", lambda self, move: {}):
            self.stopped(
                move,
                "failed",
                "3081: Odoo -100.00, Fiken 0.00",
                "3000: Odoo 1,000.00, Fiken 900.00",
                "Invoice line discounts",
            )


class TestDiscountsOfIssued(DiscountMixin, CreditMixin, InvoiceCase):
    """Invoices that Fiken issues."""

    def test_full_price_and_the_discount_below(self):
        move = self.invoice(self.line(500.0, quantity=2, discount=10))
        invoice = self.issued(move)
        self.assertEqual(
            self.posted(invoice),
            [("3000", HIGH, 100000, 25000), ("3081", HIGH, -10000, -2500)],
        )
        first, second = invoice["lines"]
        self.assertEqual((first["quantity"], first["unitPrice"]), (2, 50000))
        self.assertEqual((second["quantity"], second["unitPrice"]), (1, -10000))
        note = self.credited(self.credit(move))
        self.assertEqual(note["gross"], -invoice["gross"])

    def test_negative_lines_that_fiken_refuses(self):
        self.sandbox.unknowns(negative_lines="refuse")
        move = self.invoice(self.line(1000.0, discount=10))
        self.not_issued(move, "blocked", "Negative Lines", "Invoice line discounts")
        self.sandbox.unknowns(negative_lines="accept")
        move.action_fiken_send()
        self.issued(move)


class TestDiscountsOfBills(DiscountMixin, BillCase):
    def test_bill(self):
        move = self.bill(self.cost(1000.0, discount=10))
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [("4300", HIGH, 100000, 25000), ("4360", HIGH, -10000, -2500)],
        )

    def test_refund(self):
        move = self.refund(self.cost(1000.0, discount=10))
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [("4300", HIGH, -100000, -25000), ("4360", HIGH, 10000, 2500)],
        )

    def test_services_from_abroad(self):
        for code in ("86", "87"):
            move = self.bill(self.cost(1000.0, code, "6553", discount=10))
            before = self.balances()
            self.booked(move)
            after = self.balances()
            for account in ("6553", "4360"):
                self.assertEqual(
                    after.get(account, 0) - before.get(account, 0),
                    journal_of(move)[account],
                    code,
                )

    def test_stops_where_negative_lines_are_not_allowed(self):
        self.fiken_company.negative_lines = "stop"
        move = self.bill(self.cost(1000.0, discount=10))
        self.stopped(
            move, "blocked", "4360", "Negative Lines", "Invoice line discounts"
        )

    def test_draft(self):
        self.vendor.bill_mode = "draft"
        draft = self.drafted(self.bill(self.cost(1000.0, discount=10)))
        self.assertEqual(
            [(line["incomeAccount"], line["net"]) for line in draft["lines"]],
            [("4300", 100000), ("4360", -10000)],
        )


class TestJournalOfSales(SaleCase):
    """What somebody changed in the journal items is booked, or stopped."""

    def test_vat_that_stands_on_another_account_is_stopped_with_both_sides(self):
        move = self.invoice(self.line(1000.0), post=False)
        move.line_ids.filtered("tax_line_id").account_id = self.account("2790")
        move.action_post()
        self.stopped(
            move,
            "failed",
            "VAT HIGH: Odoo 0.00, Fiken 250.00",
            "Odoo 250.00, Fiken 0.00",
            "journal items",
        )

    def test_vat_on_payment_is_stopped_and_names_the_tax(self):
        tax = self.cash_basis(self.tax("3"))
        line = self.line(1000.0)
        line["tax_ids"] = [Command.set(tax.ids)]
        job = self.stopped(self.invoice(line), "blocked", tax.name, "cash basis")
        self.assertEqual((job.setting_model, job.setting_id), (tax._name, tax.id))

    def cash_basis(self, tax):
        self.company.tax_exigibility = True
        transition = self.account("2790").copy({"code": "2799", "reconcile": True})
        return tax.copy(
            {
                "name": "25 % ved betaling",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": transition.id,
            }
        )
