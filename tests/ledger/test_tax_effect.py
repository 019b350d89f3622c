"""A tax is judged by what it does in Odoo, not by its SAF-T code alone."""

from odoo import Command

from ...models.outbox.exceptions import MissingSetting
from ..common import FikenCase


class TestTaxEffect(FikenCase):
    def changed(self, code, use, **values):
        """A copy of a tax of the chart with other values."""
        return self.tax(code, use).copy(
            {"name": f"Egen {code} {sorted(values.items())}", **values}
        )

    def added(self, tax):
        """The parts that it adds, on invoices and on credit notes."""
        return tax.repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax" and line.factor_percent > 0
        )

    def assertJudged(self, tax, *words):
        with self.assertRaises(MissingSetting) as gap:
            tax._fiken_type(tax.type_tax_use)
        self.assertEqual(gap.exception.setting, tax)
        message = str(gap.exception.message)
        for word in (tax.display_name, *words):
            self.assertIn(word, message)
        self.assertEqual(str(tax._fiken_problem()), message)

    def test_every_tax_of_the_chart_with_a_type_does_what_it_says(self):
        taxes = self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("l10n_no_standard_code", "!=", False),
                ("fiken_vat_type", "!=", False),
            ]
        )
        self.assertEqual(
            [tax.l10n_no_standard_code for tax in taxes if tax._fiken_problem()],
            ["32"],
            "raw fish is 11 % in Odoo's chart",
        )

    def test_rate_of_the_charts_raw_fish(self):
        self.assertJudged(self.tax("32"), "11 %", "11.11 %", "RAW_FISH")
        self.tax("32").amount = 11.11
        self.assertFalse(self.tax("32")._fiken_problem())

    def test_rates_that_fiken_does_not_have(self):
        for code, use, rate in (
            ("3", "sale", 24.0),
            ("31", "sale", 12.0),
            ("5", "sale", 25.0),
            ("1", "purchase", 15.0),
            ("86", "purchase", 15.0),
            ("3", "sale", 0.0),
        ):
            with self.subTest(code=code, rate=rate):
                self.assertJudged(self.changed(code, use, amount=rate), f"{rate:g} %")

    def test_share_of_a_price_with_vat_in_it(self):
        tax = self.changed("3", "sale", amount_type="division", amount=20.0)
        self.assertFalse(tax._fiken_problem())
        tax.amount = 25.0
        self.assertJudged(tax, "HIGH is 25 %")

    def test_price_with_vat_in_it_is_no_matter(self):
        tax = self.changed("3", "sale", price_include_override="tax_included")
        self.assertFalse(tax._fiken_problem())

    def test_amount_a_piece_is_no_vat(self):
        for code, use in (("7", "sale"), ("3", "sale"), ("0", "purchase")):
            tax = self.changed(code, use, amount_type="fixed", amount=0.5)
            self.assertJudged(tax, "no per cent")

    def test_due_on_payment(self):
        self.company.tax_exigibility = True
        account = self.account("2790").copy({"code": "2799", "reconcile": True})
        for code, use in (("3", "sale"), ("1", "purchase")):
            tax = self.changed(
                code,
                use,
                tax_exigibility="on_payment",
                cash_basis_transition_account_id=account.id,
            )
            self.assertJudged(tax, "cash basis")

    def test_sales_vat_that_is_not_on_a_vat_account(self):
        for account in (False, self.account("3000").id, self.account("2062").id):
            tax = self.changed("3", "sale", description=str(account))
            self.added(tax).account_id = account
            self.assertJudged(tax, "otherwise")

    def test_purchase_vat_that_is_not_deducted_is_a_cost_at_any_rate(self):
        tax = self.changed("1", "purchase", amount=15.0)
        self.added(tax).account_id = False
        self.assertFalse(tax._fiken_problem())

    def test_a_type_that_only_odoo_takes_back(self):
        """Code 81 adds and takes away: that is no VAT which the supplier charges."""
        tax = self.tax("81", "purchase")
        tax.fiken_vat_type = "HIGH"
        self.assertJudged(tax, "otherwise")
        tax = self.tax("1", "purchase")
        tax.fiken_vat_type = "HIGH_FOREIGN_SERVICE_DEDUCTIBLE"
        self.assertJudged(tax, "otherwise")

    def test_group_is_its_one_tax_or_none(self):
        group = self.env["account.tax"].create(
            {
                "name": "Gruppe",
                "amount_type": "group",
                "type_tax_use": "sale",
                "children_tax_ids": [Command.set(self.tax("3").ids)],
            }
        )
        self.assertFalse(group._fiken_problem())
        group.children_tax_ids |= self.tax("33")
        self.assertIn("several taxes", str(group._fiken_problem()))
