"""A sandbox as a program, clients that talk to it over a socket, and what they send."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import requests

REPO = Path(__file__).resolve().parents[2]
KAFFE = "fiken-demo-kaffe-as"
BANK_NUMBER = "15031234562"


def python_for_sandbox():
    given = os.environ.get("SANDBOX_PYTHON")
    own = REPO / ".dev" / "sandbox-venv" / "bin" / "python"
    return given or (str(own) if own.exists() else sys.executable)


def environment(**variables):
    """What a sandbox is started with: none of what a suite runs under (its own tests
    say how Fiken is)."""
    own = {name: os.environ[name] for name in os.environ if name != "SANDBOX_UNKNOWNS"}
    return {**own, **variables}


def start_sandbox(*arguments, **variables):
    """A running sandbox and its address."""
    process = subprocess.Popen(
        [python_for_sandbox(), "-m", "sandbox", "--port", "0", *arguments],
        cwd=REPO,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    match = re.search(r"http://\S+", line)
    if not match:
        process.kill()
        raise RuntimeError(f"The sandbox did not start: {line!r}")
    return process, match[0]


class Control:
    """The sandbox's control interface."""

    def __init__(self, url):
        self.url = url

    def get(self, path, **query):
        answer = requests.get(f"{self.url}/_control/{path}", params=query, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def post(self, path, body=None):
        return requests.post(f"{self.url}/_control/{path}", json=body, timeout=30)

    def set(self, **switches):
        self.post("unknowns", switches).raise_for_status()

    def fault(self, do, path="", method=None, times=1):
        match = {"method": method, "path": path}
        faults = [{"match": match, "times": times, "do": do}]
        self.post("faults", faults).raise_for_status()

    def books(self, company=KAFFE):
        return self.get("books", company=company)

    def balances(self, company=KAFFE):
        """Account → balance, those that are not nought."""
        rows = self.books(company)["balances"]
        return {row["account"]: row["balance"] for row in rows if row["balance"]}


class Client:
    """One Fiken user's requests; every answer is held against the contract."""

    def __init__(self, url, contracts, company=KAFFE, token="sandbox-token"):
        self.url = url
        self.contracts = contracts
        # Which of the contracts holds.
        self.kept = "2026-09"
        self.company = company
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.seen = []

    def address(self, path):
        if path.startswith("http"):
            return path
        if path.startswith(("/user", "/companies")):
            return f"{self.url}/api/v2{path}"
        return f"{self.url}/api/v2/companies/{self.company}{path}"

    def call(self, method, path, **arguments):
        answer = self.session.request(
            method, self.address(path), timeout=30, allow_redirects=False, **arguments
        )
        template_path = urlsplit(answer.url).path
        self.seen.append((method, template_path, answer.status_code))
        contract = self.contracts.get(self.kept)
        if contract:
            body = answer.json() if answer.content else None
            problems = contract.check_response(
                method, template_path, answer.status_code, answer.headers, body
            )
            assert not problems, "\n".join(problems)
        return answer

    def get(self, path, **query):
        return self.call("GET", path, params=query)

    def read(self, path, **query):
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path, body=None, **arguments):
        return self.call("POST", path, json=body, **arguments)

    def put(self, path, body):
        return self.call("PUT", path, json=body)

    def patch(self, path, body=None, **query):
        return self.call("PATCH", path, json=body, params=query)

    def delete(self, path, **query):
        return self.call("DELETE", path, params=query)

    def create(self, path, body=None):
        """POST, and the address of what came of it."""
        answer = self.post(path, body)
        assert answer.status_code == 201, answer.text
        assert not answer.content
        return answer.headers["Location"]

    def refused(self, answer, status, fragment=""):
        assert answer.status_code == status, answer.text
        assert fragment in answer.json()["message"]

    def upload(self, path, filename="bilag.pdf", query=None, **fields):
        return self.call(
            "POST",
            path,
            params=query,
            data={"filename": filename, **fields},
            files={"file": (filename, b"%PDF-1.4 bilag")},
        )

    # -- what most tests need ----------------------------------------------------------

    def contact(self, name="Fjord Hotell AS", **fields):
        roles = {"customer": True, "supplier": True}
        return id_of(self.create("/contacts", {"name": name, **roles, **fields}))

    def product(self, **fields):
        product = {
            "name": "Espressobønner 1 kg",
            "incomeAccount": "3000",
            "vatType": "HIGH",
            "active": True,
            "unitPrice": 20000,
        }
        return id_of(self.create("/products", {**product, **fields}))


def id_of(location):
    return int(location.rstrip("/").rpartition("/")[2])


def sale_line(net=10000, vat=2500, vat_type="HIGH", account="3000"):
    return {
        "description": f"Salg {vat_type}",
        "vatType": vat_type,
        "account": account,
        "netPrice": net,
        "vat": vat,
    }


def cash_sale(*lines, **fields):
    lines = list(lines) or [sale_line()]
    return {
        "kind": "cash_sale",
        "date": "2026-01-31",
        "currency": "NOK",
        "paymentAccount": "1920:10001",
        "paymentDate": "2026-01-31",
        "totalPaid": sum(line["netPrice"] + line["vat"] for line in lines),
        "lines": lines,
        **fields,
    }


def external_invoice(customer, *lines, **fields):
    return {
        "kind": "external_invoice",
        "date": "2026-01-31",
        "dueDate": "2026-02-14",
        "currency": "NOK",
        "customerId": customer,
        "lines": list(lines) or [sale_line()],
        **fields,
    }


def purchase_line(net=10000, vat=2500, vat_type="HIGH", account="4300", **fields):
    return {**sale_line(net, vat, vat_type, account), **fields}


def supplier_bill(supplier, *lines, **fields):
    return {
        "kind": "supplier",
        "date": "2026-01-15",
        "dueDate": "2026-02-15",
        "currency": "NOK",
        "supplierId": supplier,
        "lines": list(lines) or [purchase_line()],
        **fields,
    }


def invoice_draft(customer, *lines, **fields):
    line = {
        "quantity": 2,
        "description": "Filterkaffe",
        "unitPrice": 10000,
        "vatType": "HIGH",
        "incomeAccount": "3000",
    }
    return {
        "type": "invoice",
        "customerId": customer,
        "daysUntilDueDate": 14,
        "issueDate": "2026-01-05",
        "bankAccountNumber": BANK_NUMBER,
        "lines": list(lines) or [line],
        **fields,
    }
