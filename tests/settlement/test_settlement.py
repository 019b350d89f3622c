"""A vendor's day goes to Fiken: once, complete, to the øre."""

from datetime import date, timedelta

import requests
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form

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
        line = cls.ledger.line_ids.filtered(
            lambda line: line.means_model == method._name and line.means_id == method.id
        )
        if line:
            line.fiken_code = code
        else:
            cls.ledger.line_ids.create(
                {
                    "ledger_id": cls.ledger.id,
                    "means_model": method._name,
                    "means_id": method.id,
                    "fiken_code": code,
                }
            )

    def map_account(self, account, code):
        line = self.ledger.line_ids.filtered(lambda line: line.account_id == account)
        if line:
            line.fiken_code = code
        else:
            self.ledger.line_ids.create(
                {
                    "ledger_id": self.ledger.id,
                    "account_id": account.id,
                    "fiken_code": code,
                }
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


class TestSettlement(SettlementCase):
    def test_a_day_is_one_sale_with_a_payment_per_means(self):
        self.sold_day()
        settlement = self.booked_day()
        [sale] = self.settlement_sales()
        day = self.day(DAY)
        self.assertEqual(sale["saleNumber"], NUMBER)
        self.assertEqual(sale["kind"], "external_invoice")
        self.assertEqual(sale["date"], DAY)
        self.assertEqual(sale["netAmount"] + sale["vatAmount"], day.gross)
        self.assertEqual(
            {
                (payment["account"], payment["amount"])
                for payment in sale["salePayments"]
            },
            {
                ("1901", self.paid_by(day, self.cash_method)),
                ("1960:10001", self.paid_by(day, self.shop.card)),
            },
        )
        self.assertEqual(sale["outstandingBalance"], 0)
        self.assertTrue(sale["settled"])
        self.assertEqual(settlement.gross, day.gross / 100)

    def paid_by(self, day, method):
        return sum(one.amount for one in day.payments if one.means_id == method.id)

    def test_the_payload_of_a_day(self):
        self.sold_day()
        self.booked_day()
        [body] = self.sent("POST", "/sales")
        self.assert_sample("settlement_day", body)

    def test_a_day_is_sent_once_however_often_somebody_presses_send(self):
        self.sold_day()
        settlement = self.booked_day()
        settlement.action_send()
        self.send()
        self.assertEqual(len(self.settlement_sales()), 1)
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1)

    def test_a_preview_sends_nothing(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        self.assertEqual(settlement.state, "ready")
        for words in ("3030", "3000", "1960:10001", "1901", "MEDIUM"):
            self.assertIn(words, settlement.preview)
        self.send()
        self.assertFalse(self.jobs(settlement))
        self.assertFalse(self.settlement_sales())

    def test_a_day_with_an_open_session_waits_and_says_for_which(self):
        session = self.sold_day(close=False)
        settlement = self.settlement()
        with self.assertRaisesRegex(UserError, session.name):
            settlement.action_send()
        self.assertFalse(self.jobs(settlement))

    def test_an_order_that_is_paid_later_must_be_invoiced_first(self):
        session = self.sold_day(close=False)
        order = self.shop.sell(
            session,
            self.mug,
            paid=[(self.shop.later, None)],
            customer=self.customer,
            at=f"{DAY} 13:00:00",
        )
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.settlement()
        settlement.action_read()
        self.assertEqual(settlement.state, "open")
        self.assertIn(order.name, settlement.reason)

    def test_an_invoiced_order_is_never_in_the_settlement(self):
        session = self.sold_day(close=False)
        order = self.shop.sell(
            session, self.mug, customer=self.customer, at=f"{DAY} 13:00:00"
        )
        self.shop.invoice(order, self.customer, at=f"{DAY} 13:05:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.booked_day()
        [sale] = self.settlement_sales()
        self.assertEqual(settlement.invoiced_count, 1)
        self.assertEqual(
            sale["netAmount"] + sale["vatAmount"], self.day(DAY).gross, settlement
        )

    def test_nothing_before_the_vendor_was_enabled(self):
        self.sold_day("2026-03-15")
        self.vendor.enabled_since = DAY
        self.assertFalse(self.settlement("2026-03-15"))

    def test_a_vendor_that_was_enabled_later_keeps_an_earlier_day_back(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_send()
        self.vendor.enabled_since = "2026-03-17"
        self.send()
        self.assertFalse(self.settlement_sales())
        self.assertEqual(self.jobs(settlement).state, "dropped")

    def test_a_closed_period_stops_the_day_and_never_moves_it(self):
        self.sold_day()
        self.sandbox.unknowns(closed_period_to="2026-03-31")
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.assertIn("lukket", settlement.reason)
        self.assertFalse(self.settlement_sales())
        self.sandbox.unknowns(closed_period_to=None)
        settlement.action_retry()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(sale["date"], DAY)

    def test_a_means_without_account_stops_the_day_until_it_is_mapped(self):
        self.sold_day()
        line = self.ledger.line_ids.filtered(
            lambda line: line.means_id == self.shop.card.id and line.means_model
        )
        line.unlink()
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.assertIn(self.shop.card.name, settlement.reason)
        self.assertFalse(self.settlement_sales())
        self.map_means(self.shop.card, "1960:10001")
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))

    def test_cash_account_that_fiken_refuses_leaves_that_payment_alone(self):
        self.sandbox.unknowns(account_1901="refuse")
        self.sold_day()
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.assertIn("1901", settlement.reason)
        [sale] = self.settlement_sales()
        self.assertEqual(len(sale["salePayments"]), 1)
        self.map_means(self.cash_method, "1920:10001")
        settlement.action_retry()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(sale["outstandingBalance"], 0)
        self.assertEqual(len(sale["salePayments"]), 2)

    def test_the_customer_has_the_name_that_somebody_chose(self):
        self.books.settlement_customer_name = "Kontantsalg"
        self.sold_day()
        self.sent_day()
        [sale] = self.sales()
        self.assertEqual(sale["customer"]["name"], "Kontantsalg")
        self.books.settlement_customer_name = "Dagsoppgjør"
        self.send()
        [sale] = self.sales()
        self.assertEqual(sale["customer"]["name"], "Dagsoppgjør")

    def test_all_days_are_booked_on_one_customer(self):
        self.sold_day()
        self.sold_day("2026-03-17")
        settlements = self.settlement() | self.settlement("2026-03-17")
        settlements.action_send()
        self.send()
        self.assertEqual(set(settlements.mapped("state")), {"booked"})
        self.assertEqual(self.sandbox.count("POST", "/contacts"), 1)
        self.assertEqual(
            sorted(sale["saleNumber"] for sale in self.settlement_sales()),
            [NUMBER, "MAIN-2026-03-17"],
        )

    def test_a_day_where_all_was_invoiced_has_nothing_to_send(self):
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        order = self.shop.sell(
            session, self.mug, customer=self.customer, at=f"{DAY} 13:00:00"
        )
        self.shop.invoice(order, self.customer, at=f"{DAY} 13:05:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.settlement()
        settlement.action_read()
        self.assertEqual(settlement.state, "skipped")
        self.assertIn("invoices", settlement.reason)

    def test_somebody_may_skip_a_day_and_send_it_after_all(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        settlement.action_skip()
        self.vendor.daily_schedule = True
        with freeze_time(NIGHT), self.as_cron():
            self.vendor.settlement_cron_id.method_direct_trigger()
        self.assertEqual(settlement.state, "skipped")
        settlement.action_send()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        with self.assertRaises(UserError):
            settlement.action_skip()

    def test_a_settlement_in_fiken_is_kept(self):
        self.sold_day()
        settlement = self.booked_day()
        with self.assertRaises(UserError):
            settlement.unlink()

    # By hand

    def test_a_range_of_days_is_read_and_sent_each_as_its_own(self):
        for day in (DAY, "2026-03-18"):
            self.sold_day(day)
        action = self.read_days(DAY, "2026-03-20")
        settlements = self.env["fiken.settlement"].search(action["domain"])
        self.assertEqual(settlements.mapped("state"), ["ready", "ready"])
        self.assertFalse(self.jobs(settlements[0]))
        settlements.action_send()
        self.send()
        self.assertEqual(set(settlements.mapped("state")), {"booked"})
        self.assertEqual(len(self.settlement_sales()), 2)

    def test_days_without_sales_and_vendors_without_settlements(self):
        with self.assertRaisesRegex(UserError, "no sales"):
            self.read_days(DAY, DAY)
        self.vendor.settlement_mode = "off"
        with self.assertRaisesRegex(UserError, "does not send"):
            self.read_days(DAY, DAY)

    def test_the_only_vendor_with_settlements_is_proposed(self):
        self.assertEqual(self.env["fiken.settle"].create({}).vendor_id, self.vendor)
        self.vendor.copy({"code": "OTHER", "settlement_mode": "draft"})
        with Form(self.env["fiken.settle"]) as form:
            self.assertFalse(form.vendor_id)
            form.vendor_id = self.vendor

    def read_days(self, since, until):
        wizard = self.env["fiken.settle"].create(
            {"vendor_id": self.vendor.id, "since": since, "until": until}
        )
        return wizard.action_read()

    # Gift cards, tips, cash in and out, differences, negative days

    def test_cash_in_out_and_difference_are_one_journal_entry(self):
        self.map_account(self.shop.account("7795"), "7770")
        session = self.sold_day(close=False)
        moved = self.shop.move_cash(session, -500.0, "Til banken", f"{DAY} 14:00:00")
        counted = session.cash_register_balance_end - 7.5
        self.shop.close(session, counted, at=f"{DAY} 18:00:00")
        for account in moved.move_id.line_ids.account_id:
            self.map_account(account, "1920:10001")
        settlement = self.booked_day()
        day = self.day(DAY)
        [entry] = [
            row
            for row in self.sandbox.get(f"/companies/{self.slug}/journalEntries")
            if NUMBER in row["description"] and "Fri postering" in row["description"]
        ]
        amounts = {}
        for line in entry["lines"]:
            amounts[line["account"]] = amounts.get(line["account"], 0) + line["amount"]
        self.assertEqual(
            amounts, {"1920:10001": 50000, "7770": 750, "1901": -50750}, settlement
        )
        cash = sum(
            one.amount for one in day.payments if one.means_id == self.cash_method.id
        )
        self.assertEqual(self.balances()["1901"], cash - 50750)
        self.compare(settlement)
        self.assertFalse(settlement.differs)

    def test_gift_cards_are_a_debt_when_sold_and_pay_when_redeemed(self):
        debt = self.shop.new_account("2901", "Gavekort", "liability_current")
        self.map_account(debt, "2901")
        card = self.shop.product("Gavekort", 500.0, account=debt)
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        paid = [(self.shop.card, None)]
        self.shop.sell(session, card, paid=paid, at=f"{DAY} 09:00:00")
        redeemed = {"product": card, "price_unit": -150.0}
        self.shop.sell(session, (self.mug, 2), redeemed, at=f"{DAY} 10:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.booked_day()
        [sale] = self.settlement_sales()
        self.assertEqual(sale["netAmount"] + sale["vatAmount"], 32475)
        self.assertEqual(sale["outstandingBalance"], 0)
        self.assertIn(
            ("2901", 15000),
            [(one["account"], one["amount"]) for one in sale["salePayments"]],
        )
        found = self.balances()
        self.assertEqual(found["2901"], 15000 - 50000)
        self.assertEqual(found["1960:10001"], 50000)
        self.assertEqual(found["1901"], 32475 - 15000)
        self.compare(settlement)
        self.assertFalse(settlement.differs)

    def test_gift_cards_are_never_income_without_vat(self):
        debt = self.shop.new_account("2901", "Gavekort", "liability_current")
        self.map_account(debt, "3000")
        card = self.shop.product("Gavekort", 500.0, account=debt)
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        for goods in ((card,), (self.mug, {"product": card, "price_unit": -100.0})):
            self.shop.sell(session, *goods, at=f"{DAY} 09:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        for words in ("Gift cards sold", "3000", "2901", self.ledger.name):
            self.assertIn(words, settlement.reason)
        self.assertFalse(self.balances())
        self.map_account(debt, "2901")
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        self.assertEqual(self.balances()["2901"], -40000)

    def test_redeemed_gift_cards_are_never_taken_from_income(self):
        debt = self.shop.new_account("2901", "Gavekort", "liability_current")
        self.map_account(debt, "3000")
        card = self.shop.product("Gavekort", 500.0, account=debt)
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        redeemed = {"product": card, "price_unit": -100.0}
        self.shop.sell(session, self.mug, redeemed, at=f"{DAY} 09:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.assertIn("Gift cards redeemed", settlement.reason)
        self.assertFalse(self.balances())

    def test_tips_are_never_income_without_vat(self):
        tip = self.shop.product("Tips", 0, account=self.shop.account("3100"))
        self.till.write({"iface_tipproduct": True, "tip_product_id": tip.id})
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        tipped = {"product": tip, "price_unit": 26.0}
        self.shop.sell(session, self.mug, tipped, at=f"{DAY} 09:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        for words in ("Tips", "3100"):
            self.assertIn(words, settlement.reason)
        self.assertFalse(self.balances())
        owed = self.shop.new_account("2902", "Tips", "liability_current")
        self.map_account(owed, "2901")
        tip.property_account_income_id = owed
        settlement.action_send()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        self.assertEqual(self.balances()["2901"], -2600)

    def test_a_negative_day_is_one_journal_entry_with_vat(self):
        self.sold_day()
        self.booked_day()
        before = self.balances()
        session = self.shop.open(self.till, 1000.0, at="2026-03-17 08:00:00")
        sold = self.env["pos.order"].search(
            [("amount_total", ">", 0)], order="id", limit=1
        )
        self.shop.give_back(sold, at="2026-03-17 09:00:00")
        self.shop.close(session, at="2026-03-17 18:00:00")
        settlement = self.booked_day("2026-03-17")
        self.assertEqual(len(self.settlement_sales()), 1)
        after = self.balances()
        day = self.day("2026-03-17")
        self.assertLess(day.gross, 0)
        self.assertEqual(after["1901"] - before["1901"], day.paid)
        income = sum(
            after.get(code, 0) - before.get(code, 0)
            for code in ("3000", "3030", "2701", "2702", "7740")
        )
        self.assertEqual(income, -day.gross, settlement)

    def test_a_negative_day_as_a_negative_sale_if_chosen(self):
        self.vendor.settlement_negative = "sale"
        self.sold_day()
        self.booked_day()
        session = self.shop.open(self.till, 1000.0, at="2026-03-17 08:00:00")
        sold = self.env["pos.order"].search(
            [("amount_total", ">", 0)], order="id", limit=1
        )
        self.shop.give_back(sold, at="2026-03-17 09:00:00")
        self.shop.close(session, at="2026-03-17 18:00:00")
        settlement = self.booked_day("2026-03-17")
        [sale] = [row for row in self.settlement_sales() if row["saleNumber"] != NUMBER]
        day = self.day("2026-03-17")
        self.assertEqual(sale["netAmount"] + sale["vatAmount"], day.gross, settlement)
        self.sandbox.unknowns(negative_lines="refuse")

    def test_negative_sales_that_fiken_refuses_are_never_needed(self):
        self.sandbox.unknowns(
            negative_lines="refuse",
            rounding_account_on_sales="refuse",
            balance_accounts_on_sales="refuse",
            unique_sale_number=True,
            due_date_required_external=True,
            overpayment="refuse",
            zero_total="refuse",
        )
        self.books.vat_tolerance_ore = 0
        self.coffee.lst_price = 40.0
        self.mug.lst_price = 100.0
        session = self.shop.open(self.till, 1000.0, at=f"{DAY} 08:00:00")
        order = self.shop.sell(session, self.coffee, at=f"{DAY} 09:00:00")
        self.shop.give_back(order, at=f"{DAY} 10:00:00")
        self.shop.give_back(
            self.shop.sell(session, self.coffee, at=f"{DAY} 11:00:00"),
            paid=[(self.shop.card, None)],
            at=f"{DAY} 12:00:00",
        )
        self.shop.sell(session, self.mug, at=f"{DAY} 13:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        self.booked_day()

    # Fees

    def card_line(self):
        return self.ledger.line_ids.filtered(
            lambda line: line.means_model and line.means_id == self.shop.card.id
        )

    def test_no_fee_is_assumed(self):
        self.sold_day()
        settlement = self.booked_day()
        self.assertFalse(any(settlement.payment_ids.mapped("fee")))
        self.assertNotIn("7770", self.balances())

    def test_a_per_cent_of_the_means_goes_to_the_fee_account(self):
        self.sandbox.unknowns(payment_fee_settles=False)
        self.card_line().fee_percent = 1.75
        self.sold_day()
        settlement = self.booked_day()
        card = sum(
            one.amount
            for one in self.day(DAY).payments
            if one.means_id == self.shop.card.id
        )
        fee = round(card * 0.0175)
        found = self.balances()
        self.assertEqual(found["7770"], fee)
        self.assertEqual(found["1960:10001"], card - fee)
        [sale] = self.settlement_sales()
        self.assertEqual(sale["outstandingBalance"], 0)
        self.compare(settlement)
        self.assertFalse(settlement.differs)

    def test_a_fee_that_somebody_typed_is_kept_until_the_day_is_sent(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        payment = settlement.payment_ids.filtered(
            lambda one: one.means_id == self.shop.card.id
        )
        payment.fee = 4.5
        settlement.action_send()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        self.assertEqual(self.balances()["7770"], 450)
        with self.assertRaises(UserError):
            settlement.payment_ids[0].with_user(self.env.user).fee = 1.0

    # VAT of many receipts beside Fiken's rate × net

    def many(self, count=40):
        taxes = self.shop.tax("31", is_included=True)
        cake = self.shop.product("Kake", 45.0, taxes, self.shop.account("3030"))
        session = self.shop.open(self.till, 1000.0, at=f"{DAY} 08:00:00")
        for _receipt in range(count):
            self.shop.sell(session, cake, at=f"{DAY} 09:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")

    def test_ore_of_vat_go_to_the_rounding_account_up_to_the_cap(self):
        self.many()
        settlement = self.booked_day()
        day = self.day(DAY)
        found = self.balances()
        expected = day.vat - round(day.net * 0.15)
        self.assertTrue(expected)
        self.assertEqual(-found["7740"], expected)
        self.assertEqual(-found["3030"], day.net)
        self.assertEqual(found["1901"], day.gross)
        self.assertIn("MEDIUM", self.jobs(settlement, "settlement").note)

    def test_above_the_cap_the_day_stops_with_the_calculation(self):
        self.many()
        self.vendor.settlement_cap_ore = 0
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.assertFalse(self.settlement_sales())
        self.assertIn("MEDIUM", settlement.reason)
        self.vendor.settlement_cap_ore = 1000
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))

    def test_where_fiken_tolerates_it_odoos_vat_is_kept(self):
        self.sandbox.unknowns(vat_tolerance_ore=1000)
        self.books.vat_tolerance_ore = 1000
        self.many()
        self.booked_day()
        self.assertNotIn("7740", self.balances())

    # A draft that an accountant looks at

    def drafts(self):
        return self.sandbox.get(f"/companies/{self.slug}/sales/drafts")

    def test_a_draft_waits_for_a_person_and_is_booked_with_its_payments(self):
        self.vendor.settlement_mode = "draft"
        self.sold_day()
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "sent", self.reasons(settlement))
        self.assertFalse(self.settlement_sales())
        [draft] = self.drafts()
        self.assertEqual(draft["invoiceNumber"], NUMBER)
        settlement.action_book()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(sale["outstandingBalance"], 0)
        self.assertFalse(self.drafts())

    def test_a_draft_that_was_finished_in_fiken_gets_its_payments(self):
        self.vendor.settlement_mode = "draft"
        self.sold_day()
        settlement = self.sent_day()
        [draft] = self.drafts()
        self.in_fiken("POST", f"/sales/drafts/{draft['draftId']}/createSale")
        self.compare(settlement)
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(sale["outstandingBalance"], 0)
        self.assertEqual(self.sandbox.count("POST", "/sales"), 0)

    def test_a_draft_that_was_deleted_in_fiken_is_sent_again_when_wanted(self):
        self.vendor.settlement_mode = "draft"
        self.sold_day()
        settlement = self.sent_day()
        [draft] = self.drafts()
        self.in_fiken("DELETE", f"/sales/drafts/{draft['draftId']}")
        self.compare(settlement)
        self.assertEqual(settlement.state, "failed")
        self.assertIn("deleted", settlement.reason)
        settlement.action_send()
        self.send()
        self.assertEqual(settlement.state, "sent", self.reasons(settlement))
        self.assertEqual(
            [one["invoiceNumber"] for one in self.drafts()], [NUMBER + "/2"]
        )

    # Answers that never came

    def lose(self, path):
        self.sandbox.fault("POST", path, "commit-then-drop")

    def later(self):
        """The time has come to look up what was lost."""
        lost = self.env["fiken.job"].sudo().search([("state", "=", "sending")])
        lost.next_try_at = fields.Datetime.now() - timedelta(seconds=1)
        self.send()

    def check_once(self, settlement):
        for _look in range(4):
            self.later()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(len(sale["salePayments"]), 2)
        self.assertEqual(sale["outstandingBalance"], 0)

    def test_a_lost_answer_of_the_sale_is_looked_up(self):
        self.sold_day()
        self.lose("/sales$")
        self.check_once(self.sent_day())

    def test_a_lost_answer_of_a_payment_is_looked_up(self):
        self.sold_day()
        self.lose("/payments$")
        self.check_once(self.sent_day())

    def test_two_equal_payments_of_one_account_are_two(self):
        self.map_means(self.shop.card, "1901")
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        self.shop.sell(session, self.mug, at=f"{DAY} 09:00:00")
        self.shop.sell(
            session, self.mug, paid=[(self.shop.card, None)], at=f"{DAY} 10:00:00"
        )
        self.shop.close(session, at=f"{DAY} 18:00:00")
        self.lose("/payments$")
        self.check_once(self.sent_day())

    def test_a_lost_answer_of_the_journal_entry_is_looked_up(self):
        self.map_account(self.shop.account("7795"), "7770")
        session = self.sold_day(close=False)
        counted = session.cash_register_balance_end + 20.0
        self.shop.close(session, counted, at=f"{DAY} 18:00:00")
        self.lose("/generalJournalEntries$")
        self.check_once(self.sent_day())
        self.assertEqual(-self.balances()["7770"], 2000)

    # Projects

    def test_several_projects_are_several_sales(self):
        plan = self.env["account.analytic.plan"].create({"name": "Prosjekt"})
        projects = self.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "code": code}
                for name, code in (("Kafé", "K1"), ("Butikk", "B1"))
            ]
        )
        self.vendor.write(
            {
                "projects_enabled": True,
                "analytic_plan_id": plan.id,
                "default_project_id": projects[1].id,
            }
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "product_id": self.coffee.id,
                "analytic_distribution": {str(projects[0].id): 100},
                "company_id": self.company.id,
            }
        )
        self.sold_day()
        settlement = self.booked_day()
        sales = self.settlement_sales()
        self.assertEqual(
            sorted((sale["saleNumber"], sale["project"]["number"]) for sale in sales),
            [(NUMBER, "K1"), (NUMBER + "-2", "B1")]
            if sales[0]["project"]["number"] == "K1"
            else sorted(
                (sale["saleNumber"], sale["project"]["number"]) for sale in sales
            ),
        )
        self.assertEqual(len(sales), 2)
        self.assertEqual(
            sum(sale["netAmount"] + sale["vatAmount"] for sale in sales),
            self.day(DAY).gross,
        )
        self.assertEqual([sale["outstandingBalance"] for sale in sales], [0, 0])
        self.assertTrue(settlement.url)

    # The report

    def test_the_report_holds_what_a_z_report_holds(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html(
                "fiken_connector.settlement_report_action", settlement.ids
            )[0]
            .decode()
        )
        for words in (
            self.company.name,
            self.books.organization_number,
            "Kasse 1",
            "Kort",
            NUMBER,
            "Returns",
            "Discounts",
            "does not replace",
        ):
            self.assertIn(words, html)

    def test_the_report_is_attached_to_the_sale(self):
        self.vendor.attach_files = True
        self.sold_day()
        settlement = self.booked_day()
        [sale] = self.settlement_sales()
        [file] = sale["saleAttachments"]
        self.assertIn("MAIN", file.get("filename") or file["downloadUrl"])
        self.assertTrue(settlement.report_id)

    def test_the_control_report_can_be_printed(self):
        self.sold_day()
        settlement = self.booked_day()
        self.compare(settlement)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("fiken_connector.control_report_action", settlement.ids)[
                0
            ]
            .decode()
        )
        self.assertIn(NUMBER, html)
