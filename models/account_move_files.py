from odoo import models


class AccountMove(models.Model):
    """The files of documents that are in Fiken."""

    _inherit = "account.move"

    # Business

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
        """A file that is not in Fiken is said on the document, whose state it is not."""
        self.ensure_one()
        if not self.id or not self.fiken_state:
            return {}
        stopped = self._fiken_file_jobs().filtered(
            lambda job: job.state in ("blocked", "failed")
            and not job._waits_for_turn()
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
