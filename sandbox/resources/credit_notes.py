"""Credit notes: a whole invoice, part of one, or independent of any."""

from fastapi import APIRouter
from pydantic import Field

from ..bodies import (
    Account,
    Body,
    Currency,
    Date,
    Id,
    Number,
    Percent,
    RoundingType,
    Text200,
    Text500,
    UnitPrice,
)
from ..call import Incoming, listed, present
from ..errors import Refusal, bad_request
from ..filters import CHANGED, Filters
from . import contacts, sales
from .counters import next_number
from .invoices import SETTLED
from .invoicing import book, counted_lines, kid_for, presented_parts, presented_pdf
from .orders import outstanding, round_share, settle
from .projects import check_project

router = APIRouter(prefix="/companies/{slug}")

FILTERS = (
    Filters()
    .dates("issueDate")
    .dates(lastModified=CHANGED["lastModified"])
    .number("customerId")
    .flag("settled", SETTLED)
    .uuid("creditNoteDraftUuid")
)


# What a credit note takes over from its invoice or its draft.
CARRIED = (
    "currency",
    "yourReference",
    "ourReference",
    "orderReference",
    "projectId",
    "roundingType",
)


class FullCreditNote(Body):
    issueDate: Date
    invoiceId: Id
    creditNoteText: Text500 | None = None


class CreditLine(Body):
    quantity: Number
    unitPrice: UnitPrice
    incomeAccount: Account | None = None
    vatType: str | None = None
    discount: Percent | None = None
    productId: Id | None = None
    description: Text200 | None = None
    comment: Text200 | None = None


class PartialCreditNote(Body):
    issueDate: Date
    lines: list[CreditLine] = Field(min_length=1)
    invoiceId: Id | None = None
    contactId: Id | None = None
    contactPersonId: Id | None = None
    ourReference: str | None = None
    yourReference: str | None = None
    orderReference: str | None = None
    project: Id | None = None
    currency: Currency | None = None
    creditNoteText: Text500 | None = None
    roundingType: RoundingType | None = None


def presented(call, note) -> dict:
    sale = call.store.get(call.slug, "sale", note["saleId"])
    return present(
        creditNoteId=note.id,
        creditNoteNumber=note["creditNoteNumber"],
        creditNoteText=note.get("creditNoteText"),
        settled=sale["settled"],
        associatedInvoiceId=note.get("associatedInvoiceId"),
        creditNoteDraftUuid=note.get("creditNoteDraftUuid"),
        creditNotePdf=presented_pdf(call, note),
        sale=sales.presented(call, sale),
        **presented_parts(call, note),
    )


def book_credit_note(
    call,
    lines: list[dict],
    customer_id: int,
    invoice=None,
    counted: bool = False,
    **values,
):
    """Number, post with negative amounts, and set it off against the invoice it belongs
    to.
    """
    if call.store.counter(call.slug, "creditNote") is None:
        raise Refusal(409, "Company credit note counter not initialized")
    customer = contacts.role_of(call, customer_id, "customer", "contactId")
    if not counted:
        lines = counted_lines(call, lines, values["currency"])
    number = next_number(call, "creditNote")
    document, sale = book(
        call,
        "creditNote",
        number,
        lines,
        customer,
        sign=-1,
        creditNoteNumber=number,
        kid=kid_for(number),
        associatedInvoiceId=invoice.id if invoice else None,
        **values,
    )
    note = call.store.insert(call.slug, "creditNote", document)
    if invoice:
        _set_off(call, sale, invoice, values["issueDate"])
        invoice["associatedCreditNotes"].append(note.id)
        call.store.save(invoice)
    return note


def _set_off(call, credit, invoice, date: str) -> None:
    """What the invoice still owes is covered by the credit note, as far as it goes; the
    rest stands to the credit of the customer.
    """
    owed = call.store.get(call.slug, "sale", invoice["saleId"])
    covered = max(min(outstanding(owed), -outstanding(credit)), 0)
    for sale, amount in ((owed, covered), (credit, -covered)):
        sale["credited"] += amount
        sale["creditedInNok"] += (
            round_share(amount, sale["grossInNok"], sale["gross"])
            if sale["gross"]
            else 0
        )
        settle(sale, date)
        call.store.save(sale)


@router.get("/creditNotes")
@listed
async def credit_notes(call: Incoming):
    return call.listing("creditNote", FILTERS, presented)


@router.get("/creditNotes/{note_id:int}")
async def credit_note(call: Incoming, note_id: int):
    return call.answer(presented(call, call.get("creditNote", note_id)), "creditNote")


@router.post("/creditNotes/full")
async def credit_in_full(call: Incoming):
    body = call.body(FullCreditNote)
    invoice = call.get("invoice", body.invoiceId)
    if call.switches["second_full_credit_note"] == "refuse" and any(
        note["gross"] == -invoice["gross"]
        for note in (
            call.store.get(call.slug, "creditNote", identity)
            for identity in invoice["associatedCreditNotes"]
        )
    ):
        raise bad_request(
            f"Invoice {invoice['invoiceNumber']} has been credited in full already"
        )
    note = book_credit_note(
        call,
        invoice["lines"],
        invoice["customerId"],
        invoice,
        counted=True,
        issueDate=body.issueDate,
        creditNoteText=body.creditNoteText,
        **{name: invoice[name] for name in CARRIED if name in invoice},
    )
    return call.located("creditNotes", note.id)


@router.post("/creditNotes/partial")
async def credit_in_part(call: Incoming):
    body = call.body(PartialCreditNote)
    invoice = (
        call.get("invoice", body.invoiceId) if body.invoiceId is not None else None
    )
    if invoice is None and body.contactId is None:
        raise bad_request("'invoiceId' or 'contactId' er påkrevd")
    customer_id = (
        body.contactId if body.contactId is not None else invoice["customerId"]
    )
    if invoice and customer_id != invoice["customerId"]:
        raise bad_request("contactId is not the invoice's customer")
    check_project(call, body.project, "project")
    values = body.model_dump(
        exclude_none=True,
        include={
            "issueDate",
            "ourReference",
            "yourReference",
            "orderReference",
            "creditNoteText",
            "roundingType",
        },
    )
    currency = body.currency or (invoice["currency"] if invoice else "NOK")
    note = book_credit_note(
        call,
        [line.model_dump(exclude_none=True) for line in body.lines],
        customer_id,
        invoice,
        currency=currency,
        projectId=body.project,
        **values,
    )
    return call.located("creditNotes", note.id)
