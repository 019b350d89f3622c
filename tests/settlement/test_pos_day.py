"""What a day of the point of sale is read as, held against what Odoo posts."""

import json
import random
from collections import defaultdict
from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from ...figures import pos_day as figures
from ...figures.pos_rounding import Percentage, rounded
from .pos import PosCase

DAY = "2026-03-16"
NEXT = "2026-03-17"
MORNING = "2026-03-16 07:00:00"
NOON = "2026-03-16 11:00:00"
AFTERNOON = "2026-03-16 14:00:00"
EVENING = "2026-03-16 19:00:00"
NEXT_MORNING = "2026-03-17 07:00:00"
NEXT_EVENING = "2026-03-17 19:00:00"
SEED = 20260316


class DayCase(PosCase):
    def of_kind(self, day, *kinds):
        return [other for other in day.others if other.kind in kinds]

    def code(self, account_id):
        account = self.env["account.account"].browse(account_id)
        return account.with_company(self.company).code

    def whole(self, session):
        return self.env["fiken.pos.day"]._read_session(self.vendor, session)

    def days(self, since, until, vendor=None):
        found = self.env["fiken.pos.day"]._days(
            vendor or self.vendor, date.fromisoformat(since), date.fromisoformat(until)
        )
        return [str(day) for day in found]

    def assert_as_posted(self, session, ignored=()):
        """The session's figures are its closing entry, account by account, tax by tax.

        :param ignored: codes of accounts of goods and stock
        """
        self.env.flush_all()
        day = self.whole(session)
        posted = defaultdict(int)
        for aml in session.move_id.line_ids:
            if aml.account_id.code not in ignored:
                posted[aml.account_id, aml.tax_line_id] -= round(aml.balance * 100)
        figured = self.as_entry(day)
        self.assertEqual(
            {key: amount for key, amount in figured.items() if amount},
            {key: amount for key, amount in posted.items() if amount},
        )
        self.assertTrue(session.move_id.line_ids, "Nothing was compared.")
        return day

    def as_entry(self, day):
        """{(account, tax): øre to credit} of a day, as Odoo's closing entry has it."""
        entry = defaultdict(int)
        accounts, taxes = self.env["account.account"], self.env["account.tax"]
        for line in day.lines:
            entry[accounts.browse(line.account_id), taxes] += line.net
            if line.vat:
                tax = taxes.browse(line.tax_ids)
                repartition = tax.invoice_repartition_line_ids.filtered("account_id")
                entry[repartition.account_id, tax] += line.vat
        for other in day.others:
            if other.kind in figures.ON_RECEIPTS:
                entry[accounts.browse(other.account_id), taxes] += other.amount
        shared = self.company.account_default_pos_receivable_account_id
        for payment in day.payments:
            entry[self.receivable(payment.means_id), taxes] -= payment.amount
        for order in day.invoiced:
            for means_id, amount in order.payments:
                entry[self.receivable(means_id), taxes] -= amount
                entry[shared, taxes] += amount
        return entry

    def receivable(self, means_id):
        method = self.env["pos.payment.method"].browse(means_id)
        if method.split_transactions:
            return self.customer.property_account_receivable_id
        return (
            method.receivable_account_id
            or self.company.account_default_pos_receivable_account_id
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

    def test_a_line_with_two_taxes_counts_once(self):
        extra = self.shop.tax("32").copy(
            {"name": "Avgift", "l10n_no_standard_code": False}
        )
        taxed_twice = self.shop.product(
            "To avgifter", 99.95, self.shop.tax("3") | extra, self.shop.account("3000")
        )
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, (taxed_twice, 3), self.mug, at=NOON)
        self.shop.sell(session, self.mug, at=NOON)
        self.shop.close(session, at=EVENING)
        day = self.whole(session)
        line = next(line for line in day.lines if len(line.tax_ids) == 2)
        self.assertEqual(line.net, 29985)
        posted = -sum(
            session.move_id.line_ids.filtered(
                lambda aml: aml.account_id.code == "3000"
            ).mapped("balance")
        )
        self.assertEqual(sum(line.net for line in day.lines), round(posted * 100))
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
                for other in self.of_kind(day, figures.GIFT_SOLD, figures.GIFT_REDEEMED)
            ],
            [
                ("gift_redeemed", "2901", -20000, self.shop.cash(self.till).id),
                ("gift_sold", "2901", 50000, self.shop.card.id),
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

    def test_too_little_in_the_till_is_the_days_difference(self):
        session = self.shop.open(self.till, cash=500, at=MORNING)
        self.shop.sell(session, self.book, at=NOON)
        self.shop.close(session, counted=742.0, at=EVENING)
        day = self.day(DAY)
        part = day.sessions[0]
        self.assertEqual(
            (part.opening, part.expected, part.counted, part.difference),
            (50000, 74900, 74200, -700),
        )
        difference = self.of_kind(day, figures.DIFFERENCE)
        self.assertEqual(
            [(one.amount, self.code(one.account_id)) for one in difference],
            [(-700, "7795")],
        )
        posted = self.env["account.bank.statement.line"].search(
            [("pos_session_id", "=", session.id), ("amount", "=", -7)]
        )
        self.assertIn("7795", posted.move_id.line_ids.account_id.mapped("code"))

    def test_what_the_terminal_reported_beyond_the_orders(self):
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.book, paid=[(self.shop.card, None)], at=NOON)
        self.shop.close(session, differences=[(self.shop.card, 3.0)], at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual(
            [
                (one.amount, one.means_id, self.code(one.account_id))
                for one in self.of_kind(day, figures.DIFFERENCE)
            ],
            [(300, self.shop.card.id, "7770")],
        )

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


class TestBusinessDay(DayCase):
    """Which orders are whose, and when."""

    def test_an_evening_past_midnight_belongs_to_the_day_it_began(self):
        self.vendor.day_end_hour = 4.0
        session = self.shop.open(self.till, cash=100, at=EVENING)
        late = self.shop.sell(session, self.mug, at="2026-03-16 22:30:00")
        past = self.shop.sell(session, self.book, at="2026-03-17 02:59:00")
        self.shop.move_cash(session, -50, "drosje", at="2026-03-17 01:00:00")
        self.shop.close(session, counted=100, at="2026-03-17 03:30:00")
        day = self.day(DAY)
        self.assertEqual(day.order_ids, tuple((late | past).ids))
        self.assertEqual(len(self.of_kind(day, figures.CASH_OUT)), 1)
        self.assertTrue(day.sessions[0].is_counted)
        self.assertFalse(self.day(NEXT))
        self.assertEqual(self.days(DAY, NEXT), [DAY])

    def test_midnight_is_the_vendors(self):
        session = self.shop.open(self.till, at=EVENING)
        before = self.shop.sell(session, self.mug, at="2026-03-16 22:59:59")
        after = self.shop.sell(session, self.book, at="2026-03-16 23:00:00")
        self.shop.close(session, at=NEXT_MORNING)
        self.assertEqual(self.day(DAY).order_ids, tuple(before.ids))
        self.assertEqual(self.day(NEXT).order_ids, tuple(after.ids))
        self.assertEqual(self.days("2026-03-01", "2026-03-31"), [DAY, NEXT])

    def test_a_till_is_counted_once_for_the_day_of_its_last_order(self):
        """A till that was forgotten is counted the next morning."""
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, at=NOON)
        self.shop.close(session, counted=100, at=NEXT_MORNING)
        day = self.day(DAY)
        self.assertTrue(day.sessions[0].is_counted)
        self.assertEqual(len(self.of_kind(day, figures.DIFFERENCE)), 1)
        self.assertFalse(self.day(NEXT))
        self.assertEqual(self.days(DAY, NEXT), [DAY])

    def test_days_of_a_session_add_up_to_its_closing_entry(self):
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, (self.mug, 3, 7), self.coffee, at=NOON)
        self.shop.sell(session, self.book, self.coffee, at="2026-03-17 10:00:00")
        self.shop.close(session, at=NEXT_EVENING)
        together = defaultdict(int)
        for day in (self.day(DAY), self.day(NEXT)):
            for key, amount in self.as_entry(day).items():
                together[key] += amount
        self.assertEqual(together, self.as_entry(self.whole(session)))
        self.assert_as_posted(session)

    def test_a_day_at_either_change_of_the_clock(self):
        for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)):
            begin, end = self.env["fiken.pos.day"]._bounds(
                self.vendor, date.fromisoformat(day)
            )
            self.assertEqual((end - begin).total_seconds(), hours * 3600, day)

    def test_two_tills_of_a_shop_are_one_day(self):
        other = self.shop.till("Kasse 2")
        sessions = [self.shop.open(till, at=MORNING) for till in (self.till, other)]
        for session in sessions:
            self.shop.sell(session, self.mug, self.coffee, at=NOON)
            self.shop.sell(session, self.book, paid=[(self.shop.card, None)], at=NOON)
        for session in sessions:
            self.shop.close(session, at=EVENING)
        day = self.day(DAY)
        self.assertEqual(len(day.sessions), 2)
        self.assertEqual(day.gross, 2 * (16238 + 4589 + 24900))
        card = next(one for one in day.payments if one.means_id == self.shop.card.id)
        self.assertEqual((card.amount, len(card.session_ids)), (49800, 2))

    def test_tills_go_with_the_vendor_of_their_journal(self):
        journal = self.shop.journal("Kiosk", "KIOS", "general")
        kiosk = self.vendor.copy({"name": "Kiosk", "code": "KIOSK"})
        journal.fiken_vendor_id = kiosk
        till = self.shop.till("Kiosken", journal=journal)
        ours = self.shop.open(self.till, at=MORNING)
        theirs = self.shop.open(till, at=MORNING)
        self.shop.sell(ours, self.mug, at=NOON)
        self.shop.sell(theirs, self.book, at=NOON)
        self.shop.close(ours, at=EVENING)
        self.shop.close(theirs, at=EVENING)
        self.assertEqual(self.day(DAY).gross, 16238)
        self.assertEqual(self.day(DAY, vendor=kiosk).gross, 24900)
        # A closed session stays where it was posted.
        till.journal_id = self.till.journal_id
        self.assertEqual(self.day(DAY, vendor=kiosk).gross, 24900)
        self.assertEqual(self.days(DAY, DAY, vendor=kiosk), [DAY])

    def test_an_open_session_is_told_and_in_no_figure(self):
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, at=NOON)
        day = self.day(DAY)
        self.assertEqual([one.id for one in day.open_sessions], session.ids)
        self.assertEqual((day.lines, day.payments, day.order_ids), ((), (), ()))
        self.assertEqual(self.days(DAY, NEXT), [DAY])
        self.shop.close(session, at=EVENING)
        self.assertEqual(self.day(DAY).open_sessions, ())
        self.assertEqual(self.day(DAY).gross, 16238)

    def test_an_order_on_account_waits_for_its_invoice(self):
        session = self.shop.open(self.till, at=MORNING)
        order = self.shop.sell(
            session,
            self.book,
            customer=self.customer,
            paid=[(self.shop.later, None)],
            at=NOON,
        )
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual(
            [(one.order_id, one.amount) for one in day.pay_later], [(order.id, 24900)]
        )
        self.shop.invoice(order, self.customer, at=NEXT_MORNING)
        day = self.day(DAY)
        self.assertEqual((day.pay_later, day.gross, day.paid), ((), 0, 0))
        self.assertEqual([one.order_id for one in day.invoiced], order.ids)

    def test_an_empty_day_says_so(self):
        self.assertFalse(self.day(DAY))
        self.assertEqual(self.days("2026-01-01", "2026-12-31"), [])
        self.assertEqual(self.days("2026-12-31", "2026-01-01"), [])

    def test_orders_in_another_currency_are_told_and_in_no_figure(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "rate": 0.087,
                "name": "2026-01-01",
                "company_id": self.company.id,
            }
        )
        journal = self.shop.journal("Euro", "EURO", "general", currency_id=euro.id)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        method = self.shop._bank_method("Euro", "EURB")
        method.journal_id.currency_id = euro
        till = self.shop.till(
            "Eurokasse",
            journal=journal,
            methods=method,
            pricelist_id=pricelist.id,
            available_pricelist_ids=[Command.set(pricelist.ids)],
            invoice_journal_id=self.shop.journal(
                "Euro faktura", "EURF", "sale", currency_id=euro.id
            ).id,
        )
        session = self.shop.open(till, at=MORNING)
        order = self.shop.sell(session, self.book, paid=[(method, None)], at=NOON)
        self.shop.close(session, at=EVENING)
        day = self.day(DAY)
        self.assertEqual(day.foreign, tuple(order.ids))
        self.assertEqual((day.lines, day.payments), ((), ()))
        self.assertTrue(day)

    def test_a_fiken_manager_needs_no_right_in_the_point_of_sale(self):
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, at=NOON)
        self.shop.close(session, at=EVENING)
        user = new_test_user(
            self.env,
            "regnskap",
            groups="fiken_connector.group_fiken_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        days = self.env["fiken.pos.day"].with_user(user)
        vendor = self.vendor.with_user(user)
        self.assertEqual(days._read(vendor, date.fromisoformat(DAY)).gross, 16238)

    def test_projects_follow_odoos_distribution_models(self):
        plan = self.env["account.analytic.plan"].create({"name": "Prosjekt"})
        project = self.env["account.analytic.account"].create(
            {"name": "Festival", "plan_id": plan.id, "company_id": self.company.id}
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "product_id": self.mug.id,
                "analytic_distribution": {str(project.id): 100},
                "company_id": self.company.id,
            }
        )
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, self.book, at=NOON)
        self.shop.close(session, at=EVENING)
        self.assertEqual({line.project_ids for line in self.day(DAY).lines}, {()})
        self.vendor.write({"projects_enabled": True, "analytic_plan_id": plan.id})
        self.assertEqual(
            {line.project_ids: line.gross for line in self.day(DAY).lines},
            {(project.id,): 16238, (): 24900},
        )


class TestLate(DayCase):
    """What happens to a day after it was read."""

    def late(self, before):
        return self.env["fiken.pos.day"]._late(
            self.vendor, before.day, before.order_ids
        )

    def closed_day(self):
        session = self.shop.open(self.till, at=MORNING)
        orders = [
            self.shop.sell(session, self.mug, at=NOON),
            self.shop.sell(session, self.book, paid=[(self.shop.card, None)], at=NOON),
        ]
        self.shop.close(session, at=EVENING)
        return session, orders

    def test_nothing_came_late(self):
        self.closed_day()
        before = self.day(DAY)
        self.assertFalse(self.late(before))
        difference = before.since(before)
        self.assertEqual(
            (difference.lines, difference.payments, difference.others), ((), (), ())
        )

    def test_an_order_invoiced_afterwards_leaves_the_day(self):
        _session, (mug, _book) = self.closed_day()
        before = self.day(DAY)
        self.shop.invoice(mug, self.customer, at=NEXT_MORNING)
        late = self.late(before)
        self.assertEqual(
            (late.came, late.invoiced, late.gone), ((), tuple(mug.ids), ())
        )
        correction = self.day(DAY).since(before)
        self.assertEqual(correction.gross, -16238)
        self.assertEqual(correction.paid, -16238)
        self.assertEqual(correction.imbalance, 0)

    def test_an_order_of_an_offline_till_comes_late(self):
        session, _orders = self.closed_day()
        before = self.day(DAY)
        tomorrow = self.shop.open(self.till, at=NEXT_MORNING)
        self.env["pos.order"].sync_from_ui([self.order_of_a_till(session)])
        order = self.env["pos.order"].search([("uuid", "=", "0e1f")])
        self.assertEqual(order.session_id, tomorrow, "Odoo puts it where it can.")
        self.assertEqual([one.id for one in self.day(DAY).open_sessions], tomorrow.ids)
        self.assertFalse(self.late(before), "Not before its session is closed.")
        self.shop.close(tomorrow, at=NEXT_EVENING)
        self.assertEqual(self.late(before).came, tuple(order.ids))
        day = self.day(DAY)
        self.assertEqual(day.since(before).gross, 16238)
        self.assertEqual([one.is_counted for one in day.sessions], [True, True])

    def order_of_a_till(self, session):
        """As a till sends an order that it made while it was offline."""
        return {
            "uuid": "0e1f",
            "name": "Order 00009",
            "session_id": session.id,
            "company_id": self.company.id,
            "date_order": AFTERNOON,
            "state": "paid",
            "lines": [
                Command.create(
                    {
                        "product_id": self.mug.id,
                        "qty": 1,
                        "price_unit": 129.9,
                        "price_subtotal": 129.9,
                        "price_subtotal_incl": 162.38,
                        "tax_ids": [Command.set(self.mug.taxes_id.ids)],
                    }
                )
            ],
            "payment_ids": [
                Command.create(
                    {"amount": 162.38, "payment_method_id": self.shop.card.id}
                )
            ],
            "amount_tax": 32.48,
            "amount_total": 162.38,
            "amount_paid": 162.38,
            "amount_return": 0,
            "access_token": "",
        }

    def test_a_refund_is_of_its_own_day(self):
        _session, (mug, _book) = self.closed_day()
        before = self.day(DAY)
        session = self.shop.open(self.till, at=NEXT_MORNING)
        refund = self.shop.give_back(mug, at=NEXT_MORNING)
        self.shop.close(session, at=NEXT_EVENING)
        self.assertFalse(self.late(before))
        self.assertEqual(self.day(NEXT).order_ids, tuple(refund.ids))
        self.assertEqual(self.day(NEXT).gross, -16238)

    def test_a_day_survives_a_journey_through_json(self):
        session = self.shop.open(self.till, cash=500, at=MORNING)
        order = self.shop.sell(session, self.mug, at=NOON)
        self.shop.sell(session, self.book, paid=[(self.shop.card, None)], at=NOON)
        self.shop.invoice(order, self.customer, at=NOON)
        self.shop.close(session, counted=600, at=EVENING)
        day = self.day(DAY)
        self.assertTrue(day.invoiced and day.others and day.sessions)
        self.assertEqual(figures.load(json.loads(json.dumps(day.dump()))), day)
