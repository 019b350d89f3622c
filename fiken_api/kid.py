"""KID: the customer's number on a Norwegian payment (fiken-api.md §15.2)."""

import re
import unicodedata

from stdnum import luhn

# The word that stands before it on a bill.
WORD = re.compile(r"^kid(?:[\s-]*(?:nr|nummer|no))?[\s.:#]*", re.IGNORECASE)
# What people and PDF files put between its digits. At its end a dash is another check
# digit, which Fiken does not take.
BETWEEN = re.compile(r"(?<=\d)[\s.·,'’/\u2010-\u2015\u2212-]+(?=\d)")


def read(text):
    """The digits of a KID as people paste it; other text is only tidied.

    No-break and thin spaces, digits of double width, invisible signs, dashes and dots
    come from bills that were copied.
    """
    text = unicodedata.normalize("NFKC", text or "")
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf").strip()
    return BETWEEN.sub("", WORD.sub("", text))


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
