"""A till gave money back for what was invoiced: Fiken has what it kept, once.

Where customers and tills have one account of claims, as in Norway's chart, Odoo
reconciles the lines of such payments with each other, and leaves the invoice open.
"""

from collections import Counter

from .settling import DAY, SettlementCase

LATER = "2026-03-18"


class TestChange(SettlementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.sale_mode = "booked"

    def with_change(self):
        """Paid with 500 in cash, and the rest of it given back."""
        return [(self.cash_method, 500.0), (self.cash_method, None)]

    def sell(self, session, *goods, paid, hour=9, **values):
        at = f"{DAY} {hour:02d}:00:00"
        return self.shop.sell(
            session, *goods, paid=paid, customer=self.customer, at=at, **values
        )

    def day(self, *receipts, **values):
        """The orders of a day of receipts, each (goods, how they are paid)."""
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        orders = [
            self.sell(session, *goods, paid=paid, hour=hour, **values)
            for hour, (goods, paid) in enumerate(receipts, 9)
        ]
        self.shop.close(session, at=f"{DAY} 18:00:00")
        return orders

    def everything(self):
        self.commit()
        self.send()
        self.send()

    def paid(self, move):
        """{account: øre that an invoice was paid with there in Fiken}"""
        self.assertEqual(move.fiken_state, "booked", self.jobs(move).mapped("reason"))
        [sale] = [one for one in self.sales() if one["saleNumber"] == move.name]
        sums = Counter()
        for payment in sale["salePayments"]:
            sums[payment["account"]] += payment["amount"]
        return dict(sums)

    def cash_code(self):
        return self.ledger._code_of(self.cash_method)

    def ore(self, order):
        return round(100 * order.amount_total)

    def test_what_was_invoiced_at_once_is_paid_with_what_the_till_kept(self):
        [order] = self.day(((self.mug,), self.with_change()), invoice=True)
        self.everything()
        self.assertEqual(
            self.paid(order.account_move), {self.cash_code(): self.ore(order)}
        )

    def test_what_is_invoiced_later_leaves_the_cash_as_it_was(self):
        [order] = self.day(((self.mug,), self.with_change()))
        settlement = self.booked_day()
        cash = self.balances()[self.cash_code()]
        move = self.shop.invoice(order, self.customer, at=f"{LATER} 09:00:00")
        self.everything()
        self.correct(settlement)
        self.assertEqual(self.paid(move), {self.cash_code(): self.ore(order)})
        self.assertEqual(self.balances()[self.cash_code()], cash)
        self.assertFalse(self.balances().get("1500"))

    def test_one_invoice_of_several_receipts_is_paid_with_all_of_them(self):
        first, second = self.day(
            ((self.mug,), self.with_change()),
            ((self.coffee,), [(self.shop.card, None)]),
        )
        settlement = self.booked_day()
        before = self.balances()
        orders = first | second
        wizard = self.env["pos.make.invoice"].with_context(active_ids=orders.ids)
        wizard.create({"consolidated_billing": True}).action_create_invoices()
        move = orders.account_move
        self.everything()
        self.correct(settlement)
        self.assertEqual(
            self.paid(move),
            {self.cash_code(): self.ore(first), "1960:10001": self.ore(second)},
        )
        for account in (self.cash_code(), "1960:10001"):
            self.assertEqual(self.balances()[account], before[account], account)

    def test_what_goes_back_by_another_means_is_taken_from_that_one(self):
        [order] = self.day(
            ((self.mug,), [(self.cash_method, 500.0), (self.shop.card, None)]),
            invoice=True,
        )
        self.everything()
        back = 50000 - self.ore(order)
        self.assertEqual(
            self.paid(order.account_move),
            {self.cash_code(): 50000, "1960:10001": -back},
        )

    def test_at_night_nothing_is_paid_once_more(self):
        [order] = self.day(((self.mug,), self.with_change()), invoice=True)
        self.everything()
        there = self.paid(order.account_move)
        self.trigger("ir_cron_compare_payments")
        self.everything()
        self.assertEqual(self.paid(order.account_move), there)

    def test_what_missed_the_outbox_goes_at_night(self):
        [order] = self.day(((self.mug,), self.with_change()), invoice=True)
        self.commit()
        move = order.account_move
        self.jobs(move, "payment").unlink()
        self.everything()
        self.assertFalse(self.paid(move))
        self.trigger("ir_cron_compare_payments")
        self.everything()
        self.assertEqual(self.paid(move), {self.cash_code(): self.ore(order)})

    def test_who_sets_the_invoice_off_with_what_is_open_pays_nothing_more(self):
        """Odoo left the invoice open, beside what took the receipt back."""
        [order] = self.day(((self.mug,), self.with_change()))
        self.booked_day()
        move = self.shop.invoice(order, self.customer, at=f"{LATER} 09:00:00")
        self.everything()
        there = self.paid(move)
        lines = move.line_ids | order.reversed_move_ids.line_ids
        opened = lines.filtered(
            lambda one: one.account_id.reconcile and not one.reconciled
        )
        self.assertEqual(len(opened), 2)
        opened.reconcile()
        self.everything()
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(self.paid(move), there)
        self.assertFalse(
            self.jobs(move).filtered(lambda job: job.state not in ("done", "dropped"))
        )

    def test_what_is_undone_in_odoo_is_undone_in_fiken(self):
        [order] = self.day(((self.mug,), self.with_change()), invoice=True)
        self.everything()
        move = order.account_move
        entry = order.payment_ids.account_move_id
        (entry.line_ids | move.line_ids).remove_move_reconcile()
        self.everything()
        self.assertFalse(self.paid(move))
