"""Starting Fiken's invoice numbers (fiken-api.md §5.1)."""

from odoo import api, models

from ...fiken_api import errors
from ..connection.sentence import _lt
from ..outbox.exceptions import NothingToSend
from ..outbox.fiken_resource import Identity, Prepared, Sent


class SeriesIdentity(Identity):
    """:ivar key: the last used number"""

    key: int


class InvoiceSeriesResource(models.AbstractModel):
    """A write like any other, so a job: the number to begin with is on the company.

    ``value`` is the last used number. A series that runs is never started again: what
    Fiken would make of it is not known, so it is read first.
    """

    _name = "fiken.resource.invoice_series"
    _inherit = "fiken.resource"
    _description = "Fiken Invoice Series"

    _resource = "invoice_series"
    _stage = "series"
    _title = _lt("Start of the invoice numbers")
    _record_model = "fiken.company"
    _priority = 5
    _path = "/invoices/counter"
    _series = "invoices"

    @api.model
    def _enqueue(self, records, fiken_company, vendor=None, wake=True):
        """Asked for again, it is Fiken that says whether the numbers were started.

        The company there may have been emptied, or this one linked to another.
        """
        link = self._binding(fiken_company, fiken_company)
        if link:
            link._end(_lt("It was asked for again."))
        return super()._enqueue(records, fiken_company, vendor, wake)

    @api.model
    def _prepare(self, job, fiken_company):
        first = self._first(fiken_company)
        return Prepared(
            {"value": first - 1},
            fiken_company._path(self._path),
            number=str(first),
            identity=SeriesIdentity(key=first - 1),
        )

    @api.model
    def _first(self, fiken_company):
        return fiken_company.first_invoice_number

    @api.model
    def _is_started(self, session, fiken_company):
        return fiken_company._check_invoice_series(session)

    @api.model
    def _needs_preflight(self, prepared):
        return True

    @api.model
    def _preflight(self, session, job, prepared):
        if self._is_started(session, job.fiken_company_id):
            raise NothingToSend(_lt("The numbers were started already."))
        return None

    @api.model
    def _write(self, session, job, prepared):
        session.post(prepared.path, prepared.body)
        return Sent(self._series, prepared.number)

    @api.model
    def _find(self, session, fiken_company, identity: SeriesIdentity):
        try:
            counter = session.get(fiken_company._path(self._path)).row
        except (errors.Unauthorized, errors.NotFound):
            return []
        return [Sent(self._series, matches=counter["value"] >= identity["key"])]

    @api.model
    def _done(self, session, job, sent):
        job.fiken_company_id.invoice_series_started = True
