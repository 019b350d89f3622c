"""Requests made of Fiken's OpenAPI document, with odd values here and there."""

import copy
import json
from collections import defaultdict

from hypothesis import strategies as st
from sandbox_client import (
    BANK_NUMBER,
    external_invoice,
    id_of,
    invoice_draft,
    supplier_bill,
)

LISTS = (
    "contacts products projects bankAccounts bankBalances accounts inbox groups sales "
    "purchases invoices creditNotes offers orderConfirmations invoices/drafts "
    "creditNotes/drafts offers/drafts orderConfirmations/drafts sales/drafts "
    "purchases/drafts journalEntries transactions timeEntries activities timeUsers"
).split()
DRAFTS = {
    "invoices": "invoice",
    "creditNotes": "credit_note",
    "offers": "offer",
    "orderConfirmations": "order_confirmation",
}

# Fiken answers these with 500, and so does the sandbox.
KNOWN_500 = ("200 tegn", "Kontonummer mangler")

NUMBERS = (
    *(0, -1, 3000, 2**31, 2**53, 2**63, 10**12, 10**40),
    *(0.5, -0.01, 1e-30, 1e30, -1e30, float("nan")),
)
TEXTS = (
    *("", " ", "x", "1e3", "-1", "æ\u0000\u2028", "\ud800", "x" * 201),
    *("3000", "1920", "1500:99999", "HIGH", "NONE", "OUTSIDE", "HIGH_DIRECT"),
    *("HIGH_FOREIGN_SERVICE_NONDEDUCTIBLE", "nok", "EUR"),
    *("2026-02-30", "2026-W01-1", "0001-01-01", "9999-12-31"),
    *("cash_sale", "cash_purchase", "cash_invoice"),
    "123e4567-e89b-12d3-a456-426655440000",
)
OTHERS = (None, True, False, [], {}, [None], [{}], {"country": ""})
ODD_QUERIES = (
    *("", "x", "-1", "0", "1", "true", "True", "2026-01-31", "2026-02-30", "9" * 30),
    *("name asc", "date desc", "all", "1000-1500, x", "\u0000", "æ", "1900"),
)

# What a field is given where nothing odd is tried.
SENSIBLE = {
    "name": "Fjord Hotell AS",
    "email": "post@fjord.no",
    "country": "Norway",
    "currency": "NOK",
    "vatType": "HIGH",
    "vatInPercent": 25,
    "kid": "1234",
    "netPrice": 10000,
    "vat": 2500,
    "net": 10000,
    "gross": 12500,
    "unitPrice": 10000,
    "quantity": 2,
    "amount": 10000,
    "totalPaid": 12500,
    "incomeAccount": "3000",
    "debitAccount": "6540",
    "creditAccount": "1920:10001",
    "debitVatCode": 1,
    "creditVatCode": 3,
    "bankAccountCode": "1920:10001",
    "paymentAccount": "1920:10001",
    "bankAccountNumber": BANK_NUMBER,
    "uuid": "123e4567-e89b-12d3-a456-426655440000",
    "language": "NORWEGIAN",
    "method": ["email"],
    "recipientEmail": "post@fjord.no",
    "customer": True,
    "supplier": True,
}
OWNERS = {
    "customerId": "contacts",
    "supplierId": "contacts",
    "project": "projects",
    "confirmationId": "orderConfirmations",
    "journalEntryId": "journalEntries",
    "inboxDocumentId": "inbox",
}

# Optional, but refused or dull without.
NEEDED = set(
    "lines netPrice vat account unitPrice incomeAccount vatType customerId supplierId "
    "invoiceId bankAccountNumber customer supplier recipientEmail debitAccount "
    "creditAccount".split()
)


class World:
    """The sandbox with some of everything in it, and requests that suit it.

    What Hypothesis draws does not depend on what is there: it runs cases twice.
    """

    def __init__(self, api, contract):
        self.api = api
        self.contract = contract
        # path of a list → ids in it
        self.ids = defaultdict(list)
        contact = self.ids["contacts"] = [api.contact()]
        entry = {"description": "x", "date": "2026-01-31"}
        line = {"amount": 1, "debitAccount": "1901", "creditAccount": "1920:10001"}
        journal = {"journalEntries": [{**entry, "lines": [line]}]}
        self.bodies = {
            "products": {**_product(), "unitPrice": 10000, "stock": 5},
            "projects": {"number": "1", "name": "x", "startDate": "2026-01-01"},
            "sales": external_invoice(*contact),
            "purchases": supplier_bill(*contact),
            "generalJournalEntries": journal,
            "sales/drafts": _order_draft("3000", *contact),
            "purchases/drafts": _order_draft("4300", *contact),
        }
        for path, kind in DRAFTS.items():
            body = self.bodies[f"{path}/drafts"] = invoice_draft(*contact, type=kind)
            draft = api.create(f"/{path}/drafts", body)
            finish = "".join(part.title() for part in kind.split("_"))
            self.ids[path] = [id_of(api.create(f"{draft}/create{finish}"))]
        transaction = api.read(api.create("/generalJournalEntries", journal))
        self.ids["transactions"] = [transaction["transactionId"]]
        self.ids["journalEntries"] = [transaction["entries"][0]["journalEntryId"]]
        self.ids["accounts"] = ["3000"]
        self.ids["accountBalances"] = ["1920:10001"]
        self.operations = [
            operation
            for operation in contract.operations
            if "/time" not in operation[0] and "/activities" not in operation[0]
        ]
        # Bodies have the most that can be odd.
        self.operations += 4 * [
            operation
            for operation in self.operations
            if "application/json" in str(operation[3].get("requestBody"))
        ]

    def there(self, owner):
        """The ids of what is there; where nothing is left, something is made."""
        if not self.ids[owner] and owner in self.bodies:
            answer = self.api.post(f"/{owner}", self.bodies[owner])
            if answer.status_code == 201:
                self.ids[owner].append(id_of(answer.headers["Location"]))
        return self.ids[owner]

    def path(self, draw, template):
        """The template with ids in it: of what is there, or odd ones."""
        parts = []
        for part in template.replace("/companies/{companySlug}", "").split("/"):
            if part.startswith("{"):
                owner = OWNERS.get(part[1:-1], "/".join(parts).strip("/"))
                choices = self.there(owner)[-3:] or [1]
                chosen = draw(st.integers(0, 29))
                odd = {0: 1, 1: 2**63, 2: 10**30}
                part = odd.get(chosen, choices[chosen % len(choices)])
            parts.append(str(part))
        return "/".join(parts)

    def body(self, draw, template, schema):
        body = self.sensible(draw, template, "", schema)
        for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2]))):
            places = list(_places(body))
            if places:
                where, key = places[draw(st.integers(0, len(places) - 1))]
                # More often than not of the right kind: those get further.
                odd = NUMBERS + TEXTS + OTHERS
                if draw(st.integers(0, 3)):
                    odd = {int: NUMBERS, str: TEXTS}.get(type(where[key]), OTHERS)
                where[key] = copy.deepcopy(draw(st.sampled_from(odd)))
        return body

    def sensible(self, draw, template, name, schema):
        schema = self.contract._resolve(schema) if "$ref" in schema else schema
        schema = self.contract._merged(schema["allOf"]) if "allOf" in schema else schema
        if schema.get("type") == "array" and name not in SENSIBLE:
            return [self.sensible(draw, template, "", schema["items"])]
        if "properties" in schema:
            needed = {*schema.get("required", ()), *NEEDED}
            return {
                field: self.sensible(draw, template, field, value)
                for field, value in schema["properties"].items()
                if not value.get("readOnly")
                and (field in needed or draw(st.integers(0, 7)) == 0)
            }
        return self.leaf(draw, template, name, schema)

    def leaf(self, draw, template, name, schema):
        for path, kind in DRAFTS.items():
            if name == "type" and f"/{path}/drafts" in template:
                return kind
        owner = OWNERS.get(name, f"{name[0].lower()}{name[1:-2]}s") if name else ""
        if self.there(owner):
            return self.ids[owner][0]
        if name == "account":
            return "4300" if "purchases" in template else "3000"
        if name in SENSIBLE:
            return copy.copy(SENSIBLE[name])
        if "enum" in schema:
            return draw(st.sampled_from(schema["enum"]))
        if schema.get("format") == "date":
            return "2026-01-31"
        kinds = {"integer": 1, "number": 1, "boolean": False}
        return kinds.get(schema.get("type"), "x")

    def send(self, draw):
        template, _, method, operation, parameters = draw(
            st.sampled_from(self.operations)
        )
        path = self.path(draw, template)
        query = {
            parameter["name"]: draw(st.sampled_from(ODD_QUERIES))
            for parameter in map(self._resolved, parameters)
            if parameter["in"] == "query" and draw(st.integers(0, 5)) == 0
        }
        content = (operation.get("requestBody") or {}).get("content", {})
        body, extra = None, {}
        if "application/json" in content:
            schema = content["application/json"]["schema"]
            body = self.body(draw, template, schema)
            extra = {"json": body}
        elif content:
            name = draw(st.sampled_from(["a.pdf", "", "æ\u0000.PNG", "a.exe", ".gif"]))
            file = draw(st.sampled_from([b"", b"%PDF"]))
            extra = {"data": {"filename": name}, "files": {"file": (name or "x", file)}}
            query.update(attachToSale="true")
        # requests writes no NaN, and half a surrogate pair only escaped
        if body is not None:
            extra = {
                "data": json.dumps(body),
                "headers": {"Content-Type": "application/json"},
            }
        said = f"{method} {path} {query} {body}"
        answer = self.call(said, method, path, params=query, **extra)
        if answer.status_code == 201 and method == "POST":
            self.remember(said, path, answer.headers.get("Location"))
        # 200 for DELETE: a contact that is in use is only made inactive.
        gone = method == "DELETE" and answer.status_code == 204
        if gone or answer.ok and "drafts/{draftId}/create" in template:
            self.forget(path)
        if answer.ok and method != "GET" and template.startswith("/companies/{"):
            first = path.strip("/").split("/")[:2]
            listed = "/".join(first if first[1:] == ["drafts"] else first[:1])
            if listed in LISTS:
                self.call(said, "GET", f"/{listed}", params={"pageSize": "100"})

    def _resolved(self, parameter):
        return self.contract._resolve(parameter) if "$ref" in parameter else parameter

    def remember(self, said, path, location):
        if location and "attachments" not in path:
            parts = location.partition(f"/{self.api.company}/")[2].split("/")
            self.ids["/".join(parts[:-1])].append(int(parts[-1]))
            self.call(said, "GET", location)

    def forget(self, path):
        owner, _, last = path.partition("/create")[0].strip("/").rpartition("/")
        self.ids[owner] = [one for one in self.ids[owner] if str(one) != last]

    def call(self, said, method, path, **arguments):
        try:
            answer = self.api.call(method, path, **arguments)
        except AssertionError as error:
            raise AssertionError(f"{said}\n→ {error}") from None
        if answer.status_code >= 500:
            known = any(words in answer.text for words in KNOWN_500)
            assert known, f"{said}\n→ {answer.status_code} {answer.text}"
        return answer


def _product():
    return {"name": "x", "incomeAccount": "3000", "vatType": "HIGH", "active": True}


def _order_draft(account, contact):
    line = {"text": "x", "vatType": "HIGH", "incomeAccount": account}
    line.update(net=10000, gross=12500)
    return {"cash": False, "paid": False, "contactId": contact, "lines": [line]}


def _places(value):
    """Every field of a body, and every element of its lists: (where, key)."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)
