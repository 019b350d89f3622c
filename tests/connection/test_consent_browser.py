"""A consent that ends, in Fiken or in Odoo, and is given again: in a real browser."""

import pytest

from odoo.tests import tagged

from . import test_connect_browser as browsing
from .connecting import ConnectCase

BANNER = ".o_fiken_banner"
TODO = "/odoo/fiken-todo"


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestConsentBrowser(ConnectCase):
    person = browsing.TestConnectBrowser.person

    def setUp(self):
        super().setUp()
        self.connect()
        self.choose()
        self.biller = self.new_manager("ivar", groups="account.group_account_invoice")

    def worker_runs(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        with self.enter_registry_test_mode():
            self.connection.cron_id.method_direct_trigger()
        self.env.invalidate_all()

    def confirmed(self):
        """An invoice that the worker has seen."""
        move = self.sale_of_today(post=True)
        self.worker_runs()
        return move

    def page(self):
        return self.base_url() + self.connection._form_url()

    def test_a_consent_withdrawn_in_fiken_is_given_again(self):
        self.sandbox.revoke()
        move = self.confirmed()
        self.assertEqual(self.connection.state, "reconnect")
        self.assertNotEqual(move.fiken_state, "booked")
        with self.person(self.biller) as person:
            person.go(f"{self.base_url()}/odoo/customer-invoices/{move.id}")
            person.sees("Nothing is sent till then", BANNER)
            person.sees(f"Ask {self.manager.name}", BANNER)
            person.does_not_see(f"{BANNER} button")
        with self.person(self.manager) as person:
            person.go(self.base_url() + TODO)
            person.sees("Fiken", ".o_data_row")
            person.presses(f"{BANNER} button", "Reconnect")
            person.presses(".o_form_statusbar button[name=action_connect]")
            browsing.consents(person)
            person.sees("Connected to Fiken as Kari Nordmann", ".o_form_view h2")
            person.does_not_see(BANNER)
            person.go(self.base_url() + TODO)
            person.sees("", ".o_view_nocontent")
        self.worker_runs()
        self.assertEqual(move.fiken_state, "booked", move.fiken_reason)

    def test_disconnected_nothing_is_sent_until_connected_again(self):
        with self.person(self.manager) as person:
            person.go(self.page())
            person.presses("button[name=action_disconnect]")
            person.sees("nothing more is sent", ".modal")
            person.sees("Mappings, links and history stay", ".modal")
            person.presses(".modal .btn-primary", "Disconnect")
            person.sees("Fiken has ended our access", ".o_notification")
            person.sees("Nothing is sent till then", BANNER)
        self.sandbox.reset_stats()
        move = self.confirmed()
        self.assertEqual(self.sandbox.stats()["requests"], {})
        with self.person(self.manager) as person:
            person.go(self.page())
            person.presses("button[name=action_connect]", "Connect")
            browsing.consents(person)
            person.sees("Connected to Fiken as Kari Nordmann", ".o_form_view h2")
            person.does_not_see(BANNER)
        self.worker_runs()
        self.assertEqual(move.fiken_state, "booked", move.fiken_reason)

    def test_who_may_not_connect_or_disconnect_reads_who_may(self):
        with self.person(self.biller) as person:
            person.go(self.page())
            person.sees("Connected to Fiken as Kari Nordmann", ".o_form_view h2")
            person.sees(self.manager.name, "[name=who_may]")
            person.does_not_see("button[name=action_connect]")
            person.does_not_see("button[name=action_disconnect]")
