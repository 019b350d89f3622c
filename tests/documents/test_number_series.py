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
