"""How answers are written: the same facts in every form that Fiken may give them."""

import uuid

import pytest
import requests
from sandbox_client import (
    KAFFE,
    Client,
    cash_sale,
    external_invoice,
    invoice_draft,
    supplier_bill,
)

ADDRESS = {"city": "Bergen", "country": "Norway"}


@pytest.fixture
def plain(control):
    """A client that takes answers as they are."""
    return Client(control.url, {})


def test_fields_without_a_value_are_left_out(plain):
    contact = plain.read(f"/contacts/{plain.contact(address=ADDRESS)}")
    assert "email" not in contact and "discount" not in contact
    assert contact["address"] == ADDRESS


def test_fields_without_a_value_are_null(plain, control):
    path = f"/contacts/{plain.contact(address=ADDRESS)}"
    sale = plain.create("/sales", cash_sale())
    control.set(absent_fields="null")
    contact = plain.read(path)
    assert contact["email"] is None and contact["discount"] is None
    assert contact["address"]["streetAddressLine2"] is None
    assert contact["groups"] == []
    sale = plain.read(sale)
    assert sale["saleNumber"] is None and sale["customer"] is None
    assert sale["lines"][0]["netPriceInCurrency"] is None
    assert sale["salePayments"][0]["currency"] is None
    (row,) = plain.read("/sales")
    assert row == sale


def test_fields_without_a_value_are_empty(plain, control):
    path = f"/contacts/{plain.contact(address=ADDRESS)}"
    sale = plain.create("/sales", cash_sale())
    control.set(absent_fields="empty")
    contact = plain.read(path)
    assert contact["email"] == "" == contact["address"]["streetAddressLine2"]
    # Neither a number nor a date nor a currency can be an empty text.
    assert contact["discount"] is None
    sale = plain.read(sale)
    assert sale["kid"] == "" and sale["dueDate"] is None
    assert sale["salePayments"][0]["currency"] is None


def test_fields_of_the_newer_document_are_no_nulls_in_the_older(plain, control):
    path = f"/contacts/{plain.contact()}"
    control.set(spec="2026-05", absent_fields="null")
    contact = plain.read(path)
    assert contact["email"] is None
    assert not {"phoneNumber", "currency", "memberNumberString"} & contact.keys()


def test_attachments_are_listed_twice(started, control):
    contact = started.contact()
    sale = started.create("/sales", external_invoice(contact))
    purchase = started.create("/purchases", supplier_bill(contact))
    draft = started.create("/invoices/drafts", invoice_draft(contact))
    for path in (sale, purchase):
        started.upload(f"{path}/attachments", query={"attachToSale": "true"})
    started.upload(f"{draft}/attachments")
    invoice = started.create(f"{draft}/createInvoice")
    started.upload(f"/contacts/{contact}/attachments")
    lists = [
        (sale, "saleAttachments"),
        (purchase, "purchaseAttachments"),
        (invoice, "attachments"),
        (f"/contacts/{contact}", "documents"),
    ]

    def listed():
        for path, name in lists:
            yield [row["uuid"] for row in started.read(path)[name]]
            yield [row["uuid"] for row in started.read(f"{path}/attachments")]

    once = list(listed())
    assert all(len(uuids) == 1 for uuids in once)
    control.set(attachments_listed="twice")
    assert list(listed()) == [uuids * 2 for uuids in once]
    (row,) = started.read(
        "/sales", settled="false", contactId=contact, date="2026-01-31"
    )
    assert len(row["saleAttachments"]) == 2
    # What is in one piece stays so.
    assert started.read(invoice)["invoicePdf"]["uuid"] not in once


def test_countries_in_norwegian(api, control):
    contact = api.contact(
        address=ADDRESS,
        contactPerson=[
            {"name": "I", "email": "i@x.no", "address": {"country": "Sweden"}}
        ],
    )
    other = api.contact(address={"country": "Norge"})
    sale = api.create("/sales", external_invoice(contact))
    control.set(country_words="norwegian")
    row = api.read(f"/contacts/{contact}")
    assert row["address"] == {"city": "Bergen", "country": "Norge"}
    assert row["contactPerson"][0]["address"]["country"] == "Sverige"
    assert api.read(sale)["customer"]["address"]["country"] == "Norge"
    assert api.read(f"/contacts/{other}")["address"]["country"] == "Norge"
    assert api.read(f"/companies/{KAFFE}")["address"]["country"] == "Norge"
    control.set(country_words="as_written")
    assert api.read(f"/contacts/{contact}")["address"] == ADDRESS


def test_vat_types_in_lower_case(started, control):
    product = f"/products/{started.product()}"
    sale = started.create("/sales", cash_sale())
    line = {"quantity": 1, "description": "x", "incomeAccount": "3000"}
    draft = started.create("/invoices/drafts", invoice_draft(started.contact(), line))
    control.set(vat_type_case="lower", absent_fields="null")
    started.kept = "null"
    assert started.read(product)["vatType"] == "high"
    assert started.read(sale)["lines"][0]["vatType"] == "high"
    assert started.read(draft)["lines"][0]["vatType"] is None


def test_contacts_have_currency_language_and_address(api, control):
    contact = f"/contacts/{api.contact()}"
    defaults = {
        "currency": "NOK",
        "language": "Norwegian",
        "address": {"country": "Norway"},
    }
    sale = api.create("/sales", external_invoice(int(contact.rpartition("/")[2])))
    for row in (
        api.read(contact),
        api.read("/contacts")[0],
        api.read(sale)["customer"],
    ):
        assert {name: row[name] for name in defaults} == defaults
    given = {"currency": "EUR", "language": "ENGLISH", "address": {"country": "Spain"}}
    other = api.read(f"/contacts/{api.contact(**given)}")
    assert {name: other[name] for name in given} == given
    control.set(contact_defaults="absent")
    assert not defaults.keys() & api.read(contact).keys()
    # The May document does not show the currency.
    control.set(contact_defaults="present", spec="2026-05")
    api.kept = "2026-05"
    assert "currency" not in api.read(contact) and "language" in api.read(contact)


# -- refusals --------------------------------------------------------------------------


def test_refusals_are_lists(api, control):
    body = {"journalEntries": [{"date": "2026-01-31", "lines": []}]}
    path = "/generalJournalEntries"
    missing = "'journalEntries[0].description' er påkrevd"
    assert api.post(path, body).json() == {"message": missing}
    control.set(error_shape="list")
    answer = api.post("/bankAccounts", {})
    (error,) = answer.json()
    assert answer.status_code == 400 and uuid.UUID(error.pop("logref"))
    assert error == {
        "message": "Feil ved validering av data: 'name' er påkrevd. "
        "'bankAccountNumber' er påkrevd. 'type' er påkrevd. "
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/contacts/1", 404),
        ("GET", "/nothing", 404),
        ("PATCH", "/accounts", 405),
        ("GET", "/invoices/counter", 401),
        ("POST", "/contacts", 400),
        ("OPTIONS", "/contacts", 500),
        ("GET", "/contacts", 503),
    ],
)
def test_every_refusal_is_a_list(api, control, method, path, status):
    control.set(error_shape="list")
    if status == 503:
        control.fault("status:503")
    answer = api.call(method, path)
    assert answer.status_code == status
    assert answer.json()[0]["message"] and len(answer.json()) == 1


def test_refusals_of_the_gate_are_lists_those_beside_the_api_are_not(
    api, client_for, control
):
    control.set(error_shape="list")
    assert client_for("wrong").get("/user").json()[0]["message"]
    assert "message" in control.post("unknowns", {"x": 1}).json()
    token = requests.post(f"{api.url}/oauth/token", timeout=30)
    assert "error" in token.json()
