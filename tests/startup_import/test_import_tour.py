"""The start-up import with its preview, by somebody who is a Fiken manager only."""

import pytest

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..touring import TourCase
from .importing import ImportCase


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestImportTour(ImportCase, TourCase):
    def setUp(self):
        super().setUp()
        self.mona = self.person("mona", "fiken_connector.group_fiken_manager")

    def person(self, login, group):
        return new_test_user(
            self.env,
            login,
            groups=f"base.group_user,{group}",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_what_is_decided_in_the_preview_is_what_is_imported(self):
        partner = self.odoo_partner("Kaffehuset AS")
        linked = self.fiken_contact("Kaffehuset AS")
        skipped = self.fiken_contact("Gammelkunden AS")
        created = self.fiken_contact("Nykunden AS")
        page = "action-fiken_connector.fiken_import_action"
        self.walks(self.mona, "fiken_import_read", page)
        self.run_cron()
        self.assertEqual(self.startup.state, "preview", self.startup.reason)
        self.assertFalse(self.binding(partner, "contact"), "nothing before *Import*")
        self.walks(self.mona, "fiken_import_decided", page)
        self.run_cron()
        self.assertEqual(self.startup.state, "done", self.startup.reason)
        self.assertEqual(self.line_of(linked).partner_id, partner)
        self.assertFalse(self.line_of(skipped).partner_id)
        self.assertEqual(self.line_of(created).partner_id.name, "Nykunden AS")

    def test_who_may_not_import_is_not_offered_it(self):
        ivar = self.person("ivar", "account.group_account_invoice")
        offered = self.env.ref("fiken_connector.menu_fiken_import").id
        for user, is_offered in ((self.mona, True), (ivar, False)):
            menus = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertEqual(offered in menus, is_offered, user.login)
