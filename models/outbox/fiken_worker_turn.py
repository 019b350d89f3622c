from odoo import api, fields, models
from odoo.tools import SQL

from .fiken_job import UNDERWAY_STATES
from .fiken_job_state import BACKOFF
from .fiken_worker import BATCH


class FikenWorker(models.AbstractModel):
    """Whose turn it is, and when the next run is."""

    _inherit = "fiken.worker"

    @api.model
    def _has_due_work(self, connection):
        return bool(
            self._due_ids(connection, "pending", 1)
            or self._due_ids(connection, "sending", 1)
        )

    def _due_ids(self, connection, state, limit):
        """Ids of jobs that are due now, those first that others depend on.

        A record's next job waits while one of it is being sent. The Fiken companies of
        a connection take turns, job by job.
        """
        self.env["fiken.job"].flush_model()
        self.env["fiken.company"].flush_model(["is_shared"])
        return [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT due.id FROM fiken_company company
        CROSS JOIN LATERAL (
                    SELECT id, row_number() OVER (ORDER BY priority, id) AS turn
                      FROM (
                    SELECT job.id, job.priority FROM fiken_job job
                     WHERE job.fiken_company_id = company.id AND job.state = %(state)s
                       AND (job.next_try_at IS NULL OR job.next_try_at <= %(now)s)
                       AND (job.state = 'sending' OR NOT EXISTS (
                            SELECT FROM fiken_job other
                             WHERE other.state = 'sending'
                               AND other.fiken_company_id = job.fiken_company_id
                               AND other.res_model = job.res_model
                               AND other.res_id = job.res_id))
                  ORDER BY job.priority, job.id LIMIT %(limit)s) own) due
                     WHERE company.connection_id = %(connection)s AND company.is_shared
                  ORDER BY due.turn, company.id LIMIT %(limit)s
                    """,
                    state=state,
                    now=fields.Datetime.now(),
                    connection=connection.id,
                    limit=limit,
                )
            )
        ]

    def _take(self, connection):
        """The next batch: of each Fiken company the due jobs of its first rank."""
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .browse(self._due_ids(connection, "pending", BATCH))
        )
        ranks = {}
        for job in jobs:
            ranks.setdefault(job.fiken_company_id, job.priority)
        return jobs.filtered(lambda job: job.priority == ranks[job.fiken_company_id])

    def _plan_next(self, connection, goes_on):
        """Trigger the cron for when there is something to do.

        :param goes_on: whether another run at once would get something done
        """
        if not connection._may_send():
            return
        if self._has_due_work(connection):
            # What stopped this run need not stop the others.
            now = fields.Datetime.now()
            connection._wake(at=None if goes_on else now + BACKOFF[0])
        later = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("fiken_company_id.connection_id", "=", connection.id),
                    ("state", "in", UNDERWAY_STATES),
                    ("next_try_at", ">", fields.Datetime.now()),
                ],
                order="next_try_at",
                limit=1,
            )
        )
        if later:
            connection._wake(at=later.next_try_at)
