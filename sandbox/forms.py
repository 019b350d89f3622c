"""What the answers of Fiken's API are made of, and how Fiken may write them.

Handlers answer what has a value. What becomes of the rest, and every other question of
form that is a switch, is decided here and nowhere else.
"""

from collections.abc import Callable
from typing import Any

from .countries import NORWEGIAN


class Form:
    """The fields of one kind of object in Fiken's document.

    :param text: free text; the document gives it no format, pattern or choices
    :param other: numbers, dates, choices, plain lists
    :param newer: those of them that only the newer document has
    :param parts: fields that are objects of another kind, or ``[kind]``: lists of them
    """

    def __init__(self, text: str = "", other: str = "", newer: str = "", **parts):
        self.text = text.split()
        self.other = other.split()
        self.newer = frozenset(newer.split())
        self.parts = parts

    def blanks(self, how: str) -> dict:
        """Every field without a value."""
        names = dict.fromkeys([*self.text, *self.other, *self.parts])
        return names | dict.fromkeys(self.text, "") if how == "empty" else names


_DATES = "createdDate lastModifiedDate"
_SUMS = "net vat gross netInNok vatInNok grossInNok"
_REFERENCES = "yourReference ourReference orderReference"

_ORDERED = (
    "date net vat gross discount currency contactId contactPersonId projectId archived"
)

# By the kind of record where it is one.
FORMS = {
    "user": Form("name email"),
    "company": Form(
        "name slug organizationNumber phoneNumber email",
        "vatType creationDate hasApiAccess testCompany accountingStartDate "
        "vatRegistrationDate",
        newer="phoneNumber",
        address="address",
    ),
    "address": Form("streetAddress streetAddressLine2 city postCode country"),
    "account": Form("code name"),
    "accountBalance": Form("code name", "balance"),
    "bankAccount": Form(
        "name accountCode bankAccountNumber iban bic foreignService",
        "bankAccountId type reconciledBalance reconciledDate inactive",
    ),
    "bankBalance": Form("source bankAccountCode", "bankAccountId date amount"),
    "counter": Form(other="value"),
    "contact": Form(
        "name email organizationNumber customerAccountCode phoneNumber "
        "memberNumberString supplierAccountCode bankAccountNumber language",
        f"contactId {_DATES} customerNumber memberNumber supplierNumber customer "
        "supplier currency inactive daysUntilInvoicingDueDate discount groups",
        newer="phoneNumber memberNumber memberNumberString currency",
        contactPerson=["contactPerson"],
        notes=["note"],
        address="address",
        documents=["attachment"],
    ),
    "contactPerson": Form(
        "name email phoneNumber", "contactPersonId", address="address"
    ),
    "note": Form("author note"),
    "attachment": Form(
        "identifier uuid filename downloadUrl "
        "downloadUrlWithFikenNormalUserCredentials comment",
        "type",
        newer="uuid filename",
    ),
    "product": Form(
        "name incomeAccount vatType productNumber note",
        f"productId {_DATES} unitPrice active stock",
    ),
    "salesReport": Form(
        product="product",
        sold="salesFigures",
        credited="salesFigures",
        sum="salesFigures",
    ),
    "salesFigures": Form(other="count sales netAmount vatAmount grossAmount"),
    "project": Form(
        "number name description",
        "projectId startDate endDate completed",
        contact="contact",
    ),
    "invoice": Form(
        f"kid invoiceText {_REFERENCES} invoiceDraftUuid bankAccountNumber",
        f"invoiceId {_DATES} invoiceNumber issueDate dueDate originalDueDate {_SUMS} "
        "cash currency sentManually associatedCreditNotes",
        address="address",
        lines=["invoiceLine"],
        invoicePdf="attachment",
        attachments=["attachment"],
        customer="contact",
        sale="sale",
        project="project",
        dispatches=["dispatch"],
    ),
    "invoiceLine": Form(
        "vatType productName description comment incomeAccount",
        f"{_SUMS} vatInPercent unitPrice quantity discount productId",
    ),
    "dispatch": Form(other="date dispatchType"),
    "creditNote": Form(
        f"kid creditNoteText {_REFERENCES} creditNoteDraftUuid",
        f"creditNoteId creditNoteNumber {_SUMS} currency issueDate lastModifiedDate "
        "settled associatedInvoiceId",
        customer="contact",
        address="address",
        lines=["invoiceLine"],
        creditNotePdf="attachment",
        project="project",
        sale="sale",
    ),
    "invoiceDraft": Form(
        f"uuid invoiceText {_REFERENCES} bankAccountNumber iban bic paymentAccount",
        "draftId type lastModifiedDate issueDate daysUntilDueDate currency net gross "
        "createdFromInvoiceId projectId roundingType",
        lines=["invoiceDraftLine"],
        customers=["contact"],
        attachments=["attachment"],
    ),
    "invoiceDraftLine": Form(
        "description vatType comment incomeAccount",
        "invoiceishDraftLineId lastModifiedDate productId unitPrice quantity discount",
    ),
    "offer": Form(
        f"offerDraftUuid comment {_REFERENCES}",
        f"offerId offerNumber accepted {_ORDERED}",
        address="address",
        lines=["invoiceLine"],
        dispatches=["dispatch"],
    ),
    "orderConfirmation": Form(
        f"confirmationDraftUuid comment {_REFERENCES} internalComment",
        f"confirmationId confirmationNumber createdInvoice {_ORDERED}",
        address="address",
        lines=["invoiceLine"],
    ),
    "sale": Form(
        "saleNumber kid",
        "saleId lastModifiedDate transactionId date kind netAmount vatAmount settled "
        "settledDate writeOff totalPaid totalPaidInCurrency outstandingBalance "
        "outstandingBalanceInCurrency currency dueDate paymentDate deleted",
        lines=["orderLine"],
        customer="contact",
        salePayments=["payment"],
        saleAttachments=["attachment"],
        project="project",
        notes=["note"],
    ),
    "purchase": Form(
        "identifier",
        "purchaseId transactionId date dueDate kind paid currency deleted settled "
        "settledDate",
        lines=["orderLine"],
        supplier="contact",
        payments=["payment"],
        purchaseAttachments=["attachment"],
        project=["project"],
    ),
    "orderLine": Form(
        "description account vatType",
        "netPrice vat netPriceInCurrency vatInCurrency lineId",
        newer="lineId",
    ),
    "payment": Form("account", "paymentId date amount amountInNok currency fee"),
    "saleDraft": Form(
        "uuid invoiceNumber kid",
        "draftId invoiceIssueDate dueDate cash currency paid",
        contact="contact",
        project="project",
        attachments=["attachment"],
        payments=["payment"],
        lines=["saleDraftLine"],
    ),
    "saleDraftLine": Form("text vatType incomeAccount", "net gross", project="project"),
    "journalEntry": Form(
        "description",
        f"journalEntryId {_DATES} transactionId offsetTransactionId "
        "journalEntryNumber date",
        lines=["journalLine"],
        attachments=["attachment"],
    ),
    "journalLine": Form("account vatCode", "amount projectId lastModifiedDate"),
    "transaction": Form(
        "description type",
        f"transactionId {_DATES} deleted",
        entries=["journalEntry"],
    ),
    "inbox": Form(
        "name description filename documentUrl "
        "documentUrlWithFikenNormalUserCredentials",
        "documentId status createdAt",
    ),
}
for _kind in ("creditNoteDraft", "offerDraft", "orderConfirmationDraft"):
    FORMS[_kind] = FORMS["invoiceDraft"]
FORMS["purchaseDraft"] = FORMS["saleDraft"]

# What Fiken itself gives to a contact that came without.
CONTACT_DEFAULTS = {
    "currency": "NOK",
    "language": "Norwegian",
    "address": {"country": "Norway"},
}


class Forms:
    """How answers are written while the switches stand as they do."""

    def __init__(self, switches):
        self.switches = switches
        self._writers: dict[str, Callable | None] = {}

    def write(self, kind: str | None, data: Any) -> Any:
        """An answer of a kind, or a list of such answers, in its form."""
        if kind is None or not data:
            return data
        if not isinstance(data, list):
            write = self._writer(kind)
            return write(data) if write else data
        write = self._list_writer(kind)
        return write(data) if write else data

    def _list_writer(self, kind: str) -> Callable | None:
        write = self._writer(kind)
        if kind == "attachment" and self.switches["attachments_listed"] == "twice":
            return lambda rows: [
                write(row) if write else row for row in rows for _ in range(2)
            ]
        return write and (lambda rows: [write(row) for row in rows])

    def _writer(self, kind: str) -> Callable | None:
        """What writes one object of a kind; None where nothing is to be done."""
        if kind not in self._writers:
            self._writers[kind] = self._make_writer(kind)
        return self._writers[kind]

    def _make_writer(self, kind: str) -> Callable | None:
        form, switches = FORMS[kind], self.switches
        hidden = () if switches["spec"] == "2026-09" else form.newer
        missing: dict = {}
        if switches["absent_fields"] != "omit":
            missing.update(form.blanks(switches["absent_fields"]))
        if kind == "contact" and switches["contact_defaults"] == "present":
            missing.update(CONTACT_DEFAULTS)
        changed = self._parts(form)
        if "vatType" in form.text and switches["vat_type_case"] == "lower":
            changed["vatType"] = str.lower
        if kind == "address" and switches["country_words"] == "norwegian":
            changed["country"] = lambda name: NORWEGIAN.get(name, name)
        if kind == "invoiceLine" and switches["percent_scale"] == "one":
            changed["vatInPercent"] = changed["discount"] = lambda value: value / 100
        if not (hidden or missing or changed):
            return None

        def write(row: dict) -> dict:
            row = dict(row)
            for name, value in missing.items():
                row.setdefault(name, value)
            for name, change in changed.items():
                if row.get(name) is not None:
                    row[name] = change(row[name])
            for name in hidden:
                row.pop(name, None)
            return row

        return write

    def _parts(self, form: Form) -> dict[str, Callable]:
        writers = {
            name: self._list_writer(kind[0])
            if isinstance(kind, list)
            else self._writer(kind)
            for name, kind in form.parts.items()
        }
        return {name: write for name, write in writers.items() if write}
