import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..connection.sentence import Moment, _lt, say
from ..connection.sentence_field import SentenceField

# Under way: nothing holds it up. Stopped: a person must act. Idle: open, and not being
# sent right now; a record has one such job for each part.
UNDERWAY_STATES = ("pending", "sending")
STOPPED_STATES = ("blocked", "failed")
IDLE_STATES = ("pending", *STOPPED_STATES)
OPEN_STATES = (*UNDERWAY_STATES, *STOPPED_STATES)
CLOSED_STATES = ("done", "dropped")
STATES = (*OPEN_STATES, *CLOSED_STATES)


class FikenJob(models.Model):
    """One line of the outbox: one remote write that is still owed, or was made.

    Its states, and the ways from one to another: ``fiken_job_state.py``.
    """

    _name = "fiken.job"
    _inherit = ["fiken.access.mixin"]
    _description = "Fiken Job"
    _order = "id desc"

    fiken_company_id = fields.Many2one(
        "fiken.company", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    vendor_id = fields.Many2one(
        "fiken.vendor", "Shop", readonly=True, ondelete="restrict"
    )
    resource = fields.Selection(
        "_selection_resource", "What", required=True, readonly=True
    )
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    part = fields.Char(default="", required=True, readonly=True)
    priority = fields.Integer(required=True, readonly=True, aggregator=None)
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("sending", "Being sent"),
            ("done", "Done"),
            ("blocked", "Needs a setting"),
            ("failed", "Failed"),
            ("dropped", "Not sent"),
        ],
        default="pending",
        required=True,
        readonly=True,
    )
    revision = fields.Integer(default=0, required=True, readonly=True, aggregator=None)
    payload_hash = fields.Char(readonly=True)
    identity = fields.Json(
        readonly=True,
        help="How to find the document in Fiken if the answer is lost; empty when"
        " sending the same again does no harm.",
    )
    attempts = fields.Integer(default=0, readonly=True, aggregator=None)
    recoveries = fields.Integer(default=0, readonly=True, aggregator=None)
    due_at = fields.Datetime("Due Since", readonly=True)
    next_try_at = fields.Datetime(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    done_at = fields.Datetime(readonly=True)
    outcome_unknown = fields.Boolean(
        readonly=True,
        help="Fiken may have booked it. It is never sent again before a person or a"
        " look-up in Fiken has decided.",
    )
    reason = SentenceField(readonly=True)
    why = fields.Text(compute="_compute_why")
    note = SentenceField(readonly=True)
    setting_model = fields.Char(readonly=True)
    setting_id = fields.Many2oneReference(
        "Setting", model_field="setting_model", readonly=True
    )
    lacks = fields.Json(
        readonly=True, help="[model, id] of what that setting lacks, of many there."
    )
    waits_for_id = fields.Many2one(
        "fiken.job", "Waits For", readonly=True, index="btree_not_null"
    )
    notified = fields.Boolean(
        readonly=True, help="The record's chatter knows how this job ended."
    )
    log_ids = fields.One2many("fiken.log", "job_id")

    _open_uniq = models.UniqueIndex(
        "(fiken_company_id, resource, res_model, res_id, part)"
        " WHERE state IN ('pending', 'blocked', 'failed')",
        "This record already has a job.",
    )
    _due_idx = models.Index(
        "(fiken_company_id, priority, id) WHERE state IN ('pending', 'sending')"
    )
    _record_idx = models.Index("(res_model, res_id, id)")
    _at_work_idx = models.Index(
        "(res_model, res_id) WHERE state IN ('pending', 'sending', 'blocked', 'failed')"
    )
    _blocked_idx = models.Index("(setting_model) WHERE state = 'blocked'")
    _unsure_idx = models.Index(
        "(res_model, res_id) WHERE state = 'dropped' AND outcome_unknown"
    )
    _unnotified_idx = models.Index(
        "(fiken_company_id) WHERE notified IS NOT TRUE"
        " AND state IN ('done', 'blocked', 'failed', 'dropped')"
    )

    # Computes

    @api.model
    def _selection_resource(self):
        """Every resource by the name that people use for it."""
        strategies = [
            self.env[name]
            for name in self.env.registry
            if name.startswith("fiken.resource.") and self.env[name]._resource
        ]
        return [(strategy._resource, strategy._label()) for strategy in strategies]

    @api.depends("reason", "state", "attempts", "next_try_at", "vendor_id")
    @api.depends_context("lang")
    def _compute_why(self):
        for job in self:
            job.why = say(self.env, job._held_up())

    # Actions

    def action_retry(self):
        """Try again; what may already be in Fiken is looked up there first."""
        self._check_user()
        self.sudo()._begin_anew()

    def action_ignore(self):
        """It is not wanted in Fiken any more."""
        self._check_user()
        jobs = self.sudo().filtered(lambda job: job.state in IDLE_STATES)
        jobs._set_dropped(reason=_lt("Ignored by %(user)s.", user=self.env.user.name))
        # Its to-do is closed by the worker.
        jobs._wake()

    def action_send_anyway(self):
        """A person has looked: it is not in Fiken, so it may be sent.

        What was ignored before stays so, but its record may be sent again.
        """
        self._check_user()
        jobs = self.sudo().filtered(
            lambda job: job.state in ("failed", "dropped") and job.outcome_unknown
        )
        jobs.write({"outcome_unknown": False})
        jobs._begin_anew()

    # Business: enqueueing

    @api.model
    def _enqueue(self, rows, wake=True):
        """Enqueue a write for each row, in one statement.

        Ten edits are one job. A job that is being sent is left alone: the edit gets
        a job of its own, which waits for the first. What may already be booked
        (``outcome_unknown``) stays where it is until that is decided.

        :param rows: dicts with fiken_company, resource (the strategy), res_model,
            res_id and, when needed, vendor, part, priority, send_at and document:
            (model, id) of what it is made for
        :param bool wake: start the worker after the commit; it does not wake itself
        """
        # What the start-up import has from Fiken is not owed to Fiken.
        source = self.env.context.get("fiken_importing")
        rows = [row for row in rows if row["fiken_company"].id != source]
        if not rows:
            return
        rows = {self._row_key(row): row for row in rows}.values()
        values = [
            SQL(
                "(%s, %s::integer, %s, %s, %s, %s, %s, %s::timestamp, %s, %s::integer)",
                row["fiken_company"].id,
                row["vendor"].id if row.get("vendor") else None,
                row["resource"]._resource,
                row["res_model"],
                row["res_id"],
                row.get("part", ""),
                row.get("priority") or row["resource"]._priority,
                row.get("send_at") or None,
                *(row.get("document") or (None, None)),
            )
            for row in rows
        ]
        record_models = {row["res_model"] for row in rows}
        document_model, document_id = self._document_of_row(record_models)
        # In the same order everywhere: no deadlock between two users.
        self._insert(
            SQL(
                """
                SELECT row.fiken_company_id,
                       COALESCE(%s, fiken_company.company_id), row.vendor_id,
                       row.resource,
                       row.res_model, row.res_id, row.part, row.priority, row.send_at,
                       COALESCE(row.document_model, %s),
                       COALESCE(row.document_id, %s)
                  FROM (VALUES %s) row (
                       fiken_company_id, vendor_id, resource, res_model, res_id, part,
                       priority, send_at, document_model, document_id)
             LEFT JOIN fiken_company ON fiken_company.id = row.fiken_company_id
              ORDER BY row.fiken_company_id, row.priority, row.resource, row.res_model,
                       row.res_id, row.part
                """,
                self._record_company(record_models),
                document_model,
                document_id,
                SQL(", ").join(values),
            )
        )
        if wake:
            due = {(row["fiken_company"], row.get("send_at")) for row in rows}
            for fiken_company, send_at in due:
                fiken_company._wake(at=send_at)

    @api.model
    def _enqueue_selected(self, rows):
        """Like :meth:`_enqueue`, for rows that the database itself finds.

        :param SQL rows: selects fiken_company_id, company_id, vendor_id, resource,
            res_model, res_id, part, priority and next_try_at
        """
        named = SQL(
            """SELECT row.*, row.res_model, row.res_id FROM (%s) row (
                   fiken_company_id, company_id, vendor_id, resource, res_model,
                   res_id, part, priority, send_at)""",
            rows,
        )
        for (fiken_company_id,) in self._insert(named):
            self.env["fiken.company"].browse(fiken_company_id)._wake()

    def _row_key(self, row):
        return (
            row["fiken_company"].id,
            row["resource"]._priority,
            row["resource"]._resource,
            row["res_model"],
            row["res_id"],
            row.get("part", ""),
        )

    @api.model
    def _release(self, model, ids=None):
        """A setting was saved: the jobs that waited for it try again."""
        jobs = self.sudo().search(
            [("state", "=", "blocked"), ("setting_model", "=", model)]
            + ([("setting_id", "in", ids)] if ids is not None else [])
        )
        jobs._begin_anew()

    @api.model
    def _drop(self, records, resources):
        """What only waits is no longer wanted (the record was undone in Odoo)."""
        jobs = self.sudo().search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("resource", "in", resources),
                ("state", "in", IDLE_STATES),
                ("outcome_unknown", "=", False),
            ]
        )
        jobs._set_dropped()
        return jobs

    def _begin_anew(self):
        """Try these again; what may already be in Fiken is looked up there first."""
        jobs = self.filtered(lambda job: job.state in IDLE_STATES)
        unsure = jobs.filtered("outcome_unknown")
        unsure._recover()
        (jobs - unsure)._retry()
        jobs._wake()

    def _lock(self):
        """Let nobody else change these until the commit.

        :raise OperationalError: somebody has, since this transaction began
        """
        if not self:
            return
        self.flush_recordset()
        query = SQL(
            "SELECT FROM fiken_job WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
            tuple(self.ids),
        )
        self.env.cr.execute(query, log_exceptions=False)

    # Business: reading

    def _strategy(self, missing_ok=False):
        """The resource class that knows what this job sends."""
        name = f"fiken.resource.{self.resource}"
        if missing_ok and name not in self.env:
            return None
        return self.env[name]

    def _record(self):
        """The Odoo record of this job; empty when it was deleted."""
        if self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()

    @api.model
    def _latest(self, model, ids, resources):
        """{record id: its newest job} of the given resources."""
        if not ids:
            return {}
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT DISTINCT ON (res_id) res_id, id FROM fiken_job
                    WHERE res_model = %s AND res_id IN %s AND resource IN %s
                 ORDER BY res_id, id DESC""",
                model,
                tuple(ids),
                tuple(resources),
            )
        )
        rows = dict(self.env.cr.fetchall())
        jobs = self.sudo().browse(rows.values())
        return dict(zip(rows, jobs, strict=True))

    def _newer(self):
        """The open job that an edit made while this one was being sent."""
        self.ensure_one()
        return self.sudo().search(
            [
                ("fiken_company_id", "=", self.fiken_company_id.id),
                ("resource", "=", self.resource),
                ("res_model", "=", self.res_model),
                ("res_id", "=", self.res_id),
                ("part", "=", self.part),
                ("state", "in", IDLE_STATES),
                ("id", "!=", self.id),
            ]
        )

    def _held_up(self):
        """What holds it up: all of these books, a problem, or the time of day."""
        held_up = self.state in UNDERWAY_STATES and self._books_held_up()
        if held_up or self.reason or not self._waits_for_schedule():
            return held_up or self.reason
        return _lt(
            "Sent by schedule, at the time of day of %(vendor)s: %(when)s",
            vendor=self.vendor_id.name,
            when=Moment(self.next_try_at, self.vendor_id.tz or ""),
        )

    def _books_held_up(self):
        """What holds up everything that is owed to these books, or ''."""
        fiken_company = self.fiken_company_id.sudo()
        connection = fiken_company.connection_id
        if connection.is_elsewhere:
            return _lt(
                "This database was moved or copied since it was connected. Nothing is"
                " sent until a Fiken manager answers on the connection."
            )
        if connection.state != "connected":
            return connection._unconnected_text()
        if not fiken_company.is_shared:
            return fiken_company._unshared_text()
        return ""

    def _waits_for_schedule(self):
        """Whether it was never tried, and waits for the vendor's time of day."""
        return (
            self.state == "pending"
            and not self.attempts
            and bool(self.vendor_id and self.next_try_at)
            and self.next_try_at > fields.Datetime.now()
        )

    def _waits_for_turn(self):
        """Whether it only waits for another job that is on its way."""
        return self.waits_for_id.state in UNDERWAY_STATES

    @api.model
    def _is_queued(self, strategy, fiken_company, records):
        """{record id: True} of those that wait to go to Fiken as this object."""
        rows = self.search_fetch(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("resource", "=", strategy._resource),
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "in", OPEN_STATES),
            ],
            ["res_id"],
        )
        return dict.fromkeys(rows.mapped("res_id"), True)

    @api.model
    def _is_due(self, strategy, fiken_company, records):
        """{record id: True} of those that Fiken is owed something of now."""
        rows = self.search_fetch(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "in", UNDERWAY_STATES),
            ],
            ["resource", "part", "state", "res_id", "next_try_at"],
        )
        # A record's next job waits while one of it is being sent.
        sent = set(rows.filtered(lambda job: job.state == "sending").mapped("res_id"))
        due = rows.filtered(
            lambda job: job.resource == strategy._resource
            and not job.part
            and not job.next_try_at
            and job.res_id not in sent
        )
        return dict.fromkeys(due.mapped("res_id"), True)

    def _is_open(self):
        return self.state in OPEN_STATES

    def _wake(self):
        for connection in self.fiken_company_id.connection_id:
            connection._wake()

    @api.model
    def _dumps(self, body):
        """The one text of a payload: what the hash is taken of."""
        return json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
