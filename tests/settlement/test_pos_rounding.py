"""Receipts are rounded as Odoo rounds them."""

import random

from ...figures.pos_rounding import Percentage, rounded
from .reading import (
    SEED,
    DayCase,
)


class TestRounding(DayCase):
    """Our arithmetic beside Odoo's engine, on receipts that chance makes up."""

    def test_receipts_are_rounded_as_odoo_rounds_them_globally(self):
        self.compare("round_globally")

    def test_receipts_are_rounded_as_odoo_rounds_them_per_line(self):
        self.compare("round_per_line")

    def compare(self, method):
        self.company.tax_calculation_rounding_method = method
        dice = random.Random(SEED)
        taxes = [
            self.env["account.tax"],
            self.shop.tax("3"),
            self.shop.tax("31"),
            self.shop.tax("32"),
            self.shop.tax("3", is_included=True),
            self.shop.tax("31", is_included=True),
        ]
        ways = (taxes[:4], [taxes[0], *taxes[4:]], taxes)
        spread = 0
        for number in range(400):
            lines = [
                self.made_up(dice, ways[number % 3]) for _line in range(1 + number % 8)
            ]
            odoo = self.by_engine(lines)
            ours = self.ours(lines, method == "round_per_line")
            self.assertEqual(ours, odoo, lines)
            spread += ours != [self.ours([line], True)[0] for line in lines]
        if method == "round_globally":
            self.assertGreater(spread, 50, "Chance made up receipts without rounding.")

    def ours(self, lines, is_per_line):
        return list(
            rounded(
                [
                    (
                        price,
                        quantity,
                        discount,
                        self.percentage(tax),
                        quantity * price < 0,
                    )
                    for price, quantity, discount, tax in lines
                ],
                is_per_line,
            )
        )

    def made_up(self, dice, taxes):
        price = dice.choice(
            (
                round(dice.uniform(0.5, 900), 2),
                round(dice.uniform(0.5, 90), 4),
                dice.choice((0.005, 10.05, 33.33, 39.9, 99.99)),
            )
        )
        quantity = dice.choice((1, 1, 2, 3, 7, -1, -2, 0.375, 1.115))
        discount = dice.choice((0, 0, 0, 10, 12.5, 33.33, 100))
        return price, quantity, discount, dice.choice(taxes)

    def percentage(self, tax):
        return Percentage(tax.id, tax.amount, tax.price_include) if tax else None

    def by_engine(self, lines):
        engine = self.env["account.tax"]
        base_lines = [
            engine._prepare_base_line_for_taxes_computation(
                {},
                price_unit=price,
                quantity=quantity,
                discount=discount,
                tax_ids=tax,
                currency_id=self.company.currency_id,
                is_refund=quantity * price < 0,
            )
            for price, quantity, discount, tax in lines
        ]
        engine._add_tax_details_in_base_lines(base_lines, self.company)
        engine._round_base_lines_tax_details(base_lines, self.company)
        return [
            (
                round(
                    100
                    * (
                        details["total_excluded_currency"]
                        + details["delta_total_excluded_currency"]
                    )
                ),
                round(
                    100
                    * sum(data["tax_amount_currency"] for data in details["taxes_data"])
                ),
            )
            for details in (base_line["tax_details"] for base_line in base_lines)
        ]
