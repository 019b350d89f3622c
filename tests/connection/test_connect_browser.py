"""The whole way in a real browser: settings, Fiken's pages, company, invoice."""

import json
import time
from contextlib import contextmanager

import pytest

from odoo.tests import tagged
from odoo.tests.common import ChromeBrowser

from .connecting import SECRET, ConnectCase

PATIENCE = 40


class Person:
    """Looks at a page and presses what is on it; waits for both as people do."""

    def __init__(self, case, browser):
        self.case = case
        self.browser = browser

    def go(self, url):
        self.browser.navigate_to(url)

    def sees(self, text, where="body"):
        """Wait until a visible part of the page says so."""
        self._wait(
            f"{self._visible(where)}"
            f".some(e => e.innerText.includes({json.dumps(text)}))",
            f"{text!r} in {where}",
        )

    def does_not_see(self, where):
        self._wait(f"!{self._visible(where)}.length", f"no {where}")

    def presses(self, where, text=""):
        self._on(where, text, "e.click()")

    def enters(self, where, value):
        self._on(
            where,
            "",
            f"e.focus(); e.value = {json.dumps(value)};"
            "e.dispatchEvent(new Event('input', {bubbles: true}));"
            "e.dispatchEvent(new Event('change', {bubbles: true}))",
        )

    def has_ticked(self, where):
        self._wait(f"document.querySelector({json.dumps(where)})?.checked", where)

    def runs(self, script):
        return self._evaluate(script)

    def has_no_error(self):
        """Fail with what the browser's console has of an error."""
        if self.browser._result.done():
            self.browser._result.result()

    def _visible(self, where):
        return (
            f"[...document.querySelectorAll({json.dumps(where)})]"
            ".filter(e => e.checkVisibility())"
        )

    def _on(self, where, text, does):
        found = (
            f"{self._visible(where)}"
            f".find(e => !e.disabled && e.innerText.includes({json.dumps(text)}))"
        )
        self._wait(
            f"(e => {{ if (!e) return false; {does}; return true; }})({found})",
            f"{text!r} in {where}",
        )

    def _wait(self, condition, what):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.has_no_error()
            if self._evaluate(condition):
                return
            time.sleep(0.1)
        self.browser.take_screenshot().result(10)
        shown = self._evaluate(
            "document.location.href + '\\n' + document.body.innerText"
        )
        self.case.fail(f"Not on the page: {what}\n{shown}")

    def _evaluate(self, script):
        try:
            answer = self.browser._websocket_request(
                "Runtime.evaluate",
                params={
                    "expression": script,
                    "awaitPromise": True,
                    "returnByValue": True,
                },
                timeout=PATIENCE,
            )
        except Exception as error:
            if "context" in str(error).lower() or "navigated" in str(error):
                return None  # the page is just changing
            raise
        return answer["result"].get("value")


def consents(person):
    """Logs in at Fiken and lets Odoo keep the books of what is ticked."""
    person.enters("#email", "kari@example.com")
    person.enters("#password", "x")
    person.presses("#login")
    person.sees("Demo Kaffe AS", ".tick")
    person.presses("#approve")


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestConnectBrowser(ConnectCase):
    @contextmanager
    def person(self, user):
        """Somebody at a browser, logged in to Odoo."""
        browser = ChromeBrowser(self)
        try:
            with self.allow_requests(browser=browser):
                self.authenticate(user.login, user.login, browser=browser)
                self.cr.flush()
                self.cr.clear()
                person = Person(self, browser)
                try:
                    yield person
                    person.has_no_error()
                finally:
                    browser.navigate_to("about:blank", wait_stop=True)
                    self._wait_remaining_requests()
        finally:
            browser.stop()
            self.env.invalidate_all()

    def test_from_the_settings_to_an_invoice_in_fiken(self):
        """Connects, chooses the company, sees as whom, and where an invoice is."""
        siri, move = self.newcomer()
        self.connection = self.new_connection(siri)
        invoice_url = f"{self.base_url()}/odoo/customer-invoices/{move.id}"
        cron_id = self.connection.cron_id.id

        with self.person(siri) as person:
            person.go(
                f"{self.base_url()}/odoo/action-fiken_connector.fiken_settings_action"
            )
            callback = f"{self.base_url()}/fiken/oauth/callback"
            person.sees(callback, ".o_field_widget[name=fiken_callback_url]")
            person.presses(
                ".o_field_widget[name=fiken_callback_url] .o_clipboard_button"
            )
            person.enters(
                ".o_field_widget[name=fiken_client_id] input", "sandbox-client"
            )
            person.enters(".o_field_widget[name=fiken_client_secret] input", SECRET)
            person.presses("button[name=action_fiken_connect]")

            consents(person)

            # Back in Odoo, in the guided set-up; the connection does as well
            person.sees("Choose the Company", "[data-step=company]")
            person.go(self.base_url() + self.connection._form_url())
            person.sees("One step is left")
            person.presses("button[name=action_choose_company]")
            person.sees("Demo Kaffe AS", ".modal")
            since = ".modal .o_field_widget[name=enabled_since]"
            person.presses(f"{since} button")
            person.enters(f"{since} input", "01/01/2026")
            person.presses(".modal button[name=action_choose]")
            person.sees("Connected to Fiken as Kari Nordmann", ".o_notification")
            person.sees("API module active", ".o_notification")
            person.does_not_see(".modal")
            person.sees("Connected to Fiken as Kari Nordmann", ".o_form_view h2")
            person.sees("Demo Kaffe AS", ".o_field_widget[name=fiken_company_ids]")

            # An invoice
            person.go(invoice_url)
            person.presses("button[name=action_post]", "Confirm")
            badge = ".o_field_widget[name=fiken_state]"
            person.sees("Waiting", badge)
            person.runs(
                "fetch('/web/dataset/call_kw/ir.cron/method_direct_trigger', {"
                "method: 'POST', headers: {'Content-Type': 'application/json'},"
                "body: JSON.stringify({jsonrpc: '2.0', method: 'call', params: {"
                "model: 'ir.cron', method: 'method_direct_trigger',"
                f"args: [[{cron_id}]], kwargs: {{}}"
                "}})}).then(answer => answer.text())"
            )
            person.go(invoice_url)
            person.sees("Booked in Fiken", badge)
            person.sees("In Fiken", "button[name=action_fiken_open]")

        self.assertEqual(self.connection.user_name, "Kari Nordmann")
        self.assertEqual(move.fiken_state, "booked")
        sales = self.sandbox.get(f"/companies/{self.books().slug}/sales")
        self.assertEqual([sale["saleNumber"] for sale in sales], [move.name])
