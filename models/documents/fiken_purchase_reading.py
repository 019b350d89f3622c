import time
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...figures.bill_match import WINDOW
from ...fiken_api import errors, paging
from ..outbox.exceptions import NotYet

# What one run may spend on reading: what else is due has its turn.
READ_SECONDS = 8
# How long what was read may be taken for what Fiken has now.
FRESH = timedelta(minutes=10)
# Nobody sends bills of older years any more.
KEPT_YEARS = 3
# How Fiken says that it does not know a filter, if it says so.
REFUSED = 400


class Unsorted(Exception):
    """Fiken does not tell one supplier's purchases from those of others.

    :ivar page: its answer, the first page of all of them: (rows, whether it is the
        last); None where it refused to answer
    """

    def __init__(self, page=None):
        super().__init__()
        self.page = page


class PurchaseReading(models.Model):
    """Days of Fiken's purchases that were read, or are being read: page by page.

    A year of a large company is hundreds of pages. A run reads as far as it may, the
    next one goes on where it stopped, and what was read is kept.
    """

    _name = "fiken.purchase.reading"
    _description = "Reading of Fiken's Purchases"
    _log_access = False

    fiken_company_id = fields.Many2one(
        "fiken.company", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    contact = fields.Char(
        "Supplier in Fiken", default="", required=True, readonly=True, help="Or all."
    )
    date_from = fields.Date(required=True, readonly=True)
    date_to = fields.Date(required=True, readonly=True)
    page = fields.Integer("Next Page", default=0, readonly=True)
    started_at = fields.Datetime(readonly=True)
    read_at = fields.Datetime(readonly=True, help="Empty while it is being read.")
    newest_job = fields.Integer(
        readonly=True, aggregator=None, help="What was due when it began."
    )

    _days_uniq = models.UniqueIndex("(fiken_company_id, contact, date_from, date_to)")

    # Business

    @api.model
    def _around(self, session, job, day):
        """The purchases of the days around a bill, as they are now."""
        fiken_company = job.fiken_company_id
        first, last = day - WINDOW, day + WINDOW
        month = first.replace(day=1)
        while month <= last:
            end = month + relativedelta(months=1, days=-1)
            self._ensure(session, job, "", month, end, is_fresh=True)
            month = end + timedelta(days=1)
        return self.env["fiken.purchase.seen"]._between(fiken_company, first, last)

    @api.model
    def _of_supplier(self, session, job, contact, first, last):
        """A supplier's purchases of a year.

        Fiken is asked for theirs alone where it lets itself be asked; else it is all
        that was seen, once the year was read.
        """
        fiken_company = job.fiken_company_id
        if not self._is_known(session, job, "", first, last, is_fresh=True):
            page = None
            try:
                if not fiken_company._has_unsorted_purchases():
                    self._ensure(session, job, contact, first, last, is_fresh=True)
            except Unsorted as found:
                # Asked once, not in every run.
                fiken_company.purchases_unsorted_at = fields.Datetime.now()
                page = found.page
            if fiken_company._has_unsorted_purchases():
                self._ensure(session, job, "", first, last, page=page)
        return self.env["fiken.purchase.seen"]._between(
            fiken_company, first, last, contact
        )

    @api.model
    def _is_known(self, session, job, contact, first, last, is_fresh=False):
        """Whether these days were read; since the bill was due, if that is wanted."""
        readings = self.search(
            [
                ("fiken_company_id", "=", job.fiken_company_id.id),
                ("contact", "=", contact),
                ("date_from", "<=", first),
                ("date_to", ">=", last),
                ("read_at", "!=", False),
            ]
        )
        if not is_fresh:
            return bool(readings)
        due_at = job.due_at or job.create_date
        since = max(due_at, fields.Datetime.now() - FRESH)
        in_run = session.kept.get("readings", ())
        return any(
            one.id in in_run or one.started_at > since and one.newest_job >= job.id
            for one in readings
        )

    @api.model
    def _ensure(self, session, job, contact, first, last, is_fresh=False, page=None):
        """Read these days, as far as this run may, where they are not known.

        :param page: the first one, where it has come already: (rows, whether it is the
            last)
        :raise NotYet: the rest is read by the next run
        :raise Unsorted: Fiken does not tell one supplier's purchases from others'
        """
        if self._is_known(session, job, contact, first, last, is_fresh):
            return
        fiken_company = job.fiken_company_id
        days = {
            "fiken_company_id": fiken_company.id,
            "contact": contact,
            "date_from": first,
            "date_to": last,
        }
        reading = self.search([(name, "=", value) for name, value in days.items()])
        if not reading:
            reading = self.create({**days, "company_id": fiken_company.company_id.id})
        now = fields.Datetime.now()
        is_old = is_fresh and reading.started_at and reading.started_at < now - FRESH
        if not reading.started_at or reading.read_at or is_old:
            newest = self.env["fiken.job"].search([], order="id desc", limit=1)
            reading.write(
                {
                    "page": 0,
                    "started_at": now,
                    "read_at": False,
                    "newest_job": newest.id,
                }
            )
        if page and not reading.page:
            reading._take(*page)
        if not reading.read_at:
            reading._go_on(session)
        session.kept.setdefault("readings", set()).add(reading.id)

    def _go_on(self, session):
        """:raise NotYet: this run has read for long enough"""
        pages = paging.pages(
            lambda page: self._ask(session, page),
            self.page,
            self._is_time_left(session),
        )
        for rows, is_last in pages:
            self._take(rows, is_last)
        if not self.read_at:
            raise NotYet

    def _is_time_left(self, session):
        def is_time_left():
            until = session.kept.setdefault(
                "reading until", time.monotonic() + READ_SECONDS
            )
            return time.monotonic() < until

        return is_time_left

    def _ask(self, session, page):
        purchases = self.env["fiken.resource.purchase"]
        try:
            return purchases._ask_page(
                session,
                self.fiken_company_id,
                page,
                self.date_from,
                self.date_to,
                self.contact,
            )
        except errors.Refused as error:
            if not self.contact or error.status != REFUSED:
                raise
            raise Unsorted from error

    def _take(self, rows, is_last):
        """Keep a page; ours to judge is whether it is what was asked for.

        :raise Unsorted: it is not this supplier's
        """
        purchases = self.env["fiken.resource.purchase"]._seen(rows)
        if self.contact and any(one.contact != self.contact for one in purchases):
            raise Unsorted(None if self.page else (rows, is_last))
        self.env["fiken.purchase.seen"]._keep(self.fiken_company_id, purchases)
        self.write(
            {
                "page": self.page + 1,
                "read_at": fields.Datetime.now() if is_last else False,
            }
        )

    # Cron

    @api.autovacuum
    def _gc_old(self):
        before = fields.Date.today() - relativedelta(years=KEPT_YEARS)
        self.search([("date_to", "<", before)]).unlink()
        self.env["fiken.purchase.seen"].search([("date", "<", before)]).unlink()
