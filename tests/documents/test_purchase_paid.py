"""Where bills, refunds, receipts and payments meet."""

from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from .bills import ReceiptCase


class PaidCase(ReceiptCase):
    def setUp(self):
        super().setUp()
        self.vendor.write({"payment_direction": "to", "refund_bill": "negative"})
        # Without an account a payment has no entry before the bank's statement comes.
        lines = self.bank.inbound_payment_method_line_ids
        lines |= self.bank.outbound_payment_method_line_ids
        lines.payment_account_id = self.bank.default_account_id

    def payments(self, move):
        """[(date, account, øre)] of its purchase's payments in Fiken."""
        remote_id = self.binding(move, "purchase").remote_id
        rows = self.sandbox.get(
            f"/companies/{self.slug}/purchases/{remote_id}/payments"
        )
        return sorted((row["date"], row["account"], row["amount"]) for row in rows)

    def credit(self, bill, price=None):
        """The supplier's refund of a bill, in full or of this net."""
        credit = bill._reverse_moves(
            [{"invoice_date": "2026-03-20", "date": "2026-03-20", "ref": "K-1"}]
        )
        if price is not None:
            credit.invoice_line_ids.price_unit = price
        credit.action_post()
        return credit

    def todos(self, move):
        return " ".join(
            html2plaintext(note) for note in move.activity_ids.mapped("note")
        )

    def undo(self, move):
        move.line_ids.filtered(
            lambda line: line.account_type in ("asset_receivable", "liability_payable")
        ).remove_move_reconcile()


class TestBillPaid(PaidCase):
    def test_payment_of_a_bill_waits_for_its_purchase(self):
        move = self.bill(self.cost(1000.0))
        self.pay(move)
        self.booked(move)
        self.send()
        self.assertEqual(self.payments(move), [("2026-03-18", "1920:10001", 125000)])

    def test_documents_that_are_paid_in_the_transaction_that_confirms_them(self):
        """Whichever of them was reconciled first."""
        early = self.bill(self.cost(1000.0))
        self.booked(early)
        self.pay(early)
        late = self.bill(self.cost(500.0))
        self.pay(late)
        self.booked(late)
        self.send()
        for move in early | late:
            self.assertEqual(len(self.payments(move)), 1, move.name)

    def test_payment_of_a_blocked_bill_follows_when_that_is_released(self):
        self.mapping("4300").unlink()
        move = self.bill(self.cost(1000.0))
        self.pay(move)
        self.stopped(move, "blocked", "4300")
        self.send()
        self.assertFalse(self.sandbox.count("POST", "/payments"))
        ledger = self.vendor.ledger_id
        ledger.line_ids.create(
            {
                "ledger_id": ledger.id,
                "account_id": self.account("4300").id,
                "fiken_code": "4300",
            }
        )
        self.booked(move)
        self.send()
        self.assertEqual(len(self.payments(move)), 1)

    def test_payment_of_a_refund_comes_back(self):
        move = self.refund(self.cost(1000.0))
        self.booked(move)
        self.pay(move)
        self.send()
        self.assertEqual(self.payments(move), [("2026-03-18", "1920:10001", -125000)])
        self.assertEqual(self.balances()["1920:10001"], 125000)
        self.undo(move)
        self.send()
        self.assertFalse(self.payments(move))

    def test_bill_that_was_paid_before_it_is_marked_takes_its_payment_along(self):
        self.vendor.bill_mode = "off"
        move = self.bill(self.cost(1000.0))
        self.pay(move)
        self.send()
        self.assertEqual(move.fiken_state, "excluded")
        self.assertFalse(self.jobs(move))
        move.fiken_mode = "booked"
        self.booked(move)
        self.send()
        self.assertEqual(len(self.payments(move)), 1)

    def test_neither_refund_nor_receipt_goes_while_bills_are_not_sent(self):
        self.vendor.bill_mode = "off"
        refund, receipt = self.refund(), self.receipt(self.cost(80.0))
        self.pay(receipt)
        self.send()
        for move in refund | receipt:
            self.assertEqual((move.fiken_mode, move.fiken_state), (False, "excluded"))
        receipt.fiken_mode = "booked"
        self.assertEqual(self.booked(receipt)["kind"], "cash_purchase")
        self.assertEqual(len(self.purchases()), 1)

    def test_two_receipts_in_euro_paid_at_once_have_their_own_kroner(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": euro.id,
                "company_id": self.company.id,
                "inverse_company_rate": 10.0,
            }
        )
        receipts = self.receipt(self.cost(100.0, "0"), currency_id=euro.id)
        receipts |= self.receipt(self.cost(300.0, "0"), currency_id=euro.id)
        self.pay(receipts, group_payment=True, currency_id=euro.id)
        paid = [self.booked(move)["payments"][0] for move in receipts]
        self.assertEqual([one["amountInNok"] for one in paid], [100000, 300000])

    def test_payment_of_a_draft_follows_when_the_draft_is_booked(self):
        self.vendor.bill_mode = "draft"
        move = self.bill(self.cost(1000.0))
        self.drafted(move)
        self.pay(move)
        self.send()
        self.assertFalse(self.sandbox.count("POST", "/payments"))
        move.action_fiken_book()
        self.booked(move)
        self.send()
        self.assertEqual(len(self.payments(move)), 1)

    def test_payment_of_a_receipt_is_in_fiken_once(self):
        for move_type in ("in_receipt", "out_receipt"):
            if move_type == "in_receipt":
                move, resource = self.receipt(self.cost(80.0)), "purchase"
            else:
                move, resource = self.invoice(move_type=move_type), "cash_sale"
            self.pay(move)
            self.send()
            self.send()
            self.assertEqual(move.fiken_state, "booked", self.reasons(move))
            self.assertTrue(self.binding(move, resource))
            self.assertFalse(self.jobs(move, "payment"))
        with self.as_cron():
            cron = self.env.ref("fiken_connector.ir_cron_compare_payments").sudo()
            cron.method_direct_trigger()
        self.send()
        self.assertFalse(self.sandbox.count("POST", "/payments"))

    def test_payment_in_fikens_receipt_is_not_read_as_another(self):
        self.vendor.payment_direction = "from"
        move = self.receipt(self.cost(80.0))
        self.pay(move)
        self.booked(move)
        with self.as_cron():
            for name in ("ir_cron_fetch_payments", "ir_cron_compare_payments"):
                self.env.ref(f"fiken_connector.{name}").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.fiken_company.payments_error)
        self.assertEqual(len(move._get_reconciled_payments()), 1)
        self.assertFalse(self.todos(move))

    def test_payment_of_a_booked_receipt_that_is_undone_is_a_todo(self):
        move = self.receipt(self.cost(80.0))
        self.pay(move)
        self.booked(move)
        self.undo(move)
        self.send()
        self.assertIn("undone in Odoo", self.todos(move))
        self.assertEqual(move.fiken_state, "booked")

    def test_receipt_whose_payment_is_undone_before_it_went_waits_for_another(self):
        move = self.receipt(self.cost(80.0))
        self.pay(move)
        self.commit()
        self.undo(move)
        self.send()
        self.assertFalse(self.purchases())
        self.assertFalse(self.todos(move))
        self.pay(move, date="2026-03-19")
        self.assertEqual(self.booked(move)["payments"][0]["date"], "2026-03-19")

    def test_read_payment_of_a_refund_comes_back_too(self):
        self.vendor.payment_direction = "from"
        move = self.refund(self.cost(1000.0))
        self.booked(move)
        remote_id = self.binding(move, "purchase").remote_id
        self.in_fiken(
            f"/purchases/{remote_id}/payments",
            date="2026-03-20",
            account="1920:10001",
            amount=-125000,
        )
        with self.as_cron():
            cron = self.env.ref("fiken_connector.ir_cron_fetch_payments").sudo()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        payment = move.matched_payment_ids
        self.assertEqual((payment.payment_type, payment.amount), ("inbound", 1250.0))
        self.assertEqual(move.amount_residual, 0.0)


class TestRefundSetOff(PaidCase):
    """Fiken's API sets no purchases settled: a person is told the amounts."""

    def set_off(self, credit):
        return self.jobs(credit, "purchase_settled")

    def test_refund_set_off_against_its_bill_is_a_todo_with_the_amounts(self):
        bill = self.bill(self.cost(1000.0))
        self.booked(bill)
        credit = self.credit(bill, 200.0)
        self.booked(credit)
        self.send()
        note = self.todos(credit)
        for words in (bill.name, "1,250.00", credit.name, "-250.00", "1,000.00"):
            self.assertIn(words, note)
        self.assertEqual(credit.fiken_state, "booked", "the document itself is there")
        self.assertFalse(self.todos(bill))
        self.assertFalse(self.payments(bill))
        self.assertFalse(self.payments(credit))
        self.set_off(credit).action_ignore()
        self.send()
        self.assertFalse(self.todos(credit))

    def test_set_off_waits_for_both_and_asks_once(self):
        bill = self.bill(self.cost(1000.0))
        credit = self.credit(bill)
        self.assertEqual(bill.payment_state, "reversed")
        self.send()
        self.booked(bill)
        self.booked(credit)
        self.send()
        self.assertEqual(self.set_off(credit).mapped("state"), ["failed"])
        self.assertFalse(self.set_off(bill))

    def test_set_off_of_a_drafts_refund_is_asked_when_it_is_booked(self):
        self.vendor.refund_bill = "draft"
        bill = self.bill(self.cost(1000.0))
        self.booked(bill)
        credit = self.credit(bill)
        draft = self.drafted(credit)
        self.assertFalse(self.set_off(credit))
        self.in_fiken(f"/purchases/drafts/{draft['draftId']}/createPurchase")
        with self.as_cron():
            credit.action_fiken_sync_draft()
        self.send()
        self.assertEqual(credit.fiken_state, "booked", self.reasons(credit))
        self.send()
        self.assertIn(bill.name, self.todos(credit))

    def test_set_off_that_was_undone_is_asked_no_more(self):
        bill = self.bill(self.cost(1000.0))
        credit = self.credit(bill)
        self.undo(credit)
        self.send()
        self.send()
        self.assertFalse(self.todos(credit))
        self.assertFalse(self.set_off(credit).filtered(lambda job: job._is_open()))

    def test_todo_closes_when_the_set_off_is_undone(self):
        bill = self.bill(self.cost(1000.0))
        credit = self.credit(bill)
        for _run in range(3):
            self.send()
        self.assertTrue(self.todos(credit))
        self.undo(credit)
        self.send()
        self.assertFalse(self.todos(credit))
        self.assertEqual(self.set_off(credit).mapped("state"), ["dropped"])


class TestBillAfterSending(PaidCase):
    def drafted_bill(self):
        move = self.bill(self.cost(1000.0), fiken_mode="draft")
        return move, self.drafted(move)

    def look(self, move):
        with self.as_cron():
            action = move.action_fiken_sync_draft()
        self.send()
        return action

    def test_booked_bill_is_neither_cancelled_nor_deleted_nor_changed(self):
        move = self.bill()
        self.booked(move)
        with self.assertRaisesRegex(UserError, "credit note"):
            move.button_cancel()
        with self.assertRaisesRegex(UserError, "booked in Fiken"):
            move.invoice_line_ids.account_id = self.account("6540")
        self.env.cr.execute(
            "UPDATE account_move SET state = 'draft' WHERE id = %s", [move.id]
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            move.unlink()

    def test_deleted_while_it_waits_is_not_sent(self):
        move = self.bill()
        self.commit()
        jobs = self.jobs(move)
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.send()
        self.assertEqual(jobs.mapped("state"), ["dropped"])
        self.assertFalse(self.purchases())

    def test_button_leaves_a_draft_alone_that_is_still_one(self):
        move, _draft = self.drafted_bill()
        self.assertEqual(self.look(move)["tag"], "display_notification")
        self.assertEqual(move.fiken_state, "draft")

    def test_button_notices_a_draft_that_was_finished(self):
        move, draft = self.drafted_bill()
        self.in_fiken(f"/purchases/drafts/{draft['draftId']}/createPurchase")
        self.look(move)
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))

    def test_every_night_finished_and_deleted_drafts_are_noticed(self):
        (finished, one), (deleted, other), (kept, _third) = (
            self.drafted_bill() for _each in range(3)
        )
        self.in_fiken(f"/purchases/drafts/{one['draftId']}/createPurchase")
        self.in_fiken(f"/purchases/drafts/{other['draftId']}", "DELETE")
        with self.as_cron():
            cron = self.env.ref("fiken_connector.ir_cron_follow_drafts").sudo()
            cron.method_direct_trigger()
        self.send()
        self.assertEqual(finished.fiken_state, "booked", self.reasons(finished))
        self.assertEqual(deleted.fiken_state, "failed")
        self.assertIn("deleted in Fiken", deleted.fiken_job_id.sudo().reason)
        self.assertEqual(kept.fiken_state, "draft")

    def test_draft_that_was_finished_though_its_bill_was_cancelled(self):
        for kept in (True, False):
            self.sandbox.unknowns(draft_number_becomes_sale_number=kept)
            move, draft = self.drafted_bill()
            move.button_draft()
            move.write({"invoice_date": "2026-03-17", "partner_id": self.customer.id})
            move.button_cancel()
            self.in_fiken(f"/purchases/drafts/{draft['draftId']}/createPurchase")
            self.look(move)
            self.assertEqual(move.fiken_state, "booked")

    def test_draft_of_a_cancelled_bill_that_was_deleted_lets_it_go(self):
        move, draft = self.drafted_bill()
        move.button_draft()
        self.in_fiken(f"/purchases/drafts/{draft['draftId']}", "DELETE")
        self.look(move)
        self.assertFalse(move.fiken_state)
        move.with_context(force_delete=True).unlink()
