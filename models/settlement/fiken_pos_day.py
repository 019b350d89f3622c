from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, models
from odoo.tools import SQL

from ...figures import pos_day as figures
from ...figures.pos_rounding import to_ore
from .pos_turnover import Scope, Turnover

# What a day is made of; read by SQL, so what is in memory is written first.
READ_MODELS = (
    "account.bank.statement.line",
    "account.move",
    "account.move.line",
    "account.payment",
    "pos.config",
    "pos.order",
    "pos.order.line",
    "pos.payment",
    "pos.session",
)


class FikenPosDay(models.AbstractModel):
    """Reads what a vendor's points of sale sold and were paid on a business day.

    A business day goes from the vendor's day-end hour to the same hour of the next day,
    in the vendor's time zone. Orders and their payments belong to the day of the order,
    cash in and out to the day it happened, the counting of a till to the day of the
    session's last order.
    """

    _name = "fiken.pos.day"
    _description = "Day of the Point of Sale"

    # What is asked

    @api.model
    def _read(self, vendor, day):
        """The day's figures from closed sessions.

        :param day: datetime.date
        :return Day: of ``figures/pos_day.py``; an empty one when nothing happened
        """
        begin, end = self._bounds(vendor, day)
        reader = self._prepared(vendor)
        if reader is None:
            return figures.Day(vendor.id, str(day))
        sessions = reader._sessions(vendor, self._journals(vendor, day), begin, end)
        return reader._day(vendor, str(day), sessions, begin, end)

    @api.model
    def _read_session(self, vendor, session):
        """All of one session, whatever days its orders belong to.

        :return Day: without a date; its figures are those of the closing entry
        """
        reader = self._prepared(vendor)
        rows = reader._session_rows(SQL("s.id = %s", session.id))
        return reader._day(vendor, "", reader._sessions_of(rows, None, None))

    @api.model
    def _days(self, vendor, since, until):
        """The business days with anything in them, in order; both ends included.

        Days whose sessions are still open are among them.

        :return: [datetime.date]
        """
        reader = self._prepared(vendor)
        if reader is None or since > until:
            return []
        days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
        begins = [self._bounds(vendor, day)[0] for day in days]
        end = self._bounds(vendor, until)[1]
        found = defaultdict(set)
        for place, journal_id in reader._happened(begins, end):
            found[days[place - 1]].add(journal_id)
        return [
            day
            for day in sorted(found)
            if found[day].intersection(self._journals(vendor, day))
        ]

    @api.model
    def _late(self, vendor, day, order_ids):
        """What changed since a day was read that had these orders.

        :param order_ids: of that ``Day``
        :return Late: empty when the day consists of the same orders still
        """
        known = set(order_ids)
        reader = self._prepared(vendor)
        if reader is None:
            return figures.Late((), (), tuple(sorted(known)))
        begin, end = self._bounds(vendor, day)
        journals = self._journals(vendor, day)
        sessions = reader._sessions(vendor, journals, begin, end)
        scope = _closed(sessions, begin, end)
        now = set(reader._order_ids(scope))
        invoiced = {order.order_id for order in reader._invoiced(scope)} & known
        return figures.Late(
            came=tuple(sorted(now - known)),
            invoiced=tuple(sorted(invoiced)),
            gone=tuple(sorted(known - now - invoiced)),
        )

    @api.model
    def _bounds(self, vendor, day):
        """(begin, end) of a business day, naive UTC, right across DST changes."""
        zone = pytz.timezone(vendor.tz)
        return tuple(
            zone.localize(vendor._begin_wall(one))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for one in (day, day + timedelta(days=1))
        )

    # Where it is read

    @api.model
    def _prepared(self, vendor):
        """This model as its superuser sees it, or None where there is no point of sale.

        A Fiken manager need not have rights in the point of sale.
        """
        if "pos.order" not in self.env:
            return None
        reader = self.sudo().with_company(vendor.company_id)
        for model in READ_MODELS:
            reader.env[model].flush_model()
        return reader

    @api.model
    def _journals(self, vendor, day):
        """The journals of points of sale that are the vendor's on a day (design §4)."""
        if "pos.config" not in self.env:
            return ()
        company = vendor.company_id
        configs = (
            self.env["pos.config"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", company.id)])
        )
        closed = (
            self.env["pos.session"]
            .sudo()
            ._read_group(
                [("config_id", "in", configs.ids), ("move_id", "!=", False)],
                ["move_id.journal_id"],
            )
        )
        journals = configs.journal_id.union(*(row[0] for row in closed))
        default_id = self.env["fiken.company"]._default_vendor_id(company.id)
        return tuple(
            journal.id
            for journal in journals
            if (journal._fiken_vendor_on(day).id or default_id) == vendor.id
        )

    # Sessions

    @api.model
    def _sessions(self, vendor, journals, begin, end):
        """The sessions that have anything to do with a span of time."""
        if not journals:
            return ()
        condition = SQL(
            """
            COALESCE(m.journal_id, c.journal_id) IN %(journals)s
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
            journals=journals,
            begin=begin,
            end=end,
        )
        return self._sessions_of(self._session_rows(condition), begin, end)

    @api.model
    def _session_rows(self, condition):
        self.env.cr.execute(
            SQL(
                """
                SELECT s.id, s.name, s.config_id, c.name AS config_name, s.state,
                       COALESCE(s.rescue, FALSE) AS is_rescue, s.start_at, s.stop_at,
                       s.cash_journal_id, c.cash_rounding,
                       COALESCE(j.currency_id, y.currency_id) != y.currency_id
                       AS is_foreign,
                       COALESCE(s.cash_register_balance_start, 0) AS opening,
                       COALESCE(s.cash_register_balance_end_real, 0) AS counted,
                       COALESCE(s.cash_real_transaction, 0) AS moved,
                       sold.last_order, cash.method_id AS cash_method_id,
                       (SELECT COALESCE(SUM(p.amount), 0)
                          FROM pos_payment p
                          JOIN pos_order o ON o.id = p.pos_order_id
                         WHERE p.session_id = s.id
                           AND p.payment_method_id = cash.method_id
                           AND o.state NOT IN ('draft', 'cancel')) AS cash_paid
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
                       SELECT pm.id AS method_id
                         FROM pos_config_pos_payment_method_rel r
                         JOIN pos_payment_method pm ON pm.id = r.pos_payment_method_id
                        WHERE r.pos_config_id = c.id
                          AND pm.journal_id = s.cash_journal_id
                     ORDER BY pm.sequence, pm.id
                        LIMIT 1) cash ON TRUE
                 WHERE %s
              ORDER BY s.start_at, s.id
                """,
                condition,
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _sessions_of(self, rows, begin, end):
        """:return: [(:class:`Session`, its row)], without those that say nothing"""
        counts = self._orders_per_session([row["id"] for row in rows], begin, end)
        moved = self._sessions_with_cash_moved([row["id"] for row in rows], begin, end)
        sessions = []
        for row in rows:
            within = _within(row["start_at"], begin, end)
            is_open = row["state"] != "closed"
            last = row["last_order"] or row["stop_at"]
            is_counted = not is_open and _within(last, begin, end)
            row["is_counted"] = is_counted and not row["is_foreign"]
            if not (
                counts.get(row["id"])
                or row["id"] in moved
                or is_counted
                or (is_open and within)
            ):
                continue
            sessions.append(
                (self._session(row, counts.get(row["id"], 0), is_counted), row)
            )
        return tuple(sessions)

    @api.model
    def _session(self, row, orders, is_counted):
        values = {
            "id": row["id"],
            "name": row["name"] or "",
            "config_id": row["config_id"],
            "config_name": row["config_name"],
            "state": row["state"],
            "orders": orders,
            "is_rescue": row["is_rescue"],
            "opened_at": str(row["start_at"] or ""),
            "closed_at": str(row["stop_at"] or ""),
        }
        if is_counted and row["cash_journal_id"] and not row["is_foreign"]:
            opening = to_ore(float(row["opening"]))
            expected = opening + to_ore(float(row["moved"]))
            expected += to_ore(float(row["cash_paid"]))
            counted = to_ore(float(row["counted"]))
            values.update(
                is_counted=True,
                opening=opening,
                expected=expected,
                counted=counted,
                difference=counted - expected,
            )
        return figures.Session(**values)

    @api.model
    def _orders_per_session(self, session_ids, begin, end):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.session_id, COUNT(*)
                  FROM pos_order o
                 WHERE o.session_id IN %s AND o.state != 'cancel' AND %s
              GROUP BY o.session_id
                """,
                tuple(session_ids) or (0,),
                _span(SQL("o.date_order"), begin, end),
            )
        )
        return dict(rows)

    @api.model
    def _sessions_with_cash_moved(self, session_ids, begin, end):
        moves = self._cash_moves(session_ids, begin, end)
        return {row["session_id"] for row in moves}

    # The day

    @api.model
    def _day(self, vendor, name, sessions, begin=None, end=None):
        scope = _closed(sessions, begin, end)
        order_ids = self._order_ids(scope)
        turnover = Turnover(
            self.env,
            vendor.sudo(),
            scope,
            [session for session, _row in sessions],
            order_ids,
        ).add_up()
        first, last = self._receipts(scope)
        return figures.Day(
            vendor_id=vendor.id,
            date=name,
            lines=turnover.lines(),
            groups=turnover.groups(),
            payments=self._payments(scope),
            others=self._others(turnover, sessions, scope),
            sessions=tuple(session for session, _row in sessions),
            order_ids=order_ids,
            invoiced=self._invoiced(scope),
            pay_later=self._pay_later(scope),
            foreign=self._foreign(sessions, begin, end),
            first_receipt=first,
            last_receipt=last,
            **turnover.counts,
        )

    @api.model
    def _order_ids(self, scope):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.id FROM pos_order o
                 WHERE %s AND o.account_move IS NULL
              ORDER BY o.id
                """,
                scope.is_on_receipts,
            )
        )
        return tuple(row[0] for row in rows)

    @api.model
    def _receipts(self, scope):
        """(number of the first receipt, of the last)"""
        return tuple(
            "".join(
                row[0] or ""
                for row in self.env.execute_query(
                    SQL(
                        """
                        SELECT COALESCE(o.pos_reference, o.name)
                          FROM pos_order o
                         WHERE %s
                      ORDER BY o.date_order %s, o.id %s
                         LIMIT 1
                        """,
                        scope.is_on_receipts,
                        direction,
                        direction,
                    )
                )
            )
            for direction in (SQL("ASC"), SQL("DESC"))
        )

    @api.model
    def _payments(self, scope):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.payment_method_id, SUM(p.amount),
                       COUNT(*) FILTER (WHERE p.is_change IS NOT TRUE),
                       ARRAY_AGG(DISTINCT o.session_id)
                  FROM pos_payment p
                  JOIN pos_order o ON o.id = p.pos_order_id
                 WHERE %s AND o.account_move IS NULL
              GROUP BY p.payment_method_id
              ORDER BY p.payment_method_id
                """,
                scope.is_on_receipts,
            )
        )
        return tuple(
            figures.Payment(means_id, to_ore(float(amount)), count, tuple(sessions))
            for means_id, amount, count, sessions in rows
        )

    @api.model
    def _invoiced(self, scope):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.id, o.name, o.account_move, o.amount_total,
                       p.payment_method_id, SUM(p.amount)
                  FROM pos_order o
             LEFT JOIN pos_payment p ON p.pos_order_id = o.id
                 WHERE %s AND o.account_move IS NOT NULL
              GROUP BY o.id, p.payment_method_id
              ORDER BY o.id, p.payment_method_id
                """,
                scope.is_on_receipts,
            )
        )
        orders, payments = {}, defaultdict(list)
        for order_id, name, invoice_id, total, means_id, amount in rows:
            orders[order_id] = (name, invoice_id, to_ore(float(total)))
            if means_id:
                payments[order_id].append((means_id, to_ore(float(amount))))
        return tuple(
            figures.Invoiced(order_id, *values, tuple(payments[order_id]))
            for order_id, values in orders.items()
        )

    @api.model
    def _pay_later(self, scope):
        """Sales on the customer's account without an invoice.

        An order without lines is a debt that somebody paid, and never an invoice.
        """
        methods = (
            self.env["pos.payment.method"]
            .with_context(active_test=False)
            .search([("journal_id", "=", False)])
            .filtered(lambda method: method.type == "pay_later")
        )
        if not methods:
            return ()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.id, o.name, SUM(p.amount)
                  FROM pos_payment p
                  JOIN pos_order o ON o.id = p.pos_order_id
                 WHERE %s AND o.account_move IS NULL AND p.payment_method_id IN %s
                   AND EXISTS (SELECT FROM pos_order_line l WHERE l.order_id = o.id)
              GROUP BY o.id
                HAVING SUM(p.amount) != 0
              ORDER BY o.id
                """,
                scope.is_on_receipts,
                tuple(methods.ids),
            )
        )
        return tuple(
            figures.PayLater(order_id, name, to_ore(float(amount)))
            for order_id, name, amount in rows
        )

    @api.model
    def _foreign(self, sessions, begin, end):
        ids = tuple(row["id"] for _session, row in sessions if row["is_foreign"])
        return self._order_ids(Scope(ids, begin, end)) if ids else ()

    # What is no turnover

    @api.model
    def _others(self, turnover, sessions, scope):
        others = [
            *self._cards_and_tips(turnover),
            *self._rounding(turnover, sessions, scope),
            *self._cash_in_and_out(sessions, scope),
            *self._cash_differences(sessions),
            *self._bank_differences(sessions),
        ]
        return tuple(other for other in others if other.amount)

    @api.model
    def _cards_and_tips(self, turnover):
        """Paid by the means that paid most of the receipt they stand on."""
        means = self._means_of({special[0].order_id for special in turnover.specials})
        sums = defaultdict(int)
        for receipt, place, amount in turnover.specials:
            kind = place.kind
            if kind == "owed":
                kind = figures.GIFT_SOLD if amount > 0 else figures.GIFT_REDEEMED
            means_id = self._largest(means[receipt.order_id], amount)
            sums[kind, place.account_id, means_id, receipt.session_id] += amount
        for (kind, account_id, means_id, session_id), amount in sorted(sums.items()):
            yield figures.Other(kind, account_id, means_id, amount, session_id)

    @api.model
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

    @api.model
    def _largest(self, means, amount):
        """The payment method of the largest payment in the direction of ``amount``."""
        sign = -1 if amount < 0 else 1
        return max(means, key=lambda one: sign * one[1], default=(0, 0))[0]

    @api.model
    def _rounding(self, turnover, sessions, scope):
        """What was paid beyond the receipts' totals, where tills round cash."""
        rounding = {
            session.id: row for session, row in sessions if row["cash_rounding"]
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
                scope.is_on_receipts,
                tuple(rounding),
            )
        )
        for session_id, paid in rows:
            row = rounding[session_id]
            amount = to_ore(float(paid)) - turnover.totals[session_id]
            config = self.env["pos.config"].browse(row["config_id"])
            method = config.rounding_method
            account = method.loss_account_id if amount < 0 else method.profit_account_id
            yield figures.Other(
                figures.ROUNDING,
                account.id or 0,
                row["cash_method_id"] or 0,
                amount,
                session_id,
            )

    @api.model
    def _cash_in_and_out(self, sessions, scope):
        rows = {
            session.id: row
            for session, row in sessions
            if not session.is_open and not row["is_foreign"]
        }
        for move in self._cash_moves(list(rows), scope.begin, scope.end):
            amount = to_ore(float(move["amount"]))
            prefix = f"{rows[move['session_id']]['name']}-"
            yield figures.Other(
                figures.CASH_IN if amount > 0 else figures.CASH_OUT,
                move["account_id"] or 0,
                rows[move["session_id"]]["cash_method_id"] or 0,
                amount,
                move["session_id"],
                move["payment_ref"].removeprefix(prefix),
            )

    @api.model
    def _cash_moves(self, session_ids, begin, end):
        """Cash put into a till or taken out, with the account that it came from.

        Odoo writes the session's name before the reason; its other statement lines of a
        session carry the name alone, or none.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT l.pos_session_id AS session_id, l.amount, l.payment_ref,
                       (SELECT aml.account_id FROM account_move_line aml
                         WHERE aml.move_id = l.move_id
                           AND aml.account_id != j.default_account_id
                      ORDER BY aml.id LIMIT 1) AS account_id
                  FROM account_bank_statement_line l
                  JOIN pos_session s ON s.id = l.pos_session_id
                  JOIN account_journal j ON j.id = l.journal_id
                 WHERE l.pos_session_id IN %s
                   AND STARTS_WITH(l.payment_ref, s.name || '-')
                   AND %s
              ORDER BY l.id
                """,
                tuple(session_ids) or (0,),
                _span(SQL("l.create_date"), begin, end),
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _cash_differences(self, sessions):
        for session, row in sessions:
            if not session.difference:
                continue
            journal = self.env["account.journal"].browse(row["cash_journal_id"])
            account = (
                journal.loss_account_id
                if session.difference < 0
                else journal.profit_account_id
            )
            yield figures.Other(
                figures.DIFFERENCE,
                account.id or 0,
                row["cash_method_id"] or 0,
                session.difference,
                session.id,
            )

    @api.model
    def _bank_differences(self, sessions):
        """What the terminal reported beyond the orders, entered when closing.

        On the payment of all customers together, or in an entry of its own where the
        method tells customers apart.
        """
        counted = tuple(session.id for session, row in sessions if row["is_counted"])
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
            yield figures.Other(
                figures.DIFFERENCE,
                account_id,
                means_id,
                to_ore(float(amount)),
                session_id,
            )

    # Which days

    @api.model
    def _happened(self, begins, end):
        """[(which of the days, from 1, a journal whose sessions had anything then)]

        :param begins: when each day begins, naive UTC, in order
        :param end: when the last one ends
        """
        return self.env.execute_query(
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
                       AND STARTS_WITH(l.payment_ref, s.name || '-')
                     UNION ALL
                    SELECT COALESCE(s.stop_at, s.start_at), s.id
                      FROM pos_session s
                     WHERE COALESCE(s.stop_at, s.start_at) >= %(begin)s
                       AND COALESCE(s.stop_at, s.start_at) < %(end)s
                       AND NOT EXISTS (SELECT FROM pos_order o
                                        WHERE o.session_id = s.id
                                          AND o.state NOT IN ('draft', 'cancel')))
                SELECT DISTINCT WIDTH_BUCKET(h.moment, %(begins)s::timestamp[]),
                       COALESCE(m.journal_id, c.journal_id)
                  FROM happened h
                  JOIN pos_session s ON s.id = h.session_id
                  JOIN pos_config c ON c.id = s.config_id
             LEFT JOIN account_move m ON m.id = s.move_id
                """,
                begin=begins[0],
                begins=begins,
                end=end,
            )
        )


def _span(column, begin, end):
    if begin is None:
        return SQL("TRUE")
    return SQL("%s >= %s AND %s < %s", column, begin, column, end)


def _within(moment, begin, end):
    return bool(moment) and (begin is None or begin <= moment < end)


def _closed(sessions, begin, end):
    """The orders that a day's figures hold: of closed sessions, in company currency."""
    return Scope(
        tuple(
            session.id
            for session, row in sessions
            if not session.is_open and not row["is_foreign"]
        ),
        begin,
        end,
    )
