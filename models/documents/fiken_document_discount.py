"""Discounts that Odoo keeps on an account of their own (display type *discount*)."""

from dataclasses import dataclass, replace

from odoo import api, models

from ...figures.deduction import settled
from ...fiken_api import money, vat
from ..connection.sentence import _lt
from ..outbox.exceptions import MissingSetting
from .fiken_document_refusal import names

KIND = "discount"


@dataclass
class Discount:
    """What one line gives away, in øre and in the document's currency; positive.

    :ivar account: Odoo's account of it
    :ivar back, back_currency: what its own account gets back
    """

    account: models.BaseModel
    text: str
    ore: int
    currency: int
    back: int
    back_currency: int


class DocumentDiscount(models.AbstractModel):
    """Odoo books the full price, and the discount beside it; so does Fiken then.

    Odoo sums its discounts up on each account: they are shared out over the lines, so
    that each has the VAT type of the line that it belongs to.
    """

    _name = "fiken.document.discount"
    _inherit = "fiken.document.journal"
    _description = "Discounts of a Fiken Document"

    @api.model
    def _discounts(self, move):
        """{id of the line: its :class:`Discount`}; none where they cannot be told."""
        items = move.line_ids.filtered(lambda aml: aml.display_type == KIND)
        if not items:
            return {}
        given = self._given(move)
        accounts = {aml.account_id for aml in given}
        others = items.account_id.filtered(lambda account: account not in accounts)
        if len(others) != 1:
            return {}
        back = {}
        for account in accounts:
            group = {
                aml: ore for aml, ore in given.items() if aml.account_id == account
            }
            back.update(self._shared(move, items, account, group))
        taken = self._shared(move, items, others, {a: -ore for a, ore in given.items()})
        text = items.filtered(lambda aml: aml.account_id == others)[:1].name
        return {
            aml.id: Discount(others, text, -taken[aml][0], -taken[aml][1], *back[aml])
            for aml in given
        }

    @api.model
    def _has_discounts(self, move):
        return KIND in move.line_ids.mapped("display_type")

    @api.model
    def _given(self, move):
        """{line: what it gives away, in its currency}, as Odoo computes it."""
        given, apart = {}, move._get_discount_allocation_account()
        for aml in move.line_ids:
            if aml.display_type != "product" or not aml.discount:
                continue
            if aml.account_id == apart:
                continue
            amount = aml.quantity * aml.price_unit * aml.discount / 100
            ore = money.to_ore(aml.currency_id.round(amount))
            if ore:
                given[aml] = ore
        return given

    @api.model
    def _shared(self, move, items, account, group):
        """{line: (øre, in currency)} of what the journal has on an account."""
        items = items.filtered(lambda aml: aml.account_id == account)
        sign = move.direction_sign
        ore = sign * sum(money.to_ore(aml.balance) for aml in items)
        currency = sign * sum(money.to_ore(aml.amount_currency) for aml in items)
        in_currency = settled(group.values(), currency)
        in_nok = settled(
            (
                money.round_half_up(money.decimal(part) * ore / currency)
                if currency
                else 0
                for part in in_currency
            ),
            ore,
        )
        return dict(zip(group, zip(in_nok, in_currency, strict=True), strict=True))

    @api.model
    def _with_discount(self, job, move, lines, discount):
        """The lines of one line of Odoo's, with its discount beside them.

        Where the VAT of a line is no matter of its own rate, the discount is without:
        it moves between two accounts, and the VAT stays.
        """
        is_foreign = self._is_foreign(move)
        back_currency = discount.back_currency if is_foreign else 0
        currency = discount.currency if is_foreign else 0
        first = lines[0]
        vat_type = first.vat_type if len(lines) == 1 else ""
        kind = vat.self_assessed(vat_type)
        plain = vat_type in vat.RATES or kind and vat_type == kind.deducted
        rate = vat.rate_of(vat_type) if plain else 0
        own = replace(
            first,
            vat_type=vat_type
            if plain
            else self._type_of_rounding(job.fiken_company_id),
            net=discount.back,
            vat=money.vat_of(discount.back, rate),
            net_currency=back_currency,
            vat_currency=money.vat_of(back_currency, rate),
        )
        taken = replace(
            own,
            account=job.vendor_id._account_code(discount.account),
            source=discount.account.id,
            text=discount.text,
            net=-discount.ore,
            vat=-own.vat,
            net_currency=-currency,
            vat_currency=-own.vat_currency,
        )
        if not plain:
            return [*lines, own, taken]
        full = replace(
            first,
            net=first.net + own.net,
            vat=first.vat + own.vat,
            net_currency=first.net_currency + own.net_currency,
            vat_currency=first.vat_currency + own.vat_currency,
        )
        return [full, taken]

    @api.model
    def _discount_code(self, vendor, move):
        """Fiken's account of the discounts, where it is known."""
        account = move._get_discount_allocation_account()
        return vendor.ledger_id._code_of(account) if account else ""

    @api.model
    def _discount_way_out(self):
        return _lt(
            "Odoo keeps discounts on an account of their own, which makes a line with a"
            " negative amount. Either let Fiken have such lines (Negative Lines on the"
            " Fiken company, and an account in the account mapping that takes the VAT"
            " type), or let discounts lower the line itself: reset the document to"
            " draft, remove its discounts, empty Settings › Invoicing › Default"
            " Accounts › Invoice line discounts, enter the discounts anew and confirm"
            " it."
        )

    @api.model
    def _discount_gap(self, job, move, message):
        """Whether Fiken takes discounts as lines of their own is unknown."""
        if not self._has_discounts(move):
            return None
        code = self._discount_code(job.vendor_id, move)
        is_account = code and names(message, code)
        return MissingSetting(
            _lt(
                "Fiken refused it: %(why)s. %(way_out)s",
                why=message,
                way_out=self._discount_way_out(),
            ),
            job.vendor_id.ledger_id if is_account else job.fiken_company_id,
        )
