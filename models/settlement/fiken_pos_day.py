from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, models

from ...figures import pos_day as figures
from .pos_non_sales import NonSales
from .pos_orders import Orders
from .pos_sessions import Sessions, happened
from .pos_turnover import Turnover

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
        journals = self._journals(vendor, day)
        sessions = Sessions(reader.env, begin, end).of_journals(journals)
        return reader._day(vendor, str(day), sessions)

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
        begins = [self._bounds(vendor, day)[0] for day in days]
        end = self._bounds(vendor, until)[1]
        found = defaultdict(set)
        for place, journal_id in happened(reader.env, begins, end):
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
        sessions = Sessions(reader.env, begin, end).of_journals(journals)
        orders = Orders(reader.env, sessions.scope)
        now = set(orders.ids())
        invoiced = {order.order_id for order in orders.invoiced()} & known
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
        """The journals of tills that are the vendor's on a day (architecture.md §4)."""
        if "pos.config" not in self.env:
            return ()
        company = vendor.company_id
        configs = (
            self.env["pos.config"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "child_of", company.id)])
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

    @api.model
    def _day(self, vendor, name, sessions):
        """The figures of some sessions.

        :param Sessions sessions: as they were found
        """
        fiken_company = vendor.sudo().fiken_company_id
        if fiken_company._is_vat_registered():
            sessions.without = Orders(self.env, sessions.scope).unfit()
        scope = sessions.scope
        found = [session for session, _row in sessions.found]
        orders = Orders(self.env, scope)
        order_ids = orders.ids()
        turnover = Turnover(self.env, vendor.sudo(), scope, found, order_ids).add_up()
        foreign = sessions.foreign_scope
        first, last = orders.receipts()
        return figures.Day(
            vendor_id=vendor.id,
            date=name,
            lines=turnover.lines(),
            groups=turnover.groups(),
            payments=orders.payments(),
            others=NonSales(self.env, sessions, turnover).all(),
            sessions=tuple(found),
            order_ids=order_ids,
            invoiced=orders.invoiced(),
            pay_later=orders.pay_later(),
            foreign=Orders(self.env, foreign).ids() if foreign.session_ids else (),
            unfit=sessions.without,
            first_receipt=first,
            last_receipt=last,
            **turnover.counts,
        )
