from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from odoo.tests import BaseCase

from ...fiken_api.kid import is_kid, read

DIGITS = st.text("0123456789", min_size=1, max_size=24)


def mod11(digits):
    """The check digit as banks explain it: weights 2 … 7 from the right."""
    total, weight = 0, 2
    for digit in reversed(digits):
        total += int(digit) * weight
        weight = 2 if weight == 7 else weight + 1
    rest = total % 11
    return "0" if not rest else "-" if rest == 1 else str(11 - rest)


class TestKid(BaseCase):
    """Only what a bank takes as a KID is sent as one: a wrong one stops payments."""

    def test_known_numbers(self):
        self.assertTrue(is_kid("2345676"), "MOD10")
        self.assertTrue(is_kid("86011117947"), "MOD11, as in account numbers")
        self.assertFalse(is_kid("2345675"))

    def test_length_is_2_to_25_digits(self):
        self.assertFalse(is_kid("0"))
        self.assertTrue(is_kid("18"))
        longest = "1" * 24
        longest += luhn.calc_check_digit(longest)
        self.assertTrue(is_kid(longest))
        too_long = "1" * 25
        self.assertFalse(is_kid(too_long + luhn.calc_check_digit(too_long)))

    def test_what_is_no_number_is_no_kid(self):
        for text in (
            None,
            False,
            "",
            "INV/2026/00001",
            "1234-",
            " 18",
            "1 8",
            "²³",
            "١٨",
        ):
            self.assertFalse(is_kid(text), text)

    @given(DIGITS)
    def test_mod10_and_mod11_are_both_accepted(self, digits):
        self.assertTrue(is_kid(digits + luhn.calc_check_digit(digits)))
        if mod11(digits) != "-":
            self.assertTrue(is_kid(digits + mod11(digits)))

    @given(DIGITS, st.integers(0, 9))
    def test_any_other_last_digit_is_refused(self, digits, last):
        right = {luhn.calc_check_digit(digits), mod11(digits)}
        self.assertEqual(is_kid(f"{digits}{last}"), str(last) in right)

    def test_a_kid_is_read_as_people_paste_it(self):
        for text in (
            "2345676",
            " 234 5676 ",
            "234\N{NO-BREAK SPACE}5676",
            "23\N{THIN SPACE}45\N{NARROW NO-BREAK SPACE}676",
            "2345676\N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}",
            "\N{FULLWIDTH DIGIT TWO}345676",
            "234-56.76",
            "234\N{EN DASH}5676",
            "KID: 2345676",
            "Kid-nr. 234 5676",
            "234\t5676\n",
        ):
            self.assertEqual(read(text), "2345676", text)

    def test_what_is_no_number_is_not_made_one(self):
        """A dash at the end is a check digit of its own."""
        for text in ("INV/2026/00001", "234567-", "A2345676", "2345676 / 12 stk"):
            self.assertFalse(is_kid(read(text)), text)

    @given(DIGITS, st.sampled_from(" \u00a0\u2009\u202f-.\u2013"))
    def test_signs_between_digits_do_not_count(self, digits, sign):
        self.assertEqual(read(sign.join(digits)), digits)
