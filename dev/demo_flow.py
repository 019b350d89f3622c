"""Connects a running Odoo to a running sandbox, as a person would, and compares.

Everything goes through Odoo's web interface and the sandbox's OAuth pages. Prints what
Odoo and Fiken's books say of each invoice; exit code 1 when they differ.
"""

import argparse
import itertools
import re
import sys
import time
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import requests
from demo_cases import CUSTOMERS, GLOBALLY, PER_LINE
from demo_till import Shop, fiken_side

SLUG = "fiken-demo-kaffe-as"
PATIENCE = 240
# On New Year's Day the tills' evening before counts too.
ENABLED_SINCE = f"{(date.today() - timedelta(days=1)).year}-01-01"
SENT = ("booked", "draft")
ROUNDING_ACCOUNT = "7740"
RATES = {"HIGH": 25, "MEDIUM": 15, "LOW": 12}


class Odoo:
    """Odoo's web client, without the browser."""

    def __init__(self, url, database, login="admin"):
        """:param login: of a user whose password is the same"""
        self.url = url
        self.http = requests.Session()
        self.context = {}
        self.user = self._rpc(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": login},
        )

    def call(self, model, method, *args, **kwargs):
        kwargs["context"] = {**self.context, **kwargs.get("context", {})}
        return self._rpc(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def create(self, model, values):
        created = self.call(model, "create", [values])
        return created[0] if isinstance(created, list) else created

    def find(self, model, *domain):
        ids = self.call(model, "search", list(domain), limit=1)
        return ids[0] if ids else None

    def search_read(self, model, domain, fields):
        return self.call(model, "search_read", domain, fields)

    def _rpc(self, path, params):
        answer = self.http.post(
            self.url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=120,
        ).json()
        if "error" in answer:
            data = answer["error"].get("data", {})
            raise SystemExit(f"{path}: {data.get('message') or answer['error']}")
        # What returns nothing has no result.
        return answer.get("result")


class Fiken:
    """The sandbox, seen by somebody who may read the books."""

    def __init__(self, url):
        self.url = url

    def get(self, path, **params):
        rows, page = [], 0
        while True:
            answer = self._request(
                "GET", path, params={**params, "page": page, "pageSize": 100}
            )
            if not isinstance(answer, list):
                return answer
            rows += answer
            page += 1
            if len(answer) < 100:
                return rows

    def post(self, path, row):
        self._request("POST", path, json=row)

    def put(self, path, row):
        self._request("PUT", path, json=row)

    def start_invoice_numbers(self):
        self._request(
            "POST", f"/companies/{SLUG}/invoices/counter", json={"value": 10000}
        )

    def _request(self, method, path, **kwargs):
        # The worker's own requests go first: Fiken takes one at a time.
        for _attempt in range(50):
            answer = requests.request(
                method,
                f"{self.url}/api/v2{path}",
                headers={"Authorization": "Bearer sandbox-token"},
                timeout=30,
                **kwargs,
            )
            if answer.status_code != 429:
                break
            time.sleep(0.2)
        answer.raise_for_status()
        return answer.json() if answer.content else None


# Setting up


def norwegian_company(odoo):
    """Odoo's Norwegian demo company, under the name and number it has in Fiken."""
    company = odoo.find("res.company", ("partner_id.country_id.code", "=", "NO"))
    user = odoo.user["uid"]
    odoo.call("res.users", "write", [user], {"company_id": company})
    odoo.context = {"allowed_company_ids": [company], "lang": "en_US"}
    known = {"name": "Demo Kaffe AS", "l10n_no_bronnoysund_number": "987654317"}
    odoo.call("res.company", "write", [company], known)
    norway = odoo.find("res.country", ("code", "=", "NO"))
    return company, norway


def connect(odoo, box):
    """Save the app's credentials, press Connect, click through Fiken's pages."""
    for key, value in {
        "fiken_connector.api_url": f"{box.url}/api/v2",
        "fiken_connector.oauth_url": f"{box.url}/oauth",
        "fiken_connector.client_id": "sandbox-client",
        "fiken_connector.client_secret": "sandbox-secret",
        "web.base.url": odoo.url,
        "web.base.url.freeze": "True",
    }.items():
        odoo.call("ir.config_parameter", "set_param", key, value)
    connection = odoo.create("fiken.connection", {})
    url = odoo.call("fiken.connection", "action_connect", [connection])["url"]
    page = odoo.http.get(url)
    page = submit(odoo.http, page, email="kari@example.com", password="sandbox")
    page = submit(odoo.http, page, company=[SLUG], decision="approve")
    if "fiken_oauth_problem" in page.text:
        raise SystemExit("Connecting failed: " + re.sub(r"<[^>]+>", " ", page.text))
    wizard = odoo.call("fiken.connection", "action_choose_company", [connection])
    choice = odoo.find(
        "fiken.connect.company",
        ("wizard_id", "=", wizard["res_id"]),
        ("slug", "=", SLUG),
    )
    odoo.call(
        "fiken.connect",
        "write",
        [wizard["res_id"]],
        {
            "choice_id": choice,
            "enabled_since": ENABLED_SINCE,
        },
    )
    told = odoo.call("fiken.connect", "action_choose", [wizard["res_id"]])
    say(told["params"]["message"])
    return odoo.search_read("fiken.company", [("slug", "=", SLUG)], [])[0]


def submit(http, page, **fields):
    """Fill in the one form of a page and send it."""
    action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
    if not action:
        raise SystemExit(f"No form on {page.url}: {page.text[:300]}")
    url = requests.compat.urljoin(page.url, action.group(1).replace("&amp;", "&"))
    return http.post(url, data=fields)


def vendors(odoo, fiken_company):
    """The default vendor's invoices are Odoo's; the web shop lets Fiken issue them.

    :return: {issuer: journal id}
    """
    default = fiken_company["default_vendor_id"][0]
    company = fiken_company["company_id"][0]
    bank = odoo.find(
        "fiken.account",
        ("fiken_company_id", "=", fiken_company["id"]),
        ("code", "=", "1920:10001"),
    )
    shop = odoo.create(
        "fiken.vendor",
        {
            "name": "Nettbutikken",
            "code": "NETT",
            "company_id": company,
            "fiken_company_id": fiken_company["id"],
            "enabled_since": ENABLED_SINCE,
            "issuer": "fiken",
            "bank_account_id": bank,
        },
    )
    ledgers = odoo.call("fiken.vendor", "read", [default, shop], ["ledger_id"])
    for vendor in ledgers:
        ledger = vendor["ledger_id"][0]
        odoo.call("fiken.ledger", "write", [ledger], {"sales_without_tax": "NONE"})
        map_accounts(odoo, ledger)
    odoo.call(
        "fiken.company", "write", [fiken_company["id"]], {"negative_lines": "send"}
    )
    own = odoo.find(
        "account.journal", ("type", "=", "sale"), ("company_id", "=", company)
    )
    journal = odoo.create(
        "account.journal",
        {
            "name": "Nettbutikken",
            "code": "NETT",
            "type": "sale",
            "company_id": company,
            "fiken_vendor_id": shop,
            "default_account_id": odoo.find("account.account", ("code", "=", "3000")),
        },
    )
    return {"odoo": own, "fiken": journal}


def vendor_ledger(odoo, fiken_company):
    vendor = fiken_company["default_vendor_id"][0]
    return odoo.call("fiken.vendor", "read", [vendor], ["ledger_id"])[0]["ledger_id"][0]


def map_accounts(odoo, ledger):
    """What a bookkeeper enters where no proposal was made."""
    codes = {row["account"] for _t, lines in GLOBALLY + PER_LINE for row in lines}
    for code in filter(None, codes):
        account = odoo.find("account.account", ("code", "=", code))
        mapped = odoo.find(
            "fiken.ledger.line",
            ("ledger_id", "=", ledger),
            ("account_id", "=", account),
        )
        if not mapped:
            odoo.create(
                "fiken.ledger.line",
                {"ledger_id": ledger, "account_id": account, "fiken_code": code},
            )


# The day's invoices


def invoices(odoo, company, norway, journals):
    """Every case for both issuers, booked and, every third, as a draft."""
    customers = [
        odoo.create("res.partner", {"country_id": norway, **values})
        for values in CUSTOMERS
    ]
    taxes = {
        row["l10n_no_standard_code"]: row["id"]
        for row in odoo.search_read(
            "account.tax",
            [("type_tax_use", "=", "sale"), ("company_id", "=", company)],
            ["l10n_no_standard_code"],
        )
    }
    turn = itertools.count()
    ids = []
    for method, cases in (("round_globally", GLOBALLY), ("round_per_line", PER_LINE)):
        odoo.call(
            "res.company",
            "write",
            [company],
            {"tax_calculation_rounding_method": method},
        )
        for title, lines in cases:
            for journal in journals.values():
                number = next(turn)
                move = odoo.create(
                    "account.move",
                    {
                        "move_type": "out_invoice",
                        "journal_id": journal,
                        "partner_id": customers[number % len(customers)],
                        "invoice_date": str(date.today()),
                        "ref": title,
                        "fiken_mode": "draft" if number % 3 == 2 else "booked",
                        "invoice_line_ids": [
                            (0, 0, values(odoo, row, taxes)) for row in lines
                        ],
                    },
                )
                odoo.call("account.move", "action_post", [move])
                ids.append(move)
    return ids


def values(odoo, row, taxes):
    if row.get("display_type"):
        return {"name": row["text"], "display_type": row["display_type"]}
    vals = {
        "name": row["text"],
        "price_unit": row["price"],
        "quantity": row.get("quantity", 1),
        "discount": row.get("discount", 0),
        "tax_ids": [(6, 0, [taxes[row["tax"]]] if row["tax"] else [])],
    }
    if row["account"]:
        vals["account_id"] = odoo.find("account.account", ("code", "=", row["account"]))
    return vals


def wait(odoo, ids):
    """Until the worker, which runs in the live server, has sent them all."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        moves = odoo.call("account.move", "read", ids, ["fiken_state"])
        open_ = [
            move for move in moves if move["fiken_state"] in ("waiting", "sending")
        ]
        if not open_:
            return
        time.sleep(1)
    say(f"Not all were sent within {PATIENCE} seconds.")


# Comparing


def odoo_figures(odoo, ids):
    """{move id: {VAT type: (net, VAT)}} in øre, from Odoo's journal."""
    types = {
        row["id"]: row["fiken_vat_type"]
        for row in odoo.search_read("account.tax", [], ["fiken_vat_type"])
    }
    figures = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for aml in odoo.search_read(
        "account.move.line",
        [
            ("move_id", "in", ids),
            ("display_type", "in", ("product", "tax", "rounding")),
        ],
        ["move_id", "display_type", "tax_ids", "tax_line_id", "balance"],
    ):
        own = figures[aml["move_id"][0]]
        if aml["display_type"] == "tax":
            own[types[aml["tax_line_id"][0]]][1] += ore(-aml["balance"])
        else:
            vat_type = types[aml["tax_ids"][0]] if aml["tax_ids"] else "NONE"
            own[vat_type][0] += ore(-aml["balance"])
    return figures


def fiken_figures(box):
    """{number: [{VAT type: (net, VAT)}, residue]} of all documents in Fiken."""
    base = f"/companies/{SLUG}"
    found = defaultdict(list)
    for row in box.get(f"{base}/sales"):
        if row["kind"] == "external_invoice" and not row.get("deleted"):
            lines = [
                (one["account"], one["vatType"], one["netPrice"], one["vat"])
                for one in row["lines"]
            ]
            found[row["saleNumber"]].append(lines)
    for row in box.get(f"{base}/sales/drafts"):
        lines = [
            (
                one["incomeAccount"],
                one["vatType"],
                one["net"],
                one["gross"] - one["net"],
            )
            for one in row["lines"]
        ]
        found[row["invoiceNumber"]].append(lines)
    for row in box.get(f"{base}/invoices"):
        lines = [
            (one["incomeAccount"], one["vatType"], one["net"], one["vat"])
            for one in row["lines"]
        ]
        found[row["ourReference"]].append(lines)
    for row in box.get(f"{base}/invoices/drafts"):
        lines = [draft_line(one) for one in row["lines"]]
        if sum(one[2] + one[3] for one in lines) != row["gross"]:
            raise SystemExit(f"The lines of draft {row['draftId']} do not add up")
        found[row["ourReference"]].append(lines)
    return found


def draft_line(row):
    """A draft's lines carry no totals: computed as Fiken will when it books them."""
    quantity, price, discount = (
        Decimal(str(row.get(name) or 0))
        for name in ("quantity", "unitPrice", "discount")
    )
    net = round_half_up(quantity * price * (100 - discount) / 100)
    vat = round_half_up(net * RATES.get(row["vatType"], 0) / Decimal(100))
    return row["incomeAccount"], row["vatType"], net, vat


def compare_day(box, day, settlement):
    """Print what was rung up at the tills beside what Fiken's books say of the day.

    :return: how many figures are not right
    """
    figures, accounts, rounding = fiken_side(box, SLUG, settlement["number"])
    say("")
    table = Table(
        ("Dagsoppgjør", 16), ("Hva", 24), ("I Fiken", 14), ("Kassene", -14),
        ("Fiken", -14), ("Differanse", -12),
    )  # fmt: skip
    rows = []
    for vat_type in sorted({*day.figures, *figures}):
        ours, theirs = day.figures[vat_type], figures[vat_type]
        rows.append((f"{vat_type} netto", ours[0], theirs[0]))
        rows.append((f"{vat_type} mva", ours[1], theirs[1]))
    for account in sorted({*day.accounts, *accounts}):
        rows.append((f"konto {account}", day.accounts[account], accounts[account]))
    # Receipts round VAT one by one: what that comes to stands on 7740.
    left = sum(row[1] - row[2] for row in rows if row[0].endswith("mva"))
    rows.append(("mva til 7740", left, rounding))
    wrong = 0
    for what, ours, theirs in rows:
        vat = what.endswith(" mva")
        wrong += ours != theirs and not (vat and rounding)
        table.row(
            settlement["number"],
            what,
            settlement["state"],
            *map(kroner, (ours, theirs, theirs - ours)),
        )
    if settlement["state"] != "booked":
        say(f"    {settlement['state']}: {settlement['reason']}")
        wrong += 1
    if settlement["difference"] or settlement["paid_difference"]:
        say("    Odoo's own control report shows a difference.")
        wrong += 1
    return wrong


def compare(odoo, box, ids, settlements=()):
    """Print what both say of each document and, summed, of each VAT type.

    :param settlements: numbers of days in Fiken, which are compared apart
    :return: how many documents are not right
    """
    moves = odoo.call(
        "account.move",
        "read",
        ids,
        ["name", "ref", "fiken_state", "fiken_issuer", "fiken_reason"],
    )
    ours, theirs = odoo_figures(odoo, ids), fiken_figures(box)
    totals, residues, wrong = defaultdict(lambda: [0, 0, 0, 0]), 0, 0
    table = Table(
        ("Faktura", 16), ("Hva", 24), ("I Fiken", 14), ("Odoo netto", -11),
        ("Fiken netto", -11), ("Odoo brutto", -11), ("Fiken brutto", -12),
        ("Differanse", -10), ("7740", -6),
    )  # fmt: skip
    for move in moves:
        documents = theirs.get(move["name"], [])
        fiken, residue = by_type(documents[0] if len(documents) == 1 else [])
        own = ours[move["id"]]
        problems = differences(own, fiken, residue)
        if len(documents) != 1:
            problems.append(f"{len(documents)} ganger i Fiken")
        if move["fiken_state"] not in SENT:
            problems.append(f"{move['fiken_state']}: {move['fiken_reason']}")
        nets = [sum(row[0] for row in side.values()) for side in (own, fiken)]
        gross = [sum(map(sum, side.values())) for side in (own, fiken)]
        gross[1] += residue
        table.row(
            move["name"],
            move["ref"],
            f"{move['fiken_state']} {move['fiken_issuer']}",
            kroner(nets[0]),
            kroner(nets[1]),
            kroner(gross[0]),
            kroner(gross[1]),
            kroner(gross[1] - gross[0]),
            kroner(residue) if residue else "",
        )
        for problem in problems:
            say(f"    {problem}")
        wrong += bool(problems or gross[0] != gross[1])
        residues += residue
        for vat_type in {*own, *fiken}:
            row = totals[vat_type]
            row[:] = map(sum, zip(row, (*own[vat_type], *fiken[vat_type]), strict=True))
    say("")
    table = Table(
        ("Mva-type", 24), ("Odoo netto", -14), ("Fiken netto", -14), ("Odoo mva", -14),
        ("Fiken mva", -14), ("Differanse", -12),
    )  # fmt: skip
    for vat_type, (net, vat, fiken_net, fiken_vat) in sorted(totals.items()):
        difference = fiken_net + fiken_vat - net - vat
        table.row(vat_type, *map(kroner, (net, fiken_net, vat, fiken_vat, difference)))
    table.row("Øresavrunding 7740", "", kroner(residues), "", "", kroner(residues))
    known = {*settlements, *(move["name"] for move in moves)}
    strangers = sorted(set(theirs) - known)
    if strangers:
        say(f"Bare i Fiken: {', '.join(strangers)}")
    return wrong + len(strangers)


def by_type(lines):
    """({VAT type: [net, VAT]}, what stands on the rounding account)."""
    figures, residue = defaultdict(lambda: [0, 0]), 0
    for account, vat_type, net, vat in lines:
        if account == ROUNDING_ACCOUNT:
            residue += net
        else:
            figures[vat_type][0] += net
            figures[vat_type][1] += vat
    return figures, residue


def differences(ours, theirs, residue):
    """Net and VAT of each type must be equal; what VAT differs by stands on 7740."""
    problems, vat = [], 0
    for vat_type in sorted({*ours, *theirs}):
        (net, tax), (fiken_net, fiken_tax) = ours[vat_type], theirs[vat_type]
        if net != fiken_net or (tax != fiken_tax and not residue):
            problems.append(
                f"{vat_type}: {kroner(net)} + {kroner(tax)} mva i Odoo,"
                f" {kroner(fiken_net)} + {kroner(fiken_tax)} i Fiken"
            )
        vat += tax - fiken_tax
    if vat != residue:
        problems.append(f"mva: {kroner(vat)} skiller, {kroner(residue)} står på 7740")
    return problems


class Table:
    """Columns of fixed width; a negative one aligns to the right."""

    def __init__(self, *columns):
        self.widths = [width for _name, width in columns]
        self.row(*(name for name, _width in columns))
        say("-" * (sum(map(abs, self.widths)) + len(columns) - 1))

    def row(self, *cells):
        say(
            " ".join(
                f"{str(cell)[:width]:<{width}}" if width > 0 else f"{cell:>{-width}}"
                for cell, width in zip(cells, self.widths, strict=True)
            )
        )


def ore(amount):
    return int((Decimal(str(amount)) * 100).to_integral_value())


def round_half_up(amount):
    return int(Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def kroner(amount):
    return f"{amount / 100:,.2f}".replace(",", " ").replace(".", ",")


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--odoo", required=True)
    parser.add_argument("--db", required=True)
    parser.add_argument("--sandbox", required=True)
    arguments = parser.parse_args()
    odoo, box = Odoo(arguments.odoo, arguments.db), Fiken(arguments.sandbox)
    company, norway = norwegian_company(odoo)
    fiken_company = connect(odoo, box)
    box.start_invoice_numbers()
    journals = vendors(odoo, fiken_company)
    ids = invoices(odoo, company, norway, journals)
    say(f"{len(ids)} invoices are confirmed; the worker sends them …")
    shop = Shop(odoo, company, vendor_ledger(odoo, fiken_company))
    shop.live_a_day(odoo.find("res.partner", ("name", "=", CUSTOMERS[0]["name"])))
    ids += shop.invoices()
    wait(odoo, ids)
    settlements = shop.settle(fiken_company["default_vendor_id"][0], PATIENCE)
    wrong = compare(odoo, box, ids, [day["number"] for day in settlements])
    wrong_days = sum(
        compare_day(box, shop.days[settlement["day"]], settlement)
        for settlement in settlements
    )
    say(f"Daily settlements: {wrong_days or 'no'} figures differ.")
    say(f"{len(ids)} documents, {len(ids) - wrong} equal to the øre, {wrong} not.")
    return 1 if wrong or wrong_days else 0


if __name__ == "__main__":
    sys.exit(main())
