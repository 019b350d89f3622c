"""Payments of a branch's documents, in both directions."""

from ..branches import BranchMixin
from .paying import BANK, FromFikenCase, ToFikenCase


class TestBranchToFiken(BranchMixin, ToFikenCase):
    def test_paid_by_the_branchs_own_bank(self):
        bank = self.branch_journal("bank")
        self.map_means(bank, BANK)
        move = self.in_fiken(
            company_id=self.branch.id, journal_id=self.branch_journal("sale").id
        )
        self.pay(move, 1250.0, journal=bank)
        self.send()
        [sale] = self.sales()
        self.assertTrue(sale["settled"], self.jobs(move, "payment").mapped("reason"))
        self.assertEqual(self.payments_in_fiken(move), [("2026-03-20", BANK, 125000)])


class TestBranchFromFiken(BranchMixin, FromFikenCase):
    def test_registered_in_a_journal_that_the_branch_may_use(self):
        """The kiosk's bank is mapped to the same account, but is not the branch's."""
        self.map_means(self.branch_journal("bank", self.kiosk), BANK)
        move = self.in_fiken(
            company_id=self.branch.id, journal_id=self.branch_journal("sale").id
        )
        self.pay_in_fiken(move, 125000)
        self.fetch()
        self.assertPaid(move, 1250.0)
        self.assertEqual(move.matched_payment_ids.journal_id, self.bank)
        self.assertEqual(move.matched_payment_ids.company_id, self.branch)
