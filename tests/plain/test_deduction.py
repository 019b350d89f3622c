"""VAT that is deducted in part: nothing is lost, and each account has its own øre."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ...figures.amounts import Line
from ...figures.deduction import deducted, settled
from ...fiken_api import money, vat

ORE = st.integers(-(10**8), 10**8)
CHARGED = st.sampled_from(["HIGH", "MEDIUM", "LOW", "RAW_FISH"])
ABROAD = st.sampled_from(["HIGH_FOREIGN_SERVICE", "HIGH_FOREIGN_SERVICE_DEDUCTIBLE"])
# One of Odoo's lines: its cost account, net, and what the journal has of its VAT:
# deducted, and in the cost.
LINES = st.lists(
    st.tuples(
        st.sampled_from(["4300", "6540", "7140"]),
        CHARGED,
        ORE,
        st.integers(-(10**7), 10**7),
        st.integers(-(10**7), 10**7),
    ),
    max_size=8,
)


class TestDeduction(BaseCase):
    @given(st.lists(ORE, min_size=1, max_size=9), st.integers(-4, 4))
    def test_what_rounding_leaves_is_on_one_part(self, parts, left):
        total = sum(parts) + left
        made = settled(parts, total)
        self.assertEqual(sum(made), total)
        changed = [one for one, was in zip(made, parts, strict=True) if one != was]
        self.assertLessEqual(len(changed), 1)

    @given(CHARGED, ORE, st.integers(-(10**7), 10**7), st.integers(-(10**7), 10**7))
    def test_fiken_deducts_just_that_of_a_line(self, vat_type, net, part, rest):
        line = Line("4300", vat_type, net, part + rest)
        made = deducted(line, part)
        self.assertEqual(sum(one.gross for one in made), line.gross)
        self.assertEqual(sum(one.vat for one in made), part)
        for one in made:
            rate = vat.rate_of(one.vat_type)
            self.assertEqual(one.vat, money.vat_of(one.net, rate))

    @given(LINES)
    def test_each_account_costs_what_the_journal_says(self, lines):
        """Net, and the VAT of its lines that is not deducted: to the øre."""
        wanted, there, taxes = Counter(), Counter(), Counter()
        for account, vat_type, net, part, rest in lines:
            wanted[account] += net + rest
            taxes[vat_type] += part
            for one in deducted(Line(account, vat_type, net, part + rest), part):
                there[account] += one.net
                taxes[vat_type] -= one.vat
        for account in wanted:
            self.assertEqual(there[account], wanted[account], account)
        self.assertFalse(any(taxes.values()))

    @given(ABROAD, ORE, st.integers(-(10**7), 10**7))
    def test_vat_that_the_buyer_accounts_for_is_no_part_of_the_cost(
        self, vat_type, net, part
    ):
        if not vat.self_assessed(vat_type):
            return
        made = deducted(Line("4300", vat_type, net, 0), part)
        self.assertEqual(sum(one.net for one in made), net)
        self.assertFalse(any(one.vat for one in made))
