"""People who connect: at Odoo's buttons and at Fiken's pages."""

import re
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
from lxml import html

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ...models.connection import fiken_connection_consent
from ..common import SLUG, TODAY
from ..norwegian import NorwegianCase
from ..sandbox import shared_sandbox

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
class ConnectCase(NorwegianCase, HttpCase):
    """A Norwegian company that was never connected, and its Fiken manager."""

    @classmethod
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
        cls.set_param("timeout_pause", "0.001")
        cls.manager = cls.new_manager("lars")
        cls.connection = cls.new_connection()
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.sandbox.reset()
        # The companies that are ticked in the upper right corner.
        self.ticked = self.company
        self.startPatcher(
            patch.object(fiken_connection_consent, "USER_PAUSES", (0, 0, 0))
        )
        self.log_in(self.manager)

    @classmethod
    def set_param(cls, name, value):
        cls.env["ir.config_parameter"].sudo().set_param(
            f"fiken_connector.{name}", value
        )

    def newcomer(self):
        """(who administers and may invoice, their first draft): no app is entered."""
        siri = self.new_manager(
            "siri",
            groups="base.group_system,fiken_connector.group_fiken_manager,"
            "account.group_account_invoice",
        )
        self.set_param("client_id", False)
        self.set_param("client_secret", False)
        return siri, self.sale_of_today()

    def sale_of_today(self, **values):
        return self.init_invoice(
            "out_invoice",
            self.partner_a,
            TODAY,
            amounts=[1000.0],
            taxes=self.company_data["default_tax_sale"],
            **values,
        )

    @classmethod
    def new_connection(cls, user=None):
        """Press *New*."""
        user = user or cls.manager
        return cls.env["fiken.connection"].with_user(user).create({}).sudo()

    @classmethod
    def new_manager(
        cls, login, *companies, groups="fiken_connector.group_fiken_manager"
    ):
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
                    "kwargs": {"context": {"allowed_company_ids": self.ticked.ids}},
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
        """The whole way, which must end on the connection, or in the guide."""
        url = FikenPages(email).approve(self.connect_url(connection), *slugs)
        self.assertEqual(self.come_back(url), "")
        kept = (
            self.env["fiken.connection"]
            .sudo()
            .browse(int(re.search(r"\d+$", self.landed_on)[0]))
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
