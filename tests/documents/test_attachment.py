import base64
from unittest.mock import patch

import requests

from odoo.exceptions import UserError

from ..common import TODAY
from ..outbox.common import LOOK_AFTER, OutboxCase
from .sales import SaleCase

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


class AttachmentCase(SaleCase, OutboxCase):
    """Helpers of the tests about files."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.attach_files = True

    def files_of(self, place, remote_id):
        """{name: content} of what is attached in Fiken."""
        rows = self.files_in_fiken(f"{place}/{remote_id}")
        return {row["downloadUrl"].rsplit("/", 1)[-1]: row for row in rows}

    def content(self, row):
        answer = requests.get(
            row["downloadUrl"],
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        )
        return answer.content

    def file_on(self, record, name="Kvittering.pdf", raw=PDF, **values):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": raw,
                "res_model": record._name,
                "res_id": record.id,
                **values,
            }
        )

    def sale_id(self, move):
        return self.binding(move, "sale").remote_id

    def enqueue_file(self, attachment):
        """Somebody presses a button that sends a file."""
        self.owe("attachment", attachment)

    def uploads(self):
        return self.sandbox.count("POST", "/attachments")


class TestCountedByDocument(AttachmentCase):
    def test_an_invoice_that_waits_with_its_files_is_one_to_do(self):
        """Its PDF and another file wait with it: that is one document, not two."""
        account = self.account("3005")
        self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_id == account
        ).unlink()
        move = self.invoice(self.line(account="3005"))
        self.enqueue_file(self.file_on(move))
        self.enqueue_file(self.file_on(move, name="Avtale.pdf"))
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        todos = self.env["fiken.todo"].sudo().search([("state", "=", "open")])
        [todo] = todos.filtered(lambda one: one.kind == "setting")
        self.assertEqual((todo.count, todo.res_model), (1, move._name))
        self.assertEqual(todo.res_ids, move.ids)


class TestInvoicePdf(AttachmentCase):
    """An invoice that Odoo issues carries its PDF in Fiken."""

    def test_pdf_that_odoo_made_is_attached(self):
        move = self.invoice()
        self.assertFalse(move.invoice_pdf_report_id)
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        pdf = move.invoice_pdf_report_id
        self.assertTrue(pdf, "the worker made it")
        self.assertTrue(move.highlight_send_button, "nobody has sent it yet")
        [(name, row)] = self.files_of("sales", self.sale_id(move)).items()
        self.assertEqual(name, f"{move.name.replace('/', '_')}-{pdf.id}.pdf")
        self.assertEqual(self.content(row), pdf.raw)

    def test_invoice_counts_as_sent_only_when_somebody_sent_it(self):
        move = self.invoice()
        self.send()
        self.assertTrue(move.invoice_pdf_report_id)
        self.assertFalse(move.is_move_sent)

    def test_confirming_makes_no_pdf(self):
        report = self.env.registry["ir.actions.report"]
        with patch.object(report, "_pre_render_qweb_pdf", side_effect=AssertionError):
            self.invoice()
            self.commit()

    def test_pdf_is_made_once(self):
        report = self.env.registry["ir.actions.report"]
        original, made = report._pre_render_qweb_pdf, []

        def counted(*args, **kwargs):
            made.append(args)
            return original(*args, **kwargs)

        self.sandbox.fault("POST", "/attachments$", "status:503")
        with patch.object(report, "_pre_render_qweb_pdf", counted):
            move = self.invoice()
            self.send()
            self.time_passes(LOOK_AFTER + 1)
            self.send()
            self.time_passes(400)
            self.send()
        self.assertEqual(self.jobs(move, "invoice_pdf").state, "done")
        self.assertEqual(len(made), 1)

    def test_pdf_that_the_customer_got_is_the_one_attached(self):
        move = self.invoice()
        pdf = self.file_on(
            move, "Sendt.pdf", res_field="invoice_pdf_report_file", raw=PDF
        )
        move.invalidate_recordset()
        self.send()
        [row] = self.files_of("sales", self.sale_id(move)).values()
        self.assertEqual(self.content(row), pdf.raw)

    def test_vendor_that_wants_no_files_sends_none(self):
        self.vendor.attach_files = False
        move = self.invoice()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertFalse(self.jobs(move, "invoice_pdf"))
        self.assertEqual(self.uploads(), 0)

    def test_pdf_that_cannot_be_made_is_said_and_leaves_the_sale_alone(self):
        report = self.env.registry["ir.actions.report"]
        with patch.object(
            report, "_pre_render_qweb_pdf", side_effect=UserError("No wkhtmltopdf")
        ):
            move = self.invoice()
            self.send()
        job = self.jobs(move, "invoice_pdf")
        self.assertEqual(job.state, "failed")
        self.assertIn("No wkhtmltopdf", job.reason)
        self.assertEqual(move.fiken_state, "booked")
        self.assertIn("No wkhtmltopdf", str(move.message_ids.mapped("body")))
        self.assertTrue(self.todos(move))
        self.assertIn("No wkhtmltopdf", move._get_alerts()["fiken_files"]["message"])
        job.action_retry()
        self.send()
        self.assertEqual(job.state, "done")
        self.assertFalse(self.todos(move))
        self.assertNotIn("fiken_files", move._get_alerts())
        self.assertEqual(len(self.sales()), 1)

    def test_pdf_of_a_draft_follows_when_it_is_booked(self):
        self.vendor.sale_mode = "draft"
        move = self.invoice()
        self.send()
        draft = self.binding(move, "sale_draft").remote_id
        self.assertEqual(len(self.files_of("sales/drafts", draft)), 1)
        move.action_fiken_book()
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        self.assertEqual(len(self.files_of("sales", self.sale_id(move))), 1)
        self.assertEqual(self.uploads(), 1)
        self.assertEqual(set(self.jobs(move, "invoice_pdf").mapped("state")), {"done"})

    def test_pdf_of_a_sales_receipt_follows_when_it_is_paid(self):
        move = self.invoice(self.line(100.0), move_type="out_receipt")
        cash = self.company_data["default_journal_cash"]
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"journal_id": cash.id, "payment_date": TODAY})._create_payments()
        self.send()
        sale = self.binding(move, "cash_sale").remote_id
        self.assertEqual(len(self.files_of("sales", sale)), 1)

    def test_draft_that_changed_carries_the_new_pdf(self):
        self.vendor.sale_mode = "draft"
        move = self.invoice()
        self.send()
        first = move.invoice_pdf_report_id
        move.button_draft()
        move.invoice_line_ids.price_unit = 7.0
        move.action_post()
        self.send()
        second = move.invoice_pdf_report_id
        self.assertNotEqual(first, second)
        names = self.files_of(
            "sales/drafts", self.binding(move, "sale_draft").remote_id
        )
        self.assertTrue([name for name in names if f"-{second.id}.pdf" in name])


class TestAttachment(AttachmentCase):
    """Files go to Fiken once, and never disturb the document they belong to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Only the files that a test adds itself.
        cls.vendor.attach_files = False

    def booked_invoice(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        return move

    def test_file_waits_for_its_document(self):
        self.vendor.ledger_id.sales_without_tax = False
        move = self.invoice(self.line(100.0, None, "3009"))
        scan = self.file_on(move)
        self.enqueue_file(scan)
        self.send()
        job = self.jobs(scan)
        self.assertEqual(job.state, "blocked", job.reason)
        self.assertEqual(job.waits_for_id, self.jobs(move))
        self.assertEqual(self.uploads(), 0)
        self.vendor.ledger_id.sales_without_tax = "NONE"
        self.send()
        self.assertEqual(job.state, "done", job.reason)
        self.assertEqual(len(self.files_of("sales", self.sale_id(move))), 1)

    def test_file_of_what_never_goes_to_fiken_is_dropped(self):
        move = self.invoice(fiken_mode="none")
        scan = self.file_on(move)
        self.enqueue_file(scan)
        self.send()
        self.assertEqual(self.jobs(scan).state, "dropped")
        self.assertIn(move.name, self.jobs(scan).reason)

    def test_two_files_of_one_name_are_both_there(self):
        move = self.booked_invoice()
        scans = self.file_on(move, "scan.png", PNG) | self.file_on(
            move, "scan.png", PNG
        )
        for scan in scans:
            self.enqueue_file(scan)
        self.send()
        self.assertEqual(
            set(self.files_of("sales", self.sale_id(move))),
            {f"scan-{scan.id}.png" for scan in scans},
        )

    def test_lost_answer_is_looked_up_by_the_name(self):
        """Whether answers name the file or only have it in the address."""
        for spec in ("2026-09", "2026-05"):
            for fault in ("commit-then-drop", "commit-then-500", "drop"):
                with self.subTest(spec=spec, fault=fault):
                    self.sandbox.unknowns(spec=spec)
                    move = self.booked_invoice()
                    scan = self.file_on(move, "Kjøp nr 1.pdf")
                    self.enqueue_file(scan)
                    self.sandbox.fault("POST", "/attachments$", fault)
                    self.send()
                    self.assertTrue(self.jobs(scan).outcome_unknown)
                    self.time_passes(LOOK_AFTER + 1)
                    self.send()
                    self.time_passes(400)
                    self.send()
                    job = self.jobs(scan)
                    self.assertEqual(job.state, "done", job.reason)
                    rows = self.sandbox.get(
                        f"/companies/{self.slug}/sales/{self.sale_id(move)}/attachments"
                    )
                    self.assertEqual(
                        {self.binding(scan, "attachment").remote_id},
                        {row["identifier"] for row in rows},
                    )

    def test_file_that_fiken_lists_twice_is_found_once(self):
        for spec in ("2026-09", "2026-05"):
            with self.subTest(spec=spec):
                self.sandbox.unknowns(spec=spec, attachments_listed="twice")
                move = self.booked_invoice()
                scan = self.file_on(move, "Kjøp nr 2.pdf")
                self.enqueue_file(scan)
                self.sandbox.fault("POST", "/attachments$", "commit-then-drop")
                self.send()
                self.time_passes(LOOK_AFTER + 1)
                self.send()
                job = self.jobs(scan)
                self.assertEqual(job.state, "done", job.reason)
                self.assertEqual(self.uploads(), 1)
                self.sandbox.reset_stats()

    def test_type_that_fiken_refuses_is_said_and_not_tried(self):
        move = self.booked_invoice()
        for name, raw in (("ehf.xml", b"<Invoice/>"), ("tabell.csv", b"a;b\n1;2")):
            other = self.file_on(move, name, raw)
            self.enqueue_file(other)
            self.send()
            job = self.jobs(other)
            self.assertEqual(job.state, "failed")
            self.assertIn(name, job.reason)
            self.assertIn("PDF, PNG, JPEG and GIF", job.reason)
        self.assertEqual(self.uploads(), 0)
        self.assertEqual(move.fiken_state, "booked")

    def test_type_that_fiken_refuses_needs_nobody_when_a_pdf_is_there(self):
        """As with an EHF invoice, whose PDF comes along."""
        move = self.booked_invoice()
        self.file_on(move)
        ehf = self.file_on(move, "ehf.xml", b"<Invoice/>")
        self.enqueue_file(ehf)
        self.send()
        self.assertEqual(self.jobs(ehf).state, "dropped")
        self.assertIn("ehf.xml", str(move.message_ids[0].body))
        self.assertFalse(self.todos(move))

    def test_empty_file_and_link_are_said(self):
        move = self.booked_invoice()
        link = self.file_on(
            move, "Lenke", raw=False, type="url", url="https://example.com/a.pdf"
        )
        empty = self.file_on(move, "tom.pdf", b"", mimetype="application/pdf")
        for attachment in link | empty:
            self.enqueue_file(attachment)
            self.send()
            self.assertNotIn(self.jobs(attachment).state, ("done", "pending"))
            self.assertIn(attachment.name, self.jobs(attachment).reason)
        self.assertEqual(self.uploads(), 0)

    def test_too_big_for_fiken(self):
        self.sandbox.unknowns(max_attachment_bytes=20)
        move = self.booked_invoice()
        scan = self.file_on(move)
        self.enqueue_file(scan)
        self.send()
        self.assertEqual(self.jobs(scan).state, "failed")
        self.assertIn("too big", self.jobs(scan).reason)
        self.assertEqual(self.uploads(), 1)

    def test_too_big_for_anybody_is_not_tried(self):
        move = self.booked_invoice()
        scan = self.file_on(move)
        self.enqueue_file(scan)
        with patch(
            "odoo.addons.fiken_connector.fiken_api.files.SIZE_LIMIT", len(PDF) - 1
        ):
            self.send()
        self.assertEqual(self.jobs(scan).state, "failed")
        self.assertIn("too big", self.jobs(scan).reason)
        self.assertEqual(self.uploads(), 0)

    def test_file_is_sent_once(self):
        move = self.booked_invoice()
        scan = self.file_on(move)
        for _each in range(2):
            self.enqueue_file(scan)
            self.send()
        self.assertEqual(self.uploads(), 1)

    def test_document_that_vanished_from_fiken_is_not_made_anew(self):
        move = self.booked_invoice()
        self.edit_in_fiken("sales", self.sale_id(move), saleId=None)
        scan = self.file_on(move)
        self.binding(move, "sale").sudo().remote_id = "999999999999"
        self.enqueue_file(scan)
        self.send()
        self.assertEqual(self.jobs(scan).state, "failed")
        self.assertIn("no longer in Fiken", self.jobs(scan).reason)
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1)

    def test_deleted_file_is_not_owed(self):
        move = self.booked_invoice()
        scan = self.file_on(move)
        self.enqueue_file(scan)
        job = self.jobs(scan)
        scan.unlink()
        self.send()
        self.assertEqual(job.state, "dropped")
        self.assertEqual(self.uploads(), 0)

    def test_log_has_name_and_size_of_a_file(self):
        move = self.booked_invoice()
        scan = self.file_on(move)
        self.enqueue_file(scan)
        self.send()
        [line] = self.jobs(scan).log_ids
        self.assertIn(f'"bytes": {len(PDF)}', line.request_body)
        self.assertNotIn("Catalog", line.request_body)
