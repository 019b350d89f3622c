"""What a person must decide is decided on the page that says it, in a browser."""

import pytest

from odoo.tests import HttpCase, tagged

from ..connection import test_connect_browser as browsing
from ..people import SecurityCase

PAGE = "/odoo/fiken-overview"
GUIDE = "/odoo/action-fiken_connector.fiken_guide_action"
CUSTOMERS = "[data-step=flows] select[aria-label=Customers]"


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestLeftBrowser(SecurityCase, HttpCase):
    person = browsing.TestConnectBrowser.person

    def test_what_was_posted_before_connecting_is_sent_from_the_overview(self):
        move = self.invoice(self.line(100.0))
        move.fiken_mode = False
        self.env.flush_all()
        with self.person(self.manager) as person:
            person.go(self.base_url() + PAGE)
            person.sees("1 documents since", ".o_fiken_left")
            person.presses(".o_fiken_left button[name=left]")
            person.sees("booked in Fiken already", ".modal")
            person.presses(".modal button[name=action_send]")
            person.does_not_see(".o_fiken_left")
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_guide_tells_it_when_the_step_of_the_company_is_opened(self):
        move = self.invoice(self.line(100.0))
        move.fiken_mode = False
        self.env.flush_all()
        with self.person(self.manager) as person:
            person.go(self.base_url() + GUIDE)
            person.presses("[data-step=company] > button")
            person.sees("1 sales documents", "[data-step=company]")
            person.sees("Send or Leave", "button[name=action_open_unmarked]")

    def test_guide_asks_before_all_customers_go(self):
        self.env["res.partner"].create({"name": "Kunde", "customer_rank": 1})
        self.env.flush_all()
        before = self.fiken_company.customer_sync
        with self.person(self.manager) as person:
            person.go(self.base_url() + GUIDE)
            person.presses("[data-step=flows] > button")
            person.sees("All", CUSTOMERS)
            person.enters(CUSTOMERS, "all")
            person.sees("go to Fiken at once", ".modal")
            person.presses(".modal .btn-secondary")
            person.does_not_see(".modal")
            value = person.runs(f"document.querySelector('{CUSTOMERS}').value")
            self.assertEqual(value, before)
            person.enters(CUSTOMERS, "all")
            person.presses(".modal .btn-primary")
            person.sees("never invoiced", "[data-step=flows]")
        self.fiken_company.invalidate_recordset()
        self.assertEqual(self.fiken_company.customer_sync, "all")

    def test_account_mapping_has_the_whole_width(self):
        """At 1400 pixels the accounts in Fiken are read, not cut by the chatter."""
        ledger = self.vendor.ledger_id
        with self.person(self.manager) as person:
            person.browser._websocket_request(
                "Emulation.setDeviceMetricsOverride",
                params={
                    "width": 1600,
                    "height": 900,
                    "deviceScaleFactor": 1,
                    "mobile": False,
                },
            )
            person.go(f"{self.base_url()}/odoo/fiken.ledger/{ledger.id}")
            person.sees("1000", ".o_field_x2many .o_data_row")
            for part in (".o_form_sheet", ".o-mail-ChatterContainer"):
                width = person.runs(
                    f"document.querySelector('{part}').getBoundingClientRect().width"
                )
                self.assertGreater(width, 1000, part)
