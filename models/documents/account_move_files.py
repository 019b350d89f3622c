from odoo import models

from ..outbox.fiken_job import STOPPED_STATES, UNDERWAY_STATES
from .account_move import OPEN, UNSURE
from .move_types import BILL_TYPES, SENT_TYPES


class AccountMove(models.Model):
    """The files of documents that are in Fiken."""

    _inherit = "account.move"

    # Business

    def _fiken_original_files(self):
        """The files that document a bill: what a person attached to it."""
        self.ensure_one()
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", False),
            ]
        )
        return files | self.message_main_attachment_id

    def _fiken_enqueue_files(self, files):
        """These came after their documents had gone to Fiken, or while they did.

        An invoice's own PDF goes by itself.
        """
        Attachment = self.env["fiken.resource.attachment"].sudo()
        moves = self.filtered(
            lambda move: move.state == "posted" and move.move_type in SENT_TYPES
        )
        links = {
            link.res_id: link
            for link in moves._fiken_links(Attachment._takers()).sorted(
                lambda link: link.resource in self._fiken_resources("booked")
            )
        }
        # What has stopped is owed its files when it gets there.
        jobs = moves._fiken_jobs_where(OPEN | UNSURE).filtered(
            lambda job: job.state in UNDERWAY_STATES or job.outcome_unknown
        )
        under_way = set(jobs.mapped("res_id"))
        rows = []
        for move, vendor in self.env["fiken.vendor"]._of_documents(moves).items():
            link = links.get(move.id)
            if not vendor.attach_files or not link and move.id not in under_way:
                continue
            fiken_company = link.fiken_company_id if link else vendor.fiken_company_id
            rows += [
                Attachment._job_row(
                    file.id, fiken_company, vendor, Attachment._part_of(link, file)
                )
                for file in files
                if file.res_id == move.id and move._fiken_wants_file(file)
            ]
        self.env["fiken.job"].sudo()._enqueue(rows)
        # A file that Fiken does not take may have found one that it does.
        moves._fiken_retry_files(files)

    def _fiken_wants_file(self, file):
        """Beside an invoice's PDF Odoo makes electronic ones, which are nobody's."""
        return self.move_type in BILL_TYPES or not file.mimetype.endswith("/xml")

    def _fiken_retry_files(self, others):
        files = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("resource", "=", "attachment"),
                    ("res_model", "=", files._name),
                    ("res_id", "in", (files - others).ids),
                    ("state", "=", "failed"),
                    ("outcome_unknown", "=", False),
                ]
            )
        )
        jobs._begin_anew()

    def _fiken_owe_files(self):
        """*Retry* of a file: a bill is owed all that it has and Fiken has not."""
        for move in self.filtered(lambda move: move.move_type in BILL_TYPES):
            files = move._fiken_original_files()
            known = self.env["fiken.binding"]._of_files(files).mapped("res_id")
            move._fiken_enqueue_files(
                files.filtered(lambda file, known=known: file.id not in known)
            )

    def _fiken_files_deleted(self, links):
        """A draft in Fiken has no other files than its document; what is booked keeps
        them.

        :param links: of the files that are being deleted in Odoo
        """
        booked = self._fiken_booked_moves()
        Replaced = self.env["fiken.resource.replaced_file"]
        vendors = self.env["fiken.vendor"]._of_documents(self)
        for link in links:
            move = Replaced._move_of(link)
            if not move or move not in self:
                continue
            if move in booked:
                move._message_log(
                    body=self.env._(
                        "%(file)s was deleted in Odoo. It stays attached to what is"
                        " booked in Fiken.",
                        file=link.number,
                    )
                )
            else:
                Replaced._enqueue_links(link, vendors[move])

    def _fiken_file_jobs(self):
        """The newest job of each file of this document, stopped or not."""
        self.ensure_one()
        kinds = (
            self.env["fiken.resource.attachment"],
            self.env["fiken.resource.invoice_pdf"],
            self.env["fiken.resource.replaced_file"],
        )
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search_fetch(
                [
                    ("document_model", "=", self._name),
                    ("document_id", "=", self.id),
                    ("resource", "in", [one._resource for one in kinds]),
                ],
                ["resource", "res_id", "state", "reason", "waits_for_id"],
                order="id",
            )
        )
        newest = {(job.resource, job.res_id): job for job in jobs}
        return jobs.browse(job.id for job in newest.values())

    def _fiken_file_alert(self):
        """A file that is not in Fiken is said beside the document's own state."""
        self.ensure_one()
        if not self.id or not self.fiken_state:
            return {}
        jobs = self.env["fiken.job"]
        if self.fiken_has_open_jobs:
            jobs = self._fiken_file_jobs()
        stopped = jobs.filtered(
            lambda job: job.state in STOPPED_STATES and not job._waits_for_turn()
        )
        if stopped:
            words = stopped[0]._strategy()._trouble_words()
            return {
                "fiken_files": {
                    "level": "warning",
                    "message": f"{words} {stopped[0].reason or ''}",
                    "action_text": self.env._("See what is wrong"),
                    "action": stopped[0]._get_records_action(context={}),
                }
            }
        on_the_way = jobs.filtered(lambda job: job._is_open())
        if self.fiken_lacks_voucher and not on_the_way:
            return {
                "fiken_files": {
                    "level": "warning",
                    "message": self.env._(
                        "It is booked in Fiken without a voucher. Attach the supplier's"
                        " PDF to it here: it is sent by itself."
                    ),
                }
            }
        return {}
