"""A settlement holds its receipts: no day, vendor or invoice gets them as well."""

from datetime import date

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from ...figures.receipt import add_up
from .settling import DAY, NUMBER, SettlementCase

NEXT = "2026-03-17"
PROBLEM = "fiken_connector.mail_activity_fiken_problem"


class ReceiptCase(SettlementCase):
    def other_vendor(self, **values):
        vendor = self.vendor.copy({"code": "OTHER", "name": "Butikk B", **values})
        vendor.ledger_id._propose()
        vendor.ledger_id.line_ids.filtered("is_guess").action_accept()
        for line in self.ledger.line_ids:
            if line.means_model or line.account_id:
                vendor.ledger_id.line_ids.filtered(
                    lambda one, line=line: (
                        (one.means_model, one.means_id, one.account_id)
                        == (line.means_model, line.means_id, line.account_id)
                    )
                ).fiken_code = line.fiken_code
        return vendor

    def days_of(self, vendor):
        return self.env["fiken.settlement"].search(
            [("vendor_id", "=", vendor.id)], order="day"
        )

    def held(self, settlement):
        self.env.cr.execute(
            "SELECT order_id FROM fiken_settlement_receipt WHERE settlement_id = %s"
            " ORDER BY order_id",
            (settlement.id,),
        )
        return [row[0] for row in self.env.cr.fetchall()]


class TestReceipts(ReceiptCase):
    def test_the_receipts_of_a_day_add_up_to_it(self):
        self.sold_day()
        day = self.day(DAY)
        receipts = day.receipts()
        self.assertEqual(tuple(receipts), day.order_ids)
        sums = add_up([(1, one) for one in receipts.values()])
        for name in ("lines", "groups", "payments", "sales", "sales_gross", "returns"):
            self.assertEqual(sums[name], getattr(day, name), name)
        self.assertEqual(sums["returns_gross"], day.returns_gross)
        self.assertEqual(sums["discounts_gross"], day.discounts_gross)

    def test_a_day_holds_its_receipts_from_the_moment_it_is_sent(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        self.assertFalse(self.held(settlement))
        settlement.action_send()
        self.assertEqual(tuple(self.held(settlement)), self.day(DAY).order_ids)
        self.assertEqual(settlement.receipt_count, 5)
        action = settlement.action_open_receipts()
        self.assertEqual(self.env["pos.order"].search_count(action["domain"]), 5)

    def test_a_day_that_is_deleted_lets_its_receipts_go(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        settlement.action_skip()
        self.assertEqual(len(self.held(settlement)), 5)
        old = settlement.id
        settlement.unlink()
        self.env.cr.execute(
            "SELECT FROM fiken_settlement_receipt WHERE settlement_id = %s", (old,)
        )
        self.assertFalse(self.env.cr.fetchall())

    # Whose tills they are

    def test_the_vendor_of_a_settled_till_changes_only_from_a_later_day(self):
        self.sold_day()
        self.booked_day()
        other, journal = self.other_vendor(), self.till.journal_id
        with self.assertRaises(UserError) as refused:
            journal.fiken_vendor_id = other
        self.assertIn(DAY, str(refused.exception))
        with self.assertRaises(UserError):
            journal.write(
                {"fiken_next_vendor_id": other.id, "fiken_next_vendor_from": DAY}
            )
        journal.write(
            {"fiken_next_vendor_id": other.id, "fiken_next_vendor_from": NEXT}
        )

    def test_a_till_with_a_day_on_its_way_or_left_out_keeps_its_vendor_too(self):
        self.sold_day()
        other = self.other_vendor()
        settlement = self.settlement()
        settlement.action_read()
        settlement.action_skip()
        with self.assertRaisesRegex(UserError, DAY):
            self.till.journal_id.fiken_vendor_id = other

    def test_days_of_the_former_vendor_are_never_offered_to_the_next_one(self):
        self.sold_day()
        settlement = self.booked_day()
        other = self.other_vendor(enabled_since="2026-03-01")
        journal = self.till.journal_id
        journal.write(
            {"fiken_next_vendor_id": other.id, "fiken_next_vendor_from": NEXT}
        )
        self.sold_day(NEXT)
        # The next one becomes the vendor, and the day is forgotten.
        journal.write(
            {
                "fiken_vendor_id": other.id,
                "fiken_next_vendor_id": False,
                "fiken_next_vendor_from": False,
            }
        )
        self.night("2026-03-18 03:00:00")
        self.assertEqual(
            [str(day) for day in self.days_of(other).mapped("day")], [NEXT]
        )
        self.assertFalse(settlement.late_text)
        with self.assertRaises(UserError):
            settlement.action_correct()
        days = self.env["fiken.pos.day"]._days(
            other, date.fromisoformat("2026-03-01"), date.fromisoformat(NEXT)
        )
        self.assertEqual([str(day) for day in days], [NEXT])

    def test_cash_of_a_till_that_got_another_journal_is_not_booked_again(self):
        """A session without sales has no entry that says whose it is."""
        self.map_account(self.company.account_journal_suspense_account_id, "1579")
        self.sold_day()
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 19:00:00")
        self.shop.move_cash(session, -50.0, "Melk", at=f"{DAY} 19:10:00")
        self.shop.close(session, at=f"{DAY} 20:00:00")
        settlement = self.booked_day()
        self.assertIn("cash_out", settlement.line_ids.mapped("kind"))
        other = self.other_vendor(enabled_since="2026-03-01")
        journal = self.shop.journal("Kasse B", "KASB", "general")
        journal.fiken_vendor_id = other
        self.till.journal_id = journal
        self.assertFalse(self.day(DAY, other).others)
        self.night("2026-03-18 03:00:00")
        self.assertFalse(settlement.late_text)

    def test_another_default_vendor_gets_no_day_that_was_sent(self):
        self.sold_day()
        self.booked_day()
        other = self.other_vendor(
            enabled_since="2026-03-01", daily_schedule=True, schedule_hour=22.0
        )
        self.fiken_company.default_vendor_id = other
        self.sold_day(NEXT)
        self.night("2026-03-18 03:00:00")
        self.assertEqual(
            [str(day) for day in self.days_of(other).mapped("day")], [NEXT]
        )

    def test_a_sale_in_the_hours_that_two_vendors_share_is_booked_once(self):
        """The bar closes at four, the shop that takes over the till at midnight."""
        self.vendor.day_end_hour = 4.0
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 20:00:00")
        night = self.shop.sell(session, self.mug, at=f"{NEXT} 01:00:00")
        self.shop.close(session, at=f"{NEXT} 02:30:00")
        settlement = self.booked_day()
        self.assertEqual(self.held(settlement), night.ids)
        other = self.other_vendor(day_end_hour=0.0, enabled_since="2026-03-01")
        self.till.journal_id.write(
            {"fiken_next_vendor_id": other.id, "fiken_next_vendor_from": NEXT}
        )
        self.sold_day(NEXT)
        self.assertNotIn(night.id, self.day(NEXT, other).order_ids)
        self.assertEqual(len(self.day(NEXT, other).order_ids), 5)

    def test_no_hours_lie_between_the_days_of_two_vendors(self):
        other = self.other_vendor(day_end_hour=4.0, enabled_since="2026-03-01")
        journal = self.till.journal_id
        with self.assertRaisesRegex(ValidationError, "same hour"):
            journal.write(
                {"fiken_next_vendor_id": other.id, "fiken_next_vendor_from": NEXT}
            )

    # Only what a person left out is final

    def test_a_day_that_was_empty_is_sent_when_something_was_sold_after_all(self):
        self.vendor.write({"daily_schedule": True, "schedule_hour": 22.0})
        self.invoiced_day()
        self.run_at(f"{DAY} 21:01:00")
        settlement = self.settlement()
        self.assertEqual(settlement.state, "skipped")
        self.shop.env.invalidate_all()
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 21:15:00")
        self.shop.sell(session, self.book, at=f"{DAY} 21:30:00")
        self.shop.close(session, at=f"{DAY} 21:50:00")
        self.run_at(f"{DAY} 22:01:00")
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        self.assertEqual(settlement.gross, 249.0)

    def run_at(self, when):
        with freeze_time(when), self.as_cron():
            self.vendor.settlement_cron_id.method_direct_trigger()
        self.env.invalidate_all()

    def test_a_day_that_was_empty_half_a_year_ago_is_read_again_at_night(self):
        self.invoiced_day()
        settlement = self.settlement()
        settlement.action_read()
        self.assertEqual(settlement.state, "skipped")
        self.late_sale(self.book)
        self.night("2026-09-20 03:00:00")
        self.assertEqual(settlement.state, "ready")

    def test_what_a_person_left_out_stays_so_and_later_sales_are_told(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        settlement.action_skip()
        self.night("2026-03-18 03:00:00")
        self.assertEqual(settlement.state, "skipped")
        self.assertFalse(settlement.late_text)
        settlement.action_read()
        self.assertEqual(settlement.state, "skipped")
        late = self.late_sale(self.mug)
        self.night("2026-03-19 03:00:00")
        self.assertEqual(settlement.state, "skipped")
        self.assertIn(late.name, settlement.late_text)
        self.assertTrue(settlement.activity_search([PROBLEM]))
        [correction] = self.correct(settlement)
        self.assertEqual(correction.gross, late.amount_total)
        [sale] = self.settlement_sales()
        self.assertEqual(sale["saleNumber"], NUMBER + "-K1")
        self.night("2026-03-20 03:00:00")
        self.assertFalse(settlement.late_text)
        self.assertEqual(settlement.state, "skipped")

    def test_an_order_of_a_day_left_out_that_is_invoiced_takes_nothing_out(self):
        session = self.sold_day(close=False)
        order = self.shop.sell(session, self.mug, at=f"{DAY} 13:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.settlement()
        settlement.action_read()
        settlement.action_skip()
        self.shop.invoice(order, self.customer, at="2026-03-18 09:00:00")
        self.night("2026-03-19 03:00:00")
        self.assertFalse(settlement.late_text)

    # What waited is read again

    def test_a_day_that_was_blocked_goes_as_it_is_then(self):
        session = self.sold_day(close=False)
        order = self.shop.sell(session, self.mug, at=f"{DAY} 13:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        self.ledger.line_ids.filtered(
            lambda line: line.means_id == self.shop.card.id and line.means_model
        ).unlink()
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.shop.invoice(order, self.customer, at="2026-03-18 09:00:00")
        self.map_means(self.shop.card, "1960:10001")
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(sale["netAmount"] + sale["vatAmount"], self.day(DAY).gross)
        self.assertNotIn(order.id, self.held(settlement))
        self.assertEqual(settlement.gross, self.day(DAY).gross / 100)
        settlement.action_find_late_changes()
        self.assertFalse(settlement.late_text)

    def test_a_day_that_was_blocked_and_read_by_somebody_holds_what_goes(self):
        self.sold_day()
        self.ledger.line_ids.filtered(
            lambda line: line.means_id == self.shop.card.id and line.means_model
        ).unlink()
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        late = self.late_sale(self.mug)
        settlement.action_read()
        self.assertEqual(settlement.state, "ready")
        self.map_means(self.shop.card, "1960:10001")
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        self.assertIn(late.id, self.held(settlement))
        settlement.action_find_late_changes()
        self.assertFalse(settlement.late_text)

    def test_a_day_that_waited_while_all_of_it_was_invoiced_is_not_sent(self):
        self.ledger.line_ids.filtered(
            lambda line: line.means_id == self.cash_method.id and line.means_model
        ).unlink()
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        order = self.shop.sell(session, self.mug, at=f"{DAY} 13:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.shop.invoice(order, self.customer, at="2026-03-18 09:00:00")
        self.map_means(self.cash_method, "1901")
        self.send()
        self.assertEqual(settlement.state, "skipped", self.reasons(settlement))
        self.assertFalse(self.settlement_sales())
        self.assertFalse(self.held(settlement))


class TestReceiptTable(ReceiptCase):
    def test_the_database_refuses_that_two_days_book_one_order(self):
        self.sold_day()
        settlement = self.booked_day()
        other = (
            self.env["fiken.settlement"]
            .sudo()
            .create(
                {
                    "number": "X",
                    "vendor_id": self.vendor.id,
                    "fiken_company_id": self.fiken_company.id,
                    "company_id": self.company.id,
                    "day": NEXT,
                    "date": NEXT,
                    "mode": "booked",
                }
            )
        )
        [order_id, *_rest] = self.held(settlement)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "INSERT INTO fiken_settlement_receipt"
                " (settlement_id, order_id, part, is_current)"
                " VALUES (%s, %s, 0, TRUE)",
                (other.id, order_id),
            )

    def test_a_gift_card_and_a_rounded_receipt_add_up_too(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "50 øre",
                "rounding": 1.0,
                "rounding_method": "HALF-UP",
                "profit_account_id": self.shop.account("7795").id,
                "loss_account_id": self.shop.account("7795").id,
            }
        )
        debt = self.shop.new_account("2901", "Gavekort", "liability_current")
        card = self.shop.product("Gavekort", 500.0, account=debt)
        till = self.shop.till(
            "Kasse 2", cash_rounding=True, rounding_method=rounding.id
        )
        till.payment_method_ids = [
            Command.set(till.payment_method_ids.ids),
        ]
        session = self.shop.open(till, 0.0, at=f"{DAY} 08:00:00")
        self.shop.sell(session, self.mug, card, at=f"{DAY} 09:00:00")
        self.shop.sell(session, (self.coffee, 3), at=f"{DAY} 10:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        day = self.day(DAY)
        sums = add_up([(1, one) for one in day.receipts().values()])
        key = lambda one: (one.kind, one.account_id)  # noqa: E731
        self.assertEqual(sorted(sums["others"], key=key), sorted(day.others, key=key))
        self.assertEqual({one.kind for one in day.others}, {"owed", "rounding"})
