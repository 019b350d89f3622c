from collections import Counter

from odoo import models

from ...fiken_api import money
from .move_types import RECEIVABLES


class AccountMove(models.Model):
    """What a document was paid with, with and without an entry in Odoo.

    With Odoo's Accounting app a payment has no entry where its method has no
    outstanding account: the bank's statement pays the document later.
    """

    _inherit = "account.move"

    def _fiken_partials(self):
        """The reconciliations that pay this document."""
        lines = self.line_ids.filtered(lambda line: line.account_type in RECEIVABLES)
        return lines._fiken_partials()

    def _fiken_payments(self):
        """What a document was paid with, and what was written off with it.

        :return: list of (journal or account, date, amount in the document's currency,
            in NOK)
        """
        self.ensure_one()
        payments = []
        for partial in self._fiken_partials():
            _line, other, _amount, _other_amount = partial._fiken_sides(self)
            payments += [
                (
                    part.line.account_id or other.journal_id,
                    other.date,
                    part.amount,
                    part.in_company_currency,
                )
                for part in partial._fiken_parts(self)
            ]
        return payments or [
            (
                payment.journal_id,
                payment.date,
                payment.amount,
                abs(payment.amount_company_currency_signed),
            )
            for payment in self._fiken_bare_payments()
        ]

    def _fiken_bare_payments(self):
        """Payments without an entry that the bank's statement has not paid yet.

        Odoo marks one of the amount that was reconciled as paid, whatever paid it; so
        may a person.
        """
        self.ensure_one()
        bare = self.matched_payment_ids.filtered(
            lambda payment: not payment.move_id
            and payment.state in ("in_process", "paid")
        ).sorted("id")
        if not bare or self.currency_id.is_zero(self.amount_residual):
            return bare.browse()
        sides = [partial._fiken_sides(self) for partial in self._fiken_partials()]
        by_bank = Counter(
            money.to_ore(amount)
            for _line, other, amount, _other_amount in sides
            if other.move_id.statement_line_id
        )
        for payment in bare.filtered(lambda one: one.state == "paid"):
            amount = money.to_ore(payment.amount)
            if by_bank[amount]:
                by_bank[amount] -= 1
                bare -= payment
        return bare
