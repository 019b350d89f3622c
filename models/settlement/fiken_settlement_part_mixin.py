from odoo import api, fields, models


class FikenSettlementPartMixin(models.AbstractModel):
    """A row of a settlement: whose it is, and in which currency."""

    _name = "fiken.settlement.part.mixin"
    _description = "Part of a Fiken Settlement"

    settlement_id = fields.Many2one(
        "fiken.settlement", required=True, readonly=True, index=True, ondelete="cascade"
    )
    vendor_id = fields.Many2one(related="settlement_id.vendor_id", store=True)
    day = fields.Date(related="settlement_id.day", store=True)
    company_id = fields.Many2one(
        related="settlement_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="settlement_id.currency_id")

    @api.model
    def _names(self, model, ids):
        """Names that stay as they were on the day, for whoever may see the day."""
        records = self.env[model].sudo().browse(ids).exists()
        return ", ".join(records.mapped("display_name"))
