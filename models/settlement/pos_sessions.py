"""Reads the sessions of points of sale, and how their cash was moved and counted."""

from collections import defaultdict

from odoo.tools import SQL

from ...figures import pos_day as figures
from ...figures.pos_rounding import to_ore
from .pos_cash import cash_parts
from .pos_scope import SESSION_JOURNAL, Scope, is_cash_move, span, within


class Sessions:
    """The sessions of a span of time (naive UTC), or of any.

    :ivar found: [(:class:`Session`, its row)]
    :ivar only: ids of the only orders that are meant, or None
    :ivar without: ids of orders that are left out
    :ivar parts: [:class:`Part`] of cash that was moved, and of the counting
    """

    def __init__(self, env, begin=None, end=None):
        self.env = env
        self.begin = begin
        self.end = end
        self.found = []
        self.parts = []
        self.only = None
        self.without = ()

    def of_journals(self, journals, known=()):
        """Those that have anything to do with the span of time.

        :param known: ids of sessions that are meant whatever their journal
        """
        if not (journals or known):
            return self
        condition = SQL(
            """
            (%(session_journal)s IN %(journals)s
             OR s.id IN %(known)s)
            AND (s.start_at >= %(begin)s AND s.start_at < %(end)s
              OR s.stop_at >= %(begin)s AND s.stop_at < %(end)s
              OR s.id IN (SELECT o.session_id FROM pos_order o
                           WHERE o.date_order >= %(begin)s AND o.date_order < %(end)s
                             AND o.state != 'cancel')
              OR s.id IN (SELECT l.pos_session_id
                            FROM account_bank_statement_line l
                           WHERE l.create_date >= %(begin)s AND l.create_date < %(end)s
                             AND l.pos_session_id IS NOT NULL))
            """,
            session_journal=SESSION_JOURNAL,
            journals=tuple(journals) or (0,),
            known=tuple(known) or (0,),
            begin=self.begin,
            end=self.end,
        )
        return self._take(condition)

    def of_orders(self, order_ids):
        """Those of some orders."""
        return self._take(
            SQL(
                "s.id IN (SELECT o.session_id FROM pos_order o WHERE o.id IN %s)",
                tuple(order_ids) or (0,),
            )
        )

    def of_id(self, session_id):
        """One session."""
        return self._take(SQL("s.id = %s", session_id))

    @property
    def scope(self):
        """The orders that figures hold: of closed sessions, in company currency."""
        return self._scope(
            lambda session, row: not session.is_open and not row["is_foreign"]
        )

    @property
    def foreign_scope(self):
        """The orders in another currency."""
        return self._scope(lambda _session, row: row["is_foreign"])

    def _scope(self, is_meant):
        ids = tuple(session.id for session, row in self.found if is_meant(session, row))
        return Scope(ids, self.begin, self.end, self.only, self.without)

    def _take(self, condition):
        """Those that say something."""
        rows = self._rows(condition)
        ids = [row["id"] for row in rows]
        counts = self._orders_per_session(ids)
        self.parts = cash_parts(self.env, ids, self.begin, self.end)
        moved = {part.session_id for part in self.parts if part.is_move}
        differences = defaultdict(int)
        for part in self.parts:
            differences[part.session_id] += 0 if part.is_move else part.amount
        for row in rows:
            is_within = within(row["start_at"], self.begin, self.end)
            is_open = row["state"] != "closed"
            last = row["last_order"] or row["stop_at"]
            is_counted = not is_open and within(last, self.begin, self.end)
            row["is_counted"] = is_counted and not row["is_foreign"]
            if not (
                counts.get(row["id"])
                or row["id"] in moved
                or is_counted
                or (is_open and is_within)
            ):
                continue
            session = self._session(
                row, counts.get(row["id"], 0), differences[row["id"]]
            )
            self.found.append((session, row))
        return self

    def _rows(self, condition):
        self.env.cr.execute(
            SQL(
                """
                SELECT s.id, s.name, s.config_id, c.name AS config_name, s.state,
                       COALESCE(s.rescue, FALSE) AS is_rescue, s.start_at, s.stop_at,
                       c.cash_rounding,
                       COALESCE(j.currency_id, y.currency_id) != y.currency_id
                       AS is_foreign,
                       COALESCE(s.cash_register_balance_start, 0) AS opening,
                       COALESCE(s.cash_register_balance_end_real, 0) AS counted,
                       s.cash_journal_id IS NOT NULL
                       OR COALESCE(s.cash_register_balance_start, 0) != 0
                       OR COALESCE(s.cash_register_balance_end_real, 0) != 0
                       OR EXISTS (SELECT FROM account_bank_statement_line l
                                   WHERE l.pos_session_id = s.id) AS has_cash,
                       (SELECT MIN(p.payment_method_id)
                          FROM pos_payment p
                          JOIN pos_payment_method pm ON pm.id = p.payment_method_id
                         WHERE p.session_id = s.id AND pm.is_cash_count)
                       AS cash_method_id,
                       sold.last_order, before.counted AS last_counted
                  FROM pos_session s
                  JOIN pos_config c ON c.id = s.config_id
                  JOIN res_company y ON y.id = c.company_id
             LEFT JOIN account_journal j ON j.id = c.journal_id
             LEFT JOIN account_move m ON m.id = s.move_id
             LEFT JOIN LATERAL (
                       SELECT MAX(o.date_order) AS last_order
                         FROM pos_order o
                        WHERE o.session_id = s.id
                          AND o.state NOT IN ('draft', 'cancel')) sold ON TRUE
             LEFT JOIN LATERAL (
                       SELECT COALESCE(b.cash_register_balance_end_real, 0) AS counted
                         FROM pos_session b
                        WHERE b.config_id = s.config_id AND b.state = 'closed'
                          AND b.id < s.id AND b.stop_at <= s.start_at
                          AND b.rescue IS NOT TRUE AND s.rescue IS NOT TRUE
                     ORDER BY b.stop_at DESC, b.id DESC
                        LIMIT 1) before ON TRUE
                 WHERE %s
              ORDER BY s.start_at, s.id
                """,
                condition,
            )
        )
        return self.env.cr.dictfetchall()

    def _session(self, row, orders, difference):
        """:param difference: what the counting showed, as Odoo posted it, in øre"""
        values = {
            "id": row["id"],
            "name": row["name"] or "",
            "config_id": row["config_id"],
            "config_name": row["config_name"],
            "state": row["state"],
            "orders": orders,
            "is_rescue": row["is_rescue"],
            "is_foreign": row["is_foreign"],
            "opened_at": str(row["start_at"] or ""),
            "closed_at": str(row["stop_at"] or ""),
        }
        if row["is_counted"] and row["has_cash"]:
            opening = to_ore(float(row["opening"]))
            counted = to_ore(float(row["counted"]))
            before = row["last_counted"]
            values.update(
                is_counted=True,
                opening=opening,
                expected=counted - difference,
                counted=counted,
                difference=difference,
                last_counted=opening if before is None else to_ore(float(before)),
            )
        return figures.Session(**values)

    def _orders_per_session(self, session_ids):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.session_id, COUNT(*)
                  FROM pos_order o
                 WHERE o.session_id IN %s AND o.state != 'cancel' AND %s
              GROUP BY o.session_id
                """,
                tuple(session_ids) or (0,),
                span(SQL("o.date_order"), self.begin, self.end),
            )
        )
        return dict(rows)


def happened(env, begins, end):
    """[(which of the days, from 1, a journal whose sessions had anything then)]

    :param begins: when each day begins, naive UTC, in order
    :param end: when the last one ends
    """
    return env.execute_query(
        SQL(
            """
            WITH happened AS (
                SELECT o.date_order AS moment, o.session_id
                  FROM pos_order o
                 WHERE o.date_order >= %(begin)s AND o.date_order < %(end)s
                   AND o.state != 'cancel'
                 UNION ALL
                SELECT l.create_date, l.pos_session_id
                  FROM account_bank_statement_line l
                  JOIN pos_session s ON s.id = l.pos_session_id
                 WHERE l.create_date >= %(begin)s AND l.create_date < %(end)s
                   AND %(is_move)s
                 UNION ALL
                SELECT COALESCE(s.stop_at, s.start_at), s.id
                  FROM pos_session s
                 WHERE COALESCE(s.stop_at, s.start_at) >= %(begin)s
                   AND COALESCE(s.stop_at, s.start_at) < %(end)s
                   AND NOT EXISTS (SELECT FROM pos_order o
                                    WHERE o.session_id = s.id
                                      AND o.state NOT IN ('draft', 'cancel')))
            SELECT DISTINCT WIDTH_BUCKET(h.moment, %(begins)s::timestamp[]),
                   %(session_journal)s
              FROM happened h
              JOIN pos_session s ON s.id = h.session_id
              JOIN pos_config c ON c.id = s.config_id
         LEFT JOIN account_move m ON m.id = s.move_id
            """,
            session_journal=SESSION_JOURNAL,
            is_move=is_cash_move(SQL("l"), SQL("s")),
            begin=begins[0],
            begins=begins,
            end=end,
        )
    )
