"""The start-up import in a real browser: the bar moves, the preview is decided."""

from unittest.mock import patch

import pytest

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.base.models import ir_cron

from ..connection import test_connect_browser as browsing
from .importing import ImportCase


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestImportBrowser(ImportCase, HttpCase):
    person = browsing.TestConnectBrowser.person

    def setUp(self):
        super().setUp()
        # Only the server's threads may use the database while the browser is open.
        self.cron_id = self.env.ref("fiken_connector.ir_cron_import").id
        # One page, or one batch, each time that the cron runs.
        self.startPatcher(patch.object(ir_cron, "MIN_RUNS_PER_JOB", 1))
        self.startPatcher(patch.object(ir_cron, "MIN_TIME_PER_JOB", 0))

    def cron_runs(self, person):
        person.runs(
            "fetch('/web/dataset/call_kw/ir.cron/method_direct_trigger', {"
            "method: 'POST', headers: {'Content-Type': 'application/json'},"
            "body: JSON.stringify({jsonrpc: '2.0', method: 'call', params: {"
            "model: 'ir.cron', method: 'method_direct_trigger',"
            f"args: [[{self.cron_id}]], kwargs: {{}}"
            "}})}).then(answer => answer.text())"
        )

    def test_from_reading_to_the_report(self):
        """The page is opened once; what happens in the background shows on it."""
        mona = new_test_user(
            self.env,
            "mona",
            groups="base.group_user,base.group_system,base.group_partner_manager,"
            "fiken_connector.group_fiken_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        partner = self.odoo_partner("Kaffehuset AS", email="gammel@example.com")
        number = self.odoo_partner("Bakeriet", company_registry="987654325")
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(230)))
        suggested = self.fiken_contact("Kaffehuset AS", email="ny@example.com")
        self.fiken_contact(
            "Bakeriet AS", organizationNumber="987654325", phoneNumber="22334455"
        )
        self.env.flush_all()
        url = f"{self.base_url()}/odoo/action-fiken_connector.fiken_import_action"
        with self.person(mona) as person:
            person.go(url)
            person.sees("Demo Kaffe AS", ".o_field_widget[name=fiken_company_id]")
            person.presses("button[name=action_read]")
            bar = ".o_field_widget[name=progress] .progress-bar"
            person.sees("0 %", bar)
            self.cron_runs(person)
            person.sees("8 %", bar)
            self.cron_runs(person)
            person.sees("16 %", bar)
            for _page in range(7):
                self.cron_runs(person)
            person.does_not_see(bar)
            person.sees("New", "button[name=action_open_lines]")

            person.presses("button[name=action_open_lines]", "Suggested")
            person.sees("Kaffehuset AS", ".o_data_row")
            person.presses(".o_data_row button[name=get_formview_action]", "Compare")
            person.sees("gammel@example.com", ".o_field_widget[name=comparison]")
            person.sees("ny@example.com", ".o_field_widget[name=comparison]")
            person.go(url)
            person.presses("button[name=action_accept_suggestions]")
            person.presses(".modal .btn-primary", "Accept")
            person.does_not_see(".modal")
            person.presses("button[name=action_import]")
            person.presses(".modal .btn-primary", "Import")
            person.sees("0 %", bar)
            self.cron_runs(person)
            person.sees("86 %", bar)
            for _batch in range(2):
                self.cron_runs(person)
            person.sees("The import is done.", ".alert-success")
        self.assertEqual(self.startup.state, "done")
        self.assertEqual(self.line_of(suggested).partner_id, partner)
        self.assertEqual(partner.email, "gammel@example.com")
        self.assertEqual(number.name, "Bakeriet")
        self.assertEqual(
            len(self.new_partners() - partner - number - mona.partner_id), 230
        )
