"""Odd values: nothing that a client sends brings the sandbox down, now or later."""

import os

import pytest
from contract import Contract
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odd_requests import DRAFTS, LISTS, World
from sandbox_client import (
    Client,
    cash_sale,
    external_invoice,
    invoice_draft,
    sale_line,
)


def read_all_lists(api):
    for path in LISTS:
        api.read(f"/{path}", pageSize=100)
    api.read("/accountBalances", date="2026-12-31")


# -- what was found once ---------------------------------------------------------------


def draft_line(**fields):
    return {
        "quantity": 1,
        "description": "x",
        "unitPrice": 10000,
        "vatType": "HIGH",
        "incomeAccount": "3000",
        **fields,
    }


@pytest.mark.parametrize("path", DRAFTS)
@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": 1e30},
        {"quantity": 2**53},
        {"quantity": -1e30},
        {"quantity": 10**8, "unitPrice": 10**12},
        {"quantity": 1e-40},
        {"quantity": "1e3"},
        {"quantity": True},
        {"unitPrice": 10**30},
        {"unitPrice": 1e300},
    ],
)
def test_impossible_amounts_are_refused_at_once(api, path, fields):
    body = invoice_draft(api.contact(), draft_line(**fields), type=DRAFTS[path])
    api.refused(api.post(f"/{path}/drafts", body), 400)
    read_all_lists(api)


def test_lines_that_are_too_much_together(api):
    lines = [sale_line(9 * 10**12, 0, "EXEMPT", "3100")] * 2
    body = external_invoice(api.contact(), *lines)
    api.refused(api.post("/sales", body), 400, "too large")
    lines = [draft_line(unitPrice=7 * 10**12)] * 2
    body = invoice_draft(api.contact(), *lines)
    api.refused(api.post("/invoices/drafts", body), 400, "too large")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stock", "1e3"),
        ("stock", "5"),
        ("stock", False),
        ("stock", 1e30),
        ("stock", None),
        ("unitPrice", "100"),
        ("unitPrice", None),
        ("note", None),
    ],
)
def test_values_that_a_product_cannot_have(api, field, value):
    product = {"name": "x", "incomeAccount": "3000", "vatType": "HIGH", "active": True}
    api.create("/products", product)
    api.refused(api.post("/products", {**product, field: value}), 400, field)


def test_days_are_of_32_bits(started):
    contact = started.contact()
    for days in (2**31, -(2**31) - 1, 1.5, "14"):
        body = invoice_draft(contact, daysUntilDueDate=days)
        started.refused(started.post("/invoices/drafts", body), 400, "daysUntilDueDate")
        body = {"name": "x", "daysUntilInvoicingDueDate": days}
        started.refused(started.post("/contacts", body), 400)
    body = invoice_draft(contact, daysUntilDueDate=2**31 - 1)
    draft = started.create("/invoices/drafts", body)
    started.refused(started.post(f"{draft}/createInvoice"), 400, "no such day")


def test_nulls_are_refused_unless_fiken_writes_them(api, control):
    address = {"country": "Norway", "city": None}
    body = {"name": "x", "email": None, "address": address, "language": None}
    api.refused(api.post("/contacts", body), 400, "'email' cannot be null")
    body["email"] = "x@x.no"
    api.refused(api.post("/contacts", body), 400, "'address.city' cannot be null")
    api.refused(
        api.post("/sales", cash_sale({**sale_line(), "netPriceInCurrency": None})),
        400,
        "'lines[0].netPriceInCurrency' cannot be null",
    )
    # What is only read may come back as it was read.
    api.create("/contacts", {"name": "x", "customerNumber": None})
    for switches in ({"null_fields": "accept"}, {"absent_fields": "null"}):
        control.set(null_fields="refuse", absent_fields="omit")
        control.set(**switches)
        api.create("/contacts", body)


def test_contact_that_is_read_is_written_back(control):
    api = Client(control.url, {})
    path = f"/contacts/{api.contact()}"
    for form in ("null", "empty"):
        control.set(absent_fields=form)
        assert api.put(path, api.read(path)).status_code == 200


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/companies", {"sortBy": "email asc"}),
        ("/invoices/drafts", {"uuid": "x"}),
        ("/invoices", {"invoiceDraftUuid": "1"}),
        ("/creditNotes", {"creditNoteDraftUuid": "{123e4567}"}),
        ("/timeEntries", {"date": "x"}),
        ("/timeEntries", {"activityId": "x"}),
        ("/timeEntries", {"invoiced": "x"}),
        ("/timeEntries", {"lastModifiedGe": "x"}),
        ("/activities", {"archived": "x"}),
        ("/timeUsers", {"page": "x"}),
        ("/bankBalances", {"date": "x"}),
        ("/sales", {"date": "2026-W01-1"}),
    ],
)
def test_odd_queries_are_refused(api, path, query):
    api.refused(api.get(path, **query), 400)


def test_queries_of_time_tracking(api, control):
    api.read("/timeEntries", date="2026-01-31", projectId=1, invoiced="false")
    api.read("/timeEntries", lastModifiedGe="2026-01-31T12:00:00Z")
    api.read("/activities", name="x", archived="true")
    api.read("/timeUsers", email="x")
    control.set(strict=True)
    api.refused(api.get("/timeUsers", archived="true"), 400, "archived")


def test_uuids_are_uuids(started):
    contact = started.contact()
    for odd in ("x", "123e4567e89b12d3a456426655440000", ""):
        body = invoice_draft(contact, uuid=odd)
        started.refused(started.post("/invoices/drafts", body), 400, "uuid")
        body = {
            "issueDate": "2026-01-05",
            "dueDate": "2026-01-05",
            "customerId": contact,
            "bankAccountCode": "1920:10001",
            "cash": False,
            "uuid": odd,
            "lines": [draft_line()],
        }
        started.refused(started.post("/invoices", body), 400, "uuid")


ODD_JSON = {
    "half a surrogate pair": '{"name": "\\ud800"}',
    "NaN": '{"name": "x", "discount": NaN}',
    "large exponent": '{"name": "x", "discount": 1e999999999}',
    "larger exponent": '{"name": "x", "discount": 1e99999999999999999999}',
    "small exponent": '{"name": "x", "discount": 1e-999999999}',
    "many digits": '{"name": "x", "memberNumber": 1' + "0" * 5000 + "}",
    "deep": "[" * 100000,
    "deep inside": '{"name": ' + "[" * 100000,
    "no UTF-8": "\udcff",
}


@pytest.mark.parametrize("text", ODD_JSON.values(), ids=ODD_JSON)
def test_odd_json_is_refused(api, text):
    data = text.encode("utf-8", "surrogateescape")
    headers = {"Content-Type": "application/json"}
    api.refused(api.call("POST", "/contacts", data=data, headers=headers), 400)
    read_all_lists(api)
    assert api.session.get(f"{api.url}/_control/requests").status_code == 200


def test_what_a_draft_names_may_go(api):
    product = api.product()
    contact = api.contact()
    for path, kind in DRAFTS.items():
        line = {"productId": product, "quantity": 2}
        body = invoice_draft(contact, line, type=kind)
        draft = api.create(f"/{path}/drafts", body)
        assert api.read(draft)["gross"] == 50000
    api.delete(f"/products/{product}")
    assert api.read(draft)["gross"] == 0
    read_all_lists(api)
    # … but a customer whom drafts name does not.
    assert api.delete(f"/contacts/{contact}").status_code == 200
    for path, kind in (
        ("offers", "offer"),
        ("orderConfirmations", "order_confirmation"),
    ):
        contact = api.contact()
        api.create(f"/{path}/drafts", invoice_draft(contact, type=kind))
        assert api.delete(f"/contacts/{contact}").status_code == 200


def test_a_series_has_an_end(api):
    last = 2**31 - 1
    for path, kind, finish in (
        ("invoices", "invoice", "createInvoice"),
        ("offers", "offer", "createOffer"),
    ):
        api.post(f"/{path}/counter", {"value": last - 1})
        drafts = [
            api.create(f"/{path}/drafts", invoice_draft(api.contact(), type=kind))
            for _ in range(2)
        ]
        assert api.read(api.create(f"{drafts[0]}/{finish}"))[f"{kind}Number"] == last
        api.refused(api.post(f"{drafts[1]}/{finish}"), 400, "series")


# -- the whole document ----------------------------------------------------------------

# More of them, and others each time.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", 0))


@pytest.mark.parametrize(
    ("kept", "switches"),
    [
        ("2026-09", {}),
        ("2026-09", {"strict": True, "null_fields": "accept"}),
        ("null", {"absent_fields": "null", "attachments_listed": "twice"}),
    ],
)
def test_nothing_odd_is_answered_with_500_or_against_the_document(
    started, control, contracts, openapi, kept, switches
):
    if openapi is None:
        pytest.skip("Fiken's OpenAPI document is not at hand")
    world = World(started, Contract(openapi))
    control.set(**switches)
    started.kept = kept

    @settings(
        max_examples=EXAMPLES or 150,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        # The sandbox remembers: a request that fails may not fail alone.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def walk(data):
        world.send(data.draw)

    walk()
    read_all_lists(started)
    books = control.books()
    assert books["sum"] == 0
