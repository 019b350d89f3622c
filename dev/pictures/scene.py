"""What dev/demo leaves, and what a picture shows besides: something that is stopped,
refused, changed in Fiken, sold late; a company that is about to connect; who looks.
"""

import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import requests
from demo_cases import CUSTOMERS
from demo_flow import SLUG, Odoo
from demo_till import GOODS, RATES, Till, ore, share

PATIENCE = 120
MANAGER, LEAST, NEWCOMER = "kari", "ivar", "nina"
# group_fiken_user comes with invoicing.
RIGHTS = {
    MANAGER: (
        "base.group_system",
        "account.group_account_manager",
        "fiken_connector.group_fiken_manager",
        "point_of_sale.group_pos_manager",
    ),
    LEAST: ("account.group_account_invoice",),
    NEWCOMER: (
        "base.group_system",
        "account.group_account_manager",
        "fiken_connector.group_fiken_manager",
    ),
}
NAMES = {MANAGER: "Kari Nordmann", LEAST: "Ivar Aas", NEWCOMER: "Nina Berg"}
APP = ("fiken_connector.client_id", "fiken_connector.client_secret")
# By which a document is known, and looked up.
REFERENCES = {
    "booked": "seksjon og merknad",
    "blocked": "uten konto i Fiken",
    "refused": "uten mva på 3000",
    "unsent": "ikke bekreftet",
    "failed": "avvist av Fiken",
}
REFUSE_A_SALE = {
    "match": {"method": "POST", "path": "/sales$"},
    "times": 1,
    "do": "status:400",
    "says": "Kontakten er ikke aktiv",
}
IN_FIKEN = [
    {"name": "Azure Interior", "customer": True, "email": "post@azure.example"},
    {"name": "Fjellkaffe AS", "customer": True, "email": "post@fjellkaffe.example"},
    {"name": "Kaffegrossisten AS", "supplier": True, "email": "ordre@grossist.example"},
]
TWO_DAYS_AGO = timedelta(days=2)


class Scene:
    """A running demo, brought to where there is something to see.

    ``ids`` holds the records that pictures are of, by name.
    """

    def __init__(self, odoo, box):
        self.odoo = odoo
        self.box = box
        odoo.context = {"lang": "en_US"}
        books = odoo.search_read("fiken.company", [("slug", "=", SLUG)], [])[0]
        self.books = books["id"]
        self.company = books["company_id"][0]
        self.vendor = books["default_vendor_id"][0]
        odoo.context["allowed_company_ids"] = [self.company]
        self.ids = {}

    def prepare(self):
        self._speak_norwegian()
        self._drop_emoji()
        newcomer = self._company_that_connects()
        for login in RIGHTS:
            self._user(login, newcomer if login == NEWCOMER else self.company)
        self._documents()
        self._contact_changed_in_fiken()
        self._days()
        self._import()
        self._wait()

    def look_up(self):
        """The records that pictures are of."""
        odoo, settlement = self.odoo, "fiken.settlement"
        books = odoo.call("fiken.company", "read", [self.books], ["connection_id"])[0]
        vendor = odoo.call("fiken.vendor", "read", [self.vendor], ["ledger_id"])[0]
        own = ("vendor_id", "=", self.vendor)
        correction = odoo.search_read(
            settlement, [own, ("kind", "=", "correction")], ["corrects_id"]
        )[0]
        late = correction["corrects_id"][0]
        self.ids = {
            "books": self.books,
            "vendor": self.vendor,
            "connection": books["connection_id"][0],
            "ledger": vendor["ledger_id"][0],
            "contact": self._customer(0),
            "product": odoo.find("product.product", ("name", "=", GOODS["krus"][0])),
            "correction": correction["id"],
            "day_late": late,
            "day_booked": odoo.find(
                settlement, own, ("state", "=", "booked"), ("id", "!=", late)
            ),
            "day_ready": odoo.find(
                settlement, own, ("kind", "=", "day"), ("state", "=", "ready")
            ),
        }
        for name, reference in REFERENCES.items():
            move = odoo.call(
                "account.move",
                "search",
                [
                    ("company_id", "=", self.company),
                    ("ref", "=", reference),
                    ("fiken_issuer", "=", "odoo"),
                ],
                limit=1,
            )
            self.ids[name] = move[0]
            self.ids[f"job_{name}"] = self._job("account.move", move[0])
        self.ids["job_correction"] = self._job(settlement, correction["id"])

    def _job(self, model, record):
        return self.odoo.find(
            "fiken.job",
            ("document_model", "=", model),
            ("document_id", "=", record),
            ("is_leading", "=", True),
        )

    @contextmanager
    def looked_at_by(self, login, lang):
        """A session of a user, in a language.

        The newcomer's Odoo has no app at Fiken yet; everybody else's has.
        """
        names = APP if login == NEWCOMER else ()
        params = "ir.config_parameter"
        app = {name: self.odoo.call(params, "get_param", name) for name in names}
        try:
            for name in app:
                self.odoo.call(params, "set_param", name, False)
            yield self._session(login, lang)
        finally:
            for name, value in app.items():
                self.odoo.call(params, "set_param", name, value)

    def _session(self, login, lang):
        user = self.odoo.find("res.users", ("login", "=", login))
        self.odoo.call("res.users", "write", [user], {"lang": lang})
        database = self.odoo.user["db"]
        return Odoo(self.odoo.url, database, login)

    def _drop_emoji(self):
        """Not every machine has a font for it."""
        partner = self._customer(3)
        if partner:
            plain = (
                CUSTOMERS[3]["name"]
                .encode("latin-1", "ignore")
                .decode("latin-1")
                .strip()
            )
            self.odoo.call("res.partner", "write", [partner], {"name": plain})

    # Who looks

    def _speak_norwegian(self):
        odoo = self.odoo
        if odoo.find("res.lang", ("code", "=", "nb_NO")):
            return
        wanted = odoo.find("res.lang", ("code", "=", "nb_NO"), ("active", "=", False))
        wizard = odoo.create("base.language.install", {"lang_ids": [(6, 0, [wanted])]})
        odoo.call("base.language.install", "lang_install", [wizard])

    def _user(self, login, company):
        odoo = self.odoo
        if odoo.find("res.users", ("login", "=", login)):
            return
        groups = [self._ref(name) for name in ("base.group_user", *RIGHTS[login])]
        odoo.create(
            "res.users",
            {
                "name": NAMES[login],
                "login": login,
                "password": login,
                "email": f"{login}@kaffe.example",
                "company_id": company,
                "company_ids": [(6, 0, [company])],
                "group_ids": [(6, 0, groups)],
                "tz": "Europe/Oslo",
            },
        )

    def _ref(self, name):
        module, _dot, own = name.partition(".")
        row = self.odoo.search_read(
            "ir.model.data",
            [("module", "=", module), ("name", "=", own)],
            ["res_id"],
        )
        return row[0]["res_id"]

    def _company_that_connects(self):
        """With Norway's chart of accounts, and nothing of Fiken's yet."""
        odoo, name = self.odoo, "Nybakt AS"
        known = odoo.find("res.company", ("name", "=", name))
        if known:
            return known
        norway = odoo.find("res.country", ("code", "=", "NO"))
        nok = odoo.find("res.currency", ("name", "=", "NOK"))
        values = {"name": name, "country_id": norway, "currency_id": nok}
        # Odoo would look for more modules of Norway's.
        context = {"install_mode": True}
        company = odoo.call("res.company", "create", [values], context=context)[0]
        odoo.call("account.chart.template", "try_loading", [], "no", company)
        return company

    # Documents

    def _documents(self):
        """Those that are stopped, for each cause one, and one that is a draft."""
        odoo = self.odoo
        taxed = odoo.find(
            "account.tax",
            ("company_id", "=", self.company),
            ("l10n_no_standard_code", "=", "3"),
            ("type_tax_use", "=", "sale"),
        )
        courses = odoo.create(
            "account.account",
            {
                "code": "3006",
                "name": "Kurs og foredrag",
                "account_type": "income",
                "company_ids": [(6, 0, [self.company])],
            },
        )
        income = odoo.find(
            "account.account", ("code", "=", "3000"), ("company_ids", "=", self.company)
        )
        self._invoice(0, "blocked", ("Kurs i latte art", 1500.0, courses, taxed))
        self._invoice(1, "refused", ("Kaffe, 10 kg", 2490.0, income, None))
        self._invoice(2, "unsent", ("Kaffemaskin", 4990.0, income, taxed))
        self._wait()
        self._control("faults", [REFUSE_A_SALE])
        self._invoice(2, "failed", ("Kaffekurs", 1200.0, income, taxed))
        self._wait()
        self._control("faults", [])

    def _invoice(self, customer, name, line):
        text, price, account, tax = line
        move = self.odoo.create(
            "account.move",
            {
                "move_type": "out_invoice",
                "partner_id": self._customer(customer),
                "invoice_date": str(date.today()),
                "ref": REFERENCES[name],
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": text,
                            "price_unit": price,
                            "account_id": account,
                            "tax_ids": [(6, 0, [tax] if tax else [])],
                        },
                    )
                ],
            },
        )
        if name != "unsent":
            self.odoo.call("account.move", "action_post", [move])

    def _customer(self, index):
        return self.odoo.find("res.partner", ("name", "=", CUSTOMERS[index]["name"]))

    def _contact_changed_in_fiken(self):
        """Somebody entered another e-mail there; then Odoo has news of its own."""
        contact = self._customer(0)
        link = self.odoo.search_read(
            "fiken.binding",
            [("res_model", "=", "res.partner"), ("res_id", "=", contact)],
            ["remote_id"],
        )[0]
        path = f"/companies/{SLUG}/contacts/{link['remote_id']}"
        row = self.box.get(path)
        self.box.put(path, {**row, "email": "regnskap@kaffebaren.example"})
        self.odoo.call("res.partner", "write", [contact], {"phone": "+47 55 12 34 56"})

    # Days

    def _days(self):
        """One that is not sent, and a sale after its day was."""
        odoo = self.odoo
        till = self._till()
        long_ago = datetime.now(UTC) - TWO_DAYS_AGO
        till.open(long_ago)
        self._sell(till, "kaffe", 12, long_ago)
        self._sell(till, "bok", 3, long_ago)
        till.close()
        till.open()
        self._sell(till, "krus", 2, datetime.now(UTC))
        till.close()
        day = str(long_ago.date())
        wizard = odoo.create(
            "fiken.settle", {"vendor_id": self.vendor, "since": day, "until": day}
        )
        odoo.call("fiken.settle", "action_read", [wizard])
        settlement = "fiken.settlement"
        own = ("vendor_id", "=", self.vendor)
        sent = odoo.call(settlement, "search", [own, ("state", "=", "booked")])
        odoo.call(settlement, "action_find_late_changes", sent)
        late = odoo.find(settlement, ("id", "in", sent), ("late_text", "!=", False))
        odoo.call(settlement, "action_correct", [late])
        # The correction is stopped: Fiken has closed the period meanwhile.
        correction = odoo.find(settlement, ("corrects_id", "=", late))
        self._control("unknowns", {"closed_period_to": str(date.today())})
        odoo.call(settlement, "action_send", [correction])
        self._wait()
        self._control("unknowns", {"closed_period_to": None})

    def _till(self):
        odoo = self.odoo
        config = odoo.search_read(
            "pos.config", [("name", "=", "Kafékassen")], ["payment_method_ids"]
        )[0]
        methods = odoo.search_read(
            "pos.payment.method",
            [("id", "in", config["payment_method_ids"])],
            ["name", "is_cash_count"],
        )
        known = {
            "cash" if method["is_cash_count"] else "card": method["id"]
            for method in methods
        }
        return Till(odoo, config["id"], known)

    def _sell(self, till, name, quantity, when):
        text, price, code, _account = GOODS[name]
        product = self.odoo.search_read(
            "product.product", [("name", "=", text)], ["taxes_id"]
        )[0]
        net = ore(price) * quantity
        vat = share(net, RATES[code][1])
        line = {
            "product_id": product["id"],
            "full_product_name": text,
            "qty": quantity,
            "price_unit": price,
            "price_subtotal": net / 100,
            "price_subtotal_incl": (net + vat) / 100,
            "tax_ids": [(6, 0, product["taxes_id"])],
        }
        till.ring_up(self.company, when, [line], {"card": net + vat}, vat)

    # The start-up import

    def _import(self):
        """What was in Fiken before: one that Odoo has, and some that it has not."""
        for row in IN_FIKEN:
            self.box.post(f"/companies/{SLUG}/contacts", row)
        action = self.odoo.call("fiken.import", "action_open")
        self.odoo.call("fiken.import", "action_read", [action["res_id"]])

    # Fiken

    def _control(self, what, told):
        """How the sandbox behaves from now on."""
        url = f"{self.box.url}/_control/{what}"
        requests.post(url, json=told, timeout=30).raise_for_status()

    def _wait(self):
        """Until the worker has tried everything."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            time.sleep(2)
            under_way = self.odoo.call(
                "fiken.job",
                "search_count",
                [("state", "in", ("pending", "sending")), ("reason", "=", False)],
            )
            if not under_way:
                return
        raise SystemExit(f"The worker was not done within {PATIENCE} seconds")
