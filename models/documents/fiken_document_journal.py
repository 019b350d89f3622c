"""A document's own journal items, held against what Fiken will book (rule 6)."""

from odoo import api, models

from ...figures.journal import Item, booked, differences, on_rounding, vat_item
from ...fiken_api import money
from ..connection.sentence import Amount, _lt, joined
from ..outbox.exceptions import NeedsReview

# What is no amount, is the claim itself, or is the value of stock, which Fiken has not.
NOT_POSTED = (
    "payment_term",
    "cogs",
    "line_section",
    "line_subsection",
    "line_note",
)
CLAIM = "payment_term"


class DocumentJournal(models.AbstractModel):
    """The journal is the truth: what Fiken would book otherwise is not sent.

    The items are read as they stand, whatever made them: Odoo's tax engine, a module
    or a person.
    """

    _name = "fiken.document.journal"
    _description = "Journal Items of a Fiken Document"

    @api.model
    def _sign(self, move):
        """What makes the journal's amounts those of the document's lines."""
        return move.direction_sign

    @api.model
    def _is_foreign(self, move):
        return move.currency_id != move.company_currency_id

    @api.model
    def _places(self, lines):
        """{Odoo's account: Fiken's accounts of the lines that came from it}"""
        places = {}
        for line in lines:
            places.setdefault(line.source, set()).add(line.account)
        return places

    @api.model
    def _check_journal(self, job, move, lines, residues, places):
        """Net per account, VAT per type and the claim, in NOK and in the currency.

        :param lines: what Fiken gets, the rounding account's included
        :param residues: what of the VAT is on the rounding account
        :param dict places: where in Fiken the lines of Odoo's accounts are
        :return: a note about øre of VAT that Fiken computes by itself
        :raise NeedsReview: Fiken would book something else
        """
        is_foreign = self._is_foreign(move)
        odoo = self._journal_items(job, move, places)
        if residues:
            odoo += on_rounding(residues, job.vendor_id.ledger_id.rounding_code)
        fiken = [item for line in lines for item in booked(line, is_foreign)]
        every = differences(odoo, fiken)
        found = [one for one in every if not one.is_tolerated]
        claim = self._claim(move)
        gross = sum(line.gross for line in lines)
        gross_currency = sum(line.gross_currency for line in lines)
        if not found and claim == (gross, gross_currency if is_foreign else 0):
            return self._tolerated_note(move, every)
        figures = [self._difference_text(move, one) for one in found]
        if claim[0] != gross:
            figures.append(self._both_text(_lt("In all"), claim[0], gross))
        elif is_foreign and claim[1] != gross_currency:
            name = _lt("In all, %(currency)s", currency=move.currency_id.name)
            figures.append(self._both_text(name, claim[1], gross_currency))
        raise NeedsReview(
            _lt(
                "Fiken would not book what Odoo's journal says, so nothing was sent."
                " %(figures)s %(causes)s",
                figures=joined(*figures, separator=" "),
                causes=joined(*self._causes(move), separator=" "),
            )
        )

    @api.model
    def _journal_items(self, job, move, places):
        sign, is_foreign = self._sign(move), self._is_foreign(move)
        is_registered = job.fiken_company_id._is_vat_registered()
        items = []
        for aml in move.line_ids:
            if aml.display_type in NOT_POSTED:
                continue
            ore = sign * money.to_ore(aml.balance)
            currency = sign * money.to_ore(aml.amount_currency) if is_foreign else 0
            part = aml.tax_repartition_line_id
            if part and part.account_id == aml.account_id and self._is_vat(aml):
                if is_registered:
                    vat_type = part.tax_id.fiken_vat_type or "NONE"
                    is_output = part.factor_percent < 0
                    items.append(vat_item(vat_type, ore, currency, is_output))
                else:
                    # Such a company's VAT is part of what it bought.
                    every = frozenset().union(*places.values())
                    items.append(Item(ore, currency, every))
            else:
                codes = places.get(aml.account_id.id) or {self._code_in_fiken(job, aml)}
                items.append(Item(ore, currency, frozenset(codes)))
        return items

    @api.model
    def _is_vat(self, aml):
        return aml.account_id._fiken_holds_vat()

    @api.model
    def _code_in_fiken(self, job, aml):
        """Fiken's account of an item that no line came from; Odoo's when it has none"""
        vendor = job.vendor_id
        code = vendor.ledger_id._code_of(aml.account_id)
        return code or f"Odoo {vendor._account_name(aml.account_id)}"

    @api.model
    def _claim(self, move):
        """(øre, in the document's currency) of what is owed by the journal."""
        claims = move.line_ids.filtered(lambda aml: aml.display_type == CLAIM)
        sign = -self._sign(move)
        return (
            sum(sign * money.to_ore(aml.balance) for aml in claims),
            sum(sign * money.to_ore(aml.amount_currency) for aml in claims)
            if self._is_foreign(move)
            else 0,
        )

    # What is said

    @api.model
    def _tolerated_note(self, move, differences_):
        if not differences_:
            return ""
        return _lt(
            "Fiken computes this VAT by itself and rounds it otherwise: %(figures)s",
            figures=joined(
                *(self._difference_text(move, one) for one in differences_),
                separator=" ",
            ),
        )

    @api.model
    def _difference_text(self, move, difference):
        place = difference.place
        if difference.is_vat:
            place = _lt("VAT %(type)s", type=place)
        if difference.in_currency:
            place = joined(place, move.currency_id.name, separator=", ")
        return self._both_text(place, difference.odoo, difference.fiken)

    @api.model
    def _both_text(self, place, odoo, fiken):
        return _lt(
            "%(place)s: Odoo %(odoo)s, Fiken %(fiken)s.",
            place=place,
            odoo=Amount(odoo),
            fiken=Amount(fiken),
        )

    @api.model
    def _causes(self, move):
        """What may be behind it, and the way out."""
        kinds = set(move.line_ids.mapped("display_type"))
        causes = []
        if "discount" in kinds:
            causes.append(
                _lt(
                    "It has discounts on an account of their own (Settings › Invoicing"
                    " › Default Accounts › Invoice line discounts)."
                )
            )
        if kinds & {"non_deductible_tax", "non_deductible_product"}:
            causes.append(
                _lt(
                    "A line has less than 100 % in the column Deductible: enter the"
                    " private part as a line of its own instead."
                )
            )
        parts = move.line_ids.tax_repartition_line_id
        for tax in parts.tax_id:
            own = parts.filtered(lambda part, tax=tax: part.tax_id == tax)
            if len(own) > 1 or not all(own.mapped("account_id")):
                causes.append(
                    _lt(
                        "The tax %(tax)s puts its VAT on several accounts.",
                        tax=tax.display_name,
                    )
                )
        causes.append(
            _lt(
                "If somebody changed its journal items, reset it to draft and let Odoo"
                " make them anew; else book it in Fiken yourself and mark it Do not"
                " send."
            )
        )
        return causes
