"""What needs a person, in a real browser: the menu's number, the list, the banner."""

import pytest

from odoo.tests import HttpCase, new_test_user, tagged

from ..connection import test_connect_browser as browsing
from .common import OutboxCase

TODO = "/odoo/fiken-todo"
MENU = ".o_menu_sections"
BANNER = ".o_fiken_banner"


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestTodoBrowser(OutboxCase, HttpCase):
    person = browsing.TestConnectBrowser.person

    def setUp(self):
        super().setUp()
        self.manager = self.new_person("mona", "fiken_connector.group_fiken_manager")
        self.biller = self.new_person("ivar", "account.group_account_invoice")
        line = self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_id == self.company_data["default_account_revenue"]
        )
        line.unlink()
        customer = self.known_customer()
        for _number in range(3):
            self.invoice(partner_id=customer.id)
        self.send()
        self.env.flush_all()

    def new_person(self, login, group):
        return new_test_user(
            self.env,
            login,
            groups=f"base.group_user,{group}",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_the_cause_is_counted_named_and_opened(self):
        # Nothing is read while the browser is served: both have one database cursor.
        mapping = self.vendor.ledger_id.name
        with self.person(self.manager) as person:
            person.go(f"{self.base_url()}{TODO}")
            person.sees("To Do (1)", MENU)
            person.sees("3 wait: The account 3000", ".o_list_view")
            person.does_not_see(BANNER)
            person.presses(".o_data_cell", "3 wait")
            person.sees(mapping, ".o_form_view")

    def test_who_may_not_mend_it_sees_whom_to_ask_and_what_waits(self):
        todo = self.open_todos()
        with self.person(self.biller) as person:
            person.go(f"{self.base_url()}{TODO}/{todo.id}")
            person.sees(f"Ask {todo.user_id.name}", ".o_form_view")
            person.presses("button[name=action_open]", "Open")
            person.sees("INV/", ".o_list_view")

    def test_while_nothing_is_sent_each_page_says_so(self):
        self.connection.state = "reconnect"
        self.env.flush_all()
        invoices = f"{self.base_url()}/odoo/customer-invoices"
        with self.person(self.biller) as person:
            person.go(invoices)
            person.sees("Nothing is sent till then", BANNER)
            person.sees("Ask ", BANNER)
            person.does_not_see(f"{BANNER} button")
        with self.person(self.manager) as person:
            person.go(f"{self.base_url()}{TODO}")
            person.presses(f"{BANNER} button", "Reconnect")
            person.sees(self.connection.name, ".o_form_view")
            person.sees("Nothing is sent till then", BANNER)
        self.connection.state = "connected"
        self.env.flush_all()
        with self.person(self.biller) as person:
            person.go(invoices)
            person.sees("INV/", ".o_list_view")
            person.does_not_see(BANNER)
