from dataclasses import dataclass

from odoo import api, models

from .part import SharePart, partial_id


@dataclass
class Share:
    """What one means of payment, or one written off account, pays of a document.

    :ivar part: a :class:`SharePart` in writing
    :ivar amount: in the document's currency; positive when it reduces what is owed
    :ivar in_company_currency: what moved in company currency
    :ivar source: payment journal, payment method of a till, or account
    :ivar problem: why it cannot be posted as it is
    """

    part: str
    date: object
    amount: float
    in_company_currency: float
    source: object = None
    is_from_till: bool = False
    problem: str = ""


class AccountPartialReconcile(models.Model):
    """What a reconciliation pays of a document."""

    _inherit = "account.partial.reconcile"

    @api.model
    def _fiken_share(self, part, move):
        """The share that a job's ``part`` names; None when it was undone."""
        partial = self.browse(partial_id(part)).exists()
        shares = partial._fiken_shares(move) if partial else []
        return next((share for share in shares if share.part == part), None)

    def _fiken_shares(self, move):
        """What this reconciliation pays of a document, one for each account in Fiken.

        Not a payment: a credit note, an exchange difference, and what came from Fiken.
        """
        self.ensure_one()
        line, other = self.debit_move_id, self.credit_move_id
        amount = self.debit_amount_currency
        other_amount = self.credit_amount_currency
        if line.move_id != move:
            line, other = other, line
            amount, other_amount = other_amount, amount
        entry = other.move_id
        if (
            line.currency_id.is_zero(amount)
            or entry.is_invoice(include_receipts=True)
            or entry.journal_id == entry.company_id.currency_exchange_journal_id
            or entry._fiken_is_payment_from_fiken()
        ):
            return []
        means = entry._fiken_means()
        share = Share(
            part=str(SharePart(self.id)),
            date=entry.date,
            amount=amount,
            in_company_currency=self._fiken_company_amount(other, other_amount),
            source=means,
            is_from_till=bool(means) and means._name == "pos.payment.method",
        )
        if not means:
            share.problem = self.env._(
                "%(name)s was reconciled with the entry %(entry)s, which is no payment:"
                " it names no payment journal. Register it in Fiken yourself, then"
                " press Ignore.",
                name=move.name,
                entry=entry.name,
            )
            return [share]
        written_off = entry._fiken_written_off(other)
        return (
            self._fiken_split(share, line, other, written_off)
            if written_off
            else [share]
        )

    def _fiken_split(self, share, line, other, written_off):
        """A payment with a write-off: the money, and what was written off, apart."""
        self.ensure_one()
        currency = other.currency_id
        whole = abs(other.amount_currency)
        is_whole = currency == line.currency_id and not currency.compare_amounts(
            share.amount, whole
        )
        if not is_whole or written_off.tax_ids or written_off.tax_line_id:
            share.problem = self.env._(
                "The payment %(entry)s writes off %(amount)s as well, and what of it"
                " belongs to this document, with which VAT, is not certain. Register"
                " it in Fiken yourself, then press Ignore.",
                entry=other.move_id.name,
                amount=currency.format(abs(sum(written_off.mapped("amount_currency")))),
            )
            return [share]
        sign = -1 if other.amount_currency > 0 else 1
        shares = [share]
        for number, off in enumerate(written_off, 1):
            amount = currency.round(sign * off.amount_currency)
            balance = sign * off.balance
            share.amount = currency.round(share.amount - amount)
            share.in_company_currency -= balance
            shares.append(
                Share(
                    part=str(SharePart(self.id, number)),
                    date=share.date,
                    amount=amount,
                    in_company_currency=balance,
                    source=off.account_id,
                    is_from_till=share.is_from_till,
                )
            )
        return [one for one in shares if not currency.is_zero(one.amount)]
