"""What a line of the bank's statement paid in Odoo, read as it stands in Fiken."""

from .paying import FromFikenCase

FEE = "7770"


class TestBankLineFromFiken(FromFikenCase):
    def assertKnown(self, *moves):
        """Nothing was registered, and nobody is asked anything."""
        for move in moves:
            self.assertFalse(move.matched_payment_ids)
            self.assertFalse(self.questions(move))
            self.assertFalse(self.problem(move))

    def test_a_fee_in_odoo_is_a_fee_in_fiken(self):
        for settles, amount in ((True, 124000), (False, 125000)):
            with self.subTest(settles):
                self.sandbox.unknowns(payment_fee_settles=settles)
                move = self.in_fiken()
                self.bank_line(1240.0, (move, 1250.0), (self.account(FEE), 10.0))
                self.pay_in_fiken(move, amount, fee=1000)
                self.fetch()
                self.assertKnown(move)
                self.assertEqual(move.fiken_payment_count, 1)

    def test_money_and_fee_as_two_payments_in_fiken(self):
        move = self.in_fiken()
        self.bank_line(1240.0, (move, 1250.0), (self.account(FEE), 10.0))
        self.pay_in_fiken(move, 124000)
        self.pay_in_fiken(move, 1000, FEE)
        self.fetch()
        self.fetch()
        self.assertKnown(move)
        self.assertEqual(move.fiken_payment_count, 2)

    def test_the_whole_in_fiken_where_odoo_has_a_fee_is_asked_about(self):
        """The bank account in Fiken has 10,00 more than in Odoo."""
        move = self.in_fiken()
        self.bank_line(1240.0, (move, 1250.0), (self.account(FEE), 10.0))
        self.pay_in_fiken(move, 125000)
        self.fetch()
        self.fetch()
        self.assertFalse(move.matched_payment_ids)
        self.assertEqual(len(self.questions(move)), 1)

    def test_what_was_paid_more_and_written_off(self):
        move = self.in_fiken()
        self.bank_line(1252.0, (move, 1250.0), (self.account(FEE), -2.0))
        self.pay_in_fiken(move, -200, FEE)
        self.pay_in_fiken(move, 125200)
        self.fetch()
        self.assertKnown(move)

    def test_a_payout_over_several_invoices(self):
        moves = [self.in_fiken(), self.in_fiken(self.line(100.0))]
        self.bank_line(
            1365.0,
            *((move, move.amount_total) for move in moves),
            (self.account(FEE), 10.0),
        )
        self.pay_in_fiken(moves[0], 124000, fee=1000)
        self.pay_in_fiken(moves[1], 12500)
        self.fetch()
        self.assertKnown(*moves)

    def test_a_refund_in_the_same_line(self):
        self.vendor.credit_note_way = "negative"
        move = self.in_fiken()
        credit = self.in_fiken(self.line(100.0), move_type="out_refund")
        self.bank_line(1125.0, (move, 1250.0), (credit, 125.0))
        self.pay_in_fiken(move, 125000)
        self.pay_in_fiken(credit, -12500)
        self.fetch()
        self.assertKnown(move, credit)

    def test_the_second_of_two_payments_is_registered_whatever_the_first_was(self):
        move = self.in_fiken()
        self.bank_line(490.0, (move, 500.0), (self.account(FEE), 10.0))
        self.pay_in_fiken(move, 49000, fee=1000)
        self.pay_in_fiken(move, 50000, date="2026-03-25")
        self.fetch()
        self.assertPaid(move, 500.0, left=250.0)
