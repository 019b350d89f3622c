"""The page of a document's job: what is wrong, how to fix it, what happened."""

from odoo import Command
from odoo.tests import Form

from ..people import SecurityCase


class TestJobPage(SecurityCase):
    def setUp(self):
        super().setUp()
        self.move = self.invoice(self.line(100.0, "3", "3005"))
        self.send()
        self.job = self.jobs(self.move, "sale")
        self.assertEqual(self.job.state, "blocked")

    def choose(self, code):
        """What a manager, who need not be an accountant, does in the dialog."""
        action = self.job.with_user(self.manager).action_fix()
        self.assertEqual(action["target"], "new")
        cure = self.env[action["res_model"]].with_user(self.manager)
        with Form(cure.with_context(**action["context"])) as form:
            self.assertEqual(len(form.line_ids), 1)
            with form.line_ids.edit(0) as line:
                self.assertTrue(line.is_missing)
                self.assertIn("3005", line.name)
                line.fiken_account_id = self.fiken_company.account_ids.filtered(
                    lambda account: account.code == code
                )
        return form.record

    def test_account_chosen_on_the_spot_is_saved_and_sent(self):
        self.choose("3000").action_save()
        self.send()
        self.assertEqual(self.move.fiken_state, "booked")
        (sale,) = self.sales()
        self.assertEqual(sale["lines"][0]["account"], "3000")
        self.assertEqual(self.vendor.ledger_id._code_of(self.account("3005")), "3000")

    def test_who_may_not_fix_it_reads_who_may(self):
        job = self.job.with_user(self.invoicer)
        self.assertFalse(job.may_cure)
        self.assertIn(self.manager.name, job.who_may)
        job = self.job.with_user(self.manager)
        self.assertTrue(job.may_cure)
        self.assertFalse(job.who_may)

    def test_alert_on_the_invoice_names_the_button_that_is_there(self):
        alert = self.move.with_user(self.invoicer)._get_alerts()["fiken"]
        self.assertEqual(alert["action"]["res_model"], "fiken.job")
        self.invoicer.group_ids = [
            Command.link(self.env.ref("fiken_connector.group_fiken_manager").id)
        ]
        alert = self.move.with_user(self.invoicer)._get_alerts()["fiken"]
        self.assertEqual(alert["action"]["res_model"], "fiken.cure")

    def test_time_line_shows_requests_to_managers_only(self):
        self.choose("3000").action_save()
        self.send()
        self.assertIn("POST", self.job.with_user(self.manager).happened)
        self.assertIn("/sales", self.job.with_user(self.manager).happened)
        self.job.invalidate_recordset()
        self.assertNotIn("/sales", self.job.with_user(self.invoicer).happened)

    def test_other_steps_are_on_the_page(self):
        steps = self.job.with_user(self.invoicer).sibling_ids
        self.assertEqual(steps.mapped("resource"), ["contact"])

    def test_refused_customer_is_fixed_in_their_own_form(self):
        self.customer.name = "x" * 300
        move = self.invoice()
        self.send()
        job = self.jobs(move, "sale").with_user(self.invoicer)
        if job.state == "blocked":
            self.assertEqual(job.action_fix()["res_model"], "res.partner")
