from odoo import models


class AccountPartialReconcile(models.Model):
    """What a reconciliation moved in company currency."""

    _inherit = "account.partial.reconcile"

    def _fiken_company_amount(self, other, other_amount):
        """What moved in company currency, at the payment's own rate."""
        if other.currency_id == other.company_currency_id:
            # What it is worth more or less today stands in Odoo's exchange entry.
            matched = other.matched_debit_ids | other.matched_credit_ids
            exchange = matched.filtered(
                lambda one: self.exchange_move_id
                and self.exchange_move_id
                in (one.debit_move_id.move_id, one.credit_move_id.move_id)
            )
            return other_amount + sum(exchange.mapped("amount"))
        if not other.amount_currency:
            return self.amount
        return abs(other.balance) * other_amount / abs(other.amount_currency)
