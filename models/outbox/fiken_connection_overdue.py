from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..connection.sentence import _lt, joined
from .fiken_job import OPEN_STATES, STOPPED_STATES
from .fiken_job_state import BACKOFF

# What is not in Fiken after this time is told, whatever holds it up.
OVERDUE = timedelta(days=1)
EXAMPLES = 5


class FikenConnection(models.Model):
    """Nothing waits in silence: who is told of what is not in Fiken."""

    _inherit = "fiken.connection"

    def _tell_overdue(self):
        """What stopped, and one to-do for all that waits for too long."""
        self.ensure_one()
        if not self.env["fiken.worker"]._has_due_work(self):
            # What is tried again just now is not cured by that.
            self.env["fiken.todo"]._follow_jobs(self)
        self._keep_told(self._overdue_jobs())

    def _overdue_jobs(self):
        """Those that should be in Fiken for long, and are still on their way."""
        border = fields.Datetime.now() - OVERDUE
        late = Domain("due_at", "<", border) | Domain("attempts", ">=", len(BACKOFF))
        jobs = self._open_jobs(late)
        return jobs.filtered(
            lambda job: job.state not in STOPPED_STATES or job._waits_for_turn()
        )

    def _trouble(self):
        """Why nothing goes on, for those that were not tried themselves."""
        tried = self._open_jobs(
            Domain("attempts", ">", 0) & Domain("reason", "!=", False), limit=1
        )
        return tried.reason or ""

    def _open_jobs(self, domain, limit=None):
        return (
            self.env["fiken.job"]
            .sudo()
            .search(
                Domain("fiken_company_id.connection_id", "=", self.id)
                & Domain("state", "in", OPEN_STATES)
                & domain,
                order="id",
                limit=limit,
            )
        )

    def _keep_told(self, jobs):
        """A to-do while something is not in Fiken that should be there for long."""
        if not jobs:
            self._cured("late")
            return
        count = len({(job.res_model, job.res_id) for job in jobs})
        self._notify_managers(
            "late",
            _lt("%(count)s wait for more than a day", count=count),
            self._overdue_note(jobs),
            kind="late",
            count=count,
        )

    def _overdue_note(self, jobs):
        """How many of what, and why the first ones are not there."""
        trouble = self._trouble()
        lines = []
        for resource, group in jobs.grouped("resource").items():
            strategy = self.env[f"fiken.resource.{resource}"]
            lines.append(joined(strategy._title, len(group), separator=": "))
            lines += [
                joined(
                    f"– {job.record_name}", job._held_up() or trouble, separator=": "
                )
                for job in group[:EXAMPLES]
            ]
        return joined(*lines)
