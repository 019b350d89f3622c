"""What a document says in Fiken, booked or as a draft (fiken-api.md §5 and §6).

Amounts in øre of NOK. Those of a credit note are above zero here, as Odoo has them.
"""

from typing import NamedTuple


class Document(NamedTuple):
    """A document, as far as the same one in Odoo is compared with it.

    :ivar contact: its id; '' where there is none
    :ivar name: of the contact
    :ivar sums: {(account, VAT type): (net, gross)}; None where Fiken does not say
    """

    date: str
    contact: str
    name: str
    sums: dict | None
    is_deleted: bool = False

    @property
    def gross(self):
        return sum(gross for _net, gross in (self.sums or {}).values())

    def is_same(self, other):
        """Whether both are the same, as far as both say."""
        return all(
            one == another or one in ("", None) or another in ("", None)
            for one, another in (
                (self.date, other.date),
                (self.contact, other.contact),
                (self.sums, other.sums),
            )
        )


def booked(row):
    """A row of ``/sales``, ``/purchases``, ``/invoices`` or ``/creditNotes``."""
    contact = row.get("customer") or row.get("supplier") or {}
    sign = -1 if "creditNoteId" in row else 1
    lines = [
        (
            line.get("account") or line.get("incomeAccount"),
            line.get("vatType"),
            sign * _first(line, "netPrice", "net"),
            sign * (line.get("vat") or 0),
        )
        for line in row.get("lines") or ()
    ]
    return Document(
        date=row.get("issueDate") or row.get("date") or "",
        contact=str(contact.get("contactId") or ""),
        name=contact.get("name") or "",
        sums=summed((account, vat, net, net + tax) for account, vat, net, tax in lines)
        if lines
        else None,
        is_deleted=bool(row.get("deleted")),
    )


def drafted(row, sums):
    """A draft; what its lines come to is counted where it is known who does.

    :param sums: of its lines
    """
    contact = next(iter(row.get("customers") or [row.get("contact")]), None) or {}
    return Document(
        date=row.get("issueDate") or row.get("invoiceIssueDate") or "",
        contact=str(contact.get("contactId") or ""),
        name=contact.get("name") or "",
        sums=sums,
    )


def summed(lines):
    """{(account, VAT type): (net, gross)} without what comes to nothing.

    :param lines: (account, VAT type, net, gross) of each
    :return: None where a line does not say its account or its type
    """
    sums = {}
    for account, vat_type, net, gross in lines:
        key = account, (vat_type or "").upper()
        if not all(key):
            return None
        there = sums.get(key, (0, 0))
        sums[key] = there[0] + net, there[1] + gross
    return {key: amounts for key, amounts in sums.items() if any(amounts)}


def _first(line, *names):
    return next((line[name] for name in names if line.get(name) is not None), 0)
