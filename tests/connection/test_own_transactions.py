"""What must outlive a click that fails, and what must not happen twice."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ...fiken_api import oauth
from ..hostile import HostileServer, http
from ..sandbox import shared_sandbox
from .connecting import KARI, SECRET, FikenPages


@tagged("post_install", "-at_install")
class TestOwnTransactions(TransactionCase):
    """In other tests all cursors are one; here they are as real as in production, and
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
                ("timeout_pause", "0.001"),
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
            connection._store_tokens(tokens)
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

    def test_repeat_token_and_look_keep_the_pause_like_every_request(self):
        """A 401 is refreshed, asked again, and /user says whether the consent lives."""
        pause = 0.2

        def answer(request):
            if "/oauth/token" in request:
                return http({"access_token": "new", "expires_in": 3600})
            return http({"message": "no"}, "401 Unauthorized")

        with HostileServer(answer) as server:
            with self.committed() as env:
                set_param = env["ir.config_parameter"].set_param
                set_param("fiken_connector.api_url", server.url)
                set_param("fiken_connector.oauth_url", f"{server.url}/oauth")
                set_param("fiken_connector.pacing_ms", str(pause * 1000))
            self.fail_to_click()
        paths = [request.split(" ")[1] for request in server.requests]
        self.assertEqual(paths, ["/user", "/oauth/token", "/user", "/user"])
        for earlier, later in zip(
            server.arrived_at, server.arrived_at[1:], strict=False
        ):
            self.assertGreater(later - earlier, pause * 0.9)

    def test_life_of_a_token_in_any_shape_loses_no_consent(self):
        """A refresh token that came is kept, whatever stands beside it."""
        body = {"access_token": "new", "refresh_token": "next", "expires_in": "soon"}
        with HostileServer(http(body)) as server:
            with self.committed() as env:
                env["ir.config_parameter"].set_param(
                    "fiken_connector.oauth_url", f"{server.url}/oauth"
                )
            self.expire()
            self.assertEqual(self.fresh_token(), "new")
        self.assertEqual(self.values()["refresh_token"], "next")

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
                connection._store_tokens({"access_token": "new", "expires_in": 3600})
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
            [todo] = env["fiken.todo"].search([("connection_id", "=", connection.id)])
            self.assertEqual(todo.title, "Connect to Fiken again")
            self.assertEqual(todo.activity_id.user_id, todo.user_id)
            self.assertLessEqual(todo.user_id, managers)
        self.sandbox.reset_stats()
        self.assertIn("no longer accepts the consent", self.fail_to_click())
        self.assertFalse(self.sandbox.stats()["requests"])

    def test_a_click_that_fails_is_in_the_log(self):
        self.sandbox.fault("GET", "/user", "status:503")
        self.fail_to_click()
        with self.committed() as env:
            line = env["fiken.log"].search(
                [("connection_id", "=", self.connection_id)], limit=1
            )
            self.assertRecordValues(line, [{"path": "/user", "status": 503}])

    def test_answer_that_no_database_takes_is_in_the_log_all_the_same(self):
        said = b'{"message": "Feil\\u0000 i \\ud800 l\xf8nn"}'
        with HostileServer(http(said, "500 Oh\0 no")) as server:
            with self.committed() as env:
                env["ir.config_parameter"].set_param(
                    "fiken_connector.api_url", server.url
                )
            self.assertIn("Feil i", self.fail_to_click())
        with self.committed() as env:
            line = env["fiken.log"].search(
                [("connection_id", "=", self.connection_id)], limit=1
            )
            self.assertEqual(line.error, "Feil i \ufffd l\ufffdnn")
            self.assertIn("u0000", line.response_body)

    def test_log_in_page_of_the_network_is_told_in_plain_words(self):
        with HostileServer(http(b"<html>Log in</html>")) as server:
            with self.committed() as env:
                env["ir.config_parameter"].set_param(
                    "fiken_connector.api_url", server.url
                )
            self.assertIn("could not be read", self.fail_to_click())

    def test_user_without_a_name_is_called_by_their_address(self):
        for answers, said in (
            ([http({"name": None, "email": KARI}), http([])], KARI),
            ([http({"name": "Kari", "email": ""})], "whose consent"),
        ):
            with HostileServer(*answers) as server:
                with self.committed() as env:
                    env["ir.config_parameter"].set_param(
                        "fiken_connector.api_url", server.url
                    )
                try:
                    found = self.click()["params"]["message"]
                except UserError as error:
                    found = str(error)
                self.assertIn(said, found)

    def test_disconnecting_is_done_once(self):
        self.expire()
        self.click("action_disconnect")
        self.assertEqual(self.values()["state"], "disconnected")
        self.assertEqual(self.sandbox.count("POST", "/oauth/revoke"), 1)

    def test_a_copy_is_declared(self):
        with self.committed() as env:
            env["fiken.connection"].browse(self.connection_id).database_oid = "1"
        self.click("action_declare_copied")
        self.assertFalse(self.values()["access_token"])
