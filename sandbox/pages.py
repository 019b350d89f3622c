"""The page where a person sees the books: one tab per kind of record, as tables that an
accountant can read.
"""

from fastapi import APIRouter, Request

from .dates import today
from .money import kroner
from .report import balances_of
from .resources.orders import outstanding_in_nok
from .tables import Table, amount, day
from .templating import decimal, page

router = APIRouter()

NEWEST = 500

CLASSES = {
    "1": "Eiendeler",
    "2": "Egenkapital og gjeld",
    "3": "Salgsinntekter",
    "4": "Varekostnad",
    "5": "Lønnskostnad",
    "6": "Andre driftskostnader",
    "7": "Andre driftskostnader",
    "8": "Finans og resultat",
}


class Books:
    """The tabs of one company."""

    def __init__(self, store, slug: str):
        self.store = store
        self.slug = slug
        self.names = {
            contact.id: contact["name"] for contact in store.find(slug, "contact")
        }
        self.projects = {
            project.id: f"{project['number']} {project['name']}"
            for project in store.find(slug, "project")
        }

    def _newest(self, kind: str):
        return self.store.page(self.slug, kind, "1", (), "id DESC", 0, NEWEST)

    def _account(self, code: str) -> str:
        return self.store.account_name(self.slug, code)

    def balances(self) -> Table:
        table = Table("Konto", "Navn", "#Debet", "#Kredit", "#Saldo")
        group, debit, credit = None, 0, 0
        for row in balances_of(self.store, self.slug, "9999-12-31"):
            if row["account"][0] != group:
                group = row["account"][0]
                table.row(group, CLASSES[group], "", "", "", style="sum")
            balance = row["balance"]
            debit, credit = debit + max(balance, 0), credit + min(balance, 0)
            table.row(
                row["account"],
                row["name"],
                amount(balance) if balance > 0 else None,
                amount(-balance) if balance < 0 else None,
                amount(balance),
            )
        if table.rows:
            table.row(
                "",
                "Sum",
                amount(debit),
                amount(-credit),
                amount(debit + credit),
                style="sum",
            )
        return table

    def contacts(self) -> Table:
        table = Table(
            "Navn",
            "Kunde",
            "Leverandør",
            "Org.nr.",
            "E-post",
            "Telefon",
            "Nøkkel",
            "Status",
        )
        for contact in self._newest("contact"):
            table.row(
                contact["name"],
                contact.get("customerNumber"),
                contact.get("supplierNumber"),
                contact.get("organizationNumber"),
                contact.get("email"),
                contact.get("phoneNumber"),
                contact.get("memberNumberString"),
                "inaktiv" if contact["inactive"] else "",
            )
        return table

    def products(self) -> Table:
        table = Table(
            "Varenummer",
            "Navn",
            "Konto",
            "Mva",
            "#Pris uten mva",
            "#På lager",
            "Status",
        )
        for product in self._newest("product"):
            stock = product.get("stock")
            table.row(
                product.get("productNumber"),
                product["name"],
                product["incomeAccount"],
                product["vatType"],
                amount(product.get("unitPrice")),
                None if stock is None else decimal(stock),
                "" if product["active"] else "ikke i bruk",
            )
        return table

    def _documents(self, kind: str, number: str, party: str) -> Table:
        table = Table(
            "Nummer",
            "Dato",
            "Type",
            "Kontakt",
            "Prosjekt",
            "#Netto",
            "#Mva",
            "#Brutto",
            "#Utestående",
            "Status",
        )
        for document in self._newest(kind):
            status = (
                "slettet"
                if document["deleted"]
                else "oppgjort"
                if document["settled"]
                else "åpen"
            )
            table.row(
                document.get(number),
                day(document["date"]),
                document["kind"],
                self.names.get(document.get(party)),
                self.projects.get(document.get("projectId")),
                amount(document["netAmount"]),
                amount(document["vatAmount"]),
                amount(document["grossInNok"]),
                amount(outstanding_in_nok(document)),
                status,
                style="gone" if document["deleted"] else "",
            )
        return table

    def sales(self) -> Table:
        return self._documents("sale", "saleNumber", "customerId")

    def purchases(self) -> Table:
        return self._documents("purchase", "identifier", "supplierId")

    def invoices(self) -> Table:
        table = Table(
            "Nummer",
            "Dato",
            "Forfall",
            "Kunde",
            "KID",
            "Prosjekt",
            "#Netto",
            "#Mva",
            "#Brutto",
            "Sendt",
        )
        documents = [*self._newest("invoice"), *self._newest("creditNote")]
        for document in sorted(documents, key=lambda document: -document.id):
            credit = "creditNoteNumber" in document
            sent = ", ".join(
                dispatch["dispatchType"] for dispatch in document["dispatches"]
            )
            table.row(
                f"Kreditnota {document['creditNoteNumber']}"
                if credit
                else f"Faktura {document['invoiceNumber']}",
                day(document["issueDate"]),
                day(document.get("dueDate")),
                self.names.get(document["customerId"]),
                document.get("kid"),
                self.projects.get(document.get("projectId")),
                amount(document["netInNok"]),
                amount(document["vatInNok"]),
                amount(document["grossInNok"]),
                sent or ("manuelt" if document.get("sentManually") else ""),
            )
        return table

    def drafts(self) -> Table:
        table = Table(
            "Utkast til",
            "Nummer / referanse",
            "Dato",
            "Kontakt",
            "Prosjekt",
            "#Linjer",
            "Endret",
        )
        kinds = {
            "invoiceDraft": ("faktura", "customerId", "orderReference", "issueDate"),
            "creditNoteDraft": (
                "kreditnota",
                "customerId",
                "orderReference",
                "issueDate",
            ),
            "saleDraft": ("salg", "contactId", "invoiceNumber", "invoiceIssueDate"),
            "purchaseDraft": ("kjøp", "contactId", "invoiceNumber", "invoiceIssueDate"),
            "offerDraft": ("tilbud", "customerId", "orderReference", "issueDate"),
            "orderConfirmationDraft": (
                "ordrebekreftelse",
                "customerId",
                "orderReference",
                "issueDate",
            ),
        }
        for kind, (name, party, reference, date) in kinds.items():
            for draft in self._newest(kind):
                table.row(
                    name,
                    draft.get(reference),
                    day(draft.get(date)),
                    self.names.get(draft.get(party)),
                    self.projects.get(draft.get("projectId")),
                    len(draft["lines"]),
                    day(draft.modified),
                )
        return table

    def journal(self) -> Table:
        table = Table(
            "Bilag", "Dato", "Tekst", "Konto", "Mva-kode", "#Debet", "#Kredit"
        )
        for entry in self._newest("journalEntry"):
            for index, line in enumerate(entry["lines"]):
                first = index == 0
                table.row(
                    entry["journalEntryNumber"] if first else "",
                    day(entry["date"]) if first else "",
                    entry["description"] if first else "",
                    f"{line['account']} {self._account(line['account'])}",
                    line["vatCode"],
                    amount(line["amount"]) if line["amount"] > 0 else None,
                    amount(-line["amount"]) if line["amount"] < 0 else None,
                    style="first" if first else "",
                )
        return table


TABS = {
    "balances": "Saldobalanse",
    "sales": "Salg",
    "invoices": "Fakturaer og kreditnotaer",
    "purchases": "Kjøp",
    "contacts": "Kontakter",
    "products": "Produkter",
    "drafts": "Utkast",
    "journal": "Bilagsjournal",
}


def _figures(store, slug: str) -> list[tuple[str, str]]:
    balances = store.balances(slug)

    def total(*starts: str) -> int:
        return sum(
            balances[account] for account in balances if account.startswith(starts)
        )

    # Income and debts stand on the credit side.
    return [
        ("Salgsinntekter", kroner(-total("3"))),
        ("Kundefordringer", kroner(total("1500"))),
        ("Leverandørgjeld", kroner(-total("2400"))),
        ("Bank og kasse", kroner(total("19"))),
        ("Skyldig mva", kroner(-total("270", "271", "274"))),
    ]


@router.get("/")
async def books(request: Request):
    store = request.app.state.sandbox.store
    companies = store.companies()
    slug = request.query_params.get("company")
    company = next(
        (company for company in companies if company["slug"] == slug), companies[0]
    )
    tab = request.query_params.get("show")
    tab = tab if tab in TABS else "balances"
    return page(
        "books.html",
        companies=companies,
        company=company,
        tabs=TABS,
        tab=tab,
        figures=_figures(store, company["slug"]),
        table=getattr(Books(store, company["slug"]), tab)(),
        newest=NEWEST,
        today=day(today()),
    )
