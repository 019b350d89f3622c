from odoo import models


class AccountMoveLine(models.Model):
    """A line of the entry of what a till took."""

    _inherit = "account.move.line"

    def _fiken_is_customers(self):
        """Whether it is the customer's line of a till's payment, not the till's own.

        Both may be on one account and of one customer: the customer's is the one that
        is less for what was taken, and more for what was given back.
        """
        self.ensure_one()
        payments = self.move_id.sudo().pos_payment_ids
        return self.balance * sum(payments.mapped("amount")) < 0
