"""A shop with a day that was sold, and what Fiken has of it."""

from datetime import date

import requests
from freezegun import freeze_time

from ..golden import GoldenMixin
from .pos import PosCase

DAY = "2026-03-16"
NUMBER = "MAIN-2026-03-16"
NIGHT = "2026-03-17 03:00:00"


class SettlementCase(GoldenMixin, PosCase):
    """One shop with a day that was sold, paid and closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.settlement_mode = "booked"
        cls.ledger = cls.vendor.ledger_id
        cls.ledger._propose()
        cls.ledger.line_ids.filtered("is_guess").action_accept()
        cls.cash_method = cls.shop.cash(cls.till)
        cls.map_means(cls.shop.card, "1960:10001")

    @classmethod
    def map_means(cls, method, code):
        cls.map_to(code, means_model=method._name, means_id=method.id)

    def map_account(self, account, code):
        self.map_to(code, account_id=account.id)

    @classmethod
    def map_to(cls, code, **source):
        """What the ledger says of a source, whether it had a line or not."""
        line = cls.ledger.line_ids.filtered_domain(
            [(name, "=", value) for name, value in source.items()]
        )
        if line:
            line.fiken_code = code
        else:
            cls.ledger.line_ids.create(
                {"ledger_id": cls.ledger.id, **source, "fiken_code": code}
            )

    def sold_day(self, day=DAY, close=True):
        """A day with cash, card, a return and three rates."""
        session = self.shop.open(self.till, 1000.0, at=f"{day} 08:00:00")
        self.shop.sell(session, (self.coffee, 3), self.mug, at=f"{day} 09:00:00")
        self.shop.sell(
            session,
            (self.book, 2),
            self.coffee,
            paid=[(self.shop.card, None)],
            at=f"{day} 10:00:00",
        )
        self.shop.sell(
            session,
            (self.mug, 4, 10),
            paid=[(self.cash_method, 100.0), (self.shop.card, None)],
            at=f"{day} 11:00:00",
        )
        returned = self.shop.sell(session, self.mug, at=f"{day} 12:00:00")
        self.shop.give_back(returned, at=f"{day} 12:30:00")
        if close:
            self.shop.close(session, at=f"{day} 18:00:00")
        return session

    def invoiced_day(self):
        """A day on which all that was sold was invoiced at once."""
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        order = self.shop.sell(
            session, self.mug, customer=self.customer, at=f"{DAY} 13:00:00"
        )
        self.shop.invoice(order, self.customer, at=f"{DAY} 13:05:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")

    def settlement(self, day=DAY):
        return self.env["fiken.settlement"]._of_days(
            self.vendor, [date.fromisoformat(day)]
        )

    def sent_day(self, day=DAY):
        """The settlement of a day after *Send*, when the worker is done."""
        settlement = self.settlement(day)
        settlement.action_send()
        self.send()
        return settlement

    def booked_day(self, day=DAY):
        settlement = self.sent_day(day)
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        return settlement

    def reasons(self, settlement):
        return [
            (job.resource, job.part, job.state, job.reason)
            for job in settlement._jobs()
        ] + [settlement.reason]

    def night(self, when):
        """The nightly look at all days, at a time in UTC."""
        with freeze_time(when):
            self.trigger("ir_cron_control")

    def late_sale(self, *goods, day=DAY, **values):
        """A receipt of a session that was opened after the day was settled."""
        session = self.shop.open(self.till, 0.0, at=f"{day} 19:00:00")
        order = self.shop.sell(session, *goods, at=f"{day} 19:30:00", **values)
        self.shop.close(session, at=f"{day} 20:00:00")
        return order

    def corrections(self, settlement, at="2026-03-20 09:00:00"):
        """What *Propose a Correction* proposes."""
        with freeze_time(at):
            settlement.action_correct()
        return settlement.correction_ids.filtered(
            lambda one: one.state in ("open", "ready")
        )

    def correct(self, settlement, at="2026-03-20 09:00:00"):
        """Everything that is proposed is sent; the corrections that were."""
        corrections = self.corrections(settlement, at)
        with freeze_time(at):
            corrections.action_send()
        self.send()
        for correction in corrections:
            self.assertEqual(correction.state, "booked", self.reasons(correction))
        return corrections

    def settlement_sales(self):
        return [
            sale
            for sale in self.sales()
            if (sale.get("customer") or {}).get("name") == "Kasseoppgjør"
        ]

    def in_fiken(self, method, path, **params):
        """What a person does in Fiken."""
        answer = requests.request(
            method,
            f"{self.sandbox.url}/api/v2/companies/{self.slug}{path}",
            params=params,
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        )
        answer.raise_for_status()

    def compare(self, settlements):
        """*Compare with Fiken*: the click reads tokens with a cursor of its own."""
        with self.as_cron():
            settlements.action_compare()
        self.env.invalidate_all()

    def balances(self):
        """{account: øre} of what Fiken has booked, debit positive."""
        sums = {}
        page = 0
        while True:
            rows = self.sandbox.get(
                f"/companies/{self.slug}/journalEntries", page=page, pageSize=100
            )
            for row in rows:
                for line in row["lines"]:
                    account = line["account"]
                    sums[account] = sums.get(account, 0) + line["amount"]
            page += 1
            if len(rows) < 100:
                return {account: amount for account, amount in sums.items() if amount}
