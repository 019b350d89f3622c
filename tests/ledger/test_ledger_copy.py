"""A ledger is copied to other vendors, and its changes are logged."""

from odoo.tests import Form

from ..common import FikenCase
from .common import mapped, refused


class TestCopying(FikenCase):
    """What copying changes is shown first; nothing else changes a vendor."""

    def setUp(self):
        super().setUp()
        self.default = self.env["fiken.ledger"]._default_of(self.company)
        self.other = self.env["fiken.vendor"].create(
            {
                "name": "Torget",
                "code": "TORG",
                "fiken_company_id": self.fiken_company.id,
            }
        )

    def ledger_line(self, ledger, code="3000"):
        return mapped(ledger, self.account(code))

    def wizard(self, action):
        self.assertEqual(action["res_model"], "fiken.ledger.copy")
        return self.env["fiken.ledger.copy"].browse(action["res_id"])

    def shown(self, wizard):
        return {
            (line.target_id.name, line.source_name, line.now_code, line.new_code)
            for line in wizard.line_ids
        }

    def test_apply_shows_then_does(self):
        vendors = self.default.vendor_ids | self.vendor | self.other
        self.ledger_line(self.default).fiken_code = "3010"
        name = self.ledger_line(self.default).source_name
        wizard = self.wizard(self.default.action_apply_to_vendors())
        self.assertEqual(
            {(*row[1:],) for row in self.shown(wizard)}, {(name, "3000", "3010")}
        )
        self.assertEqual(len(wizard.line_ids), len(vendors))
        self.assertEqual(self.ledger_line(self.other.ledger_id).fiken_code, "3000")
        wizard.action_apply()
        self.assertEqual(self.ledger_line(self.other.ledger_id).fiken_code, "3010")
        self.assertEqual(self.ledger_line(self.vendor.ledger_id).fiken_code, "3010")

    def test_what_is_not_ticked_stays(self):
        self.ledger_line(self.default).fiken_code = "3010"
        wizard = self.wizard(self.default.action_apply_to_vendors())
        wizard.line_ids.filtered(
            lambda one: one.target_id == self.other.ledger_id
        ).is_chosen = False
        wizard.action_apply()
        self.assertEqual(self.ledger_line(self.other.ledger_id).fiken_code, "3000")
        self.assertEqual(self.ledger_line(self.vendor.ledger_id).fiken_code, "3010")

    def test_a_proposal_does_not_replace_what_was_accepted_there(self):
        """It is shown and marked, but not ticked; what was accepted here is."""
        target = self.other.ledger_id
        self.ledger_line(target).fiken_code = "3020"
        self.ledger_line(target, "3010").fiken_code = "3020"
        self.ledger_line(self.default, "3010").action_accept()
        wizard = self.wizard(self.default.action_apply_to_vendors())
        shown = {
            line.source_line_id.account_code: (line.is_chosen, line.undoes_a_choice)
            for line in wizard.line_ids
            if line.target_id == target
        }
        self.assertEqual(shown, {"3000": (False, True), "3010": (True, False)})
        wizard.action_apply()
        self.assertEqual(self.ledger_line(target).fiken_code, "3020")
        self.assertEqual(self.ledger_line(target, "3010").fiken_code, "3010")

    def test_copy_to_chosen_vendors(self):
        """New lines, changed lines and the ledger's settings; what is missing stays."""
        ledger, target = self.vendor.ledger_id, self.other.ledger_id
        category = self.env["product.category"].create({"name": "Drikke"})
        self.env["fiken.ledger.line"].create(
            {
                "ledger_id": ledger.id,
                "category_id": category.id,
                "fiken_code": "3030",
                "purchase_code": "4300",
            }
        )
        self.ledger_line(ledger, "7140").unlink()
        ledger.rounding_code = "7790"
        target.sales_without_tax = "OUTSIDE"
        wizard = self.wizard(ledger.action_copy_to_vendors())
        self.assertFalse(wizard.line_ids)
        with Form(wizard) as form:
            form.target_ids.add(target)
        shown = {row[1:] for row in self.shown(wizard)}
        self.assertEqual(
            shown,
            {
                ("Drikke", False, "3030"),
                ("Rounding Account", "7740", "7790"),
                (
                    "No Tax on Sales",
                    "Outside the VAT act (code 6)",
                    "No VAT treatment (code 7)",
                ),
            },
        )
        wizard.action_apply()
        self.assertEqual(target._category_code(category, "expense"), "4300")
        self.assertEqual(target.rounding_code, "7790")
        self.assertEqual(target.sales_without_tax, "NONE")
        self.assertEqual(self.ledger_line(target, "7140").fiken_code, "7140")

    def test_equal_ledgers_have_nothing_to_copy(self):
        wizard = self.wizard(self.default.action_apply_to_vendors())
        self.assertFalse(
            wizard.line_ids.filtered(lambda one: not one.setting), "No line differs"
        )

    def test_another_companys_ledger_is_no_target(self):
        foreign = self.env["fiken.ledger"]._default_of(
            self.env["res.company"].create({"name": "Annen AS"})
        )
        wizard = self.wizard(self.vendor.ledger_id.action_copy_to_vendors())
        wizard.target_ids = foreign
        with refused(self, "belongs to another company"):
            wizard.action_apply()
        self.assertFalse(foreign.line_ids)

    def test_gaps_are_counted(self):
        """A list of vendors shows who still has accounts to map."""
        ledger = self.other.ledger_id
        gaps = lambda: ledger.invalidate_recordset() or ledger.gap_count  # noqa: E731
        self.assertEqual(self.other.unmapped_count, 0)
        self.ledger_line(ledger, "7140").fiken_code = "4999"
        self.assertEqual(gaps(), 1, "A code that Fiken does not have")
        ledger.means_line_ids[0].unlink()
        self.assertEqual(gaps(), 2, "A means of payment")
        self.ledger_line(ledger, self.company.income_account_id.code).unlink()
        categories = self.env["product.category"].search_count([])
        self.assertEqual(gaps(), 2 + 1 + categories, "An account, and who needs it")
        self.other.invalidate_recordset()
        self.assertEqual(self.other.unmapped_count, gaps())
        self.assertEqual(self.vendor.unmapped_count, 0)

    def test_a_list_of_shops_asks_no_more_for_more_of_them(self):
        def queries(vendors):
            for _warm in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                vendors.mapped("unmapped_count")
            return self.env.cr.sql_log_count - before

        few = queries(self.vendor | self.other)
        more = self.env["fiken.vendor"].create(
            [{"name": f"Shop {number}"} for number in range(5)]
        )
        self.assertEqual(queries(self.vendor | self.other | more), few)

    def test_changes_are_logged(self):
        """Who, when, from and to: accountants ask."""
        ledger = self.vendor.ledger_id
        before = ledger.message_ids
        self.ledger_line(ledger).fiken_code = "3010"
        message = ledger.message_ids - before
        self.assertEqual(len(message), 1)
        self.assertEqual(message.author_id, self.env.user.partner_id)
        name = self.ledger_line(ledger).source_name
        self.assertIn(f"{name}: 3000 → 3010", message.body)
        account = self.fiken_company.account_ids.filtered(
            lambda one: one.code == "3020"
        )
        before = ledger.message_ids
        self.ledger_line(ledger).fiken_account_id = account
        message = ledger.message_ids - before
        self.assertEqual(len(message), 1)
        self.assertIn(f"{name}: 3010 → 3020", message.body)
        self.assertEqual(self.ledger_line(ledger).fiken_code, "3020")
        before = ledger.message_ids
        self.ledger_line(ledger).unlink()
        self.assertIn("3020 → –", (ledger.message_ids - before).body)

    def test_saving_the_same_code_changes_nothing(self):
        ledger = self.vendor.ledger_id
        before = ledger.message_ids
        self.ledger_line(ledger).fiken_code = "3000"
        self.assertEqual(ledger.message_ids, before)
