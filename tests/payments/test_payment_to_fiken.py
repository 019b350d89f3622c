"""Payments that are registered in Odoo and posted in Fiken."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from .paying import BANK, EuroMixin, ToFikenCase


class TestPaymentToFiken(ToFikenCase):
    def test_a_registered_payment_is_posted_on_the_sale(self):
        move = self.in_fiken()
        self.pay(move)
        self.send()
        self.assertEqual(self.payments_in_fiken(move), [("2026-03-20", BANK, 125000)])
        [sale] = self.sales(saleNumber=move.name)
        self.assertTrue(sale["settled"])
        self.assert_sample("payment_nok", self.sent("POST", "/payments")[0])
        self.send()
        self.assertEqual(self.sandbox.count("POST", "/payments"), 1)

    def test_a_bills_payment_is_posted_on_the_purchase(self):
        bill = self.bill_in_fiken()
        self.pay(bill, journal=self.cash)
        self.send()
        self.assertEqual(self.payments_in_fiken(bill), [("2026-03-20", "1901", 125000)])

    def test_parts_are_posted_one_by_one(self):
        move = self.in_fiken()
        self.pay(move, 500.0, payment_difference_handling="open")
        self.pay(move, 250.0, self.cash, "2026-03-21")
        self.send()
        self.assertEqual(
            self.payments_in_fiken(move),
            [("2026-03-20", BANK, 50000), ("2026-03-21", "1901", 25000)],
        )

    def test_the_chatter_names_each_payment(self):
        move = self.in_fiken()
        self.pay(move, 500.0)
        self.pay(move, 250.0, self.cash, "2026-03-21")
        self.send()
        said = html2plaintext(move.message_ids.sorted("id")[-1].body)
        self.assertIn("500.00 on 1920:10001", said)
        self.assertIn("250.00 on 1901", said)

    def test_what_is_paid_too_much_stays_with_the_customer_in_odoo(self):
        move = self.in_fiken()
        self.pay(move, 2000.0, payment_difference_handling="open")
        self.send()
        self.assertEqual(self.payments_in_fiken(move), [("2026-03-20", BANK, 125000)])

    def test_equal_payments_of_one_day_are_both_posted(self):
        move = self.in_fiken()
        self.pay(move, 500.0)
        self.pay(move, 500.0)
        self.send()
        self.assertEqual(
            self.payments_in_fiken(move), [("2026-03-20", BANK, 50000)] * 2
        )

    def test_one_payment_of_two_invoices_is_shared(self):
        moves = self.in_fiken() | self.in_fiken(self.line(100.0))
        self.pay(moves, group_payment=True)
        self.send()
        self.assertEqual(
            [self.payments_in_fiken(move) for move in moves],
            [[("2026-03-20", BANK, 125000)], [("2026-03-20", BANK, 12500)]],
        )

    def test_nothing_is_sent_unless_the_vendor_says_so(self):
        self.vendor.payment_direction = "off"
        move = self.in_fiken()
        self.pay(move)
        self.send()
        self.assertFalse(self.jobs(move, "payment"))
        self.assertFalse(self.payments_in_fiken(move))

    def test_a_credit_note_is_no_payment(self):
        move = self.in_fiken()
        reversal = move._reverse_moves(
            [{"date": "2026-03-20", "invoice_date": "2026-03-20"}], cancel=True
        )
        self.assertEqual(reversal.state, "posted")
        self.send()
        self.assertFalse(self.jobs(move, "payment"))

    def test_a_payment_of_fikens_own_credit_note_is_for_a_person(self):
        """Fiken's API has payments of invoices, sales and purchases only."""
        move = self.fiken_issued()
        credit = move._reverse_moves([{"invoice_date": "2026-03-20"}])
        self.undo(credit)
        credit.action_post()
        self.undo(credit)
        self.pay(credit)
        for _run in range(2):
            self.send()
        self.assertEqual(credit.fiken_state, "booked")
        self.assertStopped(credit, "failed", credit.name, "credit note")
        self.assertFalse(self.sandbox.count("POST", "/payments"))


class TestCost(ToFikenCase):
    def test_a_reconciliation_costs_one_query_more(self):
        """Of a company with Fiken, where the document is not for Fiken."""

        def reconciled(note):
            move = self.invoice(self.line(1000.0), fiken_mode="none")
            self.commit()
            before = self.env.cr.sql_log_count
            with patch.object(partials, "_fiken_note", note):
                self.pay(move)
            self.commit()
            return self.env.cr.sql_log_count - before

        partials = self.env.registry["account.partial.reconcile"]
        original = partials._fiken_note
        reconciled(original)
        without = reconciled(lambda *args: None)
        # With a line of the bank, its company, its items and their accounts were not
        # read before.
        by_bank = self.env["account.move"]._get_invoice_in_payment_state() != "paid"
        self.assertLessEqual(reconciled(original), without + (4 if by_bank else 1))


class TestWaiting(ToFikenCase):
    def test_the_payment_of_a_waiting_invoice_waits(self):
        self.vendor.ledger_id.sales_without_tax = False
        move = self.invoice(self.line(1000.0, None))
        self.pay(move)
        self.send()
        job = self.assertStopped(move, "blocked", move.name, "No Tax on Sales")
        self.assertEqual(job.waits_for_id, self.jobs(move, "sale"))
        self.vendor.ledger_id.sales_without_tax = "OUTSIDE"
        self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_code == "3000"
        ).fiken_code = "3200"
        self.send()
        self.assertEqual(self.payments_in_fiken(move), [("2026-03-20", BANK, 100000)])

    def test_invoice_and_payment_of_one_transaction_both_arrive(self):
        move = self.invoice(self.line(1000.0))
        self.pay(move)
        self.send()
        self.send()
        self.assertEqual(self.payments_in_fiken(move), [("2026-03-20", BANK, 125000)])

    def test_the_payment_of_an_invoice_that_is_not_for_fiken_is_not_sent(self):
        move = self.invoice(self.line(1000.0), fiken_mode="none")
        self.pay(move)
        self.send()
        self.assertFalse(self.jobs(move, "payment"))

    def test_an_invoice_that_was_paid_first_takes_its_payment_along(self):
        self.vendor.sale_trigger = "hand"
        move = self.invoice(self.line(1000.0))
        self.pay(move)
        self.send()
        self.assertFalse(self.jobs(move))
        move.action_fiken_send()
        self.send()
        self.assertEqual(self.payments_in_fiken(move), [("2026-03-20", BANK, 125000)])

    def test_a_payment_is_posted_on_the_sale_of_fikens_own_invoice(self):
        move = self.fiken_issued()
        self.pay(move)
        self.send()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.jobs(move).mapped("reason"))
        self.assertEqual(self.payments_in_fiken(move), [("2026-03-20", BANK, 12500)])
        self.undo(move)
        self.send()
        self.assertFalse(self.payments_in_fiken(move))


class TestCurrencyToFiken(EuroMixin, ToFikenCase):
    def test_a_payment_in_euro_carries_what_the_bank_got_in_kroner(self):
        move = self.euro_invoice()
        self.pay(move, currency_id=self.euro.id)
        self.assertEqual(move.amount_residual, 0)
        self.send()
        [body] = self.sent("POST", "/payments")
        self.assert_sample("payment_eur", body)
        self.assertEqual((body["amount"], body["amountInNok"]), (10000, 115000))

    def test_kroner_paid_for_euro(self):
        move = self.euro_invoice()
        self.pay(move, 575.0, currency_id=self.company.currency_id.id)
        self.send()
        [body] = self.sent("POST", "/payments")
        self.assertEqual(
            (body["amount"], body["amountInNok"], body["currency"]),
            (5000, 57500, "EUR"),
        )


class TestDirection(ToFikenCase):
    def test_the_direction_cannot_change_while_payments_are_on_their_way(self):
        self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.journal_id == self.bank
        ).unlink()
        move = self.in_fiken()
        self.pay(move)
        self.send()
        with self.assertRaisesRegex(UserError, move.name):
            self.vendor.payment_direction = "from"
        self.jobs(move, "payment").action_ignore()
        self.vendor.payment_direction = "from"
