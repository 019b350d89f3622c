"""Lines whose VAT is deducted in part, as lines that Fiken knows; in øre.

Fiken deducts all VAT of a line, or none: the part with deduction is a line of its own.
"""

from dataclasses import replace
from decimal import Decimal

from ..fiken_api import money, vat


def settled(parts, total):
    """Parts that add up to ``total``: the largest takes what rounding leaves."""
    parts = list(parts)
    left = total - sum(parts)
    if parts and left:
        largest = max(range(len(parts)), key=lambda index: abs(parts[index]))
        parts[largest] += left
    return parts


def base_of(vat_ore, rate):
    """The net amount whose VAT at this rate is just that, to the øre."""
    if not rate:
        return 0
    return money.round_half_up(Decimal(vat_ore) * money.HUNDRED / rate)


def without_vat(line):
    """A line whose VAT is part of what it cost."""
    return replace(
        line,
        vat_type="NONE",
        net=line.net + line.vat,
        vat=0,
        net_currency=line.net_currency + line.vat_currency,
        vat_currency=0,
    )


def deducted(line, ore, currency=0):
    """A line as its part with deduction and its part without.

    :param line: :class:`figures.amounts.Line` with all that it costs: of VAT that the
        seller charges, in ``vat``; VAT that the buyer accounts for is in none
    :param int ore, currency: the VAT that is deducted
    :return: lines whose sum is that line
    """
    kind = vat.self_assessed(line.vat_type)
    rate = kind.rate if kind else vat.rate_of(line.vat_type)
    part = replace(
        line,
        net=base_of(ore, rate),
        net_currency=base_of(currency, rate),
        vat=0 if kind else ore,
        vat_currency=0 if kind else currency,
    )
    rest = replace(
        line,
        net=line.net - part.net,
        net_currency=line.net_currency - part.net_currency,
        vat=line.vat - part.vat,
        vat_currency=line.vat_currency - part.vat_currency,
    )
    if kind:
        part.vat_type, rest.vat_type = kind.deducted, kind.not_deducted
    else:
        rest = without_vat(rest)
    return [one for one in (part, rest) if one]
