"""The PDF of an invoice that Odoo issues, attached to its sale in Fiken."""

from dataclasses import replace

from odoo import api, models
from odoo.exceptions import UserError

from ...fiken_api import files
from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview, NothingToSend
from ..outbox.fiken_resource import Prepared, Verb
from .fiken_resource_attachment import FileIdentity


class InvoicePdfResource(models.AbstractModel):
    """Odoo's own PDF: made by the worker when nobody has sent the invoice yet.

    Making it takes a second or more, so it is done job by job, outside the gate, and
    kept: the customer gets the very file that is in the books.
    """

    _name = "fiken.resource.invoice_pdf"
    _inherit = "fiken.resource.attachment"
    _description = "Fiken PDF of an Invoice"

    _resource = "invoice_pdf"
    _title = _lt("Invoice PDF")
    _record_model = "account.move"

    @api.model
    def _part(self, parent, job, sent, record):
        """A draft that changes has another PDF each time: hence the job's id."""
        return replace(super()._part(parent, job, sent, record), job=str(job.id))

    @api.model
    def _is_same_file(self, part, other):
        """Whatever attached it: a document has one PDF."""
        return replace(part, job="") == replace(other, job="")

    @api.model
    def _prepare(self, job, move):
        if move.state != "posted":
            raise NothingToSend(_lt("It is no longer posted in Odoo."))
        place = self._place(job, move)
        # The name is known when the PDF is there.
        return Prepared(
            None,
            place,
            identity=FileIdentity(key="", path=place, travels=self._travels(job)),
            verb=Verb.UPLOAD,
            hashed={"filename": move.name},
        )

    @api.model
    def _needs_preflight(self, prepared):
        return True

    @api.model
    def _has_moved(self, job, document, part, link):
        """A draft that changed again is owed the PDF of now, once."""
        moved = super()._has_moved(job, document, part, link)
        open_jobs = self._siblings("fiken.job", job).filtered(
            lambda other: other._is_open() and other.id > job.id
        )
        if not moved and open_jobs:
            raise NothingToSend(
                _lt(
                    "%(name)s was changed again, and its new PDF is on its way.",
                    name=document.display_name,
                )
            )
        return moved

    @api.model
    def _preflight(self, session, job, prepared):
        self._follow_document(job, prepared)
        move = job._record()
        if not move.invoice_pdf_report_id:
            session.pause()
            self._make(move)
        pdf = self._file(job)
        key = files.clean_name(move.name, pdf.mimetype, pdf.id)
        prepared.identity["key"] = prepared.number = key
        # A draft that was sent twice has two such jobs, which may be built at once.
        prepared.identity["travels"] = self._travels(job)
        if not prepared.identity["travels"]:
            return None
        return self._came_along(session, job, prepared.identity)

    @api.model
    def _done(self, session, job, sent):
        """The PDF of before the draft was corrected is no voucher of it."""
        old = self._siblings("fiken.binding", job)
        self.env["fiken.resource.replaced_file"]._enqueue_links(
            old.filtered(lambda link: link.remote_id != sent.remote_id), job.vendor_id
        )

    @api.model
    def _make(self, move):
        """As *Send* would, with the electronic invoice beside it, but send nothing.

        :raise NeedsReview: Odoo cannot make it
        """
        sender = self.env["account.move.send"]
        was_sent = move.is_move_sent
        try:
            with self.env.cr.savepoint():
                sender._generate_invoice_documents({move: self._settings(move)})
                if not move.invoice_pdf_report_id:
                    # The electronic invoice lacks something: not Fiken's matter.
                    settings = self._settings(move, invoice_edi_format=False)
                    sender._generate_invoice_documents({move: settings})
                move.is_move_sent = was_sent
        except UserError as error:
            raise NeedsReview(
                _lt(
                    "Odoo could not make the PDF of %(name)s: %(error)s",
                    name=move.name,
                    error=error,
                )
            ) from error

    @api.model
    def _settings(self, move, **changes):
        return self.env["account.move.send"]._get_default_sending_settings(
            move, sending_methods=set(), **changes
        )

    @api.model
    def _file(self, job):
        return job._record().invoice_pdf_report_id

    @api.model
    def _document_of(self, job):
        return job._record()
