"""All of a day is in Fiken or nothing: half of it is completed, what is gone resent."""

from odoo.exceptions import UserError

from .settling import DAY, NUMBER
from .test_settlement_receipts import ReceiptCase

NEXT = "2026-03-17"


class TestWhole(ReceiptCase):
    # No half days

    def half_day(self):
        """The sale and the card payment are in Fiken, the cash payment is not."""
        self.sandbox.unknowns(account_1901="refuse")
        self.sold_day()
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.assertEqual(len(self.settlement_sales()), 1)
        return settlement

    def test_a_half_sent_day_cannot_be_skipped(self):
        settlement = self.half_day()
        with self.assertRaisesRegex(UserError, NUMBER):
            settlement.action_skip()
        self.assertEqual(settlement.state, "failed")

    def test_a_half_sent_day_is_completed_by_send(self):
        settlement = self.half_day()
        self.jobs(settlement).filtered(
            lambda job: job.state in ("blocked", "failed")
        ).action_ignore()
        self.send()
        self.map_means(self.cash_method, "1920:10001")
        settlement.action_send()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(sale["outstandingBalance"], 0)
        self.assertEqual(len(sale["salePayments"]), 2)

    def test_a_half_sent_day_that_was_skipped_all_the_same_is_completed(self):
        settlement = self.half_day()
        settlement.sudo().write({"state": "skipped", "skipped_by_id": self.env.uid})
        self.map_means(self.cash_method, "1920:10001")
        settlement.action_send()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))

    def test_what_was_on_its_way_when_a_day_was_skipped_owes_no_rest(self):
        settlement = self.half_day()
        stopped = self.jobs(settlement).filtered(lambda job: job.state == "blocked")
        stopped.action_ignore()
        jobs = self.jobs(settlement)
        settlement.sudo().write({"state": "skipped", "skipped_by_id": self.env.uid})
        settlement.sudo()._enqueue_rest()
        self.assertEqual(self.jobs(settlement), jobs)
        self.assertEqual(settlement.state, "failed")
        self.assertIn("has arrived", settlement.reason)

    def test_send_answers_when_there_is_nothing_to_send(self):
        self.invoiced_day()
        self.sold_day(NEXT)
        settlement = self.settlement()
        with self.assertRaisesRegex(UserError, "invoices"):
            settlement.action_send()
        both = settlement | self.settlement(NEXT)
        answer = both.action_send()
        self.assertIn(NUMBER, answer["params"]["message"])
        self.assertEqual(self.settlement(NEXT).state, "sent")

    # Deleted in Fiken

    def test_a_day_deleted_in_fiken_is_sent_again_as_it_was_sent(self):
        self.sold_day()
        settlement = self.booked_day()
        gross = settlement.gross
        late = self.late_sale(self.mug)
        self.correct(settlement)
        sales = {sale["saleNumber"]: sale for sale in self.settlement_sales()}
        self.in_fiken(
            "PATCH", f"/sales/{sales[NUMBER]['saleId']}/delete", description="feil"
        )
        self.compare(settlement)
        self.assertEqual(settlement.state, "failed")
        settlement.action_send()
        self.send()
        self.assertEqual(settlement.gross, gross)
        self.assertNotIn(late.id, self.held(settlement))
        total = sum(
            sale["netAmount"] + sale["vatAmount"] for sale in self.settlement_sales()
        )
        self.assertEqual(total, round((gross + late.amount_total) * 100))

    def test_a_day_with_an_order_taken_out_is_sent_again_with_it(self):
        session = self.sold_day(close=False)
        order = self.shop.sell(session, self.mug, at=f"{DAY} 13:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.booked_day()
        gross = settlement.gross
        self.shop.invoice(order, self.customer, at="2026-03-18 09:00:00")
        self.correct(settlement)
        [sale] = self.settlement_sales()
        self.in_fiken("PATCH", f"/sales/{sale['saleId']}/delete", description="feil")
        self.compare(settlement)
        settlement.action_send()
        self.send()
        [again] = self.settlement_sales()
        self.assertEqual(again["saleNumber"], NUMBER + "/2")
        self.assertEqual(settlement.gross, gross)
        settlement.action_find_late_changes()
        self.assertFalse(settlement.late_text)
