"""The nightly control of settlements gets through, whatever happens to its runs."""

from freezegun import freeze_time

from odoo.tools import mute_logger

from ..nights import NightMixin
from .settling import SettlementCase

ROUNDS = "odoo.addons.fiken_connector.models.connection.fiken_rounds"
FIRST, SECOND, THIRD = "2026-03-16", "2026-03-17", "2026-03-18"
CONTROL = "ir_cron_control"


class TestSettlementNights(NightMixin, SettlementCase):
    """Three days, and a kiosk whose turn comes after the shop's."""

    def setUp(self):
        super().setUp()
        self.kiosk = self.vendor.copy({"name": "Kiosk", "code": "KIOSK"})
        self.kiosk.sequence = self.vendor.sequence + 1
        self.kiosk.fiken_company_id = self.fiken_company
        self.kiosk.enabled_since = self.vendor.enabled_since
        self.kiosk.settlement_mode = "booked"
        journal = self.shop.journal("Kiosk", "KIO", "general")
        journal.fiken_vendor_id = self.kiosk
        self.kiosk_till = self.shop.till("Kiosk", journal, self.shop.card)
        for day in (FIRST, SECOND, THIRD):
            self.sold_day(day)
        session = self.shop.open(self.kiosk_till, 0.0, at=f"{FIRST} 08:00:00")
        self.shop.sell(
            session, self.mug, paid=[(self.shop.card, None)], at=f"{FIRST} 09:00:00"
        )
        self.shop.close(session, at=f"{FIRST} 18:00:00")

    def control(self, killed=False, when="2026-03-20 03:00:00"):
        with freeze_time(when):
            (self.trigger_killed if killed else self.trigger)(CONTROL)

    def days(self, vendor=None):
        """{day: its state} of what has a settlement."""
        found = self.env["fiken.settlement"].search(
            [("vendor_id", "=", (vendor or self.vendor).id)]
        )
        return {str(one.day): one.state for one in found}

    def ready(self, *but):
        return {
            day: "open" if day in but else "ready" for day in (FIRST, SECOND, THIRD)
        }

    @mute_logger(ROUNDS)
    def test_a_day_that_cannot_be_read_holds_up_neither_day_nor_vendor(self):
        def cannot_be_read(settlement):
            if str(settlement.day) == FIRST and settlement.vendor_id == self.vendor:
                raise ZeroDivisionError

        with self.happens("fiken.settlement", "_read", cannot_be_read):
            for _night in range(2):
                self.control()
        self.assertEqual(self.days(), self.ready(FIRST))
        self.assertEqual(self.days(self.kiosk), {FIRST: "ready"})
        self.assertIn(f"MAIN-{FIRST}", self.said())
        self.assertNotIn(f"MAIN-{SECOND}", self.said())
        self.control()
        self.assertEqual(self.days(), self.ready())
        self.assertFalse(self.said())

    def test_a_killed_run_is_gone_on_with_and_no_day_is_read_again(self):
        read = []

        def dies_once(settlement):
            read.append(settlement.number)
            if len(read) == 2:
                self.die(settlement)

        with self.happens("fiken.settlement", "_read", dies_once):
            self.control(killed=True)
            self.assertEqual(self.days(), self.ready(SECOND, THIRD))
            self.control()
        self.assertEqual(self.days(), self.ready())
        self.assertEqual(self.days(self.kiosk), {FIRST: "ready"})
        self.assertEqual(
            read,
            [f"MAIN-{day}" for day in (FIRST, SECOND, SECOND, THIRD)]
            + [f"KIOSK-{FIRST}"],
        )
        self.assertFalse(self.said())

    def test_a_day_that_kills_each_run_is_left_out_and_told(self):
        def dies(settlement):
            if settlement.number == f"MAIN-{FIRST}":
                self.die(settlement)

        with self.happens("fiken.settlement", "_read", dies):
            self.control(killed=True)
            self.control(killed=True)
            self.control()
        self.assertEqual(self.days(), self.ready(FIRST))
        self.assertEqual(self.days(self.kiosk), {FIRST: "ready"})
        self.assertIn(f"MAIN-{FIRST}", self.said())

    @mute_logger(ROUNDS)
    def test_a_vendor_that_fails_with_all_holds_up_no_other(self):
        def fails(_model, vendor, *_days):
            if vendor == self.vendor:
                raise ZeroDivisionError

        with self.happens("fiken.pos.day", "_days", fails):
            self.control()
        self.assertEqual(self.days(self.kiosk), {FIRST: "ready"})
        self.assertIn(self.vendor.name, self.said())

    @mute_logger(ROUNDS)
    def test_a_day_that_cannot_be_compared_holds_up_no_other(self):
        for day in (FIRST, SECOND, THIRD):
            self.booked_day(day)
        settlements = self.env["fiken.settlement"].search(
            [("vendor_id", "=", self.vendor.id)]
        )
        first = settlements.filtered(lambda one: str(one.day) == FIRST)

        def cannot_be_compared(days, _session):
            if first in days:
                raise ZeroDivisionError

        with self.happens("fiken.settlement", "_compare", cannot_be_compared):
            self.control()
        self.assertFalse(first.checked_at)
        self.assertTrue(all((settlements - first).mapped("checked_at")))
        self.assertIn(first.number, self.said())
        self.control(when="2026-03-21 03:00:00")
        self.assertTrue(first.checked_at)
        self.assertFalse(self.said())

    def test_a_night_goes_over_several_runs(self):
        read = []
        with self.happens(
            "fiken.settlement", "_read", lambda one: read.append(one.number)
        ):
            self.assertGreater(self.runs_of_a_night(CONTROL), 2)
        self.assertEqual(self.days(), self.ready())
        self.assertEqual(len(read), 4, "each day once")

    def test_a_round_that_takes_days_takes_no_night_from_the_others(self):
        self.control()
        rounds = self.env["fiken.round"].sudo().search([])
        slow = rounds.filtered(lambda one: one._owner() == self.vendor)
        for day in ("2026-03-21", "2026-03-22"):
            with self.subTest(day):
                slow.stage = "waiting"
                self.control(when=f"{day} 02:59:00")
                begun = {str(one.started_at.date()) for one in rounds - slow}
                self.assertEqual(begun, {day})
                self.assertEqual(str(slow.started_at.date()), "2026-03-20")

    def test_a_due_day_that_kills_each_run_is_left_out_and_the_next_ones_are_sent(self):
        self.vendor.write({"daily_schedule": True, "schedule_hour": 22.0})
        cron = self.vendor.settlement_cron_id

        def dies(settlement):
            if settlement.number == f"MAIN-{FIRST}":
                self.die(settlement)

        def run():
            with self.as_cron():
                cron.method_direct_trigger()

        with (
            self.happens("fiken.settlement", "_read", dies),
            freeze_time("2026-03-20 03:00:00"),
        ):
            for _run in range(2):
                with self.is_killed():
                    run()
            run()
            self.env.invalidate_all()
            self.assertEqual(
                self.days(), {FIRST: "open", SECOND: "sent", THIRD: "sent"}
            )
        self.assertIn(f"MAIN-{FIRST}", self.said())
