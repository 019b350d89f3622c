"""What sales and purchases have in common: order lines, what is still outstanding,
payments.
"""

from decimal import Decimal
from typing import Literal

from ..bodies import MOST, Account, Body, Currency, Date, Id, Ignored, Ore, Text200
from ..books import Books, Line, vat_lines
from ..call import present
from ..chart import CURRENCY_GAIN, CURRENCY_LOSS, FEES
from ..errors import bad_request
from ..money import in_nok, share, to_ore
from ..vat import (
    PURCHASE_TYPES,
    SALE_TYPES,
    TYPES,
    check_amount,
    check_income_account,
    check_registered,
    check_type,
)

SALE, PURCHASE = "sale", "purchase"


class OrderLine(Body):
    description: Text200
    vatType: str
    netPrice: Ore | None = None
    vat: Ore | None = None
    account: Account | None = None
    netPriceInCurrency: Ore | None = None
    vatInCurrency: Ore | None = None
    projectId: Id | None = None


class Payment(Body):
    date: Date
    account: Account
    amount: Ore
    currency: Currency | None = None
    amountInNok: Ore | None = None
    fee: Ore | None = None
    paymentId: Ignored = None


Kind = Literal["sale", "purchase"]


def books_for(call) -> Books:
    return Books(call.store, call.company, call.switches)


# -- lines -----------------------------------------------------------------------------


def checked_lines(
    call, kind: Kind, lines: list[OrderLine], currency: str, lenient: bool = False
) -> list[dict]:
    """The lines as they are stored, amounts in NOK and in currency. Drafts are lenient
    about account and type.
    """
    if not lines:
        raise bad_request("'lines' er påkrevd")
    checked = [
        _checked_line(call, kind, line, currency, lenient, f"lines[{index}]")
        for index, line in enumerate(lines)
    ]
    if any(abs(total) > MOST for total in totals(checked)):
        raise bad_request("The lines add up to too large an amount")
    if call.switches["zero_total"] == "refuse" and not sum(
        line["netPrice"] + line["vat"] for line in checked
    ):
        raise bad_request("The lines add up to 0")
    return checked


def _checked_line(
    call, kind: Kind, line: OrderLine, currency: str, lenient: bool, where: str
) -> dict:
    switches = call.switches
    selling = kind == SALE
    registered = call.company["vatType"] != "no"
    allowed = (
        SALE_TYPES
        if selling
        else PURCHASE_TYPES
        if registered
        else PURCHASE_TYPES | {"OUTSIDE"}
    )
    vat_type = check_type(line.vatType, allowed, f"{where}.vatType")
    check_registered(
        call.company, vat_type.name, ("OUTSIDE",) if selling else ("OUTSIDE", "NONE")
    )
    books_for(call).check_account(line.account, f"{where}.account")
    if selling and not lenient:
        check_income_account(line.account, vat_type.name, switches)
    foreign = currency != "NOK"
    net = line.netPriceInCurrency if foreign else line.netPrice
    vat = (line.vatInCurrency if foreign else line.vat) or 0
    if net is None:
        name = "netPriceInCurrency" if foreign else "netPrice"
        raise bad_request(f"{where}: missing field '{name}'")
    if foreign and not selling and vat_type.name == "HIGH":
        raise bad_request(f"{where}: vatType HIGH cannot be used in a foreign currency")
    if min(net, vat) < 0 and switches["negative_lines"] == "refuse":
        raise bad_request(f"{where}: amounts cannot be negative")
    check_amount(vat_type, net, vat, switches["vat_tolerance_ore"], where)
    if vat_type.way == "cost":
        own = share(net, vat_type.rate)
        net, vat = net + own, -own
    stored = {
        "description": line.description,
        "vatType": vat_type.name,
        "account": line.account,
        "lineId": call.store.next_id(),
    }
    if foreign:
        stored.update(netPriceInCurrency=net, vatInCurrency=vat)
        given = switches["nok_of_foreign_lines"] == "given"
        net = (
            line.netPrice
            if given and line.netPrice is not None
            else in_nok(net, currency)
        )
        vat = line.vat if given and line.vat is not None else in_nok(vat, currency)
    stored.update(netPrice=net, vat=vat)
    if line.projectId is not None:
        stored["projectId"] = line.projectId
    return stored


def totals(lines: list[dict]) -> tuple[int, int, int]:
    """Net and VAT in NOK, gross in the document's currency."""
    net, vat = (
        sum(line["netPrice"] for line in lines),
        sum(line["vat"] for line in lines),
    )
    gross = sum(
        line.get("netPriceInCurrency", line["netPrice"])
        + line.get("vatInCurrency", line["vat"])
        for line in lines
    )
    return net, vat, gross


def line_postings(
    kind: Kind, lines: list[dict], project: int | None = None
) -> list[Line]:
    side = -1 if kind == SALE else 1
    return [
        posting
        for line in lines
        for posting in vat_lines(
            line["account"],
            line["netPrice"],
            line["vat"],
            TYPES[line["vatType"]],
            side,
            line.get("projectId") or project,
        )
    ]


def presented_line(line: dict) -> dict:
    return {name: value for name, value in line.items() if name != "projectId"}


# -- what is outstanding ---------------------------------------------------------------


def outstanding(document: dict) -> int:
    """In the document's currency."""
    if document["deleted"] or document["writeOff"]:
        return 0
    return (
        document["gross"]
        - sum(payment["applied"] for payment in document["payments"])
        - document["credited"]
    )


def outstanding_in_nok(document: dict) -> int:
    left = outstanding(document)
    if document["currency"] == "NOK" or not document["gross"]:
        return left
    if not left:
        return 0
    return (
        document["grossInNok"]
        - sum(payment["appliedInNok"] for payment in document["payments"])
        - document["creditedInNok"]
    )


def settle(document: dict, date: str) -> None:
    """Note whether the document is settled now, and since when."""
    left = outstanding(document)
    done = left == 0 or (left > 0) != (document["gross"] > 0)
    if document.get("settledWithoutPayment"):
        return
    document["settled"] = done
    if done:
        document["settledDate"] = date
    else:
        document.pop("settledDate", None)


def new_document(**fields) -> dict:
    return present(
        **fields,
        payments=[],
        credited=0,
        creditedInNok=0,
        settled=False,
        writeOff=False,
        deleted=False,
        attachments=[],
    )


# -- payments --------------------------------------------------------------------------


def presented_payment(payment: dict) -> dict:
    return {
        name: payment[name]
        for name in (
            "paymentId",
            "date",
            "account",
            "amount",
            "currency",
            "amountInNok",
            "fee",
        )
        if name in payment
    }


def add_payment(call, kind: Kind, document, counterpart: str, payment: Payment) -> dict:
    """Book a payment against the document's customer or supplier account."""
    books, switches = books_for(call), call.switches
    books.check_payment_account(payment.account, "account")
    if document["deleted"]:
        raise bad_request("A deleted document cannot be paid")
    if document["writeOff"]:
        raise bad_request("A document that is written off cannot be paid")
    if not payment.amount:
        raise bad_request("amount cannot be 0")
    currency = payment.currency or document["currency"]
    if currency != document["currency"]:
        raise bad_request(f"currency must be the document's, {document['currency']}")
    left = outstanding(document)
    fee = payment.fee or 0
    settles = (
        fee
        if kind == SALE and currency == "NOK" and switches["payment_fee_settles"]
        else 0
    )
    applied = payment.amount + settles
    if switches["overpayment"] == "refuse" and abs(applied) > abs(left):
        raise bad_request(
            f"The payment of {applied} is more than what is outstanding, {left}"
        )
    if applied == left:
        applied_nok = outstanding_in_nok(document)
    elif currency == "NOK":
        applied_nok = applied
    else:
        applied_nok = round_share(applied, document["grossInNok"], document["gross"])
    paid_nok = payment.amount if currency == "NOK" else payment.amountInNok
    if paid_nok is None:
        paid_nok = in_nok(payment.amount, currency)
    side = 1 if kind == SALE else -1
    lines = [
        Line(payment.account, side * paid_nok),
        Line(counterpart, -side * applied_nok),
    ]
    if fee:
        lines.append(Line(FEES, fee))
        if not settles:
            lines.append(Line(payment.account, -fee))
    difference = -sum(line.amount for line in lines)
    if difference:
        lines.append(
            Line(CURRENCY_LOSS if difference > 0 else CURRENCY_GAIN, difference)
        )
    transaction = books.post(
        "Payment", payment.date, f"Betaling, {document['label']}", lines
    )
    stored = present(
        paymentId=call.store.next_id(),
        date=payment.date,
        account=payment.account,
        amount=payment.amount,
        currency=None if currency == "NOK" else currency,
        amountInNok=None if currency == "NOK" else paid_nok,
        fee=payment.fee,
        applied=applied,
        appliedInNok=applied_nok,
        transactionId=transaction.id,
    )
    document["payments"].append(stored)
    settle(document, payment.date)
    return stored


def round_share(part: int, whole_in_nok: int, whole: int) -> int:
    return to_ore(Decimal(part) * whole_in_nok / whole)


def paid_at_once(
    call,
    account: str,
    date: str,
    amount: int,
    transaction: int,
    currency: str,
    in_nok_: int,
) -> dict:
    """The payment that is part of a cash document's own transaction."""
    return present(
        paymentId=call.store.next_id(),
        date=date,
        account=account,
        amount=amount,
        currency=None if currency == "NOK" else currency,
        amountInNok=None if currency == "NOK" else in_nok_,
        applied=amount,
        appliedInNok=in_nok_,
        transactionId=transaction,
    )


def take_back(call, document, description: str) -> None:
    """Reverse the document and its payments."""
    if document["deleted"]:
        raise bad_request("Already deleted")
    if document["payments"] and call.switches["delete_with_payments"] == "refuse":
        raise bad_request("The document has payments: delete these first")
    books = books_for(call)
    transactions = {payment["transactionId"] for payment in document["payments"]} | {
        document["transactionId"]
    }
    for transaction in sorted(transactions):
        books.reverse(transaction, description)
    document["deleted"] = True


def check_description(call) -> str:
    description = call.query.get("description")
    if not description:
        raise bad_request("Missing required parameter 'description'")
    return description
