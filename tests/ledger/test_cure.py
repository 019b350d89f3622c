"""What is missing in the mapping is chosen in a dialog that shows that very line."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form

from ..people import SecurityCase
from .test_setup_check import SetupCase


class CureMixin:
    def dialog(self, action, user=None):
        """The dialog where what is missing is chosen."""
        env = self.env(user=user or self.env.user)
        model = env[action["res_model"]].with_context(**action["context"])
        self.assertEqual((model._name, action["target"]), ("fiken.cure", "new"))
        return Form(model)

    def asked(self, action):
        """The names of what the dialog asks for."""
        return [row.name for row in self.dialog(action).save().line_ids]

    def in_chart(self, code):
        return self.fiken_company.account_ids.filtered(lambda one: one.code == code)

    def unmap(self, source):
        ledger = self.vendor.ledger_id
        key = (source._name, source.id)
        ledger.line_ids.filtered(lambda line: line._source_key() == key).unlink()

    def without(self, code):
        """Fiken has dropped an account of its chart."""
        self.in_chart(code).active = False
        self.env["fiken.company"]._forget_routes()


class TestCureOfCheck(CureMixin, SetupCase):
    def test_gaps_are_chosen_in_one_dialog(self):
        """The check's button opens them, and so does their number on the mapping."""
        self.unmap(self.account("3020"))
        journal = self.company_data["default_journal_bank"]
        self.unmap(journal)
        self.invoice(self.line(account="3020"))
        ledger = self.vendor.ledger_id
        self.assertEqual(ledger.gap_count, 2)
        names = self.asked(ledger.action_open_gaps())
        self.assertEqual([name[:4] for name in names], ["3020", journal.name[:4]])
        line = self.assertLine(": accounts", "error", "3020 ")
        action = self.cure(line)
        self.assertEqual(self.asked(action), names)
        with self.dialog(action) as form:
            for index, code in enumerate(("3020", "1920:10001")):
                with form.line_ids.edit(index) as row:
                    self.assertFalse(row.fiken_account_id, "of many none is guessed")
                    row.fiken_account_id = self.in_chart(code)
        form.record.action_save()
        self.assertEqual(ledger._code_of(self.account("3020")), "3020")
        self.assertEqual(ledger._code_of(journal), "1920:10001")
        self.assertFalse(ledger.gap_count)
        self.assertLine(": accounts", "ok")

    def test_a_code_that_fiken_dropped_is_chosen_anew(self):
        self.without("3020")
        line = self.assertLine(": accounts", "error", "3020")
        names = self.asked(self.cure(line))
        self.assertEqual(len([name for name in names if name[:4] == "3020"]), 1)

    def test_the_rounding_account_is_chosen_there(self):
        self.vendor.ledger_id.rounding_code = "7777"
        line = self.assertLine(": accounts", "error", "7777")
        with self.dialog(self.cure(line)) as form:
            self.assertTrue(form.asks_rounding)
            form.rounding_account_id = self.in_chart("7740")
        form.record.action_save()
        self.assertEqual(self.vendor.ledger_id.rounding_code, "7740")

    def test_sales_without_tax_are_chosen_there(self):
        self.vendor.ledger_id.sales_without_tax = False
        line = self.assertLine("sales without tax", "error")
        with self.dialog(self.cure(line)) as form:
            self.assertTrue(form.asks_no_tax)
            form.sales_without_tax = "OUTSIDE"
        form.record.action_save()
        self.assertLine("sales without tax", "ok", "Outside")

    def test_accounts_that_do_not_take_it_stand_beside_it(self):
        product = self.env["product.product"].create(
            {"name": "Stol", "taxes_id": [Command.clear()]}
        )
        product.property_account_income_id = self.account("3000")
        line = self.assertLine("sales without tax", "warning", "3000")
        with self.dialog(self.cure(line)) as form:
            self.assertEqual(form.sales_without_tax, "NONE")
            with form.line_ids.edit(0) as row:
                self.assertIn("3000", row.name)
                row.fiken_account_id = self.in_chart("3200")
        form.record.action_save()
        self.assertEqual(self.vendor.ledger_id._code_of(self.account("3000")), "3200")


class TestCureOfJob(CureMixin, SecurityCase):
    def stopped(self):
        self.send()
        jobs = self.env["fiken.job"].sudo().search([("state", "=", "blocked")])
        return jobs.filtered("setting_model")

    def test_the_account_that_was_missed_stands_first(self):
        self.unmap(self.account("3020"))
        move = self.invoice(self.line(account="3000"), self.line(account="3020"))
        job = self.stopped()
        self.assertEqual(job.lacks, ["account.account", self.account("3020").id])
        action = job.with_user(self.manager).action_fix()
        self.assertEqual([name[:4] for name in self.asked(action)], ["3020", "3000"])
        with self.dialog(action, self.manager) as form, form.line_ids.edit(0) as row:
            row.fiken_account_id = self.in_chart("3020")
        form.record.action_save()
        self.assertFalse(job.lacks)
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_a_category_whose_account_fiken_dropped(self):
        category = self.env["product.category"].create({"name": "Møbler"})
        ledger = self.vendor.ledger_id
        ledger._map(category, "3020", "4300")
        product = self.env["product.product"].create(
            {"name": "Stol", "categ_id": category.id}
        )
        self.without("3020")
        move = self.invoice({"product_id": product.id, "price_unit": 100.0})
        job = self.stopped()
        self.assertEqual(job.lacks, [category._name, category.id])
        action = job.with_user(self.manager).action_fix()
        with self.dialog(action, self.manager) as form:
            self.assertTrue(form.has_categories)
            with form.line_ids.edit(0) as row:
                self.assertIn("Møbler", row.name)
                row.fiken_account_id = self.in_chart("3000")
        form.record.action_save()
        self.assertEqual(ledger._codes_of(category), ("3000", "4300"))
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_a_tax_without_type_asks_for_that_alone(self):
        """Who keeps Odoo's books changes taxes; a Fiken manager is told so."""
        tax = self.tax("3")
        tax.fiken_vat_type = False
        move = self.invoice(self.line(100.0))
        job = self.stopped()
        accountant = self.new_user(
            "anne", "account.group_account_manager", "fiken_connector.group_fiken_user"
        )
        theirs = job.with_user(accountant)
        self.assertTrue(theirs.may_cure)
        action = theirs.action_fix()
        self.assertEqual((action["res_model"], action["target"]), (tax._name, "new"))
        view = self.env["ir.ui.view"].browse(action["views"][0][0])
        with Form(tax.with_user(accountant), view) as form:
            form.fiken_vat_type = "HIGH"
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_who_may_not_change_a_tax_reads_who_may(self):
        self.tax("3").fiken_vat_type = False
        self.invoice(self.line(100.0))
        job = self.stopped().with_user(self.manager)
        self.assertFalse(job.may_cure)
        self.assertNotIn(self.manager.name, job.who_may)
        self.assertIn(self.env.user.name, job.who_may, "who is both may")
        self.env.user.group_ids -= self.env.ref("fiken_connector.group_fiken_manager")
        job.invalidate_recordset(["who_may"])
        self.assertIn("Ask", job.who_may)
        self.assertNotIn(self.manager.name, job.who_may)

    def test_only_what_is_mapped_is_saved(self):
        cure = self.env["fiken.cure"].create(
            {
                "ledger_id": self.vendor.ledger_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "source_model": "res.partner",
                            "source_id": self.customer.id,
                            "fiken_account_id": self.in_chart("3000").id,
                        }
                    )
                ],
            }
        )
        with self.assertRaisesRegex(UserError, "cannot be mapped"):
            cure.action_save()
