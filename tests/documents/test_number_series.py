"""Fiken's number series are started from Odoo, once."""

from ..outbox.common import OutboxCase


class TestNumberSeries(OutboxCase):
    def test_numbers_that_we_started_are_asked_for_again(self):
        """They run in Fiken, or the company there was emptied since."""
        for emptied in (False, True):
            with self.subTest(emptied=emptied):
                self.sandbox.reset(counters=False)
                self.fiken_company.invoice_series_started = False
                self.fiken_company.first_invoice_number = 501
                self.fiken_company.action_start_invoice_series()
                self.send()
                self.assertTrue(self.fiken_company.invoice_series_started)
                self.fiken_company.invoice_series_started = False
                if emptied:
                    self.sandbox.reset(counters=False)
                self.fiken_company.action_start_invoice_series()
                self.send()
                self.assertTrue(self.fiken_company.invoice_series_started)
                self.assertEqual(self.sandbox.count("POST", "/invoices/counter"), 1)
                counter = self.sandbox.get(f"/companies/{self.slug}/invoices/counter")
                self.assertEqual(counter["value"], 500)

    def test_a_series_that_nobody_started_is_an_answer_and_no_error(self):
        self.sandbox.reset(counters=False)
        self.vendor.issuer = "fiken"
        with self.as_cron():
            self.fiken_company.action_setup_check()
        self.env.invalidate_all()
        lines = self.env["fiken.log"].sudo().search([("path", "like", "counter")])
        refused = lines.filtered(lambda line: line.status == 401)
        self.assertTrue(refused)
        self.assertFalse(any(refused.mapped("is_refusal")))
        self.sandbox.fault("POST", "/sales$", "status:400")
        self.vendor.issuer = "odoo"
        self.invoice(self.line())
        self.send()
        wrong = self.env["fiken.log"].sudo().search([("status", "=", 400)])
        self.assertTrue(wrong)
        self.assertTrue(all(wrong.mapped("is_refusal")))
