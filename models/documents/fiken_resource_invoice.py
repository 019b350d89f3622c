"""Invoices that Fiken issues: ``createInvoice`` of a draft (fiken-api.md §5.4)."""

from odoo import api, models

from ..outbox.fiken_resource import Gap, Prepared, Sent, Waits


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
    _booked_as = "invoice"
    _drafted_as = "invoice_draft"
    _papers = "invoice_papers"

    @api.model
    def _label(self):
        return self.env._("Invoice")

    @api.model
    def _prepare(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move)
        draft = self._draft_to_book(job, move)
        if not draft:
            raise Waits(self._drafts(), move, job.vendor_id)
        path = f"/invoices/drafts/{draft.remote_id}/createInvoice"
        return Prepared(
            None,
            job.fiken_company_id._path(path),
            sent_as=self._sent_as(job, move),
            note=self._note_on_draft(move),
        )

    @api.model
    def _check_series(self, session, fiken_company):
        if fiken_company.invoice_series_started:
            return
        if not fiken_company._check_invoice_series(session):
            raise Gap(
                self.env._(
                    "The invoice numbers of %(company)s have not been started in"
                    " Fiken. Choose the first number there, then press Test"
                    " connection.",
                    company=fiken_company.name,
                ),
                fiken_company,
            )

    @api.model
    def _find(self, session, fiken_company, sent_as):
        key = sent_as["key"]
        rows = session.pages(fiken_company._path("/invoices"), invoiceDraftUuid=key)
        return [
            Sent(
                str(row["invoiceId"]),
                str(row["invoiceNumber"]),
                matches=self._is_ours(row, sent_as),
            )
            for row in rows
            if row.get("invoiceDraftUuid") == key
        ]

    @api.model
    def _url(self, fiken_company, sent):
        return fiken_company._web_url(f"/faktura/{sent.remote_id}")
