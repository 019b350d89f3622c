"""What becomes of a consent: renewed, withdrawn, given anew, ended, copied."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import requests

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.http import root
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ...fiken_api import oauth
from ...hooks import uninstall_hook
from ..common import SLUG
from ..sandbox import shared_sandbox
from .connecting import KARI, SECRET, ConnectCase, FikenPages


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
        self.connection._keep_tokens({"access_token": "new", "expires_in": 10})
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

    def test_uninstalling_ends_the_consent_at_fiken(self):
        token = self.connection.access_token
        cron = self.connection.cron_id
        uninstall_hook(self.env(su=True))
        self.assertFalse(self.user_answers(token))
        self.assertFalse(cron.exists())
        self.assertFalse(
            self.env["ir.config_parameter"]
            .sudo()
            .search([("key", "=like", "fiken_connector.%")])
        )

    @mute_logger("odoo.addons.fiken_connector.hooks")
    def test_uninstalling_without_network(self):
        self.set_param("oauth_url", "http://127.0.0.1:9/oauth")
        uninstall_hook(self.env(su=True))

    # A moved, copied or neutralised database sends nothing and asks

    def move_to(self, base_url="https://copy.example.com"):
        self.connection.base_url = base_url
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
        todo = self.connection.activity_ids.filtered(
            lambda activity: activity.user_id == self.manager
        )
        self.assertEqual(todo.summary, "Was this database moved or copied?")

    def test_each_sign_of_a_copy_counts(self):
        for name in ("database_uuid", "database_name", "base_url"):
            kept = self.connection[name]
            self.connection[name] = "another"
            self.assertTrue(self.connection.is_elsewhere, name)
            self.connection[name] = kept
            self.assertFalse(self.connection.is_elsewhere, name)

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
        uninstall_hook(self.env(su=True))
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


@tagged("post_install", "-at_install")
class TestOwnTransactions(TransactionCase):
    """What must outlive a click that fails, and what must not happen twice.

    In other tests all cursors are one; here they are as real as in production, and
    what they commit is taken away again at the end.
    """

    def setUp(self):
        super().setUp()
        self.sandbox = shared_sandbox()
        self.sandbox.reset()
        with self.committed() as env:
            set_param = env["ir.config_parameter"].set_param
            for name, value in (
                ("api_url", f"{self.sandbox.url}/api/v2"),
                ("oauth_url", f"{self.sandbox.url}/oauth"),
                ("client_id", "sandbox-client"),
                ("client_secret", SECRET),
                ("pacing_ms", "0.001"),
            ):
                set_param(f"fiken_connector.{name}", value)
            connection = env["fiken.connection"].create({})
            self.connection_id = connection.id
            state = "any"
            url = oauth.authorize_url(
                connection._oauth_url(),
                "sandbox-client",
                "http://127.0.0.1/fiken/oauth/callback",
                state,
            )
        self.addCleanup(self.take_away)
        back = parse_qs(urlsplit(FikenPages().approve(url)).query)
        tokens = oauth.exchange_code(
            f"{self.sandbox.url}/oauth",
            "sandbox-client",
            SECRET,
            back["code"][0],
            "http://127.0.0.1/fiken/oauth/callback",
            state,
        )
        with self.committed() as env:
            connection = env["fiken.connection"].browse(self.connection_id)
            connection._keep_tokens(tokens)
            connection.write(
                {"state": "connected", "user_email": KARI, **connection._here()}
            )
        self.sandbox.reset_stats()

    @contextmanager
    def committed(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def take_away(self):
        with self.committed() as env:
            connection = env["fiken.connection"].browse(self.connection_id)
            connection.state = "disconnected"
            connection.unlink()
            env["ir.config_parameter"].search(
                [("key", "=like", "fiken_connector.%")]
            ).unlink()

    def values(self):
        with self.committed() as env:
            connection = env["fiken.connection"].browse(self.connection_id)
            return connection.read(["state", "access_token", "refresh_token"])[0]

    def click(self, button="action_test"):
        """A click in a transaction of its own, rolled back when it fails."""
        with self.committed() as env:
            return getattr(env["fiken.connection"].browse(self.connection_id), button)()

    def fail_to_click(self):
        try:
            self.click()
        except UserError as error:
            return str(error)
        self.fail("The click did not fail.")

    def expire(self):
        self.sandbox.expire_tokens()
        with self.committed() as env:
            env["fiken.connection"].browse(
                self.connection_id
            ).token_expires_at = fields.Datetime.now()

    def at_once(self, *calls):
        with ThreadPoolExecutor(len(calls)) as pool:
            running = [pool.submit(call) for call in calls]
            return [call.result(30) for call in running]

    def fresh_token(self):
        with self.committed() as env:
            return env["fiken.connection"].browse(self.connection_id)._fresh_token()

    def test_two_at_once_refresh_once(self):
        """A refresh token that is used twice may be a lost consent."""
        self.sandbox.unknowns(rotate_refresh_tokens=True)
        self.sandbox.fault("POST", "/oauth/token", "delay:0.5")
        self.expire()
        tokens = self.at_once(self.fresh_token, self.fresh_token, self.fresh_token)
        self.assertEqual(len(set(tokens)), 1)
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 1)
        self.assertEqual(self.values()["access_token"], tokens[0])

    def test_two_clicks_at_once_never_meet_at_fiken(self):
        self.expire()
        for action in self.at_once(self.click, self.click):
            self.assertIn("Kari Nordmann", action["params"]["message"])
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 1)
        self.assertEqual(self.sandbox.stats()["max_in_flight"], 1)

    def test_fresh_token_outlives_a_click_that_fails(self):
        self.sandbox.unknowns(rotate_refresh_tokens=True)
        self.expire()
        before = self.values()
        self.sandbox.fault("GET", "/companies$", "status:500")
        self.fail_to_click()
        after = self.values()
        self.assertNotEqual(after["access_token"], before["access_token"])
        self.assertNotEqual(after["refresh_token"], before["refresh_token"])
        self.click()

    def test_refresh_waits_for_a_lock_and_sees_what_changed(self):
        """Somebody has the row for a moment, and has renewed the token by then."""
        self.expire()
        with self.committed() as env:
            connection = env["fiken.connection"].browse(self.connection_id)
            connection._take_lock()
            with ThreadPoolExecutor(1) as pool:
                waiting = pool.submit(self.fresh_token)
                time.sleep(0.3)
                self.assertFalse(waiting.done())
                connection._keep_tokens({"access_token": "new", "expires_in": 3600})
                env.cr.commit()
                self.assertEqual(waiting.result(10), "new")
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 0)

    def test_a_withdrawn_consent_is_remembered(self):
        """The click fails, and the connection asks for a new consent from then on."""
        self.sandbox.revoke()
        self.assertIn("withdrawn", self.fail_to_click())
        self.assertEqual(self.values()["state"], "reconnect")
        with self.committed() as env:
            connection = env["fiken.connection"].browse(self.connection_id)
            self.assertIn("withdrawn", connection.state_reason)
            managers = env.ref("fiken_connector.group_fiken_manager").all_user_ids
            self.assertEqual(
                connection.activity_ids.user_id, managers.filtered("active")
            )
            self.assertEqual(
                set(connection.activity_ids.mapped("summary")),
                {"Connect to Fiken again"},
            )
        self.sandbox.reset_stats()
        self.assertIn("is not connected", self.fail_to_click())
        self.assertFalse(self.sandbox.stats()["requests"])

    def test_a_click_that_fails_is_in_the_log(self):
        self.sandbox.fault("GET", "/user", "status:503")
        self.fail_to_click()
        with self.committed() as env:
            line = env["fiken.log"].search(
                [("connection_id", "=", self.connection_id)], limit=1
            )
            self.assertRecordValues(line, [{"path": "/user", "status": 503}])

    def test_disconnecting_is_done_once(self):
        self.expire()
        self.click("action_disconnect")
        self.assertEqual(self.values()["state"], "disconnected")
        self.assertEqual(self.sandbox.count("POST", "/oauth/revoke"), 1)

    def test_a_copy_is_declared(self):
        with self.committed() as env:
            env["fiken.connection"].browse(self.connection_id).base_url = "another"
        self.click("action_declare_copied")
        self.assertFalse(self.values()["access_token"])
