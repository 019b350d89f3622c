"""From which day on: what Fiken has booked already is not sent a second time."""

import requests

from odoo.exceptions import UserError

from ..common import FikenCase
from .common import refused


class EnableCase(FikenCase):
    def book_in_fiken(self, *days, slug=None):
        """Somebody books something by hand in Fiken."""
        for day in days:
            answer = requests.post(
                f"{self.sandbox.url}/api/v2/companies/{slug or self.slug}"
                "/generalJournalEntries",
                json={
                    "journalEntries": [
                        {
                            "description": "Bankgebyr",
                            "date": day,
                            "lines": [
                                {
                                    "amount": 5000,
                                    "debitAccount": "7770",
                                    "creditAccount": "1920:10001",
                                }
                            ],
                        }
                    ]
                },
                headers={"Authorization": "Bearer sandbox-token"},
                timeout=10,
            )
            answer.raise_for_status()

    def press(self, wizard, button):
        with self.as_cron():
            action = getattr(wizard, button)()
        self.env.invalidate_all()
        return action


class TestEnable(EnableCase):
    """*Enabled since* of one vendor."""

    def wizard(self, day):
        self.vendor.enabled_since = False
        action = self.vendor.action_enable()
        self.assertEqual(action["res_model"], "fiken.enable")
        return (
            self.env["fiken.enable"]
            .with_context(**action["context"])
            .create({"enabled_since": day})
        )

    def test_a_day_after_the_last_booked_one(self):
        self.book_in_fiken("2026-02-28", "2026-01-15")
        wizard = self.wizard("2026-03-01")
        self.press(wizard, "action_enable")
        self.assertEqual(str(self.vendor.enabled_since), "2026-03-01")

    def test_a_day_that_is_booked_is_refused(self):
        """The day itself counts: Odoo's own documents of it are in there already."""
        self.book_in_fiken("2026-02-28", "2026-01-15")
        wizard = self.wizard("2026-02-28")
        action = self.press(wizard, "action_enable")
        self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual(str(wizard.last_booked_on), "2026-02-28")
        self.assertFalse(self.vendor.enabled_since)

    def test_the_last_day_is_found_however_it_was_entered(self):
        self.book_in_fiken("2026-02-10", "2026-03-02", "2026-02-20")
        wizard = self.wizard("2026-01-01")
        self.press(wizard, "action_enable")
        self.assertEqual(str(wizard.last_booked_on), "2026-03-02")

    def test_it_can_be_confirmed(self):
        self.book_in_fiken("2026-02-28")
        wizard = self.wizard("2026-02-01")
        self.press(wizard, "action_enable")
        wizard.confirm = True
        self.press(wizard, "action_enable")
        self.assertEqual(str(self.vendor.enabled_since), "2026-02-01")

    def test_what_was_booked_meanwhile_is_not_confirmed(self):
        self.book_in_fiken("2026-02-28")
        wizard = self.wizard("2026-02-01")
        self.press(wizard, "action_enable")
        wizard.confirm = True
        self.book_in_fiken("2026-03-03")
        self.press(wizard, "action_enable")
        self.assertFalse(self.vendor.enabled_since)
        self.assertEqual(str(wizard.last_booked_on), "2026-03-03")
        self.assertFalse(wizard.confirm)

    def test_confirming_in_advance_confirms_nothing(self):
        self.book_in_fiken("2026-02-28")
        wizard = self.wizard("2026-02-01")
        wizard.confirm = True
        self.press(wizard, "action_enable")
        self.assertFalse(self.vendor.enabled_since)

    def test_each_vendor_has_its_own_day(self):
        other = self.env["fiken.vendor"].create(
            {
                "name": "Torget",
                "code": "TORG",
                "fiken_company_id": self.fiken_company.id,
            }
        )
        self.assertFalse(other.enabled_since)
        self.press(self.wizard("2026-03-10"), "action_enable")
        self.assertFalse(other.enabled_since)
        self.assertEqual(str(self.vendor.enabled_since), "2026-03-10")

    def test_nothing_before_the_day_is_sent(self):
        self.vendor.enabled_since = "2026-03-10"
        before = self.invoice(invoice_date="2026-03-09")
        on_it = self.invoice(invoice_date="2026-03-10")
        self.send()
        self.assertEqual(before.fiken_state, "excluded")
        self.assertEqual(on_it.fiken_state, "booked")

    def test_a_vendor_without_books(self):
        vendor = self.env["fiken.vendor"].create(
            {"name": "Kiosk", "code": "KIO", "fiken_company_id": False}
        )
        wizard = self.env["fiken.enable"].create({"vendor_id": vendor.id})
        with refused(self, "Connect to Fiken first"):
            wizard.action_enable()

    def test_no_answer_enables_nothing(self):
        wizard = self.wizard("2026-03-01")
        self.sandbox.fault("GET", "/journalEntries", "status:503", times=9)
        with self.assertRaises(UserError):
            self.press(wizard, "action_enable")
        self.assertFalse(self.vendor.enabled_since)


class TestEnableWhenConnecting(EnableCase):
    """The same question when a company is connected."""

    def setUp(self):
        super().setUp()
        self.vendor.enabled_since = False

    def wizard(self, day):
        with self.as_cron():
            wizard = self.env["fiken.connect"].create(
                {
                    "connection_id": self.connection.id,
                    "company_id": self.company.id,
                    "enabled_since": day,
                    "confirm_organization": True,
                }
            )
            wizard.choice_id = wizard.line_ids.filtered(
                lambda line: line.slug == self.slug
            )
        return wizard

    def test_a_day_that_is_booked_is_refused_until_confirmed(self):
        self.fiken_company.default_vendor_id = False
        self.vendor.active = False
        self.book_in_fiken("2026-02-28")
        wizard = self.wizard("2026-02-28")
        action = self.press(wizard, "action_choose")
        self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual(str(wizard.last_booked_on), "2026-02-28")
        self.assertFalse(self.fiken_company.default_vendor_id)
        wizard.confirm_booked = True
        self.press(wizard, "action_choose")
        self.assertEqual(self.fiken_company.default_vendor_id, self.vendor)
        self.assertEqual(str(self.vendor.enabled_since), "2026-02-28")

    def test_a_later_day_is_taken(self):
        self.fiken_company.default_vendor_id = False
        self.book_in_fiken("2026-02-28")
        self.press(self.wizard("2026-03-01"), "action_choose")
        self.assertEqual(str(self.vendor.enabled_since), "2026-03-01")

    def test_connecting_again_does_not_ask(self):
        """Since then Odoo's own documents are in Fiken: its day stays."""
        self.vendor.enabled_since = "2026-01-01"
        self.book_in_fiken("2026-02-28")
        self.press(self.wizard("2026-03-16"), "action_choose")
        self.assertEqual(str(self.vendor.enabled_since), "2026-01-01")
        self.assertEqual(self.sandbox.count("GET", "/journalEntries"), 0)
