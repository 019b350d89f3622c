"""Number, KID and PDF of invoices that Fiken issues (fiken-api.md §5.4)."""

import contextlib

from odoo import api, models

from ...fiken_api import balance, errors
from ..connection.sentence import _lt
from ..outbox.fiken_resource import Papers, Prepared, Sent, Verb


class InvoicePapersResource(models.AbstractModel):
    """Number, KID and PDF of an invoice that Fiken issued, fetched for Odoo.

    A job of its own, so that a network that fails after ``createInvoice`` costs
    nothing: it only reads, and may be repeated.
    """

    _name = "fiken.resource.invoice_papers"
    _inherit = "fiken.resource"
    _description = "Papers of a Fiken Invoice"

    _resource = "invoice_papers"
    _stage = "papers"
    _title = _lt("Number, KID and PDF")
    _done_text = _lt("Number, KID and PDF came from Fiken:")
    _record_model = "account.move"
    _priority = 60
    _notifies = True
    # What they are the papers of.
    _booked_as = "invoice"

    @api.model
    def _booked(self):
        return self.env[f"fiken.resource.{self._booked_as}"]

    @api.model
    def _page(self):
        return self._booked()._page()

    @api.model
    def _page_id(self, there):
        return there.page_id

    @api.model
    def _prepare(self, job, move):
        booked = self._booked()
        return Prepared(
            None,
            job.fiken_company_id._path(booked._endpoint.path),
            remote_id=booked._bound_id(job.fiken_company_id, move, job.vendor_id),
            verb=Verb.FETCH,
        )

    @api.model
    def _write(self, session, job, prepared):
        move, fiken_company = job._record(), job.fiken_company_id
        row = self._read(
            session, fiken_company, prepared.remote_id, self._draft_uuid(job, move)
        )
        return self._sent_papers(
            session, row["invoiceId"], row["invoiceNumber"], row, "invoicePdf"
        )

    @api.model
    def _sent_papers(self, session, remote_id, number, row, pdf):
        pdf = row.get(pdf) or {}
        if not pdf.get("downloadUrl"):
            raise errors.NotReady(_lt("Fiken has not made the PDF yet."))
        return Sent(
            str(remote_id),
            str(number),
            page_id=balance.sale_id_of(row),
            papers=Papers(row.get("kid") or "", session.download(pdf["downloadUrl"])),
        )

    @api.model
    def _draft_uuid(self, job, move):
        return self.env["fiken.resource.invoice_draft"]._key(job, move)

    @api.model
    def _read(self, session, fiken_company, invoice_id, draft_uuid):
        """The booked invoice. One source says that createInvoice's Location held the
        sale's id (fiken-api.md §5.4), so its uuid is checked.
        """
        with contextlib.suppress(errors.NotFound):
            row = session.get(fiken_company._path(f"/invoices/{invoice_id}")).row
            if row.get("invoiceDraftUuid") == draft_uuid:
                return row
        for row in session.pages(
            fiken_company._path("/invoices"), invoiceDraftUuid=draft_uuid
        ):
            if row.get("invoiceDraftUuid") == draft_uuid:
                return row
        raise errors.NotReady(
            _lt("The invoice cannot be found in Fiken. Look for it there.")
        )

    @api.model
    def _done(self, session, job, sent):
        move = job._record()
        booked = self._booked()
        booked._binding(job.fiken_company_id, move).write(
            {
                "remote_id": sent.remote_id,
                "number": sent.number,
                "page_id": sent.page_id,
            }
        )
        move._fiken_take_papers(sent.number, *sent.papers)
        # The sale behind it is known now.
        move._fiken_enqueue_reconciled()
