"""Payments to Fiken that are blocked, undone or lost on the way."""

from odoo import Command

from ..outbox.common import LOOK_AFTER
from .paying import BANK, VIPPS, ToFikenCase


class TestBlocked(ToFikenCase):
    def test_an_unmapped_journal_blocks_and_its_mapping_releases(self):
        ledger = self.vendor.ledger_id
        ledger.line_ids.filtered(lambda line: line.journal_id == self.bank).unlink()
        move = self.in_fiken()
        self.pay(move)
        self.send()
        job = self.assertStopped(move, "blocked", self.bank.name, ledger.name)
        self.assertEqual((job.setting_model, job.setting_id), (ledger._name, ledger.id))
        self.assertTrue(self.todos(move))
        self.map_means(self.bank, BANK)
        self.send()
        self.assertEqual(self.payments_in_fiken(move), [("2026-03-20", BANK, 125000)])
        self.assertFalse(self.todos(move))

    def test_cash_that_fiken_refuses_is_blocked_and_goes_elsewhere(self):
        self.sandbox.unknowns(account_1901="refuse")
        move = self.in_fiken()
        self.pay(move, journal=self.cash)
        self.send()
        self.assertStopped(move, "blocked", "1901", self.cash.name)
        self.assertFalse(self.payments_in_fiken(move))
        self.map_means(self.cash, VIPPS)
        self.send()
        self.assertEqual(self.payments_in_fiken(move), [("2026-03-20", VIPPS, 125000)])

    def test_an_entry_without_a_means_of_payment_stops(self):
        move = self.in_fiken()
        receivable = move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": "2026-03-20",
                "line_ids": [
                    Command.create(values)
                    for values in (
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": move.partner_id.id,
                            "credit": 1250.0,
                        },
                        {"account_id": self.account("7830").id, "debit": 1250.0},
                    )
                ],
            }
        )
        entry.action_post()
        credit = entry.line_ids.filtered("credit")
        (receivable + credit).reconcile()
        self.send()
        self.assertStopped(move, "failed", entry.name)
        self.assertFalse(self.payments_in_fiken(move))

    def test_what_is_paid_in_fiken_already_is_not_paid_again(self):
        move = self.in_fiken()
        self.pay_in_fiken(move, 125000, VIPPS, "2026-03-18")
        self.pay(move)
        self.send()
        self.assertStopped(move, "failed", "0.00", "1,250.00")
        self.assertEqual(len(self.payments_in_fiken(move)), 1)

    def test_the_same_payment_in_fiken_is_taken_for_ours(self):
        move = self.in_fiken()
        paid = self.pay_in_fiken(move, 125000)
        self.pay(move)
        self.send()
        self.assertEqual(self.jobs(move, "payment").state, "done")
        self.assertEqual(self.payment_links(move).mapped("remote_id"), [paid])
        self.assertEqual(len(self.payments_in_fiken(move)), 1)

    def payment_links(self, move):
        return (
            self.env["fiken.binding"]
            .sudo()
            .search([("resource", "=", "payment"), ("res_id", "=", move.id)])
        )

    def test_a_write_off_goes_to_its_own_account(self):
        move = self.in_fiken()
        self.pay(
            move,
            1200.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.account("7770").id,
        )
        self.assertEqual(move.amount_residual, 0)
        self.send()
        self.assertEqual(
            self.payments_in_fiken(move),
            [("2026-03-20", BANK, 120000), ("2026-03-20", "7770", 5000)],
        )


class TestUndone(ToFikenCase):
    def test_what_is_unreconciled_is_deleted_in_fiken(self):
        move = self.in_fiken()
        self.pay(move)
        self.send()
        self.undo(move)
        self.send()
        self.assertFalse(self.payments_in_fiken(move))
        self.assertEqual(self.jobs(move, "payment_undo").state, "done")

    def test_a_payment_undone_and_made_again_is_there_once(self):
        move = self.in_fiken()
        self.pay(move)
        self.send()
        self.undo(move)
        self.pay(move, journal=self.cash, date="2026-03-22")
        self.send()
        self.assertEqual(self.payments_in_fiken(move), [("2026-03-22", "1901", 125000)])

    def test_what_was_not_sent_yet_is_dropped(self):
        move = self.in_fiken()
        self.pay(move)
        self.commit()
        self.undo(move)
        self.send()
        self.assertEqual(self.jobs(move, "payment").state, "dropped")
        self.assertFalse(self.jobs(move, "payment_undo"))
        self.assertEqual(self.sandbox.count("POST", "/payments"), 0)

    def test_made_and_undone_in_one_transaction_leaves_no_trace(self):
        move = self.in_fiken()
        self.pay(move)
        self.undo(move)
        self.send()
        self.assertFalse(self.jobs(move, "payment") + self.jobs(move, "payment_undo"))

    def test_where_fiken_deletes_no_payments_a_person_is_asked(self):
        self.sandbox.unknowns(payment_delete="refuse")
        move = self.in_fiken()
        self.pay(move)
        self.send()
        self.undo(move)
        self.send()
        self.assertStopped(move, "failed", BANK, resource="payment_undo")
        self.assertTrue(self.todos(move))

    def test_a_cancelled_payment_is_deleted_in_fiken(self):
        move = self.in_fiken()
        payment = self.pay(move)
        self.send()
        self.cancel(payment)
        self.send()
        self.assertFalse(self.payments_in_fiken(move))

    def test_undone_while_it_is_being_sent_it_is_deleted_afterwards(self):
        move = self.in_fiken()
        self.pay(move)
        self.sandbox.fault("POST", "/payments", "commit-then-drop")
        self.send()
        self.assertEqual(len(self.payments_in_fiken(move)), 1)
        self.undo(move)
        self.send()
        self.time_passes(LOOK_AFTER)
        self.send()
        self.send()
        self.assertFalse(self.payments_in_fiken(move))
        self.assertEqual(self.jobs(move, "payment_undo").state, "done")


class TestLostPayments(ToFikenCase):
    def lose(self, do):
        move = self.in_fiken()
        self.pay(move)
        self.sandbox.fault("POST", "/payments", do)
        self.send()
        self.assertEqual(self.jobs(move, "payment").state, "sending")
        self.time_passes(LOOK_AFTER)
        self.send()
        return move

    def test_a_payment_whose_answer_was_lost_is_found_and_not_sent_again(self):
        for do in ("commit-then-drop", "commit-then-500"):
            move = self.lose(do)
            self.assertEqual(self.jobs(move, "payment").state, "done")
            self.assertEqual(len(self.payments_in_fiken(move)), 1)
            self.assertEqual(self.sandbox.count("POST", "/payments"), 1)
            self.sandbox.reset_stats()

    def test_a_payment_that_never_arrived_is_sent_again(self):
        move = self.lose("drop")
        self.time_passes(LOOK_AFTER)
        self.send()
        self.assertEqual(self.jobs(move, "payment").state, "done")
        self.assertEqual(len(self.payments_in_fiken(move)), 1)

    def test_of_two_equal_payments_the_lost_one_is_found(self):
        move = self.in_fiken()
        self.pay(move, 500.0)
        self.pay(move, 500.0)
        self.sandbox.fault("POST", "/payments", "commit-then-drop")
        self.send()
        self.time_passes(LOOK_AFTER)
        self.send()
        self.send()
        self.assertEqual(
            self.payments_in_fiken(move), [("2026-03-20", BANK, 50000)] * 2
        )
        self.assertEqual(set(self.jobs(move, "payment").mapped("state")), {"done"})
