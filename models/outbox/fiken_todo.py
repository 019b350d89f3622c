from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ..connection.fiken_todo import digest, first_sentence
from .fiken_job import STOPPED_STATES

# What jobs have in common that stopped by one cause.
CAUSE_FIELDS = (
    "fiken_company_id",
    "company_id",
    "state",
    "setting_model",
    "setting_id",
    "reason",
)
# Of so many records a to-do says which.
NAMED = 10


class FikenTodo(models.Model):
    """A to-do for each cause by which jobs stopped, for as long as one of them is."""

    _inherit = "fiken.todo"

    job_id = fields.Many2one("fiken.job", readonly=True, ondelete="set null")

    # Actions

    def action_open(self):
        self.ensure_one()
        job = self.job_id
        if not job:
            return super().action_open()
        if self.kind == "setting" and self.can_act:
            return job._way_out()[1]
        if self.count == 1:
            return job._form_action()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_job_action"
        )
        stopped = self._stopped_domain(self.connection_id) & Domain(
            [(name, "=", self._cause_value(job, name)) for name in CAUSE_FIELDS]
        )
        return {**action, "name": self.title, "domain": list(stopped), "context": {}}

    def _cause_value(self, job, name):
        value = job[name]
        return value.id if isinstance(value, models.BaseModel) else value

    # Business

    @api.model
    def _follow_jobs(self, connection):
        """Open and close, by what has stopped on a connection now."""
        causes = self._causes_of_jobs(connection)
        prefix = f"job:{connection.id}:"
        gone = self._open_causes(prefix) - set(causes)
        if gone:
            self._close_causes(gone)
        for cause, values in causes.items():
            self._tell_cause(connection, cause, values)

    def _open_causes(self, prefix):
        domain = Domain("cause", "=like", f"{prefix}%") & (
            Domain("state", "=", "open") | Domain("closed_by_id", "!=", False)
        )
        return set(self.sudo().search(domain).mapped("cause"))

    @api.model
    def _stopped_domain(self, connection):
        """Those that tell no to-do of their own."""
        return (
            Domain("fiken_company_id.connection_id", "=", connection.id)
            & Domain("state", "in", STOPPED_STATES)
            & Domain("res_model", "not in", self._own_tellers())
        )

    @api.model
    def _own_tellers(self):
        """Models whose records say themselves what a person must do."""
        return []

    @api.model
    def _causes_of_jobs(self, connection):
        """{cause: (first job, how many records)} of what has stopped."""
        Job = self.env["fiken.job"].sudo()
        domain = self._stopped_domain(connection)
        causes = {}
        for *values, first, count in Job._read_group(
            domain & Domain("waits_for_id", "=", False),
            CAUSE_FIELDS,
            ["id:min", "res_id:count_distinct"],
        ):
            cause = self._cause_of(connection, values)
            causes[cause] = [Job.browse(first), count, 0]
        # Who waits for a job that stopped, has stopped by its cause.
        waiting = defaultdict(set)
        for job in Job.search_fetch(
            domain & Domain("waits_for_id", "!=", False),
            ["waits_for_id", "res_model", "res_id"],
        ):
            root = root_of(job)
            values = [root[name] for name in CAUSE_FIELDS]
            waiting[self._cause_of(connection, values)].add((job.res_model, job.res_id))
        for cause, records in waiting.items():
            if cause in causes:
                causes[cause][2] = len(records)
        # Its files wait with a document, and five invoices with a customer: of both the
        # greater number is how many records are not there.
        return {
            cause: (job, max(count, behind))
            for cause, (job, count, behind) in causes.items()
        }

    def _cause_of(self, connection, values):
        keys = [
            str(value.id if isinstance(value, models.BaseModel) else value)
            for value in values
        ]
        return f"job:{connection.id}:{digest('|'.join(keys))}"

    def _tell_cause(self, connection, cause, values):
        job, count = values
        strategy = job.fiken_company_id._acting(f"fiken.resource.{job.resource}")
        job = job.with_env(strategy.env)
        here = self.with_env(strategy.env)
        record = strategy._told_on(job) if count == 1 else None
        here._tell(
            cause,
            here._job_title(job, count),
            job.reason,
            user=here._who_can(job, record),
            record=record,
            kind="setting" if job.state == "blocked" else "document",
            count=count,
            job_id=job.id,
            connection_id=connection.id,
            fiken_company_id=job.fiken_company_id.id,
            company_id=job.company_id.id,
        )

    def _job_title(self, job, count):
        sentence = first_sentence(job.reason)
        if count == 1:
            return f"{job.record_name}: {sentence}"
        return self.env._("%(cause)s: %(count)s wait", cause=sentence, count=count)

    def _who_can(self, job, record):
        """Who caused it, where it is their record's own fault; else a manager."""
        if job.state == "failed" and record:
            return self._responsible(job, record)
        return job._manager_of(job.company_id, job if record is None else record)

    @api.model
    def _responsible(self, job, record):
        """Who caused a job, if they may see it and its record; else a manager."""
        user = job.sudo().create_uid
        group = self.env.ref("fiken_connector.group_fiken_user")
        if (
            user.active
            and not user.share
            and group in user.all_group_ids
            and job._may_open(user, job.company_id, record)
        ):
            return user
        return job._manager_of(job.company_id, record)


def root_of(job):
    """The job that it waits for in the end; itself where it waits for none."""
    seen = job
    while job.waits_for_id and job.waits_for_id not in seen:
        job = job.waits_for_id
        seen |= job
    return job
