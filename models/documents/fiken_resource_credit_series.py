"""Starting Fiken's credit note numbers (fiken-api.md §5.6)."""

from odoo import api, models

from ..connection.sentence import _lt


class CreditSeriesResource(models.AbstractModel):
    """Credit notes have a series of their own."""

    _name = "fiken.resource.credit_series"
    _inherit = "fiken.resource.invoice_series"
    _description = "Fiken Credit Note Series"

    _resource = "credit_series"
    _title = _lt("Start of the credit note numbers")
    _path = "/creditNotes/counter"
    _series = "creditNotes"

    @api.model
    def _first(self, fiken_company):
        return fiken_company.first_credit_note_number

    @api.model
    def _is_started(self, session, fiken_company):
        return fiken_company._check_credit_series(session)

    @api.model
    def _done(self, session, job, sent):
        job.fiken_company_id.credit_series_started = True
