"""Drafts of sales and purchases: lenient until they are booked."""

import uuid

from fastapi import APIRouter
from pydantic import Field

from ..bodies import Account, Body, Currency, Date, Id, Kid, Ore, Text200
from ..call import Incoming, listed, present
from ..dates import today
from ..errors import Refusal, bad_request
from ..filters import Filters
from ..vat import PURCHASE_TYPES, SALE_TYPES, check_type
from . import contacts, purchases, sales
from .attachments import presented as attachment
from .orders import OrderLine, Payment, add_payment, presented_payment
from .projects import check_project, project_of

router = APIRouter(prefix="/companies/{slug}")


class DraftLine(Body):
    text: Text200
    vatType: str
    incomeAccount: Account
    net: Ore
    gross: Ore
    projectId: Id | None = None


class DraftRequest(Body):
    cash: bool
    paid: bool
    lines: list[DraftLine] = Field(min_length=1)
    invoiceIssueDate: Date | None = None
    dueDate: Date | None = None
    invoiceNumber: str | None = None
    contactId: Id | None = None
    projectId: Id | None = None
    currency: Currency | None = None
    kid: Kid | None = None
    payments: list[Payment] | None = None


def presented(call, draft) -> dict:
    contact = draft.get("contactId") and call.store.get(
        call.slug, "contact", draft["contactId"]
    )
    return present(
        draftId=draft.id,
        **{
            name: value
            for name, value in draft.items()
            if name
            not in ("contactId", "projectId", "lines", "attachments", "payments")
        },
        contact=contacts.presented(call, contact) if contact else None,
        project=project_of(call, draft.get("projectId")),
        attachments=[attachment(call, item) for item in draft["attachments"]],
        payments=[presented_payment(payment) for payment in draft["payments"]],
        lines=[
            present(
                **{name: value for name, value in line.items() if name != "projectId"},
                project=project_of(call, line.get("projectId")),
            )
            for line in draft["lines"]
        ],
    )


def _values(call, types: frozenset) -> dict:
    body = call.body(DraftRequest)
    if (
        body.contactId is not None
        and call.store.get(call.slug, "contact", body.contactId) is None
    ):
        raise bad_request(f"contactId: no contact with id {body.contactId}")
    check_project(call, body.projectId)
    for index, line in enumerate(body.lines):
        check_type(line.vatType, types, f"lines[{index}].vatType")
        check_project(call, line.projectId, f"lines[{index}].projectId")
    values = body.model_dump(exclude_none=True, exclude={"payments"})
    values.setdefault("currency", "NOK")
    values["payments"] = [
        {
            "paymentId": call.store.next_id(),
            **payment.model_dump(exclude_none=True, exclude={"paymentId"}),
        }
        for payment in body.payments or []
    ]
    return values


def _order_lines(call, draft, keep_projects: bool) -> list[OrderLine]:
    names = (
        ("netPrice", "vat")
        if draft["currency"] == "NOK"
        else ("netPriceInCurrency", "vatInCurrency")
    )
    return [
        OrderLine(
            description=line["text"],
            vatType=line["vatType"],
            account=line["incomeAccount"],
            projectId=line.get("projectId") if keep_projects else None,
            **dict(
                zip(names, (line["net"], line["gross"] - line["net"]), strict=False)
            ),
        )
        for line in draft["lines"]
    ]


def _payments(draft, needed: bool) -> list[Payment]:
    if needed and not draft["payments"]:
        raise bad_request("A paid draft needs payments before it can be booked")
    return [
        Payment(
            **{name: value for name, value in payment.items() if name != "paymentId"}
        )
        for payment in draft["payments"]
    ]


def _common(call, draft) -> dict:
    return {
        "date": draft.get("invoiceIssueDate") or today(),
        "currency": draft["currency"],
        "dueDate": draft.get("dueDate"),
        "kid": draft.get("kid"),
        "projectId": draft.get("projectId"),
    }


def _number(call, draft) -> str | None:
    return (
        draft.get("invoiceNumber")
        if call.switches["draft_number_becomes_sale_number"]
        else None
    )


def _book_sale(call, draft):
    payments = _payments(draft, needed=draft["cash"] or draft["paid"])
    lines = _order_lines(call, draft, call.switches["draft_line_projects_survive"])
    gross = sum(line["gross"] for line in draft["lines"])
    values = {
        "saleNumber": _number(call, draft),
        "lines": lines,
        **_common(call, draft),
    }
    projects = {line.projectId for line in lines} - {None}
    if not values["projectId"] and len(projects) == 1:
        values["projectId"] = projects.pop()
    if draft["cash"]:
        if len(payments) != 1:
            raise bad_request("A cash sale has one payment")
        values.update(
            kind="cash_sale",
            paymentAccount=payments[0].account,
            paymentDate=payments[0].date,
            totalPaid=gross if draft["currency"] == "NOK" else payments[0].amountInNok,
            totalPaidInCurrency=gross,
        )
        return sales.book_sale(call, sales.SaleRequest(**values), lenient=True)
    values.update(kind="external_invoice", customerId=draft.get("contactId"))
    sale = sales.book_sale(call, sales.SaleRequest(**values), lenient=True)
    for payment in payments:
        add_payment(call, "sale", sale, sales.receivable_of(call, sale), payment)
    return sale


def _book_purchase(call, draft):
    payments = _payments(draft, needed=draft["paid"] and not draft["cash"])
    values = {
        "identifier": _number(call, draft),
        "lines": _order_lines(call, draft, True),
        **_common(call, draft),
    }
    if draft["cash"]:
        if len(payments) > 1:
            raise bad_request("A cash purchase has one payment")
        values["kind"] = "cash_purchase"
        for payment in payments:
            values.update(
                paymentAccount=payment.account,
                paymentDate=payment.date,
                paymentAmountInNok=payment.amountInNok,
            )
        return purchases.book_purchase(
            call, purchases.PurchaseRequest(**values), lenient=True
        )
    if draft.get("contactId") is None:
        raise bad_request("'contactId' er påkrevd")
    values.update(kind="supplier", supplierId=draft["contactId"])
    values["dueDate"] = values["dueDate"] or values["date"]
    purchase = purchases.book_purchase(
        call, purchases.PurchaseRequest(**values), lenient=True
    )
    for payment in payments:
        add_payment(
            call, "purchase", purchase, purchases.payable_of(call, purchase), payment
        )
    return purchase


def _serve(path: str, kind: str, finish: str, types: frozenset, book) -> None:
    base = f"/{path}/drafts"

    def find(call, draft_id: int):
        draft = call.store.get(call.slug, kind, draft_id)
        if draft is None:
            raise Refusal(404, f"No draft found with provided id: {draft_id}")
        return draft

    @router.get(base)
    @listed
    async def drafts(call: Incoming):
        return call.listing(kind, Filters(), presented)

    @router.post(base)
    async def create_draft(call: Incoming):
        values = {"uuid": str(uuid.uuid4()), **_values(call, types), "attachments": []}
        return call.located(
            path, "drafts", call.store.insert(call.slug, kind, values).id
        )

    @router.get(base + "/{draft_id:int}")
    async def draft(call: Incoming, draft_id: int):
        return call.answer(presented(call, find(call, draft_id)), kind)

    @router.put(base + "/{draft_id:int}")
    async def replace_draft(call: Incoming, draft_id: int):
        draft = find(call, draft_id)
        kept = {"uuid": draft["uuid"], "attachments": draft["attachments"]}
        values = _values(call, types)
        draft.clear()
        draft.update({**values, **kept})
        call.store.save(draft)
        return call.located(path, "drafts", draft_id)

    @router.delete(base + "/{draft_id:int}")
    async def delete_draft(call: Incoming, draft_id: int):
        call.store.delete(find(call, draft_id))
        return call.empty()

    @router.post(base + "/{draft_id:int}/" + finish)
    async def book_draft(call: Incoming, draft_id: int):
        draft = find(call, draft_id)
        document = book(call, draft)
        document["attachments"] = draft["attachments"]
        call.store.save(document)
        call.store.delete(draft)
        return call.located(path, document.id)


_serve("sales", "saleDraft", "createSale", SALE_TYPES, _book_sale)
_serve(
    "purchases",
    "purchaseDraft",
    "createPurchase",
    PURCHASE_TYPES | {"OUTSIDE"},
    _book_purchase,
)
