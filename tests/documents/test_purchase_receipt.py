from odoo.exceptions import UserError

from .bills import ReceiptCase


class TestReceipt(ReceiptCase):
    """Receipts go one by one, together with their payment."""

    def test_receipt_waits_for_its_payment_and_says_so(self):
        move = self.receipt()
        self.send()
        self.assertEqual(move.fiken_state, "absent")
        self.assertIn("payment", move._get_alerts()["fiken"]["message"])
        with self.assertRaisesRegex(UserError, "payment"):
            move.action_fiken_send()
        self.assertFalse(self.purchases())

    def test_paid_receipt_is_a_cash_purchase(self):
        move = self.receipt(self.cost(80.0, account="6540"), ref="Kvittering 12")
        self.pay(move)
        row = self.booked(move)
        self.assertEqual((row["kind"], row["paid"]), ("cash_purchase", True))
        [payment] = row["payments"]
        self.assertEqual(
            (payment["account"], payment["date"], payment["amount"]),
            ("1920:10001", "2026-03-18", 10000),
        )
        self.assertEqual(self.balances()["1920:10001"], -10000)
        [body] = self.sent("POST", "/purchases")
        self.assert_sample("purchase_receipt", body)
        self.assertFalse(self.jobs(self.supplier), "nobody is owed anything")

    def test_receipt_paid_through_an_outstanding_account(self):
        self.bank.outbound_payment_method_line_ids.payment_account_id = self.account(
            "1940"
        )
        move = self.receipt()
        self.pay(move)
        self.assertEqual(self.booked(move)["payments"][0]["account"], "1920:10001")

    def test_receipt_paid_before_it_is_confirmed_by_hand(self):
        self.vendor.bill_trigger = "hand"
        move = self.receipt()
        self.pay(move)
        self.send()
        self.assertEqual(move.fiken_state, "absent")
        move.action_fiken_send()
        self.booked(move)

    def test_receipt_as_a_draft_carries_its_payment(self):
        self.vendor.bill_mode = "draft"
        move = self.receipt()
        self.pay(move)
        draft = self.drafted(move)
        self.assertEqual((draft["cash"], draft["paid"]), (True, True))
        move.action_fiken_book()
        self.assertEqual(self.booked(move)["kind"], "cash_purchase")

    def test_receipt_paid_in_two_parts_is_stopped(self):
        move = self.receipt(self.cost(80.0))
        self.pay(move, amount=40.0)
        self.pay(move, amount=60.0)
        job = self.stopped(move, "failed", "one payment", self.bank.display_name)
        self.assertIn("40", job.reason)
        self.assertIn("60", job.reason)

    def test_payment_journal_without_an_account_blocks(self):
        self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.journal_id == self.bank
        ).unlink()
        move = self.receipt()
        self.pay(move)
        self.stopped(move, "blocked", self.bank.display_name)

    def test_cash_account_that_fiken_refuses_is_said(self):
        for answer in ("accept", "refuse"):
            self.sandbox.unknowns(account_1901=answer)
            self.vendor.ledger_id.line_ids.filtered(
                lambda line: line.journal_id == self.bank
            ).fiken_code = "1901"
            move = self.receipt()
            self.pay(move)
            if answer == "accept":
                self.booked(move)
            else:
                ledger = self.vendor.ledger_id
                job = self.stopped(move, "blocked", "1901", ledger.name, self.bank.name)
                self.assertEqual(job.setting_id, ledger.id)
                ledger.line_ids.filtered(
                    lambda line: line.journal_id == self.bank
                ).fiken_code = "1920:10001"
                self.booked(move)
