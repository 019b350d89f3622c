"""Whether a bill is in Fiken already, typed or scanned there by somebody.

Pure Python: rows of Fiken's answers in, a yes or no out. Purchases cannot be searched
by number (fiken-api.md §6.1), so those of some days are compared one by one.
"""

import re
from datetime import date, timedelta

# How far apart two dates of the same bill may be: people type the day it came.
WINDOW = timedelta(days=14)
# Where only supplier and amount agree: a subscription must not look like the same bill.
NEAR = timedelta(days=3)
# A shorter number stands in too many texts.
TELLING_LENGTH = 4


def normal(number):
    """A bill's number as it is compared: letters and digits, no leading zeros."""
    return re.sub(r"[^0-9a-zæøå]", "", (number or "").lower()).lstrip("0")


def gross_of(row):
    """What a purchase of Fiken's list adds up to, in 1/100 of its currency."""
    return sum(_line_gross(line) for line in row.get("lines") or ())


def _line_gross(line):
    """A line of another currency has its amounts twice, the other ones in NOK."""
    foreign = line.get("netPriceInCurrency"), line.get("vatInCurrency")
    own = line.get("netPrice"), line.get("vat")
    return sum(amount or 0 for amount in (foreign if any(foreign) else own))


def contact_of(row):
    """The Fiken id of a purchase's supplier; '' for one that was paid on the spot."""
    return str((row.get("supplier") or {}).get("contactId") or "")


def days_of(bill):
    """The day on which Fiken books a bill, and the supplier's where it is another."""
    return sorted({bill["date"], bill.get("dated") or bill["date"]})


def is_same_bill(row, bill):
    """Whether a purchase in Fiken looks like this bill.

    :param dict row: of ``GET /purchases``
    :param dict bill: ``key``, ``contact``, ``date`` and ``gross``, as in ``identity``;
        ``dated`` where Fiken books it on another day than the supplier's
    """
    if row.get("deleted"):
        return False
    same_number = normal(row.get("identifier")) == normal(bill["key"])
    same_amount = gross_of(row) == bill["gross"]
    if contact_of(row) != bill["contact"]:
        # Somebody may have booked it as paid on the spot, or we do.
        on_the_spot = not contact_of(row) or not bill["contact"]
        return on_the_spot and same_number and same_amount
    if not bill["contact"]:
        return same_number and same_amount
    there = date.fromisoformat(row["date"])
    apart = min(abs(there - date.fromisoformat(day)) for day in days_of(bill))
    return same_number or same_amount and apart <= NEAR


def mentions(row, number, supplier):
    """Whether a document of the inbox names this bill.

    :param dict row: of ``GET /inbox``
    :param str number: the bill's number
    :param str supplier: its name
    """
    text = " ".join(
        filter(None, (row.get("name"), row.get("filename"), row.get("description")))
    ).lower()
    pattern = re.escape((number or "").lower())
    if not number or not re.search(rf"(?<![0-9a-zæøå]){pattern}(?![0-9a-zæøå])", text):
        return False
    first_word = re.split(r"\W+", (supplier or "").lower())[0]
    return len(number) >= TELLING_LENGTH or bool(first_word) and first_word in text
