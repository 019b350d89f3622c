import requests

from .invoices import InvoiceCase


class TestInvoiceDraft(InvoiceCase):
    """What people do to a draft in Fiken before it is booked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.sale_mode = "draft"

    def test_draft_that_was_finished_in_fiken_is_linked(self):
        move = self.invoice()
        draft = self.drafted(move)
        self.finish(draft)
        move.action_fiken_book()
        invoice = self.issued(move)
        self.assertEqual(move.fiken_number, str(invoice["invoiceNumber"]))
        self.assertTrue(move.invoice_pdf_report_id)
        self.assertEqual(len(self.sales()), 1)

    def finish(self, draft):
        requests.post(
            f"{self.sandbox.url}/api/v2/companies/{self.slug}/invoices/drafts"
            f"/{draft['draftId']}/createInvoice",
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        ).raise_for_status()

    def test_draft_that_was_finished_otherwise_stops(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        [line] = draft["lines"]
        self.edit(draft, {"lines": [{**line, "unitPrice": 90000}]})
        self.finish(draft)
        move.action_fiken_book()
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        self.assertIn("finished in Fiken", move.fiken_job_id.sudo().reason)

    def test_draft_that_was_deleted_is_sent_anew_when_a_person_says_so(self):
        move = self.invoice()
        draft = self.drafted(move)
        self.edit(draft, None)
        move.action_fiken_book()
        self.not_issued(move, "failed", "deleted in Fiken")
        self.send()
        self.assertFalse(self.drafts(), "not by itself")
        move.action_fiken_send()
        invoice = self.issued(move)
        self.assertNotEqual(invoice["invoiceDraftUuid"], draft["uuid"], "another draft")
        self.assertEqual(move.payment_reference, invoice["kid"])

    def test_draft_that_was_deleted_and_a_uuid_that_fiken_remembers(self):
        self.sandbox.unknowns(
            repeated_draft_uuid="refuse", repeated_invoice_uuid="refuse"
        )
        move = self.invoice()
        self.edit(self.drafted(move), None)
        move.action_fiken_book()
        self.send()
        move.action_fiken_send()
        self.issued(move)

    def test_invoice_that_was_corrected_in_odoo_changes_its_draft(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        move.button_draft()
        move.invoice_line_ids.price_unit = 900.0
        move.fiken_mode = "booked"
        move.action_post()
        invoice = self.issued(move)
        self.assertEqual(invoice["net"], 90000)
        self.assertEqual(invoice["invoiceDraftUuid"], draft["uuid"])

    def test_account_that_was_changed_in_fiken_is_odoos_when_odoo_books(self):
        """Quantity, price and discount are the same: the account is not."""
        move = self.invoice(self.line(100.0, quantity=3, discount=12.5))
        draft = self.drafted(move)
        [line] = draft["lines"]
        self.edit(draft, {"lines": [{**line, "incomeAccount": "3020"}]})
        move.action_fiken_book()
        invoice = self.issued(move)
        self.assertEqual(self.posted(invoice), [("3000", "HIGH", 26250, 6563)])
        self.assertIn("3020 HIGH", " ".join(move.message_ids.mapped("body")))
        self.assertEqual(len(self.sales()), 1)

    def test_text_that_was_changed_in_fiken_stays(self):
        move = self.invoice(self.line(100.0))
        draft = self.drafted(move)
        [line] = draft["lines"]
        self.edit(draft, {"lines": [{**line, "description": "Kaffe, malt"}]})
        move.action_fiken_book()
        invoice = self.issued(move)
        self.assertEqual(invoice["lines"][0]["description"], "Kaffe, malt")

    def test_account_that_changed_in_odoo_reaches_the_draft_before_it_is_booked(self):
        move = self.invoice(self.line(100.0))
        self.drafted(move)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET account_id = %s WHERE id = %s",
            [self.account("3020").id, move.invoice_line_ids.id],
        )
        self.env.invalidate_all()
        move.action_fiken_book()
        self.assertEqual(
            self.posted(self.issued(move)), [("3020", "HIGH", 10000, 2500)]
        )
