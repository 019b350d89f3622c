"""One can see that a day is in Fiken, and what changed afterwards."""

from freezegun import freeze_time

from odoo.exceptions import UserError

from .settling import DAY, NUMBER, SettlementCase

PROBLEM = "fiken_connector.mail_activity_fiken_problem"


class TestControl(SettlementCase):
    # Odoo's figures beside Fiken's

    def test_a_booked_day_is_equal_to_the_ore(self):
        self.sold_day()
        settlement = self.booked_day()
        self.compare(settlement)
        self.assertTrue(settlement.checked_at)
        self.assertEqual(settlement.fiken_gross, settlement.gross)
        self.assertEqual(settlement.fiken_net, settlement.net)
        self.assertEqual(settlement.fiken_paid, settlement.paid)
        self.assertAlmostEqual(
            settlement.fiken_vat + settlement.fiken_rounding, settlement.vat
        )
        self.assertTrue(settlement.vat_high and settlement.vat_medium)
        self.assertFalse(settlement.differs)

    def test_a_day_with_a_journal_entry_is_equal_to_the_ore(self):
        session = self.shop.open(self.till, 1000.0, at=f"{DAY} 08:00:00")
        sold = self.shop.sell(session, self.coffee, at=f"{DAY} 09:00:00")
        self.shop.give_back(
            self.shop.sell(session, self.mug, at=f"{DAY} 10:00:00"),
            paid=[(self.shop.card, None)],
            at=f"{DAY} 10:30:00",
        )
        self.shop.give_back(sold, at=f"{DAY} 11:00:00")
        self.shop.sell(session, self.book, at=f"{DAY} 12:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.booked_day()
        self.assertIn("journal_entry", self.jobs(settlement).mapped("resource"))
        self.compare(settlement)
        self.assertFalse(settlement.differs, settlement.read()[0])

    def test_a_payment_that_somebody_deleted_in_fiken_is_a_difference(self):
        self.sold_day()
        settlement = self.booked_day()
        [sale] = self.settlement_sales()
        payment = sale["salePayments"][0]
        self.in_fiken(
            "DELETE",
            f"/sales/{sale['saleId']}/payments/{payment['paymentId']}",
            description="feil",
        )
        self.compare(settlement)
        self.assertTrue(settlement.differs)
        self.assertEqual(
            round(settlement.paid_difference * 100), -payment["amount"], settlement
        )
        self.assertTrue(settlement.activity_search([PROBLEM]))

    def deleted_day(self):
        """A day that was booked, deleted in Fiken, and compared."""
        self.sold_day()
        settlement = self.booked_day()
        [sale] = self.settlement_sales()
        self.in_fiken(
            "PATCH", f"/sales/{sale['saleId']}/delete", description="feil vare"
        )
        self.compare(settlement)
        return settlement

    def test_a_day_that_was_deleted_in_fiken_is_noticed_and_sent_again(self):
        settlement = self.deleted_day()
        self.assertEqual(settlement.state, "failed")
        self.assertIn("Deleted in Fiken", settlement.reason)
        self.assertFalse(self.settlement_sales())
        settlement.action_send()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [again] = self.settlement_sales()
        self.assertEqual(again["saleNumber"], NUMBER + "/2")
        self.assertEqual(again["date"], DAY)
        self.assertEqual(again["outstandingBalance"], 0)

    def test_a_day_that_was_deleted_in_fiken_may_be_skipped(self):
        settlement = self.deleted_day()
        settlement.action_skip()
        self.send()
        self.assertEqual(settlement.state, "skipped")
        self.assertFalse(self.settlement_sales())

    def test_at_night_all_is_compared_and_missing_days_are_told(self):
        self.sold_day()
        settlement = self.booked_day()
        self.sold_day("2026-03-18")
        with freeze_time("2026-03-20 03:00:00"), self.as_cron():
            self.env.ref("fiken_connector.ir_cron_control").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(settlement.checked_at)
        missing = self.settlement("2026-03-18")
        self.assertEqual(missing.state, "ready")
        self.assertTrue(missing.activity_search([PROBLEM]))
        with freeze_time("2026-03-20 03:00:00"):
            found = self.env["fiken.settlement"].search([("is_missing", "=", True)])
        self.assertEqual(found, missing)

    # What happens to a day's orders after the day was sent

    def test_a_day_that_is_not_in_fiken_differs_by_all_of_it(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        self.assertEqual(settlement.difference, -settlement.gross)
        self.assertEqual(settlement.paid_difference, -settlement.paid)
        settlement.action_send()
        self.send()
        self.assertEqual((settlement.state, settlement.difference), ("booked", 0))
        self.assertFalse(settlement.differs)

    def test_a_day_that_did_not_change_has_nothing_to_correct(self):
        self.sold_day()
        settlement = self.booked_day()
        settlement.action_find_late_changes()
        self.assertFalse(settlement.late_text)
        with self.assertRaises(UserError):
            settlement.action_correct()

    def test_sales_that_came_late_are_shown_and_corrected_on_their_day(self):
        self.sold_day()
        settlement = self.booked_day()
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 19:00:00")
        late = self.shop.sell(session, self.mug, at=f"{DAY} 19:30:00")
        self.shop.close(session, at=f"{DAY} 20:00:00")
        settlement.action_find_late_changes()
        self.assertIn(late.name, settlement.late_text)
        self.assertTrue(settlement.activity_search([PROBLEM]))
        with freeze_time("2026-03-20 09:00:00"):
            action = settlement.action_correct()
            correction = self.env["fiken.settlement"].browse(action["res_id"])
            self.assertEqual(correction.state, "ready")
            self.assertEqual(str(correction.date), DAY)
            self.assertEqual(str(correction.day), DAY)
            correction.action_send()
        self.send()
        self.assertEqual(correction.state, "booked", self.reasons(correction))
        self.assertEqual(settlement.state, "corrected")
        sales = {sale["saleNumber"]: sale for sale in self.settlement_sales()}
        sale = sales[NUMBER + "-K1"]
        self.assertEqual(sale["date"], DAY)
        total = sum(one["netAmount"] + one["vatAmount"] for one in sales.values())
        self.assertEqual(total, self.day(DAY).gross)
        settlement.action_find_late_changes()
        self.assertFalse(settlement.late_text)

    def test_an_order_that_was_invoiced_afterwards_is_taken_out(self):
        session = self.sold_day(close=False)
        order = self.shop.sell(session, self.mug, at=f"{DAY} 13:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.booked_day()
        before = self.balances()
        self.shop.invoice(order, self.customer, at="2026-03-18 09:00:00")
        settlement.action_find_late_changes()
        self.assertIn(order.name, settlement.late_text)
        with freeze_time("2026-03-20 09:00:00"):
            action = settlement.action_correct()
            correction = self.env["fiken.settlement"].browse(action["res_id"])
            correction.action_send()
        self.send()
        self.assertEqual(correction.state, "booked", self.reasons(correction))
        after = self.balances()
        # Turnover and cash are on the invoice now, and nowhere else.
        [sale] = self.sales(saleNumber=order.account_move.name)
        gross = round(order.amount_total * 100)
        self.assertEqual([paid["amount"] for paid in sale["salePayments"]], [gross])
        for code in ("3000", "2701", "1901"):
            self.assertEqual(after[code], before[code])

    def test_a_proposed_correction_is_made_anew_until_it_is_sent(self):
        self.sold_day()
        settlement = self.booked_day()
        for minute in (10, 30):
            session = self.shop.open(self.till, 0.0, at=f"{DAY} 19:{minute}:00")
            self.shop.sell(session, self.mug, at=f"{DAY} 19:{minute + 5}:00")
            self.shop.close(session, at=f"{DAY} 19:{minute + 9}:00")
            action = settlement.action_correct()
        correction = settlement.correction_ids
        self.assertEqual(correction.id, action["res_id"])
        self.assertEqual(correction.sale_count, 2)
