"""What of a day is no turnover: gift cards, tips, cash in and out, differences."""

from odoo import Command

from ...figures import pos_day as figures
from .reading import (
    AFTERNOON,
    DAY,
    EVENING,
    MORNING,
    NOON,
    DayCase,
)


class TestNoTurnover(DayCase):
    """Gift cards, tips, cash in and out, differences."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debt = cls.shop.new_account("2901", "Gavekort", "liability_current")
        cls.gift_card = cls.shop.product("Gavekort", 500, account=cls.debt)

    def test_a_gift_card_is_a_debt_when_sold_and_pays_when_redeemed(self):
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(
            session, self.gift_card, self.mug, paid=[(self.shop.card, None)], at=NOON
        )
        self.shop.sell(
            session,
            self.book,
            {"product": self.gift_card, "price_unit": -200.0},
            at=AFTERNOON,
        )
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual(
            [
                (other.kind, self.code(other.account_id), other.amount, other.means_id)
                for other in self.of_kind(day, figures.OWED, figures.OWED_BACK)
            ],
            [
                ("owed", "2901", 50000, self.shop.card.id),
                ("owed_back", "2901", -20000, self.shop.cash(self.till).id),
            ],
        )
        self.assertEqual(day.gross, 16238 + 24900)
        self.assertEqual(day.imbalance, 0)
        self.assertEqual(sum(group.quantity for group in day.groups), 2)

    def test_a_gift_card_that_is_a_means_of_payment_is_a_payment(self):
        method = self.shop._bank_method("Gavekort", "GAVE")
        self.till.payment_method_ids += method
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(
            session,
            self.book,
            paid=[(method, 100), (self.shop.card, None)],
            at=NOON,
        )
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual(
            {payment.means_id: payment.amount for payment in day.payments},
            {method.id: 10000, self.shop.card.id: 14900},
        )

    def test_a_gift_card_with_vat_stays_turnover(self):
        """VAT was reckoned on it: hiding it would hide the VAT."""
        taxed = self.shop.product("Opplevelse", 100, self.shop.tax("3"), self.debt)
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, taxed, at=NOON)
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual((day.others, day.vat), ((), 2500))

    def test_gift_cards_of_a_programme_are_told_by_it(self):
        if "loyalty.program" not in self.env or "coupon_id" not in (
            self.env["pos.order.line"]._fields
        ):
            self.skipTest("The loyalty programmes of the point of sale are not here.")
        card = self.shop.product("Kort", 300, account=self.shop.account("3000"))
        program = self.env["loyalty.program"].create(
            {
                "name": "Gavekort",
                "program_type": "gift_card",
                "applies_on": "future",
                "trigger": "auto",
                "rule_ids": [
                    Command.create(
                        {
                            "product_ids": [Command.set(card.ids)],
                            "reward_point_mode": "money",
                        }
                    )
                ],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount_mode": "per_point",
                            "discount": 1,
                            "discount_applicability": "order",
                        }
                    )
                ],
            }
        )
        program.write(
            {
                "mail_template_id": self.env.ref("loyalty.mail_template_gift_card").id,
                "pos_report_print_id": self.env.ref("loyalty.report_gift_card").id,
            }
        )
        redeemed = program.reward_ids.discount_line_product_id
        redeemed.taxes_id = False
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, card, at=NOON)
        self.shop.sell(
            session, self.book, {"product": redeemed, "price_unit": -100}, at=NOON
        )
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual(
            {other.kind: other.amount for other in day.others},
            {figures.GIFT_SOLD: 30000, figures.GIFT_REDEEMED: -10000},
        )
        self.assertEqual(day.gross, 24900)

    def test_tips_are_no_turnover(self):
        tip = self.shop.product("Tips", 0, account=self.shop.account("3100"))
        self.till.write({"iface_tipproduct": True, "tip_product_id": tip.id})
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(
            session,
            self.book,
            {"product": tip, "price_unit": 26.0},
            paid=[(self.shop.card, None)],
            at=NOON,
        )
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual(day.gross, 24900)
        self.assertEqual(
            [(one.amount, one.means_id) for one in self.of_kind(day, figures.TIP)],
            [(2600, self.shop.card.id)],
        )

    def test_cash_in_and_out_with_its_account_and_reason(self):
        session = self.shop.open(self.till, cash=500, at=MORNING)
        self.shop.sell(session, self.book, at=NOON)
        self.shop.move_cash(session, 300, "veksel", at=NOON)
        self.shop.move_cash(session, -120.5, "frimerker", at=NOON)
        self.shop.close(session, at=EVENING)
        day = self.day(DAY)
        journal = self.shop.cash(self.till).journal_id
        self.assertEqual(
            [
                (one.kind, one.amount, one.label, one.account_id)
                for one in self.of_kind(day, figures.CASH_IN, figures.CASH_OUT)
            ],
            [
                ("cash_in", 30000, "in-veksel", journal.suspense_account_id.id),
                ("cash_out", -12050, "out-frimerker", journal.suspense_account_id.id),
            ],
        )
        self.assertEqual(day.sessions[0].expected, 50000 + 24900 + 30000 - 12050)
        self.assertEqual(day.imbalance, 0)

    def test_change_is_deducted_from_cash(self):
        session = self.shop.open(self.till, at=MORNING)
        cash = self.shop.cash(self.till)
        self.shop.sell(session, self.book, paid=[(cash, 500), (cash, None)], at=NOON)
        self.shop.close(session, at=EVENING)
        payment = self.assert_as_posted(session).payments[0]
        self.assertEqual((payment.amount, payment.count), (24900, 1))

    def test_sales_and_returns_are_counted_apart(self):
        session = self.shop.open(self.till, at=MORNING)
        order = self.shop.sell(session, (self.book, 2), at=NOON)
        self.shop.sell(session, (self.mug, 1, 20), at=NOON)
        self.shop.give_back(order, at=AFTERNOON)
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual(
            (day.sales, day.sales_gross, day.returns, day.returns_gross),
            (2, 49800 + 12990, 1, -49800),
        )
        # 129.90 and 25 % are 162.38; with 20 % off 129.90.
        self.assertEqual((day.discounts, day.discounts_gross), (1, 3248))
