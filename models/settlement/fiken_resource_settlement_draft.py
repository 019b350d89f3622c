from odoo import api, models

from ...figures.booking import Booking
from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview
from .fiken_settlement import DRAFT, SALE
from .part import SalePart


class SettlementDraftResource(models.AbstractModel):
    """The same sale as a draft that an accountant looks at (fiken-api.md §5.9)."""

    _name = "fiken.resource.settlement_draft"
    _inherit = [
        "fiken.sale.draft.mixin",
        "fiken.resource.draft",
        "fiken.resource.settlement",
    ]
    _description = "Fiken Settlement Draft"

    _resource = DRAFT
    _record_model = "fiken.settlement"
    _priority = 51
    _booked_as = SALE
    _drafted_as = DRAFT
    _title = _lt("Draft of a daily settlement")
    _paid_at = ""

    @api.model
    def _prepare(self, job, settlement):
        booking = settlement._checked_booking()
        if not booking.sales:
            raise NeedsReview(
                _lt(
                    "Nothing of this day fits a sale, and Fiken keeps no drafts of"
                    " journal entries. Choose Booked on it and press Send."
                )
            )
        sale = self._sale_of(booking, job.part)
        identity = self._identity(job, settlement, sale)
        return self._planned(
            settlement,
            booking,
            self._body(job, settlement, sale),
            job.fiken_company_id._path(self._endpoint.path),
            identity=identity,
            number=identity["key"],
            note=self._note(settlement, booking),
        )

    @api.model
    def _needs_preflight(self, prepared):
        return self._brings_plan(prepared)

    @api.model
    def _preflight(self, session, job, prepared):
        """There is nothing to ask: what an accountant did is found out at night."""
        job._record()._keep_booking(prepared.plan)

    @api.model
    def _body(self, job, settlement, sale):
        body = {
            "cash": False,
            "paid": False,
            "invoiceNumber": self._key(job, settlement),
            "invoiceIssueDate": str(settlement.date),
            "dueDate": str(settlement.date),
            "currency": "NOK",
            "contactId": self._customer_id(job, settlement),
            "lines": [self._draft_line(line) for line in sale.lines],
        }
        body.update(self._project_fields(job, sale))
        return body

    @api.model
    def _done(self, session, job, sent):
        """The drafts of the other projects follow the first one."""
        settlement = job._record()
        self._enqueue_report(job, sent)
        if job.part:
            return
        booking = Booking.from_json(settlement.booking)
        settlement._enqueue(
            [
                (self._resource, str(SalePart(index)))
                for index in range(1, len(booking.sales))
            ]
        )
