from .sales import SaleCase


class TestCashSale(SaleCase):
    """Sales receipts: one cash sale each, when it is paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cash = cls.company_data["default_journal_cash"]
        cls.means(cls.cash).write({"fiken_code": "1901", "is_proposal": False})

    @classmethod
    def means(cls, journal):
        ledger = cls.vendor.ledger_id
        return ledger.line_ids.filtered(lambda line: line.journal_id == journal) or (
            ledger.line_ids.create(
                {
                    "ledger_id": ledger.id,
                    "journal_id": journal.id,
                    "fiken_code": "1901",
                }
            )
        )

    def receipt(self, *lines, **values):
        return self.invoice(*lines, move_type="out_receipt", **values)

    def pay(self, move, amount=None, journal=None):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        values = {"payment_date": "2026-03-17", "journal_id": (journal or self.cash).id}
        if amount:
            values["amount"] = amount
        return wizard.create(values)._create_payments()

    def test_it_goes_when_it_is_paid_and_not_before(self):
        move = self.receipt(self.line(100.0))
        self.send()
        self.assertFalse(self.jobs(move))
        self.assertIn(
            "together with its payment", move._get_alerts()["fiken"]["message"]
        )
        self.pay(move)
        sale = self.booked(move)
        self.assertEqual(sale["kind"], "cash_sale")
        self.assertTrue(sale["settled"])
        self.assertEqual(sale["totalPaid"], 12500)
        self.assert_sample("cash_sale", self.sent("POST", "/sales")[0])
        self.assertFalse(self.jobs(self.customer), "a cash sale carries no customer")

    def test_each_receipt_is_a_sale_of_its_own(self):
        receipts = self.receipt() | self.receipt()
        for move in receipts:
            self.pay(move)
        self.send()
        self.assertEqual(set(receipts.mapped("fiken_state")), {"booked"})
        self.assertEqual(len(self.sales()), 2)
        self.send()
        self.assertEqual(self.sandbox.count("POST", "/sales"), 2)

    def test_customer_that_fiken_refuses_on_cash_sales_is_not_sent(self):
        self.sandbox.unknowns(customer_on_cash_sale="refuse")
        move = self.receipt()
        self.pay(move)
        self.booked(move)

    def test_paid_in_part_is_not_sent(self):
        move = self.receipt(self.line(100.0))
        self.pay(move, 50.0)
        self.send()
        self.assertFalse(self.sales())
        self.assertEqual(move.fiken_state, "absent")

    def test_paid_in_two_ways_stops(self):
        move = self.receipt(self.line(100.0))
        self.pay(move, 50.0)
        self.pay(move)
        self.stopped(move, "failed", "one payment")

    def test_paid_with_a_difference_stops_and_names_both(self):
        """Fiken would have the whole of it in the till."""
        move = self.receipt(self.line(100.0))
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create(
            {
                "payment_date": "2026-03-17",
                "journal_id": self.cash.id,
                "amount": 115.0,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.account("7770").id,
            }
        )._create_payments()
        fee = self.account("7770").name
        job = self.stopped(move, "failed", self.cash.name, fee)
        self.assertIn("115.00", job.reason)

    def test_means_that_is_not_mapped_names_the_ledger(self):
        self.means(self.cash).unlink()
        move = self.receipt()
        self.pay(move)
        self.stopped(move, "blocked", self.cash.name, self.vendor.ledger_id.name)
        self.means(self.cash).is_proposal = False
        self.booked(move)

    def test_account_1901_that_fiken_refuses_is_heard(self):
        self.sandbox.unknowns(account_1901="refuse")
        move = self.receipt()
        self.pay(move)
        ledger = self.vendor.ledger_id
        job = self.stopped(move, "blocked", "1901", self.cash.name, ledger.name)
        self.assertEqual((job.setting_model, job.setting_id), (ledger._name, ledger.id))
        self.means(self.cash).fiken_code = "1920:10001"
        self.booked(move)

    def test_draft(self):
        move = self.receipt(post=False)
        move.fiken_mode = "draft"
        move.action_post()
        self.pay(move)
        self.send()
        self.assertEqual(move.fiken_state, "draft", self.reasons(move))
        self.assert_sample("cash_sale_draft", self.sent("POST", "/sales/drafts")[0])
        move.action_fiken_book()
        self.assertTrue(self.booked(move)["settled"])

    def test_lost_answer_is_not_sent_twice(self):
        move = self.receipt()
        self.pay(move)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        self.assertEqual(move.fiken_state, "sending")
        self.env.cr.execute(
            "UPDATE fiken_job SET next_try_at = next_try_at - interval '91 s'"
        )
        self.env.invalidate_all()
        self.booked(move)
        self.assertEqual(len(self.sales()), 1)

    def test_fiken_issues_no_receipts(self):
        self.vendor.issuer = "fiken"
        move = self.receipt()
        self.assertEqual(move.fiken_issuer, "odoo")
        self.pay(move)
        self.booked(move)
