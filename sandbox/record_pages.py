"""The pages on which Fiken shows one record, at the addresses that others saw there: a
sale, which is also the page of an invoice or credit note, a draft, a contact.
"""

from fastapi import APIRouter, Request

from .resources.orders import outstanding_in_nok
from .store import Record, Store, field
from .tables import Table, amount, day
from .templating import decimal, page

router = APIRouter(prefix="/foretak/{slug}")

DRAFTS = {"invoiceDraft": "faktura", "creditNoteDraft": "kreditnota"}
KINDS = {
    "cash_sale": "Kontantsalg",
    "external_invoice": "Annet salg",
    "invoice": "Faktura",
}


class Records:
    """One company's, as they are shown."""

    def __init__(self, request: Request, slug: str):
        self.store: Store = request.app.state.sandbox.store
        self.slug = slug
        self.company = self.store.company(slug)

    def get(self, kind: str, identity: int | None) -> Record | None:
        return self.company and self.store.get(self.slug, kind, identity)

    def find(self, kind: str, name: str, value) -> list[Record]:
        if not self.company:
            return []
        return self.store.find(self.slug, kind, f"{field(name)} = ?", (value,))

    def name(self, kind: str, identity: int | None) -> str | None:
        record = self.get(kind, identity)
        return record and record["name"]

    def account(self, code: str) -> str:
        return f"{code} {self.store.account_name(self.slug, code) or ''}"

    def page(self, title: str, facts: dict, tables: dict):
        return page(
            "record.html",
            company=self.company,
            title=title,
            facts=facts.items(),
            tables_shown=tables.items(),
        )

    def missing(self, what: str):
        message = f"Det er ikke noe her: {what}."
        return page("error.html", 404, title="Fant ikke siden", message=message)

    def journal(self, transactions: list[int]) -> Table:
        table = Table("Bilag", "Dato", "Tekst", "Konto", "#Debet", "#Kredit")
        for transaction in transactions:
            for entry in self.find("journalEntry", "transactionId", transaction):
                for index, line in enumerate(entry["lines"]):
                    posted = line["amount"]
                    first = (
                        entry["journalEntryNumber"],
                        day(entry["date"]),
                        entry["description"],
                    )
                    table.row(
                        *(("", "", "") if index else first),
                        self.account(line["account"]),
                        amount(posted) if posted > 0 else None,
                        amount(-posted) if posted < 0 else None,
                        style="" if index else "first",
                    )
        return table

    def files(self, attachments: list[dict]) -> Table:
        table = Table("Filnavn", "Kommentar")
        for attachment in attachments:
            table.row(attachment["filename"], attachment.get("comment"))
        return table


@router.get("/handel/salg/{sale_id:int}")
async def sale(request: Request, slug: str, sale_id: int):
    records = Records(request, slug)
    sale = records.get("sale", sale_id)
    if not sale:
        return records.missing(f"salg {sale_id}")
    documents = [
        *records.find("invoice", "saleId", sale_id),
        *records.find("creditNote", "saleId", sale_id),
    ]
    files = [
        *sale["attachments"],
        *(file for document in documents for file in document["attachments"]),
    ]
    lines = Table("Beskrivelse", "Konto", "Mva", "#Netto", "#Mva-beløp")
    for line in sale["lines"]:
        lines.row(
            line["description"],
            records.account(line["account"]),
            line["vatType"],
            amount(line["netPrice"]),
            amount(line["vat"]),
        )
    payments = Table("Dato", "Konto", "#Beløp", "Valuta", "#Gebyr")
    for payment in sale["payments"]:
        payments.row(
            day(payment["date"]),
            records.account(payment["account"]),
            amount(payment["amount"]),
            payment.get("currency", "NOK"),
            amount(payment.get("fee")),
        )
    transactions = {sale["transactionId"]} | {
        payment["transactionId"] for payment in sale["payments"]
    }
    number = sale.get("saleNumber") or ""
    # An invoice's sale is called by what the invoice is called.
    title = sale["label"] if documents else f"{KINDS[sale['kind']]} {number}"
    return records.page(
        title.strip(),
        {
            "Kunde": records.name("contact", sale.get("customerId")),
            "Dato": day(sale["date"]),
            "Forfall": day(sale.get("dueDate")),
            "KID": sale.get("kid"),
            "Prosjekt": records.name("project", sale.get("projectId")),
            "Valuta": sale["currency"],
            "Brutto": amount(sale["grossInNok"]),
            "Utestående": amount(outstanding_in_nok(sale)),
            "Status": _status(sale),
        },
        {
            "Linjer": lines,
            "Betalinger": payments,
            "Vedlegg": records.files(files),
            "Bilag": records.journal(sorted(transactions)),
        },
    )


def _status(sale) -> str:
    if sale["deleted"]:
        return "slettet"
    return "oppgjort" if sale["settled"] else "åpen"


@router.get("/fakturautkast/{uuid}")
async def draft(request: Request, slug: str, uuid: str):
    records = Records(request, slug)
    for kind, name in DRAFTS.items():
        for draft in records.find(kind, "uuid", uuid):
            return _draft_page(records, draft, f"Utkast til {name}")
    return records.missing(f"utkast {uuid}")


def _draft_page(records: Records, draft, title: str):
    lines = Table("Beskrivelse", "Konto", "Mva", "#Antall", "#Pris", "#Rabatt %")
    for line in draft["lines"]:
        product = records.get("product", line.get("productId")) or {}
        lines.row(
            line.get("description") or product.get("name"),
            line.get("incomeAccount") or product.get("incomeAccount"),
            line.get("vatType") or product.get("vatType"),
            decimal(line["quantity"]),
            amount(line.get("unitPrice", product.get("unitPrice"))),
            decimal(line["discount"]) if "discount" in line else None,
        )
    return records.page(
        title,
        {
            "Kunde": records.name("contact", draft["customerId"]),
            "Dato": day(draft.get("issueDate")),
            "Dager til forfall": draft["daysUntilDueDate"],
            "Vår referanse": draft.get("ourReference"),
            "Deres referanse": draft.get("yourReference"),
            "Ordrereferanse": draft.get("orderReference"),
            "Kontonummer": draft.get("bankAccountNumber"),
            "Prosjekt": records.name("project", draft.get("projectId")),
            "Valuta": draft["currency"],
            "Tekst": draft.get("invoiceText"),
        },
        {"Linjer": lines, "Vedlegg": records.files(draft["attachments"])},
    )


@router.get("/kontakt/{contact_id:int}")
async def contact(request: Request, slug: str, contact_id: int):
    records = Records(request, slug)
    contact = records.get("contact", contact_id)
    if not contact:
        return records.missing(f"kontakt {contact_id}")
    people = Table("Navn", "E-post", "Telefon")
    for person in contact["contactPerson"]:
        people.row(person["name"], person["email"], person.get("phoneNumber"))
    documents = Table("Type", "Nummer", "Dato", "#Brutto", "#Utestående", "Status")
    for kind, party, number in (
        ("sale", "customerId", "saleNumber"),
        ("purchase", "supplierId", "identifier"),
    ):
        for document in records.find(kind, party, contact_id):
            documents.row(
                KINDS.get(document["kind"], "Kjøp"),
                document.get(number),
                day(document["date"]),
                amount(document["grossInNok"]),
                amount(outstanding_in_nok(document)),
                _status(document),
            )
    address = contact.get("address") or {}
    return records.page(
        contact["name"],
        {
            "Kundenummer": contact.get("customerNumber"),
            "Leverandørnummer": contact.get("supplierNumber"),
            "Org.nr.": contact.get("organizationNumber"),
            "E-post": contact.get("email"),
            "Telefon": contact.get("phoneNumber"),
            "Adresse": ", ".join(part for part in address.values() if part),
            "Valuta": contact.get("currency"),
            "Språk": contact.get("language"),
            "Grupper": ", ".join(contact["groups"]),
            "Medlemsnummer": contact.get("memberNumberString"),
            "Status": "inaktiv" if contact["inactive"] else "",
        },
        {
            "Kontaktpersoner": people,
            "Salg og kjøp": documents,
            "Vedlegg": records.files(contact["documents"]),
        },
    )
