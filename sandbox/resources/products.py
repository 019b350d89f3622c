"""Products. ``stock`` is a plain number that one overwrites; there are no movements
behind it.
"""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from ..bodies import Account, Body, Date, Ignored, Number, Text200, UnitPrice
from ..books import Books
from ..call import Incoming, listed, present
from ..errors import Refusal
from ..filters import CHANGED, Filters
from ..store import field
from ..vat import INVOICE_TYPES, check_income_account, check_registered, check_type

router = APIRouter(prefix="/companies/{slug}")

FILTERS = (
    Filters().folded("name").exact("productNumber").flag("active").dates(**CHANGED)
)


class Product(Body):
    name: str = Field(min_length=1)
    incomeAccount: Annotated[Account, StringConstraints(min_length=1)]
    vatType: str
    active: bool
    unitPrice: UnitPrice | None = None
    productNumber: str | None = None
    stock: Number | None = None
    note: Text200 | None = None
    productId: Ignored = None
    createdDate: Ignored = None
    lastModifiedDate: Ignored = None


READ_ONLY = {"productId", "createdDate", "lastModifiedDate"}


def presented(call, product) -> dict:
    return present(
        productId=product.id,
        createdDate=product.created,
        lastModifiedDate=product.modified,
        **product,
    )


def _values(call) -> dict:
    body = call.body(Product)
    check_type(body.vatType, INVOICE_TYPES, "vatType")
    check_registered(call.company, body.vatType)
    Books(call.store, call.company, call.switches).check_account(
        body.incomeAccount, "incomeAccount"
    )
    check_income_account(body.incomeAccount, body.vatType, call.switches)
    return body.model_dump(exclude=READ_ONLY, exclude_none=True)


def is_used(call, product_id: int) -> bool:
    where = (
        "EXISTS (SELECT 1 FROM json_each(record.body, '$.lines') "
        "WHERE json_extract(value, '$.productId') = ?)"
    )
    return any(
        call.store.count(call.slug, kind, where, (product_id,))
        for kind in ("invoice", "creditNote")
    )


@router.get("/products")
@listed
async def products(call: Incoming):
    return call.listing("product", FILTERS, presented)


@router.post("/products")
async def create_product(call: Incoming):
    return call.located(
        "products", call.store.insert(call.slug, "product", _values(call)).id
    )


@router.get("/products/{product_id:int}")
async def product(call: Incoming, product_id: int):
    return call.answer(presented(call, call.get("product", product_id)), "product")


@router.put("/products/{product_id:int}")
async def update_product(call: Incoming, product_id: int):
    product = call.get("product", product_id)
    values = _values(call)
    product.clear()
    product.update(values)
    call.store.save(product)
    return call.located("products", product_id, status=200)


@router.delete("/products/{product_id:int}")
async def delete_product(call: Incoming, product_id: int):
    product = call.get("product", product_id)
    if call.switches["delete_used_product"] == "refuse" and is_used(call, product_id):
        raise Refusal(400, "The product is used on invoices and cannot be deleted")
    call.store.delete(product)
    return call.empty()


# -- sales report ----------------------------------------------------------------------


def _line_info(lines: list[dict]) -> dict:
    return {
        "count": len(lines),
        "sales": int(sum(abs(line["quantity"]) for line in lines)),
        "netAmount": sum(line["net"] for line in lines),
        "vatAmount": sum(line["vat"] for line in lines),
        "grossAmount": sum(line["gross"] for line in lines),
    }


class ReportPeriod(Body):
    from_: Date = Field(alias="from")
    to: Date


@router.post("/products/salesReport")
async def sales_report(call: Incoming):
    period = call.body(ReportPeriod)
    lines: dict[int, dict[str, list]] = {}
    for kind, column in (("invoice", "sold"), ("creditNote", "credited")):
        where = f"{field('issueDate')} BETWEEN ? AND ?"
        for document in call.store.find(
            call.slug, kind, where, (period.from_, period.to)
        ):
            for line in document["lines"]:
                if line.get("productId"):
                    rows = lines.setdefault(
                        line["productId"], {"sold": [], "credited": []}
                    )
                    rows[column].append(line)
    report = []
    for product_id, rows in sorted(lines.items()):
        product = call.store.get(call.slug, "product", product_id)
        if product:
            report.append(
                {
                    "product": presented(call, product),
                    "sold": _line_info(rows["sold"]),
                    "credited": _line_info(rows["credited"]),
                    "sum": _line_info(rows["sold"] + rows["credited"]),
                }
            )
    return call.answer(report, "salesReport")
