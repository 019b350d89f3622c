"""Offers and order confirmations: they have numbers and amounts, but touch no books."""

import uuid

from fastapi import APIRouter

from ..call import Incoming, listed, present
from ..dates import today
from ..errors import bad_request
from ..filters import Filters
from . import contacts
from .counters import next_number
from .invoicing import counted_lines, sums

router = APIRouter(prefix="/companies/{slug}")

COPIED = (
    "yourReference",
    "ourReference",
    "orderReference",
    "currency",
    "projectId",
    "contactPersonId",
)

# Kept to make an invoice draft of it later, or of no interest to anybody.
HIDDEN = ("draft", "attachments")


def _book(call, draft, series: str, prefix: str, name: str):
    if call.store.counter(call.slug, series) is None:
        raise bad_request(f"{name} counter not initialized")
    lines = counted_lines(call, draft["lines"], draft["currency"])
    amounts = sums(lines)
    customer = contacts.role_of(call, draft["customerId"], "customer", "customerId")
    values = {
        f"{prefix}DraftUuid": draft["uuid"],
        f"{prefix}Number": next_number(call, series),
        "date": draft.get("issueDate") or today(),
        **{amount: amounts[amount] for amount in ("net", "vat", "gross")},
        "comment": draft.get("invoiceText"),
        **{field: draft.get(field) for field in COPIED},
        "address": customer.get("address"),
        "lines": lines,
        "contactId": customer.id,
        "archived": False,
        "attachments": [],
        "draft": dict(draft),
    }
    return call.store.insert(call.slug, series, present(**values))


def book_offer(call, draft) -> tuple:
    offer = _book(call, draft, "offer", "offer", "Offer")
    offer["dispatches"] = []
    return offer, ("offers", offer.id)


def book_confirmation(call, draft) -> tuple:
    name = "Order confirmation"
    confirmation = _book(call, draft, "orderConfirmation", "confirmation", name)
    return confirmation, ("orderConfirmations", confirmation.id)


def _presented(prefix: str):
    def presented(call, document) -> dict:
        shown = {name: value for name, value in document.items() if name not in HIDDEN}
        return {f"{prefix}Id": document.id, **shown}

    return presented


def _serve(path: str, kind: str, prefix: str) -> None:
    presented = _presented(prefix)

    @router.get(f"/{path}")
    @listed
    async def documents(call: Incoming):
        return call.listing(kind, Filters(), presented)

    @router.get(f"/{path}/{{document_id:int}}")
    async def document(call: Incoming, document_id: int):
        return call.answer(presented(call, call.get(kind, document_id)), kind)


_serve("offers", "offer", "offer")
_serve("orderConfirmations", "orderConfirmation", "confirmation")


@router.post("/orderConfirmations/{document_id:int}/createInvoiceDraft")
async def draft_invoice(call: Incoming, document_id: int):
    draft = call.get("orderConfirmation", document_id)["draft"]
    draft = {**draft, "uuid": str(uuid.uuid4()), "type": "invoice", "attachments": []}
    draft = call.store.insert(call.slug, "invoiceDraft", draft)
    return call.located("invoices", "drafts", draft.id)
