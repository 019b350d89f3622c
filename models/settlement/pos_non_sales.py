"""Reads what of a day is no turnover."""

from collections import defaultdict
from functools import cached_property

from odoo.tools import SQL

from ...figures import pos_day as figures
from ...figures.pos_rounding import to_ore


class NonSales:
    """Gift cards, tips, rounding of cash, cash in and out, differences."""

    def __init__(self, env, sessions, turnover):
        """
        :param Sessions sessions: whose orders the turnover is made of
        :param Turnover turnover: added up
        """
        self.env = env
        self.sessions = sessions
        self.turnover = turnover

    def all(self):
        others = [
            *self._cards_and_tips(),
            *self.rounding(),
            *self._cash_in_and_out(),
            *self._cash_differences(),
            *self._bank_differences(),
        ]
        return tuple(other for other in others if other.amount)

    def _cards_and_tips(self):
        sums = defaultdict(int)
        for special in self.turnover.specials:
            one = self.of_special(*special)
            sums[one.kind, one.account_id, one.means_id, one.session_id] += one.amount
        for (kind, account_id, means_id, session_id), amount in sorted(sums.items()):
            yield figures.NonSale(kind, account_id, means_id, amount, session_id)

    def of_special(self, receipt, place, amount):
        """Paid by the means that paid most of the receipt it stands on."""
        kind = place.kind
        if kind == "owed":
            kind = figures.GIFT_SOLD if amount > 0 else figures.GIFT_REDEEMED
        means_id = self._largest(self.means[receipt.order_id], amount)
        return figures.NonSale(
            kind, place.account_id, means_id, amount, receipt.session_id
        )

    @cached_property
    def means(self):
        """{order with a gift card or a tip: [(payment method, kroner)]}"""
        return self._means_of({one[0].order_id for one in self.turnover.specials})

    def _means_of(self, order_ids):
        """{order: [(payment method, kroner)]}"""
        means = defaultdict(list)
        if order_ids:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT pos_order_id, payment_method_id, SUM(amount)
                      FROM pos_payment
                     WHERE pos_order_id IN %s
                  GROUP BY pos_order_id, payment_method_id
                  ORDER BY pos_order_id, payment_method_id
                    """,
                    tuple(order_ids),
                )
            )
            for order_id, means_id, amount in rows:
                means[order_id].append((means_id, amount))
        return means

    def _largest(self, means, amount):
        """The payment method of the largest payment in the direction of ``amount``."""
        sign = -1 if amount < 0 else 1
        return max(means, key=lambda one: sign * one[1], default=(0, 0))[0]

    def rounding(self):
        """What was paid beyond the receipts' totals, where tills round cash."""
        rounding = {
            session.id: row
            for session, row in self.sessions.found
            if row["cash_rounding"]
        }
        if not rounding:
            return
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.session_id, SUM(o.amount_paid)
                  FROM pos_order o
                 WHERE %s AND o.account_move IS NULL AND o.session_id IN %s
              GROUP BY o.session_id
              ORDER BY o.session_id
                """,
                self.sessions.scope.is_on_receipts,
                tuple(rounding),
            )
        )
        for session_id, paid in rows:
            row = rounding[session_id]
            amount = to_ore(float(paid)) - self.turnover.totals[session_id]
            config = self.env["pos.config"].browse(row["config_id"])
            method = config.rounding_method
            account = method.loss_account_id if amount < 0 else method.profit_account_id
            yield figures.NonSale(
                figures.ROUNDING,
                account.id or 0,
                row["cash_method_id"] or 0,
                amount,
                session_id,
            )

    def _cash_in_and_out(self):
        rows = {
            session.id: row
            for session, row in self.sessions.found
            if not session.is_open and not row["is_foreign"]
        }
        for move in self.sessions.cash_moves(list(rows)):
            amount = to_ore(float(move["amount"]))
            prefix = f"{rows[move['session_id']]['name']}-"
            yield figures.NonSale(
                figures.CASH_IN if amount > 0 else figures.CASH_OUT,
                move["account_id"] or 0,
                rows[move["session_id"]]["cash_method_id"] or 0,
                amount,
                move["session_id"],
                move["payment_ref"].removeprefix(prefix),
            )

    def _cash_differences(self):
        for session, row in self.sessions.found:
            if not session.difference:
                continue
            journal = self.env["account.journal"].browse(row["cash_journal_id"])
            account = (
                journal.loss_account_id
                if session.difference < 0
                else journal.profit_account_id
            )
            yield figures.NonSale(
                figures.DIFFERENCE,
                account.id or 0,
                row["cash_method_id"] or 0,
                session.difference,
                session.id,
            )

    def _bank_differences(self):
        """What the terminal reported beyond the orders, entered when closing.

        On the payment of all customers together, or in an entry of its own where the
        method tells customers apart.
        """
        counted = tuple(
            session.id for session, row in self.sessions.found if row["is_counted"]
        )
        if not counted:
            return
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.pos_session_id, p.pos_payment_method_id, aml.account_id,
                       -SUM(aml.balance)
                  FROM account_payment p
                  JOIN account_journal j ON j.id = p.journal_id
                  JOIN account_move_line aml ON aml.move_id = p.move_id
                   AND aml.account_id IN (j.profit_account_id, j.loss_account_id)
                 WHERE p.pos_session_id IN %(sessions)s
              GROUP BY 1, 2, 3
                 UNION ALL
                SELECT s.id, pm.id, aml.account_id, -SUM(aml.balance)
                  FROM pos_session s
                  JOIN pos_config_pos_payment_method_rel r
                    ON r.pos_config_id = s.config_id
                  JOIN pos_payment_method pm ON pm.id = r.pos_payment_method_id
                   AND pm.split_transactions
                  JOIN account_journal j ON j.id = pm.journal_id AND j.type = 'bank'
                  JOIN account_move m ON m.journal_id = j.id AND m.state = 'posted'
                   AND m.ref LIKE '%%(' || s.name || ')'
                  JOIN account_move_line aml ON aml.move_id = m.id
                   AND aml.account_id IN (j.profit_account_id, j.loss_account_id)
                 WHERE s.id IN %(sessions)s
              GROUP BY 1, 2, 3
              ORDER BY 1, 2, 3
                """,
                sessions=counted,
            )
        )
        for session_id, means_id, account_id, amount in rows:
            yield figures.NonSale(
                figures.DIFFERENCE,
                account_id,
                means_id,
                to_ore(float(amount)),
                session_id,
            )
