"""Sending documents. Nothing leaves the sandbox: it notes by which way Fiken would have
sent. Sending twice sends twice.
"""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from ..bodies import Body, Id
from ..call import Incoming
from ..dates import today
from ..errors import bad_request

router = APIRouter(prefix="/companies/{slug}")

# What "auto" tries, in this order.
AUTO = ("ehf", "efaktura", "sms", "email")


class SendRequest(Body):
    method: list[Literal["email", "ehf", "efaktura", "sms", "letter", "auto"]] = Field(
        min_length=1
    )
    includeDocumentAttachments: bool
    recipientName: str | None = None
    recipientEmail: str | None = None
    message: str | None = None
    emailSendOption: Literal["document_link", "attachment", "auto"] | None = None
    mergeInvoiceAndAttachments: bool | None = None
    organizationNumber: str | None = None
    mobileNumber: str | None = None


def send(call, document, contact_id: int, body: SendRequest) -> None:
    customer = call.store.get(call.slug, "contact", contact_id) or {}
    reachable = {
        "ehf": body.organizationNumber or customer.get("organizationNumber"),
        "efaktura": False,
        "sms": body.mobileNumber or customer.get("phoneNumber"),
        "email": body.recipientEmail or customer.get("email"),
        "letter": customer.get("address"),
    }
    wished = [
        way
        for method in body.method
        for way in (AUTO if method == "auto" else (method,))
    ]
    for way in wished:
        if reachable[way]:
            document["dispatches"].append({"date": today(), "dispatchType": way})
            call.store.save(document)
            return
    raise bad_request(
        f"Cannot be sent by {', '.join(wished)}: the customer has no address for it",
    )


class SendInvoice(SendRequest):
    invoiceId: Id


class SendCreditNote(SendRequest):
    creditNoteId: Id


class SendOffer(SendRequest):
    offerId: Id


@router.post("/invoices/send")
async def send_invoice(call: Incoming):
    body = call.body(SendInvoice)
    invoice = call.get("invoice", body.invoiceId)
    send(call, invoice, invoice["customerId"], body)
    return call.empty(200)


@router.post("/creditNotes/send")
async def send_credit_note(call: Incoming):
    body = call.body(SendCreditNote)
    note = call.get("creditNote", body.creditNoteId)
    send(call, note, note["customerId"], body)
    return call.empty(200)


@router.post("/offers/send")
async def send_offer(call: Incoming):
    body = call.body(SendOffer)
    offer = call.get("offer", body.offerId)
    send(call, offer, offer["contactId"], body)
    return call.empty(200)
