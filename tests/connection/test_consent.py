"""What becomes of a consent: renewed, withdrawn, given anew, ended, copied."""

from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import root
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tools import mute_logger

from ...hooks import uninstall_hook
from ..common import SLUG
from .connecting import SECRET, ConnectCase


class TestConsent(ConnectCase):
    def setUp(self):
        super().setUp()
        self.connect()
        self.choose()
        self.token = self.connection.access_token

    # Access tokens are renewed; the consent behind them is not lost

    def test_renewed_a_minute_early(self):
        self.connection.token_expires_at = fields.Datetime.now() + timedelta(seconds=50)
        old = self.connection.access_token
        self.press(self.connection, "action_test")
        self.assertNotEqual(self.connection.access_token, old)
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 2)
        self.assertGreater(
            self.connection.token_expires_at,
            fields.Datetime.now() + timedelta(hours=23),
        )

    def test_not_renewed_while_it_is_good(self):
        self.press(self.connection, "action_test")
        self.press(self.connection, "action_test")
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 1)

    def test_renewed_after_a_401(self):
        """Fiken ended the token early: one refresh, and the request once more."""
        self.sandbox.expire_tokens()
        self.assertIn("Kari", self.message(self.press(self.connection, "action_test")))
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 2)

    def test_a_rotated_refresh_token_is_kept(self):
        self.sandbox.unknowns(rotate_refresh_tokens=True)
        for _number in range(3):
            self.sandbox.expire_tokens()
            action = self.press(self.connection, "action_test")
            self.assertIn("Kari Nordmann", self.message(action))

    def test_a_refresh_token_that_is_not_repeated_is_kept(self):
        kept = self.connection.refresh_token
        self.connection._store_tokens({"access_token": "new", "expires_in": 10})
        self.assertEqual(self.connection.refresh_token, kept)

    def test_a_401_that_is_no_dead_consent(self):
        """Fiken answers 401 to one call although the token is good (§1.5)."""
        self.sandbox.fault("GET", "/companies$", "status:401", times=2)
        said = self.press(self.connection, "action_test")
        self.assertIn("401", said)
        self.assertEqual(self.connection.state, "connected")

    def test_nothing_secret_is_logged_shown_or_exported(self):
        """Connect, renew, test, disconnect: no token outside its two columns."""
        secrets = set()
        with self.assertLogs(level="DEBUG") as logs:
            self.connect()
            secrets |= {self.connection.access_token, self.connection.refresh_token}
            self.sandbox.expire_tokens()
            self.press(self.connection, "action_test")
            secrets |= {self.connection.access_token, self.connection.refresh_token}
            self.press(self.connection, "action_disconnect")
        said = "\n".join(
            record.getMessage()
            for record in logs.records
            if record.name != "odoo.sql_db"
        )
        self.assertIn("/fiken/oauth/callback", said)
        session = str(dict(root.session_store.get(self.session.sid)))
        log = str(
            self.env["fiken.log"]
            .sudo()
            .search_read([], ["path", "request_body", "response_body", "error"])
        )
        chatter = str(self.connection.message_ids.mapped("body"))
        for secret in (SECRET, *secrets):
            self.assertGreater(len(secret), 8)
            for where in (said, session, log, chatter):
                self.assertNotIn(secret, where)

    # Nothing is lost when a consent ends and another is given

    def invoice(self):
        move = self.init_invoice(
            "out_invoice",
            self.partner_a,
            "2026-03-16",
            amounts=[100.0],
            taxes=self.company_data["default_tax_sale"],
            post=True,
        )
        self.env.flush_all()
        self.env.cr.precommit.run()
        return move

    def send(self):
        self.connection.cron_id.method_direct_trigger()
        self.env.invalidate_all()

    def test_mappings_links_and_jobs_survive(self):
        first = self.invoice()
        self.send()
        self.assertEqual(first.fiken_state, "booked", first.fiken_job_id.reason)
        books, vendor = self.books(), self.books().default_vendor_id
        bindings = self.env["fiken.binding"].sudo().search([])
        lines = vendor.ledger_id.line_ids

        self.sandbox.revoke()
        second = self.invoice()
        self.send()
        self.assertEqual(self.connection.state, "reconnect")
        self.assertEqual(second.fiken_job_id.state, "pending")

        self.assertEqual(self.connect(), self.connection)
        self.assertFalse(self.connection.activity_ids)
        self.assertEqual(self.books(), books)
        self.assertEqual(books.default_vendor_id, vendor)
        self.assertEqual(vendor.ledger_id.line_ids, lines)
        self.send()
        self.assertEqual(second.fiken_state, "booked")
        self.assertLess(bindings, self.env["fiken.binding"].sudo().search([]))
        sales = self.sandbox.get(f"/companies/{SLUG}/sales")
        self.assertEqual(len(sales), 2)

    def test_disconnect_ends_the_consent_at_fiken(self):
        token = self.connection.access_token
        self.assertTrue(self.user_answers(token))
        said = self.message(self.press(self.connection, "action_disconnect"))
        self.assertIn("Fiken has ended our access", said)
        self.assertFalse(self.user_answers(token))
        self.assertRecordValues(
            self.connection,
            [{"state": "disconnected", "access_token": False, "refresh_token": False}],
        )
        move = self.invoice()
        self.send()
        self.assertEqual(move.fiken_job_id.state, "pending")
        self.connect()
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def test_disconnect_when_the_token_has_expired(self):
        """The consent ends all the same: a fresh token is fetched to end it."""
        refresh = self.connection.refresh_token
        self.sandbox.expire_tokens()
        self.connection.token_expires_at = fields.Datetime.now()
        self.press(self.connection, "action_disconnect")
        self.assertFalse(self.refreshes(refresh))

    def refreshes(self, token):
        """Whether Fiken still gives access tokens for a refresh token."""
        answer = requests.post(
            f"{self.sandbox.url}/oauth/token",
            data={"grant_type": "refresh_token", "refresh_token": token},
            auth=("sandbox-client", SECRET),
            timeout=10,
        )
        return answer.status_code == 200

    def test_disconnect_when_the_consent_is_gone(self):
        self.sandbox.revoke()
        action = self.press(self.connection, "action_disconnect")
        self.assertIn("Fiken has ended our access", self.message(action))
        self.assertEqual(self.connection.state, "disconnected")
        self.assertFalse(self.connection.activity_ids)

    def test_disconnect_when_the_network_is_down(self):
        """We forget the tokens, and say that Fiken may not have."""
        self.set_param("oauth_url", "http://127.0.0.1:9/oauth")
        action = self.press(self.connection, "action_disconnect")
        self.assertIn("Take it back in Fiken", self.message(action))
        self.assertTrue(action["params"]["sticky"])
        self.assertFalse(self.connection.refresh_token)

    # Uninstalling

    def uninstall(self):
        uninstall_hook(self.env(su=True))
        self.env.flush_all()
        self.env.cr.postcommit.run()

    def test_uninstalling_ends_the_consent_at_fiken(self):
        token = self.connection.access_token
        cron = self.connection.cron_id
        self.uninstall()
        self.assertFalse(self.user_answers(token))
        self.assertFalse(cron.exists())
        self.assertFalse(
            self.env["ir.config_parameter"]
            .sudo()
            .search([("key", "=like", "fiken_connector.%")])
        )

    def test_uninstalling_ends_it_with_a_token_that_has_expired(self):
        refresh = self.connection.refresh_token
        self.sandbox.expire_tokens()
        self.uninstall()
        self.assertFalse(self.refreshes(refresh))

    def test_an_uninstall_that_cannot_finish_ends_nothing(self):
        """The scheduled action is running: Odoo refuses, and all goes on."""
        crons = type(self.env["ir.cron"])
        running = UserError("This cron task is currently being executed")
        with (
            patch.object(crons, "unlink", side_effect=running),
            self.assertRaises(UserError),
        ):
            self.uninstall()
        self.env.cr.postcommit.run()
        self.assertTrue(self.user_answers(self.token))
        self.assertTrue(self.env["fiken.connection"]._app_credentials()[0])

    @mute_logger("odoo.addons.fiken_connector.hooks")
    def test_uninstalling_without_network(self):
        self.set_param("oauth_url", "http://127.0.0.1:9/oauth")
        self.uninstall()

    def test_uninstalling_when_the_consent_has_ended(self):
        self.sandbox.revoke()
        with self.assertNoLogs("odoo.addons.fiken_connector.hooks"):
            self.uninstall()

    # A consent that is given in the same second

    def test_a_refused_token_says_nothing_about_a_newer_one(self):
        """A request with the old token comes back after somebody connected anew."""
        old = self.connection.access_token
        self.connect()
        self.connection._lose_consent("revoked", old)
        self.env.invalidate_all()
        self.assertEqual(self.connection.state, "connected")
        self.connection._lose_consent("revoked", self.connection.access_token)
        self.env.invalidate_all()
        self.assertEqual(self.connection.state, "reconnect")

    # A moved, copied or neutralised database sends nothing and asks

    def move_to(self, **signs):
        """A dump, restored under the same name and address, unless told otherwise."""
        self.connection.write(signs or {"database_oid": "1"})
        self.assertTrue(self.connection.is_elsewhere)
        self.sandbox.reset_stats()

    def test_asks_and_sends_nothing(self):
        self.move_to()
        for record, button in (
            (self.connection, "action_connect"),
            (self.connection, "action_test"),
            (self.connection, "action_choose_company"),
            (self.connection, "action_disconnect"),
            (self.books(), "action_fetch_accounts"),
        ):
            self.assertIn("moved or copied", self.press(record, button), button)
        self.connection.cron_id.method_direct_trigger()
        self.env["fiken.connection"].sudo()._cron_watchdog()
        self.assertFalse(self.sandbox.stats()["requests"])
        # The original's consent still stands.
        self.assertTrue(self.user_answers(self.token))
        [todo] = self.connection.activity_ids
        self.assertEqual(todo.summary, "Was this database moved or copied?")

    def test_each_sign_of_a_copy_counts(self):
        signs = ("database_uuid", "database_name", "database_oid", "database_cluster")
        for name in signs:
            kept = self.connection[name]
            self.connection[name] = "another"
            self.assertTrue(self.connection.is_elsewhere, name)
            self.connection[name] = kept
            self.assertFalse(self.connection.is_elsewhere, name)

    def test_the_signs_are_those_of_the_database(self):
        """What a template copy, or a dump that is restored, cannot take along."""
        self.env.cr.execute(
            "SELECT oid::text FROM pg_database WHERE datname = %s",
            (self.env.cr.dbname,),
        )
        (oid,) = self.env.cr.fetchone()
        here = self.env["fiken.connection"]._here()
        self.assertEqual(here["database_oid"], oid)
        self.assertRecordValues(self.connection, [here])

    def test_where_postgresql_does_not_say_its_name(self):
        """A role without the right: nothing breaks, the other signs are left."""
        self.env.cr.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        )
        if not self.env.cr.fetchone()[0]:
            self.skipTest("Only a superuser can take the right away.")
        self.env.cr.execute("CREATE ROLE fiken_nobody")
        self.env.cr.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO fiken_nobody")
        self.env.cr.execute("REVOKE ALL ON FUNCTION pg_control_system() FROM PUBLIC")
        self.env.cr.execute("SET LOCAL ROLE fiken_nobody")
        here = self.env["fiken.connection"]._here()
        self.assertEqual(here["database_cluster"], "")
        self.assertTrue(here["database_oid"])
        self.env.cr.execute("RESET ROLE")

    def test_a_template_copy_sends_nothing(self):
        """Another name and oid; Odoo gives it another uuid, PostgreSQL does not."""
        self.move_to(database_name="original", database_oid="1")
        self.invoice()
        self.send()
        self.assertFalse(self.sandbox.stats()["requests"])

    def test_a_neutralised_copy_sends_nothing(self):
        self.move_to()
        self.invoice()
        self.neutralize()
        self.send()
        self.env["fiken.connection"].sudo()._cron_watchdog()
        self.send()
        self.assertFalse(self.sandbox.stats()["requests"])

    # An administrator logs in by another address, and Odoo rewrites web.base.url

    def log_in_by(self, address):
        self.env["ir.config_parameter"].sudo().set_param("web.base.url", address)
        self.env.invalidate_all()

    def test_a_login_by_another_address_stops_nothing(self):
        move = self.invoice()
        for address in ("http://10.0.0.7:8069", "https://www.example.com"):
            self.log_in_by(address)
            self.assertFalse(self.connection.is_elsewhere)
            self.assertTrue(self.connection.has_other_address)
            self.assertIn(self.connection.present_url, self.connection._callback_url())
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        self.env["fiken.connection"].sudo()._cron_watchdog()
        self.assertFalse(self.connection.activity_ids)

    def test_another_address_is_shown_until_somebody_says_that_it_is_right(self):
        before = self.connection.base_url
        self.log_in_by("https://www.example.com")
        action = self.press(self.books(), "action_setup_check")
        check = self.env["fiken.setup.check"].sudo().browse(action["res_id"])
        line = check.line_ids.filtered(lambda one: before in (one.text or ""))
        self.assertEqual(line.state, "warning")
        self.press(self.connection, "action_accept_address")
        self.assertFalse(self.connection.has_other_address)
        self.assertEqual(self.connection.base_url, "https://www.example.com")

    def test_it_was_moved(self):
        self.move_to()
        self.env["fiken.connection"].sudo()._cron_watchdog()
        self.press(self.connection, "action_declare_moved")
        self.assertFalse(self.connection.is_elsewhere)
        self.assertFalse(self.connection.activity_ids)
        self.assertIn("Kari", self.message(self.press(self.connection, "action_test")))

    def test_it_is_a_copy(self):
        """The copy forgets its tokens; the original goes on with them."""
        self.move_to()
        self.press(self.connection, "action_declare_copied")
        self.assertRecordValues(
            self.connection,
            [
                {
                    "state": "disconnected",
                    "access_token": False,
                    "refresh_token": False,
                    "is_elsewhere": False,
                }
            ],
        )
        self.assertTrue(self.user_answers(self.token))

    def test_a_copy_may_connect_on_its_own(self):
        self.move_to()
        self.press(self.connection, "action_declare_copied")
        self.assertEqual(self.connect(), self.connection)
        self.assertFalse(self.connection.is_elsewhere)

    def test_uninstalling_a_copy_leaves_the_original_alone(self):
        self.move_to()
        self.uninstall()
        self.assertTrue(self.user_answers(self.token))

    def neutralize(self):
        for query in get_neutralization_queries(["fiken_connector"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def test_neutralised(self):
        draft = self.env["fiken.connection"].sudo().create({"access_token": "x"})
        self.env.flush_all()
        self.neutralize()
        self.assertRecordValues(
            self.connection | draft,
            [
                {"state": state, "access_token": False, "refresh_token": False}
                for state in ("disconnected", "draft")
            ],
        )
        self.assertFalse(self.connection.cron_id.active)
        self.assertEqual(
            self.env["fiken.connection"]._app_credentials(), (False, False)
        )
        said = self.press(self.connection, "action_connect")
        self.assertIn("client id or secret", said)
        self.env["fiken.connection"].sudo()._cron_watchdog()
        self.assertFalse(self.connection.cron_id.active)

    def test_a_neutralised_database_may_connect_on_its_own(self):
        """Then its worker runs again, without waiting for the watchdog."""
        self.neutralize()
        self.set_param("client_id", "sandbox-client")
        self.set_param("client_secret", SECRET)
        self.connect()
        self.assertTrue(self.connection.cron_id.active)
