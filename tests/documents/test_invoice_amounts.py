from ..common import SLUG_NO_VAT
from .invoices import InvoiceCase


class TestInvoiceAmounts(InvoiceCase):
    """Fiken computes itself: what it computes is Odoo's total, or nothing is booked."""

    def test_quantity_price_and_discount_are_odoos_where_they_give_its_amount(self):
        move = self.invoice(self.line(12.5, quantity=2.5, discount=10.0))
        [line] = self.issued(move)["lines"]
        self.assertEqual(
            (line["quantity"], line["unitPrice"], line["discount"], line["net"]),
            (2.5, 1250, 10, 2813),
        )
        self.assertNotIn("comment", line)

    def test_price_with_parts_of_an_ore_is_one_piece_and_says_how(self):
        self.env.ref("product.decimal_price").digits = 5
        move = self.invoice(self.line(0.12345, quantity=1000, discount=5.0))
        [line] = self.issued(move)["lines"]
        self.assertEqual((line["quantity"], line["unitPrice"]), (1, 11728))
        self.assertEqual(line["comment"], "1000 × 0,12345 − 5 %")

    def test_price_with_vat_in_it_is_one_piece_and_says_so(self):
        self.tax("3").price_include_override = "tax_included"
        move = self.invoice(self.line(125.0, quantity=2))
        [line] = self.issued(move)["lines"]
        self.assertEqual((line["net"], line["vat"]), (20000, 5000))
        self.assertEqual(line["comment"], "2 × 125 with VAT")

    def test_surcharge_is_no_discount_below_zero(self):
        move = self.invoice(self.line(100.0, discount=-10.0))
        [line] = self.issued(move)["lines"]
        self.assertEqual((line["net"], line["discount"]), (11000, 0))
        self.assertEqual(line["comment"], "1 × 100 − -10 %")

    def test_rounding_difference_is_a_line_of_its_own(self):
        self.round("globally")
        move = self.invoice(*(self.line(10.02) for _each in range(2)))
        self.assertEqual(move.amount_total, 25.05)
        invoice = self.issued(move)
        self.assertEqual(invoice["gross"], 2505)
        self.assertEqual(
            self.posted(invoice),
            [("3000", "HIGH", 1002, 251)] * 2 + [("7740", "NONE", -1, 0)],
        )
        self.assertIn("Odoo 5.01, Fiken 5.02", self.jobs(move, "invoice_draft").note)

    def test_rounding_per_line_needs_no_rounding_account(self):
        self.round("per_line")
        move = self.invoice(*(self.line(10.02) for _each in range(3)))
        self.assertEqual(
            self.posted(self.issued(move)), [("3000", "HIGH", 1002, 251)] * 3
        )

    def test_rounding_account_that_fiken_refuses_stops_with_both_figures(self):
        self.sandbox.unknowns(rounding_account_on_sales="refuse")
        self.round("globally")
        move = self.invoice(*(self.line(10.02) for _each in range(2)))
        ledger = self.vendor.ledger_id
        words = ("7740", "Odoo 5.01, Fiken 5.02", ledger.name)
        job = self.not_issued(move, "blocked", *words)
        self.assertEqual((job.setting_model, job.setting_id), (ledger._name, ledger.id))
        ledger.rounding_code = "3900"
        self.assertIn(("3900", "NONE", -1, 0), self.posted(self.issued(move)))

    def test_rounding_to_whole_kroner(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Hele kroner",
                "rounding": 1.0,
                "strategy": "add_invoice_line",
                "profit_account_id": self.account("7740").id,
                "loss_account_id": self.account("7740").id,
            }
        )
        move = self.invoice(self.line(10.3), invoice_cash_rounding_id=rounding.id)
        invoice = self.issued(move)
        self.assertEqual(invoice["gross"], 1300)
        self.assertEqual(
            self.posted(invoice), [("3000", "HIGH", 1030, 258), ("7740", "NONE", 12, 0)]
        )

    def test_negative_line_stops_unless_it_is_allowed(self):
        lines = [self.line(100.0), self.line(-10.0, name="Rabatt")]
        move = self.invoice(*lines)
        job = self.not_issued(move, "blocked", "-12.50")
        self.assertEqual(job.setting_model, "fiken.company")
        self.fiken_company.negative_lines = "send"
        self.assertEqual(self.issued(move)["gross"], 11250)

    def test_negative_line_that_fiken_refuses(self):
        self.fiken_company.negative_lines = "send"
        self.sandbox.unknowns(negative_lines="refuse")
        move = self.invoice(self.line(100.0), self.line(-10.0))
        job = self.not_issued(move, "blocked", "negative", "Do not send")
        self.assertEqual(job.setting_model, self.fiken_company._name)
        self.sandbox.unknowns(negative_lines="accept")
        job.action_retry()
        self.assertEqual(self.issued(move)["gross"], 11250)

    def test_invoice_of_zero_is_nothing_to_issue(self):
        move = self.invoice(self.line(100.0, discount=100.0))
        self.send()
        self.assertFalse(self.drafts())
        self.assertNotIn(move.fiken_state, ("booked", "failed", "blocked"))
        self.assertIn("zero", self.jobs(move, "invoice_draft").reason)

    def test_fikens_total_is_compared_before_it_is_booked(self):
        self.vendor.sale_mode = "draft"
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        [line] = draft["lines"]
        self.edit(draft, {"lines": [{**line, "unitPrice": 90000}]})
        move.action_fiken_book()
        self.not_issued(move, "failed", "1,250.00", "1,125.00")
        self.assertEqual(len(self.drafts()), 1)
        self.edit(draft, {"lines": [line]})
        move.action_fiken_send()
        self.issued(move)

    def test_raw_fish_cannot_be_on_fikens_invoices(self):
        self.tax("32").amount = 11.11
        move = self.invoice(self.line(100.0, "32", "3030", name="Torsk"))
        self.not_issued(move, "failed", "Torsk", "VAT type")

    def test_account_and_vat_type_that_fiken_does_not_combine(self):
        move = self.invoice(self.line(100.0, "3", "3100"))
        self.not_issued(move, "blocked", "3100", "HIGH")
        self.assertEqual(len(self.drafts()), 1, "the draft is there to be corrected")


class TestInvoiceWithoutVat(InvoiceCase):
    """A company that is not registered for VAT issues invoices outside the act."""

    slug = SLUG_NO_VAT

    def test_everything_is_outside(self):
        invoice = self.issued(self.invoice(self.line(100.0, None, "3200")))
        self.assertEqual(self.posted(invoice), [("3200", "OUTSIDE", 10000, 0)])

    def test_product_is_outside_too(self):
        product = self.goods(property_account_income_id=self.account("3200").id)
        line = self.line(100.0, None, "3200", product_id=product.id)
        self.issued(self.invoice(line))
        [body] = self.sent("POST", "/products")
        self.assertEqual(body["vatType"], "OUTSIDE")

    def test_vat_is_stopped(self):
        move = self.invoice(self.line(100.0, "3", "3200", name="Kaffekurs"))
        self.not_issued(move, "failed", "Kaffekurs", "not registered for VAT")
