"""Undone in Odoo, booked in Fiken, confirmed again: the same, or it is said."""

from odoo.tools import format_date

from ..common import TODAY
from .bills import BillCase
from .invoices import InvoiceCase
from .sales import SaleDraftCase


class UndoneMixin:
    def look(self, move):
        """*Look in Fiken*."""
        with self.as_cron():
            move.action_fiken_sync_draft()
        self.send()

    def said(self, move):
        return move._get_alerts()["fiken"]["message"]

    def differs(self, move, *words):
        self.send()
        self.assertEqual(move.fiken_state, "failed", self.reasons(move))
        for word in words:
            self.assertIn(word, self.said(move))
        self.assertNotIn("Not in Fiken", self.said(move))


class TestUndoneSale(UndoneMixin, SaleDraftCase):
    def undone(self, *lines, cancel=False, look=True, **values):
        """Its draft is finished in Fiken while it is a draft or cancelled in Odoo."""
        move = self.invoice(*lines or [self.line(1000.0)], **values)
        draft = self.drafted(move)
        if cancel:
            move.button_cancel()
        else:
            move.button_draft()
        self.in_fiken(draft, "/createSale", "POST")
        if look:
            self.look(move)
            self.assertEqual(move.fiken_state, "booked")
        self.sandbox.reset_stats()
        return move

    def nothing_sent(self):
        self.assertEqual(self.written(), {})
        self.assertEqual(len(self.sales()), 1)

    def test_confirmed_as_it_was_it_is_the_same(self):
        move = self.undone()
        move.action_post()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        self.assertNotIn("fiken", move._get_alerts())
        self.nothing_sent()

    def test_other_amount_is_said_with_both_sides(self):
        move = self.undone()
        move.invoice_line_ids.price_unit = 900.0
        move.action_post()
        self.differs(
            move,
            "3000 HIGH 1,000.00 + 250.00",
            "3000 HIGH 900.00 + 225.00",
            "Reset to Draft",
        )
        self.nothing_sent()

    def test_made_equal_in_odoo_it_is_the_same(self):
        move = self.undone()
        move.invoice_line_ids.price_unit = 900.0
        move.action_post()
        self.differs(move)
        self.assertTrue(move.show_reset_to_draft_button)
        move.button_draft()
        move.invoice_line_ids.price_unit = 1000.0
        move.action_post()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        self.assertFalse(move.show_reset_to_draft_button, "it is booked for good now")
        self.nothing_sent()

    def test_other_account_or_vat_type_at_the_same_total(self):
        for name, line in {
            "account": self.line(1000.0, account="3020"),
            "type": self.line(1250.0, None, "3009"),
        }.items():
            with self.subTest(name):
                self.sandbox.reset()
                move = self.undone()
                move.invoice_line_ids.write(
                    {key: line[key] for key in ("account_id", "tax_ids", "price_unit")}
                )
                move.action_post()
                self.differs(
                    move, "3000 HIGH", "3020 HIGH" if name == "account" else "3009 "
                )
                self.nothing_sent()

    def test_account_set_right_on_the_confirmed_document(self):
        move = self.undone()
        move.invoice_line_ids.account_id = self.account("3020")
        move.action_post()
        self.differs(move, "3020 HIGH")
        move.invoice_line_ids.account_id = self.account("3000")
        self.commit()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        self.nothing_sent()

    def test_other_customer_or_date(self):
        other = self.customer.copy({"name": "En annen AS"})
        for values in ({"partner_id": other.id}, {"invoice_date": "2026-03-02"}):
            with self.subTest(values):
                self.sandbox.reset()
                move = self.undone()
                move.write(values)
                move.action_post()
                self.differs(move, self.customer.name, format_date(self.env, TODAY))
                self.assertEqual(len(self.sales()), 1)

    def test_cancelled_and_set_right_again(self):
        move = self.undone(cancel=True)
        move.button_draft()
        move.action_post()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        self.nothing_sent()

    def test_marked_do_not_send_it_is_compared_all_the_same(self):
        move = self.undone()
        move.fiken_mode = "none"
        move.invoice_line_ids.price_unit = 900.0
        move.action_post()
        self.differs(move, "900.00")
        self.nothing_sent()

    def test_deleted_in_fiken_afterwards_it_goes_anew_when_a_person_says_so(self):
        move = self.undone()
        [sale] = self.sales()
        self.sandbox.call(
            "PATCH",
            f"/companies/{self.slug}/sales/{sale['saleId']}/delete?description=Feil",
        )
        move.invoice_line_ids.price_unit = 900.0
        move.action_post()
        self.send()
        self.assertEqual(move.fiken_state, "failed", self.reasons(move))
        self.assertIn("deleted there", self.said(move))
        move.fiken_mode = "booked"
        self.send()
        self.assertEqual(self.booked(move)["netAmount"], 90000)

    # Nobody has looked

    def test_other_account_though_nobody_looked_in_fiken(self):
        move = self.undone(look=False)
        move.invoice_line_ids.account_id = self.account("3020")
        move.action_post()
        self.differs(move, "3000 HIGH", "3020 HIGH")
        self.nothing_sent()

    def test_renumbered_though_nobody_looked_in_fiken(self):
        move = self.undone(look=False)
        number = move.name
        move.write({"name": "INV/2026/04711"})
        move.action_post()
        self.differs(move, number, "INV/2026/04711")
        move.action_fiken_send()
        self.differs(move, number)
        self.nothing_sent()

    def test_renumbered_before_somebody_looks(self):
        move = self.undone(look=False)
        move.write({"name": "INV/2026/04711"})
        self.look(move)
        self.assertEqual(move.fiken_state, "booked")
        move.action_post()
        self.send()
        self.nothing_sent()

    def test_accountant_finished_it_on_another_account(self):
        """Not undone at all: the journal is the truth there too."""
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        line = {**draft["lines"][0], "incomeAccount": "3020"}
        self.change_in_fiken(draft, lines=[line])
        self.in_fiken(draft, "/createSale", "POST")
        move.action_fiken_book()
        self.differs(move, "3020 HIGH", "3000 HIGH")
        move.invoice_line_ids.account_id = self.account("3020")
        self.commit()
        self.booked(move)
        self.assertEqual(len(self.sales()), 1)


class TestUndoneBill(UndoneMixin, BillCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.bill_mode = "draft"

    def undone(self, *lines):
        bill = self.bill(*lines or [self.cost(1000.0)])
        draft = self.drafted(bill)
        bill.button_draft()
        self.in_fiken(f"/purchases/drafts/{draft['draftId']}/createPurchase")
        self.look(bill)
        self.assertEqual(bill.fiken_state, "booked")
        return bill

    def test_confirmed_as_it_was_it_is_the_same(self):
        bill = self.undone()
        bill.action_post()
        self.booked(bill)
        self.assertEqual(len(self.purchases()), 1)

    def test_other_amount_and_account_are_said_with_both_sides(self):
        bill = self.undone()
        bill.invoice_line_ids.write(
            {"account_id": self.account("6540").id, "price_unit": 900.0}
        )
        bill.action_post()
        self.differs(bill, "4300 HIGH 1,000.00 + 250.00", "6540 HIGH 900.00")
        bill.action_fiken_send()
        self.differs(bill, "6540 HIGH 900.00")
        self.assertEqual(len(self.purchases()), 1)


class TestUndoneInvoice(UndoneMixin, InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.sale_mode = "draft"

    def undone(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        move.button_draft()
        self.sandbox.call(
            "POST",
            f"/companies/{self.slug}/invoices/drafts/{draft['draftId']}/createInvoice",
        )
        self.look(move)
        self.assertEqual(move.fiken_state, "booked")
        return move

    def invoices(self):
        return self.sandbox.get(f"/companies/{self.slug}/invoices")

    def test_confirmed_as_it_was_it_is_the_same_and_its_papers_come(self):
        move = self.undone()
        move.action_post()
        invoice = self.issued(move)
        self.assertEqual(move.fiken_number, str(invoice["invoiceNumber"]))
        self.assertEqual(len(self.invoices()), 1)

    def test_other_account_is_said_with_both_sides(self):
        move = self.undone()
        move.invoice_line_ids.account_id = self.account("3020")
        move.action_post()
        self.differs(move, "3000 HIGH", "3020 HIGH")
        self.assertEqual(len(self.invoices()), 1)
