"""The pages that a person opens from a link, at the addresses that Fiken has."""

import pytest
import requests
from sandbox_client import (
    KAFFE,
    cash_sale,
    external_invoice,
    id_of,
    invoice_draft,
    supplier_bill,
)

UUID = "123e4567-e89b-12d3-a456-426655440000"


@pytest.fixture
def opened(started):
    def opened(path, status=200):
        address = f"{started.url}/foretak/{KAFFE}/{path}"
        answer = requests.get(address, timeout=30)
        assert answer.status_code == status, answer.text
        assert answer.headers["Content-Type"].startswith("text/html")
        # No assets from elsewhere.
        assert "http" not in answer.text
        return answer.text

    return opened


def test_page_of_a_sale(started, opened):
    project = {"number": "P-1", "name": "Butikken", "startDate": "2026-01-01"}
    project = id_of(started.create("/projects", project))
    body = external_invoice(
        started.contact(), saleNumber="POS/7", kid="1234", projectId=project
    )
    sale = started.create("/sales", body)
    payment = {"date": "2026-02-03", "account": "1920:10001", "amount": 5000}
    started.create(f"{sale}/payments", payment)
    started.upload(f"{sale}/attachments", "z-rapport.pdf", {"attachToSale": "true"})
    shown = opened(f"handel/salg/{id_of(sale)}")
    for fact in (
        *("Annet salg POS/7", "Fjord Hotell AS", "14.02.2026", "1234", "Butikken"),
        *("3000 ", "125,00", "03.02.2026", "1920:10001 Driftskonto", "50,00", "75,00"),
        *("z-rapport.pdf", "åpen", "Salg POS/7", "Betaling, Salg POS/7"),
    ):
        assert fact in shown, fact
    started.patch(f"{sale}/delete", description="x")
    assert "slettet" in opened(f"handel/salg/{id_of(sale)}")
    cash = started.create("/sales", cash_sale())
    assert "<h1>Kontantsalg</h1>" in opened(f"handel/salg/{id_of(cash)}")


def test_invoices_and_credit_notes_are_shown_by_their_sales(started, opened):
    body = invoice_draft(started.contact(), uuid=UUID, orderReference="PO-1")
    draft = started.create("/invoices/drafts", body)
    started.upload(f"{draft}/attachments", "avtale.pdf")
    shown = opened(f"fakturautkast/{UUID}")
    for fact in ("Utkast til faktura", "PO-1", "Filterkaffe", "100,00", "avtale.pdf"):
        assert fact in shown, fact
    invoice = started.read(started.create(f"{draft}/createInvoice"))
    shown = opened(f"handel/salg/{invoice['sale']['saleId']}")
    for fact in ("Faktura 10001", invoice["kid"], "250,00", "avtale.pdf"):
        assert fact in shown, fact
    opened(f"fakturautkast/{UUID}", 404)
    body = {"issueDate": "2026-01-10", "invoiceId": invoice["invoiceId"]}
    note = started.read(started.create("/creditNotes/full", body))
    shown = opened(f"handel/salg/{note['sale']['saleId']}")
    assert "Kreditnota 10001" in shown and "−250,00" in shown


def test_page_of_a_credit_note_draft(started, opened):
    product = started.product(name="<b>Kopp</b>")
    line = {"productId": product, "quantity": 1.5, "discount": 10}
    body = invoice_draft(started.contact(), line, type="credit_note", uuid=UUID)
    started.create("/creditNotes/drafts", body)
    shown = opened(f"fakturautkast/{UUID}")
    assert "Utkast til kreditnota" in shown and "1,5" in shown and "200,00" in shown
    assert "&lt;b&gt;Kopp" in shown and "<b>Kopp" not in shown


def test_page_of_a_contact(started, opened):
    contact = started.contact(
        email="post@fjord.no",
        organizationNumber="987654317",
        address={"city": "Bergen", "country": "Norway"},
        groups=["Hotell"],
        contactPerson=[{"name": "Ida Berg", "email": "ida@fjord.no"}],
    )
    started.create("/sales", external_invoice(contact, saleNumber="F-1"))
    started.create("/purchases", supplier_bill(contact, identifier="B-1"))
    shown = opened(f"kontakt/{contact}")
    for fact in (
        *("Fjord Hotell AS", "10001", "987654317", "post@fjord.no", "Bergen, Norway"),
        *("Hotell", "Ida Berg", "F-1", "B-1", "125,00"),
    ):
        assert fact in shown, fact


def test_what_is_not_there_is_said(started, opened):
    draft = started.create("/invoices/drafts", invoice_draft(started.contact()))
    for path in ("handel/salg/1", "kontakt/1", f"fakturautkast/{id_of(draft)}"):
        assert "Fant ikke siden" in opened(path, 404)
    for path in (
        f"/foretak/{KAFFE}/faktura/1",
        f"/foretak/{KAFFE}/kreditnota/1",
        f"/foretak/{KAFFE}/salg/1",
        f"/foretak/{KAFFE}/kontakter/1",
        "/foretak/finnes-ikke-as/kontakt/1",
        f"/foretak/finnes-ikke-as/fakturautkast/{UUID}",
    ):
        assert requests.get(started.url + path, timeout=30).status_code == 404, path
