"""Drafts of credit notes that Fiken issues (fiken-api.md §5.6)."""

from odoo import api, models

from ..connection.sentence import _lt, joined
from ..outbox.fiken_resource import Endpoint
from .fiken_invoice_draft_mixin import DRAFT_PAGE
from .fiken_invoice_lines import TEXT_LIMIT


class CreditNoteDraftResource(models.AbstractModel):
    """The draft of a credit note that is linked with no invoice."""

    _name = "fiken.resource.credit_note_draft"
    _inherit = [
        "fiken.invoice.draft.mixin",
        "fiken.invoice.lines",
        "fiken.resource.draft",
        "fiken.resource.document",
    ]
    _description = "Fiken Credit Note Draft"

    _resource = "credit_note_draft"
    _title = _lt("Credit note draft")
    _booked_as = "credit_note"
    _drafted_as = "credit_note_draft"
    # The list of these drafts has no filter.
    _endpoint = Endpoint(
        "/creditNotes/drafts",
        id="draftId",
        key="uuid",
        number="ourReference",
        page=DRAFT_PAGE,
    )
    _takes_files = False

    @api.model
    def _prepare(self, job, move):
        invoice = self._credited(job, move)
        prepared = super()._prepare(job, move)
        if invoice:
            note = _lt(
                "Fiken cannot link the draft of a credit note: set it off against"
                " invoice %(number)s there.",
                number=invoice.display_name,
            )
            prepared.note = joined(prepared.note, note, separator=" ")
        return prepared

    @api.model
    def _fields_of_kind(self, job, move):
        return {"type": "credit_note", "daysUntilDueDate": 0}

    @api.model
    def _optional_fields(self, move):
        """Odoo's reference of a credit note tells why it was made."""
        fields = super()._optional_fields(move)
        reason = fields.pop("orderReference", "")
        text = " · ".join(filter(None, [reason, fields.get("invoiceText")]))
        if text:
            fields["invoiceText"] = self._shortened(text, TEXT_LIMIT)
        return fields
