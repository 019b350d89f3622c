from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ...fiken_api import money

ORE = st.integers(-(10**13), 10**13)
RATES = st.sampled_from([0, 12, 15, 25, Decimal("11.11")])


class TestMoney(BaseCase):
    """Kroner become whole øre once, rounded half up, and are never off by a float."""

    def test_half_an_ore_is_rounded_away_from_zero(self):
        for kroner, ore in (
            (0.005, 1),
            (-0.005, -1),
            (1.005, 101),
            (2.675, 268),
            (0.0049, 0),
            (1e-7, 0),
            ("12.345", 1235),
            (Decimal("-12.345"), -1235),
        ):
            self.assertEqual(money.to_ore(kroner), ore, kroner)

    @given(ORE)
    def test_every_amount_of_whole_ore_survives_odoos_floats(self, ore):
        self.assertEqual(money.to_ore(ore / 100), ore)
        self.assertEqual(money.exact_ore(ore / 100), ore)

    def test_a_price_with_parts_of_an_ore_has_no_exact_ore(self):
        self.assertIsNone(money.exact_ore(12.345))
        self.assertIsNone(money.exact_ore(0.001))
        self.assertEqual(money.exact_ore(12.34), 1234)
        self.assertEqual(money.exact_ore(0.1 + 0.2), None)

    def test_vat_of_a_line_is_rounded_half_up(self):
        for net, percent, vat in (
            (1002, 25, 251),
            (-1002, 25, -251),
            (333, 15, 50),
            (10000, Decimal("11.11"), 1111),
            (4, 12, 0),
            (5, 12, 1),
        ):
            self.assertEqual(money.vat_of(net, percent), vat)

    @given(ORE, RATES)
    def test_vat_is_the_nearest_ore(self, net, percent):
        exact = Fraction(net) * Fraction(percent) / 100
        vat = money.vat_of(net, percent)
        self.assertLessEqual(abs(vat - exact), Fraction(1, 2))
        self.assertEqual(money.vat_of(-net, percent), -vat, "a credit is the mirror")
        if abs(vat - exact) == Fraction(1, 2):
            self.assertGreater(abs(vat), abs(exact), "half up, not to even")

    @given(
        st.decimals(-1000, 1000, places=6),
        st.integers(-(10**9), 10**9),
        st.decimals(0, 100, places=2),
    )
    def test_a_line_is_rounded_once_after_the_discount(self, quantity, price, discount):
        exact = Fraction(quantity) * price * (100 - Fraction(discount)) / 100
        net = money.line_net(quantity, price, discount)
        self.assertLessEqual(abs(net - exact), Fraction(1, 2))

    def test_odoos_float_quantities_multiply_as_a_person_reads_them(self):
        self.assertEqual(money.line_net(1.1, 1000), 1100)
        self.assertEqual(money.line_net(3, 333, 33.33), 666)
        self.assertEqual(money.line_net(0.57, 100), 57)
        self.assertEqual(money.line_net(-2, 1250), -2500)

    def test_kroner_are_written_as_in_norway(self):
        self.assertEqual(money.kroner(123456789), "1\xa0234\xa0567,89")
        self.assertEqual(money.kroner(-5), "-0,05")
        self.assertEqual(money.kroner(0), "0,00")

    @given(ORE)
    def test_written_kroner_can_be_read_back(self, ore):
        text = money.kroner(ore).replace("\xa0", "").replace(",", "")
        self.assertEqual(int(text), ore)
