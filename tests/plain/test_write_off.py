from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ...figures.write_off import portion, share_out

ORE = st.integers(1, 10**8)
SIGNED = st.integers(-(10**8), 10**8)


def money_of(claims, parts):
    return [claim - sum(own) for claim, own in zip(claims, parts, strict=True)]


class TestWriteOff(BaseCase):
    """Whatever was written off, the money of all claims is what the bank moved."""

    def test_a_fee_is_the_first_claims_as_far_as_it_reaches(self):
        self.assertEqual(share_out([1000, 500], [20]), [[20], [0]])
        self.assertEqual(share_out([10, 500], [25]), [[10], [15]])

    def test_what_was_paid_more_is_the_first_claims(self):
        self.assertEqual(share_out([125000], [-200]), [[-200]])
        self.assertEqual(share_out([-125000], [200]), [[200]])

    def test_a_refund_in_the_same_line_has_no_part_in_the_fee(self):
        self.assertEqual(share_out([-100, 1000], [10]), [[0], [10]])
        self.assertEqual(share_out([100, -1000], [-10]), [[0], [-10]])

    def test_a_fee_that_is_more_than_all_claims_takes_money_back(self):
        parts = share_out([100], [250])
        self.assertEqual(money_of([100], parts), [-150])

    def test_what_was_paid_more_makes_room_for_a_fee(self):
        self.assertEqual(
            money_of([100], share_out([100], [150, -60])),
            [10],
        )

    def test_without_a_claim_nothing_is_shared_out(self):
        self.assertEqual(share_out([], [10]), [])
        self.assertEqual(share_out([0], [10]), [[0]])

    @given(st.lists(SIGNED.filter(bool), min_size=1, max_size=6), st.lists(SIGNED))
    def test_the_shares_add_up_to_what_the_bank_moved(self, claims, offs):
        parts = share_out(claims, offs)
        self.assertEqual(sum(money_of(claims, parts)), sum(claims) - sum(offs))
        for number, off in enumerate(offs):
            shared = [own[number] for own in parts]
            self.assertEqual(sum(shared), off)
            self.assertFalse([part for part in shared if part * off < 0])

    @given(st.lists(ORE, min_size=1, max_size=6), st.lists(ORE, max_size=3))
    def test_no_claim_gives_money_back_while_another_has_some(self, claims, offs):
        paid = money_of(claims, share_out(claims, offs))
        if sum(offs) <= sum(claims):
            self.assertGreaterEqual(min(paid), 0)
        else:
            self.assertLessEqual(max(paid[1:], default=0), 0)

    @given(st.lists(ORE, min_size=1, max_size=6), st.lists(ORE, max_size=3), ORE)
    def test_a_claim_that_is_reconciled_later_changes_no_earlier_one(
        self, claims, offs, later
    ):
        """The claims before it, and what of the entry was open until then."""
        *before, rest = claims
        rest += later
        then = share_out([*before, rest], offs)
        now = share_out([*before, later, rest - later], offs)
        if sum(offs) <= sum(claims):
            self.assertEqual(now[: len(before)], then[:-1])

    @given(SIGNED, ORE)
    def test_the_whole_of_an_amount_is_the_amount(self, amount, whole):
        self.assertEqual(portion(amount, whole, whole), amount)
        self.assertEqual(portion(amount, 0, whole), 0)
        self.assertEqual(portion(amount, 5, 0), 0)
