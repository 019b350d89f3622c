"""Thousands of records at once, as a company has them after some years."""

from pydantic import ValidationError

from ..bodies import problems
from ..errors import bad_request, invalid, not_found
from . import contacts, products, purchases
from .orders import new_document


def fill(store, slug: str, resource: str, records: list[dict]) -> list[int]:
    """Checked as the API checks one body; accounts and VAT types are not, and nothing
    is posted for purchases.
    """
    if store.company(slug) is None:
        raise not_found("company", slug)
    make = MAKERS.get(resource)
    if make is None or not isinstance(records, list):
        raise bad_request(f"Expected a list of records of {', '.join(MAKERS)}")
    kind = resource.removesuffix("s")
    try:
        return [
            store.insert(slug, kind, make(store, slug, record)).id for record in records
        ]
    except ValidationError as error:
        raise invalid(problems(error)) from None


def _contact(store, slug: str, record: dict) -> dict:
    body = contacts.Contact.model_validate(record)
    values = body.model_dump(exclude=contacts.READ_ONLY, exclude_none=True)
    for person in values.get("contactPerson", ()):
        person["contactPersonId"] = store.next_id()
    contact = {
        "contactPerson": [],
        "groups": [],
        "notes": [],
        **values,
        "documents": [],
    }
    contacts.give_roles(store, slug, contact)
    return contact


def _product(store, slug: str, record: dict) -> dict:
    body = products.Product.model_validate(record)
    return body.model_dump(exclude=products.READ_ONLY, exclude_none=True)


def _purchase(store, slug: str, record: dict) -> dict:
    body = purchases.PurchaseRequest.model_validate(record)
    lines = [
        {
            **line.model_dump(exclude_none=True),
            "vat": line.vat or 0,
            "lineId": store.next_id(),
        }
        for line in body.lines
    ]
    net = sum(line["netPrice"] for line in lines)
    vat = sum(line["vat"] for line in lines)
    return new_document(
        **body.model_dump(
            include={"kind", "date", "identifier", "currency", "dueDate"}
        ),
        supplierId=body.supplierId,
        label=f"Kjøp {body.identifier or ''}".strip(),
        lines=lines,
        netAmount=net,
        vatAmount=vat,
        gross=net + vat,
        grossInNok=net + vat,
        transactionId=store.next_id(),
    )


MAKERS = {"contacts": _contact, "products": _product, "purchases": _purchase}
