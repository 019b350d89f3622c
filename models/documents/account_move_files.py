from odoo import models

from ..outbox.fiken_job import STOPPED_STATES
from .account_move import BILL_TYPES


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

    def _fiken_follow_write(self, vals):
        """What was written may be a reason to send something."""
        if "message_main_attachment_id" in vals:
            self._fiken_enqueue_original()

    def _fiken_enqueue_original(self):
        """The original came after its bill had gone to Fiken."""
        bills = self.filtered(
            lambda move: move.move_type in BILL_TYPES
            and move.state == "posted"
            and move.fiken_state in ("draft", "booked")
        )
        for move, vendor in self.env["fiken.vendor"]._of_documents(bills).items():
            if vendor and vendor.attach_files:
                self.env["fiken.resource.attachment"].sudo()._enqueue(
                    move.message_main_attachment_id, vendor.fiken_company_id, vendor
                )

    def _fiken_file_jobs(self):
        """The newest job of each file of this document, stopped or not."""
        self.ensure_one()
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "=", self.id)])
        )
        Job = self.env["fiken.job"]
        jobs = Job._latest(files._name, files.ids, ["attachment"])
        jobs.update(Job._latest(self._name, self.ids, ["invoice_pdf"]))
        return Job.union(*jobs.values())

    def _fiken_file_alert(self):
        """A file that is not in Fiken is said beside the document's own state."""
        self.ensure_one()
        if not self.id or not self.fiken_state:
            return {}
        stopped = self._fiken_file_jobs().filtered(
            lambda job: job.state in STOPPED_STATES and not job._waits_for_turn()
        )
        if not stopped:
            return {}
        return {
            "fiken_files": {
                "level": "warning",
                "message": self.env._(
                    "A file is not in Fiken. %(reason)s", reason=stopped[0].reason or ""
                ),
                "action_text": self.env._("Look at the job"),
                "action": stopped[0]._form_action(),
            }
        }
