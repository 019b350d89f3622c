"""How much of what went to Fiken, waits or stopped: a few statements, all by index."""

from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

# The newest jobs of each kind that the usual time to Fiken is taken from.
MEDIAN_OF = 50


class Asked(NamedTuple):
    """Which jobs are counted together.

    :ivar vendor_id: 0 for those that belong to no vendor
    """

    fiken_company_id: int
    vendor_id: int
    resource: str


class FikenJob(models.Model):
    _inherit = "fiken.job"

    _done_idx = models.Index(
        "(fiken_company_id, resource, COALESCE(vendor_id, 0), done_at)"
        " WHERE state = 'done'"
    )

    # Business

    @api.model
    def _done_figures(self, asked, since):
        """{Asked: (how many records since then, when the last one was done)}"""
        return {
            Asked(*key): (count, last)
            for *key, count, last in self._lateral(
                asked,
                SQL(
                    """SELECT (SELECT count(DISTINCT res_id) FROM fiken_job job
                                WHERE %(these)s AND done_at >= %(since)s) AS count,
                              (SELECT max(done_at) FROM fiken_job job
                                WHERE %(these)s) AS last""",
                    these=self._these(),
                    since=since,
                ),
                SQL("found.count, found.last"),
            )
            if last
        }

    @api.model
    def _median_seconds(self, asked, since):
        """{id of Fiken company: seconds that it took from due to done}"""
        if not asked:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT asked.books,
                              percentile_cont(0.5) WITHIN GROUP (ORDER BY found.took)
                         FROM %(asked)s
                   CROSS JOIN LATERAL (
                              SELECT extract(epoch FROM done_at - due_at) AS took
                                FROM fiken_job job
                               WHERE %(these)s AND done_at >= %(since)s
                                 AND due_at IS NOT NULL
                            ORDER BY done_at DESC
                               LIMIT %(limit)s) found
                     GROUP BY asked.books""",
                    asked=self._asked_sql(asked),
                    these=self._these(),
                    since=since,
                    limit=MEDIAN_OF,
                )
            )
        )

    @api.model
    def _open_figures(self, fiken_companies):
        """[(id of Fiken company, vendor's id, resource, state, count, waiting since)]

        What waits for a time of day is not late, so it waits since no time.
        """
        if not fiken_companies:
            return []
        self.flush_model()
        part = """SELECT fiken_company_id, vendor_id, resource, state, count(*),
                         min(COALESCE(due_at, create_date)) FILTER (
                             WHERE attempts > 0 OR next_try_at IS NULL
                                OR next_try_at <= now() at time zone 'UTC')
                    FROM fiken_job job
                   WHERE fiken_company_id IN %s AND state IN %s AND %s
                GROUP BY fiken_company_id, vendor_id, resource, state"""
        ids, mine = tuple(fiken_companies.ids), self._mine()
        # Two parts, each of which has an index of its own.
        return self.env.execute_query(
            SQL(
                f"{part} UNION ALL {part}",
                ids,
                ("pending", "sending"),
                mine,
                ids,
                ("blocked", "failed"),
                mine,
            )
        )

    @api.model
    def _lateral(self, asked, found, columns):
        if not asked:
            return []
        self.flush_model()
        return self.env.execute_query(
            SQL(
                "SELECT asked.books, asked.vendor, asked.resource, %s"
                " FROM %s CROSS JOIN LATERAL (%s) found",
                columns,
                self._asked_sql(asked),
                found,
            )
        )

    @api.model
    def _asked_sql(self, asked):
        rows = SQL(", ").join(
            SQL("(%s::integer, %s::integer, %s)", *one) for one in asked
        )
        return SQL("(VALUES %s) asked (books, vendor, resource)", rows)

    @api.model
    def _these(self):
        """The finished jobs of a row of what is asked, as far as the user sees them."""
        return SQL(
            """state = 'done' AND job.fiken_company_id = asked.books
               AND job.resource = asked.resource
               AND COALESCE(job.vendor_id, 0) = asked.vendor
               AND %s""",
            self._mine(),
        )

    @api.model
    def _mine(self):
        """Those of the user's companies, and of the books that are theirs.

        The record rule says the same; here it stays beside the index.
        """
        companies = tuple(self.env.companies.ids)
        return SQL(
            """(job.company_id IN %s OR job.fiken_company_id IN (
                   SELECT id FROM fiken_company WHERE company_id IN %s))""",
            companies,
            companies,
        )
