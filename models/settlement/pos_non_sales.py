"""Reads what of a day is no turnover."""

from collections import defaultdict
from functools import cached_property

from odoo.tools import SQL

from ...figures import pos_day as figures
from ...figures.pos_rounding import to_ore
from .pos_cash import terminal_differences


class NonSales:
    """Gift cards, other debts, tips, rounding, cash in and out, differences."""

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
            *self._terminal_differences(),
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
        if kind == figures.OWED and amount < 0:
            kind = figures.OWED_BACK
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
        """What somebody put in or took out: one part for each account it is on."""
        closed = {
            session.id
            for session, row in self.sessions.found
            if not session.is_open and not row["is_foreign"]
        }
        for part in self.sessions.parts:
            if part.is_move and part.session_id in closed:
                kind = figures.CASH_IN if part.is_in else figures.CASH_OUT
                yield self._of_part(kind, part)

    def _cash_differences(self):
        """What the counting showed, as Odoo posted it when the session was closed."""
        counted = self._counted()
        for part in self.sessions.parts:
            if not part.is_move and part.session_id in counted:
                yield self._of_part(figures.DIFFERENCE, part)

    def _of_part(self, kind, part):
        return figures.NonSale(
            kind,
            part.account_id,
            part.means_id,
            part.amount,
            part.session_id,
            part.label,
            part.has_vat,
        )

    def _terminal_differences(self):
        rows = terminal_differences(self.env, self._counted())
        for session_id, means_id, account_id, amount in rows:
            yield figures.NonSale(
                figures.TERMINAL,
                account_id,
                means_id,
                to_ore(float(amount)),
                session_id,
            )

    def _counted(self):
        """Ids of the sessions that are counted on this day."""
        return tuple(
            session.id for session, row in self.sessions.found if row["is_counted"]
        )
