"""Invoices that Fiken issues: ``createInvoice`` of a draft (fiken-api.md §5.4)."""

from odoo import api, models

from ..connection.sentence import _lt
from ..outbox.exceptions import MissingSetting, WaitsFor
from ..outbox.fiken_resource import Endpoint
from .fiken_sale_mixin import SALE_PAGE


class InvoiceResource(models.AbstractModel):
    """Fiken books the draft and gives number, KID and PDF."""

    _name = "fiken.resource.invoice"
    _inherit = [
        "fiken.invoice.mixin",
        "fiken.resource.booked",
        "fiken.resource.document",
    ]
    _description = "Fiken Invoice"

    _resource = "invoice"
    _title = _lt("Invoice")
    _endpoint = Endpoint(
        "/invoices",
        id="invoiceId",
        key="invoiceDraftUuid",
        filter="invoiceDraftUuid",
        number="invoiceNumber",
        page=SALE_PAGE,
    )
    _paid_at = "/invoices"
    _move_types = ("out_invoice",)
    _issuer = "fiken"
    _book_action = "createInvoice"
    _through_draft = True
    _booked_as = "invoice"
    _drafted_as = "invoice_draft"
    _papers = "invoice_papers"

    @api.model
    def _prepare_document(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move)
        draft, wanted = self._draft_to_book(job, move)
        if not draft:
            raise WaitsFor(self._drafts(), move, job.vendor_id)
        return self._booking(
            job,
            draft,
            identity=self._identity(job, move),
            wanted=wanted,
            note=self._note_on_draft(move),
        )

    @api.model
    def _check_series(self, session, fiken_company):
        if fiken_company.invoice_series_started:
            return
        if not fiken_company._check_invoice_series(session):
            raise MissingSetting(
                _lt(
                    "The invoice numbers of %(company)s have not been started in"
                    " Fiken. Choose the first number on the Fiken company and start"
                    " them. If they were started in Fiken since, press Retry.",
                    company=fiken_company.name,
                ),
                fiken_company,
            )
