"""A session's figures are its closing entry."""

import random

import pytest

from odoo import Command

from ...figures import pos_day as figures
from .reading import (
    AFTERNOON,
    EVENING,
    MORNING,
    NOON,
    SEED,
    DayCase,
)


@pytest.mark.slow
class TestClosingEntry(DayCase):
    """Per session: orders = closing entry less invoiced orders and stock lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.card.receivable_account_id = cls.shop.new_account(
            "1570", "Kort underveis", "asset_receivable"
        )

    def busy_session(self, *taxes):
        """Receipts with discounts, returns and several rates."""
        dice = random.Random(SEED)
        goods = [
            self.shop.product(f"Vare {number}", price, tax, self.shop.account(code))
            for number, (price, tax, code) in enumerate(
                (price, tax, code)
                for tax, code in zip(taxes, ("3000", "3030", "3020"), strict=True)
                for price in (10.05, 33.33, 39.9)
            )
        ]
        session = self.shop.open(self.till, cash=500, at=MORNING)
        for number in range(24):
            cart = [
                (dice.choice(goods), dice.choice((1, 2, 3)), dice.choice((0, 0, 15)))
                for _line in range(1 + number % 5)
            ]
            method = dice.choice((self.shop.card, self.shop.cash(self.till)))
            order = self.shop.sell(session, *cart, paid=[(method, None)], at=NOON)
            if number % 6 == 5:
                self.shop.give_back(order, at=AFTERNOON)
            if number % 8 == 7:
                self.shop.sell(session, (goods[0], -1), (goods[4], 2), at=AFTERNOON)
        return self.shop.close(session, at=EVENING)

    def excluded(self):
        return [self.shop.tax(code) for code in ("3", "31", "32")]

    def included(self):
        return [self.shop.tax(code, is_included=True) for code in ("3", "31", "32")]

    def test_prices_without_tax_rounded_globally(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self.assert_as_posted(self.busy_session(*self.excluded()))

    def test_prices_with_tax_rounded_globally(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self.assert_as_posted(self.busy_session(*self.included()))

    def test_prices_without_tax_rounded_per_line(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        self.assert_as_posted(self.busy_session(*self.excluded()))

    def test_prices_with_tax_rounded_per_line(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        self.assert_as_posted(self.busy_session(*self.included()))

    def test_stored_subtotals_are_not_what_is_posted(self):
        """Why the day is not a sum over the lines that Odoo stores."""
        self.company.tax_calculation_rounding_method = "round_globally"
        session = self.busy_session(*self.included())
        day = self.assert_as_posted(session)
        stored = sum(session.order_ids.lines.mapped("price_subtotal"))
        self.assertNotEqual(round(stored * 100), day.net)

    def test_an_order_with_two_taxes_on_a_line_is_no_part_of_the_figures(self):
        extra = self.shop.tax("32").copy(
            {"name": "Avgift", "l10n_no_standard_code": False}
        )
        taxed_twice = self.shop.product(
            "To avgifter", 99.95, self.shop.tax("3") | extra, self.shop.account("3000")
        )
        session = self.shop.open(self.till, at=MORNING)
        order = self.shop.sell(session, (taxed_twice, 3), self.mug, at=NOON)
        self.shop.sell(session, self.mug, at=NOON)
        self.shop.close(session, at=EVENING)
        day = self.whole(session)
        self.assertEqual(day.unfit, (order.id,))
        posted = -sum(
            session.move_id.line_ids.filtered(
                lambda aml: aml.account_id.code == "3000"
            ).mapped("balance")
        )
        left_out = sum(order.lines.mapped("price_subtotal"))
        self.assertEqual(
            sum(line.net for line in day.lines), round((posted - left_out) * 100)
        )
        self.assertEqual(day.imbalance, 0)

    def test_a_fiscal_position_changes_tax_and_account(self):
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Svalbard",
                "company_id": self.company.id,
                "account_ids": [
                    Command.create(
                        {
                            "account_src_id": self.shop.account("3000").id,
                            "account_dest_id": self.shop.account("3100").id,
                        }
                    )
                ],
            }
        )
        self.shop.tax("5").write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(self.shop.tax("3").id)],
            }
        )
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, fiscal_position_id=position.id, at=NOON)
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual([self.code(line.account_id) for line in day.lines], ["3100"])
        self.assertEqual(day.lines[0].tax_ids, tuple(self.shop.tax("5").ids))

    def test_a_discount_over_the_whole_receipt(self):
        discount = self.shop.product("Rabatt", 0, account=self.shop.account("3000"))
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(
            session,
            (self.mug, 3),
            {
                "product": discount,
                "price_unit": -38.97,
                "tax_ids": [Command.set(self.shop.tax("3").ids)],
                "extra_tax_data": {"discount_percentage": 10},
            },
            at=NOON,
        )
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual((day.net, day.discounts), (38970 - 3897, 1))

    def test_cash_is_rounded_and_the_rest_stands_on_its_account(self):
        account = self.shop.account("7740")
        self.till.write(
            {
                "cash_rounding": True,
                "only_round_cash_method": True,
                "rounding_method": self.env["account.cash.rounding"]
                .create(
                    {
                        "name": "Hele kroner",
                        "rounding": 1.0,
                        "strategy": "add_invoice_line",
                        "profit_account_id": account.id,
                        "loss_account_id": account.id,
                    }
                )
                .id,
            }
        )
        session = self.shop.open(self.till, at=MORNING)
        for _number in range(3):
            self.shop.sell(session, self.coffee, at=NOON)
        self.shop.sell(session, self.mug, paid=[(self.shop.card, None)], at=NOON)
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        rounding = self.of_kind(day, figures.ROUNDING)
        # 39.90 and 15 % are 45.89 (45.885), paid with 46.
        self.assertEqual([other.amount for other in rounding], [33])
        self.assertEqual(rounding[0].means_id, self.shop.cash(self.till).id)
        self.assertEqual(day.imbalance, 0)

    def test_invoiced_orders_go_as_invoices(self):
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, at=NOON)
        order = self.shop.sell(
            session, self.coffee, paid=[(self.shop.card, None)], at=NOON
        )
        invoice = self.shop.invoice(order, self.customer, at=NOON)
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        self.assertNotIn(order.id, day.order_ids)
        self.assertEqual(
            [(one.order_id, one.invoice_id, one.gross) for one in day.invoiced],
            [(order.id, invoice.id, 4589)],
        )
        self.assertEqual(day.invoiced[0].payments, ((self.shop.card.id, 4589),))
        self.assertEqual(day.gross, 16238)

    def test_goods_and_stock_of_the_closing_entry_are_no_part_of_the_day(self):
        self.company.inventory_valuation = "real_time"
        stock = self.shop.new_account("1460", "Varelager", "asset_current")
        category = self.shop.category("Varer", self.shop.account("3000"))
        category.write(
            {
                "property_valuation": "real_time",
                "property_cost_method": "average",
                "property_stock_valuation_account_id": stock.id,
                "property_account_expense_categ_id": self.shop.account("4300").id,
            }
        )
        kettle = self.shop.product(
            "Kjele", 499.0, self.shop.tax("3"), category=category
        )
        kettle.write({"is_storable": True, "standard_price": 200.0})
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, (kettle, 2), at=NOON)
        self.shop.close(session, at=EVENING)
        codes = set(session.move_id.line_ids.account_id.mapped("code"))
        self.assertIn("4300", codes)
        day = self.assert_as_posted(session, ignored=("4300", "1460"))
        self.assertEqual(day.net, 99800)
        self.assertEqual(day.lines[0].category_id, category.id)
