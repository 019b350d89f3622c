"""Invoices that Fiken issues."""

import uuid

from fastapi import APIRouter
from pydantic import Field

from ..bodies import Account, Body, Currency, Date, Id, RoundingType, Text500, Uuid
from ..call import Incoming, listed, present
from ..errors import bad_request
from ..filters import CHANGED, Filters
from ..store import field
from . import contacts, sales
from .attachments import presented as attachment
from .counters import next_number
from .invoicing import (
    InvoiceLine,
    bank_account,
    book,
    check_bank,
    check_series,
    counted_lines,
    kid_for,
    presented_parts,
    presented_pdf,
)
from .orders import SALE, Payment, add_payment
from .projects import check_project

router = APIRouter(prefix="/companies/{slug}")

# An invoice is settled when the sale behind it is.
SETTLED = (
    "(SELECT json_extract(sale.body, '$.settled') FROM record sale "
    "WHERE sale.id = json_extract(record.body, '$.saleId'))"
)

FILTERS = (
    Filters()
    .dates("issueDate", "dueDate")
    .dates(lastModified=CHANGED["lastModified"])
    .number("customerId")
    .flag("settled", SETTLED)
    .exact("orderReference")
    .uuid("invoiceDraftUuid")
    .number("invoiceNumber")
)


class InvoiceRequest(Body):
    nullable = frozenset({"currency"})

    issueDate: Date
    dueDate: Date
    lines: list[InvoiceLine] = Field(min_length=1)
    bankAccountCode: Account
    cash: bool
    customerId: Id
    uuid: Uuid | None = None
    ourReference: str | None = None
    yourReference: str | None = None
    orderReference: str | None = None
    contactPersonId: Id | None = None
    currency: Currency | None = None
    invoiceText: Text500 | None = None
    paymentAccount: Account | None = None
    projectId: Id | None = None
    roundingType: RoundingType | None = None


class UpdateInvoice(Body):
    newDueDate: Date | None = None
    sentManually: bool | None = None


def presented(call, invoice) -> dict:
    sale = call.store.get(call.slug, "sale", invoice["saleId"])
    return present(
        invoiceId=invoice.id,
        createdDate=invoice.created,
        invoiceNumber=invoice["invoiceNumber"],
        dueDate=invoice["dueDate"],
        originalDueDate=invoice["originalDueDate"],
        cash=invoice["cash"],
        invoiceText=invoice.get("invoiceText"),
        invoiceDraftUuid=invoice.get("invoiceDraftUuid"),
        bankAccountNumber=invoice.get("bankAccountNumber"),
        sentManually=invoice["sentManually"],
        invoicePdf=presented_pdf(call, invoice),
        associatedCreditNotes=invoice["associatedCreditNotes"],
        attachments=[attachment(call, item) for item in invoice["attachments"]],
        sale=sales.presented(call, sale),
        dispatches=invoice["dispatches"],
        **presented_parts(call, invoice),
    )


def book_invoice(
    call,
    lines: list[dict],
    customerId: int,
    cash: bool,
    paymentAccount: str | None = None,
    identity: int | None = None,
    **values,
):
    """Count, number, post; a cash invoice is paid at once. Series and bank account are
    checked before.

    :param identity: the invoice's id, else one of its own
    """
    customer = contacts.role_of(call, customerId, "customer", "customerId")
    lines = counted_lines(call, lines, values["currency"])
    if call.switches["zero_total"] == "refuse" and not sum(
        line["gross"] for line in lines
    ):
        raise bad_request("The lines add up to 0")
    number = next_number(call, "invoice")
    document, sale = book(
        call,
        "invoice",
        number,
        lines,
        customer,
        invoiceNumber=number,
        kid=kid_for(number),
        cash=cash,
        originalDueDate=values["dueDate"],
        sentManually=False,
        associatedCreditNotes=[],
        **values,
    )
    if cash:
        payment = Payment(
            date=values["issueDate"], account=paymentAccount, amount=sale["gross"]
        )
        add_payment(call, SALE, sale, sales.receivable_of(call, sale), payment)
        call.store.save(sale)
    if call.switches["invoicing_decrements_stock"]:
        _lower_stock(call, lines)
    return call.store.insert(call.slug, "invoice", document, identity)


def _lower_stock(call, lines: list[dict]) -> None:
    for line in lines:
        product = line.get("productId") and call.store.get(
            call.slug, "product", line["productId"]
        )
        if product and product.get("stock") is not None:
            product["stock"] -= line["quantity"]
            call.store.save(product)


@router.get("/invoices")
@listed
async def invoices(call: Incoming):
    return call.listing("invoice", FILTERS, presented)


@router.post("/invoices")
async def create_invoice(call: Incoming):
    body = call.body(InvoiceRequest)
    customer = contacts.role_of(call, body.customerId, "customer", "customerId")
    contacts.check_person(customer, body.contactPersonId)
    check_project(call, body.projectId)
    if body.dueDate < body.issueDate:
        raise bad_request("dueDate cannot be before issueDate")
    if body.cash != (body.paymentAccount is not None):
        raise bad_request("paymentAccount is for cash invoices, which need it")
    check_series(call, "invoice", "cash_invoice" if body.cash else "invoice")
    account = bank_account(call, "accountCode", body.bankAccountCode)
    if account is None:
        raise bad_request(f"bankAccountCode: no bank account {body.bankAccountCode}")
    check_bank(call, account, account["bankAccountNumber"])
    identity = body.uuid or str(uuid.uuid4())
    if body.uuid and call.switches["repeated_invoice_uuid"] == "refuse":
        if call.store.count(call.slug, "invoice", f"{field('uuid')} = ?", (identity,)):
            raise bad_request(f"An invoice with uuid {identity} exists already")
    values = body.model_dump(
        exclude_none=True,
        exclude={"lines", "bankAccountCode", "contactPersonId", "uuid"},
    )
    values.setdefault("currency", "NOK")
    if call.switches["invoice_uuid_is_draft_uuid"]:
        values["invoiceDraftUuid"] = identity
    lines = [line.model_dump(exclude_none=True) for line in body.lines]
    invoice = book_invoice(
        call,
        lines,
        uuid=identity,
        bankAccountNumber=account["bankAccountNumber"],
        **values,
    )
    return call.located("invoices", invoice.id)


@router.post("/invoices/{invoice_id:int}/payments")
async def pay_invoice(call: Incoming, invoice_id: int):
    """It is the sale behind the invoice that is paid."""
    raise bad_request("HTTP method POST is not supported by this URL")


@router.get("/invoices/{invoice_id:int}")
async def invoice(call: Incoming, invoice_id: int):
    return call.answer(presented(call, call.get("invoice", invoice_id)), "invoice")


@router.patch("/invoices/{invoice_id:int}")
async def update_invoice(call: Incoming, invoice_id: int):
    invoice = call.get("invoice", invoice_id)
    body = call.body(UpdateInvoice)
    if body.newDueDate is not None:
        if body.newDueDate < invoice["issueDate"]:
            raise bad_request("newDueDate cannot be before issueDate")
        invoice["dueDate"] = body.newDueDate
        sale = call.store.get(call.slug, "sale", invoice["saleId"])
        sale["dueDate"] = body.newDueDate
        call.store.save(sale)
    if body.sentManually is not None:
        invoice["sentManually"] = body.sentManually
    call.store.save(invoice)
    return call.located("invoices", invoice_id, status=200)
