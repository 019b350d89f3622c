"""What of a day was sent and never answered is looked up, not sent again."""

from datetime import timedelta

from odoo import fields

from .settling import DAY, SettlementCase


class TestLostAnswers(SettlementCase):
    def lose(self, path):
        self.sandbox.fault("POST", path, "commit-then-drop")

    def later(self):
        """The time has come to look up what was lost."""
        lost = self.env["fiken.job"].sudo().search([("state", "=", "sending")])
        lost.next_try_at = fields.Datetime.now() - timedelta(seconds=1)
        self.send()

    def check_once(self, settlement):
        for _look in range(4):
            self.later()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(len(sale["salePayments"]), 2)
        self.assertEqual(sale["outstandingBalance"], 0)

    def test_a_lost_answer_of_the_sale_is_looked_up(self):
        self.sold_day()
        self.lose("/sales$")
        self.check_once(self.sent_day())

    def test_a_lost_answer_of_a_payment_is_looked_up(self):
        self.sold_day()
        self.lose("/payments$")
        self.check_once(self.sent_day())

    def test_two_equal_payments_of_one_account_are_two(self):
        self.map_means(self.shop.card, "1901")
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        self.shop.sell(session, self.mug, at=f"{DAY} 09:00:00")
        self.shop.sell(
            session, self.mug, paid=[(self.shop.card, None)], at=f"{DAY} 10:00:00"
        )
        self.shop.close(session, at=f"{DAY} 18:00:00")
        self.lose("/payments$")
        self.check_once(self.sent_day())

    def test_a_lost_answer_of_the_journal_entry_is_looked_up(self):
        self.map_account(self.shop.account("7795"), "7770")
        session = self.sold_day(close=False)
        counted = session.cash_register_balance_end + 20.0
        self.shop.close(session, counted, at=f"{DAY} 18:00:00")
        self.lose("/generalJournalEntries$")
        self.check_once(self.sent_day())
        self.assertEqual(-self.balances()["7770"], 2000)

    def day_with_entry(self):
        self.map_account(self.shop.account("7795"), "7770")
        session = self.sold_day(close=False)
        counted = session.cash_register_balance_end + 20.0
        self.shop.close(session, counted, at=f"{DAY} 18:00:00")

    def test_an_entry_that_fiken_keeps_as_several_is_found(self):
        self.sandbox.unknowns(entries_in_transaction="several")
        self.day_with_entry()
        self.lose("/generalJournalEntries$")
        self.check_once(self.sent_day())
        self.assertEqual(-self.balances()["7770"], 2000)

    def test_what_takes_an_entry_back_is_never_ours(self):
        """Its text may end with our key, and its sides be turned round, on that day."""
        for word, points_back, several in (
            ("Reversering", False, "one"),
            ("Annullering", False, "one"),
            ("Annullering", True, "several"),
            ("Motpostering", True, "one"),
        ):
            with self.subTest(word, back=points_back, several=several):
                self.sandbox.reset()
                self.sandbox.unknowns(
                    reversal_word=word,
                    reversal_points_back=points_back,
                    entries_in_transaction=several,
                )
                with self.env.cr.savepoint() as savepoint:
                    self.check_not_taken()
                    savepoint.rollback()
                    self.env.invalidate_all(flush=False)

    def check_not_taken(self):
        self.day_with_entry()
        settlement = self.booked_day()
        link = self.binding(settlement, "journal_entry")
        job = self.jobs(settlement, "journal_entry")
        self.in_fiken(
            "PATCH", f"/transactions/{link.remote_id}/delete", description="feil"
        )
        with self.as_cron(), self.connection._click_session() as session:
            found = self.env["fiken.resource.journal_entry"]._find(
                session, self.fiken_company, job.identity
            )
        self.assertFalse(found)
        # It is sent again, and that answer is lost.
        self.compare(settlement)
        settlement.action_send()
        self.lose("/generalJournalEntries$")
        self.send()
        for _look in range(4):
            self.later()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        self.assertEqual(-self.balances()["7770"], 2000)
