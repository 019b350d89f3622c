from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ...figures.amounts import Line, Residue
from ...figures.deduction import base_of, deducted, settled
from ...figures.journal import Item, booked, differences, on_rounding, vat_item
from ...fiken_api import money, vat

AMOUNTS = st.integers(-(10**7), 10**7)
SERVICE = "HIGH_FOREIGN_SERVICE"
PLAIN = ("HIGH", "MEDIUM", "LOW", "RAW_FISH", "NONE", "EXEMPT", "HIGH_DIRECT")
LINES = st.lists(
    st.builds(
        Line,
        st.sampled_from(["3000", "3010", "3030", "3081"]),
        st.sampled_from(PLAIN),
        AMOUNTS,
        AMOUNTS,
        net_currency=AMOUNTS,
        vat_currency=AMOUNTS,
    ),
    min_size=1,
    max_size=6,
)


def net(ore, *accounts):
    return Item(ore, accounts=frozenset(accounts))


def in_odoo(lines):
    """The journal items of lines that Odoo books as Fiken does."""
    items = []
    for line in lines:
        accounts = frozenset([line.account])
        items.append(Item(line.net, line.net_currency, accounts))
        items.append(vat_item(line.vat_type, line.vat, line.vat_currency))
    return items


def posted(lines):
    return [item for line in lines for item in booked(line, is_foreign=True)]


class TestJournalItems(BaseCase):
    """Odoo's journal items and what Fiken books: equal, or said where not."""

    @given(LINES)
    def test_the_same_on_both_sides_is_no_difference(self, lines):
        self.assertEqual(differences(in_odoo(lines), posted(lines)), [])

    @given(LINES, st.integers(1, 10**6), st.data())
    def test_any_other_amount_is_a_difference(self, lines, ore, data):
        items = in_odoo(lines)
        index = data.draw(st.integers(0, len(items) - 1))
        other = items[index]
        changed = Item(
            other.ore + ore, other.currency, other.accounts, other.vat_type, other.side
        )
        found = differences(
            items[:index] + [changed, *items[index + 1 :]], posted(lines)
        )
        self.assertEqual([one.odoo - one.fiken for one in found], [ore])

    @given(LINES, st.data())
    def test_a_line_on_another_account_shows_on_both(self, lines, data):
        index = data.draw(st.integers(0, len(lines) - 1))
        lines[index].net = lines[index].net or 1
        items = in_odoo(lines)
        lines[index] = Line("4300", lines[index].vat_type, lines[index].net, 0)
        places = {one.place for one in differences(items, posted(lines))}
        self.assertIn("4300", places)
        self.assertGreaterEqual(len(places), 2)

    def test_both_sides_are_shown(self):
        odoo = [net(110000, "4300"), vat_item("HIGH", 15000)]
        [cost, tax] = differences(odoo, booked(Line("4300", "HIGH", 100000, 25000)))
        self.assertEqual((cost.place, cost.odoo, cost.fiken), ("4300", 110000, 100000))
        self.assertEqual((tax.place, tax.odoo, tax.fiken), ("HIGH", 15000, 25000))
        self.assertTrue(tax.is_vat)

    def test_the_currency_counts_for_itself(self):
        odoo = [Item(100, 10, frozenset(["3000"]))]
        [one] = differences(odoo, booked(Line("3000", "NONE", 100, 0, net_currency=11)))
        self.assertEqual((one.in_currency, one.odoo, one.fiken), (True, 10, 11))

    def test_what_odoo_sums_up_may_be_on_several_accounts(self):
        """Two categories on one account of Odoo's: its discounts are one item."""
        odoo = [net(600, "3010"), net(400, "3020"), net(100, "3010", "3020")]
        lines = [Line("3010", "NONE", 660, 0), Line("3020", "NONE", 440, 0)]
        self.assertEqual(differences(odoo, posted(lines)), [])
        lines[1].net += 1
        [one] = differences(odoo, posted(lines))
        self.assertEqual((one.place, one.fiken), ("3010 / 3020", 1101))

    def test_only_ore_of_vat_move_to_the_rounding_account(self):
        odoo = [net(1002, "3000"), vat_item("HIGH", 250)]
        lines = [Line("3000", "HIGH", 1002, 251), Line("7740", "NONE", -1, 0)]
        self.assertTrue(differences(odoo, posted(lines)))
        moved = on_rounding([Residue("HIGH", 250, 251)], "7740")
        self.assertEqual(differences(odoo + moved, posted(lines)), [])

    def test_vat_that_the_buyer_accounts_for_is_on_both_sides(self):
        odoo = [
            net(100000, "6553"),
            vat_item(f"{SERVICE}_DEDUCTIBLE", 25000),
            vat_item(f"{SERVICE}_DEDUCTIBLE", -25000, is_output=True),
        ]
        line = Line("6553", f"{SERVICE}_DEDUCTIBLE", 100000, 0)
        self.assertEqual(differences(odoo, booked(line)), [])
        line.vat_type = f"{SERVICE}_NONDEDUCTIBLE"
        self.assertEqual(len(differences(odoo, booked(line))), 2, "cost and input VAT")

    def tolerated(self, line, ore):
        """Whether each difference of self-assessed VAT of so many øre is."""
        odoo = [
            Item(line.net, line.net_currency, frozenset([line.account])),
            vat_item(line.vat_type, ore),
            vat_item(line.vat_type, -ore, is_output=True),
        ]
        return [one.is_tolerated for one in differences(odoo, booked(line))]

    def test_fikens_own_rounding_may_leave_one_ore_a_line_and_no_more(self):
        line = Line("6553", f"{SERVICE}_DEDUCTIBLE", 1002, 0)
        self.assertEqual(self.tolerated(line, 251), [])
        self.assertEqual(self.tolerated(line, 250), [True, True])
        self.assertEqual(self.tolerated(line, 249), [False, False])

    def test_half_a_cent_may_be_several_ore(self):
        line = Line("6553", f"{SERVICE}_DEDUCTIBLE", 113348, 0, net_currency=10001)
        self.assertEqual(self.tolerated(line, 28334), [True, True])
        self.assertEqual(self.tolerated(line, 28300), [False, False])


class TestDeducted(BaseCase):
    """A line that is deducted in part becomes two, and nothing is lost."""

    def test_sixty_per_cent(self):
        line = Line("4300", "HIGH", 100000, 25000)
        self.assertEqual(
            [(one.vat_type, one.net, one.vat) for one in deducted(line, 15000)],
            [("HIGH", 60000, 15000), ("NONE", 50000, 0)],
        )

    def test_nothing_is_deducted(self):
        [line] = deducted(Line("4300", "HIGH", 100000, 25000), 0)
        self.assertEqual((line.vat_type, line.net, line.vat), ("NONE", 125000, 0))

    def test_vat_that_the_buyer_accounts_for(self):
        line = Line("6553", f"{SERVICE}_DEDUCTIBLE", 100000, 0)
        self.assertEqual(
            [(one.vat_type, one.net) for one in deducted(line, 15000)],
            [(f"{SERVICE}_DEDUCTIBLE", 60000), (f"{SERVICE}_NONDEDUCTIBLE", 40000)],
        )

    @given(
        st.sampled_from(["HIGH", "MEDIUM", "LOW", "RAW_FISH"]),
        AMOUNTS,
        st.integers(0, 100),
    )
    def test_gross_stays_and_fiken_computes_just_that_vat(self, vat_type, ore, share):
        whole = money.vat_of(ore, vat.RATES[vat_type])
        part = money.vat_of(whole, share)
        lines = deducted(Line("4300", vat_type, ore, whole), part)
        self.assertEqual(sum(line.gross for line in lines), ore + whole)
        self.assertEqual(sum(line.vat for line in lines), part)
        for line in lines:
            self.assertEqual(line.vat, money.vat_of(line.net, vat.RATES[line.vat_type]))

    @given(st.integers(-(10**9), 10**9), st.sampled_from(["25", "15", "12", "11.11"]))
    def test_base_of_an_amount_of_vat(self, ore, rate):
        self.assertEqual(money.vat_of(base_of(ore, Decimal(rate)), Decimal(rate)), ore)

    @given(st.lists(AMOUNTS, min_size=1, max_size=9), AMOUNTS)
    def test_parts_add_up(self, parts, total):
        self.assertEqual(sum(settled(parts, total)), total)

    def test_the_largest_part_takes_what_is_left(self):
        self.assertEqual(settled([3, -10, 5], -1), [3, -9, 5])
