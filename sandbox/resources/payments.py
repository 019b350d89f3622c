"""Payments of sales and purchases."""

from fastapi import APIRouter

from ..call import Incoming, takes
from ..errors import Refusal, bad_request, not_found
from . import purchases, sales
from .orders import (
    PURCHASE,
    SALE,
    Payment,
    add_payment,
    books_for,
    check_description,
    presented_payment,
    settle,
)

router = APIRouter(prefix="/companies/{slug}")

# path → (kind, the account on which the document is owed)
DOCUMENTS = {
    "sales": (SALE, sales.receivable_of),
    "purchases": (PURCHASE, purchases.payable_of),
}


def _find(document, payment_id: int) -> dict:
    for payment in document["payments"]:
        if payment["paymentId"] == payment_id:
            return payment
    raise not_found("payment", payment_id)


def _save(call, document) -> None:
    created, modified = document.created, document.modified
    call.store.save(document)
    if not call.switches["payment_touches_document"]:
        call.store.redate(document, created, modified)


def _serve(path: str, kind: str, counterpart_of) -> None:
    base = f"/{path}/{{document_id:int}}/payments"

    @router.get(base)
    async def payments(call: Incoming, document_id: int):
        payments = call.get(kind, document_id)["payments"]
        rows = [presented_payment(payment) for payment in payments]
        return call.answer(rows, "payment")

    @router.post(base)
    async def create_payment(call: Incoming, document_id: int):
        document = call.get(kind, document_id)
        payment = add_payment(
            call, kind, document, counterpart_of(call, document), call.body(Payment)
        )
        _save(call, document)
        return call.located(path, document_id, "payments", payment["paymentId"])

    @router.get(base + "/{payment_id:int}")
    async def payment(call: Incoming, document_id: int, payment_id: int):
        payment = _find(call.get(kind, document_id), payment_id)
        return call.answer(presented_payment(payment), "payment")

    @router.delete(base + "/{payment_id:int}")
    @takes("description")
    async def undo_payment(call: Incoming, document_id: int, payment_id: int):
        if call.switches["payment_delete"] == "refuse" or not call.switches.newer_spec:
            raise Refusal(405, "Method Not Allowed")
        document = call.get(kind, document_id)
        payment = _find(document, payment_id)
        description = check_description(call)
        if (
            document["deleted"]
            or document["writeOff"]
            or payment["transactionId"] == document["transactionId"]
        ):
            raise bad_request(
                "A cash document's payment, or one of a deleted or written-off one, "
                "cannot be undone"
            )
        books_for(call).reverse(payment["transactionId"], description)
        document["payments"].remove(payment)
        settle(document, payment["date"])
        _save(call, document)
        return call.empty()


for _path, _document in DOCUMENTS.items():
    _serve(_path, *_document)
