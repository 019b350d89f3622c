"""Drafts of invoices, credit notes, offers and order confirmations: one shape, four
paths.
"""

import uuid
from typing import Literal

from fastapi import APIRouter

from ..bodies import (
    Account,
    Body,
    Currency,
    Date,
    Id,
    Ignored,
    Int32,
    Number,
    Percent,
    RoundingType,
    Text200,
    UnitPrice,
    Uuid,
)
from ..call import Incoming, listed, present
from ..dates import days_after, today
from ..errors import Refusal, bad_request
from ..filters import Filters
from ..vat import SALE_TYPES, check_type
from . import contacts, offers
from .attachments import presented as attachment
from .credit_notes import CARRIED, book_credit_note
from .invoices import book_invoice
from .invoicing import (
    bank_account,
    check_bank,
    check_series,
    check_size,
    counted_lines,
    sums,
)
from .orders import books_for
from .projects import check_project

router = APIRouter(prefix="/companies/{slug}")


class DraftLine(Body):
    quantity: Number
    productId: Id | None = None
    description: Text200 | None = None
    unitPrice: UnitPrice | None = None
    vatType: str | None = None
    discount: Percent | None = None
    comment: Text200 | None = None
    incomeAccount: Account | None = None
    invoiceishDraftLineId: Ignored = None
    lastModifiedDate: Ignored = None


class DraftRequest(Body):
    type: Literal[
        "invoice", "cash_invoice", "offer", "order_confirmation", "credit_note"
    ]
    customerId: Id
    daysUntilDueDate: Int32
    uuid: Uuid | None = None
    issueDate: Date | None = None
    invoiceText: str | None = None
    yourReference: str | None = None
    ourReference: str | None = None
    orderReference: str | None = None
    lines: list[DraftLine] | None = None
    currency: Currency | None = None
    bankAccountNumber: str | None = None
    iban: str | None = None
    bic: str | None = None
    paymentAccount: Account | None = None
    contactPersonId: Id | None = None
    projectId: Id | None = None
    roundingType: RoundingType | None = None


# Read back as they were sent; a contact person is not returned.
ECHOED = (
    "uuid type issueDate daysUntilDueDate invoiceText currency yourReference "
    "ourReference orderReference bankAccountNumber iban bic paymentAccount projectId "
    "roundingType"
).split()


def presented(call, draft) -> dict:
    customer = call.store.get(call.slug, "contact", draft["customerId"])
    amounts = sums(counted_lines(call, draft["lines"], draft["currency"], strict=False))
    return present(
        draftId=draft.id,
        lastModifiedDate=draft.modified,
        **{name: draft.get(name) for name in ECHOED},
        lines=draft["lines"],
        net=amounts["net"],
        gross=amounts["gross"],
        customers=[contacts.presented(call, customer)] if customer else None,
        attachments=[attachment(call, item) for item in draft["attachments"]],
    )


def _values(call, types: tuple) -> dict:
    body = call.body(DraftRequest)
    if body.type not in types:
        raise bad_request(f"type must be {' or '.join(types)} here, not {body.type}")
    if body.paymentAccount is not None and body.type != "cash_invoice":
        raise bad_request(f"A draft of type {body.type} cannot have a payment account")
    customer = contacts.role_of(call, body.customerId, "customer", "customerId")
    contacts.check_person(customer, body.contactPersonId)
    check_project(call, body.projectId)
    if body.paymentAccount is not None:
        books_for(call).check_payment_account(body.paymentAccount, "paymentAccount")
    lines = []
    for index, line in enumerate(body.lines or []):
        if line.productId is None and not line.incomeAccount:
            raise bad_request(f"lines[{index}]: incomeAccount is required")
        if (
            line.productId is not None
            and call.store.get(call.slug, "product", line.productId) is None
        ):
            raise bad_request(f"lines[{index}]: no product with id {line.productId}")
        if line.vatType is not None:
            check_type(line.vatType, SALE_TYPES, f"lines[{index}].vatType")
        lines.append(
            {
                "invoiceishDraftLineId": call.store.next_id(),
                "lastModifiedDate": today(),
                **line.model_dump(
                    exclude_none=True,
                    exclude={"invoiceishDraftLineId", "lastModifiedDate"},
                ),
            }
        )
    values = body.model_dump(exclude_none=True, exclude={"lines"})
    values.setdefault("currency", "NOK")
    check_size(counted_lines(call, lines, values["currency"], strict=False))
    return {**values, "lines": lines}


def _book_invoice(call, draft) -> tuple:
    check_series(call, "invoice", draft["type"])
    account = bank_account(call, "bankAccountNumber", draft.get("bankAccountNumber"))
    check_bank(call, account, draft.get("bankAccountNumber"))
    cash = draft["type"] == "cash_invoice"
    if cash and not draft.get("paymentAccount"):
        raise bad_request("A cash_invoice needs a paymentAccount")
    issued = draft.get("issueDate") or today()
    due = days_after(issued, draft["daysUntilDueDate"])
    if due is None:
        raise bad_request("daysUntilDueDate: there is no such day")
    invoice = book_invoice(
        call,
        draft["lines"],
        customerId=draft["customerId"],
        issueDate=issued,
        dueDate=due,
        bankAccountNumber=draft["bankAccountNumber"],
        cash=cash,
        paymentAccount=draft.get("paymentAccount"),
        invoiceDraftUuid=draft["uuid"],
        identity=draft.id if call.switches["create_invoice_id"] == "draft" else None,
        **_carried(draft),
    )
    if call.switches["create_invoice_location"] == "sale":
        return invoice, ("sales", invoice["saleId"])
    return invoice, ("invoices", invoice.id)


def _book_credit_note(call, draft) -> tuple:
    values = _carried(draft)
    note = book_credit_note(
        call,
        draft["lines"],
        customer_id=draft["customerId"],
        issueDate=draft.get("issueDate") or today(),
        creditNoteText=values.pop("invoiceText", None),
        creditNoteDraftUuid=draft["uuid"],
        **values,
    )
    return note, ("creditNotes", note.id)


def _carried(draft) -> dict:
    return {name: draft[name] for name in ("invoiceText", *CARRIED) if name in draft}


def _serve(
    path: str, kind: str, types: tuple, finish: str, book, filters: Filters
) -> None:
    base = f"/{path}/drafts"

    def find(call, draft_id: int):
        draft = call.store.get(call.slug, kind, draft_id)
        if draft is None:
            raise Refusal(404, f"No draft found with provided id: {draft_id}")
        return draft

    @router.get(base)
    @listed
    async def drafts(call: Incoming):
        return call.listing(kind, filters, presented)

    @router.post(base)
    async def create_draft(call: Incoming):
        values = {"uuid": str(uuid.uuid4()), **_values(call, types), "attachments": []}
        repeated = call.switches["repeated_draft_uuid"]
        same = (
            call.store.find(
                call.slug, kind, "json_extract(body, '$.uuid') = ?", (values["uuid"],)
            )
            if repeated != "duplicate"
            else []
        )
        if same and repeated == "refuse":
            raise bad_request(f"A draft with uuid {values['uuid']} exists already")
        if same:
            draft = same[0]
            draft.update(values)
            call.store.save(draft)
        else:
            draft = call.store.insert(call.slug, kind, values)
        return call.located(path, "drafts", draft.id)

    @router.get(base + "/{draft_id:int}")
    async def draft(call: Incoming, draft_id: int):
        return call.answer(presented(call, find(call, draft_id)), kind)

    @router.put(base + "/{draft_id:int}")
    async def replace_draft(call: Incoming, draft_id: int):
        draft = find(call, draft_id)
        values = {
            "uuid": draft["uuid"],
            **_values(call, types),
            "attachments": draft["attachments"],
        }
        draft.clear()
        draft.update(values)
        call.store.save(draft)
        return call.located(path, "drafts", draft_id)

    @router.delete(base + "/{draft_id:int}")
    async def delete_draft(call: Incoming, draft_id: int):
        call.store.delete(find(call, draft_id))
        return call.empty()

    @router.post(base + "/{draft_id:int}/" + finish)
    async def book_draft(call: Incoming, draft_id: int):
        draft = find(call, draft_id)
        # First, for what it becomes may take its id; a refusal brings it back.
        call.store.delete(draft)
        document, location = book(call, draft)
        document["attachments"] = draft["attachments"]
        call.store.save(document)
        return call.located(*location)


_serve(
    "invoices",
    "invoiceDraft",
    ("invoice", "cash_invoice"),
    "createInvoice",
    _book_invoice,
    Filters().exact("orderReference").uuid("uuid"),
)
_serve(
    "creditNotes",
    "creditNoteDraft",
    ("credit_note",),
    "createCreditNote",
    _book_credit_note,
    Filters(),
)
_serve(
    "offers",
    "offerDraft",
    ("offer",),
    "createOffer",
    offers.book_offer,
    Filters(),
)
_serve(
    "orderConfirmations",
    "orderConfirmationDraft",
    ("order_confirmation",),
    "createOrderConfirmation",
    offers.book_confirmation,
    Filters(),
)
