from odoo import models

from ...fiken_api import money
from ..connection.sentence import Amount, _lt
from .account_partial_reconcile_share import Share, money_of
from .part import BARE, BarePart


class AccountMove(models.Model):
    """Payments of a document that have no entry in Odoo, and what they pay of it.

    They go to Fiken when the bank's statement pays the document; before that they are
    known, so that the same payment in Fiken is not registered again.
    """

    _inherit = "account.move"

    def _fiken_left(self):
        """What is left to pay, where payments without an entry count as well."""
        self.ensure_one()
        paid = sum(share.amount for share in self._fiken_bare_shares())
        left = self.currency_id.round(abs(self.amount_residual) - paid)
        return max(left, 0.0)

    def _fiken_bare_shares(self):
        """What each of them pays of this document."""
        self.ensure_one()
        shares = []
        for payment in self._fiken_bare_payments():
            amount = self._fiken_bare_amount(payment)
            share = Share(
                part=str(BarePart(payment.id)),
                date=payment.date,
                amount=amount or 0.0,
                in_company_currency=abs(payment.amount_company_currency_signed),
                source=payment.journal_id,
            )
            if amount is None:
                share.problem = _lt(
                    "In Odoo %(payment)s of %(amount)s pays %(names)s in part, and has"
                    " no entry: what of it belongs to %(name)s is not certain."
                    " Reconcile the bank's statement line with them first.",
                    payment=payment.name,
                    amount=Amount.of(payment.currency_id, payment.amount),
                    names=", ".join(payment.invoice_ids.mapped("name")),
                    name=self.name,
                )
            shares.append(share)
        return shares

    def _fiken_bare_amount(self, payment):
        """None where it pays several documents, and not all of them in full."""
        documents = payment.invoice_ids
        if len(documents) > 1:
            totals = [
                abs(sum(one[total] * one.direction_sign for one in documents))
                for total in ("amount_residual", "amount_total")
            ]
            is_whole = documents.currency_id == payment.currency_id and any(
                payment.currency_id.is_zero(total - payment.amount) for total in totals
            )
            return abs(self.amount_residual) if is_whole else None
        if payment.currency_id == self.currency_id:
            return payment.amount
        return payment.currency_id._convert(
            payment.amount, self.currency_id, self.company_id, payment.date
        )

    def _fiken_follow_bare(self, links):
        """The bank has moved what had no entry: its link names the reconciliation now.

        :param links: of payments of this document
        """
        self.ensure_one()
        bare = {share.part for share in self._fiken_bare_shares()}
        taken = set(links.mapped("part"))
        for link in links.filtered(
            lambda one: one.part.startswith(BARE) and one.part not in bare
        ):
            payment_id = BarePart.parse(link.part).payment_id
            payment = self.env["account.payment"].browse(payment_id).exists()
            is_of_several = len(payment.invoice_ids) > 1
            for partial in self._fiken_partials():
                shares = partial._fiken_shares(self)
                whole = sum(money.to_ore(share.amount) for share in shares)
                part = "".join(share.part for share in money_of(shares))
                is_same = is_of_several or whole == money.to_ore(payment.amount)
                if whole and is_same and part not in taken:
                    link.part = part
                    taken.add(part)
                    break
