"""Days are settled by themselves, at the vendor's time, each once."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytz
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form

from ..common import FikenCase
from .settling import DAY, SettlementCase

PROBLEM = "fiken_connector.mail_activity_fiken_problem"


class TestClock(FikenCase):
    """Which day goes when; no point of sale needed."""

    def at(self, day):
        return self.vendor._settled_at(date.fromisoformat(day))

    def test_in_the_evening_the_day_itself_in_the_morning_the_day_before(self):
        self.vendor.schedule_hour = 22.0
        self.assertEqual(self.at("2026-01-15"), datetime(2026, 1, 15, 21, 0))
        self.vendor.schedule_hour = 6.0
        self.assertEqual(self.at("2026-01-15"), datetime(2026, 1, 16, 5, 0))

    def test_a_bar_that_closes_at_three_is_settled_after_it_closed(self):
        self.vendor.write({"day_end_hour": 4.0, "schedule_hour": 6.5})
        self.assertEqual(self.at("2026-01-15"), datetime(2026, 1, 16, 5, 30))
        self.assertIn("Tuesday", self.vendor.schedule_text)
        self.assertIn("06:30", self.vendor.schedule_text)

    def test_the_nights_when_the_clock_is_changed(self):
        """29 March 2026 has no 02:30 in Norway, 25 October has it twice."""
        self.vendor.schedule_hour = 22.0
        self.assertEqual(self.at("2026-03-28"), datetime(2026, 3, 28, 21, 0))
        self.assertEqual(self.at("2026-03-29"), datetime(2026, 3, 29, 20, 0))
        self.assertEqual(self.at("2026-10-24"), datetime(2026, 10, 24, 20, 0))
        self.assertEqual(self.at("2026-10-25"), datetime(2026, 10, 25, 21, 0))
        self.vendor.schedule_hour = 2.5
        self.assertEqual(self.at("2026-03-28"), datetime(2026, 3, 29, 1, 30))
        self.assertEqual(self.at("2026-10-24"), datetime(2026, 10, 25, 1, 30))

    def test_every_day_of_a_year_comes_due_once_in_order(self):
        clock = self.enterContext(freeze_time("2026-01-01"))
        for hour, end in ((22.0, 0.0), (6.0, 4.0), (2.5, 0.0), (12.0, 0.0)):
            self.vendor.write({"schedule_hour": hour, "day_end_hour": end})
            day, former = date(2026, 1, 1), None
            while day < date(2027, 1, 2):
                at = self.vendor._settled_at(day)
                wall = pytz.utc.localize(at).astimezone(pytz.timezone("Europe/Oslo"))
                if former:
                    self.assertIn(
                        (at - former) / timedelta(hours=1), (22, 23, 24, 25, 26), day
                    )
                begin = datetime.combine(day, datetime.min.time())
                begin += timedelta(hours=end + 11)
                self.assertGreater(wall.replace(tzinfo=None), begin, day)
                clock.move_to(at + timedelta(minutes=1))
                self.assertEqual(self.vendor._last_due_day(), day)
                clock.move_to(at - timedelta(minutes=1))
                self.assertEqual(self.vendor._last_due_day(), day - timedelta(days=1))
                former = at
                day += timedelta(days=1)

    def test_another_time_zone(self):
        self.vendor.write({"tz": "Asia/Tokyo", "schedule_hour": 22.0})
        self.assertEqual(self.at("2026-01-15"), datetime(2026, 1, 15, 13, 0))

    def test_an_hour_that_does_not_exist(self):
        for values in ({"day_end_hour": 24.0}, {"settlement_grace_hours": -1.0}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.vendor.write(values)

    def test_a_vendor_with_a_schedule_has_a_cron_of_its_own(self):
        self.vendor.settlement_mode = "booked"
        self.assertFalse(self.vendor.settlement_cron_id)
        self.vendor.daily_schedule = True
        cron = self.vendor.settlement_cron_id
        self.assertTrue(cron.active)
        self.assertIn(f"browse({self.vendor.id})", cron.code)
        self.vendor.daily_schedule = False
        self.assertFalse(cron.active)
        self.vendor.daily_schedule = True
        self.assertEqual(self.vendor.settlement_cron_id, cron)
        self.assertTrue(cron.active)
        self.vendor.settlement_mode = "off"
        self.assertFalse(cron.active)

    def test_the_cron_wakes_at_the_minute_once(self):
        with freeze_time("2026-03-28 12:00:00"):
            self.vendor.write(
                {
                    "settlement_mode": "booked",
                    "daily_schedule": True,
                    "tz": "Europe/Oslo",
                }
            )
            for _time in range(3):
                self.vendor._plan_settlement()
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.vendor.settlement_cron_id.id)]
        )
        self.assertEqual(triggers.mapped("call_at"), [datetime(2026, 3, 28, 21, 0)])

    def test_a_manager_chooses_it_on_the_form(self):
        with Form(self.vendor) as form:
            form.settlement_mode = "draft"
            form.daily_schedule = True
            form.schedule_hour = 23.0
        self.assertTrue(self.vendor.settlement_cron_id.active)


class TestSchedule(SettlementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.write({"daily_schedule": True, "schedule_hour": 22.0})

    def run_at(self, when):
        """The vendor's cron runs at a time in UTC."""
        with freeze_time(when), self.as_cron():
            self.vendor.settlement_cron_id.method_direct_trigger()
        self.env.invalidate_all()

    def days(self):
        return self.env["fiken.settlement"].search(
            [("vendor_id", "=", self.vendor.id)], order="day"
        )

    def test_nothing_happens_before_the_time_and_all_after_it(self):
        self.sold_day()
        self.run_at(f"{DAY} 20:59:00")
        self.assertFalse(self.days())
        self.run_at(f"{DAY} 21:01:00")
        self.assertEqual(self.days().mapped("state"), ["sent"])
        self.send()
        self.assertEqual(self.days().mapped("state"), ["booked"])

    def test_a_server_that_was_down_catches_up_each_day_as_its_own(self):
        for day in (DAY, "2026-03-17", "2026-03-19"):
            self.sold_day(day)
        self.run_at("2026-03-20 06:00:00")
        self.send()
        self.assertEqual(
            [str(day) for day in self.days().mapped("day")],
            [DAY, "2026-03-17", "2026-03-19"],
        )
        self.assertEqual(set(self.days().mapped("state")), {"booked"})
        self.assertEqual(
            sorted(sale["date"] for sale in self.settlement_sales()),
            [DAY, "2026-03-17", "2026-03-19"],
        )

    def test_an_open_session_is_waited_for_then_there_is_a_todo(self):
        session = self.sold_day(close=False)
        self.run_at(f"{DAY} 21:30:00")
        [day] = self.days()
        self.assertEqual(day.state, "open")
        self.assertIn(session.name, day.reason)
        self.assertFalse(day.activity_search([PROBLEM]))
        self.run_at("2026-03-17 09:30:00")
        self.assertIn(session.name, day.activity_search([PROBLEM]).note)
        self.shop.close(session, at="2026-03-17 10:00:00")
        self.run_at("2026-03-17 10:30:00")
        self.assertEqual(day.state, "sent")
        self.assertFalse(day.activity_search([PROBLEM]))

    def test_two_servers_make_one_settlement_of_a_day(self):
        self.sold_day()
        first = self.settlement()
        self.assertEqual(self.settlement(), first)
        self.run_at(f"{DAY} 21:30:00")
        self.run_at(f"{DAY} 21:30:00")
        self.assertEqual(len(self.days()), 1)
        self.assertEqual(len(self.jobs(first)), 1)
        self.send()
        self.run_at(f"{DAY} 22:30:00")
        self.send()
        self.assertEqual(len(self.settlement_sales()), 1)

    def test_a_day_that_goes_wrong_does_not_hold_up_the_others(self):
        self.sold_day()
        self.sold_day("2026-03-17")
        Day = self.env.registry["fiken.pos.day"]
        original = Day._read

        def broken(model, vendor, day):
            if str(day) == DAY:
                raise ZeroDivisionError
            return original(model, vendor, day)

        with (
            patch.object(Day, "_read", broken),
            self.assertLogs("odoo.addons.fiken_connector", "ERROR"),
        ):
            self.run_at("2026-03-18 06:00:00")
        self.assertEqual(self.days().mapped("state"), ["open", "sent"])

    def test_days_without_schedule_wait_for_a_person(self):
        self.vendor.daily_schedule = False
        self.sold_day()
        self.run_at("2026-03-17 06:00:00")
        self.assertFalse(self.days())
        with freeze_time("2026-03-18 06:00:00"):
            with self.as_cron():
                self.env.ref("fiken_connector.ir_cron_control").method_direct_trigger()
            [day] = self.days()
            self.assertEqual(day.state, "ready")
            self.assertTrue(day.is_missing)
        self.assertIn("nobody has sent it", day.activity_search([PROBLEM]).note)
        self.assertFalse(self.jobs(day))

    def test_the_connection_cron_sends_without_the_schedule_running_again(self):
        self.sold_day()
        self.run_at(f"{DAY} 21:01:00")
        [job] = self.jobs(self.days())
        self.assertEqual(job.state, "pending")
        self.assertFalse(job.next_try_at)
        self.assertLessEqual(job.create_date, fields.Datetime.now())

    # An administrator may have deleted the scheduled action, or Odoo stopped it

    def watch_at(self, when):
        """The watchdog runs at a time in UTC; what the manager's new to-dos say."""
        before = self.connection.activity_ids
        with freeze_time(when):
            self.env["fiken.connection"].sudo()._cron_watchdog()
        self.env.invalidate_all()
        return (self.connection.activity_ids - before).mapped("summary")

    def assertMended(self):
        """It runs again without the schedule being saved, and catches up."""
        said = self.watch_at("2026-03-17 05:00:00")
        self.assertIn(self.vendor.name, " ".join(said))
        cron = self.vendor.settlement_cron_id
        self.assertTrue(cron.active)
        triggers = (
            self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", cron.id)])
        )
        now = fields.Datetime.to_datetime("2026-03-17 05:00:00")
        self.assertIn(now, triggers.mapped("call_at"))
        self.assertEqual(self.watch_at("2026-03-17 05:10:00"), [], "It is told once")
        self.assertEqual(self.vendor.settlement_cron_id, cron)
        self.run_at("2026-03-17 05:11:00")
        self.send()
        self.assertEqual(self.days().mapped("state"), ["booked"])

    def test_a_schedule_that_somebody_deleted_comes_back(self):
        self.sold_day()
        self.vendor.settlement_cron_id.unlink()
        self.assertFalse(self.vendor.settlement_cron_id)
        self.assertMended()

    def test_a_schedule_that_odoo_switched_off_goes_on(self):
        self.sold_day()
        self.vendor.settlement_cron_id.active = False
        self.assertMended()

    def test_a_schedule_that_nobody_wants_does_not_come_back(self):
        self.vendor.settlement_cron_id.unlink()
        self.vendor.daily_schedule = False
        self.assertEqual(self.watch_at("2026-03-17 05:00:00"), [])
        self.assertFalse(self.vendor.settlement_cron_id)
