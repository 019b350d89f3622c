"""What invoices and credit notes have in common: counting their lines, number series,
booking, presenting.
"""

import time
from decimal import Decimal

from ..bodies import MOST, Account, Body, Id, Number, Ore, Percent, Text200, UnitPrice
from ..books import Line
from ..call import present
from ..chart import ROUNDING
from ..errors import Refusal, bad_request
from ..money import HUNDRED, in_nok, rounded, share, to_ore
from ..vat import (
    INVOICE_TYPES,
    SALE_TYPES,
    TYPES,
    check_income_account,
    check_registered,
    check_type,
)
from . import contacts
from .attachments import new_attachment
from .attachments import presented as attachment
from .orders import books_for, line_postings, new_document
from .projects import project_of


class InvoiceLine(Body):
    quantity: Number
    net: Ore | None = None
    vat: Ore | None = None
    vatType: str | None = None
    gross: Ore | None = None
    vatInPercent: Percent | None = None
    unitPrice: UnitPrice | None = None
    discount: Percent | None = None
    productName: str | None = None
    productId: Id | None = None
    description: Text200 | None = None
    comment: Text200 | None = None
    incomeAccount: Account | None = None


# -- lines -----------------------------------------------------------------------------


def _type_for_percent(percent: Decimal, field: str) -> str:
    for name in ("HIGH", "MEDIUM", "LOW", "EXEMPT"):
        if TYPES[name].rate == percent:
            return name
    raise bad_request(f"{field}: no vatType has {percent} %")


def counted_line(
    call, line: dict, currency: str, where: str, strict: bool = True
) -> dict:
    """A line with its amounts.

    Unit price × quantity less discount, rounded to whole øre, then VAT of that.
    ``strict`` is for booking; a draft's totals are counted without asking whether
    account and type go together.
    """
    product_id = line.get("productId")
    product = call.store.get(call.slug, "product", product_id) or {}
    if strict and product_id is not None and not product:
        raise bad_request(f"{where}: no product with id {product_id}")
    unit_price = line.get("unitPrice")
    if unit_price is None:
        unit_price = product.get("unitPrice")
    quantity = Decimal(line["quantity"])
    if unit_price is None and line.get("net") is not None and quantity:
        price = Decimal(line["net"]) / quantity
        if abs(price) > MOST:
            raise bad_request(f"{where}: the unit price is too large")
        unit_price = to_ore(price)
    if unit_price is None:
        if strict:
            raise bad_request(f"{where}: unitPrice is required")
        unit_price = 0
    vat_name = line.get("vatType") or product.get("vatType")
    percent = line.get("vatInPercent")
    if not vat_name and percent is not None:
        vat_name = _type_for_percent(percent, where)
    if strict or vat_name:
        vat_type = check_type(
            vat_name, INVOICE_TYPES if strict else SALE_TYPES, f"{where}.vatType"
        )
    else:
        vat_type = TYPES["NONE"]
    if percent is not None and vat_type.rate != percent:
        raise bad_request(f"{where}: vatType {vat_type.name} is not {percent} %")
    account = line.get("incomeAccount") or product.get("incomeAccount")
    if strict:
        if not account:
            raise bad_request(f"{where}: incomeAccount is required")
        check_registered(call.company, vat_type.name)
        books_for(call).check_account(account, f"{where}.incomeAccount")
        check_income_account(account, vat_type.name, call.switches)
        if (
            min(quantity, unit_price) < 0
            and call.switches["negative_lines"] == "refuse"
        ):
            raise bad_request(
                f"{where}: negative quantities and prices are not allowed"
            )
    discount = line.get("discount") or Decimal(0)
    net = to_ore(Decimal(unit_price) * quantity * (HUNDRED - discount) / HUNDRED)
    vat = share(net, vat_type.rate)
    return present(
        net=net,
        vat=vat,
        gross=net + vat,
        netInNok=in_nok(net, currency),
        vatInNok=in_nok(vat, currency),
        grossInNok=in_nok(net, currency) + in_nok(vat, currency),
        vatType=vat_type.name,
        vatInPercent=vat_type.rate,
        unitPrice=unit_price,
        quantity=quantity,
        discount=discount,
        productId=line.get("productId"),
        productName=product.get("name") or line.get("productName"),
        description=line.get("description"),
        comment=line.get("comment"),
        incomeAccount=account,
    )


def counted_lines(
    call, lines: list[dict], currency: str, strict: bool = True
) -> list[dict]:
    if strict and not lines:
        raise bad_request("'lines' er påkrevd")
    counted = [
        counted_line(call, line, currency, f"lines[{index}]", strict)
        for index, line in enumerate(lines)
    ]
    if strict:
        check_size(counted)
    return counted


def check_size(lines: list[dict]) -> None:
    """A price and a quantity that are possible each may be too much together."""
    for totals in (*lines, sums(lines)):
        if abs(totals["gross"]) > MOST:
            raise bad_request(f"The amount {totals['gross']} is too large")


def sums(lines: list[dict]) -> dict:
    return {
        name: sum(line[name] for line in lines)
        for name in ("net", "vat", "gross", "netInNok", "vatInNok", "grossInNok")
    }


# -- number series and bank accounts ---------------------------------------------------


def check_series(call, series: str, draft_type: str) -> None:
    if call.store.counter(call.slug, series) is None:
        raise bad_request(f"Missing number series for drafts of type: {draft_type}.")


def bank_account(call, name: str, value: str | None):
    """The account an invoice is paid to; the same number may be registered twice, a
    verified one counts.
    """
    found = [
        account
        for account in call.store.find(call.slug, "bankAccount")
        if value and account[name] == value
    ]
    found.sort(key=lambda account: not account["verified"])
    return found[0] if found else None


def check_bank(call, account, number: str | None) -> None:
    if not number and account is None:
        raise Refusal(500, "Kontonummer mangler: bank account number null")
    needed = call.switches["unverified_bank_account"] == "refuse"
    if account is None or needed and not account["verified"]:
        raise Refusal(
            403, f"Bank account {number} has not been verified for this company"
        )


def kid_for(number: int) -> str:
    """The document's number with a check digit (modulus 10)."""
    digits = f"{number:07d}"
    total = sum(
        sum(divmod(int(digit) * (2 if index % 2 == 0 else 1), 10))
        for index, digit in enumerate(reversed(digits))
    )
    return f"{digits}{-total % 10}"


# -- booking ---------------------------------------------------------------------------


def book(
    call, kind: str, number: int, lines: list[dict], customer, sign: int = 1, **values
) -> tuple[dict, object]:
    """Post the document and make the sale behind it; returns its values and the sale.

    ``sign`` is -1 for credit notes: all their amounts are negative.
    """
    lines = [
        {**line, **{name: sign * line[name] for name in sums([]) if name in line}}
        for line in lines
    ]
    amounts = sums(lines)
    currency = values["currency"]
    total = (
        sign * rounded(sign * amounts["gross"], values.get("roundingType"))
        if currency == "NOK"
        else amounts["gross"]
    )
    rounding = total - amounts["gross"]
    amounts["gross"] += rounding
    amounts["grossInNok"] += rounding
    order_lines = [
        {
            "description": (line.get("description") or line.get("productName") or "")[
                :200
            ],
            "vatType": line["vatType"],
            "account": line["incomeAccount"],
            "netPrice": line["netInNok"],
            "vat": line["vatInNok"],
            **(
                {}
                if currency == "NOK"
                else {"netPriceInCurrency": line["net"], "vatInCurrency": line["vat"]}
            ),
            "lineId": call.store.next_id(),
        }
        for line in lines
    ]
    label = f"{'Faktura' if kind == 'invoice' else 'Kreditnota'} {number}"
    postings = line_postings("sale", order_lines, values.get("projectId"))
    postings += [
        Line(ROUNDING, -rounding),
        Line(customer["customerAccountCode"], amounts["grossInNok"]),
    ]
    transaction = books_for(call).post(
        "Invoice" if kind == "invoice" else "Credit Note",
        values["issueDate"],
        f"{label}, {customer['name']}",
        postings,
    )
    sale = new_document(
        kind="invoice",
        label=label,
        date=values["issueDate"],
        saleNumber=str(number),
        currency=currency,
        customerId=customer.id,
        dueDate=values.get("dueDate"),
        kid=values.get("kid"),
        projectId=values.get("projectId"),
        lines=order_lines,
        netAmount=amounts["netInNok"],
        vatAmount=amounts["vatInNok"],
        gross=amounts["gross"],
        grossInNok=amounts["grossInNok"],
        transactionId=transaction.id,
    )
    sale = call.store.insert(call.slug, "sale", sale)
    # A page for the sake of the link; the sandbox prints nothing.
    pdf = new_attachment(
        call, f"{label.lower().replace(' ', '-')}.pdf", EMPTY_PDF, kind="invoice"
    )
    document = present(
        **values,
        lines=lines,
        **amounts,
        customerId=customer.id,
        address=customer.get("address") or {"country": "Norway"},
        saleId=sale.id,
        pdf=pdf,
        issued_at=time.time(),
        attachments=[],
        dispatches=[],
    )
    return document, sale


EMPTY_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


# -- presenting ------------------------------------------------------------------------


def presented_parts(call, document) -> dict:
    """The fields that invoices and credit notes share."""
    customer = call.store.get(call.slug, "contact", document["customerId"])
    copied = (
        "kid issueDate net vat gross netInNok vatInNok grossInNok yourReference "
        "ourReference orderReference address currency"
    ).split()
    return {
        **{name: document.get(name) for name in copied},
        "lastModifiedDate": document.modified,
        "lines": document["lines"],
        "customer": customer and contacts.presented(call, customer),
        "project": project_of(call, document.get("projectId")),
    }


def presented_pdf(call, document) -> dict | None:
    if time.time() < document["issued_at"] + call.switches["pdf_seconds"]:
        return None
    return attachment(call, document["pdf"])
