from odoo import api, models

from ..outbox.existing import existing
from ..outbox.fiken_job_document import Facts


class FikenJob(models.Model):
    """What people know an invoice or a bill by."""

    _inherit = "fiken.job"

    @api.model
    def _facts_of(self, records):
        if records._name != "account.move":
            return super()._facts_of(records)
        kinds = dict(records._fields["move_type"]._description_selection(self.env))
        return {
            move.id: Facts(
                move.display_name,
                kinds[move.move_type],
                move.commercial_partner_id.display_name or "",
                move.amount_total,
                move.currency_id,
            )
            for move in records
        }

    def _partners(self):
        of_moves = self.filtered(lambda job: job.document_model == "account.move")
        moves = self.env["account.move"].browse(of_moves.mapped("document_id"))
        return super()._partners() | existing(moves).commercial_partner_id

    @api.model
    def _partner_fields(self):
        return {**super()._partner_fields(), "account.move": "partner_id"}

    @api.model
    def _amount_fields(self):
        return {**super()._amount_fields(), "account.move": "amount_total"}
