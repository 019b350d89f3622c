from odoo import Command
from odoo.tests import Form

from ...fiken_api import money
from .invoices import InvoiceCase
from .sales import SaleCase


class OddMixin:
    """Documents that are not just a few lines with one tax each."""

    def same_as_odoo(self, move, lines):
        """Net by account and VAT by type in Fiken are those of Odoo's journal."""
        odoo, fiken = {}, {}
        for aml in move.line_ids - move.line_ids.filtered(
            lambda line: line.display_type in ("payment_term", "cogs")
        ):
            key = "VAT" if aml.tax_line_id else self.place(aml.account_id.code)
            odoo[key] = odoo.get(key, 0) - money.to_ore(aml.balance)
        for account, _type, net, vat in lines:
            account = self.place(account)
            fiken[account] = fiken.get(account, 0) + net
            fiken["VAT"] = fiken.get("VAT", 0) + vat
        self.assertEqual(
            {key: ore for key, ore in fiken.items() if ore},
            {key: ore for key, ore in odoo.items() if ore},
        )

    def place(self, account):
        """What Fiken's VAT arithmetic leaves over is on 7740: with it VAT is Odoo's."""
        return "VAT" if account == "7740" else account

    def cash_rounding(self, strategy):
        return self.env["account.cash.rounding"].create(
            {
                "name": "Hele kroner",
                "rounding": 1.0,
                "strategy": strategy,
                "profit_account_id": self.account("7740").id,
                "loss_account_id": self.account("7740").id,
            }
        )

    def early_discount(self, computation):
        return self.env["account.payment.term"].create(
            {
                "name": "2/7, netto 30",
                "early_discount": True,
                "early_pay_discount_computation": computation,
                "discount_percentage": 2,
                "discount_days": 7,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )


class TestOddSales(OddMixin, SaleCase):
    """Issued by Odoo."""

    def right(self, move):
        sale = self.booked(move)
        self.same_as_odoo(move, self.lines_of(sale))
        self.assertEqual(
            sale["netAmount"] + sale["vatAmount"], money.to_ore(move.amount_total)
        )
        return sale

    def test_cash_rounding_as_a_line(self):
        for price in (100.31, 100.21):
            move = self.invoice(
                self.line(price),
                invoice_cash_rounding_id=self.cash_rounding("add_invoice_line").id,
            )
            self.fiken_company.negative_lines = "send"
            self.assertEqual(move.amount_total % 1, 0)
            self.right(move)

    def test_cash_rounding_in_the_biggest_tax(self):
        move = self.invoice(
            self.line(100.31),
            self.line(10.0, "31", "3030"),
            invoice_cash_rounding_id=self.cash_rounding("biggest_tax").id,
        )
        self.assertEqual(move.amount_total % 1, 0)
        sale = self.right(move)
        self.assertIn("7740", [line[0] for line in self.lines_of(sale)])
        self.assertIn("VAT HIGH", self.jobs(move, "sale").note)

    def test_cash_rounding_above_the_cap_stops_with_both_figures(self):
        self.fiken_company.rounding_cap_ore = 10
        move = self.invoice(
            self.line(100.31),
            invoice_cash_rounding_id=self.cash_rounding("biggest_tax").id,
        )
        self.stopped(move, "failed", "rounding cap", "HIGH: Odoo 24.69, Fiken 25.08")

    def test_early_discount_is_booked_when_it_is_taken(self):
        for computation in ("included", "excluded"):
            move = self.invoice(
                self.line(1000.0),
                invoice_payment_term_id=self.early_discount(computation).id,
            )
            sale = self.right(move)
            self.assertEqual(self.lines_of(sale), [("3000", "HIGH", 100000, 25000)])

    def test_early_discount_that_lowers_the_vat_at_once_is_stopped(self):
        term = self.early_discount("mixed")
        move = self.invoice(self.line(1000.0), invoice_payment_term_id=term.id)
        self.assertEqual(move.amount_tax, 245.0)
        self.stopped(move, "failed", "payment term", "lowers the VAT")

    def test_invoice_in_advance_is_dated_on_the_invoice(self):
        move = self.invoice(self.line(100.0), delivery_date="2026-05-01")
        sale = self.right(move)
        self.assertEqual(sale["date"], "2026-03-16")

    def test_zero_lines_sections_subsections_and_notes(self):
        move = self.invoice(
            {"display_type": "line_section", "name": "Varer"},
            self.line(100.0),
            {"display_type": "line_subsection", "name": "Gratis"},
            self.line(0.0),
            self.line(50.0, quantity=0),
            self.line(10.0, discount=100.0),
            {"display_type": "line_note", "name": "Takk"},
        )
        self.assertEqual(
            self.lines_of(self.right(move)), [("3000", "HIGH", 10000, 2500)]
        )

    def test_document_of_zero_lines_only_is_nothing_to_book(self):
        move = self.invoice(self.line(0.0))
        self.send()
        self.assertEqual(self.jobs(move, "sale").state, "dropped")
        self.assertFalse(self.sales())

    def test_negative_line_that_lowers_its_account(self):
        move = self.invoice(self.line(100.0), self.line(-20.0, name="Rabatt"))
        self.assertEqual(
            self.lines_of(self.right(move)), [("3000", "HIGH", 8000, 2000)]
        )

    def test_prices_with_and_without_vat_and_discounts(self):
        included = self.tax("3").copy(
            {"name": "25 % i prisen", "price_include_override": "tax_included"}
        )
        for method in ("globally", "per_line"):
            self.round(method)
            line = self.line(99.9, discount=7.5)
            line["tax_ids"] = [Command.set(included.ids)]
            self.right(self.invoice(line, self.line(33.33, discount=33.3), line))

    def test_tax_group_with_several_taxes_is_stopped(self):
        group = self.env["account.tax"].create(
            {
                "name": "Gruppe",
                "amount_type": "group",
                "type_tax_use": "sale",
                "children_tax_ids": [Command.set((self.tax("3") | self.tax("33")).ids)],
            }
        )
        line = self.line(100.0)
        line["tax_ids"] = [Command.set(group.ids)]
        self.stopped(self.invoice(line), "failed", "several taxes")

    def test_accounting_date_of_a_locked_period_is_told(self):
        move = self.invoice(self.line(100.0), post=False)
        move.date = "2026-04-01"
        move.action_post()
        sale = self.booked(move)
        self.assertEqual(sale["date"], "2026-03-16")
        self.assertIn("04/01/2026", self.jobs(move, "sale").note)

    # Sale orders

    def order(self, *prices):
        if "sale.order" not in self.env:
            self.skipTest("sale is not installed")
        product = self.env["product.product"].create(
            {
                "name": "Kaffemaskin",
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": [Command.set(self.tax("3").ids)],
                "property_account_income_id": self.account("3000").id,
            }
        )
        order = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "price_unit": price})
                        for price in prices
                    ],
                }
            )
        )
        order.action_confirm()
        return order

    def invoiced(self, order, **values):
        wizard = (
            self.env["sale.advance.payment.inv"]
            .sudo()
            .with_context(active_model="sale.order", active_ids=order.ids)
        )
        before = order.invoice_ids
        wizard.create(values).create_invoices()
        move = order.invoice_ids - before
        move.invoice_date = "2026-03-16"
        move.action_post()
        return move

    def test_down_payment_and_the_invoice_that_deducts_it(self):
        order = self.order(1000.0, 333.33)
        down = self.invoiced(order, advance_payment_method="percentage", amount=30)
        self.right(down)
        final = self.invoiced(order, advance_payment_method="delivered")
        self.assertLess(final.amount_total, 1333.33)
        self.right(final)
        booked = sum(sale["netAmount"] for sale in self.sales())
        self.assertEqual(booked, 133333, "the whole order, once")

    def test_down_payment_on_a_balance_account_is_heard(self):
        """Fiken takes no VAT on 2900: it says so, and nothing is booked."""
        move = self.invoice(self.line(300.0, account="2900"))
        self.stopped(move, "blocked", "2900")


class TestOddInvoices(OddMixin, InvoiceCase):
    """Issued by Fiken."""

    def right(self, move):
        invoice = self.issued(move)
        self.same_as_odoo(move, self.posted(invoice))
        self.assertEqual(invoice["gross"], money.to_ore(move.amount_total))

    def test_cash_rounding(self):
        self.fiken_company.negative_lines = "send"
        for strategy in ("add_invoice_line", "biggest_tax"):
            self.right(
                self.invoice(
                    self.line(100.31),
                    self.line(10.0, "31", "3030"),
                    invoice_cash_rounding_id=self.cash_rounding(strategy).id,
                )
            )

    def test_early_discounts(self):
        self.fiken_company.negative_lines = "send"
        for computation in ("included", "excluded"):
            self.right(
                self.invoice(
                    self.line(1000.0),
                    invoice_payment_term_id=self.early_discount(computation).id,
                )
            )
        term = self.early_discount("mixed")
        move = self.invoice(self.line(1000.0), invoice_payment_term_id=term.id)
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        self.assertIn("payment term", self.jobs(move, "invoice_draft").reason)

    def test_form_shows_the_fields(self):
        move = self.invoice(self.line(10.0), move_type="out_refund", post=False)
        with Form(move) as form:
            self.assertEqual(form.fiken_mode, "booked")
