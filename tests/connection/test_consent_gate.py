"""A consent is given and ended by requests like any other: one at a time for a user."""

from contextlib import contextmanager
from unittest.mock import patch

import pytest

from ...hooks import uninstall_hook
from ...models.connection import fiken_connection_consent, fiken_connection_token
from ...models.connection.fiken_gate import FikenGate
from .connecting import OLA, ConnectCase, FikenPages

BUSY = "one request at a time"


# Whether it is shut is told by PostgreSQL's lock_timeout.
@pytest.mark.real_clock
class TestConsentGate(ConnectCase):
    def setUp(self):
        super().setUp()
        for module in (fiken_connection_consent, fiken_connection_token):
            self.startPatcher(patch.object(module, "CLICK_PATIENCE", 0.3))

    @contextmanager
    def held(self, connection=None):
        """Another request of the same Fiken user is under way."""
        key = (connection or self.connection)._gate_key()
        gate = FikenGate(self.env.cr.dbname, key, 0)
        gate.enter()
        try:
            yield
        finally:
            gate.close()

    def tokens_asked_for(self):
        return self.sandbox.count("POST", "/oauth/token")

    def revoked(self):
        return self.sandbox.count("POST", "/oauth/revoke")

    def test_a_first_consent_waits_for_another_first_one(self):
        """Fiken has not said yet whose either is."""
        back = FikenPages().approve(self.connect_url())
        with self.held():
            self.assertIn(BUSY, self.come_back(back))
        self.assertEqual(self.tokens_asked_for(), 0)
        self.assertEqual(self.connection.state, "draft")
        self.connect()
        self.assertEqual(self.connection.state, "connected")

    def test_a_new_consent_waits_for_the_work_of_the_former_one(self):
        self.connect()
        self.sandbox.reset_stats()
        back = FikenPages().approve(self.connect_url())
        with self.held():
            self.assertIn(BUSY, self.come_back(back))
        self.assertEqual(self.tokens_asked_for(), 0)
        self.assertEqual(self.connection.state, "connected", "It goes on as it was")
        self.assertTrue(self.user_answers(self.connection.access_token))

    def test_a_consent_waits_for_nobody_elses_work(self):
        self.connect()
        other = self.new_connection()
        with self.held():
            self.connect(other, OLA)
        self.assertEqual(other.state, "connected")

    def test_a_consent_is_ended_when_its_turn_comes(self):
        self.connect()
        token = self.connection.access_token
        with self.held():
            self.assertIn(BUSY, self.press(self.connection, "action_disconnect"))
        self.assertEqual(self.revoked(), 0)
        self.assertEqual(self.connection.state, "connected")
        self.assertTrue(self.user_answers(token), "Nothing was done by half")
        said = self.message(self.press(self.connection, "action_disconnect"))
        self.assertIn("Fiken has ended our access", said)
        self.assertFalse(self.user_answers(token))

    def test_nothing_is_asked_at_once_while_a_consent_is_ended(self):
        """Also where its token must be renewed first."""
        self.connect()
        entered = []
        original = FikenGate.request

        @contextmanager
        def request(gate):
            entered.append(gate._is_inside)
            with original(gate):
                yield

        self.sandbox.expire_tokens()
        with patch.object(FikenGate, "request", request):
            self.press(self.connection, "action_disconnect")
        self.assertEqual(entered, [True] * 3, "Refused, renewed, ended")

    def test_uninstalling_ends_a_consent_when_its_turn_comes(self):
        self.connect()
        token = self.connection.access_token
        patience = patch("odoo.addons.fiken_connector.hooks.CLICK_PATIENCE", 0.3)
        logger = "odoo.addons.fiken_connector.hooks"
        with self.held(), patience, self.assertLogs(logger, "WARNING") as said:
            uninstall_hook(self.env(su=True))
            self.env.flush_all()
            self.env.cr.postcommit.run()
        self.assertIn("may stand", said.output[0])
        self.assertEqual(self.revoked(), 0)
        self.assertTrue(self.user_answers(token))
