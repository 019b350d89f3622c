import pytest

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from ..outbox.common import LOOK_AFTER
from .bills import BillCase
from .test_attachment import PDF


class TestBillDuplicate(BillCase):
    """A bill that Fiken has already is shown, and never booked twice."""

    def setUp(self):
        super().setUp()
        self.owe("contact", self.supplier)
        self.supplier.supplier_rank = 1
        self.send()

    def scan(self, name, **fields):
        """Somebody puts a document into Fiken's inbox."""
        self.sandbox.call(
            "POST",
            f"/companies/{self.slug}/inbox",
            data={"name": name, "filename": "scan.pdf", **fields},
            files={"file": ("scan.pdf", PDF)},
        )

    def typed_on(self, date, **values):
        """The supplier's bill F-2026-1234, as somebody typed it in Fiken."""
        return self.booked_in_fiken(
            identifier="F-2026-1234", date=date, dueDate=date, **values
        )

    def test_number_is_a_key_at_any_distance_within_the_year(self):
        """Whether or not Fiken can be asked for one supplier's purchases."""
        for way in ("filter", "ignore", "refuse"):
            self.sandbox.unknowns(purchases_by_contact=way)
            for date in ("2026-01-02", "2026-12-30"):
                typed = self.typed_on(date)
                move = self.bill(ref="f 2026/1234")
                job = self.stopped(move, "failed", "F-2026-1234", "already")
                self.assertIn(typed, job.found_links, (way, date))
                self.in_fiken(f"/purchases/{typed}/delete?description=x", "PATCH")
                job.action_retry()
                self.booked(move)
                move._fiken_links(["purchase"]).unlink()
                self.env["fiken.purchase.reading"].sudo().search([]).unlink()
                for row in self.purchases():
                    path = f"/purchases/{row['purchaseId']}/delete?description=x"
                    self.in_fiken(path, "PATCH")

    def test_number_of_another_year_passes(self):
        for way in ("filter", "ignore", "refuse"):
            self.sandbox.unknowns(purchases_by_contact=way)
            self.typed_on("2025-06-30")
            self.booked(self.bill(ref="F-2026-1234"))
            for row in self.purchases():
                path = f"/purchases/{row['purchaseId']}/delete?description=x"
                self.in_fiken(path, "PATCH")

    def test_year_is_that_of_the_companys_settings(self):
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        self.typed_on("2025-08-01")
        self.stopped(self.bill(ref="F-2026-1234"), "failed", "already")
        self.booked(self.bill(ref="F-2026-1234", invoice_date="2026-07-20"))

    def test_number_of_another_supplier_passes(self):
        other = self.env["res.partner"].create({"name": "Kopper AS"})
        self.typed_on("2026-06-01")
        self.booked(self.bill(ref="F-2026-1234", partner_id=other.id))

    def test_what_was_typed_while_the_bill_waited_is_seen(self):
        self.booked(self.bill())
        self.typed_on("2026-11-11")
        self.time_passes(5)
        self.stopped(self.bill(ref="F-2026-1234"), "failed", "already")

    def test_bill_that_somebody_typed_is_shown(self):
        typed = self.booked_in_fiken(identifier="F-77", date="2026-03-20")
        move = self.bill(ref="f77")
        job = self.stopped(move, "failed", "F-77", "already")
        self.assertIn(typed, job.found_links)
        self.assertTrue(job.can_link_found)
        self.assertEqual(len(self.purchases()), 1)
        job.action_retry()
        self.stopped(move, "failed", "F-77")

    def test_it_is_the_same(self):
        typed = self.booked_in_fiken(identifier="F-77")
        move = self.bill(ref="F-77")
        job = self.stopped(move, "failed", "F-77")
        self.assertTrue(self.todos(move))
        job.action_link_found()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(self.binding(move, "purchase").remote_id, typed)
        self.assertEqual(job.state, "done")
        self.assertFalse(self.todos(move))
        self.send()
        self.assertEqual(len(self.purchases()), 1)

    def test_what_belongs_to_the_same_bill_follows(self):
        """Its original, and its payment, which waited for the bill."""
        self.vendor.attach_files = True
        self.vendor.payment_direction = "to"
        typed = self.booked_in_fiken(identifier="F-77")
        move = self.bill(ref="F-77", post=False)
        original = self.env["ir.attachment"].create(
            {
                "name": "F-77.pdf",
                "res_model": move._name,
                "res_id": move.id,
                "raw": PDF,
            }
        )
        move.message_main_attachment_id = original
        move.action_post()
        job = self.stopped(move, "failed", "F-77")
        waiting = self.env["fiken.resource.purchase_settled"]
        waiting._enqueue(move, self.fiken_company, self.vendor)
        payment = self.jobs(move, "purchase_settled")
        payment._wait_for(job, "It waits")
        job.action_link_found()
        self.assertEqual(payment.state, "pending", "It looks for itself now")
        self.send()
        self.assertEqual(len(self.files_in_fiken(f"purchases/{typed}")), 1)

    def test_it_is_another(self):
        self.booked_in_fiken(identifier="F-77")
        move = self.bill(ref="F-77")
        job = self.stopped(move, "failed", "F-77")
        job.action_send_other()
        self.booked(move)
        self.assertEqual(len(self.purchases()), 2)

    def test_what_was_passed_over_is_asked_no_more_but_the_next_one_is(self):
        self.booked_in_fiken(identifier="F-77")
        move = self.bill(ref="F-77")
        job = self.stopped(move, "failed", "F-77")
        job.action_send_other()
        second = self.booked_in_fiken(identifier="F 77")
        job = self.stopped(move, "failed", "F 77")
        self.assertIn(second, job.found_links)
        self.assertEqual(len(job.found), 1)

    def test_what_carries_the_number_is_asked_before_an_equal_amount(self):
        """Else two are shown, and a person can link neither."""
        self.booked_in_fiken(identifier="F-78")
        for name, links in {"F-77": True, "F-79": False}.items():
            typed = self.booked_in_fiken(identifier=name)
            move = self.bill(ref=name)
            job = self.stopped(move, "failed", name)
            self.assertNotIn("F-78", job.reason)
            self.assertEqual([one["id"] for one in job.found], [typed])
            if links:
                job.action_link_found()
                linked = self.binding(move, "purchase")
                self.assertEqual(linked.remote_id, typed)
        job.action_send_other()
        # Nothing is sent: the other one was not asked about yet.
        job = self.stopped(move, "failed", "F-78")
        self.assertTrue(job.can_link_found)
        job.action_send_other()
        self.booked(move)

    def test_same_amount_within_days_is_shown_too(self):
        self.booked_in_fiken(date="2026-03-18")
        self.stopped(self.bill(), "failed", "2026-03-18")

    def test_other_bills_of_the_supplier_do_not_stop_it(self):
        self.booked_in_fiken(identifier="F-1", date="2026-03-02")
        self.booked_in_fiken(
            identifier="F-2",
            lines=[
                {
                    "description": "x",
                    "vatType": "NONE",
                    "account": "4300",
                    "netPrice": 1,
                    "vat": 0,
                }
            ],
        )
        self.booked(self.bill())

    def test_two_equal_bills_of_odoo_are_two(self):
        moves = self.bill() | self.bill()
        self.send()
        self.assertEqual(moves.mapped("fiken_state"), ["booked", "booked"])

    def test_draft_is_not_made_of_what_is_booked(self):
        self.vendor.bill_mode = "draft"
        typed = self.booked_in_fiken(identifier="F-77")
        move = self.bill(ref="F-77")
        job = self.stopped(move, "failed", "F-77")
        self.assertFalse(self.drafts())
        job.action_link_found()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(self.binding(move, "purchase").remote_id, typed)

    def test_document_in_the_inbox_is_shown(self):
        self.scan("Faktura 20261 fra Bønneimport")
        move = self.bill(ref="20261")
        job = self.stopped(move, "failed", "inbox", "Faktura 20261")
        self.assertFalse(job.can_link_found)
        with self.assertRaisesRegex(UserError, "linked"):
            job.action_link_found()
        job.action_send_other()
        self.booked(move)

    def test_other_documents_in_the_inbox_do_not_stop_it(self):
        self.scan("Faktura 120261 fra Bønneimport")
        self.booked(self.bill(ref="20261"))

    def test_lists_are_read_once_for_bills_of_the_same_day(self):
        self.sandbox.reset_stats()
        moves = self.bill() | self.bill() | self.bill()
        self.send()
        self.assertEqual(set(moves.mapped("fiken_state")), {"booked"})
        self.assertEqual(self.sandbox.count("GET", "/purchases"), 2, "month and year")
        self.assertEqual(self.sandbox.count("GET", "/inbox"), 1)

    def test_user_without_rights_decides_nothing(self):
        self.booked_in_fiken(identifier="F-77")
        job = self.stopped(self.bill(ref="F-77"), "failed", "F-77")
        user = new_test_user(self.env, "uvedkommende", groups="base.group_user")
        for action in ("action_link_found", "action_send_other"):
            with self.assertRaises(UserError):
                getattr(job.with_user(user), action)()


@pytest.mark.slow
class TestPurchaseLost(BillCase):
    """Answers get lost; the bill is there once."""

    def assertOnce(self, resource, path, move, count):
        for fault in ("commit-then-drop", "commit-then-500", "drop", "status:503"):
            with self.subTest(resource=resource, fault=fault):
                record = move()
                self.commit()
                self.sandbox.fault("POST", path, fault)
                self.send()
                job = self.jobs(record, resource)
                self.assertTrue(job.outcome_unknown, (job.state, job.reason))
                self.time_passes(LOOK_AFTER + 1)
                self.send()
                self.time_passes(400)
                self.send()
                self.assertEqual(job.state, "done", job.reason)
                self.assertEqual(count(record), 1)

    def count_of(self, rows, field, move):
        return len([row for row in rows if row.get(field) == move.ref])

    def test_purchase_is_there_once(self):
        """Whether or not Fiken refuses a number that it has already."""
        for unique in (False, True):
            self.sandbox.unknowns(unique_purchase_identifier=unique)
            self.assertOnce(
                "purchase",
                "/purchases$",
                self.bill,
                lambda move: self.count_of(self.purchases(), "identifier", move),
            )

    def test_draft_is_there_once(self):
        self.vendor.bill_mode = "draft"
        self.assertOnce(
            "purchase_draft",
            "/purchases/drafts$",
            self.bill,
            lambda move: self.count_of(self.drafts(), "invoiceNumber", move),
        )

    def test_draft_is_booked_once(self):
        """Whether or not the draft's number becomes the purchase's."""
        self.vendor.bill_mode = "draft"

        def booking():
            move = self.bill()
            self.drafted(move)
            move.action_fiken_book()
            return move

        for kept in (True, False):
            self.sandbox.unknowns(draft_number_becomes_sale_number=kept)
            before = len(self.purchases())
            self.assertOnce("purchase", "/createPurchase$", booking, lambda move: 1)
            self.assertEqual(len(self.purchases()), before + 4)
            self.assertFalse(self.drafts())

    def test_equal_number_of_another_supplier_is_not_taken_for_ours(self):
        other = self.env["res.partner"].create(
            {"name": "Kopper AS", "is_company": True, "country_id": self.norway.id}
        )
        self.booked(self.bill(ref="77", partner_id=other.id))
        move = self.bill(ref="77")
        self.commit()
        self.sandbox.fault("POST", "/purchases$", "drop")
        self.send()
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.time_passes(400)
        self.booked(move)
        self.assertEqual(len(self.purchases()), 2)

    def test_twin_that_differs_after_a_lost_answer_is_for_a_person(self):
        self.owe("contact", self.supplier)
        self.supplier.supplier_rank = 1
        self.send()
        move = self.bill(ref="F-1")
        self.commit()
        self.sandbox.fault("POST", "/purchases$", "drop")
        self.send()
        self.booked_in_fiken(identifier="F-1", date="2026-03-20")
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        self.assertTrue(self.jobs(move, "purchase").outcome_unknown)


class TestPurchaseDraft(BillCase):
    """A bill as a draft that an accountant finishes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.bill_mode = "draft"

    def test_payload_of_a_draft(self):
        self.drafted(
            self.bill(
                self.cost(100.0),
                self.cost(50.0, "86", "6553"),
                ref="2026-78",
                payment_reference="2345676",
                invoice_date_due="2026-04-15",
            )
        )
        [body] = self.sent("POST", "/purchases/drafts")
        self.assert_sample("purchase_draft", body)

    def test_draft_books_nothing_until_it_is_booked(self):
        move = self.bill(self.cost(1000.0))
        self.drafted(move)
        self.assertFalse(self.purchases())
        move.action_fiken_book()
        row = self.booked(move)
        self.assertEqual(self.lines_of(row), [("4300", "HIGH", 100000, 25000)])
        self.assertFalse(self.drafts())
        self.assertEqual(self.sandbox.count("POST", "/purchases"), 0)

    def test_draft_follows_a_change_in_odoo(self):
        move = self.bill(self.cost(1000.0))
        self.drafted(move)
        move.button_draft()
        move.invoice_line_ids.price_unit = 200.0
        move.action_post()
        draft = self.drafted(move)
        self.assertEqual([line["gross"] for line in draft["lines"]], [25000])
        self.assertEqual(len(self.drafts()), 1)

    def test_draft_that_was_finished_in_fiken_is_noticed(self):
        for kept in (True, False):
            self.sandbox.unknowns(draft_number_becomes_sale_number=kept)
            move = self.bill()
            draft = self.drafted(move)
            self.in_fiken(f"/purchases/drafts/{draft['draftId']}/createPurchase")
            move.action_fiken_book()
            self.booked(move)
        self.assertEqual(len(self.purchases()), 2)

    def test_amount_that_was_changed_in_fiken_stops_with_both_figures(self):
        move = self.bill(self.cost(1000.0))
        draft = self.drafted(move)
        self.in_fiken(
            f"/purchases/drafts/{draft['draftId']}",
            "PUT",
            cash=False,
            paid=False,
            contactId=draft["contact"]["contactId"],
            invoiceNumber=draft["invoiceNumber"],
            invoiceIssueDate=draft["invoiceIssueDate"],
            lines=[
                {
                    "text": "x",
                    "vatType": "HIGH",
                    "incomeAccount": "4300",
                    "net": 80000,
                    "gross": 100000,
                }
            ],
        )
        move.action_fiken_book()
        self.stopped(move, "failed", "1,250.00", "1,000.00")

    def test_draft_that_was_deleted_in_fiken_is_said(self):
        move = self.bill()
        draft = self.drafted(move)
        self.in_fiken(f"/purchases/drafts/{draft['draftId']}", "DELETE")
        move.action_fiken_book()
        self.stopped(move, "failed", "deleted in Fiken")
        move.action_fiken_send()
        self.booked(move)


class TestBillFiles(BillCase):
    """The original of a bill is attached to its purchase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.attach_files = True

    def file_on(self, move, name="Faktura.pdf", raw=PDF):
        return self.env["ir.attachment"].create(
            {"name": name, "raw": raw, "res_model": move._name, "res_id": move.id}
        )

    def names(self, move, resource="purchase"):
        place = {"purchase": "purchases", "purchase_draft": "purchases/drafts"}
        remote_id = self.binding(move, resource).remote_id
        rows = self.files_in_fiken(f"{place[resource]}/{remote_id}")
        return sorted(row["filename"] for row in rows)

    def test_original_follows_its_bill(self):
        move = self.bill(post=False)
        scan = self.file_on(move)
        move.action_post()
        self.booked(move)
        self.assertEqual(self.names(move), [f"Faktura-{scan.id}.pdf"])

    def test_original_that_comes_later_follows_too(self):
        move = self.bill()
        self.booked(move)
        scan = self.file_on(move)
        move.message_main_attachment_id = scan
        self.send()
        self.assertEqual(self.names(move), [f"Faktura-{scan.id}.pdf"])

    def test_pdf_goes_and_the_ehf_beside_it_needs_nobody(self):
        move = self.bill(post=False)
        pdf, ehf = self.file_on(move), self.file_on(move, "ehf.xml", b"<Invoice/>")
        move.action_post()
        self.booked(move)
        self.assertEqual(self.names(move), [f"Faktura-{pdf.id}.pdf"])
        self.assertEqual(self.jobs(ehf).state, "dropped")
        self.assertFalse(self.todos(move))

    def test_file_of_a_draft_is_there_once_when_it_is_booked(self):
        self.vendor.bill_mode = "draft"
        move = self.bill(post=False)
        scan = self.file_on(move)
        move.action_post()
        self.drafted(move)
        self.assertEqual(self.names(move, "purchase_draft"), [f"Faktura-{scan.id}.pdf"])
        move.action_fiken_book()
        self.booked(move)
        self.assertEqual(self.names(move), [f"Faktura-{scan.id}.pdf"])
        self.assertEqual(self.sandbox.count("POST", "/attachments"), 1)

    def test_vendor_that_wants_no_files_sends_none(self):
        self.vendor.attach_files = False
        move = self.bill(post=False)
        self.file_on(move)
        move.action_post()
        self.booked(move)
        self.assertEqual(self.names(move), [])
