from odoo import api, models
from odoo.exceptions import UserError

from ..outbox import at_commit
from .move_types import RECEIPTS


class AccountMove(models.Model):
    """Receipts go to Fiken one by one, when they are paid: there both are one."""

    _inherit = "account.move"

    # Computes

    def _compute_payment_state(self):
        """Every way to pay ends here; not every one reconciles something."""
        result = super()._compute_payment_state()
        paid = self.filtered(
            lambda move: move.id
            and move.move_type in RECEIPTS
            and move.state == "posted"
            and move._fiken_is_due()
        )
        if paid:
            flush = self.env["account.move"].sudo()._fiken_enqueue_receipts
            at_commit.noted(self.env, "fiken_receipts", set, flush).update(paid.ids)
        return result

    # Business

    @api.model
    def _fiken_enqueue_receipts(self):
        ids = at_commit.take(self.env, "fiken_receipts")
        receipts = self.browse(sorted(ids)).exists()
        receipts.filtered(
            lambda move: move.state == "posted"
            and move._fiken_is_due()
            and move.fiken_state == "absent"
        )._fiken_enqueue()

    def _fiken_is_due(self):
        """Whether it may go to Fiken yet: a receipt waits until it is paid."""
        self.ensure_one()
        return self.move_type not in RECEIPTS or self.payment_state in (
            "in_payment",
            "paid",
        )

    def _fiken_unpaid_text(self):
        return self.env._(
            "A receipt goes to Fiken together with its payment. Register the payment of"
            " %(name)s.",
            name=self.name,
        )

    def _fiken_check_due(self):
        unpaid = self.filtered(lambda move: not move._fiken_is_due())
        if unpaid and unpaid == self:
            raise UserError(unpaid[0]._fiken_unpaid_text())
