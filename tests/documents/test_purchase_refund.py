from .bills import BillCase


class TestRefund(BillCase):
    """Fiken has no credit notes of suppliers: the vendor says what is done."""

    def test_refund_is_a_draft_unless_the_vendor_says_otherwise(self):
        move = self.refund(self.cost(100.0))
        self.assertEqual(move.fiken_mode, "draft")
        draft = self.drafted(move)
        self.assertEqual([line["gross"] for line in draft["lines"]], [-12500])
        self.assertFalse(self.purchases())

    def test_draft_of_a_refund_is_booked_by_the_accountant(self):
        move = self.refund()
        draft = self.drafted(move)
        move.action_fiken_book()
        self.stopped(move, "blocked", self.vendor.name, "negative purchase")
        self.in_fiken(f"/purchases/drafts/{draft['draftId']}/createPurchase")
        self.vendor.refund_bill = "negative"
        self.booked(move)
        self.assertEqual(len(self.purchases()), 1)

    def test_refund_as_a_negative_purchase(self):
        self.vendor.refund_bill = "negative"
        move = self.refund(
            self.cost(100.0),
            self.cost(50.0, "11", "6540"),
            ref="K-7",
            invoice_date_due="2026-04-15",
        )
        row = self.booked(move)
        self.assertEqual(
            self.lines_of(row),
            [("4300", "HIGH", -10000, -2500), ("6540", "MEDIUM", -5000, -750)],
        )
        self.assertEqual(self.balances()["4300"], -10000)
        [body] = self.sent("POST", "/purchases")
        self.assert_sample("purchase_refund", body)

    def test_fiken_that_refuses_negative_amounts_is_heard(self):
        self.vendor.refund_bill = "negative"
        self.sandbox.unknowns(negative_lines="refuse")
        move = self.refund()
        job = self.stopped(move, "blocked", "negative", self.vendor.name)
        self.assertEqual(job.setting_model, self.vendor._name)
        self.vendor.refund_bill = "draft"
        self.drafted(move)

    def test_negative_line_of_a_bill_that_fiken_refuses(self):
        self.fiken_company.negative_lines = "send"
        self.sandbox.unknowns(negative_lines="refuse")
        move = self.bill(self.cost(100.0), self.cost(-20.0, account="6540"))
        job = self.stopped(move, "blocked", "negative", "Do not send")
        self.assertEqual(job.setting_model, self.fiken_company._name)

    def test_refund_that_shall_stop_names_the_setting(self):
        self.vendor.refund_bill = "stop"
        move = self.refund()
        job = self.stopped(move, "blocked", self.vendor.name)
        self.assertEqual(job.setting_model, "fiken.vendor")
        self.vendor.refund_bill = "negative"
        self.booked(move)

    def test_bill_is_not_blocked_by_what_refunds_do(self):
        self.vendor.refund_bill = "stop"
        self.booked(self.bill())
