import re

from odoo import models

from .fiken_ledger_line import CASH_CODE, POS_METHOD

# Accounts of Odoo's Norwegian chart whose meaning stands elsewhere in Fiken's: cash,
# and VAT of the high rate (fiken-api.md §8).
MEANINGS = {
    "1900": CASH_CODE,
    "1905": CASH_CODE,
    "1908": CASH_CODE,
    "2700": "2701",
    "2710": "2711",
}
# Of the other VAT accounts it is only known that each rate has one of its own, and that
# the codes are not Odoo's. Bank accounts have sub-accounts, found by their number.
OTHER_MEANING = re.compile(r"27[01]\d|19[256]0")


class FikenLedger(models.Model):
    """What both charts suggest for that which has no line yet."""

    _inherit = "fiken.ledger"

    # Actions

    def action_propose(self):
        """Fill the gaps with what the charts suggest."""
        self.check_access("write")
        self._propose()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_accept_proposals(self):
        return self.line_ids.filtered("is_proposal").action_accept_together()

    # Business

    def _propose(self):
        """Map what has no line yet, as far as the charts suggest it.

        Where Fiken's chart is not known, nothing is proposed for an account: a code
        that nobody has seen in Fiken is a guess. Proposals are marked as such.
        """
        for ledger in self:
            ledger.line_ids.create(
                [*ledger._account_proposals(), *ledger._means_proposals()]
            )

    def _account_proposals(self):
        codes = self._chart()
        bank_codes = {
            journal.default_account_id: code
            for journal, code in self._bank_codes().items()
        }
        proposals = []
        for account in self._odoo_accounts() - self.line_ids.account_id:
            code, is_guess = bank_codes.get(account), False
            if not code:
                code, is_guess = _counterpart(account.code or "", codes)
            if code:
                proposals.append(
                    {
                        "ledger_id": self.id,
                        "account_id": account.id,
                        "fiken_code": code,
                        "is_proposal": True,
                        "is_guess": is_guess,
                    }
                )
        return proposals

    def _chart(self):
        """The codes of Fiken's chart; empty when it was never read."""
        if not self.fiken_company_id:
            return frozenset()
        return self.env["fiken.account"]._codes(self.fiken_company_id)

    def _bank_codes(self):
        """{bank journal: Fiken's account of the same bank account number}"""
        codes = {
            _digits(account.bank_account_number): account.code
            for account in self.fiken_company_id.sudo().account_ids
            if account.bank_account_number
        }
        numbers = {
            journal: _digits(journal.bank_acc_number)
            for journal in self._payment_journals()
            if journal.bank_acc_number
        }
        return {
            journal: codes[number]
            for journal, number in numbers.items()
            if number in codes
        }

    def _means_proposals(self):
        """Every means of payment starts on the cash account.

        But for a bank account that Fiken has by its number: that one is known.
        """
        if CASH_CODE not in self._chart():
            return []
        values = {"ledger_id": self.id, "fiken_code": CASH_CODE, "is_proposal": True}
        banks = self._bank_codes()
        return [
            {**values, "means_model": POS_METHOD, "means_id": means.id}
            if means._name == POS_METHOD
            else {
                **values,
                "journal_id": means.id,
                "fiken_code": banks.get(means, CASH_CODE),
            }
            for means in self._unmapped_means()
        ]

    def _odoo_accounts(self):
        return (
            self.env["account.account"]
            .sudo()
            .with_company(self.company_id)
            .search(self.env["account.account"]._check_company_domain(self.company_id))
        )


def _digits(text):
    return "".join(character for character in text or "" if character.isdigit())


def _counterpart(code, codes):
    """Fiken's account for one of the Norwegian chart, and whether that is a guess.

    The same code is the same account in NS 4102, but for those that Odoo's chart and
    Fiken's use for different things. Where Fiken has none, the account of the group is
    a guess: somebody accepts it before anything is booked on it.

    :param codes: Fiken's chart
    :return: (code or '', whether it is a guess)
    """
    if code in MEANINGS:
        code = MEANINGS[code]
        return (code, False) if code in codes else ("", False)
    if OTHER_MEANING.fullmatch(code):
        return "", False
    if code in codes:
        return code, False
    for group in (f"{code[:3]}0", f"{code[:2]}00"):
        if len(code) == 4 and group in codes and not OTHER_MEANING.fullmatch(group):
            return group, True
    return "", False
