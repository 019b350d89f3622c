"""A draft is what Odoo has when it is booked, whatever somebody made of it in Fiken."""

from odoo.tools import format_date

from ..common import TODAY
from .bills import BillCase
from .invoices import InvoiceCase
from .sales import SaleDraftCase


class TestSaleDraftCompared(SaleDraftCase):
    def test_date_that_was_changed_in_fiken_is_odoos_when_odoo_books(self):
        move = self.invoice(self.line(1000.0))
        self.change_in_fiken(self.drafted(move), invoiceIssueDate="2026-02-28")
        self.assertEqual(self.book(move)["date"], TODAY)
        said = " ".join(move.message_ids.mapped("body"))
        self.assertIn(format_date(self.env, "2026-02-28"), said)
        self.assertIn(format_date(self.env, TODAY), said)

    def test_customer_that_was_changed_in_fiken_is_odoos_when_odoo_books(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        other = self.sandbox.call(
            "POST",
            f"/companies/{self.slug}/contacts",
            {"name": "Feil kunde", "customer": True},
        )
        self.change_in_fiken(draft, contactId=int(other))
        self.assertEqual(self.book(move)["customer"]["name"], self.customer.name)
        self.assertIn("Feil kunde", " ".join(move.message_ids.mapped("body")))

    def test_booking_that_fiken_refuses_for_what_nobody_compares(self):
        """Retry puts Odoo's draft there first: nothing is lost and nothing doubled."""
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        self.change_in_fiken(draft, paid=True)
        move.action_fiken_book()
        self.stopped(move, "failed", "payments")
        self.sandbox.reset_stats()
        move.action_fiken_send()
        self.booked(move)
        self.assertEqual(self.written(), {"PUT": 1, "POST": 1})
        self.assertEqual(len(self.sales()), 1)
        self.assertFalse(self.drafts())

    def test_refused_again_it_stops_again(self):
        move = self.invoice(self.line(1000.0))
        self.drafted(move)
        self.sandbox.fault("POST", "createSale", "status:400", times=2)
        move.action_fiken_book()
        for _turn in range(2):
            self.stopped(move, "failed", "Fiken")
            move.action_fiken_send()
        self.booked(move)
        self.assertEqual(len(self.sales()), 1)


class TestBillDraftCompared(BillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.bill_mode = "draft"

    def change(self, draft, **changes):
        self.edit_in_fiken("purchases/drafts", draft["draftId"], **changes)

    def test_supplier_and_date_that_were_changed_in_fiken_are_odoos(self):
        bill = self.bill(self.cost(1000.0))
        draft = self.drafted(bill)
        other = self.in_fiken("/contacts", name="Feil leverandør", supplier=True)
        self.change(
            draft,
            contactId=int(other),
            invoiceIssueDate="2026-02-28",
        )
        bill.action_fiken_book()
        purchase = self.booked(bill)
        self.assertEqual(purchase["supplier"]["name"], self.supplier.name)
        self.assertEqual(purchase["date"], TODAY)

    def test_booking_that_fiken_refuses_for_what_nobody_compares(self):
        bill = self.bill(self.cost(1000.0))
        self.change(self.drafted(bill), paid=True)
        bill.action_fiken_book()
        self.stopped(bill, "failed", "payments")
        bill.action_fiken_send()
        self.booked(bill)
        self.assertEqual(len(self.purchases()), 1)
        self.assertFalse(self.drafts())


class TestInvoiceDraftCompared(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.sale_mode = "draft"

    def test_date_that_was_changed_in_fiken_is_odoos_when_odoo_books(self):
        move = self.invoice(self.line(1000.0))
        self.edit(self.drafted(move), {"issueDate": "2026-02-28"})
        move.action_fiken_book()
        self.assertEqual(self.issued(move)["issueDate"], TODAY)

    def test_booking_that_fiken_refuses_once_goes_with_a_fresh_draft(self):
        move = self.invoice(self.line(1000.0))
        self.drafted(move)
        self.sandbox.fault("POST", "createInvoice", "status:400")
        move.action_fiken_book()
        self.not_issued(move, "failed")
        self.sandbox.reset_stats()
        move.action_fiken_send()
        self.issued(move)
        self.assertEqual(self.written(), {"PUT": 1, "POST": 1})
