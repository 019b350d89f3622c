"""How a day's figures are shared out over sales, payments and a journal entry."""

from odoo.tests import BaseCase, tagged

from ...figures.amounts import Line
from ...figures.booking import (
    Booking,
    BookingOptions,
    NonSale,
    PaymentSource,
    Unbalanced,
    book_day,
)

CASH, CARD, GIFT = "m1", "m2", "a9"


def sold(gross, project=0, account="3000", rate=25, vat_type="HIGH"):
    vat = round(gross * rate / (100 + rate))
    return project, Line(account, vat_type, gross - vat, vat, "Varer")


def booking_of(lines, sources, others=(), tolerance=0, negative="journal"):
    ways = BookingOptions(tolerance, lambda: "7740", "NONE", negative, "Rounding")
    return book_day(lines, list(sources), list(others), ways)


@tagged("post_install", "-at_install")
class TestBooks(BaseCase):
    def check(self, booking, lines, sources, others=()):
        """Every account gets what the day gave it, whichever document carries it."""
        means, accounts = {}, {}
        for sale in booking.sales:
            self.assertEqual(sum(amount for _key, amount in sale.payments), sale.gross)
            for key, amount in sale.payments:
                means[key] = means.get(key, 0) + amount
            for line in sale.lines:
                key = (line.account, line.vat_type)
                accounts[key] = accounts.get(key, 0) + line.gross
        self.assertEqual(sum(entry.total for entry in booking.entries), 0)
        for entry in booking.entries:
            if entry.source:
                means[entry.source] = means.get(entry.source, 0) + entry.amount
            else:
                key = (entry.account, entry.vat_type)
                accounts[key] = accounts.get(key, 0) - entry.total
        wanted = {source.key: source.amount for source in sources}
        for other in others:
            if other.through:
                wanted[other.through] = wanted.get(other.through, 0) + other.amount
            key = (other.account, "")
            accounts[key] = accounts.get(key, 0) - other.amount
        for _project, line in lines:
            key = (line.account, line.vat_type)
            accounts[key] = accounts.get(key, 0) - line.gross
        self.assertEqual(
            {key: amount for key, amount in means.items() if amount},
            {key: amount for key, amount in wanted.items() if amount},
        )
        left = {
            key: amount
            for key, amount in accounts.items()
            if amount and key[0] not in ("7740",)
        }
        rounded = sum(amount for key, amount in accounts.items() if key[0] == "7740")
        self.assertEqual(sum(left.values()) + rounded, 0)
        for residue in booking.residues:
            self.assertEqual(left.pop(("3000", residue.vat_type)), -residue.difference)
        self.assertFalse(left)

    def kept(self, lines, sources, others=(), **kwargs):
        booking = booking_of(lines, sources, others, **kwargs)
        self.check(booking, lines, sources, others)
        self.assertEqual(Booking.from_json(booking.to_json()), booking)
        return booking

    def test_a_plain_day_is_one_sale_paid_by_its_means(self):
        booking = self.kept(
            [sold(12500)], [PaymentSource(CASH, 5000), PaymentSource(CARD, 7500)]
        )
        self.assertEqual(len(booking.sales), 1)
        self.assertEqual(booking.sales[0].payments, [(CASH, 5000), (CARD, 7500)])
        self.assertFalse(booking.entries)

    def test_what_is_no_income_is_in_the_journal_and_its_money_too(self):
        others = [
            NonSale("2901", 30000, "Gavekort"),
            NonSale("2990", 1000, "Tips"),
            NonSale("1920:10001", -4000, "Til banken", through=CASH),
            NonSale("7790", -50, "Differanse", through=CASH),
        ]
        booking = self.kept(
            [sold(12500)],
            [PaymentSource(CASH, 5000), PaymentSource(CARD, 38500)],
            others,
        )
        self.assertEqual(booking.sales[0].gross, 12500)
        self.assertEqual(booking.sales[0].payments, [(CASH, 5000), (CARD, 7500)])

    def test_a_redeemed_gift_card_pays_the_sale(self):
        booking = self.kept(
            [sold(12500)], [PaymentSource(CARD, 2500), PaymentSource(GIFT, 10000)]
        )
        self.assertEqual(booking.sales[0].payments, [(CARD, 2500), (GIFT, 10000)])
        self.assertFalse(booking.entries)

    def test_rounding_up_and_down(self):
        for cents in (40, -40):
            with self.subTest(cents=cents):
                others = [NonSale("7745", cents, "Øresavrunding")]
                self.kept([sold(12500)], [PaymentSource(CASH, 12500 + cents)], others)

    def test_a_means_that_paid_back_more_than_it_took_is_in_the_journal(self):
        booking = self.kept(
            [sold(12500)], [PaymentSource(CASH, -2500), PaymentSource(CARD, 15000)]
        )
        self.assertEqual(booking.sales[0].payments, [(CARD, 12500)])
        self.assertEqual(
            sorted((entry.source, entry.amount) for entry in booking.entries),
            [(CASH, -2500), (CARD, 2500)],
        )

    def test_a_means_that_paid_back_more_is_a_negative_payment_if_chosen(self):
        booking = self.kept(
            [sold(12500)],
            [PaymentSource(CASH, -2500), PaymentSource(CARD, 15000)],
            negative="sale",
        )
        self.assertEqual(booking.sales[0].payments, [(CASH, -2500), (CARD, 15000)])
        self.assertFalse(booking.entries)

    def test_an_account_on_which_more_was_taken_back_is_in_the_journal(self):
        lines = [sold(12500), sold(-2300, 0, "3030", 15, "MEDIUM")]
        booking = self.kept(lines, [PaymentSource(CARD, 10200)])
        self.assertEqual([line.account for line in booking.sales[0].lines], ["3000"])
        taken = [entry for entry in booking.entries if entry.vat_type]
        self.assertEqual([(one.account, one.amount) for one in taken], [("3030", 2000)])

    def test_a_negative_day_is_one_journal_entry_or_one_negative_sale(self):
        lines, sources = [sold(-12500)], [PaymentSource(CASH, -12500)]
        booking = self.kept(lines, sources)
        self.assertFalse(booking.sales)
        self.assertEqual(len(booking.entries), 2)
        booking = self.kept(lines, sources, negative="sale")
        self.assertEqual(booking.sales[0].gross, -12500)
        self.assertFalse(booking.entries)

    def test_goods_that_were_exchanged_without_money(self):
        lines = [sold(12500), sold(-12500, 0, "3010")]
        for negative in ("journal", "sale"):
            with self.subTest(negative=negative):
                self.assertFalse(self.kept(lines, [], negative=negative).sales)

    def test_more_taken_back_than_sold_while_something_was_sold(self):
        lines = [sold(10000), sold(-25000, 0, "3010")]
        self.assertFalse(self.kept(lines, [PaymentSource(CARD, -15000)]).sales)

    def test_several_projects_are_several_sales_each_paid_in_full(self):
        lines = [sold(10000, 7), sold(5000, 8), sold(2500, 0)]
        for negative in ("journal", "sale"):
            with self.subTest(negative=negative):
                booking = self.kept(
                    lines,
                    [PaymentSource(CASH, 4000), PaymentSource(CARD, 13500)],
                    negative=negative,
                )
                self.assertEqual([sale.project for sale in booking.sales], [7, 8, 0])

    def test_a_project_that_is_negative(self):
        lines = [sold(-10000, 7), sold(50000, 8)]
        sources = [PaymentSource(CASH, 15000), PaymentSource(CARD, 25000)]
        booking = self.kept(lines, sources)
        self.assertEqual([sale.project for sale in booking.sales], [8])
        booking = self.kept(lines, sources, negative="sale")
        self.assertEqual([sale.gross for sale in booking.sales], [-10000, 50000])

    def test_vat_is_rate_times_net_and_its_ore_are_on_the_rounding_account(self):
        lines = [(0, Line("3000", "HIGH", 10001, 2503, "Varer"))]
        booking = self.kept(lines, [PaymentSource(CARD, 12504)])
        self.assertEqual(
            [(line.account, line.net, line.vat) for line in booking.sales[0].lines],
            [("3000", 10001, 2500), ("7740", 3, 0)],
        )
        self.assertFalse(
            self.kept(lines, [PaymentSource(CARD, 12504)], tolerance=3).residues
        )

    def test_negative_ore_of_vat_are_no_negative_line(self):
        lines = [(0, Line("3000", "HIGH", 10001, 2497, "Varer"))]
        booking = self.kept(lines, [PaymentSource(CARD, 12498)])
        self.assertEqual(len(booking.sales[0].lines), 1)
        self.assertEqual(
            [(one.account, one.amount) for one in booking.entries if one.account],
            [("7740", 3)],
        )
        booking = self.kept(lines, [PaymentSource(CARD, 12498)], negative="sale")
        self.assertEqual(booking.sales[0].lines[-1].net, -3)

    def test_a_day_that_does_not_add_up_is_not_booked(self):
        with self.assertRaises(Unbalanced) as caught:
            booking_of([sold(12500)], [PaymentSource(CARD, 12499)])
        self.assertEqual(
            (caught.exception.sold, caught.exception.taken), (12500, 12499)
        )

    def test_any_day_adds_up_on_every_account(self):
        import random

        draw = random.Random(19)
        for _round in range(300):
            lines = [
                sold(draw.randint(-9000, 30000), draw.choice((0, 7, 8)))
                for _line in range(draw.randint(1, 5))
            ]
            others = [
                NonSale("2901", draw.randint(-5000, 9000), "Gavekort"),
                NonSale("1920:10001", draw.randint(-9000, 9000), "Bank", through=CASH),
            ]
            owed = sum(line.gross for _p, line in lines) + others[0].amount
            cash, gift = draw.randint(-5000, 9000), draw.randint(0, 4000)
            sources = [
                PaymentSource(CASH, cash),
                PaymentSource(GIFT, gift),
                PaymentSource(CARD, owed - cash - gift),
            ]
            for negative in ("journal", "sale"):
                booking = booking_of(lines, sources, others, negative=negative)
                self.check_all(booking, lines, sources, others)

    def check_all(self, booking, lines, sources, others):
        """All money, and all turnover with its øre."""
        means = {source.key: -source.amount for source in sources}
        turnover = 0
        for sale in booking.sales:
            self.assertEqual(sum(amount for _key, amount in sale.payments), sale.gross)
            turnover += sale.gross
            for key, amount in sale.payments:
                means[key] += amount
        self.assertEqual(sum(entry.total for entry in booking.entries), 0)
        for entry in booking.entries:
            if entry.source:
                means[entry.source] += entry.amount
            elif entry.vat_type or entry.account == "7740":
                turnover -= entry.total
        means[CASH] -= others[1].amount
        self.assertFalse(any(means.values()), means)
        self.assertEqual(turnover, sum(line.gross for _p, line in lines))
