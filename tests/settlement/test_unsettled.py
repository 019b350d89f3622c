"""Days that were sold while settlements were not sent."""

from freezegun import freeze_time

from odoo.tools import format_date

from .settling import DAY, NIGHT, SettlementCase

NEXT = "2026-03-17"


class TestUnsettled(SettlementCase):
    def setUp(self):
        super().setUp()
        self.vendor.settlement_mode = "off"
        self.sold_day()
        self.sold_day(NEXT)

    def lines(self):
        return list(self.fiken_company._check_setup_unsettled(None))

    @freeze_time("2026-03-18 03:00:00")
    def test_switched_on_they_are_counted_and_read_by_a_person(self):
        self.assertFalse(self.lines())
        self.vendor.settlement_mode = "booked"
        [line] = self.lines()
        for word in ("2 days", format_date(self.env, DAY), format_date(self.env, NEXT)):
            self.assertIn(word, line.text)
        action = getattr(line.record, line.method)()
        model = self.env[action["res_model"]].with_context(**action["context"])
        wizard = model.create({})
        self.assertEqual((str(wizard.since), str(wizard.until)), (DAY, NEXT))
        wizard.action_read()
        self.assertFalse(self.lines())
        self.send()
        self.assertFalse(self.settlement_sales())

    @freeze_time("2026-03-18 03:00:00")
    def test_it_is_said_before_it_is_saved(self):
        vendor = self.vendor.new(
            {"settlement_mode": "booked", "daily_schedule": True}, origin=self.vendor
        )
        message = vendor._onchange_settlement_mode()["warning"]["message"]
        self.assertIn("2 days", message)
        self.assertIn("Enabled Since", message)
        self.assertIn("Nothing is sent", message)
        vendor.enabled_since = "2026-03-18"
        self.assertFalse(vendor._onchange_settlement_mode())

    @freeze_time(NIGHT)
    def test_a_day_that_is_not_over_is_not_missed(self):
        self.vendor.settlement_mode = "booked"
        [line] = self.lines()
        self.assertIn("1 days", line.text)
