from dataclasses import dataclass

from odoo import api, models

from ..connection.sentence import Amount, _lt
from .part import SharePart, partial_id


@dataclass
class Share:
    """What one means of payment, or one written off account, pays of a document.

    :ivar part: a :class:`SharePart` or a :class:`BarePart` in writing
    :ivar amount: in the document's currency; positive when it reduces what is owed
    :ivar in_company_currency: what moved in company currency
    :ivar source: payment journal, payment method of a till, or account
    :ivar after: parts that must be in Fiken first: what makes room for this one
    :ivar problem: why it cannot be posted as it is
    """

    part: str
    date: object
    amount: float
    in_company_currency: float
    source: object = None
    is_from_till: bool = False
    after: tuple = ()
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

        Together they are what was reconciled, and the money of all shares of an entry
        is what the bank moved. What goes the other way comes first: Fiken may refuse
        more than is left to pay.

        Not a payment: a credit note, an exchange difference, what came from Fiken, and
        what took a receipt back that the till was paid for.
        """
        if move not in (self.debit_move_id + self.credit_move_id).move_id:
            return _in_turn(self._fiken_till_shares(move)) or self._fiken_bank_shares(
                move
            )
        line, other, amount, other_amount = self._fiken_sides(move)
        entry = other.move_id
        if (
            line.currency_id.is_zero(amount)
            or entry.is_invoice(include_receipts=True)
            or self._fiken_is_exchange()
            or entry._fiken_is_payment_from_fiken()
            or move in entry._fiken_took_back()
        ):
            return []
        means = entry._fiken_means()
        is_from_till = bool(means) and means._name == "pos.payment.method"
        problem = self._fiken_problem(move, other, means, is_from_till)
        if problem:
            return [
                Share(
                    part=str(SharePart(self.id)),
                    date=entry.date,
                    amount=amount,
                    in_company_currency=self._fiken_company_amount(other, other_amount),
                    source=means,
                    is_from_till=is_from_till,
                    problem=problem,
                )
            ]
        shares = [
            Share(
                part=str(SharePart(self.id, part.number)),
                date=entry.date,
                amount=part.amount,
                in_company_currency=part.in_company_currency,
                source=part.line.account_id or means,
                is_from_till=is_from_till,
            )
            for part in self._fiken_parts(move)
        ]
        return _in_turn(shares)

    def _fiken_bank_shares(self, move):
        """What the bank kept, or gave, when it moved a payment that was posted before.

        The payment went to Fiken whole: so much less is on the bank account, and that
        is on the account of the fee.

        :param move: the document that was paid
        """
        lines = self.debit_move_id | self.credit_move_id
        banked = lines.filtered(lambda line: line.move_id.statement_line_id)
        paying = (lines - banked).move_id
        if (
            len(banked) != 1
            or not paying.origin_payment_id
            or not paying._fiken_is_posted_on(move)
        ):
            return []
        entry = banked.move_id
        written_off = entry._fiken_written_off()
        sign = 1 if banked.balance < 0 else -1
        offs = [sign * ore for ore in self._fiken_offs(banked, written_off)]
        rate = abs(move.amount_total / (move.amount_total_signed or move.amount_total))
        parts = [(0, entry._fiken_means(), -sum(offs))] + [
            (number, line.account_id, ore)
            for number, (line, ore) in enumerate(zip(written_off, offs, strict=True), 1)
        ]
        shares = [
            Share(
                part=str(SharePart(self.id, number)),
                date=entry.date,
                amount=move.currency_id.round(ore / 100 * rate),
                in_company_currency=ore / 100,
                source=source,
                problem=self._fiken_vat_problem(move, entry),
            )
            for number, source, ore in parts
            if ore
        ]
        return _in_turn(shares)

    def _fiken_problem(self, move, other, means, is_from_till):
        """Why this cannot be posted as it is; '' when it can."""
        entry, currency = other.move_id, other.company_currency_id
        if not means:
            return _lt(
                "%(name)s was reconciled with the entry %(entry)s, which is no payment:"
                " it names no payment journal. Register it in Fiken yourself, then"
                " press Ignore.",
                name=move.name,
                entry=entry.name,
            )
        if is_from_till:
            # Its other line is the till's own claim, which its session settles.
            return ""
        with_vat = self._fiken_vat_problem(move, entry)
        if with_vat:
            return with_vat
        others = entry._fiken_in_no_document(other)
        if others:
            return _lt(
                "%(name)s was paid by %(entry)s, but %(amount)s of that entry on"
                " %(accounts)s goes the other way and belongs to no document whose"
                " payments go to Fiken: the bank moved less than would be posted there."
                " Reconcile it in Odoo and press Retry, or register the payment in"
                " Fiken yourself and press Ignore.",
                name=move.name,
                entry=entry.name,
                amount=Amount.of(currency, abs(sum(others.mapped("balance")))),
                accounts=", ".join(others.account_id.mapped("display_name")),
            )
        return ""

    def _fiken_vat_problem(self, move, entry):
        with_vat = entry._fiken_written_off().filtered(
            lambda line: line.tax_ids or line.tax_line_id
        )
        if with_vat:
            return _lt(
                "%(name)s was paid by %(entry)s, which writes off %(amount)s with VAT:"
                " a payment in Fiken has no VAT. Register payment and write-off in"
                " Fiken yourself, then press Ignore.",
                name=move.name,
                entry=entry.name,
                amount=Amount.of(
                    with_vat.company_currency_id, abs(sum(with_vat.mapped("balance")))
                ),
            )
        return ""


def money_of(shares):
    """The share that is money, where there is one, as a list."""
    money = [one for one in shares if not SharePart.parse(one.part).number]
    return money or shares[:1]


def _in_turn(shares):
    """What goes the other way first; the others wait for it."""
    first = tuple(share.part for share in shares if share.amount < 0)
    for share in shares:
        share.after = first if share.amount > 0 else ()
    return sorted(shares, key=lambda share: share.amount > 0)
