"""Connecting: from Odoo's settings through Fiken's pages and back."""

from datetime import timedelta
from threading import Timer
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import root
from odoo.tools.misc import hash_sign

from ...hooks import post_init_hook
from ...models.connection import fiken_connection, fiken_connection_consent
from ...models.connection.fiken_gate import FikenGate
from .connecting import KARI, OLA, SECRET, ConnectCase, FikenPages


class TestConnect(ConnectCase):
    """Consent, company, "Connected to Fiken as …"."""

    def test_from_the_settings_to_connected_as(self):
        """Credentials, *Save and connect*, Fiken's page, back, company, test."""
        admin = self.new_manager(
            "siri", groups="base.group_system,fiken_connector.group_fiken_manager"
        )
        self.log_in(admin)
        self.connection = self.new_connection(admin)
        self.set_param("client_id", False)
        self.set_param("client_secret", False)
        settings = (
            self.env["res.config.settings"]
            .with_user(admin)
            .create(
                {
                    "company_id": self.company.id,
                    "fiken_client_id": " sandbox-client ",
                    "fiken_client_secret": f"{SECRET}\n",
                }
            )
        )
        action = self.press(settings, "action_fiken_connect")
        query = parse_qs(urlsplit(action["url"]).query)
        self.assertEqual(query["response_type"], ["code"])
        self.assertEqual(query["client_id"], ["sandbox-client"])
        self.assertEqual(
            query["redirect_uri"], [f"{self.base_url()}/fiken/oauth/callback"]
        )

        self.assertEqual(self.come_back(FikenPages().approve(action["url"])), "")
        self.assertIn("fiken_guide_action", self.landed_on)
        self.assertRecordValues(
            self.connection,
            [
                {
                    "state": "connected",
                    "user_name": "Kari Nordmann",
                    "user_email": KARI,
                    "consent_user_id": admin.id,
                    "is_elsewhere": False,
                }
            ],
        )

        said = self.message(self.choose())
        for fact in (
            "Connected to Fiken as Kari Nordmann",
            "Demo Kaffe AS",
            "987654317",
            "VAT term: Every two months",
            "test company",
            "API module active",
        ):
            self.assertIn(fact, said)
        self.assertNotIn("not the organisation number", said)
        self.assertEqual(self.message(self.press(self.connection, "action_test")), said)

    def test_default_vendor_and_ledger_are_there(self):
        """After choosing: a vendor, its own ledger with proposals, the bank account."""
        self.connect()
        self.choose()
        vendor = self.books().default_vendor_id
        self.assertEqual(vendor.company_id, self.company)
        self.assertEqual(str(vendor.enabled_since), "2026-01-01")
        default = self.env["fiken.ledger"]._default_of(self.company)
        self.assertNotEqual(vendor.ledger_id, default)
        revenue = self.company_data["default_account_revenue"]
        self.assertEqual(vendor.ledger_id._code_of(revenue), revenue.code)
        self.assertEqual(default._code_of(revenue), revenue.code)
        # Two bank accounts in Fiken: which one is on invoices is not guessed.
        self.assertFalse(vendor.bank_account_id)

    def test_credentials_are_missing(self):
        self.set_param("client_secret", False)
        said = self.press(self.connection, "action_connect")
        self.assertIn("client id or secret of your Fiken app is missing", said)
        self.assertIn("guided set-up", said)

    def test_callback_url_is_the_one_to_register(self):
        """web.base.url may end with a slash; Fiken compares to the letter."""
        set_param = self.env["ir.config_parameter"].sudo().set_param
        for base_url, is_safe in (
            ("https://erp.example.com/", True),
            ("http://erp.example.com", False),
        ):
            set_param("web.base.url", base_url)
            settings = self.env["res.config.settings"].sudo().new({})
            self.assertEqual(
                settings.fiken_callback_url,
                f"{base_url.rstrip('/')}/fiken/oauth/callback",
            )
            self.assertEqual(settings.fiken_callback_is_safe, is_safe)

    def test_address_is_not_registered_at_fiken(self):
        """Fiken shows its own page then and sends nobody back."""
        self.env["ir.config_parameter"].sudo().set_param(
            "web.base.url", "https://erp.example.com"
        )
        url = self.connect_url()
        said = FikenPages().error_of(url)
        self.assertIn("https://erp.example.com/fiken/oauth/callback", said)

    def test_a_norwegian_company_has_its_default_ledger(self):
        self.env["fiken.ledger"].sudo().search(
            [("company_id", "=", self.company.id)]
        ).is_default = False
        post_init_hook(self.env(su=True))
        ledgers = (
            self.env["fiken.ledger"]
            .sudo()
            .search([("company_id", "=", self.company.id), ("is_default", "=", True)])
        )
        self.assertEqual(len(ledgers), 1)
        post_init_hook(self.env(su=True))
        self.assertEqual(self.env["fiken.ledger"]._default_of(self.company), ledgers)

    def test_norwegian_taxes_know_their_vat_type(self):
        """From the SAF-T code: five kinds of zero are told apart."""
        expected = {
            ("3", "sale"): "HIGH",
            ("31", "sale"): "MEDIUM",
            ("33", "sale"): "LOW",
            ("5", "sale"): "EXEMPT",
            ("52", "sale"): "EXEMPT_IMPORT_EXPORT",
            ("6", "sale"): "OUTSIDE",
            ("1", "purchase"): "HIGH",
            ("11", "purchase"): "MEDIUM",
            ("13", "purchase"): "LOW",
        }
        for (code, use), vat_type in expected.items():
            tax = self.env["account.tax"].search(
                [
                    ("company_id", "=", self.company.id),
                    ("l10n_no_standard_code", "=", code),
                    ("type_tax_use", "=", use),
                ],
                limit=1,
            )
            self.assertTrue(tax, code)
            self.assertEqual(tax.fiken_vat_type, vat_type, code)

    # Every way in which consent goes wrong ends on a page with a way back

    def assertNotConnected(self):
        self.assertEqual(self.connection.state, "draft")
        self.assertFalse(self.connection.access_token)

    def test_refused_at_fiken(self):
        """*Avslå* at Fiken."""
        said = self.come_back(FikenPages().deny(self.connect_url()))
        self.assertIn("access was refused", said)
        self.assertEqual(self.way_back, self.connection._form_url())
        self.assertNotConnected()
        self.assertEqual(self.connect(), self.connection)

    def test_another_error_from_fiken(self):
        state = parse_qs(urlsplit(self.connect_url()).query)["state"][0]
        said = self.come_back(
            f"/fiken/oauth/callback?error=server_error&state={state}"
            "&error_description=Vi+har+problemer<script>"
        )
        self.assertIn("Vi har problemer<script>", said)
        self.assertEqual(self.way_back, self.connection._form_url())

    def test_no_code_and_no_error(self):
        state = parse_qs(urlsplit(self.connect_url()).query)["state"][0]
        said = self.come_back(f"/fiken/oauth/callback?state={state}")
        self.assertIn("Fiken was not connected", said)
        self.assertNotIn("None", said)

    def assertStateRefused(self, url):
        said = self.come_back(url)
        self.assertIn("not valid any more", said)
        self.assertIn("fiken_connection_action", self.way_back)
        # The code in the address was not traded.
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 0)
        self.assertNotConnected()

    def test_state_is_junk(self):
        for junk in ("", "x", "%00%C3%A6", "AQ" * 60):
            self.connect_url()
            self.assertStateRefused(f"/fiken/oauth/callback?code=x&state={junk}")
        self.assertStateRefused("/fiken/oauth/callback")

    def test_state_was_signed_for_something_else(self):
        self.connect_url()
        forged = hash_sign(
            self.env(su=True),
            "another.scope",
            [self.connection.id, self.manager.id, ""],
        )
        self.assertStateRefused(f"/fiken/oauth/callback?code=x&state={forged}")

    def test_state_is_of_another_sign_in(self):
        """Two tabs: the one that began first is not the one that Odoo waits for."""
        first = FikenPages().approve(self.connect_url())
        self.connect_url()
        self.assertStateRefused(first)

    def test_state_is_used_again(self):
        back = FikenPages().approve(self.connect_url())
        self.assertEqual(self.come_back(back), "")
        said = self.come_back(back)
        self.assertIn("not valid any more", said)
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 1)

    def test_a_foreign_link_does_not_end_a_sign_in(self):
        """Somebody sends the manager a link to the callback while she is at Fiken."""
        back = FikenPages().approve(self.connect_url())
        for link in ("?code=x&state=junk", "", "?error=access_denied"):
            self.come_back(f"/fiken/oauth/callback{link}")
        self.assertEqual(self.come_back(back), "")
        self.assertEqual(self.connection.state, "connected")

    def test_state_is_older_than_an_hour(self):
        with freeze_time(fields.Datetime.now() - timedelta(minutes=61)):
            url = self.connect_url()
        self.assertStateRefused(FikenPages().approve(url))
        with freeze_time(fields.Datetime.now() - timedelta(minutes=59)):
            url = self.connect_url()
        self.assertEqual(self.come_back(FikenPages().approve(url)), "")

    def test_state_is_of_another_user(self):
        """Somebody sends a manager the end of a sign-in that was begun by another."""
        back = FikenPages().approve(self.connect_url())
        nonce = self.session_value("fiken_oauth_nonce")
        other = self.new_manager("mona")
        self.authenticate(
            other.login, other.login, session_extra={"fiken_oauth_nonce": nonce}
        )
        self.assertStateRefused(back)

    def test_state_is_of_another_session(self):
        """The same user in another browser."""
        back = FikenPages().approve(self.connect_url())
        self.log_in(self.manager)
        self.assertStateRefused(back)

    def session_value(self, key):
        return root.session_store.get(self.session.sid).get(key)

    def test_not_a_manager_any_more(self):
        back = FikenPages().approve(self.connect_url())
        self.manager.group_ids -= self.env.ref("fiken_connector.group_fiken_manager")
        self.assertIn("Only a Fiken manager", self.come_back(back))
        self.assertNotConnected()

    def test_nobody_is_logged_in(self):
        back = FikenPages().approve(self.connect_url())
        self.authenticate(None, None)
        self.assertEqual(self.come_back(back), "")
        self.assertIn("/web/login", self.landed_on)
        self.assertNotConnected()

    def test_connection_was_deleted_meanwhile(self):
        back = FikenPages().approve(self.connect_url())
        self.connection.unlink()
        self.assertIn("deleted meanwhile", self.come_back(back))

    def test_client_secret_is_wrong(self):
        self.set_param("client_secret", "another")
        back = FikenPages().approve(self.connect_url())
        said = self.come_back(back)
        self.assertIn("does not know the client id and secret", said)
        self.assertIn("Settings › Fiken", said)
        self.assertEqual(self.way_back, self.connection._form_url())
        self.assertNotConnected()

    def test_code_is_too_old(self):
        self.sandbox.unknowns(code_ttl=0)
        said = self.come_back(FikenPages().approve(self.connect_url()))
        self.assertIn("used before or is too old", said)
        self.assertNotConnected()

    def test_network_is_down_at_the_exchange(self):
        back = FikenPages().approve(self.connect_url())
        self.set_param("oauth_url", "http://127.0.0.1:9/oauth")
        said = self.come_back(back)
        self.assertIn("could not be reached", said)
        self.assertNotConnected()

    def test_fiken_answers_nonsense_at_the_exchange(self):
        back = FikenPages().approve(self.connect_url())
        self.sandbox.fault("POST", "/oauth/token", "status:503")
        said = self.come_back(back)
        self.assertIn("503", said)
        self.assertNotConnected()

    # A consent is not lost because Fiken is busy a moment later

    def test_fiken_is_busy_for_a_moment(self):
        back = FikenPages().approve(self.connect_url())
        self.sandbox.fault("GET", "/user", "status:429", times=3)
        self.assertEqual(self.come_back(back), "")
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.connection.user_name, "Kari Nordmann")

    def test_fiken_stays_busy(self):
        """The page says so; *Connect* then goes on where it stopped."""
        back = FikenPages().approve(self.connect_url())
        self.sandbox.fault("GET", "/user", "status:429", times=100)
        said = self.come_back(back)
        self.assertIn("it is kept", said)
        self.assertIn("busy", said)
        self.assertEqual(self.way_back, self.connection._form_url())
        self.assertEqual(self.connection.state, "draft")
        self.assertIn("busy", self.press(self.connection, "action_connect"))

        self.sandbox.no_faults()
        action = self.press(self.connection, "action_connect")
        self.assertEqual(action["url"], self.connection._form_url())
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 1)

    def test_fiken_stays_busy_when_connecting_again(self):
        """The live consent goes on working; the new one joins it later."""
        self.connect()
        token = self.connection.access_token
        back = FikenPages().approve(self.connect_url())
        self.sandbox.fault("GET", "/user", "status:429", times=100)
        self.assertIn("it is kept", self.come_back(back))
        self.assertEqual(self.connection.access_token, token)
        draft = self.env["fiken.connection"].sudo().search([("state", "=", "draft")])
        self.assertEqual(self.way_back, draft._form_url())

        self.sandbox.no_faults()
        action = self.press(draft, "action_connect")
        self.assertEqual(action["url"], self.connection._form_url())
        self.assertNotEqual(self.connection.access_token, token)
        self.assertFalse(draft.exists())

    def test_a_consent_that_nobody_takes_up_is_forgotten_after_a_day(self):
        """And Fiken's is left alone: it may be the one that works."""
        self.connect()
        back = FikenPages().approve(self.connect_url())
        self.sandbox.fault("GET", "/user", "status:429", times=100)
        self.come_back(back)
        self.sandbox.no_faults()
        connections = self.env["fiken.connection"].sudo()
        left_over = connections.search([("state", "=", "draft")])
        empty = self.new_connection()
        cron = left_over.cron_id
        connections._gc_unused_consents()
        self.assertTrue(left_over.exists())
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            connections._gc_unused_consents()
        self.assertFalse(left_over.exists())
        self.assertFalse(cron.exists())
        self.assertTrue(empty.exists())
        self.assertTrue(self.user_answers(self.connection.access_token))

    def test_another_request_of_the_same_user_is_in_flight(self):
        """The gate is waited for; Fiken never sees two requests at once."""
        self.connect()
        back = FikenPages().approve(self.connect_url())
        gate = FikenGate(self.env.cr.dbname, self.connection._gate_key(), 0)
        gate.enter()
        Timer(0.5, gate.leave).start()
        self.assertEqual(self.come_back(back), "")

    @pytest.mark.real_clock
    def test_the_gate_stays_shut(self):
        self.connect()
        for module in (fiken_connection, fiken_connection_consent):
            self.startPatcher(patch.object(module, "CLICK_PATIENCE", 0.2))
        back = FikenPages().approve(self.connect_url())
        gate = FikenGate(self.env.cr.dbname, self.connection._gate_key(), 0)
        gate.enter()
        self.addCleanup(gate.leave)
        self.assertIn("one request at a time", self.come_back(back))
        self.assertIn(
            "one request at a time", self.press(self.connection, "action_test")
        )

    # One connection per Fiken user: the gate and the history stay one

    def test_connecting_twice_reuses_the_connection(self):
        self.connect()
        second = self.new_connection()
        cron = second.cron_id
        self.assertEqual(self.connect(second), self.connection)
        self.assertFalse(second.exists())
        self.assertFalse(cron.exists())

    def test_reconnecting_reuses_the_connection(self):
        self.connect()
        self.assertEqual(self.connect(), self.connection)
        self.assertEqual(self.env["fiken.connection"].sudo().search_count([]), 1)

    def test_an_archived_connection_comes_back(self):
        self.connect()
        self.connection.active = False
        second = self.new_connection()
        self.assertEqual(self.connect(second), self.connection)
        self.assertTrue(self.connection.active)

    def test_users_with_similar_addresses_are_two(self):
        """An underscore is a letter, not a placeholder; capitals do not count."""
        self.connect(email=OLA)
        self.assertEqual(self.connection._of_user("Ola@Example.com"), self.connection)
        self.assertFalse(self.connection._of_user("o_a@example.com"))

    def test_another_user_leaves_a_live_connection_alone(self):
        """Ola has a connection of his own and presses *Connect* on Kari's."""
        self.connect()
        token = self.connection.access_token
        olas = self.connect(self.new_connection(), email=OLA)
        self.assertEqual(self.connect(self.connection, email=OLA), olas)
        self.assertEqual(self.connection.access_token, token)
        self.assertEqual(self.connection.user_email, KARI)

    def test_another_user_takes_over(self):
        """Kari left: Ola gives the consent on her connection, the books stay."""
        self.connect()
        self.choose()
        books = self.books()
        self.assertEqual(self.connect(email=OLA), self.connection)
        self.assertEqual(self.connection.user_email, OLA)
        self.assertEqual(books.connection_id, self.connection)
        self.assertIn(
            "Connected to Fiken as Ola Hansen",
            self.message(self.press(self.connection, "action_test")),
        )

    def test_a_live_connection_is_not_deleted(self):
        """Else Fiken's consent would stand, and nobody could end it here."""
        self.connect()
        with self.assertRaisesRegex(UserError, "Disconnect Kari Nordmann"):
            self.connection.unlink()
