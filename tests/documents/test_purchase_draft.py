from .bills import BillCase


class TestPurchaseDraft(BillCase):
    """A bill that is a draft in Fiken is compared with Odoo before it is booked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.bill_mode = "draft"

    def change(self, draft, **values):
        """Somebody changes the draft's one line in Fiken."""
        names = ("text", "vatType", "incomeAccount", "net", "gross")
        [line] = draft["lines"]
        self.in_fiken(
            f"/purchases/drafts/{draft['draftId']}",
            "PUT",
            cash=False,
            paid=False,
            invoiceNumber=draft["invoiceNumber"],
            invoiceIssueDate=draft["invoiceIssueDate"],
            dueDate=draft["dueDate"],
            contactId=draft["contact"]["contactId"],
            lines=[{**{name: line[name] for name in names}, **values}],
        )

    def book(self, move):
        move.action_fiken_book()
        return self.booked(move)

    def test_account_that_was_changed_in_fiken_is_odoos_when_odoo_books(self):
        move = self.bill(self.cost(1000.0))
        self.change(self.drafted(move), incomeAccount="6540")
        self.assertEqual(
            self.lines_of(self.book(move)), [("4300", "HIGH", 100000, 25000)]
        )
        self.assertIn("6540 HIGH", " ".join(move.message_ids.mapped("body")))

    def test_deduction_that_was_changed_in_fiken(self):
        move = self.bill(self.cost(1000.0))
        self.change(self.drafted(move), vatType="NONE", net=125000)
        self.assertEqual(
            self.lines_of(self.book(move)), [("4300", "HIGH", 100000, 25000)]
        )

    def test_amount_that_was_changed_in_fiken_stops_with_both_figures(self):
        move = self.bill(self.cost(1000.0))
        self.change(self.drafted(move), net=80000, gross=100000)
        move.action_fiken_book()
        self.stopped(move, "failed", "1,250.00", "1,000.00")

    def test_account_that_changed_in_odoo_reaches_the_draft_before_it_is_booked(self):
        move = self.bill(self.cost(1000.0))
        self.drafted(move)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET account_id = %s WHERE id = %s",
            [self.account("6540").id, move.invoice_line_ids.id],
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.lines_of(self.book(move)), [("6540", "HIGH", 100000, 25000)]
        )
        self.assertEqual(len(self.purchases()), 1)

    def test_draft_as_odoo_wants_it_is_booked_as_it_is(self):
        move = self.bill(self.cost(1000.0), self.cost(10.0, "86", "6553"))
        self.drafted(move)
        self.book(move)
        self.assertEqual(self.sandbox.count("PUT", "/purchases/drafts/{draftId}"), 0)
