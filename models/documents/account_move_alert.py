from odoo import models

from ..connection.fiken_access_mixin import USER


class AccountMove(models.Model):
    """What a document's page says above it, and where it leads."""

    _inherit = "account.move"

    def _get_alerts(self):
        alerts = super()._get_alerts()
        # Others see no badge, and may not open what an alert leads to.
        if not self.env.user.has_group(USER):
            return alerts
        job = self.fiken_job_id.sudo()
        if self.fiken_state in ("blocked", "failed"):
            action_text, action = job._way_out()
            alerts["fiken"] = {
                "level": "danger" if self.fiken_state == "failed" else "warning",
                "message": self._fiken_stopped_text(job),
                "action_text": action_text,
                "action": action,
            }
        elif self.fiken_state in ("waiting", "sending") and self.fiken_reason:
            alerts["fiken"] = {"level": "info", "message": self.fiken_reason}
        elif self.fiken_state == "booked" and self._fiken_awaits_papers():
            alerts["fiken"] = self._fiken_papers_alert()
        elif self.fiken_state == "absent" and not self._fiken_is_due():
            alerts["fiken"] = {"level": "info", "message": self._fiken_unpaid_text()}
        elif self.fiken_state == "absent":
            alerts["fiken"] = {
                "level": "info",
                "message": self._fiken_absent_text(),
            }
        elif self.fiken_state == "booked" and self.state in ("draft", "cancel"):
            alerts["fiken"] = {
                "level": "danger",
                "message": self.env._(
                    "It is booked in Fiken as %(number)s, but not in Odoo: somebody"
                    " finished its draft there. Confirm it here as it is booked there,"
                    " or reverse it there.",
                    number=self.fiken_number,
                ),
                "action_text": self.env._("Open in Fiken"),
                "action": self.action_fiken_open(),
            }
        elif self.fiken_state == "draft" and self.state == "cancel":
            alerts["fiken"] = {
                "level": "warning",
                "message": self.env._(
                    "Cancelled in Odoo, but its draft is still in Fiken. Delete it"
                    " there."
                ),
            }
            if self.fiken_url:
                alerts["fiken"].update(
                    action_text=self.env._("Open in Fiken"),
                    action=self.action_fiken_open(),
                )
        alerts.update(self._fiken_file_alert())
        return alerts

    def _fiken_stopped_text(self, job):
        if job.outcome_unknown:
            return self.env._(
                "It may be in Fiken already. %(reason)s", reason=job.reason or ""
            )
        if job.found or self.fiken_link_id:
            # It says itself that the document is there, or may be.
            return job.reason or ""
        return self.env._("Not in Fiken yet. %(reason)s", reason=job.reason or "")

    def _fiken_absent_text(self):
        if self.fiken_has_jobs and self._fiken_unsure_jobs():
            return self.env._(
                "It may be in Fiken already: no answer came when it was sent, and that"
                " was ignored. Press Send to Fiken to look for it there."
            )
        absent = self.env._(
            "Not in Fiken. Press Send to Fiken, or mark it Do not send if it is booked"
            " there already."
        )
        return " ".join(filter(None, [self._fiken_dropped_reason(), absent]))

    def _fiken_papers_alert(self):
        """Fiken has issued it, and the customer cannot get it yet."""
        alert = {
            "level": "warning",
            "message": self.env._(
                "Booked in Fiken, but its number, KID and PDF are not in Odoo yet. The"
                " customer gets it when they are."
            ),
        }
        if not self._fiken_jobs():
            # Somebody has ignored the job that was to fetch them.
            alert["action_text"] = self.env._("Fetch them")
            alert["action_call"] = (self._name, "action_fiken_send", self.ids)
        return alert

    def _fiken_dropped_reason(self):
        """Why it was not sent after all, where that is what happened last."""
        if not self.fiken_has_jobs:
            return ""
        resources = self._fiken_resources("booked", "draft")
        job = self.env["fiken.job"]._latest(self._name, self.ids, resources)
        job = job.get(self.id)
        return job.reason or "" if job and job.state == "dropped" else ""
