from typing import NamedTuple

from odoo import models

from ...figures.write_off import portion, share_out
from ...fiken_api import money


class PaidPart(NamedTuple):
    """What a reconciliation moved of a document: money, or one write-off.

    :ivar number: of the written off line in its entry, from 1; 0 is the money
    :ivar line: the written off line; empty for the money
    :ivar amount: in the document's currency
    :ivar in_company_currency: what moved in company currency
    """

    number: int
    line: models.BaseModel
    amount: float
    in_company_currency: float


class AccountPartialReconcile(models.Model):
    """What a reconciliation moved."""

    _inherit = "account.partial.reconcile"

    def _fiken_sides(self, move):
        """(the document's line, the other one, what moved in the currency of each)."""
        self.ensure_one()
        debit = self.debit_move_id, self.debit_amount_currency
        credit = self.credit_move_id, self.credit_amount_currency
        own, other = (debit, credit) if debit[0].move_id == move else (credit, debit)
        return own[0], other[0], own[1], other[1]

    def _fiken_parts(self, move):
        """What it moved of a document: the money first, then each write-off.

        :return: list of :class:`PaidPart`, which add up to what was reconciled
        """
        line, other, amount, other_amount = self._fiken_sides(move)
        currency, company_currency = line.currency_id, line.company_currency_id
        left = amount
        left_company = self._fiken_company_amount(other, other_amount)
        written_off = other.move_id._fiken_written_off()
        rates = other.move_id._fiken_rate_lines(written_off)
        offs = self._fiken_offs(other, written_off) if written_off else []
        whole = abs(self._fiken_ore_of(other, other_amount))
        sign = 1 if other.balance < 0 else -1
        parts = []
        for number, (off, ore) in enumerate(zip(written_off, offs, strict=True), 1):
            ore *= sign
            if not ore:
                continue
            left_company -= ore / 100
            if off in rates:
                # Fiken books it itself, by what was paid in each currency.
                continue
            if currency == company_currency:
                share = ore / 100
            elif off.currency_id == currency and ore == sign * money.to_ore(
                off.balance
            ):
                share = sign * off.amount_currency
            else:
                share = portion(money.to_ore(amount), ore, whole) / 100
            share = currency.round(share)
            left -= share
            parts.append(PaidPart(number, off, share, ore / 100))
        none = other.browse()
        parts.insert(
            0,
            PaidPart(
                0, none, currency.round(left), company_currency.round(left_company)
            ),
        )
        return [part for part in parts if not currency.is_zero(part.amount)]

    def _fiken_offs(self, other, written_off):
        """What of each written off line belongs to this of all that a claim paid.

        In the order in which they were reconciled: what comes later changes nothing.
        """
        row = other.move_id._fiken_offs_of(other, written_off)
        if not any(row):
            return row
        partials = other._fiken_partials()
        shares = [
            self._fiken_ore_of(
                other,
                one.debit_amount_currency
                if one.debit_move_id == other
                else one.credit_amount_currency,
            )
            for one in partials
        ]
        rest = -money.to_ore(other.balance) - sum(shares)
        return share_out([*shares, rest], row)[partials.ids.index(self.id)]

    def _fiken_is_exchange(self):
        """Whether it only takes up what a foreign currency is worth today."""
        moves = (self.debit_move_id + self.credit_move_id).move_id
        return any(
            move.journal_id == move.company_id.currency_exchange_journal_id
            for move in moves
        )

    def _fiken_ore_of(self, other, other_amount):
        """Øre of company currency of a part of a claim, with the claim's sign."""
        whole = money.to_ore(abs(other.amount_currency))
        return portion(-money.to_ore(other.balance), money.to_ore(other_amount), whole)

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
