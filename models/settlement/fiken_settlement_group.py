from odoo import api, fields, models


class FikenSettlementGroup(models.Model):
    """Turnover of one product category and VAT rate on a day, for the report."""

    _name = "fiken.settlement.group"
    _description = "Fiken Settlement Turnover"
    _inherit = ["fiken.settlement.part.mixin"]
    _order = "settlement_id, id"

    category_id = fields.Many2one(
        "product.category", readonly=True, ondelete="set null"
    )
    name = fields.Char("Product Group", readonly=True)
    tax_names = fields.Char("Taxes", readonly=True)
    quantity = fields.Float(readonly=True)
    net = fields.Monetary(readonly=True)
    vat = fields.Monetary("VAT", readonly=True)
    gross = fields.Monetary(readonly=True)

    @api.model
    def _of_day(self, day):
        return [
            {
                "category_id": group.category_id,
                "name": self._names("product.category", [group.category_id])
                or self.env._("Others"),
                "tax_names": self._names("account.tax", group.tax_ids),
                "quantity": group.quantity,
                "net": group.net / 100,
                "vat": group.vat / 100,
                "gross": group.gross / 100,
            }
            for group in day.groups
        ]
