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

    def _fiken_payments(self):
        """What a document was paid with.

        :return: list of (journal, date, amount in the document's currency, in NOK)
        """
        self.ensure_one()
        partials = self._get_all_reconciled_invoice_partials() or []
        payments = [
            (
                partial["aml"].journal_id,
                partial["aml"].date,
                partial["amount"],
                self._fiken_moved(partial),
            )
            for partial in partials
            if not partial["is_exchange"]
        ]
        # Payments in a journal without an outstanding account have no entry yet.
        bare = self.matched_payment_ids.filtered(
            lambda payment: not payment.move_id
            and payment.state in ("in_process", "paid")
        )
        if payments or not bare:
            return payments
        return [
            (
                payment.journal_id,
                payment.date,
                payment.amount,
                abs(payment.amount_company_currency_signed),
            )
            for payment in bare
        ]

    def _fiken_moved(self, values):
        """What one of ``_get_all_reconciled_invoice_partials`` moved, in NOK.

        Of a payment of several receipts only this one's share.
        """
        partial = self.env["account.partial.reconcile"].browse(values["partial_id"])
        line = values["aml"]
        amount = (
            partial.debit_amount_currency
            if partial.debit_move_id == line
            else partial.credit_amount_currency
        )
        return partial._fiken_company_amount(line, amount)
