from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..connection.sentence_cause import together
from .fiken_job import STOPPED_STATES

# What jobs have in common that stopped by one cause.
CAUSE_FIELDS = (
    "fiken_company_id",
    "company_id",
    "state",
    "setting_model",
    "setting_id",
    "cause",
)
# So many different reasons of a cause are put together.
EXAMPLES = 6


class FikenTodo(models.Model):
    """A to-do for each cause by which jobs stopped, for as long as one of them is."""

    _inherit = "fiken.todo"

    job_id = fields.Many2one(
        "fiken.job", readonly=True, index="btree_not_null", ondelete="set null"
    )
    jobs_domain = fields.Json(readonly=True, help="Which jobs stopped by this cause.")

    # Actions

    def action_open(self):
        self.ensure_one()
        job = self.job_id
        if not job:
            return super().action_open()
        if self.kind == "setting" and self.can_act:
            return job._way_out()[1]
        domain = Domain(self.jobs_domain)
        if self.count == 1 or self.env["fiken.job"].search_count(domain, limit=2) < 2:
            return job._get_records_action(context={})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_job_action"
        )
        return {**action, "name": self.title, "domain": list(domain), "context": {}}

    # Business

    @api.model
    def _follow_jobs(self, connection):
        """Open and close, by what has stopped on a connection now."""
        prefix = f"job:{connection.id}:"
        causes = {
            prefix + ":".join(map(str, row[: len(CAUSE_FIELDS)])): row
            for row in self._stopped_jobs(connection)
        }
        gone = self._open_causes(prefix) - set(causes)
        if gone:
            self._close_causes(gone)
        # In one order, so that two who do this at once wait for each other.
        for cause, row in sorted(causes.items(), key=lambda item: item[0]):
            self._tell_cause(connection, cause, row)

    def _open_causes(self, prefix):
        domain = Domain("cause", "=like", f"{prefix}%") & (
            Domain("state", "=", "open") | Domain("closed_by_id", "!=", False)
        )
        return set(self.sudo().search(domain).mapped("cause"))

    @api.model
    def _own_tellers(self):
        """The resources whose records say themselves what a person must do."""
        return []

    @api.model
    def _stopped_jobs(self, connection):
        """[(*CAUSE_FIELDS, first job, how many documents, reasons)] of what stopped.

        Who waits for a job that stopped, and who waits for these, has stopped by its
        cause. Five invoices wait with a customer of whom there is a document besides:
        of both the greater number is how many are not there.
        """
        self.env["fiken.job"].flush_model()
        columns = SQL(", ").join(SQL.identifier("root", name) for name in CAUSE_FIELDS)
        return self.env.execute_query(
            SQL(
                """
                SELECT %(columns)s, MIN(root.id),
                       GREATEST(
                           COUNT(DISTINCT (job.document_model, job.document_id))
                               FILTER (WHERE job.id = root.id),
                           COUNT(DISTINCT (job.document_model, job.document_id))
                               FILTER (WHERE job.id != root.id)),
                       jsonb_path_query_array(
                           jsonb_agg(DISTINCT root.reason), %(examples)s)
                  FROM fiken_job job
             LEFT JOIN fiken_job other ON other.id = job.waits_for_id
             LEFT JOIN fiken_job third ON third.id = other.waits_for_id
                  JOIN fiken_job root
                    ON root.id = COALESCE(third.id, other.id, job.id)
                  JOIN fiken_company company ON company.id = root.fiken_company_id
                 WHERE job.state IN %(stopped)s AND root.state IN %(stopped)s
                   AND company.connection_id = %(connection)s
                   AND job.resource != ALL(%(tellers)s)
                   AND root.resource != ALL(%(tellers)s)
              GROUP BY %(columns)s
                """,
                columns=columns,
                examples=f"$[0 to {EXAMPLES - 1}]",
                stopped=STOPPED_STATES,
                connection=connection.id,
                tellers=self._own_tellers(),
            )
        )

    def _tell_cause(self, connection, cause, row):
        *values, job_id, count, reasons = row
        job = self.env["fiken.job"].sudo().browse(job_id)
        strategy = job.fiken_company_id._acting(f"fiken.resource.{job.resource}")
        job = job.with_env(strategy.env)
        record = job._document() or None if count == 1 else None
        self.with_env(strategy.env)._tell(
            cause,
            together([reason for reason in reasons if reason]),
            subject=job.record_name if count == 1 else False,
            user=self._who_can(job, record),
            record=record,
            kind="setting" if job.state == "blocked" else "document",
            count=count,
            job_id=job.id,
            jobs_domain=[
                [name, "=", value or False]
                for name, value in zip(CAUSE_FIELDS, values, strict=True)
            ],
            connection_id=connection.id,
            fiken_company_id=job.fiken_company_id.id,
            company_id=job.company_id.id,
        )

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
