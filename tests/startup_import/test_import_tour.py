"""The start-up import with its preview, by somebody who is a Fiken manager only."""

import pytest

from odoo.tests import new_test_user, tagged

from ..touring import TourCase
from .importing import ImportCase


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestImportTour(ImportCase, TourCase):
    def test_what_is_decided_in_the_preview_is_what_is_imported(self):
        mona = new_test_user(
            self.env,
            "mona",
            groups="base.group_user,fiken_connector.group_fiken_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        partner = self.odoo_partner("Kaffehuset AS")
        linked = self.fiken_contact("Kaffehuset AS")
        skipped = self.fiken_contact("Gammelkunden AS")
        created = self.fiken_contact("Nykunden AS")
        page = "action-fiken_connector.fiken_import_action"
        self.walks(mona, "fiken_import_read", page)
        self.run_cron()
        self.assertEqual(self.startup.state, "preview", self.startup.reason)
        self.assertFalse(self.binding(partner, "contact"), "nothing before *Import*")
        self.walks(mona, "fiken_import_decided", page)
        self.run_cron()
        self.assertEqual(self.startup.state, "done", self.startup.reason)
        self.assertEqual(self.line_of(linked).partner_id, partner)
        self.assertFalse(self.line_of(skipped).partner_id)
        self.assertEqual(self.line_of(created).partner_id.name, "Nykunden AS")
