from odoo import api, models

from ..outbox.fiken_job_document import Facts


class FikenJob(models.Model):
    """What people know a daily settlement by."""

    _inherit = "fiken.job"

    @api.model
    def _facts_of(self, records):
        if records._name != "fiken.settlement":
            return super()._facts_of(records)
        kind = self.env._("Daily Settlement")
        return {
            one.id: Facts(
                one.display_name,
                kind,
                amount=one.gross,
                currency=one.currency_id,
            )
            for one in records
        }

    @api.model
    def _amount_fields(self):
        return {**super()._amount_fields(), "fiken.settlement": "gross"}
