"""Done jobs are forgotten after a time; what somebody still needs to know is not."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from .common import OutboxCase


class TestTrim(OutboxCase):
    def setUp(self):
        super().setUp()
        self.move = self.invoice()
        self.send()
        self.sale = self.jobs(self.move, "sale")
        self.contact = self.jobs(self.customer, "contact")
        self.assertEqual({*(self.sale | self.contact).mapped("state")}, {"done"})

    def trim(self, days=401):
        with freeze_time(fields.Datetime.now() + timedelta(days=days)):
            done, more = self.env["fiken.job"].sudo()._gc_ended()
        self.env.invalidate_all()
        return done, more

    def drop(self, job):
        job.write({"state": "dropped"})
        return job

    def test_what_is_done_goes_after_400_days_and_the_record_knows_it_all(self):
        self.trim(399)
        self.assertTrue((self.sale | self.contact).exists() == self.sale | self.contact)
        messages = self.move.message_ids
        self.assertEqual(self.trim(), (2, False))
        self.assertFalse((self.sale | self.contact).exists())
        self.assertEqual(self.move.fiken_state, "booked")
        self.assertTrue(self.move.fiken_number)
        self.assertEqual(self.move.message_ids, messages)

    def test_what_is_open_stays(self):
        for state in ("pending", "sending", "blocked", "failed"):
            self.sale.state = state
            self.trim()
            self.assertTrue(self.sale.exists(), state)

    def test_what_may_be_in_fiken_stays(self):
        for job in (self.sale, self.contact):
            self.drop(job).outcome_unknown = True
        self.trim()
        self.assertEqual(len((self.sale | self.contact).exists()), 2)

    def test_what_others_wait_for_stays(self):
        waiting = self.jobs(self.unsent(), "sale")
        waiting.write({"state": "blocked", "waits_for_id": self.contact.id})
        self.trim()
        self.assertTrue(self.contact.exists())
        self.assertEqual(waiting.waits_for_id, self.contact)

    def unsent(self):
        move = self.invoice()
        self.commit()
        return move

    def test_a_decision_about_a_document_stays_and_master_data_goes(self):
        """An ignored payment is not sent again by the next comparison."""
        payment = self.sale.copy({"resource": "payment", "part": "1-1"})
        for job in (self.sale, self.contact, payment):
            self.drop(job)
        paid = payment.copy({"state": "done", "part": "2-1"})
        (payment | paid).done_at = fields.Datetime.now()
        self.trim()
        self.assertFalse(self.contact.exists())
        self.assertEqual(len((self.sale | payment | paid).exists()), 3)

    def test_how_long_is_a_system_parameter(self):
        parameter = self.env["ir.config_parameter"].sudo()
        parameter.set_param("fiken_connector.keep_done_jobs_days", "0")
        self.assertEqual(self.trim(10_000), (0, False))
        parameter.set_param("fiken_connector.keep_done_jobs_days", "30")
        self.trim(31)
        self.assertFalse(self.sale.exists())

    def test_the_log_of_a_job_that_is_gone_stays_with_its_company(self):
        lines = self.env["fiken.log"].sudo().search([("job_id", "=", self.sale.id)])
        self.assertTrue(lines)
        self.trim()
        self.assertEqual(lines.fiken_company_id, self.fiken_company)
        self.assertFalse(lines.job_id)
