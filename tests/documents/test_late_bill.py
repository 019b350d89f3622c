"""A bill that came late is booked in Fiken on a day that a person chooses."""

from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..common import TODAY
from .bills import BillCase

LATE = "2026-04-02"
CLOSED_TO = "2026-03-31"


class TestLateBill(BillCase):
    def dates(self, row):
        return row["date"], row["dueDate"]

    def test_a_closed_period_says_where_the_day_is_chosen(self):
        self.sandbox.unknowns(closed_period_to=CLOSED_TO)
        move = self.bill()
        self.stopped(
            move, "failed", move.name, TODAY, "Book in Fiken On", "supplier's date"
        )
        # Nothing moves by itself, also when it is tried again.
        move.action_fiken_send()
        self.stopped(move, "failed", "Book in Fiken On")

    def test_choosing_the_day_sends_it_and_leaves_the_bill_as_it_is(self):
        self.sandbox.unknowns(closed_period_to=CLOSED_TO)
        move = self.bill()
        self.stopped(move, "failed")
        move.fiken_date = LATE
        row = self.booked(move)
        self.assertEqual(self.dates(row), (LATE, "2026-04-15"))
        self.assertEqual((str(move.invoice_date), str(move.date)), (TODAY, TODAY))
        for day in (LATE, TODAY):
            said = format_date(self.env, day)
            self.assertIn(said, self.jobs(move, "purchase").note)

    def test_the_same_day_as_in_odoo_is_one_click(self):
        move = self.bill(date=LATE, post=False)
        move.action_post()
        self.assertFalse(move.fiken_date)
        self.vendor.bill_trigger = "hand"
        move.action_fiken_take_date()
        self.assertEqual(str(move.fiken_date), str(move.date))

    def test_a_draft_in_fiken_follows_and_is_booked_on_that_day(self):
        move = self.bill(fiken_mode="draft")
        self.drafted(move)
        move.fiken_date = LATE
        self.assertEqual(self.drafted(move)["invoiceIssueDate"], LATE)
        move.action_fiken_book()
        self.assertEqual(self.booked(move)["date"], LATE)

    def test_nothing_falls_due_before_it_is_booked(self):
        row = self.booked(self.bill(fiken_date="2026-05-04"))
        self.assertEqual(self.dates(row), ("2026-05-04", "2026-05-04"))

    def test_what_is_booked_keeps_its_day(self):
        move = self.bill()
        self.booked(move)
        with self.assertRaisesRegex(UserError, "booked in Fiken"):
            move.fiken_date = LATE
        move.fiken_date = False

    def test_nor_does_it_change_while_nobody_knows_whether_it_is_booked(self):
        self.sandbox.fault("POST", "/purchases$", "commit-then-500")
        move = self.bill()
        self.send()
        self.assertTrue(self.jobs(move, "purchase").outcome_unknown)
        with self.assertRaises(UserError):
            move.fiken_date = LATE

    def test_a_lost_answer_is_found_on_the_day_that_was_sent(self):
        self.sandbox.fault("POST", "/purchases$", "commit-then-drop")
        move = self.bill(fiken_date=LATE)
        self.send()
        for _look in range(2):
            self.time_passes(600)
            self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        self.assertEqual(len(self.purchases()), 1)

    def test_the_same_bill_is_found_on_either_day(self):
        self.booked(self.bill(ref="F-0"))
        for day in (TODAY, LATE, "2026-05-20"):
            with self.subTest(day):
                other = self.bill(ref=f"F-{day}", fiken_date="2026-05-20")
                self.sandbox.call(
                    "POST",
                    f"/companies/{self.slug}/purchases",
                    {
                        "date": day,
                        "dueDate": "2026-06-01",
                        "kind": "supplier",
                        "paid": False,
                        "currency": "NOK",
                        "supplierId": self.supplier_id(),
                        "identifier": f"F-{day}",
                        "lines": [
                            {
                                "description": "Kaffe",
                                "vatType": "HIGH",
                                "account": "4300",
                                "netPrice": 10000,
                                "vat": 2500,
                            }
                        ],
                    },
                )
                self.stopped(other, "failed", "may be in Fiken already")

    def test_a_bill_from_before_the_vendor_goes_when_a_later_day_is_chosen(self):
        self.vendor.enabled_since = "2026-04-01"
        move = self.bill()
        self.assertEqual(move.fiken_state, "excluded")
        move.fiken_date = LATE
        self.env.invalidate_all()
        self.assertEqual(move.fiken_state, "absent")
        move.action_fiken_send()
        self.assertEqual(self.booked(move)["date"], LATE)

    def test_only_what_suppliers_date_has_another_day(self):
        for move in (self.invoice(post=False), self.receipt(post=False)):
            with self.assertRaisesRegex(ValidationError, "supplier's bill"):
                move.fiken_date = LATE

    def test_a_copy_is_another_bill(self):
        self.assertFalse(self.bill(fiken_date=LATE).copy().fiken_date)
