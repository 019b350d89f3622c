from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_duration, formatLang

from .existing import existing
from .fiken_job import CLOSED_STATES, OPEN_STATES, STOPPED_STATES, UNDERWAY_STATES

MINUTE = 60
# So many documents are looked up one by one.
FEW = 500
# Of all jobs of a document, the one that tells how it stands: what a person must do
# goes before what is on its way, that before what is over.
LEADING = """(CASE WHEN state = 'failed' THEN 0
     WHEN state = 'blocked' AND waits_for_id IS NULL THEN 1
     WHEN state = 'sending' THEN 2 WHEN state = 'pending' THEN 3
     WHEN state = 'blocked' THEN 4
     WHEN res_model = document_model AND res_id = document_id THEN
         CASE WHEN state = 'done' THEN 5 ELSE 6 END
     ELSE 7 END)"""


class Facts(NamedTuple):
    """What people know a document by.

    :ivar kind: what sort of thing it is
    :ivar partner: the name of who bought or sold; '' for none
    :ivar amount: with its currency; None where it has none
    """

    name: str
    kind: str
    partner: str = ""
    amount: float | None = None
    currency: models.BaseModel | None = None


class FikenJob(models.Model):
    """The document that a job belongs to: what lists and pages are about.

    An invoice, its new customer, its file and its payment are one row of *Activity*.
    Without a document of its own a job belongs to its record.
    """

    _inherit = "fiken.job"

    document_model = fields.Char(required=True, readonly=True)
    document_id = fields.Many2oneReference(
        "Id of Document", model_field="document_model", required=True, readonly=True
    )
    is_leading = fields.Boolean(
        compute="_compute_is_leading", search="_search_is_leading"
    )
    document_name = fields.Char(
        "Document", compute="_compute_document", search="_search_document_name"
    )
    document_kind = fields.Char("Kind", compute="_compute_document")
    partner_name = fields.Char(
        "Customer or Supplier",
        compute="_compute_document",
        search="_search_partner_name",
    )
    amount = fields.Float(
        compute="_compute_document", search="_search_amount", aggregator=None
    )
    amount_text = fields.Char("Total", compute="_compute_document")
    fiken_number = fields.Char(
        "Number in Fiken",
        compute="_compute_fiken_number",
        search="_search_fiken_number",
    )
    stands = fields.Selection(
        [
            ("needs", "Needs you"),
            ("under_way", "On its way"),
            ("done", "Done"),
        ],
        compute="_compute_stands",
        search="_search_stands",
    )
    last_step_at = fields.Datetime("Last Step", compute="_compute_steps")
    sent_in = fields.Char(compute="_compute_steps")

    _leading_idx = models.Index(f"(document_model, document_id, {LEADING}, id DESC)")

    # Computes

    @api.depends("state", "document_model", "document_id")
    def _compute_is_leading(self):
        leading = self.search([("id", "in", self.ids), ("is_leading", "=", True)])
        for job in self:
            job.is_leading = job in leading

    @api.depends("document_model", "document_id")
    def _compute_document(self):
        for model, jobs in self.grouped("document_model").items():
            ids = set(jobs.mapped("document_id"))
            facts = self._facts(model, ids)
            for job in jobs:
                known = facts.get(job.document_id, Facts("-", ""))
                job.document_name = known.name
                job.document_kind = known.kind
                job.partner_name = known.partner
                job.amount = known.amount or 0.0
                job.amount_text = (
                    formatLang(self.env, known.amount, currency_obj=known.currency)
                    if known.amount is not None
                    else ""
                )

    @api.depends("document_model", "document_id")
    def _compute_fiken_number(self):
        links = (
            self.env["fiken.binding"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "in", list(set(self.mapped("document_model")))),
                    ("res_id", "in", self.mapped("document_id")),
                    ("part", "=", ""),
                ],
                ["fiken_company_id", "res_model", "res_id", "number"],
                order="id",
            )
        )
        numbers = {
            (link.fiken_company_id, link.res_model, link.res_id): link.number
            for link in links
            if link.number
        }
        for job in self:
            key = (job.fiken_company_id, job.document_model, job.document_id)
            job.fiken_number = numbers.get(key, "")

    @api.depends("state", "waits_for_id.state")
    def _compute_stands(self):
        for job in self:
            first = job.waits_for_id.waits_for_id or job.waits_for_id or job
            state = first.state if job.state == "blocked" else job.state
            if state in STOPPED_STATES:
                job.stands = "needs"
            else:
                job.stands = "under_way" if job.state in OPEN_STATES else "done"

    @api.depends("state", "create_date", "due_at", "sent_at", "done_at")
    def _compute_steps(self):
        for job in self:
            times = (job.create_date, job.due_at, job.sent_at, job.done_at)
            now = fields.Datetime.now()
            job.last_step_at = max(
                (at for at in times if at and at <= now), default=job.create_date
            )
            took = ""
            if job.state == "done" and job.due_at and job.done_at:
                seconds = max(1, round((job.done_at - job.due_at).total_seconds()))
                took = (
                    self.env._("%s s", seconds)
                    if seconds < MINUTE
                    else self.env._("%s h", format_duration(seconds / MINUTE / MINUTE))
                )
            job.sent_in = took

    # Searches

    def _search_is_leading(self, operator, value):
        """Row by row: a list asks for the first of very many."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        self.flush_model()
        return Domain.custom(
            to_sql=lambda table, alias, query: SQL(
                """%(id)s = (SELECT one.id FROM fiken_job one
                              WHERE one.document_model = %(model)s
                                AND one.document_id = %(document)s
                           ORDER BY one.document_model, one.document_id, %(leading)s,
                                    one.id DESC
                              LIMIT 1)""",
                id=SQL.identifier(alias, "id"),
                model=SQL.identifier(alias, "document_model"),
                document=SQL.identifier(alias, "document_id"),
                leading=SQL(LEADING),
            )
        )

    def _search_document_name(self, operator, value):
        return self._documents_where(
            {model: Domain("display_name", operator, value) for model in self._models()}
        )

    def _search_partner_name(self, operator, value):
        return self._documents_where(
            {
                model: Domain(field, operator, value)
                for model, field in self._partner_fields().items()
            }
        )

    def _search_amount(self, operator, value):
        return self._documents_where(
            {
                model: Domain(field, operator, value)
                for model, field in self._amount_fields().items()
            }
        )

    def _search_fiken_number(self, operator, value):
        """By what it was called there once as well."""
        links = self.env["fiken.binding"].sudo().with_context(active_test=False)
        numbered = Domain("number", operator, value)
        return self._documents_in(
            {
                model: links._search(
                    numbered & Domain("res_model", "=", model)
                ).subselect("res_id")
                for model in self._models()
            }
        )

    def _search_stands(self, operator, value):
        if operator != "in":
            return NotImplemented
        stopped = Domain("state", "in", STOPPED_STATES)
        waits = Domain("state", "=", "blocked") & Domain(
            "waits_for_id", "any!", self._is_under_way()
        )
        ways = {
            "needs": stopped & ~waits,
            "under_way": Domain("state", "in", UNDERWAY_STATES) | waits,
            "done": Domain("state", "in", CLOSED_STATES),
        }
        return Domain.OR(ways[one] for one in value if one in ways)

    @api.model
    def _is_under_way(self):
        """Of what a job waits for: it, or what it waits for itself, is on its way."""
        on_its_way = Domain("state", "in", UNDERWAY_STATES)
        return on_its_way | (
            Domain("state", "=", "blocked") & Domain("waits_for_id", "any!", on_its_way)
        )

    @api.model
    def _documents_where(self, domains):
        """The jobs of the documents that these find: {model: domain}."""
        found = {}
        for model, domain in domains.items():
            records = self.env[model].sudo().with_context(active_test=False)
            found[model] = records._search(domain).subselect()
        return self._documents_in(found)

    @api.model
    def _documents_in(self, found):
        """The same of {model: ids, as SQL}.

        Where they are few, their jobs are looked up; where they are many, the first
        jobs of all are soon among them.
        """
        rows = self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL(
                    "(SELECT %s, id FROM %s WHERE id IN %s LIMIT %s)",
                    model,
                    SQL.identifier(self.env[model]._table),
                    ids,
                    FEW + 1,
                )
                for model, ids in found.items()
            )
        )
        few = {model: [one for name, one in rows if name == model] for model in found}
        return Domain.OR(
            Domain("document_model", "=", model)
            & Domain("document_id", "in", few[model] if len(few[model]) <= FEW else ids)
            for model, ids in found.items()
            if few[model]
        )

    # Business

    def _document(self):
        """The document that it belongs to; empty when that was deleted."""
        if self.document_model not in self.env:
            return None
        return existing(self.env[self.document_model].browse(self.document_id))

    @api.model
    def _document_of_row(self, models):
        """(model, id) of the document of a row that names none, as SQL.

        A model whose records are part of a document says so by
        ``_fiken_document_fields``.
        """
        model, record = SQL("row.res_model"), SQL("row.res_id")
        for name in sorted(models):
            named = getattr(self.env[name], "_fiken_document_fields", None)
            if named:
                self.env[name].flush_model(named)
                model, record = (
                    SQL(
                        "CASE row.res_model WHEN %s THEN COALESCE("
                        "(SELECT %s FROM %s one WHERE one.id = row.res_id), %s)"
                        " ELSE %s END",
                        name,
                        SQL.identifier("one", field),
                        SQL.identifier(self.env[name]._table),
                        own,
                        before,
                    )
                    for field, own, before in zip(
                        named,
                        (SQL("row.res_model"), SQL("row.res_id")),
                        (model, record),
                        strict=True,
                    )
                )
        return model, record

    @api.model
    def _facts(self, model, ids):
        """{id: Facts} of documents of a model; deleted ones are not among them."""
        if model not in self.env:
            return {}
        return self._facts_of(existing(self.env[model].sudo().browse(ids)))

    @api.model
    def _facts_of(self, records):
        """What people know these by; packages say more of their own models."""
        kind = self.env["ir.model"]._get(records._name).sudo().name
        return {record.id: Facts(record.display_name, kind) for record in records}

    @api.model
    def _models(self):
        """The models that documents may be of."""
        strategies = (self.env[f"fiken.resource.{one}"] for one in self._resources())
        return sorted({one._record_model for one in strategies})

    @api.model
    def _resources(self):
        return [key for key, _label in self._selection_resource()]

    @api.model
    def _partner_fields(self):
        """{model of a document: its field for who bought or sold}"""
        return {"res.partner": "display_name"}

    @api.model
    def _amount_fields(self):
        """{model of a document: its field for the amount}"""
        return {}

    def _belong_to(self, job):
        """It was made for this one's sake: it is on the same document's page."""
        self.write(
            {
                "document_model": job.document_model,
                "document_id": job.document_id,
            }
        )
