"""A day at the till of the demo, as a shop lives it, and its settlement beside Fiken.

What the day should come to is added up here from what was rung up: neither Odoo's
figures nor the addon's are asked.
"""

import time
from collections import defaultdict
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import uuid4

CASH, CARD, BANK = "1901", "1960:10001", "1920:10001"
GIFT_CARDS, DIFFERENCES = "2901", "7770"
RATES = {"3": ("HIGH", 25), "31": ("MEDIUM", 15), "5": ("EXEMPT", 0)}

# (text, price without VAT in kroner, SAF-T code or None, income account)
GOODS = {
    "kaffe": ("Kaffe, kopp", 39.9, "31", "3030"),
    "krus": ("Krus", 129.9, "3", "3000"),
    "bok": ("Kaffebok", 249.0, "5", "3100"),
    "gavekort": ("Gavekort", 500.0, None, GIFT_CARDS),
}

# Receipts: what is sold or given back, and how it is paid: cash, card, or both with an
# amount in cash. A redeemed gift card is a negative line of it.
RECEIPTS = [
    ([("kaffe", 2), ("krus", 1)], "cash"),
    ([("bok", 1), ("kaffe", 3)], "card"),
    ([("krus", 4)], ("cash", 200.0)),
    ([("gavekort", 1)], "card"),
    ([("krus", 2), ("gavekort", -0.3)], "cash"),
    ([("krus", -1)], "cash"),
    ([("kaffe", 7)], "card"),
]
INVOICED = [("bok", 2), ("krus", 1)]
OPENING, TO_BANK, TOO_LITTLE = 1000.0, 300.0, 7.5


class Till:
    """The shop's till, through Odoo's web interface."""

    def __init__(self, odoo, company, ledger):
        self.odoo = odoo
        self.company = company
        self.ledger = ledger
        self.figures = defaultdict(lambda: [0, 0])
        self.accounts = defaultdict(int)
        self.taxes = {
            row["l10n_no_standard_code"]: row["id"]
            for row in odoo.search_read(
                "account.tax",
                [("type_tax_use", "=", "sale"), ("company_id", "=", company)],
                ["l10n_no_standard_code"],
            )
        }
        self._make_accounts()
        self._make_till()
        self.goods = {name: self._make_product(*row) for name, row in GOODS.items()}

    def _make_accounts(self):
        kinds = {GIFT_CARDS: "liability_current", "7795": "expense"}
        for code, kind in kinds.items():
            if not self._account(code):
                values = {"code": code, "name": code, "account_type": kind}
                self.odoo.create(
                    "account.account",
                    {**values, "company_ids": [(6, 0, [self.company])]},
                )
        self._map({"account_id": self._account(GIFT_CARDS)}, GIFT_CARDS)
        self._map({"account_id": self._account("7795")}, DIFFERENCES)
        for code in ("3000", "3030", "3100"):
            self._map({"account_id": self._account(code)}, code)

    def _account(self, code):
        return self.odoo.find(
            "account.account", ("code", "=", code), ("company_ids", "=", self.company)
        )

    def _map(self, source, code):
        domain = [(name, "=", value) for name, value in source.items()]
        line = self.odoo.find(
            "fiken.ledger.line", ("ledger_id", "=", self.ledger), *domain
        )
        if line:
            self.odoo.call("fiken.ledger.line", "write", [line], {"fiken_code": code})
        else:
            self.odoo.create(
                "fiken.ledger.line",
                {"ledger_id": self.ledger, "fiken_code": code, **source},
            )

    def _make_till(self):
        loss = self._account("7795")
        journals = {
            kind: self.odoo.create(
                "account.journal",
                {
                    "name": name,
                    "code": code,
                    "type": kind,
                    "company_id": self.company,
                    "profit_account_id": loss,
                    "loss_account_id": loss,
                },
            )
            for kind, name, code in (
                ("cash", "Kasse", "KASD"),
                ("bank", "Kort", "KORD"),
            )
        }
        self.methods = {
            means: self.odoo.create(
                "pos.payment.method",
                {
                    "name": name,
                    "company_id": self.company,
                    "journal_id": journals[kind],
                },
            )
            for means, name, kind in (
                ("cash", "Kontanter", "cash"),
                ("card", "Kort", "bank"),
            )
        }
        for means, code in (("cash", CASH), ("card", CARD)):
            method = self.methods[means]
            self._map({"means_model": "pos.payment.method", "means_id": method}, code)
        suspense = self.odoo.call(
            "account.journal", "read", [journals["cash"]], ["suspense_account_id"]
        )[0]["suspense_account_id"][0]
        self._map({"account_id": suspense}, BANK)
        self.config = self.odoo.create(
            "pos.config",
            {
                "name": "Kafékassen",
                "company_id": self.company,
                "payment_method_ids": [(6, 0, list(self.methods.values()))],
            },
        )

    def _make_product(self, text, price, code, account):
        return self.odoo.create(
            "product.product",
            {
                "name": text,
                "type": "service",
                "available_in_pos": True,
                "list_price": price,
                "taxes_id": [(6, 0, [self.taxes[code]] if code else [])],
                "property_account_income_id": self._account(account),
            },
        )

    # The day

    def live_a_day(self, customer):
        odoo = self.odoo
        odoo.call("pos.config", "open_ui", [self.config])
        session = odoo.call("pos.config", "read", [self.config], ["current_session_id"])
        self.session = session[0]["current_session_id"][0]
        odoo.call("pos.session", "set_opening_control", [self.session], OPENING, "")
        for goods, paid in RECEIPTS:
            self._ring_up(goods, paid)
        self._ring_up(INVOICED, "card", customer)
        odoo.call(
            "pos.session",
            "try_cash_in_out",
            [self.session],
            "out",
            TO_BANK,
            "Til banken",
            False,
            {"translatedType": "ut", "formattedAmount": str(TO_BANK)},
        )
        expected = odoo.call(
            "pos.session", "read", [self.session], ["cash_register_balance_end"]
        )[0]["cash_register_balance_end"]
        odoo.call(
            "pos.session",
            "post_closing_cash_details",
            [self.session],
            expected - TOO_LITTLE,
        )
        odoo.call(
            "pos.session", "update_closing_control_state_session", [self.session], ""
        )
        closed = odoo.call("pos.session", "close_session_from_ui", [self.session])
        if not closed["successful"]:
            raise SystemExit(f"The till was not closed: {closed}")
        self.accounts[CASH] -= ore(TO_BANK) + ore(TOO_LITTLE)
        self.accounts[BANK] += ore(TO_BANK)
        self.accounts[DIFFERENCES] += ore(TOO_LITTLE)

    def _ring_up(self, goods, paid, customer=None):
        lines, nets, cards = [], defaultdict(int), 0
        for name, quantity in goods:
            _text, price, code, _account = GOODS[name]
            net = ore(Decimal(str(price)) * Decimal(str(quantity)))
            gross = net + share(net, RATES[code][1] if code else 0)
            lines.append(self._line(name, quantity, net, gross))
            if code:
                nets[code] += net
            else:
                cards += net
        vat = {code: share(net, RATES[code][1]) for code, net in nets.items()}
        total = sum(nets.values()) + sum(vat.values()) + cards
        payments = self._payments(paid, total)
        order = {
            "uuid": str(uuid4()),
            "session_id": self.session,
            "company_id": self.company,
            "date_order": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            "state": "paid",
            "lines": lines,
            "payment_ids": [
                (
                    0,
                    0,
                    {"amount": amount / 100, "payment_method_id": self.methods[means]},
                )
                for means, amount in payments.items()
            ],
            "amount_tax": sum(vat.values()) / 100,
            "amount_total": total / 100,
            "amount_paid": total / 100,
            "amount_return": 0,
            "access_token": "",
            **({"partner_id": customer, "to_invoice": True} if customer else {}),
        }
        self.odoo.call("pos.order", "sync_from_ui", [order])
        if customer:
            return
        for code, net in nets.items():
            row = self.figures[RATES[code][0]]
            row[0] += net
            row[1] += vat[code]
        for means, amount in payments.items():
            self.accounts[CASH if means == "cash" else CARD] += amount
        self.accounts[GIFT_CARDS] -= cards

    def _line(self, name, quantity, net, gross):
        text, price, code, _account = GOODS[name]
        return (
            0,
            0,
            {
                "product_id": self.goods[name],
                "full_product_name": text,
                "qty": 1 if name == "gavekort" else quantity,
                "price_unit": net / 100 if name == "gavekort" else price,
                "price_subtotal": net / 100,
                "price_subtotal_incl": gross / 100,
                "tax_ids": [(6, 0, [self.taxes[code]] if code else [])],
            },
        )

    def _payments(self, paid, total):
        if isinstance(paid, str):
            return {paid: total}
        means, amount = paid
        return {means: ore(amount), "card": total - ore(amount)}

    def invoices(self):
        """The invoices of orders of the day: they go as invoices."""
        orders = self.odoo.search_read(
            "pos.order", [("session_id", "=", self.session)], ["account_move"]
        )
        return [row["account_move"][0] for row in orders if row["account_move"]]

    # The settlement

    def settle(self, vendor, patience):
        """Read the day, look at it, send it, wait until it is in Fiken."""
        odoo, today = self.odoo, datetime.now(UTC).date()
        odoo.call("fiken.vendor", "write", [vendor], {"settlement_mode": "booked"})
        days = {"vendor_id": vendor, "since": str(today), "until": str(today)}
        wizard = odoo.create("fiken.settle", days)
        odoo.call("fiken.settle", "action_read", [wizard])
        self.settlement = odoo.find("fiken.settlement", ("vendor_id", "=", vendor))
        odoo.call("fiken.settlement", "action_send", [self.settlement])
        end = time.monotonic() + patience
        while time.monotonic() < end:
            row = self.read()
            if row["state"] != "sent":
                break
            time.sleep(1)
        if row["state"] == "booked":
            odoo.call("fiken.settlement", "action_compare", [self.settlement])
        return self.read()

    def read(self):
        names = ["number", "state", "reason", "difference", "paid_difference"]
        return self.odoo.call("fiken.settlement", "read", [self.settlement], names)[0]


def fiken_side(box, slug, number):
    """What Fiken has of a day: turnover per VAT type, and what other accounts moved.

    :return: ({VAT type: [net, VAT]}, {account: øre, debit positive}, øre on 7740)
    """
    figures, accounts, rounding = defaultdict(lambda: [0, 0]), defaultdict(int), 0
    for sale in box.get(f"/companies/{slug}/sales"):
        if sale.get("saleNumber") != number or sale.get("deleted"):
            continue
        for line in sale["lines"]:
            if line["account"] == "7740":
                rounding += line["netPrice"]
            else:
                figures[line["vatType"]][0] += line["netPrice"]
                figures[line["vatType"]][1] += line["vat"]
        for payment in sale["salePayments"]:
            accounts[payment["account"]] += payment["amount"]
    for entry in box.get(f"/companies/{slug}/journalEntries"):
        text = entry["description"]
        if not (text.startswith("Fri postering") and text.endswith(f" {number}")):
            continue
        for line in entry["lines"]:
            if line["account"] == "7740":
                rounding -= line["amount"]
            else:
                accounts[line["account"]] += line["amount"]
    return figures, accounts, rounding


def ore(amount):
    return round_half_up(Decimal(str(amount)) * 100)


def share(net, percent):
    return round_half_up(Decimal(net) * percent / 100)


def round_half_up(amount):
    return int(Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP))
