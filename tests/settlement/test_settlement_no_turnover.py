"""Gift cards, tips, cash in and out, differences, and days that are negative."""

from .settling import DAY, NUMBER, SettlementCase


class TestNoTurnoverBooked(SettlementCase):
    def gift_card(self, code):
        """A product that is sold on an account of debt, mapped to this one in Fiken."""
        debt = self.shop.new_account("2901", "Gavekort", "liability_current")
        self.map_account(debt, code)
        return self.shop.product("Gavekort", 500.0, account=debt)

    def negative_day(self):
        """The day after the first one, on which something of it was given back."""
        session = self.shop.open(self.till, 1000.0, at="2026-03-17 08:00:00")
        sold = self.env["pos.order"].search(
            [("amount_total", ">", 0)], order="id", limit=1
        )
        self.shop.give_back(sold, at="2026-03-17 09:00:00")
        self.shop.close(session, at="2026-03-17 18:00:00")
        return self.booked_day("2026-03-17")

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
        card = self.gift_card("2901")
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
        card = self.gift_card("3000")
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        for goods in ((card,), (self.mug, {"product": card, "price_unit": -100.0})):
            self.shop.sell(session, *goods, at=f"{DAY} 09:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        for words in ("Deposits and other debts", "3000", "2901", self.ledger.name):
            self.assertIn(words, settlement.reason)
        self.assertFalse(self.balances())
        self.map_account(card.property_account_income_id, "2901")
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        self.assertEqual(self.balances()["2901"], -40000)

    def test_redeemed_gift_cards_are_never_taken_from_income(self):
        card = self.gift_card("3000")
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        redeemed = {"product": card, "price_unit": -100.0}
        self.shop.sell(session, self.mug, redeemed, at=f"{DAY} 09:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.assertIn("paid back", settlement.reason)
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
        settlement = self.negative_day()
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
        settlement = self.negative_day()
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
        self.fiken_company.vat_tolerance_ore = 0
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
