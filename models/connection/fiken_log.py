import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...fiken_api import errors

KEPT_DAYS = 90
GC_LIMIT = 10_000
HTTP_ERROR = 400
# The company that a path, or an address of Fiken's, is below.
SLUG = re.compile(r"^[^?]*/companies/([^/?]+)")


class FikenLog(models.Model):
    """One line per HTTP request to Fiken; bodies are masked before they get here."""

    _name = "fiken.log"
    _description = "Fiken Log"
    _order = "id desc"
    _rec_name = "path"
    _log_access = False

    requested_at = fields.Datetime("When", readonly=True, index=True)
    connection_id = fields.Many2one(
        "fiken.connection", readonly=True, index=True, ondelete="cascade"
    )
    # Whose books it was about, kept when the job is gone; none of /user and /companies.
    fiken_company_id = fields.Many2one(
        "fiken.company", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one(related="fiken_company_id.company_id")
    # The id of the job that it was made for; outbox/ makes a link of it.
    job_id = fields.Integer(readonly=True)
    method = fields.Char(readonly=True)
    path = fields.Char(readonly=True)
    status = fields.Integer(readonly=True, aggregator=None)
    milliseconds = fields.Integer(readonly=True, aggregator="avg")
    request_id = fields.Char("Request ID", readonly=True)
    request_body = fields.Text("Sent", readonly=True)
    response_body = fields.Text("Answered", readonly=True)
    error = fields.Text(readonly=True)
    is_refusal = fields.Boolean(compute="_compute_is_refusal")

    # Computes

    @api.depends("method", "status", "error", "response_body")
    def _compute_is_refusal(self):
        """A series that nobody has started yet is an answer to who looks for it."""
        for line in self:
            said = f"{line.error or ''}{line.response_body or ''}"
            cause = errors.cause_of(errors.FikenError(said, status=line.status))
            is_answer = line.method == "GET" and cause == "number_series"
            line.is_refusal = not is_answer and bool(
                line.error or line.status >= HTTP_ERROR
            )

    # Business

    @api.model
    def _insert(self, connection_id, entries):
        """Keep requests, in one statement.

        :param entries: (job id, its Fiken company's id, RequestRecord); None: no job's
        """
        if entries:
            self.env.cr.execute(self._insert_sql(connection_id, entries))

    @api.model
    def _insert_sql(self, connection_id, entries):
        return SQL(
            """INSERT INTO fiken_log (requested_at, connection_id, fiken_company_id,
                job_id, method, path, status, milliseconds, request_id, request_body,
                response_body, error) VALUES %s""",
            SQL(", ").join(
                SQL(
                    "(now() at time zone 'UTC',"
                    " %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                    connection_id,
                    fiken_company_id or self._fiken_company_sql(record),
                    job_id,
                    record.method,
                    record.path,
                    record.status,
                    record.milliseconds,
                    record.request_id,
                    record.request_body,
                    record.response_body,
                    record.error or None,
                )
                for job_id, fiken_company_id, record in entries
            ),
        )

    @api.model
    def _fiken_company_sql(self, record):
        """The id of the Fiken company whose address it is, or NULL."""
        below = SLUG.match(record.path)
        if not below:
            return SQL("NULL::integer")
        return SQL("(SELECT id FROM fiken_company WHERE slug = %s)", below.group(1))

    @api.autovacuum
    def _gc_old(self):
        border = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        old = self.search([("requested_at", "<", border)], limit=GC_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_LIMIT
