import requests

from odoo.exceptions import UserError

from .bills import BillCase
from .invoices import InvoiceCase
from .sales import SaleCase
from .test_credit_note import CreditMixin


class PageMixin:
    """*Open in Fiken*, as a person who presses it."""

    def opened(self, record):
        """The page that a link of Odoo's leads to, as it is read."""
        answer = requests.get(record["url"], timeout=30)
        self.assertEqual(answer.status_code, 200, record["url"])
        return answer.text

    def shown(self, move):
        """The page that the button on a document leads to."""
        self.assertTrue(move.fiken_has_page)
        with self.as_cron():
            action = move.action_fiken_open()
        return self.opened(action)

    def assertNoPage(self, move):
        self.assertTrue(move.fiken_number)
        self.assertFalse(move.fiken_has_page)
        self.assertFalse(move.fiken_url)
        self.assertNotIn("href", str(move.message_ids[0].body))


class TestSalePage(PageMixin, SaleCase):
    """The pages of what Odoo issues."""

    def test_sale(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        page = self.shown(move)
        self.assertIn(move.name, page)
        self.assertIn("1\xa0250,00", page.replace("&nbsp;", "\xa0"))

    def test_customer(self):
        self.booked(self.invoice())
        self.assertIn(
            self.customer.name, self.opened(self.binding(self.customer, "contact"))
        )

    def test_draft_of_a_sale_has_none(self):
        self.vendor.sale_mode = "draft"
        move = self.invoice()
        self.send()
        self.assertEqual(move.fiken_state, "draft")
        self.assertNoPage(move)


class TestInvoicePage(PageMixin, CreditMixin, InvoiceCase):
    """The pages of what Fiken issues are those of the sales behind it."""

    def forget(self, move, resource):
        """A link from before its page was known."""
        link = self.binding(move, resource)
        link.page_id = False
        self.assertFalse(move.fiken_url)
        return link

    def test_invoice_and_credit_note(self):
        for location in ("invoice", "sale"):
            self.sandbox.unknowns(create_invoice_location=location)
            move = self.invoice(self.line(1000.0))
            self.issued(move)
            self.assertIn(f"Faktura {move.fiken_number}", self.shown(move))
            told = "".join(str(message.body) for message in move.message_ids)
            self.assertIn("handel/salg", told)
            credit = self.credit(move)
            self.credited(credit)
            self.assertIn(f"Kreditnota {credit.fiken_number}", self.shown(credit))

    def test_drafts(self):
        self.vendor.sale_mode = "draft"
        move = self.invoice(self.line(1000.0))
        credit = self.invoice(self.line(80.0), move_type="out_refund")
        self.send()
        self.assertIn("Utkast til faktura", self.shown(move))
        self.assertIn("Utkast til kreditnota", self.shown(credit))

    def test_draft_that_was_changed(self):
        self.vendor.sale_mode = "draft"
        move = self.invoice(self.line(1000.0))
        self.drafted(move)
        move.button_draft()
        move.invoice_line_ids.price_unit = 77.0
        move.action_post()
        self.drafted(move)
        self.assertIn("77,00", self.shown(move))

    def test_lost_answer(self):
        move = self.invoice(self.line(1000.0))
        for path in ("/invoices/drafts$", "/createInvoice$"):
            self.sandbox.fault("POST", path, "commit-then-drop")
            self.send()
            self.env.cr.execute(
                "UPDATE fiken_job SET next_try_at = next_try_at - interval '91 s'"
            )
            self.env.invalidate_all()
        self.issued(move)
        self.shown(move)

    def test_old_link_is_mended_when_it_is_opened(self):
        move = self.invoice(self.line(1000.0))
        self.issued(move)
        self.forget(move, "invoice")
        self.assertIn(f"Faktura {move.fiken_number}", self.shown(move))
        self.assertTrue(move.fiken_url)
        self.vendor.sale_mode = "draft"
        drafted = self.invoice(self.line(1000.0))
        self.drafted(drafted)
        self.forget(drafted, "invoice_draft")
        self.assertIn("Utkast til faktura", self.shown(drafted))

    def test_page_that_fiken_does_not_tell_is_said(self):
        move = self.invoice(self.line(1000.0))
        self.issued(move)
        self.forget(move, "invoice").remote_id = "1"
        with self.as_cron(), self.assertRaises(UserError):
            move.action_fiken_open()


class TestBillPage(PageMixin, BillCase):
    def test_nobody_has_seen_the_page_of_a_purchase(self):
        move = self.bill()
        self.booked(move)
        self.assertNoPage(move)
