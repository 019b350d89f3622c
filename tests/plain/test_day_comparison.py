"""What a day holds in Fiken, held against what was sent."""

from odoo.tests import BaseCase

from ...figures.day_comparison import Sums, entry_differences, entry_name, turnover_of


class TestDayComparison(BaseCase):
    def sums(self, **amounts):
        sums = Sums()
        for name, pair in amounts.items():
            sums.add(name, *pair)
        return sums

    def test_what_is_equal_differs_by_nothing(self):
        one = self.sums(a=(100, 25), b=(0, 0))
        self.assertEqual(one.differences(self.sums(a=(100, 25))), [])
        self.assertEqual(Sums().differences(Sums()), [])

    def test_what_is_on_one_side_only_is_nothing_on_the_other(self):
        self.assertEqual(
            self.sums(a=(100, 25)).differences(self.sums(b=(125, 0))),
            [("a", (100, 25), (0, 0)), ("b", (0, 0), (125, 0))],
        )

    def test_vat_that_fiken_adds_to_an_entry_is_no_difference(self):
        sent = {"3000 3": 8000, "1901": -10000}
        for code in ("2701", "2701 3"):
            self.assertEqual(entry_differences(sent, {**sent, code: 2000}), [])

    def test_whatever_else_is_in_an_entry_is_a_difference(self):
        sent = {"3000 3": 8000, "1901": -10000}
        self.assertEqual(
            entry_differences(sent, {"3000 5": 10000, "1901": -10000}),
            [("3000 3", (8000,), (0,)), ("3000 5", (0,), (10000,))],
        )
        self.assertEqual(
            entry_differences(sent, {**sent, "7770": 500, "1920:10001": -500}),
            [("1920:10001", (0,), (-500,)), ("7770", (0,), (500,))],
        )

    def test_no_code_and_code_nought_are_the_same(self):
        self.assertEqual(
            {entry_name("1901", code) for code in (None, "", 0, "0")}, {"1901"}
        )
        self.assertEqual(entry_name("3000", 3), entry_name("3000", "3"))
        self.assertEqual(turnover_of(entry_name("3000", 3)), "HIGH")
        self.assertEqual(turnover_of("1901"), "")
