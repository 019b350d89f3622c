from odoo import models

from .account_partial_reconcile import MONEY_JOURNALS, PAYMENT


class AccountMove(models.Model):
    """An entry that pays a document: with which means, and what it writes off."""

    _inherit = "account.move"

    def _fiken_means(self):
        """The means of payment of this entry: a till's payment method or a journal.

        :return: an empty journal when the entry is no payment
        """
        self.ensure_one()
        if "pos_payment_ids" in self._fields:
            method = self.sudo().pos_payment_ids[:1].payment_method_id
            if method:
                return method
        journal = (
            self.origin_payment_id.journal_id
            or self.statement_line_id.journal_id
            or self.journal_id
        )
        return journal.filtered(lambda one: one.type in MONEY_JOURNALS)

    def _fiken_is_payment_from_fiken(self):
        """Whether it was registered here because it was read in Fiken."""
        self.ensure_one()
        payment = self.origin_payment_id
        return bool(payment) and bool(
            self.env["fiken.binding"]
            .sudo()
            .search_count(
                [
                    ("resource", "=", PAYMENT),
                    ("res_model", "=", payment._name),
                    ("res_id", "=", payment.id),
                ],
                limit=1,
            )
        )

    def _fiken_written_off(self, counterpart):
        """Of a payment's entry: the lines that are neither money nor claim.

        :param counterpart: the line that is reconciled with the document
        """
        self.ensure_one()
        payment = self.origin_payment_id
        if not payment:
            return self.env["account.move.line"]
        liquidity, _counterpart, written_off = payment._seek_for_lines()
        others = written_off - counterpart - liquidity
        return others.filtered(lambda line: not line.currency_id.is_zero(line.balance))
