from collections import defaultdict
from datetime import timedelta
from functools import partial

from odoo import api, models
from odoo.tools import SQL

from ...figures import pos_day as figures
from .pos_non_sales import NonSales
from .pos_orders import Orders
from .pos_receipts import receipts
from .pos_scope import SESSION_JOURNAL
from .pos_sessions import Sessions, happened
from .pos_spans import Spans, is_kept
from .pos_turnover import Turnover

# What a day is made of; read by SQL, so what is in memory is written first.
READ_MODELS = (
    "account.bank.statement.line",
    "account.move",
    "account.move.line",
    "account.payment",
    "fiken.settlement",
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
        """The day's figures from closed sessions, without what is in other days.

        :param day: datetime.date
        :return Day: of ``figures/pos_day.py``; an empty one when nothing happened
        """
        reader = self._prepared(vendor)
        if reader is None:
            return figures.Day(vendor.id, str(day))
        sessions = reader._sessions(vendor, day)
        return reader._day(vendor, str(day), sessions, reader._held(vendor, day))

    @api.model
    def _read_orders(self, vendor, day, order_ids):
        """The figures of some orders, of whatever sessions that are closed.

        :return Day: without what moved or was counted
        """
        reader = self._prepared(vendor)
        sessions = Sessions(reader.env).of_orders(order_ids)
        return reader._day(vendor, str(day), sessions, only=tuple(order_ids))

    @api.model
    def _read_moved(self, vendor, day):
        """What moved and was counted on a day without a receipt.

        :return Day: with others and sessions only
        """
        reader = self._prepared(vendor)
        return reader._day(vendor, str(day), reader._sessions(vendor, day), only=())

    @api.model
    def _read_session(self, vendor, session):
        """All of one session, whatever days its orders belong to.

        :return Day: without a date; its figures are those of the closing entry
        """
        reader = self._prepared(vendor)
        return reader._day(vendor, "", Sessions(reader.env).of_id(session.id))

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
        spans = Spans(reader.env, vendor, since, until)
        found = defaultdict(set)
        begins = [spans.begin(day) for day in days]
        for place, journal_id in happened(reader.env, begins, spans.of(until)[1]):
            found[days[place - 1]].add(journal_id)
        tills = self._till_journals(vendor)
        return [
            day
            for day in sorted(found)
            if found[day].intersection(self._of_vendor(tills, vendor, day, spans))
        ]

    @api.model
    def _bounds(self, vendor, day):
        """(begin, end) of a business day, naive UTC."""
        self.env["fiken.settlement"].flush_model()
        return Spans(self.env, vendor, day, day).of(day)

    @api.model
    def _newest_order(self):
        """The id of the newest order of all tills, or 0."""
        if "pos.order" not in self.env:
            return 0
        return self.env["pos.order"].sudo().search([], order="id desc", limit=1).id or 0

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
    def _sessions(self, vendor, day):
        """Those of a day: as it was read, where it was, else by the journals.

        A session without an entry goes by what its till is set to now.
        """
        begin, end = self._bounds(vendor, day)
        journals = self._journals(vendor, day)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT known.session_ref, s.vendor_id = %s
                  FROM fiken_settlement_session known
                  JOIN fiken_settlement s ON s.id = known.settlement_id
                 WHERE s.day = %s AND %s
                """,
                vendor.id,
                day,
                is_kept(SQL("s")),
            )
        )
        own = {session_id for session_id, is_own in rows if is_own}
        sessions = Sessions(self.env, begin, end).of_journals(journals, own)
        others = {row[0] for row in rows} - own
        sessions.found = [one for one in sessions.found if one[0].id not in others]
        return sessions

    @api.model
    def _held(self, vendor, day):
        """Orders of these hours that another vendor, or another day, has already."""
        begin, end = self._bounds(vendor, day)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.id
                  FROM pos_order o
                  JOIN fiken_settlement_receipt r ON r.order_id = o.id AND r.is_current
                  JOIN fiken_settlement s ON s.id = r.settlement_id
                 WHERE o.date_order >= %(begin)s AND o.date_order < %(end)s
                   AND (s.vendor_id, s.day) != (%(vendor)s, %(day)s)
                """,
                begin=begin,
                end=end,
                vendor=vendor.id,
                day=day,
            )
        )
        return tuple(row[0] for row in rows)

    @api.model
    def _journals(self, vendor, day):
        """The journals of tills that are the vendor's on a day (architecture.md §4)."""
        spans = Spans(self.env, vendor, day, day)
        return self._of_vendor(self._till_journals(vendor), vendor, day, spans)

    @api.model
    def _journals_of(self, sessions):
        """The journals that sessions post in."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT %s
                  FROM pos_session s
                  JOIN pos_config c ON c.id = s.config_id
             LEFT JOIN account_move m ON m.id = s.move_id
                 WHERE s.id IN %s
                """,
                SESSION_JOURNAL,
                tuple(session.id for session in sessions) or (0,),
            )
        )
        return sorted(row[0] for row in rows if row[0])

    @api.model
    def _till_journals(self, vendor):
        """The journals in which the tills of the vendor's company post, or did."""
        if "pos.config" not in self.env:
            return self.env["account.journal"]
        configs = (
            self.env["pos.config"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "child_of", vendor.company_id.id)])
        )
        closed = (
            self.env["pos.session"]
            .sudo()
            ._read_group(
                [("config_id", "in", configs.ids), ("move_id", "!=", False)],
                ["move_id.journal_id"],
            )
        )
        return configs.journal_id.union(*(row[0] for row in closed))

    @api.model
    def _of_vendor(self, journals, vendor, day, spans):
        """The ids of those that are a vendor's on a day."""
        default_id = self.env["fiken.company"]._default_vendor_id(vendor.company_id.id)
        return spans.journals(
            day,
            [
                journal.id
                for journal in journals
                if (journal._fiken_vendor_on(day).id or default_id) == vendor.id
            ],
        )

    @api.model
    def _day(self, vendor, name, sessions, without=(), only=None):
        """The figures of some sessions.

        :param Sessions sessions: as they were found
        :param without: ids of orders that are left out
        :param only: ids of the only orders that are meant
        """
        sessions.without, sessions.only = without, only
        unfit = ()
        if vendor.sudo().fiken_company_id._is_vat_registered():
            unfit = Orders(self.env, sessions.scope).unfit()
            sessions.without = (*without, *unfit)
        scope = sessions.scope
        found = [session for session, _row in sessions.found]
        orders = Orders(self.env, scope)
        order_ids = orders.ids()
        turnover = Turnover(
            self.env, vendor.sudo(), scope, sessions.found, order_ids
        ).add_up()
        non_sales = NonSales(self.env, sessions, turnover)
        foreign = sessions.foreign_scope
        first, last = orders.receipts()
        return figures.Day(
            vendor_id=vendor.id,
            date=name,
            lines=turnover.lines(),
            groups=turnover.groups(),
            payments=orders.payments(),
            others=non_sales.all(),
            sessions=tuple(found),
            order_ids=order_ids,
            invoiced=orders.invoiced(),
            pay_later=orders.pay_later(),
            foreign=Orders(self.env, foreign).ids() if foreign.session_ids else (),
            unfit=unfit,
            first_receipt=first,
            last_receipt=last,
            receipts=partial(receipts, self.env, scope, turnover, non_sales),
            **turnover.counts,
        )
