"""Faults, statistics, and what a person does behind the API's back."""

import threading
import time

import pytest
import requests
from sandbox_client import (
    KAFFE,
    Control,
    cash_sale,
    invoice_draft,
    start_sandbox,
)


def sales(api):
    return int(api.get("/sales").headers["Fiken-Api-Result-Count"])


# -- many records ----------------------------------------------------------------------


def fill(control, resource, *records):
    body = {"slug": KAFFE, "resource": resource, "records": records}
    return control.post("fill", body)


def test_thousands_of_records_at_once(api, control):
    rows = [{"name": f"Kunde {number}", "customer": True} for number in range(1001)]
    assert len(set(fill(control, "contacts", *rows).json())) == 1001
    (row,) = api.read("/contacts", customer="true", pageSize=100, page=10)
    assert (row["name"], row["customerNumber"]) == ("Kunde 1000", 11001)
    product = {"incomeAccount": "3000", "vatType": "HIGH", "active": True}
    fill(control, "products", {"name": "Kopp", **product}, {"name": "Krus", **product})
    assert [row["name"] for row in api.read("/products")] == ["Kopp", "Krus"]


def test_records_that_the_api_would_refuse_are_refused(api, control):
    line = {"description": "x", "vatType": "HIGH", "account": "4300", "netPrice": 1000}
    bill = {"kind": "supplier", "date": "2026-01-01", "currency": "NOK"}
    rows = [{**bill, "identifier": str(number), "lines": [line]} for number in range(3)]
    assert len(fill(control, "purchases", *rows).json()) == 3
    answer = fill(control, "contacts", {"name": "Kari"}, {"name": ""})
    assert answer.status_code == 400
    assert api.read("/contacts") == []


# -- faults ----------------------------------------------------------------------------


def test_drop_does_nothing(api, control):
    control.fault("drop", "/sales$", "POST")
    with pytest.raises(requests.ConnectionError):
        api.post("/sales", cash_sale())
    assert sales(api) == 0 and control.get("faults") == []
    api.create("/sales", cash_sale())


def test_commit_then_drop_commits_and_drops(api, control):
    control.fault("commit-then-drop", "/sales$", "POST")
    with pytest.raises(requests.ConnectionError):
        api.post("/sales", cash_sale(saleNumber="X"))
    assert len(api.read("/sales", saleNumber="X")) == 1
    assert control.balances()["3000"] == -10000


def test_commit_then_500(api, control):
    control.fault("commit-then-500", "/sales$")
    api.refused(api.post("/sales", cash_sale()), 500)
    assert sales(api) == 1


def test_status_does_nothing(api, control):
    control.fault("status:503", "/sales$", "POST", times=2)
    for _ in range(2):
        api.refused(api.post("/sales", cash_sale()), 503)
    api.create("/sales", cash_sale())
    assert sales(api) == 1


def test_delay(api, control):
    control.fault("delay:0.4", "/sales$", "POST")
    started = time.monotonic()
    api.create("/sales", cash_sale())
    assert time.monotonic() - started >= 0.4


def test_delay_then_commit(api, control):
    control.fault("delay-then-commit:0.5", "/sales$", "POST")
    with pytest.raises(requests.ConnectionError):
        api.post("/sales", cash_sale())
    # Not counted as running: the client is gone.
    assert sales(api) == 0
    deadline = time.monotonic() + 5
    while not sales(api) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sales(api) == 1


def test_faults_go_by_order_and_method(api, control):
    faults = [
        {"match": {"method": "POST", "path": "companies/*/sales"}, "do": "status:502"},
        {"match": {"path": r"/sales(/\d+)?$"}, "times": 2, "do": "status:504"},
    ]
    control.post("faults", faults)
    api.refused(api.post("/sales", cash_sale()), 502)
    api.refused(api.post("/sales", cash_sale()), 504)
    assert [fault["times"] for fault in control.get("faults")] == [1]
    assert api.get("/contacts").status_code == 200
    control.post("faults", [])
    assert api.get("/sales").status_code == 200


@pytest.mark.parametrize(
    "fault", [{"do": "explode"}, {"do": "drop", "times": 0}, "drop"]
)
def test_nonsense_is_no_fault(control, fault):
    assert control.post("faults", [fault]).status_code == 400


# -- one request at a time -------------------------------------------------------------


def at_once(*calls):
    answers = []
    threads = [
        threading.Thread(target=lambda call=call: answers.append(call()))
        for call in calls
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answer.status_code for answer in answers)


def test_a_second_request_at_once_is_refused(control, client_for):
    control.fault("delay:0.5", "/contacts", times=2)
    calls = [lambda: client_for().get("/contacts") for _ in range(3)]
    assert at_once(*calls) == [200, 429, 429]
    stats = control.get("stats")
    assert stats["max_in_flight_per_user"] >= 2
    control.set(reject_concurrent=False)
    control.fault("delay:0.5", "/contacts", times=2)
    assert at_once(*calls[:2]) == [200, 200]


def test_two_tokens_at_once(control, client_for, api):
    control.fault("delay:0.3", "/user", times=2)
    # The switch says whose requests count: here nobody else's than the token's.
    answers = at_once(
        lambda: client_for().get("/user"), lambda: client_for("wrong").get("/user")
    )
    assert answers == [200, 401]


def test_latency_lets_requests_overlap(contracts):
    from sandbox_client import Client

    process, url = start_sandbox("--latency-ms", "200")
    try:
        calls = [lambda: Client(url, contracts).get("/user") for _ in range(2)]
        started = time.monotonic()
        assert at_once(*calls) == [200, 429]
        assert time.monotonic() - started >= 0.2
        assert Control(url).get("stats")["max_in_flight"] == 2
    finally:
        process.terminate()
        process.wait(10)


def test_rate_limit(api, control):
    control.set(rate_limit=2)
    statuses = [api.get("/user").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


# -- statistics ------------------------------------------------------------------------


def test_stats_count_by_route(api, control):
    contact = api.contact()
    api.get(f"/contacts/{contact}")
    api.get(f"/contacts/{contact}")
    api.get("/accounts/1920:10001")
    stats = control.get("stats")
    slug = "/api/v2/companies/{slug}"
    assert stats["requests"] == {
        f"POST {slug}/contacts": 1,
        f"GET {slug}/contacts/{{id}}": 2,
        f"GET {slug}/accounts/{{id}}": 1,
    }
    assert stats["total"] == 4 and stats["max_in_flight"] == 1
    assert stats["per_second_max"] >= 1 and stats["seconds"] >= 0
    control.post("stats/reset")
    assert control.get("stats")["total"] == 0


def test_requests_are_recorded_word_for_word(api, control):
    api.session.headers["X-Request-ID"] = "abc"
    api.create("/sales", cash_sale(saleNumber="X"))
    api.get("/sales", saleNumber="X")
    first, second = control.get("requests", clear=1)
    assert first["method"] == "POST" and first["status"] == 201
    assert first["path"] == f"/api/v2/companies/{KAFFE}/sales"
    assert first["body"] == cash_sale(saleNumber="X")
    assert first["request_id"] == "abc"
    assert second["query"] == "saleNumber=X" and second["body"] is None
    assert second["user"] == "kari@example.com"
    assert control.get("requests") == []


# -- people ----------------------------------------------------------------------------


def test_a_person_edits_in_fiken(api, control):
    contact = api.contact(supplier=False)
    edit = {"slug": KAFFE, "resource": "contacts", "id": contact}
    changes = {"name": "Nytt navn", "supplier": True, "lastModifiedDate": "2020-01-01"}
    control.post("edit", {**edit, "changes": changes}).raise_for_status()
    row = api.read(f"/contacts/{contact}")
    assert row["name"] == "Nytt navn" and row["supplierNumber"]
    assert row["lastModifiedDate"] == "2020-01-01"
    assert api.read("/contacts", lastModifiedGe="2026-01-01") == []
    control.post("edit", {**edit, "changes": None}).raise_for_status()
    assert api.get(f"/contacts/{contact}").status_code == 404
    assert control.post("edit", {**edit, "changes": {}}).status_code == 404


def test_a_company_changes(api, control):
    control.post("company", {"slug": KAFFE, "hasApiAccess": False})
    api.refused(api.get("/contacts"), 403, "API module not activated")
    control.post(
        "company",
        {"slug": KAFFE, "hasApiAccess": True, "projectModule": False, "vatType": "no"},
    )
    api.refused(api.get("/projects"), 402)
    assert api.read(f"/companies/{KAFFE}")["vatType"] == "no"


def test_books_tell_everything(started, control):
    started.create("/sales", cash_sale(saleNumber="S"))
    draft = started.create("/invoices/drafts", invoice_draft(started.contact()))
    started.create(f"{draft}/createInvoice")
    books = control.books()
    sale = books["sales"][0]
    assert sale["saleNumber"] == "S" and sale["kind"] == "cash_sale"
    assert (sale["net"], sale["vat"], sale["gross"]) == (10000, 2500, 12500)
    assert sale["vatTypes"] == {"HIGH": {"net": 10000, "vat": 2500}}
    assert sale["outstanding"] == 0 and not sale["deleted"]
    assert books["sales"][1]["kind"] == "invoice"
    assert books["sales"][1]["outstanding"] == 25000
    assert books["invoices"][0]["invoiceNumber"] == 10001
    assert len(books["journal"]) == 2 and books["sum"] == 0
    old = control.get("books", company=KAFFE, date="2025-12-31")
    assert old["balances"] == []
