"""What Fiken refuses, and the setting that cures it (fiken-api.md §2.2, §13)."""

import re

from odoo import api, models

from ...fiken_api import errors, money, vat
from ..connection.sentence import _lt, joined
from ..outbox.exceptions import MissingSetting
from ..outbox.fiken_resource import Verb

REFUSED = 400
# How Fiken's words for amounts below zero, and for payments, may sound.
NEGATIVE = re.compile(r"negativ|større enn|mindre enn|greater than|less than", re.I)
PAYMENT = re.compile(r"payment|betal", re.I)


def names(message, code):
    """Whether a sentence of Fiken's names an account."""
    return bool(re.search(rf"(?<![\d:]){re.escape(code)}(?![\d:])", message))


class DocumentRefusal(models.AbstractModel):
    """A mixin of documents: a refusal that a setting cures waits for that setting.

    Fiken says what it does not take, in words that nobody knows beforehand; which
    setting that is about, the document itself tells.
    """

    _name = "fiken.document.refusal"
    _inherit = "fiken.resource"
    _description = "Refusal of a Fiken Document"

    @api.model
    def _write(self, session, job, prepared):
        try:
            return super()._write(session, job, prepared)
        except errors.Refused as error:
            if error.status != REFUSED:
                raise
            if prepared.verb is Verb.BOOK:
                self._owe_draft(job)
            gap = not errors.cause_of(error) and self._gap(job, error)
            if not gap:
                raise
            if prepared.note:
                gap.message = joined(gap.message, prepared.note)
            raise gap from error

    @api.model
    def _setting_of_cause(self, job, cause):
        return {
            "account": job.vendor_id.ledger_id,
            "vat_registration": job.fiken_company_id,
            "before_start": job.fiken_company_id,
        }.get(cause) or super()._setting_of_cause(job, cause)

    @api.model
    def _gap(self, job, error):
        """:return MissingSetting: or None when no setting cures it"""
        move, message = job._record(), error.message.rstrip(".")
        lines = self._lines_sent(job, move)
        gaps = (
            self._payment_gap(job, move, message),
            self._discount_gap(job, move, message),
            self._tolerance_gap(job, move, message, lines),
            self._account_gap(job, move, message, lines),
            self._negative_gap(job, move, message, lines),
        )
        return next(filter(None, gaps), None)

    @api.model
    def _owe_draft(self, job):
        """Fiken refused to book a draft as it is there."""

    @api.model
    def _lines_sent(self, job, move):
        """The lines as Fiken got them, signs and all."""
        return []

    @api.model
    def _payment_sent(self, job, move):
        """(account, name of the means) of what was paid on the spot, else None."""
        return None

    @api.model
    def _payment_gap(self, job, move, message):
        """Whether Fiken takes payments on 1901 is unknown (§13 no. 1)."""
        sent = self._payment_sent(job, move)
        if not sent:
            return None
        account, means = sent
        banks = job.fiken_company_id.account_ids.filtered("is_bank")
        is_bank = account in banks.mapped("code")
        if not names(message, account) and (is_bank or not PAYMENT.search(message)):
            return None
        return self._payment_refused(job, account, means, message)

    @api.model
    def _payment_refused(self, job, account, means, message):
        ledger = job.vendor_id.ledger_id
        return MissingSetting(
            _lt(
                "Fiken refused the payment on %(account)s, which is none of its bank"
                " accounts: %(message)s. If that is why, map %(means)s to another"
                " account in the account mapping %(ledger)s.",
                account=account,
                message=message,
                means=means,
                ledger=ledger.name,
            ),
            ledger,
        )

    @api.model
    def _discount_gap(self, job, move, message):
        """Only what Odoo keeps discounts of on an account of their own has it."""
        return None

    @api.model
    def _tolerance_gap(self, job, move, message, lines):
        """How far VAT may lie from its rate is unknown (§13 no. 5)."""
        fiken_company = job.fiken_company_id
        beside = [
            line
            for line in lines
            if line.vat_type not in vat.VAT_ONLY_TYPES
            and line.vat != money.vat_of(line.net, vat.rate_of(line.vat_type))
        ]
        if not beside or not fiken_company.vat_tolerance_ore:
            return None
        return MissingSetting(
            _lt(
                "Fiken refused %(name)s: %(message)s. Its VAT lies within the VAT"
                " tolerance of %(tolerance)s øre, which Fiken may not have: lower it on"
                " %(company)s.",
                name=move.name,
                message=message,
                tolerance=fiken_company.vat_tolerance_ore,
                company=fiken_company.name,
            ),
            fiken_company,
        )

    @api.model
    def _account_gap(self, job, move, message, lines):
        """Which accounts and VAT types Fiken takes together is not told (§11)."""
        ledger = job.vendor_id.ledger_id
        account = next(
            (line.account for line in lines if names(message, line.account)), None
        )
        if not account:
            return None
        if account == ledger.rounding_code:
            return self._rounding_refused(ledger, move.name, message)
        return MissingSetting(
            _lt(
                "Fiken refused account %(account)s on %(name)s: %(message)s. Choose"
                " another account for it in the account mapping %(ledger)s, or another"
                " VAT type on the tax.",
                account=account,
                name=move.name,
                message=message,
                ledger=ledger.name,
            ),
            ledger,
        )

    @api.model
    def _rounding_refused(self, ledger, name, message):
        return MissingSetting(
            joined(
                _lt("Fiken refused %(name)s: %(message)s.", name=name, message=message),
                self._rounding_advice(ledger),
                separator=" ",
            ),
            ledger,
        )

    @api.model
    def _rounding_advice(self, ledger):
        return _lt(
            "If it does not take øre of VAT on %(account)s, choose another"
            " rounding account in the account mapping %(ledger)s.",
            account=ledger.rounding_code,
            ledger=ledger.name,
        )

    @api.model
    def _negative_gap(self, job, move, message, lines):
        """Whether Fiken takes amounts below zero is unknown (§13 no. 6)."""
        is_negative = any(line.net < 0 or line.vat < 0 for line in lines)
        if not is_negative or not NEGATIVE.search(message):
            return None
        vendor, fiken_company = job.vendor_id, job.fiken_company_id
        is_credit = move.move_type == "out_refund" and move.fiken_issuer == "odoo"
        if is_credit or move.move_type == "in_refund":
            return MissingSetting(
                _lt(
                    "Fiken refused %(name)s: %(message)s. If it takes no negative"
                    " amounts, choose on %(vendor)s that such documents go as drafts,"
                    " or book this one in Fiken yourself and mark it Do not send.",
                    name=move.name,
                    message=message,
                    vendor=vendor.name,
                ),
                vendor,
            )
        return MissingSetting(
            _lt(
                "Fiken refused %(name)s: %(message)s. If it takes no negative lines,"
                " choose on %(company)s that they stop; book this one in Fiken yourself"
                " and mark it Do not send.",
                name=move.name,
                message=message,
                company=fiken_company.name,
            ),
            fiken_company,
        )
