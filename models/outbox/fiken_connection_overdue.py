from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Domain

from ..connection.fiken_access_mixin import WARNING
from .fiken_job import OPEN_STATES, STOPPED_STATES
from .fiken_job_state import BACKOFF

# What is not in Fiken after this time is told, whatever holds it up.
OVERDUE = timedelta(days=1)
# Of more documents than these nobody wants a to-do each: the connection has one.
MANY = 20
EXAMPLES = 5


class FikenConnection(models.Model):
    """Nothing waits in silence: who is told of what is not in Fiken."""

    _inherit = "fiken.connection"

    def _tell_overdue(self):
        """A to-do on each document that waits too long, and one on the connection.

        The connection's names what no record of its own tells: contacts, products,
        stock and projects that stopped, and whatever there is too much of.
        """
        self.ensure_one()
        company = self._managed_companies()[:1]
        here = self.with_context(lang=company._fiken_lang())
        overdue, stopped = here._overdue_jobs(), here._untold_jobs()
        on_records = overdue.filtered(lambda job: job._strategy()._notifies)
        if on_records and len(on_records) <= MANY:
            self.env["fiken.notifier"].sudo()._tell_late(on_records, here._trouble())
            overdue -= on_records
        here._keep_told(stopped | overdue)

    def _overdue_jobs(self):
        """Those that should be in Fiken for long, and are still on their way."""
        border = fields.Datetime.now() - OVERDUE
        late = Domain("due_at", "<", border) | Domain("attempts", ">=", len(BACKOFF))
        jobs = self._open_jobs(late)
        return jobs.filtered(
            lambda job: job.state not in STOPPED_STATES or job._waits_for_turn()
        )

    def _untold_jobs(self):
        """Those that stopped, of kinds whose records have no chatter that says so."""
        jobs = self._open_jobs(Domain("state", "in", STOPPED_STATES))
        return jobs.filtered(
            lambda job: not job._strategy()._notifies and not job._waits_for_turn()
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
        """One to-do for each manager while something is not in Fiken."""
        summary = self.env._("Some records are not in Fiken")
        told = self.activity_ids.filtered(
            lambda todo: (
                todo.summary == summary
                and todo.activity_type_id == self.env.ref(WARNING)
            )
        )
        if not jobs:
            told.unlink()
            return
        note = self._overdue_note(jobs)
        told.filtered(lambda todo: todo.note != note).note = note
        self._notify_managers(summary, note)

    def _overdue_note(self, jobs):
        """How many of what, and why the first ones are not there."""
        trouble = self._trouble()
        lines = []
        for resource, group in jobs.grouped("resource").items():
            strategy = self.env[f"fiken.resource.{resource}"]
            lines.append(f"{strategy._label()}: {len(group)}")
            lines += [
                f"– {job.record_name}: {job.why or trouble}" for job in group[:EXAMPLES]
            ]
        lines.append(
            self.env._("Open the outbox to see them all, and to try them again.")
        )
        return Markup("<p>%s</p>") % Markup("<br/>").join(lines)
