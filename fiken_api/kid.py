"""KID: the customer's number on a Norwegian payment (fiken-api.md §15.2)."""

from stdnum import luhn


def is_kid(text):
    """Whether ``text`` is 2 to 25 digits that end in a MOD10 or MOD11 check digit.

    Which of the two is agreed between payee and bank, so either is right.
    """
    if not (text or "").isdecimal() or not text.isascii() or not 2 <= len(text) <= 25:
        return False
    return luhn.is_valid(text) or _mod11(text[:-1]) == int(text[-1])


def _mod11(digits):
    """The check digit with weights 2 to 7 from the right; 10 is no digit."""
    total = sum(
        int(digit) * (2 + position % 6)
        for position, digit in enumerate(reversed(digits))
    )
    return -total % 11
