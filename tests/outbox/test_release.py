"""What waits for a setting or a person goes on by itself once it may."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.tools import file_open

from ...models.connection.fiken_session import FikenSession
from ...models.outbox import fiken_worker
from .common import OutboxCase


class TestRelease(OutboxCase):
    def setUp(self):
        super().setUp()
        self.ledger = self.vendor.ledger_id

    # A setting is missing

    def assertBlocked(self, move, setting):
        """It says which setting it waits for, and opens it."""
        self.send()
        job = self.jobs(move)[0]
        self.assertEqual(job.state, "blocked", job.reason)
        action = job.action_open_setting()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (setting._name, setting.id)
        )
        requested = self.sandbox.stats()["total"]
        self.send()
        self.assertEqual(self.sandbox.stats()["total"], requested, "asked in vain")

    def assertGoes(self, move):
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.jobs(move).mapped("reason"))

    def test_account_mapped_in_the_ledger(self):
        account = self.account("3000")
        move = self.unmapped(account)
        self.assertBlocked(move, self.ledger)
        self.assertIn(account.name, self.jobs(move).reason)
        line = {"account_id": account.id, "fiken_code": "3000"}
        self.ledger.line_ids = [Command.create(line)]
        self.assertGoes(move)

    def test_account_mapped_on_a_ledger_line_of_its_own(self):
        """As an import or a wizard does it: without opening the ledger."""
        account = self.account("3000")
        move = self.unmapped(account)
        self.assertBlocked(move, self.ledger)
        self.env["fiken.ledger.line"].create(
            {
                "ledger_id": self.ledger.id,
                "account_id": account.id,
                "fiken_code": "3000",
            }
        )
        self.assertGoes(move)

    def test_vat_type_chosen_on_the_tax(self):
        tax = self.tax("3")
        tax.fiken_vat_type = False
        move = self.invoice()
        self.assertBlocked(move, tax)
        tax.fiken_vat_type = "HIGH"
        self.assertGoes(move)

    def test_bank_account_chosen_on_the_vendor(self):
        move = self.fiken_issued()
        bank, self.vendor.bank_account_id = self.vendor.bank_account_id, False
        self.assertBlocked(move, self.vendor)
        self.vendor.bank_account_id = bank
        self.assertGoes(move)

    def test_negative_lines_allowed_on_the_fiken_company(self):
        move = self.invoice(self.line(100.0), self.line(-20.0, account="3020"))
        self.assertBlocked(move, self.fiken_company)
        self.fiken_company.negative_lines = "send"
        self.assertGoes(move)

    def test_other_invoices_go_while_one_waits_for_a_setting(self):
        move = self.unmapped(self.account("3000"))
        other = self.invoice(self.line(account="3100", tax="5"))
        self.assertBlocked(move, self.ledger)
        self.assertEqual(other.fiken_state, "booked", self.jobs(other).reason)

    def unmapped(self, account):
        self.ledger.line_ids.filtered(lambda line: line.account_id == account).unlink()
        return self.invoice(self.line(account=account.code))

    # The API module

    def test_missing_api_module_is_asked_for_once(self):
        """Ten invoices, one request; *Test connection* lets them go."""
        partner = self.known_customer()
        moves = [self.invoice(partner_id=partner.id) for _ in range(10)]
        self.sandbox.company(self.slug, hasApiAccess=False)
        self.sandbox.reset_stats()
        self.send()
        self.assertEqual(self.sandbox.stats()["total"], 1)
        self.assertEqual({move.fiken_state for move in moves}, {"blocked"})
        self.assertIn("Test Connection", self.jobs(moves[-1]).reason)
        self.send()
        self.assertEqual(self.sandbox.stats()["total"], 1)
        self.sandbox.company(self.slug, hasApiAccess=True)
        with self.as_cron():
            self.connection.action_test()
        self.send()
        self.assertEqual({move.fiken_state for move in moves}, {"booked"})
        self.assertEqual(len(self.sales()), 10)

    def test_api_module_lost_before_a_lookup_keeps_the_outcome_unknown(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        self.sandbox.company(self.slug, hasApiAccess=False)
        self.time_passes(91)
        self.send()
        self.assertRecordValues(
            self.jobs(move), [{"state": "blocked", "outcome_unknown": True}]
        )
        self.sandbox.company(self.slug, hasApiAccess=True)
        with self.as_cron():
            self.connection.action_test()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(len(self.sales(saleNumber=move.name)), 1)

    def test_looking_at_a_company_lets_nothing_go(self):
        """Two jobs whose outcome nobody knows do not wake each other for ever."""
        partner = self.known_customer()
        moves = [self.invoice(partner_id=partner.id) for _ in range(2)]
        self.sandbox.fault("POST", "/sales$", "commit-then-drop", times=2)
        self.send()
        self.sandbox.company(self.slug, hasApiAccess=False)
        for _minute in range(3):
            self.time_passes(91)
            self.send()
        self.sandbox.reset_stats()
        for _minute in range(5):
            self.time_passes(61)
            self.send()
        self.assertEqual(self.sandbox.stats()["total"], 0)
        self.fiken_company.write(
            {"checked_at": fields.Datetime.now(), "has_api_access": False}
        )
        with self.as_cron():
            self.connection.action_test()
        for move in moves:
            self.assertEqual(self.jobs(move).state, "blocked")

    def test_saving_what_is_so_already_lets_nothing_go(self):
        move = self.invoice(self.line(100.0), self.line(-20.0, account="3020"))
        self.assertBlocked(move, self.fiken_company)
        self.fiken_company.write({"negative_lines": "stop", "rounding_cap_ore": 100})
        self.assertEqual(self.jobs(move)[0].state, "blocked")
        self.fiken_company.rounding_cap_ore = 200
        self.assertEqual(self.jobs(move)[0].state, "pending")

    def test_a_company_that_is_shared_again_lets_its_jobs_go(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.commit()
        job = self.jobs(move)
        self.fiken_company._set_shared(False)
        job._set_blocked("It is not shared.", self.fiken_company)
        self.fiken_company._set_shared(False)
        self.assertEqual(job.state, "blocked")
        with self.as_cron():
            self.connection.action_test()
        self.assertTrue(self.fiken_company.is_shared)
        self.assertEqual(job.state, "pending")

    def test_one_company_lets_only_its_own_jobs_go(self):
        other = self.env["res.company"].sudo().create({"name": "Kaffe Nord AS"})
        row = self.sandbox.get("/companies/fiken-demo-uten-mva-as")
        theirs = self.env["fiken.company"].sudo()
        theirs = theirs._link(self.connection, other, row, "2026-01-01")
        move = self.invoice(self.line(100.0), self.line(-20.0, account="3020"))
        self.assertBlocked(move, self.fiken_company)
        theirs.negative_lines = "send"
        self.assertEqual(self.jobs(move)[0].state, "blocked")

    # Consent

    def test_withdrawn_consent_pauses_the_queue_and_a_new_one_continues_it(self):
        """No job fails, every manager has one to-do, and nobody knocks in vain."""
        self.consent()
        partner = self.known_customer()
        moves = [self.invoice(partner_id=partner.id) for _ in range(3)]
        self.sandbox.revoke()
        self.send()
        self.assertEqual(self.connection.state, "reconnect")
        for move in moves:
            self.assertRecordValues(
                self.jobs(move), [{"state": "pending", "outcome_unknown": False}]
            )
        self.sandbox.reset_stats()
        self.send()
        self.connection._cron_watchdog()
        self.send()
        self.assertEqual(self.sandbox.stats()["total"], 0)
        [todo] = self.open_todos("connection")
        managers = self.env.ref("fiken_connector.group_fiken_manager").all_user_ids
        self.assertIn(todo.user_id, managers)
        self.assertEqual(todo.activity_id, self.connection.activity_ids)
        self.consent()
        self.send()
        self.assertEqual({move.fiken_state for move in moves}, {"booked"})
        self.assertEqual(len(self.sales()), 3)

    def test_consent_withdrawn_before_a_lookup_keeps_the_outcome_unknown(self):
        self.consent()
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        self.sandbox.revoke()
        self.time_passes(91)
        self.send()
        self.assertEqual(self.connection.state, "reconnect")
        self.assertRecordValues(
            self.jobs(move), [{"state": "sending", "outcome_unknown": True}]
        )
        self.consent()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(len(self.sales(saleNumber=move.name)), 1)

    def test_token_that_ends_in_the_middle_of_a_run_is_refreshed_once(self):
        """With refresh tokens that stay, and with ones that change every time."""
        for rotates in (False, True):
            with self.subTest(rotates=rotates):
                self.sandbox.unknowns(rotate_refresh_tokens=rotates)
                before = self.consent()
                partner = self.known_customer(name=f"Kunde {rotates}")
                moves = [self.invoice(partner_id=partner.id) for _ in range(4)]
                with self.meanwhile("sale", "_write", self._expire):
                    self.send()
                self.assertEqual({move.fiken_state for move in moves}, {"booked"})
                self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 1)
                connection = self.connection
                self.assertNotEqual(connection.access_token, before["access_token"])
                self.assertEqual(
                    connection.refresh_token != before["refresh_token"], rotates
                )

    def test_refused_token_that_another_session_has_renewed_is_not_renewed_again(self):
        """A worker in the middle of its run, and a user who clicked meanwhile."""
        self.consent()
        self.sandbox.reset_stats()
        with self.as_cron():
            worker, click = (
                FikenSession(self.connection.sudo()) for _number in range(2)
            )
            with worker, click:
                for session in (worker, click, worker):
                    session.get("/companies")
                    session.pause()
                    if session is worker:
                        self.sandbox.expire_tokens()
        self.assertEqual(self.sandbox.stats()["statuses"]["401"], 2)
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 1)

    def test_token_is_refreshed_before_it_ends(self):
        self.consent()
        self.connection.token_expires_at = fields.Datetime.now()
        self.owe("contact", self.new_customer())
        self.sandbox.reset_stats()
        self.send()
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 1)
        self.assertNotIn("401", self.sandbox.stats()["statuses"])

    def test_token_that_cannot_be_refreshed_now_is_no_lost_answer(self):
        """Fiken's OAuth is down: the write never went out, it just waits."""
        self.consent()
        partner = self.known_customer()
        move = self.invoice(partner_id=partner.id)
        self.sandbox.expire_tokens()
        self.sandbox.fault("POST", "/oauth/token", "status:502")
        self.send()
        self.assertRecordValues(
            self.jobs(move), [{"state": "pending", "outcome_unknown": False}]
        )
        self.assertEqual(self.connection.state, "connected")
        self.time_passes(61)
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def _expire(self, env):
        self.sandbox.expire_tokens()

    # Copies

    def test_copied_database_sends_nothing(self):
        """Another database id, name, database or server: one of them is enough."""
        parameter = self.env["ir.config_parameter"].sudo()
        changes = {
            "database_uuid": lambda: parameter.set_param(
                "database.uuid", "of-the-copy"
            ),
            "database_name": lambda: self.connection.write(
                {"database_name": "original"}
            ),
            # A dump, restored under the old name after the old one was dropped.
            "database_oid": lambda: self.connection.write({"database_oid": "1"}),
            "database_cluster": lambda: self.connection.write(
                {"database_cluster": "7312000000000000000"}
            ),
        }
        partner = self.known_customer()
        for name, change in changes.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                change()
                self.connection.invalidate_recordset()
                move = self.invoice(partner_id=partner.id)
                self.send()
                self.connection._cron_watchdog()
                self.send()
                self.assertEqual(self.sandbox.stats()["total"], 0)
                self.assertEqual(self.jobs(move).state, "pending")
                self.connection.action_declare_moved()
                self.send()
                self.assertEqual(move.fiken_state, "booked")
                savepoint.rollback()
                self.env.invalidate_all(flush=False)
                self.sandbox.reset_stats()

    def test_neutralized_copy_has_no_secrets_and_sends_nothing(self):
        self.consent()
        move = self.invoice(partner_id=self.known_customer().id)
        self.commit()
        with file_open("fiken_connector/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        connection = self.connection
        self.assertEqual(connection.state, "disconnected")
        self.assertFalse(connection.access_token or connection.refresh_token)
        self.assertEqual(connection._app_credentials(), (False, False))
        self.assertFalse(connection.cron_id.active)
        self.send()
        connection._cron_watchdog()
        self.assertEqual(self.sandbox.stats()["total"], 0)
        self.assertEqual(self.jobs(move).state, "pending")

    # When the worker runs

    def test_what_is_not_due_is_no_remaining_work(self):
        """Odoo repeats a cron with remaining work at once: that would be a hot loop."""
        self.unmapped(self.account("3000"))
        line = self.line(account="3100", tax="5")
        busy = self.invoice(line, partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "status:429", times=100)
        runs = self.count_runs()
        self.send()
        self.assertEqual(self.jobs(busy).state, "pending")
        self.assertEqual(len(runs), 1)
        self.assertEqual(self.last_progress().remaining, 0)

    def test_run_that_is_over_time_is_continued_at_once(self):
        partner = self.known_customer()
        moves = [self.invoice(partner_id=partner.id) for _ in range(12)]
        runs = self.count_runs()
        self.sandbox.fault("POST", "/sales$", "delay:0.03", times=12)
        with patch.object(fiken_worker, "RUN_SECONDS", 0.15):
            self.send()
            self.assertEqual(len(runs), 1, "Odoo's other crons have their turn")
            while self.jobs(moves[-1]).state != "done":
                self.assertTriggered(fields.Datetime.now())
                self.send()
        self.assertEqual({move.fiken_state for move in moves}, {"booked"})
        self.assertGreater(len(runs), 1)
        self.assertEqual(len(self.sales()), 12)

    def test_watchdog_restarts_a_worker_that_odoo_switched_off(self):
        """Odoo drops triggers of an inactive cron: nothing else would wake it."""
        cron = self.connection.cron_id
        cron.active = False
        move = self.invoice(partner_id=self.customer.id)
        self.commit()
        self.clear_triggers()
        self.connection._cron_watchdog()
        self.assertTrue(cron.active)
        self.assertTriggered(fields.Datetime.now())
        self.assertIn("Stopped", self.open_todos("connection").title)
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_watchdog_wakes_for_due_work_only(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.commit()
        self.clear_triggers()
        self.connection._cron_watchdog()
        self.assertTriggered(fields.Datetime.now())
        self.sandbox.fault("POST", "/sales$", "status:429")
        self.send()
        self.clear_triggers()
        self.connection._cron_watchdog()
        self.assertFalse(self.triggers(), "It is not due for a minute")
        self.time_passes(61)
        self.connection._cron_watchdog()
        self.assertTriggered(fields.Datetime.now())
        self.assertEqual(self.jobs(move).state, "pending")

    def clear_triggers(self):
        self.triggers().unlink()

    def last_progress(self):
        return (
            self.env["ir.cron.progress"]
            .sudo()
            .search(
                [("cron_id", "=", self.connection.cron_id.id)], order="id desc", limit=1
            )
        )
