"""A day at two tills of the demo, as a shop lives it, and what Fiken has of it.

The bar's till was opened the evening before and closes after midnight. What each day
should come to is added up here from what was rung up: neither Odoo's figures nor the
addon's are asked.
"""

import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
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

# At the bar, with the minutes before or after midnight.
OPENED = -180
NIGHT = [
    (-95, [("kaffe", 3), ("krus", 1)], "cash"),
    (-1, [("bok", 1), ("kaffe", 1)], "card"),
    (0, [("kaffe", 5)], "cash"),
    (25, [("krus", 3)], ("cash", 100.0)),
]


class Day:
    """What was rung up on a day, in øre."""

    def __init__(self):
        # {VAT type: [net, VAT]}, {account: debit positive}
        self.figures = defaultdict(lambda: [0, 0])
        self.accounts = defaultdict(int)


class Till:
    """A till and its session, through Odoo's web interface."""

    def __init__(self, odoo, config, methods):
        self.odoo = odoo
        self.config = config
        self.methods = methods

    def open(self, since=None):
        odoo = self.odoo
        odoo.call("pos.config", "open_ui", [self.config])
        session = odoo.call("pos.config", "read", [self.config], ["current_session_id"])
        self.session = session[0]["current_session_id"][0]
        odoo.call("pos.session", "set_opening_control", [self.session], OPENING, "")
        if since:
            start = {"start_at": written(since)}
            odoo.call("pos.session", "write", [self.session], start)

    def take_out(self, amount, reason):
        self.odoo.call(
            "pos.session",
            "try_cash_in_out",
            [self.session],
            "out",
            amount,
            reason,
            False,
            {"translatedType": "ut", "formattedAmount": str(amount)},
        )

    def ring_up(self, company, when, lines, payments, vat, **more):
        """An order that is paid for.

        :param lines: values of its lines
        :param payments: {means: øre}
        :param int vat: øre
        """
        total = sum(payments.values()) / 100
        order = {
            "uuid": str(uuid4()),
            "session_id": self.session,
            "company_id": company,
            "date_order": written(when),
            "state": "paid",
            "lines": [(0, 0, line) for line in lines],
            "payment_ids": [
                (
                    0,
                    0,
                    {"amount": amount / 100, "payment_method_id": self.methods[means]},
                )
                for means, amount in payments.items()
            ],
            "amount_tax": vat / 100,
            "amount_total": total,
            "amount_paid": total,
            "amount_return": 0,
            "access_token": "",
            **more,
        }
        self.odoo.call("pos.order", "sync_from_ui", [order])

    def close(self, too_little=0):
        odoo, session = self.odoo, self.session
        expected = odoo.call(
            "pos.session", "read", [session], ["cash_register_balance_end"]
        )[0]["cash_register_balance_end"]
        counted = expected - too_little
        odoo.call("pos.session", "post_closing_cash_details", [session], counted)
        odoo.call("pos.session", "update_closing_control_state_session", [session], "")
        closed = odoo.call("pos.session", "close_session_from_ui", [session])
        if not closed["successful"]:
            raise SystemExit(f"The till was not closed: {closed}")


class Shop:
    """The shop's tills and goods, and what is rung up there."""

    def __init__(self, odoo, company, ledger):
        self.odoo = odoo
        self.company = company
        self.ledger = ledger
        self.days = defaultdict(Day)
        self.taxes = {
            row["l10n_no_standard_code"]: row["id"]
            for row in odoo.search_read(
                "account.tax",
                [("type_tax_use", "=", "sale"), ("company_id", "=", company)],
                ["l10n_no_standard_code"],
            )
        }
        self._make_accounts()
        card = self._make_means("Kort", "bank", "KORD", CARD)
        self.cafe, self.bar = (
            self._make_till(name, card, code)
            for name, code in (("Kafékassen", "KASD"), ("Barkassen", "KASB"))
        )
        self.goods = {name: self._make_product(*row) for name, row in GOODS.items()}

    def _make_accounts(self):
        accounts = {
            GIFT_CARDS: ("Gavekort", "liability_current"),
            "7795": ("Kassedifferanser", "expense"),
        }
        for code, (name, kind) in accounts.items():
            if not self._account(code):
                values = {"code": code, "name": name, "account_type": kind}
                self.odoo.create(
                    "account.account",
                    {**values, "company_ids": [(6, 0, [self.company])]},
                )
        self._map({"account_id": self._account(GIFT_CARDS)}, GIFT_CARDS)
        self._map({"account_id": self._account("7795")}, DIFFERENCES)
        for code in ("3000", "3030", "3100"):
            self._map({"account_id": self._account(code)}, code)
        # Where cash goes that is taken out.
        name = "account_journal_suspense_account_id"
        company = self.odoo.call("res.company", "read", [self.company], [name])[0]
        self._map({"account_id": company[name][0]}, BANK)

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

    def _make_till(self, name, card, code):
        """A till with a drawer of its own; cards are the shop's."""
        methods = {
            "cash": self._make_means(f"Kontanter {name}", "cash", code, CASH),
            "card": card,
        }
        config = self.odoo.create(
            "pos.config",
            {
                "name": name,
                "company_id": self.company,
                "payment_method_ids": [(6, 0, list(methods.values()))],
            },
        )
        return Till(self.odoo, config, methods)

    def _make_means(self, name, kind, code, account):
        loss = self._account("7795")
        journal = self.odoo.create(
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
        method = self.odoo.create(
            "pos.payment.method",
            {"name": name, "company_id": self.company, "journal_id": journal},
        )
        self._map({"means_model": "pos.payment.method", "means_id": method}, account)
        return method

    def _make_product(self, text, price, code, account):
        return self.odoo.create(
            "product.product",
            {
                "name": text,
                "type": "service",
                "available_in_pos": True,
                "company_id": self.company,
                "list_price": price,
                "taxes_id": [(6, 0, [self.taxes[code]] if code else [])],
                "property_account_income_id": self._account(account),
            },
        )

    # The day

    def live_a_day(self, customer):
        self._sell_past_midnight()
        self.cafe.open()
        for goods, paid in RECEIPTS:
            self._ring_up(self.cafe, goods, paid)
        self._ring_up(self.cafe, INVOICED, "card", customer=customer)
        self.cafe.take_out(TO_BANK, "Til banken")
        self.cafe.close(TOO_LITTLE)
        accounts = self._day(datetime.now(UTC)).accounts
        accounts[CASH] -= ore(TO_BANK) + ore(TOO_LITTLE)
        accounts[BANK] += ore(TO_BANK)
        accounts[DIFFERENCES] += ore(TOO_LITTLE)

    def _sell_past_midnight(self):
        midnight = datetime.now(OSLO).replace(hour=0, minute=0, second=0, microsecond=0)
        midnight = midnight.astimezone(UTC)
        self.bar.open(midnight + timedelta(minutes=OPENED))
        for minutes, goods, paid in NIGHT:
            when = midnight + timedelta(minutes=minutes)
            self._ring_up(self.bar, goods, paid, when)
        self.bar.close()

    def _day(self, moment):
        """What a moment counts towards: midnight is the shop's."""
        return self.days[str(moment.astimezone(OSLO).date())]

    def _ring_up(self, till, goods, paid, when=None, customer=None):
        when = when or datetime.now(UTC)
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
        customers = {"partner_id": customer, "to_invoice": True} if customer else {}
        till.ring_up(
            self.company, when, lines, payments, sum(vat.values()), **customers
        )
        if customer:
            return
        day = self._day(when)
        for code, net in nets.items():
            row = day.figures[RATES[code][0]]
            row[0] += net
            row[1] += vat[code]
        for means, amount in payments.items():
            day.accounts[CASH if means == "cash" else CARD] += amount
        if cards:
            day.accounts[GIFT_CARDS] -= cards

    def _line(self, name, quantity, net, gross):
        text, price, code, _account = GOODS[name]
        return {
            "product_id": self.goods[name],
            "full_product_name": text,
            "qty": 1 if name == "gavekort" else quantity,
            "price_unit": net / 100 if name == "gavekort" else price,
            "price_subtotal": net / 100,
            "price_subtotal_incl": gross / 100,
            "tax_ids": [(6, 0, [self.taxes[code]] if code else [])],
        }

    def _payments(self, paid, total):
        if isinstance(paid, str):
            return {paid: total}
        means, amount = paid
        return {means: ore(amount), "card": total - ore(amount)}

    def invoices(self):
        """The invoices of orders of the day: they go as invoices."""
        orders = self.odoo.search_read(
            "pos.order", [("session_id", "=", self.cafe.session)], ["account_move"]
        )
        return [row["account_move"][0] for row in orders if row["account_move"]]

    # The settlement

    def settle(self, vendor, patience):
        """Read the days, look at them, send them, wait until they are in Fiken.

        :return: settlements, by day
        """
        odoo = self.odoo
        odoo.call("fiken.vendor", "write", [vendor], {"settlement_mode": "booked"})
        days = {"vendor_id": vendor, "since": min(self.days), "until": max(self.days)}
        wizard = odoo.create("fiken.settle", days)
        odoo.call("fiken.settle", "action_read", [wizard])
        ids = odoo.call("fiken.settlement", "search", [("vendor_id", "=", vendor)])
        odoo.call("fiken.settlement", "action_send", ids)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if all(row["state"] != "sent" for row in self._read(ids)):
                break
            time.sleep(1)
        booked = [row["id"] for row in self._read(ids) if row["state"] == "booked"]
        odoo.call("fiken.settlement", "action_compare", booked)
        rows = sorted(self._read(ids), key=lambda row: row["day"])
        if [row["day"] for row in rows] != sorted(self.days):
            raise SystemExit(f"Other days were rung up than settled: {rows}")
        return rows

    def _read(self, ids):
        names = ["day", "number", "state", "reason", "difference", "paid_difference"]
        return self.odoo.call("fiken.settlement", "read", ids, names)


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


def written(moment):
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def ore(amount):
    return round_half_up(Decimal(str(amount)) * 100)


def share(net, percent):
    return round_half_up(Decimal(net) * percent / 100)


def round_half_up(amount):
    return int(Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP))
