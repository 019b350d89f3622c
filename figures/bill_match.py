"""Whether a bill is in Fiken already, typed or scanned there by somebody.

Pure Python: purchases and scans of ``fiken_api/purchases.py`` in, a yes or no out.
Purchases cannot be searched by number (fiken-api.md §6.1), so they are compared one by
one.
"""

import re
from datetime import date, timedelta

# How far apart two dates of the same bill may be: people type the day it came.
WINDOW = timedelta(days=14)
# Where only supplier and amount agree: a subscription must not look like the same bill.
NEAR = timedelta(days=3)
# A shorter number stands in too many texts.
TELLING_LENGTH = 4

WORD = re.compile(r"\d+|[^\W\d_]+")
APART = re.compile(r"\d[^\w]+\d|\d_+\d")


def is_same_number(one, other):
    """Whether two numbers of bills are the same, as people type them.

    Letters and digits count, in their order. Case does not, nor do spaces, dashes and
    other signs, nor zeros in front of a number: F-00123, f 123 and F00123 are one.
    Where one was typed without any sign, the whole counts: 20260012 is 2026-0012.
    """
    ours, theirs = _words(one), _words(other)
    if not ours or not theirs:
        return False
    if [_bare(word) for word in ours] == [_bare(word) for word in theirs]:
        return True
    is_whole = not APART.search(one) or not APART.search(other)
    return is_whole and _bare("".join(ours)) == _bare("".join(theirs))


def _words(number):
    return WORD.findall((number or "").lower())


def _bare(word):
    return word.lstrip("0") or "0"


def days_of(bill):
    """The day on which Fiken books a bill, and the supplier's where it is another."""
    return sorted({bill["date"], bill.get("dated") or bill["date"]})


def is_same_key(purchase, bill):
    """Whether supplier and number are the bill's: that is one, whatever the amount."""
    return (
        bool(bill["contact"])
        and purchase.contact == bill["contact"]
        and not purchase.is_deleted
        and is_same_number(purchase.number, bill["key"])
    )


def is_same_bill(purchase, bill):
    """Whether a purchase of the days around looks like this bill.

    :param Purchase purchase: of Fiken
    :param dict bill: ``key``, ``contact``, ``date`` and ``gross``, as in ``identity``;
        ``dated`` where Fiken books it on another day than the supplier's
    """
    if purchase.is_deleted:
        return False
    same_number = is_same_number(purchase.number, bill["key"])
    same_amount = purchase.gross == bill["gross"]
    if purchase.contact != bill["contact"]:
        # Somebody may have booked it as paid on the spot, or we do.
        on_the_spot = not purchase.contact or not bill["contact"]
        return on_the_spot and same_number and same_amount
    if not bill["contact"]:
        return same_number and same_amount
    there = date.fromisoformat(purchase.date)
    apart = min(abs(there - date.fromisoformat(day)) for day in days_of(bill))
    return same_number or same_amount and apart <= NEAR


def mentions(scan, number, supplier):
    """Whether a document of the inbox names this bill.

    :param Scan scan: of Fiken's inbox
    :param str number: the bill's number
    :param str supplier: its name
    """
    text = scan.text.lower()
    pattern = re.escape((number or "").lower())
    if not number or not re.search(rf"(?<![0-9a-zæøå]){pattern}(?![0-9a-zæøå])", text):
        return False
    first_word = re.split(r"\W+", (supplier or "").lower())[0]
    return len(number) >= TELLING_LENGTH or bool(first_word) and first_word in text
