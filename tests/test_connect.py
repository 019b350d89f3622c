"""Connecting: from Odoo's settings through Fiken's pages and back."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Timer
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import requests
from freezegun import freeze_time
from lxml import html

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import UserError
from odoo.http import root
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.misc import hash_sign

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..fiken_api import oauth
from ..hooks import post_init_hook, uninstall_hook
from ..models import fiken_connection
from ..models.fiken_gate import FikenGate
from .common import SLUG, SLUG_NO_API, SLUG_NO_VAT
from .sandbox import shared_sandbox

KARI, OLA = "kari@example.com", "ola@example.com"
SECRET = "sandbox-secret"


class FikenPages:
    """Somebody at Fiken's OAuth pages, with a browser that is not Odoo's."""

    def __init__(self, email=KARI):
        self.email = email
        self.http = requests.Session()

    def approve(self, url, *slugs):
        """Log in, tick these companies (none named: all), press *Godkjenn*.

        :return: the address that Fiken sends the browser back to
        """
        form = self._consent_form(url)
        boxes = form.xpath(".//input[@name='company']")
        for box in boxes:
            box.checked = not slugs or box.get("value") in slugs
        return self._submit(url, form, decision="approve")

    def deny(self, url):
        return self._submit(url, self._consent_form(url), decision="deny")

    def error_of(self, url):
        """What Fiken's own page says when it does not send the browser back."""
        answer = self.http.get(url)
        return html.fromstring(answer.text).get_element_by_id("error").text_content()

    def _consent_form(self, url):
        page = self.http.get(url)
        login = html.fromstring(page.text).forms[0]
        login.fields["email"] = self.email
        login.fields["password"] = "x"
        page = self._post(page.url, login)
        return html.fromstring(page.text).forms[0]

    def _submit(self, url, form, decision):
        answer = self._post(url, form, allow_redirects=False, decision=decision)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def _post(self, url, form, allow_redirects=True, **pressed):
        parts = urlsplit(url)
        return self.http.post(
            f"{parts.scheme}://{parts.netloc}{form.action}",
            data=[*form.form_values(), *pressed.items()],
            allow_redirects=allow_redirects,
        )


@tagged("post_install", "-at_install")
class ConnectCase(AccountTestInvoicingCommon, HttpCase):
    """A Norwegian company that was never connected, and its Fiken manager."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("no")
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = shared_sandbox()
        cls.company = cls.company_data["company"]
        cls.company.partner_id.company_registry = "987654317"
        cls.set_param("api_url", f"{cls.sandbox.url}/api/v2")
        cls.set_param("oauth_url", f"{cls.sandbox.url}/oauth")
        cls.set_param("client_id", "sandbox-client")
        cls.set_param("client_secret", SECRET)
        cls.set_param("pacing_ms", "0.001")
        cls.manager = cls.new_manager("lars")
        cls.connection = cls.env["fiken.connection"].sudo().create({})
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.sandbox.reset()
        # The companies that are ticked in the upper right corner.
        self.ticked = self.company
        self.startPatcher(patch.object(fiken_connection, "USER_PAUSES", (0, 0, 0)))
        self.log_in(self.manager)

    @classmethod
    def set_param(cls, name, value):
        cls.env["ir.config_parameter"].sudo().set_param(f"fiken_connector.{name}", value)

    @classmethod
    def new_manager(cls, login, *companies, groups="fiken_connector.group_fiken_manager"):
        companies = companies or [cls.company]
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,{groups}",
            company_id=companies[0].id,
            company_ids=[Command.set([company.id for company in companies])],
        )

    # A person in Odoo

    def log_in(self, user):
        self.authenticate(user.login, user.login)

    def press(self, record, button):
        """Press a button of a form.

        :return: what the browser is told to do, or the sentence of the error
        """
        answer = self.url_open(
            f"/web/dataset/call_button/{record._name}/{button}",
            json={
                "jsonrpc": "2.0",
                "method": "call",
                "params": {
                    "model": record._name,
                    "method": button,
                    "args": [record.ids],
                    "kwargs": {
                        "context": {"allowed_company_ids": self.ticked.ids}
                    },
                },
            },
            timeout=60,
        ).json()
        self.env.invalidate_all()
        if "error" in answer:
            return answer["error"]["data"]["message"]
        return answer["result"]

    def connect_url(self, connection=None):
        """Press *Connect*; the address of Fiken's page."""
        action = self.press(connection or self.connection, "action_connect")
        self.assertEqual(action["type"], "ir.actions.act_url", action)
        return action["url"]

    def come_back(self, url):
        """Follow Fiken's redirect; the page that Odoo shows, as text."""
        answer = self.url_open(url, allow_redirects=False, timeout=60)
        self.env.invalidate_all()
        if answer.status_code in (302, 303):
            self.landed_on = answer.headers["Location"]
            return ""
        self.assertEqual(answer.status_code, 200, answer.text)
        page = html.fromstring(answer.text)
        self.way_back = page.xpath("//a/@href")[-1]
        return " ".join(page.text_content().split())

    def connect(self, connection=None, email=KARI, slugs=()):
        """The whole way, which must end on the form of the connection."""
        url = FikenPages(email).approve(self.connect_url(connection), *slugs)
        self.assertEqual(self.come_back(url), "")
        kept = self.env["fiken.connection"].sudo().browse(
            int(self.landed_on.rsplit("/", 1)[-1])
        )
        self.assertEqual(kept.state, "connected")
        return kept

    def choose(self, slug=SLUG, connection=None, company=None, **values):
        """Choose a company in the dialog; what the browser is told afterwards."""
        action = self.press(connection or self.connection, "action_choose_company")
        if isinstance(action, str):
            return action
        wizard = self.env["fiken.connect"].browse(action["res_id"]).sudo()
        choice = wizard.line_ids.filtered(lambda line: line.slug == slug)
        wizard.write({"choice_id": choice.id, "enabled_since": "2026-01-01", **values})
        if company:
            wizard.company_id = company
        return self.press(wizard, "action_choose")

    def message(self, action):
        self.assertIsInstance(action, dict, action)
        return action["params"]["message"]

    def books(self, company=None):
        return self.env["fiken.company"]._of_company(company or self.company)

    def user_answers(self, token):
        """Whether Fiken still accepts a token."""
        answer = requests.get(
            f"{self.sandbox.url}/api/v2/user",
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        return answer.status_code == 200


class TestConnect(ConnectCase):
    """Consent, company, "Connected to Fiken as …"."""

    def test_from_the_settings_to_connected_as(self):
        """Credentials, *Save and connect*, Fiken's page, back, company, test."""
        admin = self.new_manager(
            "siri", groups="base.group_system,fiken_connector.group_fiken_manager"
        )
        self.log_in(admin)
        self.set_param("client_id", False)
        self.set_param("client_secret", False)
        settings = self.env["res.config.settings"].with_user(admin).create(
            {
                "company_id": self.company.id,
                "fiken_client_id": " sandbox-client ",
                "fiken_client_secret": f"{SECRET}\n",
            }
        )
        action = self.press(settings, "action_fiken_connect")
        query = parse_qs(urlsplit(action["url"]).query)
        self.assertEqual(query["response_type"], ["code"])
        self.assertEqual(query["client_id"], ["sandbox-client"])
        self.assertEqual(
            query["redirect_uri"], [f"{self.base_url()}/fiken/oauth/callback"]
        )

        self.assertEqual(self.come_back(FikenPages().approve(action["url"])), "")
        self.assertEqual(self.landed_on, self.connection._form_url())
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
        self.assertIn("Settings › Fiken", said)

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


class TestConsentFails(ConnectCase):
    """Every way in which consent goes wrong ends on a page with a way back."""

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
            self.env(su=True), "another.scope", [self.connection.id, self.manager.id, ""]
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


class TestConsentIsKept(ConnectCase):
    """A consent that Fiken gave is not lost because Fiken is busy a moment later."""

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

    def test_another_request_of_the_same_user_is_in_flight(self):
        """The gate is waited for; Fiken never sees two requests at once."""
        self.connect()
        back = FikenPages().approve(self.connect_url())
        gate = FikenGate(self.env.cr.dbname, self.connection._gate_key(), 0)
        gate.enter()
        Timer(0.5, gate.leave).start()
        self.assertEqual(self.come_back(back), "")

    def test_the_gate_stays_shut(self):
        self.connect()
        self.startPatcher(patch.object(fiken_connection, "CLICK_PATIENCE", 0.2))
        back = FikenPages().approve(self.connect_url())
        gate = FikenGate(self.env.cr.dbname, self.connection._gate_key(), 0)
        gate.enter()
        self.addCleanup(gate.leave)
        self.assertIn("one request at a time", self.come_back(back))
        self.assertIn(
            "one request at a time", self.press(self.connection, "action_test")
        )


class TestSameUser(ConnectCase):
    """One connection per Fiken user, so that the gate and the history stay one."""

    def test_connecting_twice_reuses_the_connection(self):
        self.connect()
        second = self.env["fiken.connection"].sudo().create({})
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
        second = self.env["fiken.connection"].sudo().create({})
        self.assertEqual(self.connect(second), self.connection)
        self.assertTrue(self.connection.active)

    def test_users_with_similar_addresses_are_two(self):
        """An underscore is a letter, not a placeholder."""
        self.connect()
        self.connection.user_email = "ola@exampleXcom"
        second = self.env["fiken.connection"].sudo().create({})
        self.connection.user_email = "o_a@example.com"
        self.assertEqual(self.connect(second, email=OLA), second)

    def test_another_user_leaves_a_live_connection_alone(self):
        """Ola has a connection of his own and presses *Connect* on Kari's."""
        self.connect()
        token = self.connection.access_token
        olas = self.connect(self.env["fiken.connection"].sudo().create({}), email=OLA)
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


class TestChoose(ConnectCase):
    """Which Fiken company keeps which Odoo company's books."""

    def setUp(self):
        super().setUp()
        self.connect()

    def new_company(self, name="Kaffe Nord AS"):
        company = self.env["res.company"].sudo().create(
            {
                "name": name,
                "country_id": self.env.ref("base.no").id,
                "currency_id": self.env.ref("base.NOK").id,
            }
        )
        self.manager.company_ids |= company
        self.ticked |= company
        return company

    def test_company_with_our_organisation_number_is_proposed(self):
        action = self.press(self.connection, "action_choose_company")
        wizard = self.env["fiken.connect"].sudo().browse(action["res_id"])
        self.assertEqual(len(wizard.line_ids), 3)
        self.assertEqual(wizard.choice_id.slug, SLUG)
        self.assertFalse(wizard.organization_differs)

    def test_another_organisation_number_is_confirmed(self):
        said = self.choose(SLUG_NO_VAT)
        self.assertIn("923456783", said)
        self.assertIn("987654317", said)
        self.assertFalse(self.books())
        said = self.message(self.choose(SLUG_NO_VAT, confirm_organization=True))
        self.assertIn("not the organisation number of", said)
        self.assertIn("VAT term: Not registered", said)
        self.assertFalse(self.books()._is_vat_registered())

    def test_company_without_number_in_odoo_is_confirmed(self):
        self.company.partner_id.company_registry = False
        self.assertIn("Tick the box", self.choose())

    def test_currency_is_not_nok(self):
        company = self.new_company()
        company.currency_id = self.env.ref("base.EUR")
        said = self.choose(company=company, confirm_organization=True)
        self.assertIn("EUR", said)
        settings = self.env["res.config.settings"].sudo()
        self.assertFalse(settings.new({"company_id": company.id}).fiken_currency_is_nok)
        self.assertTrue(
            settings.new({"company_id": self.company.id}).fiken_currency_is_nok
        )

    def test_company_that_the_manager_does_not_work_in(self):
        other = self.new_company()
        self.ticked = self.company
        said = self.choose(company=other, confirm_organization=True)
        self.assertIn("You do not work in Kaffe Nord AS", said)

    def test_api_module_is_missing(self):
        said = self.choose(SLUG_NO_API, confirm_organization=True)
        self.assertIn("has not ordered Fiken's API module", said)
        self.assertIn("Tilleggstjenester", said)
        self.assertFalse(self.books())

    def test_fiken_company_keeps_one_company_only(self):
        self.choose()
        other = self.new_company()
        said = self.choose(company=other, confirm_organization=True)
        self.assertIn("Demo Kaffe AS already keeps the books of", said)
        self.assertFalse(self.books(other))

    def test_one_connection_serves_several_companies(self):
        self.choose()
        other = self.new_company()
        self.choose(SLUG_NO_VAT, company=other, confirm_organization=True)
        self.assertEqual(self.books(other).slug, SLUG_NO_VAT)
        self.assertEqual(
            self.connection.fiken_company_ids, self.books() | self.books(other)
        )
        self.assertNotEqual(
            self.books().default_vendor_id, self.books(other).default_vendor_id
        )

    def test_choosing_again_changes_nothing(self):
        self.choose()
        books, vendor = self.books(), self.books().default_vendor_id
        lines = {line.account_id: line.fiken_code for line in vendor.ledger_id.line_ids}
        vendor.ledger_id.line_ids[0].fiken_code = "3999"
        self.choose()
        self.assertEqual(self.books(), books)
        self.assertEqual(books.default_vendor_id, vendor)
        self.assertEqual(len(vendor.ledger_id.line_ids), len(lines))
        self.assertEqual(vendor.ledger_id.line_ids[0].fiken_code, "3999")

    def test_change_of_mind_before_anything_was_sent(self):
        self.choose()
        books, vendor = self.books(), self.books().default_vendor_id
        books.invoice_series_started = True
        self.choose(SLUG_NO_VAT, confirm_organization=True)
        self.assertEqual(books.slug, SLUG_NO_VAT)
        self.assertEqual(books.default_vendor_id, vendor)
        self.assertFalse(books.invoice_series_started)

    def test_no_change_once_documents_are_there(self):
        self.choose()
        self.env["fiken.binding"].sudo().create(
            {
                "fiken_company_id": self.books().id,
                "company_id": self.company.id,
                "resource": "sale",
                "res_model": "account.move",
                "res_id": 1,
                "remote_id": "14463888105",
            }
        )
        said = self.choose(SLUG_NO_VAT, confirm_organization=True)
        self.assertIn("already has documents", said)
        self.assertEqual(self.books().slug, SLUG)


class TestTestConnection(ConnectCase):
    """*Test connection* says exactly what is wrong."""

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


class TestTokens(ConnectCase):
    """Access tokens are renewed; the consent behind them is not lost."""

    def setUp(self):
        super().setUp()
        self.connect()

    def test_renewed_a_minute_early(self):
        self.connection.token_expires_at = fields.Datetime.now() + timedelta(seconds=50)
        old = self.connection.access_token
        self.press(self.connection, "action_test")
        self.assertNotEqual(self.connection.access_token, old)
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 2)
        self.assertGreater(
            self.connection.token_expires_at, fields.Datetime.now() + timedelta(hours=23)
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
            self.env["fiken.log"].sudo().search_read(
                [], ["path", "request_body", "response_body", "error"]
            )
        )
        chatter = str(self.connection.message_ids.mapped("body"))
        for secret in (SECRET, *secrets):
            self.assertGreater(len(secret), 8)
            for where in (said, session, log, chatter):
                self.assertNotIn(secret, where)


class TestReconnect(ConnectCase):
    """Nothing is lost when a consent ends and another is given."""

    def setUp(self):
        super().setUp()
        self.connect()
        self.choose()

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


class TestElsewhere(ConnectCase):
    """A moved, copied or neutralised database sends nothing and asks."""

    def setUp(self):
        super().setUp()
        self.connect()
        self.choose()
        self.token = self.connection.access_token

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


    def test_a_live_connection_is_not_deleted(self):
        """Else Fiken's consent would stand, and nobody could end it here."""
        self.books().unlink()
        with self.assertRaisesRegex(UserError, "Disconnect Kari Nordmann"):
            self.connection.unlink()


class TestInstall(ConnectCase):
    def test_a_norwegian_company_has_its_default_ledger(self):
        self.env["fiken.ledger"].sudo().search(
            [("company_id", "=", self.company.id)]
        ).is_default = False
        post_init_hook(self.env(su=True))
        ledgers = self.env["fiken.ledger"].sudo().search(
            [("company_id", "=", self.company.id), ("is_default", "=", True)]
        )
        self.assertEqual(len(ledgers), 1)
        post_init_hook(self.env(su=True))
        self.assertEqual(
            self.env["fiken.ledger"]._default_of(self.company), ledgers
        )

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
                set(connection.activity_ids.mapped("summary")), {"Connect to Fiken again"}
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
