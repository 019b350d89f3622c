from odoo import api, fields, models
from odoo.exceptions import UserError

from ..connection.sentence_field import SentenceField
from ..outbox.existing import record_names


class FikenDrift(models.Model):
    """A person must choose: what Odoo has, or what Fiken has.

    Until then Fiken keeps its value, and the record's other changes are sent.
    """

    _name = "fiken.drift"
    _description = "Difference between Odoo and Fiken"
    _inherit = ["fiken.access.mixin"]
    _order = "id desc"

    fiken_company_id = fields.Many2one(
        "fiken.company", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    resource = fields.Selection(
        "_selection_resource", "What", required=True, readonly=True
    )
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    record_name = fields.Char("Name", compute="_compute_record_name")
    kind = fields.Selection(
        [
            ("changed", "Another value in Fiken"),
            ("deleted", "Deleted in Fiken"),
            ("same_name", "Perhaps the same in Fiken"),
        ],
        required=True,
        readonly=True,
    )
    # Fiken's field, or the id of the contact that is perhaps the same.
    key = fields.Char(required=True, readonly=True)
    label = fields.Char("Field", compute="_compute_label")
    odoo_value = SentenceField("In Odoo", readonly=True)
    fiken_value = SentenceField("In Fiken", readonly=True)
    fiken_json = fields.Json(readonly=True)

    _record_uniq = models.Constraint(
        "UNIQUE(fiken_company_id, resource, res_model, res_id, kind, key)",
        "This difference is shown already.",
    )

    # Computes

    @api.model
    def _selection_resource(self):
        return self.env["fiken.job"]._selection_resource()

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        for drift, name in record_names(self).items():
            drift.record_name = name

    @api.depends("kind", "key", "resource")
    def _compute_label(self):
        for drift in self:
            labels = drift._strategy()._compared_labels()
            drift.label = labels.get(drift.key) if drift.kind == "changed" else False

    @api.depends("record_name")
    def _compute_display_name(self):
        for drift in self:
            drift.display_name = drift.record_name

    # Actions

    def action_use_odoo(self):
        """Odoo is right: send it, make it again, or leave the two apart."""
        self._check_user()
        for drift in self.sudo():
            if drift.kind != "same_name":
                drift._acknowledge()
        self._resolve()

    def action_use_fiken(self):
        """Fiken is right: take it over, leave it deleted, or they are the same."""
        self._check_user()
        for drift in self.sudo():
            getattr(drift, f"_use_fiken_{drift.kind}")()
        self._resolve()

    def action_open_record(self):
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id)
        return record._get_records_action(context={})

    def _resolve(self):
        self.sudo().exists().unlink()

    # Business: choosing

    def _acknowledge(self):
        """What Fiken has now is known: the next send writes over it."""
        binding = self._binding()
        if not binding:
            return
        sent, kept = dict(binding.sent_values or {}), dict(binding.kept_values or {})
        if self.kind == "changed":
            sent[self.key] = self.fiken_json
            kept.pop(self.key, None)
        binding.write({"sent_values": sent, "kept_values": kept, "payload_hash": False})
        self._enqueue()

    def _use_fiken_changed(self):
        record = self._record().with_company(self.company_id)
        if not self._strategy()._apply_fiken_value(record, self.key, self.fiken_json):
            raise UserError(
                self.env._(
                    "%(field)s of %(record)s is Odoo's own: it follows from other"
                    " settings. Change it there, or choose Odoo's value.",
                    field=self.label,
                    record=self.record_name,
                )
            )
        self._acknowledge()

    def _use_fiken_deleted(self):
        """It stays out of Fiken from now on."""
        self._record().fiken_excluded = True
        self._binding().unlink()

    def _use_fiken_same_name(self):
        if self.env["fiken.binding"]._of_remote(
            self.fiken_company_id, self.resource, [self.key]
        ):
            raise UserError(
                self.env._(
                    "%(contact)s is linked to another contact in Odoo already.",
                    contact=self.fiken_value,
                )
            )
        self.env["fiken.job"]._enqueue(
            self._strategy()._is_same(self.fiken_company_id, self._record(), self.key)
        )
        # The others that were suggested are somebody else.
        self.search(
            [(name, "=", self[name]) for name in ("resource", "res_model", "res_id")]
            + [("kind", "=", "same_name")]
        ).unlink()

    # Business: noticing

    @api.model
    def _show(self, job, changed):
        """What is another value in Fiken, and only that, is shown from now on.

        :param job: names the record: a job, or its link
        :param changed: {field of Fiken: (Odoo's value, Fiken's value)}
        """
        known = self._of(job, "changed")
        (known.filtered(lambda drift: drift.key not in changed)).unlink()
        for drift in known.exists():
            drift.write(self._values_of(job, drift.key, *changed[drift.key]))
        new = changed.keys() - set(known.exists().mapped("key"))
        self._add(
            job,
            "changed",
            {key: self._values_of(job, key, *changed[key]) for key in sorted(new)},
        )

    @api.model
    def _suggest(self, job, rows):
        """Contacts in Fiken that have the name or address of one that Odoo makes there.

        :param rows: [(id in Fiken, the contact in words)]
        """
        known = set(self._of(job, "same_name").mapped("key"))
        self._add(
            job,
            "same_name",
            {key: {"fiken_value": words} for key, words in rows if key not in known},
        )

    @api.model
    def _show_deleted(self, binding):
        if not self._of(binding, "deleted"):
            self._add(binding, "deleted", {binding.remote_id: {}})

    @api.model
    def _of(self, job, kind):
        return self.sudo().search(
            [
                ("fiken_company_id", "=", job.fiken_company_id.id),
                ("resource", "=", job.resource),
                ("res_model", "=", job.res_model),
                ("res_id", "=", job.res_id),
                ("kind", "=", kind),
            ]
        )

    @api.model
    def _add(self, job, kind, values):
        self.sudo().create(
            [
                {
                    "fiken_company_id": job.fiken_company_id.id,
                    "company_id": job.fiken_company_id.company_id.id,
                    "resource": job.resource,
                    "res_model": job.res_model,
                    "res_id": job.res_id,
                    "kind": kind,
                    "key": key,
                    **row,
                }
                for key, row in values.items()
            ]
        )

    @api.model
    def _values_of(self, job, key, odoo, fiken):
        strategy = self.env[f"fiken.resource.{job.resource}"]
        return {
            "odoo_value": strategy._value_in_words(key, odoo),
            "fiken_value": strategy._value_in_words(key, fiken),
            "fiken_json": fiken,
        }

    # Business: reading

    def _strategy(self):
        return self.env[f"fiken.resource.{self.resource}"].sudo()

    def _record(self):
        """The Odoo record; empty when it was deleted."""
        return self.env[self.res_model].sudo().browse(self.res_id).exists()

    def _binding(self):
        return (
            self.env["fiken.binding"]
            .sudo()
            ._of(self.fiken_company_id, self.resource, self._record())
            .get(self.res_id, self.env["fiken.binding"])
        )

    def _enqueue(self):
        strategy = self._strategy()
        vendor = self.fiken_company_id.default_vendor_id
        self.env["fiken.job"]._enqueue(
            [strategy._job_row(self.res_id, self.fiken_company_id, vendor)]
        )
