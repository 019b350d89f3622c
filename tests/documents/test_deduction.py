"""Input VAT that Odoo deducts in part, or that belongs to a private part."""

from odoo import Command

from ..common import SLUG_NO_VAT
from .bills import BillCase
from .journals import journal_of

HIGH = "HIGH"
ABROAD = "HIGH_FOREIGN_SERVICE"


class DeductionCase(BillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.refund_bill = "negative"
        cls.fiken_company.negative_lines = "stop"

    def partly(self, per_cent=60, code="1", cost=None, **values):
        """A purchase tax of which only so much is deducted.

        :param cost: the account of the rest; without, it is the line's own
        """
        tax = self.tax(code, "purchase").copy(
            {"name": f"{code}, fradrag {per_cent} %, {cost or ''}", **values}
        )
        account = self.account(cost).id if cost else False
        for lines in (
            tax.invoice_repartition_line_ids,
            tax.refund_repartition_line_ids,
        ):
            [added] = lines.filtered(
                lambda line: line.repartition_type == "tax" and line.factor_percent > 0
            )
            if per_cent:
                added.factor_percent = per_cent
                added.copy({"factor_percent": 100 - per_cent, "account_id": account})
            else:
                added.account_id = account
        return tax

    def taxed(self, tax, price=1000.0, account="4300", **values):
        return {
            **self.cost(price, None, account, **values),
            "tax_ids": [Command.set(tax.ids)],
        }

    def same(self, move, *vat_accounts):
        """Fiken's accounts moved by what Odoo's journal says.

        :param vat_accounts: pairs of Odoo's and Fiken's account of VAT
        """
        before = self.balances()
        row = self.booked(move)
        after = self.balances()
        moved = {
            code: after.get(code, 0) - before.get(code, 0) for code in {*before, *after}
        }
        names = dict(vat_accounts)
        ours = journal_of(move, row["supplier"]["supplierAccountCode"], names)
        if "7740" in moved:
            # Øre that Fiken's rates leave over: with them VAT is Odoo's.
            self.assertLessEqual(abs(moved["7740"]), 2)
            for sums in (ours, moved):
                for code in ("7740", *names.values()):
                    sums["VAT"] = sums.get("VAT", 0) + sums.pop(code, 0)
        self.assertEqual(
            {code: ore for code, ore in moved.items() if ore},
            {code: ore for code, ore in ours.items() if ore},
        )
        return row

    def posted(self, row):
        return sorted(self.lines_of(row))


INPUT = ("2710", "2711")


class TestPartlyDeducted(DeductionCase):
    """Fiken deducts all VAT of a line or none: the two parts are lines of their own."""

    def test_sixty_per_cent_and_the_rest_is_cost(self):
        row = self.same(self.bill(self.taxed(self.partly())), INPUT)
        self.assertEqual(
            self.posted(row), [("4300", HIGH, 60000, 15000), ("4300", "NONE", 50000, 0)]
        )

    def test_refund(self):
        row = self.same(self.refund(self.taxed(self.partly())), INPUT)
        self.assertEqual(
            self.posted(row),
            [("4300", HIGH, -60000, -15000), ("4300", "NONE", -50000, 0)],
        )

    def test_rest_on_an_account_of_its_own(self):
        tax = self.partly(cost="7770")
        row = self.same(self.bill(self.taxed(tax)), INPUT)
        self.assertEqual(
            self.posted(row),
            [
                ("4300", HIGH, 60000, 15000),
                ("4300", "NONE", 40000, 0),
                ("7770", "NONE", 10000, 0),
            ],
        )

    def test_nothing_is_deducted(self):
        for tax in (self.partly(0), self.partly(0, cost="7770")):
            row = self.same(self.bill(self.taxed(tax)), INPUT)
            self.assertEqual({line[1] for line in self.posted(row)}, {"NONE"})

    def test_price_with_vat_in_it(self):
        tax = self.partly(price_include_override="tax_included")
        self.same(self.bill(self.taxed(tax, 1250.0)), INPUT)
        self.same(self.bill(self.taxed(tax, 99.99), self.taxed(tax, 0.07)), INPUT)

    def test_several_lines_accounts_and_taxes(self):
        tax, other = self.partly(), self.partly(37.5, "11")
        move = self.bill(
            self.taxed(tax, 33.33),
            self.taxed(tax, 10.02, "6540", discount=5),
            self.taxed(other, 77.77, "6540"),
            self.cost(99.99),
            self.cost(10.0, None),
            self.taxed(tax, -3.0),
        )
        self.same(move, INPUT, ("2711", "2712"))

    def test_ore_of_several_cost_accounts_is_where_the_journal_has_it(self):
        """Found by the deck: Odoo rounds what is not deducted account by account."""
        for per_cent in (60, 0):
            tax, other = self.partly(per_cent), self.partly(per_cent, "11")
            lines = [
                self.taxed(tax, 178.35, "6540", quantity=7, discount=5),
                self.taxed(tax, 117.029, quantity=2),
                self.taxed(other, 158.715, "7140", quantity=7, discount=5),
                self.taxed(tax, 61.3385),
                self.taxed(tax, 174.469, "6540", quantity=1.25, discount=33.33),
                self.taxed(tax, 13.4582),
            ]
            for method in ("globally", "per_line"):
                self.round(method)
                for make in (self.bill, self.refund):
                    with self.subTest(method=method, per_cent=per_cent, make=make):
                        self.same(make(*lines), INPUT, ("2711", "2712"))
                        self.same(make(*lines[1:5]), INPUT, ("2711", "2712"))

    def test_rounding_method_that_was_changed_since(self):
        tax = self.partly()
        for method, other in (("globally", "per_line"), ("per_line", "globally")):
            self.round(method)
            move = self.bill(*(self.taxed(tax, 10.02) for _line in range(3)))
            self.round(other)
            self.same(move, INPUT)

    def test_vat_that_a_person_corrected(self):
        """The journal is the truth, not what the tax would compute."""
        move = self.bill(self.taxed(self.partly()), post=False)
        deducted = move.line_ids.filtered(lambda aml: aml.account_id.code == "2710")
        term = move.line_ids.filtered(lambda aml: aml.display_type == "payment_term")
        move.write(
            {
                "line_ids": [
                    Command.update(deducted.id, {"amount_currency": 150.2}),
                    Command.update(term.id, {"amount_currency": -1250.2}),
                ]
            }
        )
        move.action_post()
        self.same(move, INPUT)

    def test_projects_share_both_parts(self):
        plan = self.env["account.analytic.plan"].create({"name": "Prosjekt"})
        self.vendor.write({"projects_enabled": True, "analytic_plan_id": plan.id})
        project = self.env["account.analytic.account"].create(
            {"name": "Alfa", "plan_id": plan.id, "code": "ALF"}
        )
        line = self.taxed(self.partly(), analytic_distribution={str(project.id): 30})
        row = self.same(self.bill(line), INPUT)
        [body] = self.sent("POST", "/purchases")
        own = [one["netPrice"] for one in body["lines"] if one.get("projectId")]
        self.assertEqual(sorted(own), [15000, 18000])
        self.assertEqual(len(row["lines"]), 4)

    def test_bill_that_is_rounded_to_kroner(self):
        tax = self.partly()
        for strategy in ("biggest_tax", "add_invoice_line"):
            rounding = self.env["account.cash.rounding"].create(
                {
                    "name": "Hele kroner",
                    "rounding": 1.0,
                    "strategy": strategy,
                    "profit_account_id": self.account("7770").id,
                    "loss_account_id": self.account("7770").id,
                }
            )
            move = self.bill(
                {"display_type": "line_section", "name": "Varer"},
                self.taxed(tax, 100.61),
                {"display_type": "line_note", "name": "Takk"},
                invoice_cash_rounding_id=rounding.id,
            )
            self.assertEqual(move.amount_total % 1, 0)
            self.same(move, INPUT)

    def test_credit_of_an_earlier_part_on_the_bill(self):
        """A line that deducts what was billed in advance."""
        tax = self.partly()
        self.same(self.bill(self.taxed(tax, 1000.0), self.taxed(tax, -333.33)), INPUT)

    def test_line_with_a_second_tax_is_stopped(self):
        tax = self.partly()
        line = self.taxed(tax)
        line["tax_ids"] = [Command.set((tax | self.tax("13", "purchase")).ids)]
        self.stopped(self.bill(line), "failed", "several taxes", tax.name)

    def test_draft_has_both_parts(self):
        self.vendor.bill_mode = "draft"
        draft = self.drafted(self.bill(self.taxed(self.partly())))
        self.assertEqual(
            [(line["vatType"], line["net"], line["gross"]) for line in draft["lines"]],
            [(HIGH, 60000, 75000), ("NONE", 50000, 50000)],
        )

    def test_service_from_abroad(self):
        tax = self.partly(code="86")
        for make, sign in ((self.bill, 1), (self.refund, -1)):
            row = self.same(
                make(self.taxed(tax, account="6553")),
                ("2714", "2716"),
                ("2704", "2706"),
            )
            self.assertEqual(
                sorted(line[:2] for line in self.posted(row)),
                [("6553", f"{ABROAD}_DEDUCTIBLE"), ("6553", f"{ABROAD}_NONDEDUCTIBLE")],
            )
            self.assertEqual(
                sum(line["netPrice"] for line in row["lines"]), sign * 110000
            )

    def test_service_from_abroad_with_the_rest_on_another_account_is_stopped(self):
        tax = self.partly(code="86", cost="7770")
        job = self.stopped(self.bill(self.taxed(tax)), "blocked", tax.name)
        self.assertEqual((job.setting_model, job.setting_id), (tax._name, tax.id))

    def test_in_another_currency_only_what_is_not_deducted_goes(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "inverse_company_rate": 11.3337,
            }
        )
        for tax in (self.partly(0), self.partly(0, cost="7770")):
            self.same(self.bill(self.taxed(tax, 33.33), currency_id=euro.id))
        tax = self.partly()
        self.stopped(
            self.bill(self.taxed(tax), currency_id=euro.id), "failed", "Norwegian VAT"
        )
        self.round("per_line")
        move = self.bill(self.cost(100.01, "86", "6553"), currency_id=euro.id)
        self.booked(move)
        self.assertIn("rounds it otherwise", self.jobs(move).note)
        abroad = self.partly(code="86")
        row = self.booked(
            self.bill(self.taxed(abroad, account="6553"), currency_id=euro.id)
        )
        self.assertEqual(len(row["lines"]), 2)

    def test_vat_on_two_balance_accounts_is_stopped(self):
        tax = self.partly(cost="1749")
        self.stopped(self.bill(self.taxed(tax)), "blocked", tax.name, "1749", "2710")

    def test_vat_on_payment_is_stopped_and_names_the_tax(self):
        self.company.tax_exigibility = True
        transition = self.account("2790").copy({"code": "2799", "reconcile": True})
        tax = self.tax("1", "purchase").copy(
            {
                "name": "25 % ved betaling",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": transition.id,
            }
        )
        self.stopped(self.bill(self.taxed(tax)), "blocked", tax.name, "cash basis")


class TestPrivatePart(DeductionCase):
    """The column *Deductible*: what is private is no matter of the company's VAT."""

    def setUp(self):
        super().setUp()
        journal = self.company_data["default_journal_purchase"]
        journal.non_deductible_account_id = self.account("2060")

    def test_sixty_per_cent_is_the_companys(self):
        row = self.same(self.bill(self.cost(1000.0, deductible_amount=60)), INPUT)
        self.assertEqual(
            self.posted(row), [("2060", "NONE", 50000, 0), ("4300", HIGH, 60000, 15000)]
        )

    def test_refund(self):
        move = self.refund(self.cost(1000.0, deductible_amount=60))
        if not move.line_ids.filtered(lambda aml: aml.account_id.code == "2060"):
            self.skipTest("Odoo knows no private part of refunds")
        self.same(move, INPUT)

    def test_all_of_a_line_is_private(self):
        self.same(self.bill(self.cost(1000.0, deductible_amount=0)), INPUT)

    def test_several_lines_and_prices(self):
        for method, other in (("globally", "per_line"), ("per_line", "globally")):
            self.round(method)
            move = self.bill(
                self.cost(33.33, deductible_amount=50),
                self.cost(10.02, "11", deductible_amount=37.5),
                self.cost(77.7, None, "6540", deductible_amount=10),
                self.cost(99.99, account="6540"),
            )
            self.round(other)
            self.same(move, INPUT, ("2711", "2712"))

    def test_price_with_vat_in_it(self):
        tax = self.tax("1", "purchase").copy(
            {"name": "25 % i prisen", "price_include_override": "tax_included"}
        )
        self.same(self.bill(self.taxed(tax, 1250.0, deductible_amount=60)), INPUT)

    def test_tax_that_is_deducted_in_part_as_well(self):
        tax = self.partly()
        self.same(self.bill(self.taxed(tax, deductible_amount=50)), INPUT)

    def test_service_from_abroad(self):
        move = self.bill(self.cost(1000.0, "86", "6553", deductible_amount=60))
        self.same(move, ("2714", "2716"), ("2704", "2706"))

    def test_project_of_the_line(self):
        plan = self.env["account.analytic.plan"].create({"name": "Prosjekt"})
        self.vendor.write({"projects_enabled": True, "analytic_plan_id": plan.id})
        project = self.env["account.analytic.account"].create(
            {"name": "Alfa", "plan_id": plan.id, "code": "ALF"}
        )
        line = self.cost(
            1000.0, deductible_amount=60, analytic_distribution={str(project.id): 100}
        )
        row = self.same(self.bill(line), INPUT)
        self.assertEqual(len(row["lines"]), 2)
        [body] = self.sent("POST", "/purchases")
        own = [one["netPrice"] for one in body["lines"] if one.get("projectId")]
        self.assertEqual(own, [60000])

    def test_in_another_currency_it_is_stopped(self):
        """There Odoo counts the private part at the currency's rate once too often."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "inverse_company_rate": 11.3337,
            }
        )
        move = self.bill(
            self.cost(100.0, "0", "6800", deductible_amount=60),
            currency_id=euro.id,
        )
        private = move.line_ids.filtered(lambda aml: aml.account_id.code == "2060")
        self.assertGreater(sum(private.mapped("amount_currency")), 100.0)
        self.stopped(move, "failed", "Deductible", "EUR", "a line of its own")

    def test_private_account_that_is_not_mapped_is_named(self):
        self.mapping("2060").unlink()
        self.stopped(
            self.bill(self.cost(1000.0, deductible_amount=60)), "blocked", "2060"
        )


class TestDeductionWithoutVat(DeductionCase):
    """A company that is not registered for VAT."""

    slug = SLUG_NO_VAT

    def test_all_is_cost(self):
        journal = self.company_data["default_journal_purchase"]
        journal.non_deductible_account_id = self.account("2060")
        for line in (
            self.taxed(self.partly()),
            self.taxed(self.partly(0)),
            self.cost(1000.0, deductible_amount=60),
        ):
            row = self.booked(self.bill(line))
            self.assertEqual({one["vatType"] for one in row["lines"]}, {"OUTSIDE"})
            self.assertEqual(sum(one["netPrice"] for one in row["lines"]), 125000)
