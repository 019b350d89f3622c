"""Files that come to a document after it went to Fiken; no bill without a voucher."""

import base64

from ..outbox.common import OutboxCase
from .bills import BillCase
from .test_attachment import PDF, PNG, AttachmentCase

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT = "Se vedlegg"


class LaterCase(BillCase, AttachmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.attach_files = True

    def names(self, move, place="purchases", resource="purchase"):
        return sorted(self.files_of(place, self.binding(move, resource).remote_id))

    def booked_bill(self, **values):
        bill = self.bill(**values)
        self.send()
        self.assertEqual(bill.fiken_state, "booked", self.jobs(bill).mapped("reason"))
        return bill

    def letter(self, bill, **values):
        """A file that Fiken does not take."""
        return self.file_on(
            bill, "Faktura.docx", b"PK\x03\x04", mimetype=DOCX, **values
        )


class TestFilesLater(LaterCase):
    def test_every_way_that_a_file_comes(self):
        ways = {
            "drag": lambda bill: self.file_on(bill, "fil.pdf"),
            "main": lambda bill: self.main(bill),
            "chatter": lambda bill: bill.message_post(
                body=TEXT, attachments=[("fil.pdf", PDF)]
            ),
            "composer": lambda bill: self.composed(bill),
            "mail": lambda bill: bill.message_post(
                body=TEXT,
                message_type="email",
                attachments=[("fil.pdf", PDF)],
            ),
            "moved": lambda bill: self.moved(bill),
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                bill = self.booked_bill()
                way(bill)
                self.commit()
                self.send()
                [there] = self.names(bill)
                self.assertTrue(there.startswith("fil-"), there)

    def main(self, bill):
        self.file_on(bill, "første.docx", b"PK\x03\x04", mimetype=DOCX)
        file = self.file_on(bill, "fil.pdf")
        bill.message_main_attachment_id = file

    def composed(self, bill):
        file = self.env["ir.attachment"].create(
            {"name": "fil.pdf", "raw": PDF, "res_model": "mail.compose.message"}
        )
        bill.message_post(body=TEXT, attachment_ids=file.ids)

    def moved(self, bill):
        file = self.file_on(self.supplier, "fil.pdf")
        file.write({"res_model": bill._name, "res_id": bill.id})

    def test_second_file_goes_beside_the_first(self):
        bill = self.bill(post=False)
        self.file_on(bill, "en.pdf")
        bill.action_post()
        self.send()
        self.file_on(bill, "to.png", PNG)
        self.commit()
        self.send()
        self.assertEqual([name[:2] for name in self.names(bill)], ["en", "to"])

    def test_file_of_a_draft_in_fiken(self):
        self.vendor.bill_mode = "draft"
        bill = self.bill()
        self.send()
        self.file_on(bill, "fil.pdf")
        self.commit()
        self.send()
        self.assertEqual(len(self.names(bill, "purchases/drafts", "purchase_draft")), 1)
        bill.action_fiken_book()
        self.send()
        self.assertEqual(len(self.names(bill)), 1)
        self.assertEqual(self.uploads(), 1)

    def test_file_that_comes_while_the_bill_is_being_sent(self):
        self.sandbox.fault("POST", "/purchases$", "commit-then-drop")
        bill = self.bill()
        self.send()
        self.assertEqual(bill.fiken_state, "sending")
        self.file_on(bill, "fil.pdf")
        self.commit()
        self.time_passes(400)
        self.send()
        self.time_passes(400)
        self.send()
        self.assertEqual(len(self.names(bill)), 1)
        self.assertFalse(self.todos(bill))

    def test_file_of_an_invoice(self):
        self.vendor.attach_files = False
        move = self.invoice(partner_id=self.known_customer().id)
        self.send()
        self.vendor.attach_files = True
        self.file_on(move, "timeliste.pdf")
        self.commit()
        self.send()
        [name] = self.files_of("sales", self.sale_id(move))
        self.assertTrue(name.startswith("timeliste-"))

    def test_files_that_odoo_makes_itself_do_not_count(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.send()
        uploads = self.uploads()
        self.file_on(move, "ubl.xml", b"<Invoice/>", res_field="ubl_cii_xml_file")
        self.commit()
        self.send()
        self.assertEqual(self.uploads(), uploads)

    def test_file_that_fiken_does_not_take_is_said_on_the_invoice(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.send()
        self.letter(move)
        self.commit()
        self.send()
        self.assertIn("Faktura.docx", str(move.message_ids.mapped("body")))
        self.assertNotIn("factur-x", str(move.message_ids.mapped("body")))
        self.assertFalse(self.todos(move))

    def test_vendor_that_wants_no_files_is_left_alone(self):
        self.vendor.attach_files = False
        bill = self.booked_bill()
        self.file_on(bill)
        self.commit()
        self.send()
        self.assertEqual(self.uploads(), 0)
        self.assertNotIn("fiken_files", bill._get_alerts())

    # Add a PDF

    def test_pdf_that_is_added_as_told_goes_and_ends_the_trouble(self):
        bill = self.bill(post=False)
        letter = self.letter(bill)
        bill.message_main_attachment_id = letter
        bill.action_post()
        self.send()
        self.assertEqual(self.jobs(letter).state, "failed")
        self.assertIn("Add a PDF", self.jobs(letter).reason)
        self.file_on(bill, "fil.pdf")
        self.commit()
        self.send()
        self.assertEqual(len(self.names(bill)), 1)
        self.assertEqual(self.jobs(letter).state, "dropped")
        self.assertFalse(self.todos(bill))
        self.assertNotIn("fiken_files", bill._get_alerts())

    def test_retry_reads_the_files_of_the_bill_anew(self):
        bill = self.bill(post=False)
        letter = self.letter(bill)
        bill.action_post()
        self.send()
        pdf = self.file_on(bill, "fil.pdf")
        self.commit()
        # As if it had come when nobody looked.
        self.jobs(pdf).sudo().unlink()
        self.jobs(letter).action_retry()
        self.commit()
        self.send()
        self.assertEqual(len(self.names(bill)), 1)

    def test_bill_without_a_voucher_never_looks_done(self):
        bill = self.booked_bill()
        self.assertIn("without a voucher", self.alert(bill))
        self.assertTrue(bill.fiken_lacks_voucher)
        self.assertEqual(self.listed(), bill)
        letter = self.letter(bill)
        self.commit()
        self.send()
        self.assertIn("Add a PDF", self.alert(bill))
        self.jobs(letter).action_ignore()
        self.assertIn("without a voucher", self.alert(bill))
        self.file_on(bill, "fil.pdf")
        self.commit()
        self.send()
        self.assertNotIn("fiken_files", bill._get_alerts())
        self.assertFalse(bill.fiken_lacks_voucher)
        self.assertFalse(self.listed())
        self.env["fiken.job"].sudo().search([("state", "=", "done")]).unlink()
        self.assertNotIn("fiken_files", bill._get_alerts())

    def listed(self):
        return self.env["account.move"].search([("fiken_lacks_voucher", "=", True)])

    def alert(self, bill):
        return bill._get_alerts()["fiken_files"]["message"]


class TestPapersOwed(OutboxCase):
    """Number, KID and PDF of what Fiken issued are owed until they are here."""

    def test_papers_that_were_ignored_can_be_fetched(self):
        move = self.fiken_issued(partner_id=self.known_customer().id)
        self.sandbox.fault("GET", r"/invoices/\d+$", "status:403")
        self.send()
        self.jobs(move, "invoice_papers").action_ignore()
        self.assertEqual(move.fiken_state, "booked")
        alert = move._get_alerts()["fiken"]
        self.assertIn("not in Odoo yet", alert["message"])
        model, method, ids = alert["action_call"]
        getattr(self.env[model].browse(ids), method)()
        self.commit()
        self.send()
        self.assertTrue(move.invoice_pdf_report_id)
        self.assertNotIn("fiken", move._get_alerts())


class TestFileWrittenAnew(LaterCase):
    """The content of a file is written anew, and the file stays the same in Odoo."""

    NEW = PDF + b"% rettet\n"

    def with_scan(self, **values):
        bill = self.bill(post=False, **values)
        scan = self.file_on(bill)
        bill.action_post()
        self.send()
        self.assertEqual(len(self.names(bill, *self.place(bill))), 1)
        return bill, scan

    def place(self, bill):
        is_draft = bill.fiken_state == "draft"
        return (
            ("purchases/drafts", "purchase_draft")
            if is_draft
            else ("purchases", "purchase")
        )

    def anew(self, scan, raw=None):
        scan.raw = raw or self.NEW
        self.commit()
        self.send()
        self.send()

    def contents(self, bill):
        place, resource = self.place(bill)
        files = self.files_of(place, self.binding(bill, resource).remote_id)
        return {name: self.content(row) for name, row in files.items()}

    def test_booked_bill_has_it_as_it_was_and_as_it_is(self):
        bill, scan = self.with_scan()
        self.anew(scan)
        self.assertEqual(
            self.contents(bill),
            {
                f"Kvittering-{scan.id}.pdf": PDF,
                f"Kvittering-{scan.id}-1.pdf": self.NEW,
            },
        )
        self.assertIn("as it is now", str(bill.message_ids.mapped("body")))

    def test_written_anew_twice(self):
        bill, scan = self.with_scan()
        self.anew(scan)
        self.anew(scan, self.NEW + b"% igjen\n")
        self.assertEqual(len(self.contents(bill)), 3)
        self.assertIn(self.NEW + b"% igjen\n", self.contents(bill).values())

    def test_same_content_is_not_sent_again(self):
        _bill, scan = self.with_scan()
        self.anew(scan, PDF)
        self.assertEqual(self.uploads(), 1)

    def test_by_its_older_field_and_by_another_name(self):
        bill, scan = self.with_scan()
        scan.write({"datas": base64.b64encode(self.NEW), "name": "Ny.pdf"})
        self.commit()
        self.send()
        self.assertEqual(self.contents(bill)[f"Ny-{scan.id}-1.pdf"], self.NEW)

    def test_draft_has_the_new_one_only_and_so_has_what_it_becomes(self):
        self.vendor.bill_mode = "draft"
        bill, scan = self.with_scan()
        self.anew(scan)
        wanted = {f"Kvittering-{scan.id}-1.pdf": self.NEW}
        self.assertEqual(self.contents(bill), wanted)
        bill.action_fiken_book()
        self.send()
        self.send()
        self.assertEqual(bill.fiken_state, "booked")
        self.assertEqual(self.contents(bill), wanted)
        self.assertEqual(self.uploads(), 2)

    def test_written_anew_before_it_was_sent_it_goes_once(self):
        self.sandbox.fault("POST", "/attachments$", "status:429")
        bill = self.bill(post=False)
        scan = self.file_on(bill)
        bill.action_post()
        self.send()
        scan.raw = self.NEW
        self.commit()
        self.time_passes(400)
        self.send()
        self.assertEqual(self.contents(bill), {f"Kvittering-{scan.id}.pdf": self.NEW})

    def test_answer_to_the_first_was_lost(self):
        self.sandbox.fault("POST", "/attachments$", "commit-then-drop")
        bill = self.bill(post=False)
        scan = self.file_on(bill)
        bill.action_post()
        self.send()
        scan.raw = self.NEW
        self.commit()
        for _turn in range(3):
            self.time_passes(400)
            self.send()
        self.assertEqual(sorted(self.contents(bill).values()), sorted([PDF, self.NEW]))

    def test_file_of_an_invoice(self):
        self.vendor.attach_files = False
        move = self.invoice(partner_id=self.known_customer().id)
        self.send()
        self.vendor.attach_files = True
        sheet = self.file_on(move, "timeliste.pdf")
        self.commit()
        self.send()
        self.anew(sheet)
        self.assertEqual(len(self.files_of("sales", self.sale_id(move))), 2)
