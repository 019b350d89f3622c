"""Contacts: customers and suppliers in one, with their people and groups."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from ..bodies import Body, Currency, Id, Ignored, Int32, Percent, Text200
from ..call import Incoming, listed
from ..errors import bad_request, not_found
from ..filters import CHANGED, Filters
from ..store import field
from .attachments import presented as attachment

router = APIRouter(prefix="/companies/{slug}")

FILTERS = (
    Filters()
    .folded("name")
    .folded("email")
    .folded("organizationNumber")
    .exact("phoneNumber")
    .exact("memberNumberString")
    .number("memberNumber")
    .number("customerNumber")
    .number("supplierNumber")
    .where(
        "group", "EXISTS (SELECT 1 FROM json_each(body, '$.groups') WHERE value = ?)"
    )
    .flag("customer")
    .flag("supplier")
    .flag("inactive")
    .dates(**CHANGED)
    .sorted_by(createdDate="created", lastModified="modified")
)


class Address(Body):
    streetAddress: str | None = None
    streetAddressLine2: str | None = None
    city: str | None = None
    postCode: str | None = None
    country: str = Field(min_length=1)


class ContactPerson(Body):
    contactPersonId: Id | None = None
    name: str = Field(min_length=1)
    email: str = Field(min_length=1)
    phoneNumber: str | None = None
    address: Address | None = None


class Contact(Body):
    nullable = frozenset({"currency", "language"})

    name: str = Field(min_length=1, max_length=200)
    email: Text200 | None = None
    organizationNumber: Text200 | None = None
    phoneNumber: str | None = Field(None, max_length=20)
    memberNumber: Id | None = None
    memberNumberString: str | None = None
    customer: bool = False
    supplier: bool = False
    bankAccountNumber: str | None = Field(None, max_length=11)
    contactPerson: list[ContactPerson] | None = None
    currency: Currency | None = None
    language: Literal["NORWEGIAN", "ENGLISH", "Norwegian", "English"] | None = None
    inactive: bool = False
    daysUntilInvoicingDueDate: Int32 | None = None
    discount: Percent | None = None
    address: Address | None = None
    groups: list[str] | None = None
    # read-only: sent back by clients that read, merge and write
    contactId: Ignored = None
    createdDate: Ignored = None
    lastModifiedDate: Ignored = None
    customerNumber: Ignored = None
    customerAccountCode: Ignored = None
    supplierNumber: Ignored = None
    supplierAccountCode: Ignored = None
    notes: Ignored = None
    documents: Ignored = None


READ_ONLY = {
    name for name, info in Contact.model_fields.items() if info.annotation is Ignored
}

# A PUT is a full replacement, except that these survive when left out (seen at Fiken).
SURVIVE = (
    "phoneNumber",
    "contactPerson",
    "currency",
    "memberNumber",
    "memberNumberString",
)

# What names a contact, and in which field.
NAMING = (
    ("sale", "customerId"),
    ("purchase", "supplierId"),
    ("invoice", "customerId"),
    ("creditNote", "customerId"),
    ("project", "contactId"),
    ("invoiceDraft", "customerId"),
    ("creditNoteDraft", "customerId"),
    ("offerDraft", "customerId"),
    ("orderConfirmationDraft", "customerId"),
    ("offer", "contactId"),
    ("orderConfirmation", "contactId"),
    ("saleDraft", "contactId"),
    ("purchaseDraft", "contactId"),
)


def presented(call, contact) -> dict:
    return {
        "contactId": contact.id,
        "createdDate": contact.created,
        "lastModifiedDate": contact.modified,
        **contact,
        "documents": [attachment(call, document) for document in contact["documents"]],
    }


def give_roles(store, slug: str, contact: dict) -> None:
    """A customer gets a number and a sub-account of 1500, a supplier one of 2400; they
    keep them.
    """
    for role, collective in (("customer", "1500"), ("supplier", "2400")):
        if contact.get(role) and not contact.get(f"{role}Number"):
            number = store.next_number(slug, role)
            contact[f"{role}Number"] = number
            contact[f"{role}AccountCode"] = f"{collective}:{number}"
        if contact.get(f"{role}AccountCode"):
            store.add_account(slug, contact[f"{role}AccountCode"], contact["name"])


def _values(call, people: list[dict] = ()) -> dict:
    """What the body says; people that are there already keep their ids."""
    body = call.body(Contact)
    values = body.model_dump(exclude=READ_ONLY, exclude_none=True)
    if body.contactPerson is not None:
        known = {person["contactPersonId"] for person in people}
        values["contactPerson"] = [
            _person(call, person, {person.contactPersonId} & known)
            for person in body.contactPerson
        ]
    return values


def _person(call, body: ContactPerson, identities=()) -> dict:
    person = body.model_dump(exclude={"contactPersonId"}, exclude_none=True)
    identity = next(iter(identities), None) or call.store.next_id()
    return {"contactPersonId": identity, **person}


def role_of(call, contact_id: int | None, role: str, field_name: str):
    """The contact behind a document, which must have the right role."""
    contact = call.store.get(call.slug, "contact", contact_id)
    if contact is None:
        raise bad_request(f"{field_name}: no contact with id {contact_id}")
    if not contact.get(role):
        raise bad_request(f"{field_name}: contact {contact_id} is not a {role}")
    return contact


def check_person(contact, person_id: int | None) -> None:
    if person_id is not None and all(
        person["contactPersonId"] != person_id for person in contact["contactPerson"]
    ):
        raise bad_request(
            f"contactPersonId: {person_id} does not belong to contact {contact.id}"
        )


def is_used(call, contact) -> bool:
    """Whether a document names the contact, or anything is posted on its accounts."""
    accounts = (contact.get("customerAccountCode"), contact.get("supplierAccountCode"))
    if any(call.store.has_postings(call.slug, account) for account in accounts):
        return True
    return any(
        call.store.count(call.slug, kind, f"{field(party)} = ?", (contact.id,))
        for kind, party in NAMING
    )


@router.get("/contacts")
@listed
async def contacts(call: Incoming):
    where = "1"
    if call.switches["contacts_default_active"] and "inactive" not in call.query:
        where = f"{field('inactive')} = 0"
    return call.listing("contact", FILTERS, presented, where=where)


@router.post("/contacts")
async def create_contact(call: Incoming):
    contact = {
        "contactPerson": [],
        "groups": [],
        "notes": [],
        **_values(call),
        "documents": [],
    }
    give_roles(call.store, call.slug, contact)
    return call.located("contacts", call.store.insert(call.slug, "contact", contact).id)


@router.get("/contacts/{contact_id:int}")
async def contact(call: Incoming, contact_id: int):
    return call.answer(presented(call, call.get("contact", contact_id)), "contact")


@router.put("/contacts/{contact_id:int}")
async def update_contact(call: Incoming, contact_id: int):
    contact = call.get("contact", contact_id)
    values = _values(call, contact["contactPerson"])
    kept = {name: contact[name] for name in (*READ_ONLY, *SURVIVE) if name in contact}
    if not call.switches["contacts_put_blanks_groups"]:
        kept.update(
            {name: contact[name] for name in ("groups", "address") if name in contact}
        )
    contact.clear()
    contact.update({"contactPerson": [], "groups": [], **kept, **values})
    give_roles(call.store, call.slug, contact)
    call.store.save(contact)
    return call.located("contacts", contact_id, status=200)


@router.delete("/contacts/{contact_id:int}")
async def delete_contact(call: Incoming, contact_id: int):
    contact = call.get("contact", contact_id)
    if is_used(call, contact):
        contact["inactive"] = True
        call.store.save(contact)
        return call.answer(presented(call, contact), "contact")
    call.store.delete(contact)
    return call.empty()


# -- people ----------------------------------------------------------------------------


def _find_person(contact, person_id: int) -> dict:
    for person in contact["contactPerson"]:
        if person["contactPersonId"] == person_id:
            return person
    raise not_found("contact person", person_id)


@router.get("/contacts/{contact_id:int}/contactPerson")
async def people(call: Incoming, contact_id: int):
    people = call.get("contact", contact_id)["contactPerson"]
    return call.answer(people, "contactPerson")


@router.post("/contacts/{contact_id:int}/contactPerson")
async def create_person(call: Incoming, contact_id: int):
    contact = call.get("contact", contact_id)
    person = _person(call, call.body(ContactPerson))
    contact["contactPerson"].append(person)
    call.store.save(contact)
    status = 201 if call.switches.newer_spec else 200
    return call.located(
        "contacts",
        contact_id,
        "contactPerson",
        person["contactPersonId"],
        status=status,
    )


@router.get("/contacts/{contact_id:int}/contactPerson/{person_id:int}")
async def person(call: Incoming, contact_id: int, person_id: int):
    person = _find_person(call.get("contact", contact_id), person_id)
    return call.answer(person, "contactPerson")


@router.put("/contacts/{contact_id:int}/contactPerson/{person_id:int}")
async def update_person(call: Incoming, contact_id: int, person_id: int):
    contact = call.get("contact", contact_id)
    person = _find_person(contact, person_id)
    changed = _person(call, call.body(ContactPerson), (person_id,))
    person.clear()
    person.update(changed)
    call.store.save(contact)
    return call.located("contacts", contact_id, "contactPerson", person_id, status=200)


@router.delete("/contacts/{contact_id:int}/contactPerson/{person_id:int}")
async def delete_person(call: Incoming, contact_id: int, person_id: int):
    contact = call.get("contact", contact_id)
    contact["contactPerson"].remove(_find_person(contact, person_id))
    call.store.save(contact)
    return call.empty()


# -- groups ----------------------------------------------------------------------------


@router.get("/groups")
@listed
async def groups(call: Incoming):
    names = {
        group
        for contact in call.store.find(call.slug, "contact")
        if contact.get("customer")
        for group in contact["groups"]
    }
    return call.paged(sorted(names), None)
