"""The tills of a branch are in the settlements of its root's vendors."""

from odoo import Command

from ..branches import BranchMixin
from .pos import Shop, set_up_before
from .settling import DAY, SettlementCase


class TestBranchTill(BranchMixin, SettlementCase):
    def setUp(self):
        super().setUp()
        there = self.env(
            context={
                **self.env.context,
                "allowed_company_ids": (self.branch | self.company).ids,
            }
        )
        self.stall = Shop(there, self.branch)
        self.stall.journal = self.journal_in_branch
        journal = self.branch_journal("general")
        invoices = self.branch_journal("sale")
        self.stall_till = self.stall.till(
            "Bod", journal, invoice_journal_id=invoices.id
        )
        self.map_means(self.stall.card, "1960:10001")
        set_up_before(self.env)

    def journal_in_branch(self, name, code, kind, **values):
        return self.branch_journal(kind, **values)

    def sold_at_the_stall(self):
        session = self.stall.open(self.stall_till, 0.0, at=f"{DAY} 08:00:00")
        line = {
            "product": self.mug.with_env(session.env),
            "tax_ids": [Command.set(self.shop.tax("3").ids)],
        }
        self.stall.sell(
            session, line, paid=[(self.stall.card, None)], at=f"{DAY} 09:00:00"
        )
        self.stall.close(session, at=f"{DAY} 18:00:00")
        return session

    def test_its_means_can_be_mapped_and_are_missed_where_they_are_not(self):
        ledger = self.vendor.ledger_id
        cash = self.stall.cash(self.stall_till)
        self.assertIn(cash.id, [method.id for method in ledger._pos_methods()])
        ledger.line_ids.filtered(lambda line: line.means_id == cash.id).unlink()
        self.assertIn(cash.id, [one.id for one in ledger._unmapped_means()])

    def test_its_day_is_the_vendors(self):
        session = self.sold_at_the_stall()
        day = self.day(DAY)
        self.assertIn(session.id, [one.id for one in day.sessions])
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "booked")
        self.assertEqual(settlement.company_id, self.company)

    def test_a_vendor_of_its_own(self):
        stall = self.vendor.copy({"name": "Bod", "code": "BOD"})
        self.stall_till.journal_id.fiken_vendor_id = stall
        session = self.sold_at_the_stall()
        self.assertNotIn(session.id, [one.id for one in self.day(DAY).sessions])
        day = self.day(DAY, stall)
        self.assertIn(session.id, [one.id for one in day.sessions])

    def test_the_tills_that_the_wizard_offers(self):
        wizard = self.env["fiken.pos.journal"].with_context(
            default_vendor_id=self.vendor.id
        )
        lines = wizard.create({}).line_ids
        self.assertIn(self.stall_till.id, lines.mapped("pos_config_id"))
