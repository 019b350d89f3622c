from odoo import api, fields, models

from .fiken_ledger_line import POS_METHOD


class FikenSettlementPayment(models.Model):
    """What came in on a day by one means of payment, change and refunds deducted."""

    _name = "fiken.settlement.payment"
    _description = "Fiken Settlement Payment"
    _inherit = ["fiken.settlement.part.mixin"]
    _order = "settlement_id, id"

    means_id = fields.Integer(readonly=True, aggregator=None)
    means_name = fields.Char("Means of Payment", readonly=True)
    amount = fields.Monetary(readonly=True)
    count = fields.Integer(readonly=True)

    @api.model
    def _of_day(self, day):
        return [
            {
                "means_id": payment.means_id,
                "means_name": self._names(POS_METHOD, [payment.means_id]),
                "amount": payment.amount / 100,
                "count": payment.count,
            }
            for payment in day.payments
        ]
