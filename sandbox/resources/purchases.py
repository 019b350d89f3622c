"""Purchases: paid on the spot, or owed to a supplier."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from ..bodies import Account, Body, Currency, Date, Id, Ignored, Kid, Ore
from ..books import Line
from ..call import Incoming, listed, present, takes
from ..chart import CURRENCY_GAIN, CURRENCY_LOSS, PAYABLES
from ..errors import bad_request, required
from ..filters import Filters
from ..store import field
from . import contacts
from .attachments import presented as attachment
from .orders import (
    PURCHASE,
    OrderLine,
    Payment,
    add_payment,
    books_for,
    check_description,
    checked_lines,
    line_postings,
    new_document,
    paid_at_once,
    presented_line,
    presented_payment,
    settle,
    take_back,
    totals,
)
from .projects import check_project, project_of

router = APIRouter(prefix="/companies/{slug}")

FILTERS = (
    Filters()
    .dates("date", "settledDate")
    .dates(lastModified="modified")
    .flag("paid", field("settled"))
    .number("contactId", "supplierId")
    .only_newer(
        "contactId",
        *(f"lastModified{suffix}" for suffix in ("", "Le", "Lt", "Ge", "Gt")),
    )
    .sorted_by(date=field("date"))
)


class PurchaseRequest(Body):
    kind: Literal["cash_purchase", "supplier"]
    date: Date
    lines: list[OrderLine] = Field(min_length=1)
    currency: Currency
    identifier: str | None = None
    supplierId: Id | None = None
    dueDate: Date | None = None
    kid: Kid | None = None
    paymentAccount: Account | None = None
    paymentDate: Date | None = None
    paymentAmountInNok: Ore | None = None
    projectId: Id | None = None
    paid: Ignored = None
    transactionId: Ignored = None


def presented(call, purchase) -> dict:
    supplier = purchase.get("supplierId") and call.store.get(
        call.slug, "contact", purchase["supplierId"]
    )
    projects = {
        purchase.get("projectId"),
        *(line.get("projectId") for line in purchase["lines"]),
    } - {None}
    return present(
        purchaseId=purchase.id,
        transactionId=purchase["transactionId"],
        identifier=purchase.get("identifier"),
        date=purchase["date"],
        dueDate=purchase.get("dueDate"),
        kind=purchase["kind"],
        paid=purchase["settled"],
        lines=[presented_line(line) for line in purchase["lines"]],
        supplier=contacts.presented(call, supplier) if supplier else None,
        currency=purchase["currency"],
        payments=[presented_payment(payment) for payment in purchase["payments"]],
        purchaseAttachments=[
            attachment(call, item) for item in purchase["attachments"]
        ],
        project=[
            project
            for project in (project_of(call, identity) for identity in sorted(projects))
            if project
        ],
        deleted=purchase["deleted"],
        settled=purchase["settled"],
        settledDate=purchase.get("settledDate"),
    )


def payable_of(call, purchase) -> str:
    supplier = purchase.get("supplierId") and call.store.get(
        call.slug, "contact", purchase["supplierId"]
    )
    return supplier["supplierAccountCode"] if supplier else PAYABLES


def book_purchase(call, body: PurchaseRequest, lenient: bool = False):
    cash = body.kind == "cash_purchase"
    _check_supplier(call, body)
    paying = body.paymentAccount is not None or body.paymentDate is not None
    if paying:
        for name in ("paymentAccount", "paymentDate"):
            if getattr(body, name) is None:
                raise bad_request(f"Missing field '{name}'")
        if body.currency != "NOK" and body.paymentAmountInNok is None:
            raise bad_request("Missing field 'paymentAmountInNok'")
    check_project(call, body.projectId)
    for index, line in enumerate(body.lines):
        check_project(call, line.projectId, f"lines[{index}].projectId")
    lines = checked_lines(call, PURCHASE, body.lines, body.currency, lenient)
    net, vat, gross = totals(lines)
    label = f"Kjøp {body.identifier}" if body.identifier else "Kjøp"
    values = new_document(
        kind=body.kind,
        label=label,
        date=body.date,
        identifier=body.identifier,
        currency=body.currency,
        supplierId=None if cash else body.supplierId,
        dueDate=body.dueDate,
        kid=body.kid,
        projectId=body.projectId,
        lines=lines,
        netAmount=net,
        vatAmount=vat,
        gross=gross,
        grossInNok=net + vat,
    )
    books = books_for(call)
    postings = line_postings(PURCHASE, lines, body.projectId)
    # A cash purchase that does not say how it was paid is owed until somebody does.
    if cash and paying:
        account = books.check_payment_account(body.paymentAccount, "paymentAccount")
        paid_in_nok = net + vat if body.currency == "NOK" else body.paymentAmountInNok
        postings.append(Line(account, -paid_in_nok))
        difference = paid_in_nok - net - vat
        postings.append(
            Line(CURRENCY_LOSS if difference > 0 else CURRENCY_GAIN, difference)
        )
    else:
        postings.append(Line(payable_of(call, values), -(net + vat)))
    values["transactionId"] = books.post("Purchase", body.date, label, postings).id
    if cash and paying:
        values["payments"].append(
            paid_at_once(
                call,
                account,
                body.paymentDate,
                gross,
                values["transactionId"],
                body.currency,
                paid_in_nok,
            )
        )
    elif paying:
        payment = Payment(
            date=body.paymentDate,
            account=body.paymentAccount,
            amount=gross,
            amountInNok=body.paymentAmountInNok,
        )
        add_payment(call, PURCHASE, values, payable_of(call, values), payment)
    settle(values, values["payments"][-1]["date"] if values["payments"] else body.date)
    return call.store.insert(call.slug, "purchase", values)


def _check_supplier(call, body: PurchaseRequest) -> None:
    if body.kind == "cash_purchase":
        return
    if body.supplierId is None:
        raise required("supplierId")
    contacts.role_of(call, body.supplierId, "supplier", "supplierId")
    if body.identifier and call.switches["unique_purchase_identifier"]:
        where = (
            f"{field('identifier')} = ? AND {field('supplierId')} = ? "
            f"AND NOT {field('deleted')}"
        )
        if call.store.count(
            call.slug, "purchase", where, (body.identifier, body.supplierId)
        ):
            raise bad_request(
                f"identifier {body.identifier} is already in use for this supplier"
            )


@router.get("/purchases")
@listed
async def purchases(call: Incoming):
    way = call.switches["purchases_by_contact"]
    if way == "refuse" and "contactId" in call.query:
        raise bad_request("Unknown query parameter 'contactId'")
    if way == "ignore":
        call.query = {
            name: value for name, value in call.query.items() if name != "contactId"
        }
    return call.listing("purchase", FILTERS, presented, order=f"{field('date')}, id")


@router.post("/purchases")
async def create_purchase(call: Incoming):
    return call.located("purchases", book_purchase(call, call.body(PurchaseRequest)).id)


@router.get("/purchases/{purchase_id:int}")
async def purchase(call: Incoming, purchase_id: int):
    return call.answer(presented(call, call.get("purchase", purchase_id)), "purchase")


def delete_booked(call, purchase, description: str) -> None:
    take_back(call, purchase, description)
    call.store.save(purchase)


@router.patch("/purchases/{purchase_id:int}/delete")
@takes("description")
async def delete_purchase(call: Incoming, purchase_id: int):
    purchase = call.get("purchase", purchase_id)
    delete_booked(call, purchase, check_description(call))
    return call.answer(presented(call, purchase), "purchase")
