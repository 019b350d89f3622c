"""Fiken's purchases and the scans in its inbox, in words of ours (§6.1, §6.3)."""

from typing import NamedTuple


class Purchase(NamedTuple):
    """A purchase, as far as a bill is compared with it.

    :ivar number: the supplier's; '' for none
    :ivar contact: the supplier's id; '' for what was paid on the spot
    :ivar date: ISO day
    :ivar gross: in 1/100 of its currency
    """

    id: str
    number: str
    contact: str
    date: str
    gross: int
    is_deleted: bool = False


class Scan(NamedTuple):
    """A document of the inbox.

    :ivar text: all that it is called and described by
    :ivar url: where a person can look at it; '' when Fiken does not say
    :ivar is_used: it belongs to a booked document already
    """

    id: str
    name: str
    text: str
    url: str
    is_used: bool


def purchase(row):
    """A row of ``GET /purchases``."""
    supplier = row.get("supplier") or {}
    return Purchase(
        id=str(row["purchaseId"]),
        number=row.get("identifier") or "",
        contact=str(supplier.get("contactId") or ""),
        date=row["date"],
        gross=sum(_line_gross(line) for line in row.get("lines") or ()),
        is_deleted=bool(row.get("deleted")),
    )


def scan(row):
    """A row of ``GET /inbox``."""
    name, filename = row.get("name") or "", row.get("filename") or ""
    return Scan(
        id=str(row["documentId"]),
        name=name or filename,
        text=" ".join(filter(None, (name, filename, row.get("description")))),
        url=row.get("documentUrlWithFikenNormalUserCredentials") or "",
        is_used=bool(row.get("status")),
    )


def _line_gross(line):
    """A line of another currency has its amounts twice, the other ones in NOK."""
    foreign = line.get("netPriceInCurrency"), line.get("vatInCurrency")
    own = line.get("netPrice"), line.get("vat")
    return sum(amount or 0 for amount in (foreign if any(foreign) else own))
