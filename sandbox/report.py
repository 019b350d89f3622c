"""The books as a whole, for comparisons and for the page in the browser."""

from .resources.orders import outstanding_in_nok
from .store import Store


def balances_of(store: Store, slug: str, date: str) -> list[dict]:
    balance = store.balances(slug, date)
    return [
        {"account": code, "name": name, "balance": balance[code]}
        for code, name in store.accounts(slug)
        if code in balance
    ]


def _per_vat_type(lines: list[dict]) -> dict:
    totals: dict[str, dict] = {}
    for line in lines:
        total = totals.setdefault(line["vatType"], {"net": 0, "vat": 0})
        total["net"] += line["netPrice"]
        total["vat"] += line["vat"]
    return totals


def _document(record, party: str) -> dict:
    return {
        "id": record.id,
        "kind": record["kind"],
        "date": record["date"],
        "currency": record["currency"],
        "contactId": record.get(party),
        "projectId": record.get("projectId"),
        "net": record["netAmount"],
        "vat": record["vatAmount"],
        "gross": record["grossInNok"],
        "grossInCurrency": record["gross"],
        "vatTypes": _per_vat_type(record["lines"]),
        "lines": [
            {
                name: line.get(name)
                for name in (
                    "account",
                    "vatType",
                    "netPrice",
                    "vat",
                    "description",
                    "projectId",
                )
            }
            for line in record["lines"]
        ],
        "paid": sum(payment["appliedInNok"] for payment in record["payments"]),
        "payments": [
            {name: payment.get(name) for name in ("date", "account", "amount", "fee")}
            for payment in record["payments"]
        ],
        "outstanding": outstanding_in_nok(record),
        "settled": record["settled"],
        "deleted": record["deleted"],
        "transactionId": record["transactionId"],
    }


def books_of(store: Store, slug: str, date: str = "9999-12-31") -> dict:
    entries = store.find(slug, "journalEntry")
    reversing = {
        transaction.id: transaction.get("reversing")
        for transaction in store.find(slug, "transaction")
    }
    return {
        "company": slug,
        "balances": balances_of(store, slug, date),
        "sum": sum(store.balances(slug, date).values()),
        "sales": [
            {"saleNumber": sale.get("saleNumber"), **_document(sale, "customerId")}
            for sale in store.find(slug, "sale")
        ],
        "purchases": [
            {
                "identifier": purchase.get("identifier"),
                **_document(purchase, "supplierId"),
            }
            for purchase in store.find(slug, "purchase")
        ],
        "invoices": [
            {
                "id": invoice.id,
                "invoiceNumber": invoice["invoiceNumber"],
                "saleId": invoice["saleId"],
                "draftUuid": invoice.get("invoiceDraftUuid"),
                **{
                    name: invoice[name]
                    for name in (
                        "net",
                        "vat",
                        "gross",
                        "currency",
                        "issueDate",
                        "dueDate",
                    )
                },
                "creditNotes": invoice["associatedCreditNotes"],
            }
            for invoice in store.find(slug, "invoice")
        ],
        "creditNotes": [
            {
                "id": note.id,
                "creditNoteNumber": note["creditNoteNumber"],
                "saleId": note["saleId"],
                "invoiceId": note.get("associatedInvoiceId"),
                **{
                    name: note[name]
                    for name in ("net", "vat", "gross", "currency", "issueDate")
                },
            }
            for note in store.find(slug, "creditNote")
        ],
        "journal": [
            {
                "id": entry.id,
                "number": entry["journalEntryNumber"],
                "transactionId": entry["transactionId"],
                "date": entry["date"],
                "description": entry["description"],
                "reverses": reversing.get(entry["transactionId"]),
                "lines": [
                    {
                        "account": line["account"],
                        "amount": line["amount"],
                        "vatCode": line["vatCode"],
                    }
                    for line in entry["lines"]
                ],
            }
            for entry in entries
        ],
        "drafts": {
            path: store.count(slug, kind)
            for path, kind in (
                ("invoices", "invoiceDraft"),
                ("creditNotes", "creditNoteDraft"),
                ("sales", "saleDraft"),
                ("purchases", "purchaseDraft"),
            )
        },
    }
