"""The program itself: its command line, its state in a file, its page, its speed."""

import subprocess
import time

import pytest
import requests
from sandbox_client import (
    KAFFE,
    REPO,
    Client,
    Control,
    cash_sale,
    environment,
    external_invoice,
    invoice_draft,
    python_for_sandbox,
    start_sandbox,
)


def test_a_taken_port_is_said_in_one_line(sandbox_url):
    port = sandbox_url.rpartition(":")[2]
    outcome = subprocess.run(
        [python_for_sandbox(), "-m", "sandbox", "--port", port],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert outcome.returncode == 1
    assert outcome.stderr.count("\n") == 1 and port in outcome.stderr


def test_a_preset_that_is_none_is_said(sandbox_url):
    for variables, arguments in (
        ({"SANDBOX_UNKNOWNS": "zero"}, ()),
        ({}, ("--unknowns", "zero")),
    ):
        outcome = subprocess.run(
            [python_for_sandbox(), "-m", "sandbox", "--port", "0", *arguments],
            cwd=REPO,
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert outcome.returncode == 2
        assert "zero" in outcome.stderr and "doubled" in outcome.stderr


def test_state_in_a_file(tmp_path, contracts):
    database = str(tmp_path / "sandbox.db")
    for expected in (1, 2):
        process, url = start_sandbox("--db", database, "--strict")
        try:
            client = Client(url, contracts)
            client.create("/sales", cash_sale())
            assert len(client.read("/sales")) == expected
            client.refused(client.get("/sales", foo="x"), 400, "foo")
            assert Control(url).books()["sum"] == 0
        finally:
            process.terminate()
            process.wait(10)


@pytest.mark.parametrize(
    ("tab", "seen"),
    [
        ("balances", "1920:10001"),
        ("sales", "POS/7"),
        ("invoices", "Faktura 10001"),
        ("purchases", "Ingenting her ennå"),
        ("contacts", "Fjord Hotell AS"),
        ("products", "12,5"),
        ("drafts", "faktura"),
        ("journal", "Salg POS/7"),
    ],
)
def test_the_page_shows_the_books(started, tab, seen):
    customer = started.contact()
    started.product(stock=12.5)
    started.create("/sales", external_invoice(customer, saleNumber="POS/7"))
    started.create("/sales", cash_sale())
    draft = started.create("/invoices/drafts", invoice_draft(customer))
    started.create(f"{draft}/createInvoice")
    started.create("/invoices/drafts", invoice_draft(customer))
    answer = requests.get(
        started.url, params={"company": KAFFE, "show": tab}, timeout=30
    )
    assert answer.status_code == 200 and seen in answer.text
    # No assets from elsewhere.
    assert "http" not in answer.text.replace(started.url, "")
    if tab == "balances":
        assert "Kundefordringer" in answer.text and "375,00" in answer.text


def test_names_are_escaped(api):
    api.contact("<script>alert(1)</script>")
    page = requests.get(api.url, params={"show": "contacts"}, timeout=30).text
    assert "<script>" not in page


def test_speed(sandbox_url, control, client_for):
    client = client_for()
    client.contracts = {}
    count = 300
    for name, call in (
        ("POST /sales", lambda: client.post("/sales", cash_sale())),
        ("GET /contacts", lambda: client.get("/contacts")),
    ):
        started = time.perf_counter()
        for _ in range(count):
            assert call().ok
        rate = count / (time.perf_counter() - started)
        print(f"{name}: {rate:.0f} requests a second")
        # A wide margin: machines that run tests are busy.
        assert rate > 100
