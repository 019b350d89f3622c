"""What a till took for an invoice goes to Fiken, whatever the direction."""

import requests

from odoo import Command

from .paying import VIPPS, PaymentCase


class TestTill(PaymentCase):
    def setUp(self):
        super().setUp()
        if "pos.config" not in self.env:
            self.skipTest("Point of sale is not installed")
        self.assertEqual(self.vendor.payment_direction, "off")

    def assertTaken(self, move):
        """The till's 125,00 by card are in Fiken, once."""
        self.assertEqual(
            [row[1:] for row in self.payments_in_fiken(move)],
            [(VIPPS, 12500)],
            self.jobs(move).mapped("reason"),
        )

    def test_a_tills_payment_goes_to_the_account_of_its_method(self):
        move = self.invoice_from_till()
        self.send()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.jobs(move).mapped("reason"))
        self.assertTaken(move)

    def test_it_follows_the_draft_that_an_accountant_finishes_in_fiken(self):
        move = self.drafted_at_the_till()
        self.finish_in_fiken(move)
        with self.as_cron():
            move.action_fiken_sync_draft()
        self.send()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.jobs(move).mapped("reason"))
        self.assertTaken(move)
        self.compare_payments()
        self.send()
        self.assertTaken(move)

    def test_it_follows_the_draft_that_odoo_books(self):
        move = self.drafted_at_the_till()
        move.action_fiken_book()
        self.send()
        self.send()
        self.assertTaken(move)

    def test_what_missed_the_outbox_is_sent_at_night_in_any_direction(self):
        for direction in ("off", "from", "to"):
            with self.subTest(direction):
                self.vendor.payment_direction = direction
                move = self.invoice_from_till()
                self.commit()
                self.jobs(move, "payment").unlink()
                self.send()
                self.assertFalse(self.payments_in_fiken(move))
                self.compare_payments()
                self.send()
                self.assertTaken(move)
                self.compare_payments()
                self.send()
                self.assertTaken(move)

    def test_what_came_from_a_till_and_went_to_fiken_does_not_come_back(self):
        self.vendor.payment_direction = "from"
        move = self.invoice_from_till()
        self.send()
        self.send()
        self.run_cron("ir_cron_fetch_payments")
        self.compare_payments()
        self.assertTaken(move)
        self.assertFalse(move.matched_payment_ids)
        self.assertFalse(move.activity_ids)

    def drafted_at_the_till(self):
        self.vendor.sale_mode = "draft"
        move = self.invoice_from_till()
        self.send()
        self.assertEqual(move.fiken_state, "draft", self.jobs(move).mapped("reason"))
        self.assertFalse(self.jobs(move, "payment"))
        return move

    def finish_in_fiken(self, move):
        draft = self.binding(move, "sale_draft").remote_id
        answer = requests.post(
            f"{self.sandbox.url}/api/v2/companies/{self.slug}/sales/drafts/{draft}"
            "/createSale",
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        )
        self.assertLess(answer.status_code, 300, answer.text)

    def invoice_from_till(self):
        """An invoiced order of 125,00, paid by card."""
        ledger = self.vendor.ledger_id
        method = (
            self.env["pos.payment.method"]
            .sudo()
            .create(
                {
                    "name": "Kort",
                    "company_id": self.company.id,
                    "journal_id": self.bank.id,
                }
            )
        )
        ledger.line_ids.filtered(lambda line: line.means_id == method.id).unlink()
        ledger.line_ids.create(
            {
                "ledger_id": ledger.id,
                "means_model": method._name,
                "means_id": method.id,
                "fiken_code": VIPPS,
            }
        )
        config = (
            self.env["pos.config"]
            .sudo()
            .create(
                {
                    "name": "Kasse",
                    "company_id": self.company.id,
                    "payment_method_ids": [Command.set(method.ids)],
                }
            )
        )
        config.open_ui()
        product = self.env["product.product"].create(
            {
                "name": "Kaffe",
                "list_price": 100.0,
                "available_in_pos": True,
                "taxes_id": [Command.set(self.tax("3").ids)],
            }
        )
        product.property_account_income_id = self.account("3000")
        order = (
            self.env["pos.order"]
            .sudo()
            .create(
                {
                    "session_id": config.current_session_id.id,
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "to_invoice": True,
                    "amount_total": 125.0,
                    "amount_tax": 25.0,
                    "amount_paid": 0.0,
                    "amount_return": 0.0,
                    "lines": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "qty": 1,
                                "price_unit": 100.0,
                                "tax_ids": [Command.set(self.tax("3").ids)],
                                "price_subtotal": 100.0,
                                "price_subtotal_incl": 125.0,
                            }
                        )
                    ],
                }
            )
        )
        order.add_payment(
            {"pos_order_id": order.id, "amount": 125.0, "payment_method_id": method.id}
        )
        order.action_pos_order_paid()
        order._generate_pos_order_invoice()
        return order.account_move.sudo(False)
