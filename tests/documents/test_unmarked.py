"""What was confirmed while its kind was not sent: counted, offered, never sent."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ..people import MANAGER, USER, SecurityCase
from .bills import BillCase


class UnmarkedMixin:
    def setUp(self):
        super().setUp()
        self.vendor.bill_mode = "off"
        self.bills = [
            self.bill(invoice_date=day, date=day)
            for day in ("2026-02-10", "2026-03-10", "2026-03-16")
        ]

    def wizard(self, env=None, **values):
        vendor = self.vendor.with_env(env or self.env)
        action = vendor.action_open_unmarked()
        model = vendor.env[action["res_model"]].with_context(**action["context"])
        with Form(model) as form:
            for name, value in values.items():
                setattr(form, name, value)
        return form.record

    def states(self):
        self.env.invalidate_all()
        return [bill.fiken_state for bill in self.bills]


class TestUnmarked(UnmarkedMixin, BillCase):
    def test_nothing_is_offered_while_the_kind_is_off(self):
        self.assertEqual(self.states(), ["excluded"] * 3)
        self.assertFalse(self.vendor.unmarked_text)

    def test_switched_on_they_are_counted_and_not_sent(self):
        self.vendor.bill_mode = "booked"
        self.send()
        self.assertFalse(self.purchases())
        self.assertEqual(self.states(), ["absent"] * 3)
        text = self.vendor.unmarked_text
        for word in ("3 bills", "0 sales documents", "02/10/2026"):
            self.assertIn(word, text)
        [line] = self.fiken_company._check_setup_unmarked(None)
        self.assertEqual((line.text, line.record), (text, self.vendor))
        self.assertIn(
            line.method,
            [cure for one in self.fiken_company._setup_checks() for cure in one.cures],
        )

    def test_they_are_looked_at_before_somebody_chooses(self):
        self.vendor.bill_mode = "booked"
        action = self.wizard(date_from="2026-03-01").action_show()
        moves = self.env[action["res_model"]]
        self.assertEqual(
            set(moves.search(action["domain"])), set(moves.union(*self.bills[1:]))
        )
        self.assertIn("list", moves.get_views(action["views"])["views"])
        self.assertEqual(self.states(), ["absent"] * 3)

    def test_a_chosen_range_is_sent(self):
        self.vendor.bill_mode = "booked"
        wizard = self.wizard()
        self.assertEqual(
            (wizard.count, str(wizard.date_from), str(wizard.date_to)),
            (3, "2026-02-10", "2026-03-16"),
        )
        wizard = self.wizard(date_from="2026-03-01")
        self.assertEqual(wizard.count, 2)
        wizard.action_send()
        self.send()
        self.assertEqual(self.states(), ["absent", "booked", "booked"])
        self.assertIn("1 bills", self.vendor.unmarked_text)
        # By hand only does not hold back what somebody sends by hand.
        self.vendor.bill_trigger = "hand"
        self.wizard().action_send()
        self.send()
        self.assertEqual(self.states(), ["booked"] * 3)
        self.assertFalse(self.vendor.unmarked_text)

    def test_others_are_left_for_good(self):
        self.vendor.bill_mode = "booked"
        self.wizard(date_to="2026-03-10").action_leave()
        self.assertEqual(self.states(), ["excluded", "excluded", "absent"])
        self.assertIn("1 bills", self.vendor.unmarked_text)
        with self.assertRaisesRegex(UserError, "none of these"):
            self.wizard(date_to="2026-03-10").action_send()

    def test_what_a_person_marked_is_not_offered(self):
        self.bills[0].fiken_mode = "none"
        self.vendor.bill_mode = "draft"
        self.assertIn("2 bills", self.vendor.unmarked_text)
        self.assertEqual(self.states(), ["excluded", "absent", "absent"])

    def test_nor_what_is_older_than_the_vendor(self):
        self.vendor.bill_mode = "booked"
        self.vendor.enabled_since = fields.Date.to_date("2026-03-16")
        self.assertIn("1 bills", self.vendor.unmarked_text)

    def test_sales_documents_and_the_kind_that_is_chosen(self):
        self.vendor.sale_mode = "off"
        invoice = self.invoice()
        self.vendor.write({"sale_mode": "booked", "bill_mode": "booked"})
        self.assertIn("1 sales documents and 3 bills", self.vendor.unmarked_text)
        self.wizard(kinds="sales").action_send()
        self.send()
        self.assertEqual(invoice.fiken_state, "booked")
        self.assertEqual(self.states(), ["absent"] * 3)

    def test_each_vendor_has_its_own(self):
        journal = self.bills[0].journal_id
        shop = self.vendor.copy({"name": "Torget", "bill_mode": "booked"})
        journal.write(
            {"fiken_next_vendor_id": shop.id, "fiken_next_vendor_from": "2026-03-12"}
        )
        self.assertIn("1 bills", shop.unmarked_text)
        self.assertFalse(self.vendor.unmarked_text)

    def test_a_draft_may_be_marked_while_its_kind_is_off(self):
        bill = self.bill(post=False)
        self.assertTrue(bill.fiken_is_routed)
        bill.fiken_mode = "booked"
        bill.action_post()
        self.booked(bill)


class TestUnmarkedPeople(UnmarkedMixin, BillCase, SecurityCase):
    def test_a_manager_who_is_no_accountant_offers_and_marks(self):
        self.vendor.bill_mode = "booked"
        env = self.env(user=self.new_user("anna", MANAGER))
        self.assertIn("3 bills", self.vendor.with_env(env).unmarked_text)
        self.wizard(env).action_send()
        self.send()
        self.assertEqual(self.states(), ["booked"] * 3)

    def test_a_user_does_not(self):
        self.vendor.bill_mode = "booked"
        env = self.env(user=self.new_user("ulf", USER))
        with self.assertRaises(AccessError):
            self.vendor.with_env(env).action_open_unmarked()
