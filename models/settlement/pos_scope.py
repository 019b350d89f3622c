"""Which orders of the point of sale are meant: of which sessions, and when."""

from dataclasses import dataclass

from odoo.tools import SQL

# The journal of a session ``s``, in which its entry ``m`` stands: its till ``c`` may
# have another one by now.
SESSION_JOURNAL = SQL("COALESCE(m.journal_id, c.journal_id)")


@dataclass(frozen=True)
class Scope:
    """Which orders: of which sessions, and of which time (naive UTC), or of any.

    :ivar order_ids: no others than these, where given
    :ivar without: not these, which are in another day or in none
    """

    session_ids: tuple
    begin: object = None
    end: object = None
    order_ids: tuple | None = None
    without: tuple = ()

    @property
    def is_on_receipts(self):
        """The condition on ``pos_order o``."""
        condition = SQL(
            "o.session_id IN %s AND o.state NOT IN ('draft', 'cancel') AND %s",
            self.session_ids or (0,),
            span(SQL("o.date_order"), self.begin, self.end),
        )
        if self.order_ids is not None:
            condition = SQL("%s AND o.id IN %s", condition, self.order_ids or (0,))
        if self.without:
            condition = SQL("%s AND o.id NOT IN %s", condition, self.without)
        return condition


def span(column, begin, end):
    """The condition that a moment lies in a span of time; without one, any does."""
    if begin is None:
        return SQL("TRUE")
    return SQL("%s >= %s AND %s < %s", column, begin, column, end)


def is_cash_move(line, session):
    """The condition that a session's statement line is cash put in or taken out.

    Odoo writes the session's name before the reason of a move.

    :param SQL line, session: their aliases
    """
    return SQL(
        "STARTS_WITH(COALESCE(%s.payment_ref, ''), %s.name || '-')", line, session
    )


def within(moment, begin, end):
    """The same of a moment that has been read."""
    return bool(moment) and (begin is None or begin <= moment < end)
