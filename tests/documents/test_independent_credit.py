"""Credit notes of Fiken's own that name no invoice there, set off in Odoo."""

from .invoices import InvoiceCase
from .test_credit_note import CreditMixin


class TestIndependentCredit(CreditMixin, InvoiceCase):
    def credit_alone(self, price=1000.0):
        return self.invoice(self.line(price), move_type="out_refund")

    def set_off(self, *moves):
        lines = self.env["account.move.line"].union(*(move.line_ids for move in moves))
        lines.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()

    def of_odoo(self, price=1000.0):
        self.vendor.issuer = "odoo"
        move = self.invoice(self.line(price))
        self.vendor.issuer = "fiken"
        return move

    def settled(self):
        """Of each sale in Fiken whether it is settled."""
        return [sale["settled"] for sale in self.sales()]

    def send_all(self):
        for _run in range(3):
            self.send()

    def test_set_off_when_both_are_in_fiken_both_are_settled(self):
        move, credit = self.invoice(self.line(1000.0)), self.credit_alone()
        self.send_all()
        self.assertEqual(self.settled(), [False, False])
        self.set_off(move, credit)
        self.send_all()
        self.assertEqual(self.settled(), [True, True])

    def test_set_off_before_they_go_to_fiken(self):
        move, credit = self.invoice(self.line(1000.0)), self.credit_alone()
        self.set_off(move, credit)
        self.send_all()
        self.assertEqual(self.settled(), [True, True])
        self.assertFalse(
            self.jobs(credit).filtered(lambda job: job.state in ("blocked", "failed"))
        )

    def test_set_off_against_an_invoice_that_odoo_issued(self):
        move, credit = self.of_odoo(), self.credit_alone()
        self.set_off(move, credit)
        self.send_all()
        self.assertEqual(self.settled(), [True, True])

    def test_part_of_it_is_told_with_the_amounts(self):
        move, credit = self.invoice(self.line(1000.0)), self.credit_alone(300.0)
        self.set_off(move, credit)
        self.send_all()
        self.assertEqual(self.settled(), [False, False])
        job = self.jobs(credit, "sale_settled")
        self.assertEqual(job.state, "failed", job.reason)
        for words in ("1,250.00", "-375.00", "by hand"):
            self.assertIn(words, job.reason.replace("−", "-"))

    def test_where_fiken_does_not_let_others_a_person_is_told(self):
        self.sandbox.unknowns(settled_invoice_sale="refuse")
        move, credit = self.invoice(self.line(1000.0)), self.credit_alone()
        self.set_off(move, credit)
        self.send_all()
        job = self.jobs(credit, "sale_settled")
        self.assertEqual(job.state, "failed", job.reason)
        for words in (move.name, credit.name, "by hand", "cannot be set settled"):
            self.assertIn(words, job.reason)

    def test_one_that_names_its_invoice_is_set_off_by_fiken(self):
        move = self.invoice(self.line(1000.0))
        self.issued(move)
        credit = self.credit(move)
        self.set_off(move, credit)
        self.send_all()
        self.assertFalse(self.jobs(credit, "sale_settled"))
        self.assertEqual(self.settled(), [True, True])

    def test_draft_of_a_credit_note_names_no_invoice(self):
        move = self.invoice(self.line(1000.0))
        self.issued(move)
        credit = self.credit(move, post=False)
        credit.fiken_mode = "draft"
        credit.action_post()
        self.set_off(move, credit)
        self.send_all()
        credit.action_fiken_book()
        self.send_all()
        self.assertEqual(credit.fiken_state, "booked", self.reasons(credit))
        self.assertEqual(self.settled(), [True, True])
