"""The overview in a real browser: read, switched, opened; wide and on a phone."""

import pytest

from odoo.tests import HttpCase, tagged

from ..connection import test_connect_browser as browsing
from ..people import SecurityCase

PAGE = "/odoo/fiken-overview"
BILLS = ".o_fiken_kind[data-kind=bill]"


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestOverviewBrowser(SecurityCase, HttpCase):
    person = browsing.TestConnectBrowser.person

    def setUp(self):
        super().setUp()
        self.invoice(self.line(100.0, "3", "3005"))
        self.send()
        self.env.flush_all()

    def test_a_manager_switches_bills_on(self):
        with self.person(self.manager) as person:
            person.go(self.base_url() + PAGE)
            person.sees("Kari Nordmann", ".o_fiken_books")
            person.sees("Not sent", BILLS)
            person.presses(f"{BILLS} button[name=switch]", "Switch on")
            person.sees("twice", ".modal")
            person.presses("#fiken_choice_1")
            person.sees("confirmed before", ".modal .alert")
            person.presses(".modal button[name=save]")
            person.sees("As draft", f"{BILLS} .badge")
            person.presses("a[data-need=blocked]")
            person.sees("3005", ".o_data_row")
            person.go(self.base_url() + "/odoo/fiken-flows")
            person.sees("As draft", f"{BILLS} .badge")
        self.vendor.invalidate_recordset()
        self.assertEqual(self.vendor.bill_mode, "draft")

    def test_who_may_not_switch_reads_who_may(self):
        with self.person(self.invoicer) as person:
            person.go(self.base_url() + PAGE)
            person.sees("Ask", f"{BILLS} .o_fiken_who")
            person.does_not_see("button[name=switch]")

    def test_on_a_phone_it_is_one_column(self):
        with self.person(self.manager) as person:
            person.browser._websocket_request(
                "Emulation.setDeviceMetricsOverride",
                params={
                    "width": 400,
                    "height": 800,
                    "deviceScaleFactor": 1,
                    "mobile": True,
                },
            )
            person.go(self.base_url() + PAGE)
            person.sees("Not sent", BILLS)
            wide = person.runs(
                "[...document.querySelectorAll('.o_fiken_overview *')]"
                ".filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
                ".map(e => e.className + ' ' + e.innerText).slice(0, 3).join('|')"
            )
            self.assertEqual(wide, "")
