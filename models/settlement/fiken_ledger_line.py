from odoo import api, fields, models
from odoo.exceptions import ValidationError


class FikenLedgerLine(models.Model):
    """What a means of payment costs the shop."""

    _inherit = "fiken.ledger.line"

    fee_percent = fields.Float(
        "Fee (%)",
        digits=(5, 3),
        help="Of a means of payment: the share of a day's payments that the bank or"
        " card company keeps. Nothing by default.",
    )

    @api.constrains("fee_percent")
    def _check_fee_percent(self):
        for line in self:
            if not 0 <= line.fee_percent < 100:
                raise ValidationError(
                    self.env._(
                        "The fee of %(name)s must lie between 0 and 100 per cent.",
                        name=line.source_name,
                    )
                )
