"""The gate: one request at a time per Fiken user, and no more than four a second."""

import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import pytest

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ...fiken_api import transport
from ...fiken_api.errors import Busy
from ...models.connection import fiken_connection
from ...models.connection.exceptions import GateBusy
from ...models.connection.fiken_gate import FikenGate
from ...models.connection.fiken_session import FikenSession
from ..common import SLUG
from ..hostile import HostileServer, http
from ..sandbox import shared_sandbox

PATH = f"/companies/{SLUG}/sales"


# Whether it is shut is told by PostgreSQL's lock_timeout.
@pytest.mark.real_clock
@tagged("post_install", "-at_install")
class TestGate(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = shared_sandbox()
        set_param = cls.env["ir.config_parameter"].sudo().set_param
        set_param("fiken_connector.api_url", f"{cls.sandbox.url}/api/v2")
        set_param("fiken_connector.oauth_url", f"{cls.sandbox.url}/oauth")
        set_param("fiken_connector.client_id", "sandbox-client")
        set_param("fiken_connector.client_secret", "sandbox-secret")
        set_param("fiken_connector.pacing_ms", "0.001")
        set_param("fiken_connector.timeout_pause", "0.001")
        cls.connection = cls.new_connection("kari@example.com")

    @classmethod
    def new_connection(cls, email):
        return cls.env["fiken.connection"].create(
            {
                "state": "connected",
                "user_email": email,
                "access_token": "sandbox-token",
                "token_expires_at": fields.Datetime.now() + timedelta(days=1),
                **cls.env["fiken.connection"]._here(),
            }
        )

    def setUp(self):
        super().setUp()
        self.sandbox.reset()

    @contextmanager
    def session(self, session=None, **kwargs):
        """A session with its token, that needs no database but for the gate."""
        session = session or FikenSession(self.connection, **kwargs)
        session.use_token("sandbox-token")
        try:
            yield session
        finally:
            session.take_records()
            session.close()

    def at_once(self, count, requests):
        """As many sessions, each in a thread of its own with so many requests."""
        raised = []

        def run(session):
            try:
                with self.session(session):
                    for _number in range(requests):
                        session.get(PATH)
            except Exception as error:
                raised.append(error)

        threads = [
            threading.Thread(target=run, args=(FikenSession(self.connection),))
            for _number in range(count)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertFalse(raised)

    def test_two_sessions_never_ask_at_once(self):
        """Fiken bans users who do; the sandbox refuses them with 429."""
        self.sandbox.fault("GET", "/sales$", "delay:0.05", times=100)
        self.at_once(3, requests=4)
        stats = self.sandbox.stats()
        self.assertEqual(stats["max_in_flight"], 1)
        self.assertEqual(stats["statuses"], {"200": 12})

    def test_no_more_than_four_requests_a_second(self):
        """Also when two sessions take turns."""
        parameter = self.env["ir.config_parameter"].sudo()
        parameter.set_param("fiken_connector.pacing_ms", False)
        started = time.monotonic()
        self.at_once(2, requests=3)
        self.assertGreaterEqual(time.monotonic() - started, 5 * 0.25)
        self.assertLessEqual(self.sandbox.stats()["per_second_max"], 4)

    def test_commit_of_the_caller_does_not_open_the_gate(self):
        """A lock on the working cursor would end with the mark that is committed."""
        with self.session() as session:
            session._gate.enter()
            with self.env.registry.cursor() as cr:
                cr.execute("SELECT 1")  # committed when the block ends
            self.assertTrue(self.is_shut())
            session.pause()
            self.assertFalse(self.is_shut())

    def test_gate_stays_shut_for_the_pause_after_an_answer(self):
        gate = FikenGate(self.env.cr.dbname, self.connection._gate_key(), 0.3)
        gate.enter()
        with gate.request():
            pass
        self.assertTrue(self.is_shut())
        started = time.monotonic()
        gate.close()
        self.assertGreater(time.monotonic() - started, 0.1)
        self.assertFalse(self.is_shut())

    def test_gate_opens_when_a_request_fails(self):
        with self.session() as session:
            self.sandbox.fault("GET", "/sales$", "drop")
            with self.assertRaises(Busy):
                session.get(PATH)
            session.pause()
            self.assertFalse(self.is_shut())

    def test_gate_stays_shut_after_our_own_time_out(self):
        """Fiken may be working on that request yet, and bans who sends two at once."""
        self.set_pause("timeout_pause", 0.8)
        with HostileServer(None, http([])) as server, self.short_time_out():
            with self.session(self.session_at(server)) as session:
                with self.assertRaises(Busy):
                    session.get(PATH)
                timed_out_at = time.monotonic()
                self.assertTrue(self.is_shut(), "to other processes")
                session.get(PATH)
                self.assertGreater(server.arrived_at[-1] - timed_out_at, 0.6)
                session.pause()
                self.assertFalse(self.is_shut())

    def test_click_after_a_time_out_is_told_that_fiken_is_busy(self):
        self.set_pause("timeout_pause", 2)
        with HostileServer(None, http([])) as server, self.short_time_out():
            with self.session(self.session_at(server, patience=0.1)) as session:
                with self.assertRaises(Busy):
                    session.get(PATH)
                with self.assertRaises(GateBusy):
                    session.get(PATH)
        self.assertEqual(len(server.requests), 1)

    def test_dropped_connection_shuts_the_gate_for_the_usual_pause_only(self):
        self.set_pause("timeout_pause", 5)
        with HostileServer(b"", http([])) as server:
            started = time.monotonic()
            with self.session(self.session_at(server)) as session:
                with self.assertRaises(Busy):
                    session.get(PATH)
                session.get(PATH)
            self.assertLess(time.monotonic() - started, 3)

    def test_click_does_not_wait_for_ever(self):
        """The user reads that Fiken is busy, and nothing was asked."""
        with self.held():
            started = time.monotonic()
            with self.session(patience=0.3) as session:
                with self.assertRaises(GateBusy):
                    session.get(PATH)
            self.assertLess(time.monotonic() - started, 2)
        self.assertEqual(self.sandbox.stats()["total"], 0)
        with self.session(patience=0.3) as session:
            session.get(PATH)

    def test_busy_gate_is_told_in_plain_words(self):
        patience = patch.object(fiken_connection, "CLICK_PATIENCE", 0.3)
        said = self.assertRaisesRegex(UserError, "one request at a time")
        with patience, self.held(), said:
            self.connection.action_test()

    def test_other_fiken_users_have_gates_of_their_own(self):
        ola = self.new_connection("ola@example.com")
        with self.held():
            self.assertTrue(self.is_shut(self.connection))
            self.assertFalse(self.is_shut(ola))

    def test_same_fiken_user_has_one_gate_however_she_is_written(self):
        twice = self.new_connection("Kari@Example.com")
        with self.held():
            self.assertTrue(self.is_shut(twice))

    # Helpers

    def set_pause(self, name, seconds):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(f"fiken_connector.{name}", str(seconds))

    def session_at(self, server, **kwargs):
        self.env["ir.config_parameter"].sudo().set_param(
            "fiken_connector.api_url", server.url
        )
        return FikenSession(self.connection, **kwargs)

    @contextmanager
    def short_time_out(self):
        """Whole requests end after a third of a second."""
        self.set_pause("request_timeout", 0.3)
        with patch.object(transport, "ALLOWANCE", 0):
            yield

    def gate(self, connection=None):
        key = (connection or self.connection)._gate_key()
        return FikenGate(self.env.cr.dbname, key, 0)

    @contextmanager
    def held(self):
        """Somebody else's request holds the gate."""
        gate = self.gate()
        gate.enter()
        try:
            yield
        finally:
            gate.close()

    def is_shut(self, connection=None):
        gate = self.gate(connection)
        try:
            gate.enter(patience=0.05)
        except GateBusy:
            return True
        gate.close()
        return False
