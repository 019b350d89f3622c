from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..outbox.fiken_job import OPEN_STATES
from .move_types import BILL_TYPES, SENT_TYPES

STATES_OF_JOBS = {"waiting", "sending", "blocked", "failed"}
STATES_IN_FIKEN = {"booked", "draft"}


class AccountMove(models.Model):
    """Where a document stands: one truth for the list, the form and searches."""

    _inherit = "account.move"

    fiken_state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sending", "Being sent"),
            ("blocked", "Needs a setting"),
            ("failed", "Failed"),
            ("draft", "Draft in Fiken"),
            ("booked", "Booked in Fiken"),
            ("absent", "To be sent"),
            ("excluded", "Excluded"),
        ],
        "Fiken",
        compute="_compute_fiken_state",
        search="_search_fiken_state",
    )
    fiken_is_routed = fields.Boolean(compute="_compute_fiken_is_routed")
    fiken_job_id = fields.Many2one("fiken.job", compute="_compute_fiken_state")
    fiken_reason = fields.Text("Why", compute="_compute_fiken_reason")
    fiken_hint = fields.Char(compute="_compute_fiken_hint")
    fiken_number = fields.Char(
        "Number in Fiken",
        compute="_compute_fiken_state",
        search="_search_fiken_number",
    )
    fiken_link_id = fields.Many2one("fiken.binding", compute="_compute_fiken_state")
    fiken_has_page = fields.Boolean(compute="_compute_fiken_state")
    fiken_has_jobs = fields.Boolean(compute="_compute_fiken_state")
    fiken_has_open_jobs = fields.Boolean(
        compute="_compute_fiken_state",
        help="Something of it, be it only a file, is on its way to Fiken or stopped.",
    )
    fiken_is_final = fields.Boolean(
        compute="_compute_fiken_state",
        help="It is booked in Fiken as it is in Odoo, or may be by now.",
    )
    fiken_url = fields.Char("Page in Fiken", compute="_compute_fiken_url")

    # Computes

    @api.depends("journal_id", "move_type", "invoice_date")
    def _compute_fiken_is_routed(self):
        """Whether it is a document of a vendor whose books are in Fiken."""
        documents = self.filtered(lambda move: move.move_type in SENT_TYPES)
        vendors = self.env["fiken.vendor"]._of_documents(documents)
        for move in self:
            vendor = vendors.get(move)
            move.fiken_is_routed = bool(vendor) and vendor.accounting_system == "fiken"

    @api.depends("state", "fiken_mode")
    def _compute_fiken_state(self):
        """All that a page shows of it, in one query."""
        standings = {}
        if self.ids:
            self._fiken_flush_states()
            self.flush_model(
                ["state", "fiken_date", "fiken_mode", "move_type", "journal_id"]
            )
            query = SQL(
                """
                SELECT states.*, jobs.*, jobs.may_be OR EXISTS (
                       SELECT FROM fiken_binding
                        WHERE res_model = 'account.move'
                          AND res_id = states.id AND active
                          AND resource IN %(booked)s
                          AND is_unconfirmed IS NOT TRUE) AS is_final
                  FROM (%(states)s) states, LATERAL (
                       SELECT count(*) > 0 AS has_jobs,
                              COALESCE(bool_or(state IN %(open)s), FALSE) AS has_open,
                              COALESCE(bool_or(
                                  resource IN %(documents)s
                                  AND (outcome_unknown OR state = 'sending')
                              ), FALSE) AS may_be
                         FROM fiken_job
                        WHERE document_model = 'account.move'
                          AND document_id = states.id) jobs
                 WHERE id IN %(ids)s
                """,
                booked=self._fiken_resources("booked"),
                documents=self._fiken_resources(),
                states=self._fiken_states_sql(),
                open=OPEN_STATES,
                ids=tuple(self.ids),
            )
            rows = self.env.execute_query_dict(query)
            standings = {row["id"]: row for row in rows}
        for move in self:
            row = standings.get(move._origin.id, {})
            kind = row.get("link_resource")
            move.fiken_state = row.get("state")
            move.fiken_job_id = row.get("job_id")
            move.fiken_has_jobs = row.get("has_jobs")
            move.fiken_has_open_jobs = row.get("has_open")
            move.fiken_is_final = row.get("is_final")
            move.fiken_link_id = row.get("link_id")
            move.fiken_number = row.get("link_number")
            move.fiken_has_page = bool(
                kind and self.env[f"fiken.resource.{kind}"]._page()
            )

    @api.depends("state", "fiken_mode")
    @api.depends_context("lang")
    def _compute_fiken_reason(self):
        for move in self:
            move.fiken_reason = move.fiken_job_id.sudo().why

    @api.depends("state", "fiken_mode", "payment_state")
    def _compute_fiken_hint(self):
        for move in self:
            move.fiken_hint = move._fiken_hint()

    def _fiken_hint(self):
        """What the badge alone does not say: why it is not for Fiken."""
        self.ensure_one()
        if self.fiken_state != "excluded":
            return ""
        if self.fiken_mode == "none":
            return self.env._("Marked Do not send.")
        vendor = self.env["fiken.vendor"]._of_documents(self)[self]
        since = vendor.enabled_since
        if not since:
            return self.env._("%(shop)s is not enabled yet.", shop=vendor.name)
        if (self.fiken_date or self.invoice_date or self.date) < since:
            return self.env._(
                "Dated before %(date)s, when %(shop)s was enabled.",
                date=format_date(self.env, since),
                shop=vendor.name,
            )
        return self.env._("Switched off on %(shop)s.", shop=vendor.name)

    def _fiken_first_date(self):
        """The date of the earliest of these, if there is one."""
        return min((move.invoice_date or move.date for move in self), default=None)

    @api.depends("state", "fiken_mode")
    def _compute_fiken_url(self):
        for move in self:
            move.fiken_url = move.fiken_link_id.sudo().url

    # Searches

    def _search_fiken_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._fiken_flush_states()
        found = Domain.OR(
            self._fiken_in_fiken(state)
            for state in sorted(STATES_IN_FIKEN)
            if state in value
        )
        looked_up = set(value) - STATES_IN_FIKEN - {False}
        if looked_up:
            found |= Domain("id", "in", self._fiken_found_sql(looked_up))
        if False in value:
            known = dict(self._fields["fiken_state"].selection)
            found |= ~self._search_fiken_state("in", list(known))
        return found

    @api.model
    def _fiken_in_fiken(self, state):
        """The documents that are booked, or a draft, in Fiken, and have no open job.

        That is what most are. The planner chooses between row by row, for a list that
        shows the first ones, and all at once.
        """
        booked, drafts = self._fiken_resources("booked"), self._fiken_resources("draft")
        own = {"booked": booked, "draft": drafts}[state]
        return Domain.custom(
            to_sql=lambda table, alias, query: SQL(
                """(%(type)s IN %(types)s
                    AND %(company)s IN (
                        SELECT company.id FROM res_company company
                          JOIN fiken_company books ON books.company_id = %(books)s)
                    AND EXISTS (%(links)s) AND %(is_only)s
                    AND NOT EXISTS (%(jobs)s))""",
                type=SQL.identifier(alias, "move_type"),
                types=SENT_TYPES,
                company=SQL.identifier(alias, "company_id"),
                books=self.env["res.company"]._fiken_books_sql(SQL("company.id")),
                links=self._fiken_links_sql(alias, own),
                is_only=SQL("TRUE")
                if state == "booked"
                else SQL("NOT EXISTS (%s)", self._fiken_links_sql(alias, booked)),
                jobs=SQL(
                    """SELECT FROM fiken_job one
                        WHERE one.res_model = 'account.move' AND one.res_id = %s
                          AND %s""",
                    SQL.identifier(alias, "id"),
                    self._fiken_shown_sql(),
                ),
            )
        )

    @api.model
    def _fiken_links_sql(self, alias, resources):
        """The links of a document by some resources."""
        return SQL(
            """SELECT FROM fiken_binding one
                WHERE one.res_model = 'account.move' AND one.res_id = %s
                  AND one.active AND one.resource IN %s""",
            SQL.identifier(alias, "id"),
            resources,
        )

    @api.model
    def _fiken_shown_sql(self):
        """Which jobs, ``one``, tell more of a document than its links do."""
        return SQL(
            """one.state IN ('pending', 'sending', 'blocked', 'failed')
               AND one.resource IN %s
               AND (one.state IN ('blocked', 'failed') OR one.resource NOT IN %s)""",
            self._fiken_resources(),
            self._fiken_resources("papers"),
        )

    @api.model
    def _fiken_flush_states(self):
        for model in ("fiken.job", "fiken.binding", "fiken.vendor", "account.journal"):
            self.env[model].flush_model()

    @api.model
    def _fiken_found_sql(self, wanted):
        """The ids of all documents in these states, which are none of Fiken's own.

        Links, which most documents have, need not be brought together for these.
        """
        parts = {"jobs": wanted & STATES_OF_JOBS, "rest": wanted - STATES_OF_JOBS}
        return SQL(
            "(%s)",
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT id FROM (%s) states WHERE state IN %s",
                    self._fiken_states_sql(part),
                    tuple(sorted(states)),
                )
                for part, states in parts.items()
                if states
            ),
        )

    def _search_fiken_number(self, operator, value):
        """By what it was called there once as well."""
        bindings = (
            self.env["fiken.binding"]
            .sudo()
            .with_context(active_test=False)
            ._search(
                Domain("res_model", "=", self._name) & Domain("number", operator, value)
            )
        )
        return Domain("id", "in", bindings.subselect("res_id"))

    @api.model
    def _fiken_states_sql(self, part=""):
        """(id, state, job and link) of each document: what list, form and search show.

        An open job tells more than a link: the most urgent one is shown. One that waits
        for another says what holds that one up: a setting, or a refusal.

        :param part: all documents are looked through, and not a few whose ids are
            known: only those with an open job, "jobs", or with neither job nor link,
            "rest"
        """
        resources = {
            "booked": self._fiken_resources("booked"),
            "drafts": self._fiken_resources("draft"),
        }
        own = SQL("TRUE") if part else SQL("one.res_id = move.id")
        jobs = SQL(
            """SELECT DISTINCT ON (one.res_id) one.res_id, one.id,
                      CASE one.state WHEN 'pending' THEN 'waiting'
                           WHEN 'blocked' THEN
                               CASE COALESCE(third.state, other.state)
                                    WHEN 'pending' THEN 'waiting'
                                    WHEN 'sending' THEN 'waiting'
                                    WHEN 'failed' THEN 'failed'
                                    ELSE 'blocked' END
                           ELSE one.state END AS shown
                 FROM fiken_job one
            LEFT JOIN fiken_job other ON other.id = one.waits_for_id
            LEFT JOIN fiken_job third ON third.id = other.waits_for_id
                WHERE one.res_model = 'account.move' AND %(own)s AND %(shown)s
             ORDER BY one.res_id, array_position(
                      ARRAY['failed', 'blocked', 'sending', 'pending'],
                      one.state::text), one.id""",
            own=own,
            shown=self._fiken_shown_sql(),
        )
        links = SQL(
            """SELECT one.res_id, bool_or(one.resource IN %(booked)s) AS booked,
                      (array_agg(ARRAY[one.id::text, one.resource,
                                       COALESCE(NULLIF(one.number, ''), one.remote_id)]
                                 ORDER BY one.resource NOT IN %(booked)s, one.id)
                      )[1:1] AS best
                 FROM fiken_binding one
                WHERE one.res_model = 'account.move' AND %(own)s AND one.active
                  AND one.resource IN %(both)s
             GROUP BY one.res_id""",
            own=own,
            booked=resources["booked"],
            both=resources["booked"] + resources["drafts"],
        )
        linked = self._fiken_links_sql(
            "move", resources["booked"] + resources["drafts"]
        )
        job = SQL("LEFT JOIN LATERAL (%s) job ON job.res_id = move.id", jobs)
        link = SQL("LEFT JOIN LATERAL (%s) link ON link.res_id = move.id", links)
        moves = SQL("account_move")
        if part == "jobs":
            job = SQL("JOIN (%s) job ON job.res_id = move.id", jobs)
        if part == "rest":
            job = SQL("LEFT JOIN (%s) job ON FALSE", jobs)
            # By itself, before anything is known of the states: most are in Fiken.
            moves = SQL(
                """(SELECT * FROM account_move move
                     WHERE state = 'posted' AND move_type IN %s
                       AND NOT EXISTS (%s)
                       AND NOT EXISTS (SELECT FROM (%s) one WHERE res_id = move.id)
                    OFFSET 0)""",
                SENT_TYPES,
                linked,
                jobs,
            )
        if part:
            link = SQL("LEFT JOIN (%s) link ON FALSE", links)
        return SQL(
            """
            SELECT move.id, job.id AS job_id, link.res_id AS in_fiken,
                   (link.best)[1][1]::integer AS link_id,
                   (link.best)[1][2] AS link_resource,
                   (link.best)[1][3] AS link_number,
                   CASE WHEN job.shown IS NOT NULL THEN job.shown
                        WHEN link.booked THEN 'booked'
                        WHEN link.res_id IS NOT NULL THEN 'draft'
                        WHEN move.state != 'posted' OR vendor.id IS NULL THEN NULL
                        WHEN move.fiken_mode = 'none'
                          OR move.fiken_mode IS NULL
                             AND CASE WHEN move.move_type IN %(bills)s
                                      THEN vendor.bill_mode
                                      ELSE vendor.sale_mode END = 'off'
                          OR vendor.enabled_since IS NULL
                          OR COALESCE(move.fiken_date, move.invoice_date, move.date)
                             < vendor.enabled_since THEN 'excluded'
                        ELSE 'absent'
                   END AS state
              FROM %(moves)s move
              JOIN account_journal journal ON journal.id = move.journal_id
              JOIN (SELECT company.id, books.default_vendor_id
                      FROM res_company company
                      JOIN fiken_company books ON books.company_id = %(books)s) books
                ON books.id = move.company_id
         LEFT JOIN fiken_vendor vendor
                ON vendor.id = COALESCE(
                       CASE WHEN COALESCE(move.invoice_date, move.date)
                                 >= journal.fiken_next_vendor_from
                            THEN journal.fiken_next_vendor_id
                            ELSE journal.fiken_vendor_id END,
                       books.default_vendor_id)
               AND vendor.accounting_system = 'fiken'
         %(job)s
         %(link)s
             WHERE move.move_type IN %(types)s
            """,
            books=self.env["res.company"]._fiken_books_sql(SQL("company.id")),
            moves=moves,
            job=job,
            link=link,
            types=SENT_TYPES,
            bills=BILL_TYPES,
        )
