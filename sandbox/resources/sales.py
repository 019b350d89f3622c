"""Sales whose document was made elsewhere (*Annet salg*), and the sales behind Fiken's
own invoices.
"""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from ..bodies import Account, Body, Currency, Date, Id, Ignored, Kid, Ore, Text200
from ..books import Line
from ..call import Incoming, listed, present, takes
from ..chart import FEES, LOSSES, RECEIVABLES
from ..dates import is_date
from ..errors import bad_request
from ..filters import Filters
from ..store import field
from . import contacts
from .attachments import presented as attachment
from .orders import (
    SALE,
    OrderLine,
    Payment,
    add_payment,
    books_for,
    check_description,
    checked_lines,
    line_postings,
    new_document,
    outstanding,
    outstanding_in_nok,
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
    .exact("saleNumber")
    .flag("settled")
    .number("contactId", "customerId")
    .dates("date")
    .dates(lastModified="modified")
)


class SaleRequest(Body):
    kind: Literal["cash_sale", "invoice", "external_invoice"]
    date: Date
    lines: list[OrderLine] = Field(min_length=1)
    currency: Currency
    saleNumber: str | None = None
    totalPaid: Ore | None = None
    totalPaidInCurrency: Ore | None = None
    customerId: Id | None = None
    dueDate: Date | None = None
    kid: Kid | None = None
    paymentAccount: Account | None = None
    paymentDate: Date | None = None
    paymentFee: Ore | None = None
    projectId: Id | None = None
    # required by the document, but not one of its properties
    paid: Ignored = None


class WriteOff(Body):
    type: Literal[
        "OVERDUE_6_MONTHS",
        "COLLECTION_FAILED",
        "CUSTOMER_BANKRUPTCY",
        "DEEMED_IRRECOVERABLE",
    ]
    date: Date
    comment: Text200 | None = None


# -- presenting ------------------------------------------------------------------------


def presented(call, sale) -> dict:
    foreign = sale["currency"] != "NOK"
    payments = sale["payments"]
    customer = sale.get("customerId") and call.store.get(
        call.slug, "contact", sale["customerId"]
    )
    return present(
        saleId=sale.id,
        lastModifiedDate=sale.modified,
        transactionId=sale["transactionId"],
        saleNumber=sale.get("saleNumber"),
        date=sale["date"],
        kind=sale["kind"],
        netAmount=sale["netAmount"],
        vatAmount=sale["vatAmount"],
        settled=sale["settled"],
        settledDate=sale.get("settledDate"),
        writeOff=sale["writeOff"],
        totalPaid=sum(payment["appliedInNok"] for payment in payments),
        totalPaidInCurrency=sum(payment["applied"] for payment in payments)
        if foreign
        else None,
        outstandingBalance=outstanding_in_nok(sale),
        outstandingBalanceInCurrency=outstanding(sale) if foreign else None,
        lines=[presented_line(line) for line in sale["lines"]],
        customer=contacts.presented(call, customer) if customer else None,
        currency=sale["currency"],
        dueDate=sale.get("dueDate"),
        kid=sale.get("kid"),
        salePayments=[presented_payment(payment) for payment in payments],
        saleAttachments=[attachment(call, item) for item in sale["attachments"]],
        paymentDate=payments[-1]["date"] if payments else None,
        project=project_of(call, sale.get("projectId")),
        notes=sale.get("notes", []),
        deleted=sale["deleted"],
    )


def receivable_of(call, sale) -> str:
    """The customer's sub-account of 1500; a sale without a customer is owed on 1500
    itself.
    """
    customer = sale.get("customerId") and call.store.get(
        call.slug, "contact", sale["customerId"]
    )
    return customer["customerAccountCode"] if customer else RECEIVABLES


# -- booking ---------------------------------------------------------------------------


def book_sale(call, body: SaleRequest, lenient: bool = False):
    """Check and book; the answer is the sale's record."""
    if body.kind == "invoice":
        raise bad_request(
            "kind 'invoice' is for invoices made in Fiken: use POST /invoices"
        )
    _check_customer(call, body)
    if body.saleNumber and call.switches["unique_sale_number"]:
        where = f"{field('saleNumber')} = ? AND NOT {field('deleted')}"
        if call.store.count(call.slug, "sale", where, (body.saleNumber,)):
            raise bad_request(f"saleNumber {body.saleNumber} is already in use")
    check_project(call, body.projectId)
    for line in body.lines:
        if line.projectId is not None and not lenient:
            if call.switches["sale_line_project"] == "refuse":
                raise bad_request("lines.projectId is only for purchases")
            line.projectId = None
    lines = checked_lines(call, SALE, body.lines, body.currency, lenient)
    net, vat, gross = totals(lines)
    gross_in_nok = net + vat
    paid = _paid(body, gross, gross_in_nok)
    label = f"Salg {body.saleNumber}" if body.saleNumber else "Salg"
    cash = body.kind == "cash_sale"
    values = new_document(
        kind=body.kind,
        label=label,
        date=body.date,
        saleNumber=body.saleNumber,
        currency=body.currency,
        customerId=body.customerId,
        dueDate=body.dueDate,
        kid=body.kid,
        projectId=body.projectId,
        lines=lines,
        netAmount=net,
        vatAmount=vat,
        gross=gross,
        grossInNok=gross_in_nok,
    )
    postings = line_postings(SALE, lines, body.projectId)
    books = books_for(call)
    if cash:
        account = books.check_payment_account(body.paymentAccount, "paymentAccount")
        fee = body.paymentFee or 0
        postings += [Line(account, gross_in_nok - fee), Line(FEES, fee)]
    else:
        postings.append(Line(receivable_of(call, values), gross_in_nok))
    values["transactionId"] = books.post("Sale", body.date, label, postings).id
    if cash:
        fee_in_currency = fee if body.currency == "NOK" else 0
        transaction = values["transactionId"]
        values["payments"].append(
            paid_at_once(
                call,
                account,
                body.paymentDate,
                gross - fee_in_currency,
                transaction,
                body.currency,
                gross_in_nok - fee,
            )
        )
        if fee:
            values["payments"].append(
                paid_at_once(
                    call,
                    FEES,
                    body.paymentDate,
                    fee_in_currency,
                    transaction,
                    body.currency,
                    fee,
                )
            )
    elif paid is not None:
        fee = (
            body.paymentFee
            if body.currency == "NOK" and call.switches["payment_fee_settles"]
            else 0
        )
        payment = Payment(
            date=body.paymentDate,
            account=body.paymentAccount,
            amount=paid - (fee or 0),
            amountInNok=body.totalPaid if body.currency != "NOK" else None,
            fee=body.paymentFee,
        )
        add_payment(call, SALE, values, receivable_of(call, values), payment)
    settle(values, values["payments"][-1]["date"] if values["payments"] else body.date)
    return call.store.insert(call.slug, "sale", values)


def _check_customer(call, body: SaleRequest) -> None:
    if body.kind == "cash_sale" and body.customerId is not None:
        if call.switches["customer_on_cash_sale"] == "refuse":
            raise bad_request("customerId cannot be given for a cash_sale")
        if call.switches["customer_on_cash_sale"] == "ignore":
            body.customerId = None
    if body.customerId is not None:
        contacts.role_of(call, body.customerId, "customer", "customerId")
    if body.kind == "external_invoice":
        if body.dueDate is None and call.switches["due_date_required_external"]:
            raise bad_request("'dueDate' er påkrevd")
        if body.dueDate is not None and body.dueDate < body.date:
            raise bad_request("dueDate cannot be before date")


def _paid(body: SaleRequest, gross: int, gross_in_nok: int) -> int | None:
    """What the request says is paid already, in the sale's currency; None when nothing
    is.
    """
    cash = body.kind == "cash_sale"
    foreign = body.currency != "NOK"
    given = body.paymentAccount is not None or body.paymentDate is not None
    if cash or given:
        for name in ("paymentAccount", "paymentDate"):
            if getattr(body, name) is None:
                raise bad_request(f"Missing field '{name}'")
    if cash:
        if body.totalPaid is None:
            raise bad_request(
                "Missing field 'totalPaid' for sale marked as paid in NOK"
            )
        if foreign and body.totalPaidInCurrency is None:
            raise bad_request("Missing field 'totalPaidInCurrency'")
        paid = body.totalPaidInCurrency if foreign else body.totalPaid
        if paid != gross:
            raise bad_request(f"totalPaid is {paid}, but the lines add up to {gross}")
        if foreign and body.totalPaid != gross_in_nok:
            raise bad_request(
                f"totalPaid is {body.totalPaid}, but the lines are {gross_in_nok} NOK"
            )
        return paid
    if not given:
        return None
    paid = body.totalPaidInCurrency if foreign else body.totalPaid
    return gross if paid is None else paid


# -- calls -----------------------------------------------------------------------------


@router.get("/sales")
@listed
async def sales(call: Incoming):
    return call.listing("sale", FILTERS, presented)


@router.post("/sales")
async def create_sale(call: Incoming):
    return call.located("sales", book_sale(call, call.body(SaleRequest)).id)


@router.get("/sales/{sale_id:int}")
async def sale(call: Incoming, sale_id: int):
    return call.answer(presented(call, call.get("sale", sale_id)), "sale")


@router.patch("/sales/{sale_id:int}/settled")
@takes("settledDate")
async def set_settled(call: Incoming, sale_id: int):
    sale = call.get("sale", sale_id)
    date = call.query.get("settledDate")
    if not date or not is_date(date):
        raise bad_request("Missing or invalid parameter 'settledDate'")
    if sale["deleted"]:
        raise bad_request("A deleted sale cannot be settled")
    if sale["kind"] == "invoice" and call.switches["settled_invoice_sale"] == "refuse":
        raise bad_request("An invoice cannot be set settled")
    sale["settled"], sale["settledDate"], sale["settledWithoutPayment"] = (
        True,
        date,
        True,
    )
    call.store.save(sale)
    return call.answer(presented(call, sale), "sale")


@router.patch("/sales/{sale_id:int}/writeOff")
async def write_off(call: Incoming, sale_id: int):
    sale = call.get("sale", sale_id)
    body = call.body(WriteOff)
    if (
        sale["kind"] == "cash_sale"
        or sale["settled"]
        or sale["deleted"]
        or sale["writeOff"]
    ):
        raise bad_request(
            "Cash sales and settled, deleted or lost ones are not written off"
        )
    if body.date <= sale["date"]:
        raise bad_request("The write-off must be dated after the sale")
    left = outstanding_in_nok(sale)
    lines = [Line(LOSSES, left), Line(receivable_of(call, sale), -left)]
    books_for(call).post("Write-off", body.date, f"Tap på krav, {sale['label']}", lines)
    sale["writeOff"] = True
    sale["writeOffAmount"] = left
    settle(sale, body.date)
    if body.comment:
        sale.setdefault("notes", []).append(
            {"author": call.caller.name, "note": body.comment}
        )
    call.store.save(sale)
    return call.answer(presented(call, sale), "sale")


def delete_booked(call, sale, description: str) -> None:
    if sale["kind"] == "invoice":
        raise bad_request(
            "An invoice or credit note cannot be deleted: credit it instead"
        )
    if sale["writeOff"]:
        raise bad_request("A sale that is written off cannot be deleted")
    take_back(call, sale, description)
    call.store.save(sale)


@router.patch("/sales/{sale_id:int}/delete")
@takes("description")
async def delete_sale(call: Incoming, sale_id: int):
    sale = call.get("sale", sale_id)
    delete_booked(call, sale, check_description(call))
    return call.answer(presented(call, sale), "sale")
