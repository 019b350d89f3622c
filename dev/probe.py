"""Answers the open questions about Fiken's API by trying them on a test company.

Each question is a function that does what the question is about and looks at what
Fiken made of it. The answers are printed as a table, and as the sandbox's switches.
Only the standard library is used, so that it runs anywhere.
"""

import argparse
import itertools
import json
import math
import os
import secrets
import sys
import textwrap
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta

API_URL = "https://api.fiken.no/api/v2"
PAUSE_MS = 300
TIMEOUT = 60
BUSY_PAUSES = (1, 2, 4, 8)
MAX_TOLERANCE = 100
SIZES = (10_000, 100_000, 1_000_000, 5_000_000, 10_000_000, 25_000_000)
MAX_STALE = 15
NOT_ASKED = "not asked"
# Asked before all the others, whose answers hang on it (fiken-api.md §13 no. 31).
FIRST = 0


class Unanswered(Exception):
    """The question cannot be put to this company; the message says why."""


# Talking to Fiken


@dataclass
class Answer:
    status: int
    headers: dict
    body: object

    @property
    def ok(self):
        return self.status < 300

    @property
    def refused(self):
        """A plain 4xx: Fiken says no to exactly this."""
        return 400 <= self.status < 500

    @property
    def message(self):
        if isinstance(self.body, dict):
            for key in ("message", "error_description", "error"):
                if self.body.get(key):
                    return str(self.body[key])
        return str(self.body or "")[:200]

    @property
    def location(self):
        return urllib.parse.urlsplit(self.headers.get("Location", "")).path.rstrip("/")

    @property
    def made_id(self):
        return int(self.location.rsplit("/", 1)[-1])

    def __str__(self):
        return f"{self.status} {self.message}".strip()


class Fiken:
    """One request at a time, with a pause after each."""

    def __init__(self, url, slug, token, pause):
        self.url = url.rstrip("/")
        self.slug = slug
        self.token = token
        self.pause = pause

    def get(self, path, **query):
        return self.call("GET", path, query=query)

    def post(self, path, body=None, **query):
        return self.call("POST", path, body, query)

    def put(self, path, body):
        return self.call("PUT", path, body)

    def patch(self, path, body=None, **query):
        return self.call("PATCH", path, body, query)

    def delete(self, path, **query):
        return self.call("DELETE", path, query=query)

    def upload(self, path, filename, content, **query):
        boundary = secrets.token_hex(16)
        data = b"".join(
            (
                f'--{boundary}\r\nContent-Disposition: form-data; name="filename"'
                f"\r\n\r\n{filename}\r\n".encode(),
                f'--{boundary}\r\nContent-Disposition: form-data; name="file";'
                f' filename="{filename}"\r\nContent-Type: application/pdf'
                "\r\n\r\n".encode(),
                content,
                f"\r\n--{boundary}--\r\n".encode(),
            )
        )
        kind = f"multipart/form-data; boundary={boundary}"
        return self._send("POST", self._address(path, query), data, kind)

    def call(self, method, path, body=None, query=None):
        """Paths are those below the company, unless they begin with //."""
        data = None if body is None else json.dumps(body).encode()
        kind = None if body is None else "application/json"
        return self._send(method, self._address(path, query or {}), data, kind)

    def _address(self, path, query):
        path = path[1:] if path.startswith("//") else f"/companies/{self.slug}{path}"
        return self.url + path + ("?" + urllib.parse.urlencode(query) if query else "")

    def _send(self, method, url, data, kind):
        for pause in (*BUSY_PAUSES, None):
            answer = self._once(method, url, data, kind)
            time.sleep(self.pause)
            if answer.status != 429 or pause is None:
                return answer
            time.sleep(pause)

    def _once(self, method, url, data, kind):
        headers = {
            "Authorization": f"Bearer {self.token}",
            "X-Request-ID": str(uuid.uuid4()),
        }
        if kind:
            headers["Content-Type"] = kind
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with _opener().open(request, timeout=TIMEOUT) as response:
                return _read(response.status, response)
        except urllib.error.HTTPError as error:
            with error:
                return _read(error.code, error)


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to another address."""

    def redirect_request(self, *args):
        return None


def _opener():
    return urllib.request.build_opener(_StayHere)


def _read(status, response):
    raw = response.read()
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        body = raw[:500].decode("utf-8", "replace")
    return Answer(status, response.headers, body)


# Asking


@dataclass
class Finding:
    """What a question's function learnt.

    :ivar switches: the sandbox's switches as they must stand to behave like Fiken
    """

    answer: str
    evidence: str = ""
    switches: dict = field(default_factory=dict)


QUESTIONS = []


def asks(number, question):
    """Register a question by its number in fiken-api.md §13."""

    def register(function):
        QUESTIONS.append((number, question, function))
        return function

    return register


def accepts(answer):
    """accept or refuse, as the sandbox's switches say it.

    :raise Unanswered: neither, such as a 500
    """
    if answer.ok:
        return "accept"
    if answer.refused:
        return "refuse"
    raise Unanswered(f"neither yes nor no: {answer}")


class Probe:
    """The test company, what the questions need in it, and what must go again."""

    def __init__(self, fiken):
        self.fiken = fiken
        self.mark = f"probe-{secrets.token_hex(4)}"
        self.today = date.today()
        self.to_remove = []
        self.left = []
        self.kept = {}
        self.numbers = itertools.count(1)
        # Seconds until a new record shows in lists; the first question finds out.
        self.stale = 0

    def once(self, name, make):
        """Make something that several questions need, when it is first needed."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    def need(self, answer, what):
        if not answer.ok:
            raise Unanswered(f"{what} was refused: {answer}")
        return answer

    def number(self):
        return f"{self.mark}-{next(self.numbers)}"

    # What is there

    def listed(self, path, **query):
        """The rows of a list, when new ones are sure to show."""
        time.sleep(self.stale)
        return self.need(self.fiken.get(path, **query), path).body

    def company(self):
        return self.once(
            "company", lambda: self.need(self.fiken.get(""), "the company").body
        )

    def is_registered(self):
        return str(self.company().get("vatType")).lower() != "no"

    def has_account(self, code):
        return self.fiken.get(f"/accounts/{code}").ok

    def bank(self):
        """An open bank account with a number; (ledger code, number)."""

        def find():
            rows = self.need(self.fiken.get("/bankAccounts"), "the bank accounts").body
            for row in rows:
                if row["type"].lower() == "normal" and not row.get("inactive"):
                    return row["accountCode"], row["bankAccountNumber"]
            raise Unanswered("the company has no bank account")

        return self.once("bank", find)

    # What is made

    def contact(self, role="customer", **values):
        answer = self.fiken.post(
            "/contacts", {"name": f"Probe {self.mark} {role}", role: True, **values}
        )
        self.need(answer, "a contact")
        self.to_remove.append(f"/contacts/{answer.made_id}")
        return answer.made_id

    def customer(self):
        return self.once("customer", self.contact)

    def supplier(self):
        return self.once("supplier", lambda: self.contact("supplier"))

    def line(self, net=10000, vat=None, **values):
        """A line that must be right, unless values say otherwise."""
        if self.is_registered():
            vat = net // 4 if vat is None else vat
            own = {"vatType": "HIGH", "account": "3000", "vat": vat}
        else:
            own = {"vatType": "OUTSIDE", "account": "3200", "vat": 0}
        return {"description": "Probe", "netPrice": net, **own, **values}

    def zero_type(self):
        return "NONE" if self.is_registered() else "OUTSIDE"

    def sale(self, *lines, **values):
        """Try to book a sale; it is deleted at the end."""
        body = {
            "kind": "external_invoice",
            "date": str(self.today),
            "dueDate": str(self.today),
            "currency": "NOK",
            "saleNumber": self.number(),
            "customerId": self.customer(),
            "lines": list(lines or [self.line()]),
            **values,
        }
        body = {name: value for name, value in body.items() if value is not None}
        answer = self.fiken.post("/sales", body)
        if answer.ok:
            self.to_remove.append(f"/sales/{answer.made_id}/delete")
        return answer

    def good_sale(self, *lines, **values):
        return self.need(self.sale(*lines, **values), "a plain sale").made_id

    def cash_sale(self, account, **values):
        gross = sum(self.line()[name] for name in ("netPrice", "vat"))
        return self.sale(
            kind="cash_sale",
            dueDate=None,
            paymentAccount=account,
            paymentDate=str(self.today),
            totalPaid=gross,
            **{"customerId": None, **values},
        )

    def purchase(self, *lines, **values):
        vat_type, vat = ("HIGH", 2500) if self.is_registered() else ("NONE", 0)
        plain = {
            "description": "Probe",
            "vatType": vat_type,
            "account": "6540",
            "netPrice": 10000,
            "vat": vat,
        }
        answer = self.fiken.post(
            "/purchases",
            {
                "kind": "supplier",
                "date": str(self.today),
                "dueDate": str(self.today),
                "currency": "NOK",
                "identifier": self.number(),
                "supplierId": self.supplier(),
                "lines": list(lines or [plain]),
                **values,
            },
        )
        if answer.ok:
            self.to_remove.append(f"/purchases/{answer.made_id}/delete")
        return answer

    def pay(self, sale_id, account, amount, **values):
        body = {"date": str(self.today), "account": account, "amount": amount, **values}
        return self.fiken.post(f"/sales/{sale_id}/payments", body)

    def sale_draft(self, **values):
        vat_type, gross = (
            ("HIGH", 12500) if self.is_registered() else ("OUTSIDE", 10000)
        )
        account = "3000" if self.is_registered() else "3200"
        line = {
            "text": "Probe",
            "vatType": vat_type,
            "incomeAccount": account,
            "net": 10000,
            "gross": gross,
            **values.pop("line", {}),
        }
        body = {
            "cash": False,
            "paid": False,
            "invoiceNumber": self.number(),
            "invoiceIssueDate": str(self.today),
            "dueDate": str(self.today),
            "contactId": self.customer(),
            "lines": [line],
            **values,
        }
        answer = self.need(self.fiken.post("/sales/drafts", body), "a sale draft")
        path = f"/sales/drafts/{answer.made_id}"
        self.to_remove.append(path)
        booked = self.need(self.fiken.post(f"{path}/createSale"), "createSale")
        self.to_remove.remove(path)
        self.to_remove.append(f"/sales/{booked.made_id}/delete")
        return body, self.fiken.get(f"/sales/{booked.made_id}").body

    def product(self):
        def make():
            registered = self.is_registered()
            answer = self.fiken.post(
                "/products",
                {
                    "name": f"Probe {self.mark}",
                    "productNumber": self.mark,
                    "incomeAccount": "3000" if registered else "3200",
                    "vatType": "HIGH" if registered else "OUTSIDE",
                    "unitPrice": 10000,
                    "active": True,
                    "stock": 10,
                },
            )
            self.to_remove.append(f"/products/{self.need(answer, 'a product').made_id}")
            return answer.made_id

        return self.once("product", make)

    def draft(self, key, **values):
        """Try to make an invoice draft; it is deleted at the end."""
        body = {
            "type": "invoice",
            "uuid": key,
            "issueDate": str(self.today),
            "daysUntilDueDate": 14,
            "customerId": self.customer(),
            "bankAccountNumber": self.bank()[1],
            "lines": [{"quantity": 1, "productId": self.product()}],
            **values,
        }
        answer = self.fiken.post("/invoices/drafts", body)
        if answer.ok:
            path = f"/invoices/drafts/{answer.made_id}"
            if path not in self.to_remove:
                self.to_remove.append(path)
        return answer

    def start_series(self, path):
        if not self.fiken.get(f"/{path}/counter").ok:
            self.need(self.fiken.post(f"/{path}/counter", {}), "starting the numbers")

    def finished(self):
        """An invoice made of a draft: (its uuid, the answer to createInvoice, row)."""

        def make():
            self.start_series("invoices")
            key = str(uuid.uuid4())
            draft = self.need(self.draft(key), "an invoice draft")
            path = f"/invoices/drafts/{draft.made_id}"
            answer = self.need(
                self.fiken.post(f"{path}/createInvoice"), "createInvoice"
            )
            self.to_remove.remove(path)
            rows = self.listed("/invoices", invoiceDraftUuid=key)
            rows = [row for row in rows if row.get("invoiceDraftUuid") == key]
            if len(rows) != 1:
                raise Unanswered(f"{len(rows)} invoices have the draft's uuid")
            self.credit(rows[0])
            return key, answer, rows[0]

        return self.once("finished", make)

    def credit(self, row):
        """Invoices cannot be deleted: a credit note takes them back."""
        self.to_remove.append(f"/creditNotes/full?{row['invoiceId']}")

    # Clean up

    def clean_up(self):
        """Take away what was made, the newest first, and note what stays."""
        for path in reversed(self.to_remove):
            if not self._remove(path):
                self.left.append(path)
        self.to_remove = []

    def _remove(self, path):
        if path.startswith("/creditNotes/full?"):
            invoice_id = int(path.partition("?")[2])
            return self._credit_now(invoice_id)
        if not path.endswith("/delete"):
            return self.fiken.delete(path).status in (200, 204, 404)
        why = f"Probe {self.mark} is over"
        if self.fiken.patch(path, description=why).ok:
            return True
        document = path.removesuffix("/delete")
        for payment in self.fiken.get(f"{document}/payments").body or []:
            where = f"{document}/payments/{payment['paymentId']}"
            self.fiken.delete(where, description=why)
        return self.fiken.patch(path, description=why).ok

    def _credit_now(self, invoice_id):
        row = self.fiken.get(f"/invoices/{invoice_id}").body
        if row.get("associatedCreditNotes"):
            return True
        self.start_series("creditNotes")
        return self.full_credit(invoice_id).ok

    def full_credit(self, invoice_id):
        body = {"issueDate": str(self.today), "invoiceId": invoice_id}
        return self.fiken.post("/creditNotes/full", body)


# The questions


@asks(FIRST, "A new record shows in lists at once")
def stale_lists(probe):
    number = probe.number()
    probe.good_sale(saleNumber=number)
    began = time.monotonic()
    while not probe.fiken.get("/sales", saleNumber=number).body:
        if time.monotonic() - began > MAX_STALE:
            probe.stale = MAX_STALE
            return Finding(f"not within {MAX_STALE} s")
        time.sleep(0.2)
    waited = time.monotonic() - began
    if waited < 1 + 2 * probe.fiken.pause:
        return Finding("yes", "", {"stale_lists_seconds": 0})
    probe.stale = math.ceil(waited)
    seconds = round(waited)
    return Finding(f"after {seconds} s", "", {"stale_lists_seconds": seconds})


@asks(1, "1901 (cash) as payment account")
def cash_account(probe):
    if not probe.has_account("1901"):
        raise Unanswered("the chart of accounts has no 1901")
    paid = probe.pay(probe.good_sale(), "1901", 100)
    said = accepts(paid)
    cash = probe.cash_sale("1901")
    return Finding(said, f"payment: {paid}; cash sale: {cash}", {"account_1901": said})


@asks(2, "Direct invoice: a uuid used twice; is it found by invoiceDraftUuid")
def invoice_uuid(probe):
    probe.start_series("invoices")
    key = str(uuid.uuid4())
    registered = probe.is_registered()
    body = {
        "uuid": key,
        "issueDate": str(probe.today),
        "dueDate": str(probe.today + timedelta(days=14)),
        "customerId": probe.customer(),
        "bankAccountCode": probe.bank()[0],
        "cash": False,
        "lines": [
            {
                "quantity": 1,
                "description": "Probe",
                "unitPrice": 10000,
                "vatType": "HIGH" if registered else "OUTSIDE",
                "incomeAccount": "3000" if registered else "3200",
            }
        ],
    }
    first = probe.need(probe.fiken.post("/invoices", body), "a direct invoice")
    probe.credit({"invoiceId": first.made_id})
    second = probe.fiken.post("/invoices", body)
    if second.ok and second.made_id != first.made_id:
        probe.credit({"invoiceId": second.made_id})
    repeated = "duplicate" if accepts(second) == "accept" else "refuse"
    rows = probe.listed("/invoices", invoiceDraftUuid=key)
    found = any(row["invoiceId"] == first.made_id for row in rows)
    found = found and len(rows) <= 2  # an unknown filter returns everything
    return Finding(
        f"{repeated}; {'found' if found else 'not found'}",
        f"second: {second}; {len(rows)} found",
        {"repeated_invoice_uuid": repeated, "invoice_uuid_is_draft_uuid": found},
    )


@asks(3, "Invoice draft: a uuid used twice")
def draft_uuid(probe):
    key = str(uuid.uuid4())
    first = probe.need(probe.draft(key, ourReference="first"), "an invoice draft")
    second = probe.draft(key, ourReference="second")
    rows = probe.listed("/invoices/drafts", uuid=key)
    rows = [row for row in rows if row.get("uuid") == key]
    if accepts(second) == "refuse":
        said = "refuse"
    else:
        said = "duplicate" if len(rows) == 2 else "overwrite"
    names = ", ".join(sorted(row.get("ourReference", "-") for row in rows))
    same = second.ok and second.made_id == first.made_id
    return Finding(
        said,
        f"second: {second}; drafts: {names}{'; same id' if same else ''}",
        {"repeated_draft_uuid": said},
    )


@asks(4, "saleNumber unique")
def sale_number(probe):
    number = f"{probe.mark}-twice"
    probe.good_sale(saleNumber=number)
    second = probe.sale(saleNumber=number)
    unique = accepts(second) == "refuse"
    return Finding(
        "yes" if unique else "no", f"second: {second}", {"unique_sale_number": unique}
    )


@asks(4, "Purchase identifier unique per supplier")
def purchase_identifier(probe):
    number = f"{probe.mark}-bill"
    probe.need(probe.purchase(identifier=number), "a purchase")
    second = probe.purchase(identifier=number)
    unique = accepts(second) == "refuse"
    return Finding(
        "yes" if unique else "no",
        f"second: {second}",
        {"unique_purchase_identifier": unique},
    )


@asks(5, "How far VAT may be from net × rate")
def vat_tolerance(probe):
    if not probe.is_registered():
        raise Unanswered("the company is not registered for VAT")
    probe.good_sale()
    refusal = ""

    def passes(ore):
        nonlocal refusal
        answer = probe.sale(probe.line(10000, 2500 + ore))
        if accepts(answer) == "refuse":
            refusal = str(answer)
            return False
        return True

    low, high = 0, 1
    while high <= MAX_TOLERANCE and passes(high):
        low, high = high, high * 2
    high = min(high, MAX_TOLERANCE + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if passes(middle) else (low, middle)
    below = probe.sale(probe.line(10000, 2500 - low)).ok if low else True
    least = "at least " if low == MAX_TOLERANCE else ""
    both = "" if below else "; less VAT is refused"
    return Finding(f"{least}{low} øre", f"{refusal}{both}", {"vat_tolerance_ore": low})


@asks(5, "roundingType on a draft")
def rounding_type(probe):
    line = {
        "quantity": 1,
        "description": "Probe",
        "unitPrice": 1233,
        "vatType": "HIGH" if probe.is_registered() else "OUTSIDE",
        "incomeAccount": "3000" if probe.is_registered() else "3200",
    }
    answer = probe.draft(str(uuid.uuid4()), lines=[line], roundingType="round_whole")
    path = f"/invoices/drafts/{probe.need(answer, 'the draft').made_id}"
    gross = probe.fiken.get(path).body["gross"]
    return Finding("rounds" if gross % 100 == 0 else "no effect yet", f"gross {gross}")


@asks(6, "Negative lines on sales")
def negative_lines(probe):
    mixed = probe.sale(probe.line(), probe.line(-1000, -250))
    said = accepts(mixed)
    return Finding(said, str(mixed), {"negative_lines": said})


@asks(6, "Negative lines on purchases")
def negative_purchase(probe):
    vat_type, vat = ("HIGH", -2500) if probe.is_registered() else ("NONE", 0)
    answer = probe.purchase(
        {
            "description": "Probe",
            "vatType": vat_type,
            "account": "6540",
            "netPrice": -10000,
            "vat": vat,
        }
    )
    return Finding(accepts(answer), str(answer))


@asks(6, "Sale that adds up to zero")
def zero_total(probe):
    answer = probe.sale(probe.line(0, 0))
    said = accepts(answer)
    return Finding(said, str(answer), {"zero_total": said})


@asks(7, "Sale that is negative as a whole")
def negative_sale(probe):
    answer = probe.sale(probe.line(-10000, -2500))
    return Finding(accepts(answer), str(answer))


@asks(8, "What createInvoice's Location names")
def create_invoice(probe):
    key, answer, row = probe.finished()
    there = probe.fiken.get(f"/invoices/{answer.made_id}")
    is_invoice = there.ok and there.body.get("invoiceDraftUuid") == key
    said = "invoice" if is_invoice else "sale"
    if not is_invoice and not probe.fiken.get(f"/sales/{answer.made_id}").ok:
        raise Unanswered(f"neither an invoice nor a sale: {answer.location}")
    return Finding(
        said,
        f"{answer.location}; invoice {row['invoiceId']}",
        {"create_invoice_location": said},
    )


@asks(9, "Sale dated before accountingStartDate")
def before_start(probe):
    start = probe.company().get("accountingStartDate")
    if not start:
        raise Unanswered("the company has no accountingStartDate")
    day = str(date.fromisoformat(start) - timedelta(days=1))
    answer = probe.sale(date=day, dueDate=day)
    said = accepts(answer)
    return Finding(said, f"{day}: {answer}", {"before_accounting_start": said})


@asks(9, "Sale in a closed period")
def closed_period(probe):
    raise Unanswered("close a period in Fiken's pages, then book into it by hand")


@asks(10, "Invoicing a product lowers its stock")
def stock(probe):
    probe.finished()
    left = probe.fiken.get(f"/products/{probe.product()}").body.get("stock")
    lowers = left == 9
    return Finding(
        "yes" if lowers else "no",
        f"stock was 10, is {left}",
        {"invoicing_decrements_stock": lowers},
    )


@asks(11, "DELETE of a product that was invoiced")
def used_product(probe):
    probe.finished()
    path = f"/products/{probe.product()}"
    answer = probe.fiken.delete(path)
    said = accepts(answer)
    if said == "accept":
        probe.to_remove.remove(path)
        # Later questions make another one.
        del probe.kept["product"]
    return Finding(said, str(answer), {"delete_used_product": said})


@asks(12, "customerId on a cash sale")
def cash_customer(probe):
    answer = probe.cash_sale(probe.bank()[0], customerId=probe.customer())
    if accepts(answer) == "refuse":
        said = "refuse"
    else:
        kept = probe.fiken.get(f"/sales/{answer.made_id}").body.get("customer")
        said = "accept" if kept else "ignore"
    return Finding(said, str(answer), {"customer_on_cash_sale": said})


@asks(12, "dueDate required on an external invoice")
def due_date(probe):
    answer = probe.sale(dueDate=None)
    required = accepts(answer) == "refuse"
    return Finding(
        "yes" if required else "no",
        str(answer),
        {"due_date_required_external": required},
    )


@asks(13, "Bank account must be verified in a test company")
def bank_gate(probe):
    try:
        probe.finished()
    except Unanswered as reason:
        if "verified" in str(reason) or "Kontonummer" in str(reason):
            return Finding("yes", str(reason))
        raise
    return Finding("not for this one", f"invoice issued from {probe.bank()[0]}")


@asks(14, "What 429 counts; when Fiken bans")
def rate(probe):
    raise Unanswered("asking would risk a ban")


@asks(15, "Refresh token: lifetime, rotation")
def refresh(probe):
    raise Unanswered("needs an OAuth consent, not a token")


@asks(16, "Largest attachment")
def attachment(probe):
    sale_id = probe.good_sale()
    best, refusal = 0, ""
    for size in SIZES:
        head = b"%PDF-1.4\n%"
        answer = probe.fiken.upload(
            f"/sales/{sale_id}/attachments",
            f"{probe.mark}.pdf",
            head + b"x" * (size - len(head)),
            attachToSale="true",
        )
        if not answer.ok:
            refusal = f"{size} bytes: {answer}"
            break
        best = size
    if not best:
        raise Unanswered(refusal)
    return Finding(
        f"{best} bytes" if refusal else f"at least {best} bytes",
        refusal,
        {"max_attachment_bytes": best if refusal else 0},
    )


@asks(16, "Lengths of ourReference, orderReference and invoiceText on a draft")
def lengths(probe):
    kept = []
    for name, length in (
        ("ourReference", 300),
        ("orderReference", 300),
        ("invoiceText", 2000),
    ):
        answer = probe.draft(str(uuid.uuid4()), **{name: "x" * length})
        if answer.ok:
            path = f"/invoices/drafts/{answer.made_id}"
            kept.append(f"{name} {len(probe.fiken.get(path).body.get(name, ''))}")
        else:
            kept.append(f"{name} {length} refused ({answer})")
    return Finding("see evidence", "; ".join(kept))


@asks(17, "A sale draft's invoiceNumber becomes the saleNumber")
def draft_number(probe):
    body, sale = probe.sale_draft()
    same = sale.get("saleNumber") == body["invoiceNumber"]
    return Finding(
        "yes" if same else "no",
        f"saleNumber {sale.get('saleNumber')}",
        {"draft_number_becomes_sale_number": same},
    )


def project(probe):
    def make():
        answer = probe.fiken.post(
            "/projects",
            {
                "number": probe.mark,
                "name": f"Probe {probe.mark}",
                "startDate": str(probe.today),
            },
        )
        if answer.status == 402:
            raise Unanswered("the company has no project module")
        probe.to_remove.insert(
            0, f"/projects/{probe.need(answer, 'a project').made_id}"
        )
        return answer.made_id

    return probe.once("project", make)


@asks(18, "projectId on a line of a sale")
def sale_line_project(probe):
    answer = probe.sale(probe.line(projectId=project(probe)))
    said = "refuse" if accepts(answer) == "refuse" else "ignore"
    evidence = str(answer)
    if answer.ok:
        kept = probe.fiken.get(f"/sales/{answer.made_id}").body.get("project")
        evidence += "; kept" if kept else "; not kept"
        if kept:
            return Finding("it counts", evidence)
    return Finding(said, evidence, {"sale_line_project": said})


@asks(18, "Projects on the lines of a sale draft reach the sale")
def draft_project(probe):
    _body, sale = probe.sale_draft(line={"projectId": project(probe)})
    survives = bool(sale.get("project"))
    return Finding(
        "yes" if survives else "no",
        f"project {(sale.get('project') or {}).get('number', '-')}",
        {"draft_line_projects_survive": survives},
    )


@asks(19, "A second full credit note for one invoice")
def second_credit(probe):
    _key, _answer, row = probe.finished()
    probe.start_series("creditNotes")
    probe.need(probe.full_credit(row["invoiceId"]), "the first credit note")
    second = probe.full_credit(row["invoiceId"])
    said = accepts(second)
    return Finding(said, str(second), {"second_full_credit_note": said})


@asks(20, "PUT contact without groups and address blanks them")
def put_blanks(probe):
    address = {"streetAddress": "Kaffegata 1", "city": "Oslo", "country": "Norway"}
    name = f"Probe {probe.mark} put"
    contact = probe.contact(name=name, address=address, groups=[probe.mark])
    probe.need(
        probe.fiken.put(f"/contacts/{contact}", {"name": name, "customer": True}),
        "the PUT",
    )
    row = probe.fiken.get(f"/contacts/{contact}").body
    # A contact may always be shown with a country (§13 no. 22).
    street = (row.get("address") or {}).get("streetAddress")
    found = {"groups": row.get("groups"), "address": street}
    kept = [what for what, value in found.items() if value]
    blanks = not kept
    return Finding(
        "yes" if blanks else "no" if len(kept) == 2 else f"all but {kept[0]}",
        f"kept: {', '.join(kept) or 'none'}",
        {"contacts_put_blanks_groups": blanks},
    )


@asks(20, "Contact lists leave the inactive ones out")
def inactive(probe):
    name = f"Probe {probe.mark} inactive"
    contact = probe.contact(name=name, inactive=True)
    rows = probe.listed("/contacts", name=name)
    hidden = all(row["contactId"] != contact for row in rows)
    return Finding(
        "yes" if hidden else "no",
        f"{len(rows)} found by name",
        {"contacts_default_active": hidden},
    )


@asks(23, "7740 (rounding) as account of a sale line")
def rounding_account(probe):
    if not probe.has_account("7740"):
        raise Unanswered("the chart of accounts has no 7740")
    rounding = probe.line(1, 0, vatType=probe.zero_type(), account="7740")
    answer = probe.sale(probe.line(), rounding)
    said = accepts(answer)
    return Finding(said, str(answer), {"rounding_account_on_sales": said})


@asks(23, "A balance account on a sale line")
def balance_account(probe):
    rows = probe.fiken.get("/accounts", fromAccount=2900, toAccount=2999).body
    codes = [row["code"] for row in rows or [] if ":" not in row["code"]]
    if not codes:
        raise Unanswered("the chart of accounts has no 29xx")
    line = probe.line(1000, 0, vatType=probe.zero_type(), account=codes[0])
    answer = probe.sale(probe.line(), line)
    said = accepts(answer)
    return Finding(said, f"{codes[0]}: {answer}", {"balance_accounts_on_sales": said})


@asks(25, "A payment larger than what is outstanding")
def overpayment(probe):
    answer = probe.pay(probe.good_sale(), probe.bank()[0], 99900)
    said = accepts(answer)
    return Finding(said, str(answer), {"overpayment": said})


@asks(26, "A payment's fee counts towards what was owed")
def payment_fee(probe):
    sale_id = probe.good_sale()
    gross = probe.fiken.get(f"/sales/{sale_id}").body["outstandingBalance"]
    answer = probe.pay(sale_id, probe.bank()[0], gross - 100, fee=100)
    probe.need(answer, "a payment with a fee")
    left = probe.fiken.get(f"/sales/{sale_id}").body.get("outstandingBalance")
    counts = not left
    return Finding(
        "yes" if counts else "no",
        f"outstanding {left} øre after {gross - 100} and a fee of 100",
        {"payment_fee_settles": counts},
    )


@asks(28, "DELETE of a payment")
def payment_delete(probe):
    sale_id = probe.good_sale()
    paid = probe.need(probe.pay(sale_id, probe.bank()[0], 100), "a payment")
    answer = probe.fiken.delete(
        f"/sales/{sale_id}/payments/{paid.made_id}", description="Probe"
    )
    said = accepts(answer)
    return Finding(said, str(answer), {"payment_delete": said})


@asks(28, "Deleting a sale that has payments")
def delete_paid(probe):
    sale_id = probe.good_sale()
    probe.need(probe.pay(sale_id, probe.bank()[0], 100), "a payment")
    answer = probe.fiken.patch(f"/sales/{sale_id}/delete", description="Probe")
    said = "reverse" if accepts(answer) == "accept" else "refuse"
    if answer.ok:
        probe.to_remove.remove(f"/sales/{sale_id}/delete")
    return Finding(
        said, "" if answer.ok else str(answer), {"delete_with_payments": said}
    )


@asks(30, "Unknown fields of a body")
def unknown_field(probe):
    answer = probe.sale(somethingElse=True)
    said = "drop" if accepts(answer) == "accept" else "400"
    return Finding(
        said, "" if answer.ok else str(answer), {"unknown_body_fields": said}
    )


@asks(30, "Unknown parameters of a query")
def unknown_parameter(probe):
    answer = probe.fiken.get("/sales", somethingElse="1", pageSize=1)
    said = "drop" if accepts(answer) == "accept" else "400"
    return Finding(
        said, "" if answer.ok else str(answer), {"unknown_query_parameters": said}
    )


@asks(21, "The contact's phone number can be read (newer API document)")
def spec(probe):
    contact = probe.contact(name=f"Probe {probe.mark} phone", phoneNumber="22000000")
    row = probe.fiken.get(f"/contacts/{contact}").body
    newer = "phoneNumber" in row
    return Finding(
        "yes" if newer else "no", "", {"spec": "2026-09" if newer else "2026-05"}
    )


@asks(29, "Percentages on invoice results")
def percent_scale(probe):
    if not probe.is_registered():
        raise Unanswered("the company is not registered for VAT")
    _key, _answer, row = probe.finished()
    percent = row["lines"][0]["vatInPercent"]
    said = "one" if 0 < percent < 1 else "hundred"
    return Finding(said, f"vatInPercent {percent}", {"percent_scale": said})


@asks(29, "How vatType is written in answers")
def vat_type_case(probe):
    row = probe.fiken.get(f"/sales/{probe.good_sale()}").body
    name = row["lines"][0]["vatType"]
    said = "upper" if name.isupper() else "lower"
    return Finding(said, name, {"vat_type_case": said})


@asks(29, "How Location is written")
def location_style(probe):
    sale_id = probe.good_sale()
    answer = probe.need(probe.pay(sale_id, probe.bank()[0], 100), "a payment")
    text = answer.headers.get("Location", "")
    if text.endswith("/"):
        said = "trailing-slash"
    else:
        said = "absolute" if "://" in text else "relative"
    return Finding(said, text, {"location_style": said})


# Running


def ask_all(probe):
    """[(number, question, Finding)], and the sandbox's switches."""
    rows, switches = [], {}
    for number, question, function in sorted(QUESTIONS, key=lambda row: row[0]):
        progress(question)
        try:
            finding = function(probe)
        except Unanswered as reason:
            finding = Finding(NOT_ASKED, str(reason))
        except (OSError, ValueError, KeyError, TypeError) as error:
            # Fiken answered something that nobody expected: the others go on.
            finding = Finding(NOT_ASKED, f"{type(error).__name__}: {error}")
        switches.update(finding.switches)
        rows.append((number, question, finding))
    return rows, switches


def progress(text):
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def print_table(rows):
    widths = (4, 40, 22, 60)
    print_row(("§13", "Question", "Answer", "Evidence"), widths)
    print_row(tuple("-" * width for width in widths), widths)
    for number, question, finding in rows:
        number = 31 if number == FIRST else number
        print_row((number, question, finding.answer, finding.evidence), widths)


def print_row(cells, widths):
    columns = [
        textwrap.wrap(str(cell), width) or [""]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for index in range(max(map(len, columns))):
        line = "  ".join(
            f"{column[index] if index < len(column) else '':<{width}}"
            for column, width in zip(columns, widths, strict=True)
        )
        sys.stdout.write(line.rstrip() + "\n")


def arguments():
    parser = argparse.ArgumentParser(prog="dev/probe", description=__doc__)
    parser.add_argument("--company", required=True, metavar="SLUG")
    parser.add_argument("--api-url", default=API_URL)
    parser.add_argument("--yes", action="store_true", help="do not ask before writing")
    parser.add_argument(
        "--json", metavar="FILE", help="keep the switches in a file too"
    )
    parser.add_argument(
        "--pause-ms", type=int, default=PAUSE_MS, help=argparse.SUPPRESS
    )
    given = parser.parse_args()
    parts = urllib.parse.urlsplit(given.api_url)
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not loopback:
        if parts.scheme != "https":
            parser.error("--api-url must begin with https://")
        given.pause_ms = max(given.pause_ms, PAUSE_MS)
    if not os.environ.get("FIKEN_TOKEN"):
        parser.error("set FIKEN_TOKEN to a token of a user of that company")
    return given


def confirmed(company):
    sys.stderr.write(
        f"{company['name']} ({company['slug']}) is a test company. This books some"
        " forty sales, purchases and payments in it and takes them back at the end."
        " Invoices cannot be deleted: three are issued and credited, and number series"
        " that were never started are started.\n"
    )
    if not sys.stdin.isatty():
        sys.stderr.write("Add --yes to go on.\n")
        return False
    sys.stderr.write("Go on? [y/N] ")
    return input().strip().lower() in ("y", "yes", "j", "ja")


def main():
    given = arguments()
    token = os.environ["FIKEN_TOKEN"]
    fiken = Fiken(given.api_url, given.company, token, given.pause_ms / 1000)
    probe = Probe(fiken)
    try:
        company = probe.company()
    except (Unanswered, OSError) as error:
        sys.exit(f"error: {error}")
    if company.get("testCompany") is not True:
        sys.exit(f"error: {given.company} is not a test company; nothing was written")
    if not given.yes and not confirmed(company):
        sys.exit("Nothing was written.")
    try:
        rows, switches = ask_all(probe)
    finally:
        progress("Taking it back")
        probe.clean_up()
        progress("")
    print_table(rows)
    for path in probe.left:
        sys.stdout.write(f"Could not be taken back: {path}\n")
    text = json.dumps(switches, sort_keys=True)
    if given.json:
        with open(given.json, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    sys.stdout.write(f"\nSwitches for the sandbox (POST /_control/unknowns):\n{text}\n")


if __name__ == "__main__":
    main()
