from odoo import api, fields, models
from odoo.exceptions import UserError

from ...fiken_api import money
from ..ledger.fiken_ledger_line import POS_METHOD


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
    fee = fields.Monetary(
        help="What the bank or the card company kept of it. It goes to the shop's fee"
        " account and the means' account gets as much less. Proposed by the per cent of"
        " the means in the account mapping."
    )
    is_fee_typed = fields.Boolean(readonly=True)

    def write(self, vals):
        if not self.env.su:
            self._check_writable(vals)
        if "fee" in vals and "is_fee_typed" not in vals:
            vals = {**vals, "is_fee_typed": True}
        return super().write(vals)

    def _check_writable(self, vals):
        for payment in self:
            if vals.keys() - {"fee"} or payment.settlement_id.state not in EDITABLE:
                raise UserError(
                    self.env._(
                        "%(number)s: only the fee of a payment can be changed, and only"
                        " before it is sent.",
                        number=payment.settlement_id.number,
                    )
                )

    @api.model
    def _of_day(self, day, settlement):
        """Values of a day's payments; a fee that somebody typed stays."""
        typed = {
            payment.means_id: payment.fee
            for payment in settlement.payment_ids
            if payment.is_fee_typed
        }
        ledger = settlement.vendor_id.ledger_id.sudo()
        per_cent = {
            line.means_id: line.fee_percent
            for line in ledger.line_ids
            if line.means_model == POS_METHOD
        }
        return [
            {
                "means_id": payment.means_id,
                "means_name": self._names(POS_METHOD, [payment.means_id]),
                "amount": payment.amount / 100,
                "count": payment.count,
                "is_fee_typed": payment.means_id in typed,
                "fee": typed.get(payment.means_id)
                if payment.means_id in typed
                else self._fee_of(payment, settlement, per_cent),
            }
            for payment in day.payments
        ]

    @api.model
    def _fee_of(self, payment, settlement, per_cent):
        """What is proposed: of what is taken out, its share of the fee put in."""
        former = settlement.undoes_id.payment_ids.filtered(
            lambda one: one.means_id == payment.means_id and one.amount
        )
        if former:
            return round(former.fee * payment.amount / former.amount) / 100
        return money.vat_of(payment.amount, per_cent.get(payment.means_id, 0)) / 100


EDITABLE = ("open", "ready", "failed", "skipped")
