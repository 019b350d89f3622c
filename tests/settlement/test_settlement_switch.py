"""Settlements are switched on: asked is from which day; nothing older goes."""

from datetime import date

from freezegun import freeze_time

from .settling import DAY, SettlementCase

NEXT = "2026-03-17"
THIRD = "2026-03-18"


class TestSwitch(SettlementCase):
    def setUp(self):
        super().setUp()
        self.vendor.write({"daily_schedule": True, "schedule_hour": 22.0})

    def run_at(self, when):
        with freeze_time(when), self.as_cron():
            self.vendor.settlement_cron_id.method_direct_trigger()
        self.env.invalidate_all()
        self.send()

    def days(self):
        days = self.env["fiken.settlement"].search(
            [("vendor_id", "=", self.vendor.id)], order="day"
        )
        return {str(day.day): day.state for day in days}

    def paused(self):
        """Settled on the first day, nobody on the second, again from the third."""
        self.sold_day()
        self.run_at(f"{DAY} 21:30:00")
        with freeze_time(f"{NEXT} 06:00:00"):
            self.vendor.settlement_mode = "off"
        self.sold_day(NEXT)
        with freeze_time(f"{THIRD} 06:00:00"):
            self.vendor.settlement_mode = "booked"
        self.sold_day(THIRD)

    def test_a_pause_is_not_sent_by_itself(self):
        self.paused()
        self.assertTrue(self.vendor.is_settle_asked)
        self.night(f"{THIRD} 07:00:00")
        self.run_at(f"{THIRD} 21:30:00")
        self.assertEqual(self.days(), {DAY: "booked", THIRD: "booked"})

    def choose(self, day, at=f"{THIRD} 06:30:00"):
        with freeze_time(at):
            action = self.vendor.action_settle_from()
            wizard = (
                self.env[action["res_model"]]
                .with_context(**action["context"])
                .create({"settle_from": day})
            )
            with self.as_cron():
                answer = wizard.action_choose()
        self.env.invalidate_all()
        return wizard, answer

    def test_the_pause_was_booked_by_hand(self):
        self.paused()
        self.choose(THIRD)
        self.assertFalse(self.vendor.is_settle_asked)
        self.run_at(f"{THIRD} 21:30:00")
        self.night("2026-03-19 03:00:00")
        self.assertEqual(self.days(), {DAY: "booked", THIRD: "booked"})
        self.assertFalse(self.vendor._unsettled_days())

    def test_the_pause_is_sent_after_all(self):
        self.paused()
        self.choose(NEXT)
        self.run_at(f"{THIRD} 21:30:00")
        self.assertEqual(self.days(), {DAY: "booked", NEXT: "booked", THIRD: "booked"})

    def test_it_is_shown_what_is_booked_in_fiken_since_that_day(self):
        self.paused()
        wizard, answer = self.choose(DAY)
        self.assertEqual(answer["res_id"], wizard.id)
        self.assertEqual(str(wizard.last_booked_on), DAY)
        self.assertTrue(self.vendor.is_settle_asked)
        wizard.confirm = True
        with freeze_time(f"{THIRD} 06:30:00"), self.as_cron():
            wizard.action_choose()
        self.env.invalidate_all()
        self.assertEqual(str(self.vendor.settle_from), DAY)

    def test_switched_on_for_the_first_time_nothing_old_is_sent(self):
        self.vendor.settlement_mode = "off"
        self.sold_day()
        with freeze_time(f"{THIRD} 06:00:00"):
            self.vendor.write({"settlement_mode": "booked", "daily_schedule": True})
        self.night(f"{THIRD} 07:00:00")
        self.run_at(f"{THIRD} 21:30:00")
        self.assertEqual(self.days(), {})
        with freeze_time(f"{THIRD} 22:00:00"):
            self.assertEqual(self.vendor._unsettled_days(), [date.fromisoformat(DAY)])

    def test_a_vendor_that_was_archived_for_a_while_asks_too(self):
        self.till.journal_id.fiken_vendor_id = self.vendor
        self.sold_day()
        self.run_at(f"{DAY} 21:30:00")
        other = self.vendor.copy({"code": "OTHER"})
        self.fiken_company.default_vendor_id = other
        with freeze_time(f"{NEXT} 06:00:00"):
            self.vendor.active = False
        self.sold_day(NEXT)
        with freeze_time(f"{THIRD} 06:00:00"):
            self.vendor.active = True
        self.night(f"{THIRD} 07:00:00")
        self.assertTrue(self.vendor.is_settle_asked)
        self.assertEqual(self.days(), {DAY: "booked"})

    def test_a_schedule_sends_no_days_that_were_left_lying_before_it(self):
        self.vendor.daily_schedule = False
        self.sold_day()
        self.night(f"{NEXT} 03:00:00")
        self.assertEqual(self.days(), {DAY: "ready"})
        with freeze_time(f"{THIRD} 06:00:00"):
            self.vendor.daily_schedule = True
        self.run_at(f"{THIRD} 21:30:00")
        self.assertEqual(self.days(), {DAY: "ready"})
        self.settlement().action_send()
        self.send()
        self.assertEqual(self.days(), {DAY: "booked"})

    def test_nothing_is_asked_where_nothing_was_sold(self):
        self.vendor.settlement_mode = "off"
        self.vendor.settlement_mode = "booked"
        self.assertFalse(self.vendor.settle_from)
        self.sold_day()
        self.run_at(f"{DAY} 21:30:00")
        self.assertEqual(self.days(), {DAY: "booked"})

    def test_a_till_that_comes_with_old_days_does_not_send_them(self):
        other = self.vendor.copy(
            {
                "code": "OTHER",
                "settlement_mode": "booked",
                "daily_schedule": True,
                "enabled_since": "2026-03-01",
            }
        )
        self.vendor.settlement_mode = "off"
        self.sold_day()
        with freeze_time(f"{THIRD} 06:00:00"):
            self.till.journal_id.fiken_vendor_id = other
        self.assertTrue(other.is_settle_asked)
        with freeze_time(f"{THIRD} 21:30:00"), self.as_cron():
            other.settlement_cron_id.method_direct_trigger()
        self.assertFalse(
            self.env["fiken.settlement"].search([("vendor_id", "=", other.id)])
        )

    def test_what_a_till_delivers_of_days_that_were_decided_is_told(self):
        self.paused()
        self.choose(THIRD)
        self.late_sale(self.mug, day=NEXT)
        with freeze_time(f"{THIRD} 12:00:00"):
            days = self.vendor._unsettled_days()
        self.assertEqual([str(day) for day in days], [NEXT])
