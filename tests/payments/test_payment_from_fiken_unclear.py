"""What Fiken took back, what is in Odoo already, and what a person must look at."""

from unittest.mock import patch

from .paying import BANK, TODO, VIPPS, FromFikenCase


class TestReversed(FromFikenCase):
    def test_a_payment_deleted_in_fiken_is_undone_in_odoo(self):
        move = self.in_fiken()
        paid = self.pay_in_fiken(move, 125000)
        self.fetch()
        self.delete_payment(move, paid)
        self.fetch()
        self.assertEqual(move.amount_residual, 1250.0)
        self.assertEqual(move.matched_payment_ids.state, "canceled")
        self.pay_in_fiken(move, 125000, date="2026-03-25")
        self.fetch()
        self.assertEqual(move.amount_residual, 0)

    def test_one_of_two_equal_payments_is_undone(self):
        move = self.in_fiken()
        paid = self.pay_in_fiken(move, 50000)
        self.pay_in_fiken(move, 50000)
        self.fetch()
        self.delete_payment(move, paid)
        self.fetch()
        self.assertEqual(move.amount_residual, 750.0)
        states = move.matched_payment_ids.mapped("state")
        self.assertEqual(states.count("canceled"), 1)

    def test_what_a_person_registered_in_odoo_is_not_undone(self):
        move = self.in_fiken()
        payment = self.pay(move)
        paid = self.pay_in_fiken(move, 125000)
        self.fetch()
        self.delete_payment(move, paid)
        self.fetch()
        self.assertEqual(self.left(move), 0)
        self.assertNotEqual(payment.state, "canceled")
        self.assertIn("deleted in Fiken", self.questions(move).note)

    def test_what_lies_in_a_closed_period_stays_and_is_shown(self):
        move = self.in_fiken()
        paid = self.pay_in_fiken(move, 125000)
        self.fetch()
        self.company.sudo().fiscalyear_lock_date = "2026-03-31"
        self.delete_payment(move, paid)
        self.fetch()
        self.assertEqual(move.amount_residual, 0)
        self.assertIn("2026-03-31", self.problem(move))

    def test_a_list_that_is_older_than_our_payment_undoes_nothing(self):
        """A till's payment arrives between Fiken's list and our look at it."""
        move = self.in_fiken()
        reader = self.env.registry["fiken.payment.reader"]
        original, done = reader._ours, []

        def late(model, books, found):
            found = original(model, books, found)
            if not done:
                done.append(self.pay_in_fiken(move, 25000, VIPPS))
                self.link(move, "payment", done[0], part="77")
            return found

        with patch.object(reader, "_ours", late):
            self.fetch()
        self.assertTrue(done)
        self.assertFalse(self.questions(move))
        self.assertTrue(self.env["fiken.binding"].search([("part", "=", "77")]))


class TestUnclear(FromFikenCase):
    def test_an_account_without_a_journal_is_shown_until_it_is_mapped(self):
        move = self.in_fiken()
        self.pay_in_fiken(move, 125000, VIPPS)
        self.fetch()
        self.assertFalse(move.matched_payment_ids)
        self.assertIn(VIPPS, self.problem(move))
        self.assertIn(self.vendor.ledger_id.name, self.problem(move))
        self.fetch()
        self.assertEqual(len(move.activity_search([TODO])), 1)
        self.map_means(self.cash, VIPPS)
        self.fetch()
        self.assertPaid(move, 1250.0)
        self.assertFalse(self.problem(move))

    def test_an_account_of_two_journals_is_not_guessed(self):
        self.map_means(self.cash, BANK)
        move = self.in_fiken()
        self.pay_in_fiken(move, 125000)
        self.fetch()
        self.assertFalse(move.matched_payment_ids)
        self.assertIn(self.cash.name, self.problem(move))
        self.assertIn(self.bank.name, self.problem(move))

    def test_a_closed_period_is_shown_and_the_date_not_moved(self):
        move = self.in_fiken()
        self.pay_in_fiken(move, 125000)
        self.company.sudo().fiscalyear_lock_date = "2026-03-31"
        self.fetch()
        self.assertFalse(move.matched_payment_ids)
        self.assertIn("2026-03-31", self.problem(move))
        self.company.sudo().fiscalyear_lock_date = False
        self.fetch()
        self.assertEqual(str(move.matched_payment_ids.date), "2026-03-20")
        self.assertFalse(self.problem(move))

    def test_settled_without_payment_is_shown(self):
        move = self.in_fiken()
        self.change_in_books(
            "PATCH",
            f"{self.path_of(move)}/settled",
            params={"settledDate": "2026-03-20"},
        )
        self.fetch()
        self.assertEqual(move.amount_residual, 1250.0)
        self.assertIn("1\xa0250,00", self.problem(move))

    def test_written_off_in_fiken_is_shown(self):
        move = self.in_fiken()
        self.change_in_books(
            "PATCH",
            f"{self.path_of(move)}/writeOff",
            type="COLLECTION_FAILED",
            date="2026-10-01",
        )
        self.fetch()
        self.assertEqual(move.amount_residual, 1250.0)
        self.assertIn("written off", self.problem(move))

    def test_a_payment_from_fiken_that_was_taken_off_in_odoo_is_shown(self):
        move = self.in_fiken()
        self.pay_in_fiken(move, 125000)
        self.fetch()
        claim = move.line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )
        entry = move.matched_payment_ids.move_id
        claim.remove_move_reconcile()
        self.fetch()
        self.assertEqual(len(move.matched_payment_ids), 1)
        self.assertIn("Fiken says it is paid", self.problem(move))
        (claim + entry.line_ids.filtered("credit")).reconcile()
        self.fetch()
        self.assertFalse(self.problem(move))

    def test_a_sale_deleted_in_fiken_is_shown_and_its_payment_undone(self):
        move = self.in_fiken()
        self.pay_in_fiken(move, 125000)
        self.fetch()
        self.change_in_books(
            "PATCH", f"{self.path_of(move)}/delete", params={"description": "Feil"}
        )
        self.fetch()
        self.assertIn("deleted in Fiken", self.problem(move))


class TestByHand(FromFikenCase):
    def test_the_same_payment_by_hand_is_recognised(self):
        move = self.in_fiken()
        self.pay(move)
        self.pay_in_fiken(move, 125000)
        self.fetch()
        self.fetch()
        self.assertEqual(len(move.matched_payment_ids), 1)
        self.assertFalse(self.questions(move))
        self.assertFalse(self.problem(move))
        self.assertEqual(move.fiken_payment_count, 1)

    def test_the_same_amount_on_another_day_is_recognised_and_asked_about(self):
        move = self.in_fiken()
        self.pay(move, 500.0, date="2026-03-18")
        self.pay_in_fiken(move, 50000)
        self.fetch()
        self.fetch()
        self.assertEqual(self.left(move), 750.0)
        self.assertEqual(len(self.questions(move)), 1)
        self.assertIn("2026-03-18", self.questions(move).note)

    def test_two_equal_payments_of_which_one_is_in_odoo(self):
        move = self.in_fiken()
        self.pay(move, 500.0)
        self.pay_in_fiken(move, 50000)
        self.pay_in_fiken(move, 50000)
        self.fetch()
        self.assertEqual(self.left(move), 250.0)

    def test_a_bank_statement_in_odoo_is_recognised(self):
        move = self.in_fiken()
        self.bank_line(1250.0, (move, 1250.0))
        self.assertEqual(move.amount_residual, 0)
        self.pay_in_fiken(move, 125000)
        self.fetch()
        self.assertFalse(move.matched_payment_ids)
        self.assertFalse(self.questions(move))
        self.assertEqual(move.fiken_payment_count, 1)

    def test_another_payment_of_a_paid_invoice_is_asked_about_once(self):
        move = self.in_fiken()
        self.pay(move)
        self.pay_in_fiken(move, 125000)
        self.pay_in_fiken(move, 10000, date="2026-03-25")
        self.fetch()
        self.questions(move).action_done()
        self.fetch()
        self.assertEqual(len(move.matched_payment_ids), 1)
        self.assertFalse(self.questions(move))
