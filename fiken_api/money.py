"""Øre: whole numbers, rounded once and half up, as Norwegian bookkeeping does."""

from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)
ONE = Decimal(1)


def decimal(amount):
    """``amount`` (float, int, str or Decimal) as the Decimal a person would read.

    A float goes through its shortest text: 0.1 is 0.1, not 0.1000000000000000055.
    """
    return amount if isinstance(amount, Decimal) else Decimal(str(amount))


def round_half_up(value):
    """The whole number nearest to a Decimal; a half goes away from zero."""
    return int(value.quantize(ONE, rounding=ROUND_HALF_UP))


def to_ore(amount):
    """Kroner (or another currency's main unit) as whole øre.

    Fiken takes all amounts as integers in 1/100 of the currency (fiken-api.md §2).
    """
    return round_half_up(decimal(amount) * HUNDRED)


def exact_ore(amount):
    """Like :func:`to_ore`, or None when ``amount`` has parts smaller than an øre."""
    ore = decimal(amount) * HUNDRED
    return int(ore) if ore == ore.to_integral_value() else None


def vat_of(net_ore, percent):
    """VAT in øre of a net amount in øre at a rate in per cent, rounded half up.

    Fiken's own arithmetic per posted line (fiken-api.md §7).
    """
    return round_half_up(decimal(net_ore) * decimal(percent) / HUNDRED)


def line_net(quantity, unit_price_ore, discount_percent=0):
    """Net øre of an invoice line, as Fiken computes it (fiken-api.md §12)."""
    factor = (HUNDRED - decimal(discount_percent)) / HUNDRED
    return round_half_up(decimal(quantity) * decimal(unit_price_ore) * factor)


def kroner(ore):
    """Øre as a Norwegian reader writes kroner: 1 234,50."""
    sign = "-" if ore < 0 else ""
    whole, rest = divmod(abs(int(ore)), 100)
    return f"{sign}{whole:,}".replace(",", "\N{NO-BREAK SPACE}") + f",{rest:02d}"
