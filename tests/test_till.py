from copy import deepcopy
from datetime import date
from unittest import skipUnless

import pytest

from . import till
from .common import FikenCase
from .settlement.pos import HAS_POINT_OF_SALE

# A Thursday; Norway's clocks are changed in the night after the third day.
BEGIN = date(2026, 3, 26)


@skipUnless(HAS_POINT_OF_SALE, "Odoo has no point of sale here")
class TestTill(FikenCase):
    """Some weeks of a shop are in Fiken once: ``bench/run till`` has more of them."""

    def play(self, seed, days, without=()):
        """Some days of a shop with two tills."""
        world = till.World(
            self.env,
            self.fiken_company,
            self.sandbox,
            self.run_outside,
            seed,
            BEGIN,
            days,
            without,
        )
        till.play(world)
        return world

    def run_outside(self, function):
        with self.as_cron():
            answer = function()
        self.env.invalidate_all()
        return answer

    def compare(self, world, books=None):
        return till.compare(world, books or self.sandbox.books(self.slug))

    @pytest.mark.slow
    def test_every_receipt_is_in_fiken_once(self):
        world = self.play(1, 6)
        outcome = self.compare(world)
        self.assertEqual(outcome.texts, [])
        self.assertTrue(outcome.is_right())
        self.assertGreater(outcome.orders, 50)

    # Whether the comparison sees what it is to see

    def test_what_is_different_is_seen(self):
        world = self.play(2, 2, till.EVENTS)
        books = self.sandbox.books(self.slug)
        self.assertEqual(self.compare(world, books).texts, [])
        for plant, wanted in (
            (self.a_day_twice, "doubled"),
            (self.no_day, "lost"),
            (self.an_invoice_twice, "doubled"),
            (self.no_invoice, "lost"),
            (self.an_ore_elsewhere, "differences_ore"),
            (self.an_ore_of_vat, "differences_ore"),
        ):
            changed = deepcopy(books)
            plant(changed)
            outcome = self.compare(world, changed)
            with self.subTest(plant=plant.__name__):
                self.assertTrue(getattr(outcome, wanted), outcome)

    def sales(self, books, of_days):
        return [
            sale
            for sale in books["sales"]
            if sale["saleNumber"].startswith("MAIN-") == of_days
        ]

    def a_day_twice(self, books):
        books["sales"].append(self.sales(books, True)[0])

    def no_day(self, books):
        books["sales"].remove(self.sales(books, True)[0])

    def an_invoice_twice(self, books):
        books["sales"].append(self.sales(books, False)[0])

    def no_invoice(self, books):
        books["sales"].remove(self.sales(books, False)[0])

    def line(self, books, begin):
        return next(
            line
            for entry in books["journal"]
            for line in entry["lines"]
            if line["account"].startswith(begin)
        )

    def an_ore_elsewhere(self, books):
        self.line(books, "1901")["amount"] += 1
        self.line(books, "3")["amount"] -= 1

    def an_ore_of_vat(self, books):
        self.line(books, "27")["amount"] += 1
