"""Fees of a day's payments, and VAT of many receipts beside Fiken's rate × net."""

from odoo.exceptions import UserError

from .settling import DAY, SettlementCase


class TestAmounts(SettlementCase):
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
        self.fiken_company.vat_tolerance_ore = 1000
        self.many()
        self.booked_day()
        self.assertNotIn("7740", self.balances())
