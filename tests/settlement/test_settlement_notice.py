"""What a person should look at holds up no day, and is told until they have."""

from odoo import Command

from ...models.connection.fiken_todo import PROBLEM as ACTIVITY
from .settling import DAY, SettlementCase

BEFORE = "2026-03-15"


class TestNotice(SettlementCase):
    def report(self, settlement):
        return (
            self.env["ir.actions.report"]
            ._render_qweb_html(
                "fiken_connector.settlement_report_action", settlement.ids
            )[0]
            .decode()
        )

    def assert_told(self, settlement, *words):
        """On the day, as a to-do that nothing closes, and on the report."""
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        for _time in ("when it was sent", "when it was compared"):
            [todo] = settlement.activity_search([ACTIVITY])
            report = self.report(settlement)
            for word in words:
                self.assertIn(word, settlement.notice)
                self.assertIn(word, todo.note)
                self.assertIn(word, report)
            self.compare(settlement)
            self.assertFalse(settlement.differs, settlement.difference_text)
        # Who has looked is not told again.
        todo.action_feedback()
        self.compare(settlement)
        settlement.action_find_late_changes()
        self.assertFalse(settlement.activity_search([ACTIVITY]))

    # Cash between two sessions

    def day_before(self):
        session = self.shop.open(self.till, 500.0, at=f"{BEFORE} 08:00:00")
        self.shop.sell(session, self.mug, at=f"{BEFORE} 09:00:00")
        self.shop.close(session, at=f"{BEFORE} 18:00:00")
        self.assertEqual(session.cash_register_balance_end_real, 662.38)

    def day_opened_with(self, cash):
        session = self.shop.open(self.till, cash, at=f"{DAY} 08:00:00")
        self.shop.sell(session, self.mug, at=f"{DAY} 09:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")

    def test_opening_cash_that_is_not_what_was_counted_last_is_told(self):
        self.day_before()
        self.day_opened_with(300.0)
        self.assert_told(self.sent_day(), "300.00", "662.38", "-362.38", self.till.name)

    def test_opening_cash_that_was_counted_is_nothing_to_look_at(self):
        self.day_before()
        self.day_opened_with(662.38)
        for day in (BEFORE, DAY):
            settlement = self.booked_day(day)
            self.assertFalse(settlement.notice)
            self.assertFalse(settlement.activity_search([ACTIVITY]))

    # What stops itself only

    def test_a_till_in_another_currency_does_not_hold_up_the_others(self):
        till, method = self.shop.euro_till()
        for close in (True, False):
            with self.subTest(closed=close), self.env.cr.savepoint() as savepoint:
                self.sandbox.reset()
                session = self.shop.open(till, at=f"{DAY} 08:00:00")
                order = self.shop.sell(
                    session, self.book, paid=[(method, None)], at=f"{DAY} 09:00:00"
                )
                if close:
                    self.shop.close(session, at=f"{DAY} 18:00:00")
                self.sold_day()
                settlement = self.sent_day()
                self.assert_told(settlement, order.name, "Eurokasse")
                [sale] = self.settlement_sales()
                gross = sale["netAmount"] + sale["vatAmount"]
                self.assertEqual(gross, round(settlement.gross * 100))
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def with_two_taxes(self):
        taxes = self.shop.tax("3") | self.shop.tax("3").copy(
            {"name": "Avgift", "amount": 2.0}
        )
        return self.shop.product("Pose", 10.0, taxes, self.shop.account("3000"))

    def test_an_order_that_cannot_be_settled_does_not_hold_up_the_others(self):
        session = self.sold_day(close=False)
        order = self.shop.sell(session, self.with_two_taxes(), at=f"{DAY} 13:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.sent_day()
        self.assert_told(settlement, order.name, "several taxes")
        self.assertNotIn(order.id, settlement._day().order_ids)

    def test_a_day_of_nothing_but_such_orders_is_not_sent_and_told(self):
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        order = self.shop.sell(session, self.with_two_taxes(), at=f"{DAY} 09:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.settlement()
        settlement.action_read()
        self.assertEqual(settlement.state, "skipped")
        self.assertIn(order.name, settlement.reason)
        [todo] = settlement.activity_search([ACTIVITY])
        self.assertIn(order.name, todo.note)

    # Words on the report

    def test_the_report_calls_things_what_they_are(self):
        self.map_account(self.shop.account("7770"), "7770")
        debt = self.shop.new_account("2902", "Pant", "liability_current")
        self.map_account(debt, "2901")
        bottle = self.shop.product("Pant", 3.0, account=debt)
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        paid = [(self.shop.card, None)]
        self.shop.sell(session, self.mug, (bottle, 2), paid=paid, at=f"{DAY} 09:00:00")
        self.shop.sell(session, self.mug, (bottle, -1), paid=paid, at=f"{DAY} 10:00:00")
        self.shop.close(
            session, differences=[(self.shop.card, -5.0)], at=f"{DAY} 18:00:00"
        )
        settlement = self.booked_day()
        report = self.report(settlement)
        for words in ("Deposits and other debts", "Terminal difference", "paid back"):
            self.assertIn(words, report)
        for words in ("Gift cards sold", "Gift cards redeemed", "Cash difference"):
            self.assertNotIn(words, report)
        self.assertEqual(self.balances()["2901"], -300)

    def test_figures_were_read_at_a_time_of_the_vendors_clock(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        settlement.read_at = "2026-03-16 21:30:00"
        for zone in ("UTC", "Asia/Tokyo", False):
            self.env.user.tz = zone
            report = self.report(settlement)
            self.assertRegex(report, r"\b(22|10):30:00", zone or "no zone")
            self.assertNotRegex(report, r"\b(21|0?9|0?6):30:00", zone or "no zone")

    # What a journal entry of a day does not carry

    def test_vat_in_a_cash_move_stops_the_day_with_a_way_out(self):
        session = self.sold_day(close=False)
        line = self.shop.move_cash(session, -125.0, "melk", f"{DAY} 14:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        cost = self.shop.new_account("6860", "Møte", "expense")
        self.map_account(cost, "6860")
        move = line.move_id
        for taxes in (self.purchase_tax(), self.env["account.tax"]):
            self.post_as(move, cost, 100.0 if taxes else 125.0, taxes)
            settlement = self.settlement()
            settlement.action_send()
            self.send()
            if taxes:
                self.assertEqual(settlement.state, "failed")
                for word in ("melk", "VAT", "supplier bill", session.name):
                    self.assertIn(word, settlement.reason)
                self.assertFalse(self.balances())
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        self.assertEqual(self.balances()["6860"], 12500)

    def purchase_tax(self):
        return self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("type_tax_use", "=", "purchase"),
                ("l10n_no_standard_code", "=", "1"),
            ],
            limit=1,
        )

    def post_as(self, move, account, amount, taxes):
        """An accountant puts a cash move where it belongs."""
        cash = move.journal_id.default_account_id
        move.button_draft()
        move.with_context(
            skip_account_move_synchronization=True, dynamic_unlink=True
        ).write(
            {
                "line_ids": [
                    *(
                        Command.delete(line.id)
                        for line in move.line_ids
                        if line.account_id != cash
                    ),
                    Command.create(
                        {
                            "account_id": account.id,
                            "debit": amount,
                            "tax_ids": [Command.set(taxes.ids)],
                        }
                    ),
                ]
            }
        )
        move.action_post()
        self.env.flush_all()

    def test_cash_that_was_split_is_booked_on_each_account(self):
        session = self.sold_day(close=False)
        line = self.shop.move_cash(session, -115.0, "innkjøp", f"{DAY} 14:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        move = line.move_id
        one = self.shop.new_account("6860", "Møte", "expense")
        other = self.shop.new_account("6540", "Inventar", "expense")
        self.map_account(one, "6860")
        self.map_account(other, "6540")
        move.button_draft()
        cash = move.journal_id.default_account_id
        move.with_context(skip_account_move_synchronization=True).write(
            {
                "line_ids": [
                    Command.delete(
                        move.line_ids.filtered(lambda line: line.account_id != cash).id
                    ),
                    Command.create({"account_id": one.id, "debit": 100.0}),
                    Command.create({"account_id": other.id, "debit": 15.0}),
                ]
            }
        )
        move.action_post()
        self.booked_day()
        found = self.balances()
        self.assertEqual((found["6860"], found["6540"]), (10000, 1500))
