"""All that Fiken has, as it can be compared: without ids, times and given numbers."""

import json
import re
from collections import Counter
from itertools import count

# Different in every run, or given by Fiken in the order in which things arrive.
GIVEN = re.compile(
    r"\w*(Id|Uuid|Date|[uU]rl|Credentials)|id|uuid|kid|address|number|accountCode"
    r"|(customer|supplier|member|invoice|creditNote|journalEntry)\w*(Number\w*|Code)"
)
KEPT = re.compile(r"issueDate|dueDate|startDate|endDate|settledDate")
# What Fiken says of a document by such a number.
NUMBERED = re.compile(r"(?<=Faktura )\d+|(?<=Kreditnota )\d+|^\d+$")
# The sub-ledger's account of a contact.
OF_CONTACT = re.compile(r"(1500|2400):\d+")
PARTIES = {"contactId", "customerId", "supplierId"}
DRAFTS = ("invoices/drafts", "creditNotes/drafts", "sales/drafts", "purchases/drafts")
# Whose files are looked at, with the field of the id.
FILED = {
    "sales": "saleId",
    "purchases": "purchaseId",
    "sales/drafts": "draftId",
    "purchases/drafts": "draftId",
    "invoices/drafts": "draftId",
    "journalEntries": "journalEntryId",
}


class Books:
    """What a company has in the sandbox, read and compared.

    :param sandbox: as in ``tests/sandbox.py``
    """

    def __init__(self, sandbox, slug):
        self._sandbox, self._slug = sandbox, slug

    def counts(self):
        """{(kind, a thing in words): how many there are of it}"""
        contacts = self._rows("contacts") + self._rows("contacts", inactive="true")
        contacts = list({row["contactId"]: row for row in contacts}.values())
        self._names = {row["contactId"]: row["name"] for row in contacts}
        books = self._sandbox.books(self._slug)
        self._accounts = {
            row["account"]: f"{row['account'][:4]} {row['name']}"
            for row in books["balances"]
            if OF_CONTACT.fullmatch(row["account"])
        }
        for row in books["invoices"]:
            row["creditNotes"] = len(row["creditNotes"])
        found = Counter()
        books["journal"] = self._transactions(books["journal"])
        for kind in ("sales", "purchases", "invoices", "creditNotes", "journal"):
            there = [row for row in books[kind] if not row.get("deleted")]
            self._count(found, kind, there)
        self._count(found, "balances", books["balances"])
        self._count(found, "contacts", contacts)
        for path in ("products", "projects", *DRAFTS):
            self._count(found, path, self._rows(path))
        for path, field in FILED.items():
            for row in self._rows(path):
                files = self._rows(f"{path}/{row[field]}/attachments")
                names = sorted(self._file(one) for one in files)
                found["files", f"{path}: {names}"] += bool(names)
        return +found

    def _transactions(self, entries):
        """Each as one entry, in however many Fiken keeps it; reversals without the
        date and the word that Fiken gives them.
        """
        there = {}
        for entry in entries:
            if entry.pop("reverses"):
                text = entry["description"].partition(": ")[2]
                entry.update(date="", description=f"Taken back: {text}")
            key = entry["transactionId"], entry["date"], entry["description"]
            lines = there.setdefault(key, {**entry, "lines": []})["lines"]
            lines += entry["lines"]
        return list(there.values())

    def _count(self, found, kind, rows):
        for row in rows:
            found[kind, self._text(row)] += 1

    def _rows(self, path, **params):
        rows = []
        for page in count():
            more = self._sandbox.get(
                f"/companies/{self._slug}/{path}", page=page, pageSize=100, **params
            )
            rows += more
            if len(more) < 100:
                break
        return rows

    def _file(self, row):
        """Its name, without the id that Odoo gave it."""
        name = row.get("filename") or row["downloadUrl"].rsplit("/", 1)[-1]
        return re.sub(r"-\d+(?=\.)", "", name)

    def _text(self, value):
        return json.dumps(self._plain(value), sort_keys=True, ensure_ascii=False)

    def _plain(self, value):
        if isinstance(value, list):
            return sorted(
                (self._plain(one) for one in value),
                key=lambda one: json.dumps(one, sort_keys=True),
            )
        if isinstance(value, dict):
            return {
                name: self._names.get(one, one) if name in PARTIES else self._plain(one)
                for name, one in value.items()
                if name in PARTIES or KEPT.fullmatch(name) or not GIVEN.fullmatch(name)
            }
        if isinstance(value, str):
            return NUMBERED.sub("…", self._accounts.get(value, value))
        return value


def differences(wanted, found):
    """In words: what is missing in Fiken, and what there is too much of."""
    return "\n".join(
        [f"missing in Fiken: {kind} {text}" for kind, text in wanted - found]
        + [f"too much in Fiken: {kind} {text}" for kind, text in found - wanted]
    )
