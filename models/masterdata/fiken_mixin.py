from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..outbox import at_commit
from ..outbox.fiken_job import CLOSED_STATES, STOPPED_STATES, UNDERWAY_STATES


class FikenMixin(models.AbstractModel):
    """A record that has a counterpart in Fiken which follows its changes.

    Changes are noted as they happen and owed just before the commit: one statement,
    however many records were changed, and how often.
    """

    _name = "fiken.mixin"
    _description = "Record kept in Fiken"

    # The resource that sends it, and the fields whose change is worth a look.
    _fiken_resource = ""
    _fiken_sent_fields = frozenset()

    fiken_linked = fields.Boolean(
        "In Fiken", compute="_compute_fiken_linked", search="_search_fiken_linked"
    )

    # Computes

    def _compute_fiken_linked(self):
        linked = set(self._fiken_links(self._origin.ids).mapped("res_id"))
        for record in self:
            record.fiken_linked = record._origin.id in linked

    def _search_fiken_linked(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain("id", "in", self._fiken_links().mapped("res_id"))

    def _fiken_links(self, ids=None):
        return (
            self.env["fiken.binding"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "in", self.env.companies._fiken_books().ids),
                    ("resource", "=", self._fiken_resource),
                    ("res_model", "=", self._name),
                    ("part", "=", ""),
                    *([("res_id", "in", ids)] if ids is not None else []),
                ],
                ["res_id"],
            )
        )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._fiken_keeps_all():
            records._fiken_enqueue_changes()
        return records

    def write(self, vals):
        result = super().write(vals)
        if self._fiken_sent_fields & vals.keys():
            self._fiken_enqueue_changes()
        return result

    def unlink(self):
        rows = self._fiken_rows_of_gone()
        result = super().unlink()
        self.env["fiken.job"]._enqueue(rows)
        return result

    # Actions

    def action_fiken_send(self):
        """Send these to Fiken now, whether a document has used them or not."""
        if not self.env.user.has_group("fiken_connector.group_fiken_user"):
            raise UserError(self.env._("Only a Fiken user may do this."))
        self.check_access("read")
        fiken_companies = self.env["fiken.company"].sudo()
        fiken_companies = fiken_companies.search(
            [("company_id", "in", self.env.companies._fiken_books().ids)]
        )
        strategy = self.env[f"fiken.resource.{self._fiken_resource}"]
        sent = self.browse()
        for fiken_company in fiken_companies:
            own = self._fiken_of(fiken_company)
            strategy._enqueue(own, fiken_company, fiken_company.default_vendor_id)
            sent |= own
        if self and not sent:
            raise UserError(
                self.env._(
                    "%(name)s belongs to a company that you have not ticked, or that"
                    " has no books in Fiken.",
                    name=self[0].display_name,
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%(count)s go to Fiken now. Activity shows how it went.",
                    count=len(sent),
                ),
            },
        }

    # Business

    def _fiken_of(self, fiken_company):
        """Those that these books may have: of their company, or of no company."""
        books = fiken_company.company_id
        return self.filtered(
            lambda record: not record.company_id
            or record.company_id._fiken_books() == books
        )

    @api.model
    def _fiken_of_domain(self, fiken_company):
        return Domain("company_id", "=", False) | Domain(
            "company_id", "child_of", fiken_company.company_id.id
        )

    @api.model
    def _fiken_keeps_all(self):
        """Whether a company wants records in Fiken that no document has used."""
        return False

    @api.model
    def _fiken_all_wanted(self, fiken_company):
        """Every record that the company wants in Fiken without such a document."""
        domain = self._fiken_wanted_domain(fiken_company)
        if domain.is_false():
            return self.browse()
        return self.search(domain)._fiken_wanted(fiken_company)

    @api.model
    def _fiken_wanted_domain(self, fiken_company):
        """Where those are found, and perhaps others."""
        return Domain.FALSE

    def _fiken_wanted(self, fiken_company):
        """Those that the company wants in Fiken without a document that uses them."""
        return self.browse()

    def _fiken_is_excluded(self):
        """Whether somebody said that it stays out of Fiken."""
        self.ensure_one()
        return False

    def _fiken_enqueue_changes(self):
        """At the commit what Fiken has is sent again, and what was stopped is tried."""
        if not self.ids:
            return
        flush = self.env["fiken.mixin"].sudo()._fiken_enqueue_noted
        noted = at_commit.noted(self.env, "fiken_changes", dict, flush)
        noted.setdefault(self._name, set()).update(self.ids)

    @api.model
    def _fiken_enqueue_noted(self):
        noted = at_commit.take(self.env, "fiken_changes", {})
        for model, ids in noted.items():
            records = self.env[model].browse(sorted(ids)).exists()
            if records:
                records._fiken_enqueue()

    def _fiken_enqueue(self):
        """Enqueue these records, where Fiken has them or a company wants them there."""
        wanted = {
            (record.id, fiken_company)
            for fiken_company in self.env["fiken.company"]._all_linked()
            for record in self._fiken_wanted(fiken_company)
        }
        self._fiken_enqueue_known(self._fiken_resource, wanted)

    def _fiken_enqueue_known(self, resource, wanted=()):
        """Enqueue what Fiken has or is getting, and what else is wanted there.

        :param wanted: {(record id, Fiken company)}
        """
        strategy = self.env[f"fiken.resource.{resource}"]
        own = [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("resource", "=", resource),
            ("part", "=", ""),
        ]
        bindings = self.env["fiken.binding"].sudo().search(own)
        # An edit that meets the first sending must not be lost either.
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search([*own, ("state", "not in", CLOSED_STATES)])
        )
        on_the_way = jobs.filtered(lambda job: job.state in UNDERWAY_STATES)
        known = {
            (record.res_id, record.fiken_company_id)
            for records in (bindings, on_the_way)
            for record in records
        }
        known_ids = {res_id for res_id, _books in known}
        excluded = {
            record.id
            for record in self
            if record.id in known_ids and record._fiken_is_excluded()
        }
        queued = {one for one in known if one[0] not in excluded}
        self.env["fiken.job"]._enqueue(
            [
                strategy._job_row(
                    res_id, fiken_company, fiken_company.default_vendor_id
                )
                for res_id, fiken_company in queued.union(wanted)
            ]
        )
        stopped = jobs.filtered(
            lambda job: job.state in STOPPED_STATES and not job.outcome_unknown
        )
        if stopped:
            stopped.action_retry()

    def _fiken_rows_of_gone(self):
        """Jobs for what is deleted here: Fiken keeps it, but no longer offers it."""
        if not self.ids or not self._fiken_resource:
            return []
        strategy = self.env[f"fiken.resource.{self._fiken_resource}"]
        if not strategy._outlives_record:
            return []
        return [
            strategy._job_row(binding.res_id, binding.fiken_company_id)
            for binding in self.env["fiken.binding"]._of_records(
                self._fiken_resource, self
            )
        ]
