from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

KEPT_DAYS = 400
TRIM_LIMIT = 10_000
# Whether a payment was ever owed, or was ignored by a person, is asked of its job.
KEPT_STAGE = "payment"


class FikenJob(models.Model):
    """Jobs that ended long ago are forgotten; links and chatter keep the history."""

    _inherit = "fiken.job"

    # Cron

    @api.autovacuum
    def _gc_ended(self):
        """What is done goes after a time, and master data that was dropped as well.

        Another record that was dropped is somebody's decision, and what may be in
        Fiken without a link must never be forgotten.
        """
        days = self.env["fiken.connection"]._number(
            "fiken_connector.keep_done_jobs_days", KEPT_DAYS
        )
        if days <= 0:
            return 0, False
        self.flush_model()
        names = self.env["fiken.resource"]._names
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM fiken_job job
                 WHERE done_at < %(border)s AND outcome_unknown IS NOT TRUE
                   AND (state = 'done' AND resource NOT IN %(kept)s
                        OR state = 'dropped' AND resource IN %(masterdata)s)
                   AND NOT EXISTS (SELECT FROM fiken_job waiting
                                    WHERE waiting.waits_for_id = job.id)
              ORDER BY id LIMIT %(limit)s
                """,
                border=fields.Datetime.now() - timedelta(days=days),
                kept=names(KEPT_STAGE),
                masterdata=names("masterdata"),
                limit=TRIM_LIMIT,
            )
        )
        self.sudo().browse(row[0] for row in rows).unlink()
        return len(rows), len(rows) == TRIM_LIMIT
