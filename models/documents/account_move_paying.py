from odoo import models

from ...figures.write_off import share_out
from ...fiken_api import money
from .move_types import RECEIVABLES


class AccountMove(models.Model):
    """An entry that pays: which of its lines are claims, and which written off.

    The rest is money: the bank, what waits on its suspense account, and what another
    payment brought there.
    """

    _inherit = "account.move"

    def _fiken_claims(self):
        """The lines that this entry settles, the largest first.

        Of a line of the bank that only moved registered payments: what those left open.
        """
        self.ensure_one()
        claims = self.line_ids.filtered(
            lambda line: line.account_type in RECEIVABLES and line.balance
        )
        claims -= self._fiken_money()
        if not claims and not self.origin_payment_id:
            claims = self.line_ids.filtered(_is_passed_on)
        return claims.sorted(lambda line: (-abs(line.balance), line.id))

    def _fiken_written_off(self):
        """The lines that are neither money nor claim: fees, differences."""
        self.ensure_one()
        return (
            self.line_ids.filtered(
                lambda line: line.account_type not in RECEIVABLES and line.balance
            )
            - self._fiken_money()
        ).sorted("id")

    def _fiken_money(self):
        self.ensure_one()
        if self.origin_payment_id:
            return self.origin_payment_id._seek_for_lines()[0]
        found = self.line_ids.browse()
        if self.statement_line_id:
            liquidity, suspense, _others = self.statement_line_id._seek_for_lines()
            found = liquidity | suspense
        journal = self.statement_line_id.journal_id or self.journal_id
        methods = (
            journal.inbound_payment_method_line_ids
            | journal.outbound_payment_method_line_ids
        )
        accounts = (
            journal.default_account_id
            | methods.payment_account_id
            | self.company_id.transfer_account_id
        )
        return found | self.line_ids.filtered(
            lambda line: line.account_id in accounts or _is_passed_on(line)
        )

    def _fiken_rate_lines(self, written_off):
        """Of what was written off: a gain or loss by the rate of a foreign claim."""
        accounts = (
            self.company_id.income_currency_exchange_account_id
            | self.company_id.expense_currency_exchange_account_id
        )
        if not any(_is_foreign(line) for line in self._fiken_claims()):
            return written_off.browse()
        return written_off.filtered(lambda line: line.account_id in accounts)

    def _fiken_offs_of(self, claim, written_off):
        """What of each written off line belongs to one claim of this entry.

        :return: øre of company currency, of the claim's sign where less was paid
        """
        claims = self._fiken_claims()
        if claim not in claims:
            return [0] * len(written_off)
        index = claims.ids.index(claim.id)
        rates = self._fiken_rate_lines(written_off)
        ores = [-money.to_ore(one.balance) for one in claims]
        offs = [(line in rates, money.to_ore(line.balance)) for line in written_off]
        own = share_out(ores, [0 if is_rate else off for is_rate, off in offs])
        foreign = share_out(
            [ore * _is_foreign(one) for ore, one in zip(ores, claims, strict=True)],
            [off if is_rate else 0 for is_rate, off in offs],
        )
        return [
            off + by_rate
            for off, by_rate in zip(own[index], foreign[index], strict=True)
        ]


def _is_foreign(line):
    return line.currency_id != line.company_currency_id


def _is_passed_on(line):
    """Whether it is another payment's: reconciled with what that one left open."""
    if not line.account_id.reconcile or line.account_type in RECEIVABLES:
        return False
    partials = line.matched_debit_ids | line.matched_credit_ids
    others = (partials.debit_move_id | partials.credit_move_id).move_id - line.move_id
    return any(one.origin_payment_id or one.statement_line_id for one in others)
