"""A draft in Fiken is what Odoo has, until it is booked; or its document says no."""

import requests

from odoo import Command
from odoo.exceptions import UserError

from ..outbox.common import OutboxCase
from .bills import BillCase
from .test_attachment import PDF, AttachmentCase

KID = "000004826000103"


class TestDraftFollows(OutboxCase):
    def setUp(self):
        super().setUp()
        self.partner = self.known_customer()

    def as_draft(self, **values):
        move = self.invoice(
            partner_id=self.partner.id, fiken_mode="draft", post=False, **values
        )
        move.action_post()
        self.send()
        self.assertEqual(move.fiken_state, "draft", self.jobs(move).mapped("reason"))
        return move

    def draft(self, move):
        remote_id = self.binding(move, "sale_draft").remote_id
        return self.sandbox.get(f"/companies/{self.slug}/sales/drafts/{remote_id}")

    def test_each_way_of_editing_journal_items_reaches_it(self):
        account = self.account("3010")
        edits = {
            "account": lambda move: move.invoice_line_ids.write(
                {"account_id": account.id}
            ),
            "label": lambda move: move.invoice_line_ids.write({"name": "Ny tekst"}),
            "number": lambda move: move.write({"name": "INV/2026/04711"}),
            "kid": lambda move: move.write({"payment_reference": KID}),
            "due": lambda move: move.write({"invoice_date_due": "2026-05-15"}),
        }
        there = {
            "account": lambda draft: draft["lines"][0]["incomeAccount"] == "3010",
            "label": lambda draft: draft["lines"][0]["text"] == "Ny tekst",
            "number": lambda draft: draft["invoiceNumber"] == "INV/2026/04711",
            "kid": lambda draft: draft["kid"] == KID,
            "due": lambda draft: draft["dueDate"] == "2026-05-15",
        }
        for name, edit in edits.items():
            with self.subTest(edit=name):
                move = self.as_draft()
                edit(move)
                self.commit()
                self.send()
                self.assertTrue(there[name](self.draft(move)), self.draft(move))

    def test_the_project_of_a_line_reaches_it(self):
        plan = self.env["account.analytic.plan"].create({"name": "Prosjekter"})
        self.vendor.sudo().write(
            {"projects_enabled": True, "analytic_plan_id": plan.id}
        )
        project = self.env["account.analytic.account"].create(
            {"name": "Kai", "plan_id": plan.id, "company_id": self.company.id}
        )
        move = self.as_draft()
        move.invoice_line_ids.analytic_distribution = {str(project.id): 100}
        self.commit()
        self.send()
        self.send()
        self.assertTrue(
            self.draft(move).get("projectId") or self.draft(move)["project"]
        )

    def test_renumbered_with_the_wizard_it_is_booked_under_its_new_number(self):
        moves = self.as_draft() | self.as_draft()
        self.env["account.resequence.wizard"].create(
            {"move_ids": [Command.set(moves.ids)], "first_name": "INV/2026/00100"}
        ).resequence()
        self.commit()
        moves.action_fiken_book()
        self.commit()
        self.send()
        self.assertEqual(moves.mapped("fiken_state"), ["booked", "booked"])
        self.assertEqual(moves.mapped("name"), ["INV/2026/00100", "INV/2026/00101"])
        for move in moves:
            self.assertEqual(len(self.sales(saleNumber=move.name)), 1)

    def test_it_follows_though_its_booking_has_failed(self):
        move = self.as_draft()
        self.sandbox.fault("POST", "createSale", "status:400")
        move.action_fiken_book()
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        move.payment_reference = KID
        move.invoice_line_ids.account_id = self.account("3010")
        self.commit()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.jobs(move).mapped("reason"))
        [sale] = self.sales(saleNumber=move.name)
        self.assertEqual(sale["lines"][0]["account"], "3010")

    def test_what_fiken_issues_follows_while_it_cannot_be_issued(self):
        self.sandbox.fault("POST", "createInvoice", "status:400")
        move = self.fiken_issued(partner_id=self.partner.id)
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        move.ref = "PO-4711"
        self.commit()
        self.send()
        [row] = self.sandbox.get(f"/companies/{self.slug}/invoices")
        self.assertEqual(row["orderReference"], "PO-4711")

    def test_an_edit_of_its_analytic_items_reaches_it(self):
        plan = self.env["account.analytic.plan"].create({"name": "Prosjekter"})
        self.vendor.sudo().write(
            {"projects_enabled": True, "analytic_plan_id": plan.id}
        )
        quay, yard = self.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "company_id": self.company.id}
                for name in ("Kai", "Tomt")
            ]
        )
        move = self.invoice(
            self.line(100.0, analytic_distribution={str(quay.id): 100}),
            partner_id=self.partner.id,
            fiken_mode="draft",
        )
        self.send()
        before = self.draft(move)
        move.invoice_line_ids.analytic_line_ids.write({plan._column_name(): yard.id})
        self.commit()
        self.send()
        self.assertNotEqual(self.project(self.draft(move)), self.project(before))

    def project(self, draft):
        return draft.get("projectId") or draft["project"]

    def test_merged_customers_share_what_is_still_a_draft(self):
        other = self.known_customer(name="Bønnehuset Nord AS")
        move = self.as_draft()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partner | other).ids, other)
        self.commit()
        self.send()
        self.assertEqual(
            str(self.draft(move)["contact"]["contactId"]),
            self.binding(other, "contact").remote_id,
        )

    def test_finished_in_fiken_though_it_was_undone_in_odoo(self):
        move = self.as_draft()
        draft = self.binding(move, "sale_draft").remote_id
        move.button_draft()
        path = f"/companies/{self.slug}/sales/drafts/{draft}/createSale"
        requests.post(
            f"{self.sandbox.url}/api/v2{path}",
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        ).raise_for_status()
        with self.as_cron():
            move.action_fiken_sync_draft()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertIn("not in Odoo", move._get_alerts()["fiken"]["message"])
        self.assertIn("not confirmed", self.said(move))
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            move.unlink()

    # Do not send

    def test_do_not_send_is_refused_while_an_edit_of_the_draft_waits(self):
        move = self.as_draft()
        move.payment_reference = KID
        self.commit()
        self.env.invalidate_all()
        self.assertEqual(move.fiken_state, "waiting")
        with self.assertRaisesRegex(UserError, "draft in Fiken already"):
            move.fiken_mode = "none"
        self.send()
        self.assertEqual(self.draft(move)["kid"], KID, "the edit is owed all the same")

    def test_do_not_send_is_refused_while_its_booking_waits_or_failed(self):
        move = self.as_draft()
        self.sandbox.fault("POST", "createSale", "status:400")
        move.action_fiken_book()
        for state in ("waiting", "failed"):
            self.env.invalidate_all()
            self.assertEqual(move.fiken_state, state)
            with self.assertRaisesRegex(UserError, "draft in Fiken already"):
                move.fiken_mode = "none"
            self.send()

    def test_booked_while_an_edit_of_the_draft_waits(self):
        move = self.as_draft()
        move.payment_reference = KID
        self.commit()
        move.fiken_mode = "booked"
        self.commit()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        [sale] = self.sales(saleNumber=move.name)
        self.assertEqual(sale["kid"], KID)

    def test_a_booking_that_waits_can_be_taken_back(self):
        move = self.as_draft()
        move.action_fiken_book()
        move.fiken_mode = "draft"
        self.commit()
        self.send()
        self.assertEqual(move.fiken_state, "draft")
        self.assertFalse(self.sales())

    # Switched off

    def said(self, move):
        return " ".join(move.message_ids.mapped("body"))

    def test_vendor_that_no_longer_uses_fiken_stops_what_waits_and_says_so(self):
        draft = self.as_draft()
        waits = self.invoice(partner_id=self.partner.id)
        draft.action_fiken_book()
        self.commit()
        self.sandbox.reset_stats()
        self.vendor.accounting_system = "none"
        self.commit()
        self.send()
        self.assertFalse(self.sales())
        self.assertEqual(self.sandbox.count("POST", "/sales"), 0)
        for move in waits | draft:
            self.assertIn("switched off", self.said(move))
        self.assertNotIn("draft is still", self.said(waits))
        self.assertIn("draft is still in Fiken", self.said(draft))

    def test_an_edit_says_that_the_draft_is_left_alone(self):
        draft = self.as_draft()
        self.vendor.accounting_system = "none"
        draft.payment_reference = KID
        self.assertIn("does not follow", self.said(draft))

    def test_vendor_that_is_switched_off_while_it_was_built(self):
        """Whatever enqueued it: it is looked at again when it is sent."""
        move = self.invoice(partner_id=self.partner.id)
        self.commit()
        self.env.cr.execute(
            "UPDATE fiken_vendor SET accounting_system = 'none' WHERE id = %s",
            [self.vendor.id],
        )
        self.env.invalidate_all()
        self.send()
        self.assertFalse(self.sales())
        self.assertEqual(self.jobs(move).state, "dropped")
        self.assertIn("switched off", self.said(move))

    def test_sales_switched_off_leave_what_waits_in_the_list_of_what_is_missing(self):
        move = self.invoice(partner_id=self.partner.id)
        self.commit()
        self.vendor.sale_mode = "off"
        self.commit()
        self.send()
        self.assertFalse(self.sales())
        self.assertEqual(move.fiken_state, "absent")
        self.assertIn("switched off", move._get_alerts()["fiken"]["message"])

    def test_one_that_a_person_sends_though_its_kind_is_off(self):
        self.vendor.sale_mode = "off"
        move = self.invoice(partner_id=self.partner.id, fiken_mode="booked")
        self.commit()
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_marked_do_not_send_while_it_was_built(self):
        move = self.invoice(partner_id=self.partner.id)
        self.commit()
        self.env.cr.execute(
            "UPDATE account_move SET fiken_mode = 'none' WHERE id = %s", [move.id]
        )
        self.env.invalidate_all()
        self.send()
        self.assertFalse(self.sales())
        self.assertIn("Do not send", self.said(move))


class TestBillsSwitchedOff(BillCase):
    def test_bills_that_wait_are_not_sent_but_sales_are(self):
        partner = self.known_customer()
        bill, invoice = self.bill(), self.invoice(partner_id=partner.id)
        self.commit()
        self.vendor.bill_mode = "off"
        self.commit()
        self.send()
        self.assertEqual(bill.fiken_state, "absent")
        self.assertIn("switched off", str(bill.message_ids.mapped("body")))
        self.assertEqual(invoice.fiken_state, "booked")


class TestFilesOfDrafts(AttachmentCase):
    """The files of a draft are replaced, not added."""

    def setUp(self):
        super().setUp()
        self.vendor.sale_mode = "draft"

    def corrected(self):
        move = self.invoice(self.line(1000.0))
        self.send()
        first = move.invoice_pdf_report_id
        move.button_draft()
        move.invoice_line_ids.price_unit = 900.0
        move.action_post()
        return move, first

    def names(self, move, place="sales/drafts", resource="sale_draft"):
        return sorted(self.files_of(place, self.binding(move, resource).remote_id))

    def name_of(self, move, pdf_id):
        return f"{move.name.replace('/', '_')}-{pdf_id}.pdf"

    def test_corrected_draft_has_its_new_pdf_only(self):
        move, first = self.corrected()
        old = first.id
        self.send()
        self.send()
        new = move.invoice_pdf_report_id.id
        self.assertNotEqual(old, new)
        self.assertEqual(self.names(move), [self.name_of(move, new)])
        move.action_fiken_book()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        self.assertEqual(self.names(move, "sales", "sale"), [self.name_of(move, new)])

    def test_where_no_file_can_be_deleted_that_is_said(self):
        self.sandbox.unknowns(spec="2026-05")
        move, _first = self.corrected()
        self.send()
        self.send()
        job = self.jobs(move, "replaced_file")
        self.assertEqual(job.state, "failed")
        self.assertIn("Delete it there", job.reason)
        self.assertIn("outdated", move._get_alerts()["fiken_files"]["message"])
        self.assertTrue(self.todos(move))

    def test_corrected_and_booked_at_once_the_sale_has_the_new_pdf_only(self):
        move, _first = self.corrected()
        move.fiken_mode = "booked"
        self.send()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        new = move.invoice_pdf_report_id.id
        self.assertEqual(self.names(move, "sales", "sale"), [self.name_of(move, new)])

    def test_file_whose_draft_was_booked_meanwhile_is_not_missing(self):
        self.sandbox.fault("POST", "/attachments$", "status:503")
        move = self.invoice()
        self.send()
        self.assertEqual(self.names(move), [])
        move.action_fiken_book()
        self.send()
        self.time_passes(400)
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        self.assertEqual(len(self.files_of("sales", self.sale_id(move))), 1)
        self.assertFalse(
            self.jobs(move, "invoice_pdf").filtered(lambda j: j._is_open())
        )
        self.assertNotIn("fiken_files", move._get_alerts())
        self.assertNotIn("not in Fiken:", str(move.message_ids.mapped("body")))
        self.assertFalse(self.todos(move))

    def test_file_of_a_draft_that_somebody_booked_in_fiken(self):
        self.sandbox.fault("POST", "/attachments$", "status:503")
        move = self.invoice()
        self.send()
        draft = self.binding(move, "sale_draft").remote_id
        self.finish(draft)
        self.time_passes(400)
        self.send()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        self.assertEqual(len(self.files_of("sales", self.sale_id(move))), 1)
        self.assertNotIn("fiken_files", move._get_alerts())

    def finish(self, draft_id):
        path = f"/companies/{self.slug}/sales/drafts/{draft_id}/createSale"
        answer = requests.post(
            f"{self.sandbox.url}/api/v2{path}",
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        )
        self.assertLess(answer.status_code, 300, answer.text)


class TestFilesOfBillDrafts(BillCase, AttachmentCase):
    def setUp(self):
        super().setUp()
        self.vendor.bill_mode = "draft"

    def names(self, move, place="purchases/drafts", resource="purchase_draft"):
        return sorted(self.files_of(place, self.binding(move, resource).remote_id))

    def test_file_that_is_replaced_in_odoo_is_replaced_in_the_draft(self):
        bill = self.bill(post=False)
        old = self.file_on(bill, "feil.pdf")
        bill.action_post()
        self.send()
        self.assertEqual(self.names(bill), [f"feil-{old.id}.pdf"])
        old.unlink()
        new = self.file_on(bill, "riktig.pdf")
        self.commit()
        self.send()
        self.send()
        self.assertEqual(self.names(bill), [f"riktig-{new.id}.pdf"])

    def test_file_that_is_deleted_in_odoo_stays_with_what_is_booked(self):
        self.vendor.bill_mode = "booked"
        bill = self.bill(post=False)
        scan = self.file_on(bill)
        bill.action_post()
        self.send()
        name = f"Kvittering-{scan.id}.pdf"
        scan.unlink()
        self.commit()
        self.send()
        self.assertEqual(self.names(bill, "purchases", "purchase"), [name])
        self.assertIn("stays attached", str(bill.message_ids.mapped("body")))

    def test_file_of_a_bill_whose_draft_was_booked_meanwhile(self):
        self.sandbox.fault("POST", "/attachments$", "status:503")
        bill = self.bill(post=False)
        scan = self.file_on(bill, raw=PDF)
        bill.action_post()
        self.send()
        bill.action_fiken_book()
        self.send()
        self.time_passes(400)
        self.send()
        self.assertEqual(bill.fiken_state, "booked", self.jobs(bill).mapped("reason"))
        self.assertEqual(
            self.names(bill, "purchases", "purchase"), [f"Kvittering-{scan.id}.pdf"]
        )
        self.assertFalse(self.jobs(scan).filtered(lambda job: job._is_open()))
        self.assertNotIn("fiken_files", bill._get_alerts())
