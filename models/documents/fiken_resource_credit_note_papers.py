"""Number and PDF of credit notes that Fiken issues (fiken-api.md §5.6)."""

from odoo import api, models

from ..connection.sentence import _lt


class CreditNotePapersResource(models.AbstractModel):
    """Number and PDF of a credit note that Fiken issued."""

    _name = "fiken.resource.credit_note_papers"
    _inherit = "fiken.resource.invoice_papers"
    _description = "Papers of a Fiken Credit Note"

    _resource = "credit_note_papers"
    _title = _lt("Number and PDF")
    _done_text = _lt("Number and PDF came from Fiken:")
    _booked_as = "credit_note"

    @api.model
    def _write(self, session, job, prepared):
        row = session.get(f"{prepared.path}/{prepared.remote_id}").row
        return self._sent_papers(
            session, row["creditNoteId"], row["creditNoteNumber"], row, "creditNotePdf"
        )
