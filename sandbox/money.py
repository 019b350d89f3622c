"""Amounts are whole øre (or cents); everything between them is counted with Decimal,
never with floats.
"""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)

# What one unit of a currency costs in kroner here. Fiken takes the rate of the day; a
# sandbox needs one that stays.
RATES = {
    "NOK": Decimal(1),
    "EUR": Decimal("11.50"),
    "USD": Decimal("10.25"),
    "GBP": Decimal("13.40"),
    "SEK": Decimal("1.05"),
    "DKK": Decimal("1.54"),
    "CHF": Decimal("12.10"),
    "PLN": Decimal("2.70"),
    "ISK": Decimal("0.08"),
    "CAD": Decimal("7.40"),
    "AUD": Decimal("6.70"),
    "JPY": Decimal("0.07"),
}

# roundingType: to what (in øre), and whether always downwards.
ROUNDINGS = {
    "none": (1, ROUND_HALF_UP),
    "round_half": (50, ROUND_HALF_UP),
    "round_whole": (100, ROUND_HALF_UP),
    "round_down_half": (50, ROUND_FLOOR),
    "round_down_whole": (100, ROUND_FLOOR),
}


def to_ore(amount: Decimal) -> int:
    """Half an øre is rounded away from zero."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(amount: int, percent: Decimal) -> int:
    return to_ore(Decimal(amount) * percent / HUNDRED)


def in_nok(amount: int, currency: str) -> int:
    return amount if currency == "NOK" else to_ore(Decimal(amount) * RATES[currency])


def rounded(amount: int, rounding: str | None) -> int:
    step, way = ROUNDINGS[rounding or "none"]
    return int((Decimal(amount) / step).quantize(Decimal(1), rounding=way)) * step


def kroner(amount: int) -> str:
    """1234567 øre as Norwegians write it: 12 345,67 (with spaces that do not break)."""
    whole, ore = divmod(abs(amount), 100)
    grouped = f"{whole:,}".replace(",", "\u00a0")
    return f"{'−' if amount < 0 else ''}{grouped},{ore:02d}"
