"""Fiken's side: the vouchers in the sandbox's books, posting by posting."""

from collections import Counter, defaultdict

from . import accounts as chart
from .figures import Figures


class Vouchers:
    """:param books: what the sandbox says of a company's books

    :ivar documents: {(resource, Fiken id): the sale or purchase}
    """

    def __init__(self, books):
        self._entries = defaultdict(list)
        for entry in books["journal"]:
            self._entries[entry["transactionId"]].append(entry)
        self.balances = Counter()
        for row in books["balances"]:
            account = row["account"].partition(":")[0]
            self.balances[account] += row["balance"]
        self.kept = {
            "sale": [row for row in books["sales"] if not row["deleted"]],
            "purchase": [row for row in books["purchases"] if not row["deleted"]],
        }
        self.documents = {}
        for row in self.kept["sale"]:
            self.documents["sale", str(row["id"])] = row
            self.documents["cash_sale", str(row["id"])] = row
        for row in self.kept["purchase"]:
            self.documents["purchase", str(row["id"])] = row
        sales = {row["id"]: row for row in self.kept["sale"]}
        for resource, name in (("invoice", "invoices"), ("credit_note", "creditNotes")):
            for row in books[name]:
                if row["saleId"] in sales:
                    self.documents[resource, str(row["id"])] = sales[row["saleId"]]

    def figures(self, document, side):
        found = Figures()
        for entry in self._entries[document["transactionId"]]:
            for line in entry["lines"]:
                self._add(found, line, chart.WITHOUT_TAX[side])
        return found

    def _add(self, found, line, without):
        account, ore = line["account"], line["amount"]
        code = without if line["vatCode"] is None else str(line["vatCode"])
        if account in chart.FIKEN_VAT:
            found.vats[account, code] += ore
        elif account.partition(":")[0] in chart.OWED:
            found.owed[account.partition(":")[0]] += ore
        else:
            found.nets[account, code] += ore
