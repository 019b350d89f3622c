"""Payments without an entry, which only Odoo's Accounting app has.

They say that money is on its way; the bank's statement says that it came.
"""

from .enterprise import EnterpriseMixin
from .paying import BANK, FromFikenCase, ToFikenCase


class TestBarePaymentFromFiken(EnterpriseMixin, FromFikenCase):
    def setUp(self):
        super().setUp()
        self.move = self.in_fiken()

    def test_there_is_no_entry_and_the_invoice_is_in_payment(self):
        payment = self.pay(self.move)
        self.assertFalse(payment.move_id)
        self.assertEqual(self.move.payment_state, "in_payment")
        self.assertEqual(self.move.amount_residual, 1250.0)

    def test_what_fiken_paid_is_in_payment_until_the_bank_says_so(self):
        self.pay_in_fiken(self.move, 125000)
        self.fetch()
        self.assertPaid(self.move, 1250.0)
        self.assertEqual(self.move.payment_state, "in_payment")
        outstanding = self.move.matched_payment_ids._seek_for_lines()[0]
        self.assertTrue(outstanding.account_id.reconcile)
        self.assertEqual(outstanding.amount_residual, 1250.0)

    def test_a_methods_own_outstanding_account_is_used(self):
        account = self.env["account.account"].create(
            {
                "code": "192999",
                "name": "På vei til banken",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )
        self.bank.inbound_payment_method_line_ids.payment_account_id = account
        self.pay_in_fiken(self.move, 125000)
        self.fetch()
        liquidity = self.move.matched_payment_ids._seek_for_lines()[0]
        self.assertEqual(liquidity.account_id, account)

    def test_the_banks_line_of_a_known_payment_hides_no_second_one(self):
        self.pay(self.move, 500.0)
        self.pay_in_fiken(self.move, 50000)
        self.fetch()
        self.bank_moves(self.move.matched_payment_ids)
        self.assertEqual(self.move.amount_residual, 750.0)
        self.fetch()
        self.pay_in_fiken(self.move, 50000)
        self.fetch()
        self.assertEqual(self.move.amount_residual, 250.0)
        self.assertEqual(len(self.move.matched_payment_ids), 2)
        self.assertFalse(self.questions(self.move))

    def test_a_known_payment_is_not_sent_when_the_direction_changes(self):
        self.pay(self.move, 500.0)
        self.pay_in_fiken(self.move, 50000)
        self.fetch()
        self.vendor.payment_direction = "to"
        self.bank_moves(self.move.matched_payment_ids)
        self.send()
        self.compare_payments()
        self.send()
        self.assertEqual(len(self.payments_in_fiken(self.move)), 1)
        self.assertFalse(self.jobs(self.move, "payment"))

    def test_one_payment_of_two_invoices_is_recognised_on_both(self):
        other = self.in_fiken(self.line(100.0))
        payment = self.pay(self.move | other, group_payment=True)
        for move, amount in ((self.move, 125000), (other, 12500)):
            self.pay_in_fiken(move, amount)
        self.fetch()
        for move in self.move | other:
            self.assertEqual(move.matched_payment_ids, payment)
            self.assertEqual(move.fiken_payment_count, 1)
            self.assertFalse(self.problem(move))

    def test_a_part_of_two_invoices_is_asked_about(self):
        other = self.in_fiken(self.line(100.0))
        payment = self.pay(self.move | other, 1000.0, group_payment=True)
        self.pay_in_fiken(self.move, 125000)
        self.fetch()
        self.assertEqual(self.move.matched_payment_ids, payment)
        self.assertIn("1,000.00", self.problem(self.move))
        self.assertIn(other.name, self.problem(self.move))

    def test_two_payments_in_fiken_for_one_in_odoo_are_asked_about(self):
        payment = self.pay(self.move)
        self.pay_in_fiken(self.move, 100000)
        self.fetch()
        self.assertEqual(self.move.matched_payment_ids, payment)
        self.assertEqual(len(self.questions(self.move)), 1)

    def test_what_was_cancelled_in_odoo_is_shown(self):
        payment = self.pay(self.move)
        self.pay_in_fiken(self.move, 125000)
        self.fetch()
        payment.action_cancel()
        self.fetch()
        self.assertIn("Fiken says it is paid", self.problem(self.move))
        self.assertEqual(self.move.matched_payment_ids, payment)

    def test_what_is_paid_in_part_is_read_at_night(self):
        self.sandbox.unknowns(payment_touches_document=False)
        self.pay(self.move, 500.0)
        self.pay_in_fiken(self.move, 75000)
        self.compare_payments()
        self.assertEqual(self.left(self.move), 0)
        self.assertEqual(self.move.amount_residual, 500.0)


class TestBarePaymentToFiken(EnterpriseMixin, ToFikenCase):
    def test_it_goes_when_the_bank_has_moved_it_once_and_on_that_day(self):
        move = self.in_fiken()
        self.vendor.payment_direction = "from"
        payment = self.pay(move)
        self.vendor.payment_direction = "to"
        self.send()
        self.compare_payments()
        self.send()
        self.assertFalse(self.payments_in_fiken(move))
        self.bank_line(1240.0, (move, 1250.0), (self.account("7770"), 10.0))
        self.assertEqual(payment.state, "paid", "Odoo knows that it is this one")
        self.send()
        self.assertEqual(
            self.payments_in_fiken(move),
            [("2026-03-20", BANK, 124000), ("2026-03-20", "7770", 1000)],
        )
        self.assertEqual(move.payment_state, "paid")
