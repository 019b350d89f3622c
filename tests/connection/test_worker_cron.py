"""The scheduled action that sends: an administrator may have deleted it."""

from unittest.mock import patch

from ..people import MANAGER, SecurityCase


class TestWorkerCron(SecurityCase):
    def setUp(self):
        super().setUp()
        self.admin = self.new_user(
            "siri", "base.group_system", "account.group_account_invoice", MANAGER
        )
        self.cron = self.connection.cron_id

    def watch(self):
        self.env["fiken.connection"].sudo()._cron_watchdog()

    def said(self):
        return " ".join(map(str, self.connection.activity_ids.mapped("note")))

    def confirm(self):
        move = self.invoice(post=False).with_user(self.invoicer)
        move.action_post()
        self.commit()
        self.assertEqual(move.fiken_state, "waiting")
        return move

    def assertSentByANewOne(self, *moves):
        self.watch()
        self.assertNotEqual(self.connection.cron_id, self.cron)
        self.assertTrue(self.connection.cron_id.active)
        self.assertIn("deleted", self.said())
        self.assertNotIn("switched on", self.said())
        triggers = self.env["ir.cron.trigger"].sudo()
        self.assertTrue(triggers.search([("cron_id", "=", self.connection.cron_id.id)]))
        self.send()
        for move in moves:
            self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def test_everybody_confirms_after_it_was_deleted_and_it_comes_back(self):
        self.cron.with_user(self.admin).unlink()
        first = self.confirm()
        self.connection.with_user(self.invoicer).action_send_now()
        self.assertSentByANewOne(first, self.confirm())

    def test_also_where_it_was_asked_for_a_moment_ago(self):
        """Another server process knows it by a cache."""
        self.fiken_company._wake()
        self.assertEqual(self.fiken_company._cron_id(), self.cron.id)
        self.cron.with_user(self.admin).unlink()
        self.assertEqual(self.fiken_company._cron_id(), self.cron.id)
        first = self.confirm()
        self.assertFalse(self.fiken_company._cron_id())
        self.assertSentByANewOne(first)
        self.assertEqual(self.fiken_company._cron_id(), self.connection.cron_id.id)
        triggered = self.env["ir.cron.trigger"].sudo()
        before = triggered.search_count([])
        self.confirm()
        self.assertGreater(triggered.search_count([]), before)

    def test_a_new_consent_mends_it_as_well(self):
        self.cron.with_user(self.admin).unlink()
        self.assertEqual(self.connection._mend_cron(), "deleted")
        self.assertEqual(self.connection._mend_cron(), "")
        self.connection.cron_id.active = False
        self.assertEqual(self.connection._mend_cron(), "off")

    def test_the_set_up_check_says_so(self):
        self.cron.with_user(self.admin).unlink()
        with self.as_cron():
            action = self.fiken_company.with_user(self.manager).action_setup_check()
        check = self.env["fiken.setup.check"].sudo().browse(action["res_id"])
        line = check.line_ids.filtered(lambda line: line.title == "Connection")
        self.assertEqual(line.state, "error")
        self.assertIn("was deleted", line.text)

    def test_only_open_jobs_are_counted(self):
        """Years of done jobs are not read whenever the connection is opened."""
        done, waiting = self.invoice(), self.invoice()
        self.commit()
        done, waiting = self.jobs(done), self.jobs(waiting)
        done.write({"state": "done"})
        self.connection.invalidate_recordset()
        with patch.object(
            type(self.env["fiken.job"]), "_read_group", autospec=True
        ) as read:
            read.return_value = []
            self.assertFalse(self.connection.waiting_count)
        domain = read.call_args.args[1]
        self.connection.invalidate_recordset()
        waiting |= self.jobs(self.customer)
        self.assertEqual(self.connection.waiting_count, len(waiting))
        self.assertFalse(done.filtered_domain(domain))
        self.assertTrue(waiting.filtered_domain(domain))
