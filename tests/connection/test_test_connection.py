"""*Test connection* says exactly what is wrong."""

from odoo import fields

from ..common import SLUG, SLUG_NO_VAT
from .connecting import ConnectCase


class TestTestConnection(ConnectCase):
    def setUp(self):
        super().setUp()
        self.connect(slugs=(SLUG, SLUG_NO_VAT))
        self.choose()

    def click(self, button="action_test", record=None):
        return self.press(record or self.connection, button)

    def test_api_module_was_given_up(self):
        self.sandbox.company(SLUG, hasApiAccess=False)
        action = self.click()
        self.assertIn("the API module is missing", self.message(action))
        self.assertTrue(action["params"]["sticky"])
        self.assertFalse(self.books().has_api_access)
        said = self.click("action_fetch_accounts", self.books())
        self.assertIn("has not ordered Fiken's API module", said)
        self.sandbox.company(SLUG, hasApiAccess=True)
        self.assertFalse(self.click()["params"]["sticky"])
        self.assertTrue(self.books().has_api_access)

    def test_company_was_not_ticked(self):
        """A new consent replaces the companies that the app may see."""
        self.connect(slugs=(SLUG_NO_VAT,))
        action = self.click()
        said = self.message(action)
        self.assertIn("Demo Kaffe AS is not shared with us", said)
        self.assertIn("Rediger konto › Sikkerhet", said)
        self.assertTrue(action["params"]["sticky"])
        said = self.click("action_fetch_accounts", self.books())
        self.assertIn("was not ticked at consent", said)

    def test_consent_was_withdrawn(self):
        self.sandbox.revoke()
        said = self.click()
        self.assertIn("no longer accepts our consent", said)
        self.assertIn("withdrawn", said)

    def test_consent_was_withdrawn_earlier(self):
        self.connection.state = "reconnect"
        self.assertIn("Press Reconnect", self.click())

    def test_it_was_disconnected(self):
        self.connection.state = "disconnected"
        self.assertIn("is not connected. Press Connect", self.click())

    def test_client_secret_was_changed(self):
        """Said as it is: the consent itself still stands."""
        self.set_param("client_secret", "another")
        self.sandbox.expire_tokens()
        self.assertIn("does not know the client id and secret", self.click())

    def test_network_is_down(self):
        self.set_param("api_url", "http://127.0.0.1:9/api/v2")
        said = self.click()
        self.assertIn("could not be reached", said)
        self.assertEqual(self.connection.state, "connected")

    def test_network_is_down_when_the_token_has_expired(self):
        self.sandbox.expire_tokens()
        self.connection.token_expires_at = fields.Datetime.now()
        self.set_param("oauth_url", "http://127.0.0.1:9/oauth")
        self.assertIn("could not be reached", self.click())
        self.assertEqual(self.connection.state, "connected")

    def test_fiken_is_busy_or_silent(self):
        for trouble in ("status:429", "status:503", "drop"):
            self.sandbox.fault("GET", "/user", trouble)
            said = self.click()
            self.assertIn("Try again in a minute", said, trouble)
            self.assertNotIn("tried again later", said, trouble)
            self.assertEqual(self.connection.state, "connected", trouble)
