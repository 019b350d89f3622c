import re

from stdnum.no import orgnr

from odoo import models

SENT_FIELDS = frozenset(
    {
        "name",
        "email",
        "phone",
        "lang",
        "active",
        "street",
        "street2",
        "zip",
        "city",
        "country_id",
        "vat",
        "company_registry",
        "l10n_no_bronnoysund_number",
    }
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if SENT_FIELDS & vals.keys():
            self._fiken_owe_changes()
        return result

    def _fiken_owe_changes(self):
        """Partners that are in Fiken, or wait to go there, are sent again."""
        if not self.ids:
            return
        contacts = self.env["fiken.resource.contact"]
        bindings = self.env["fiken.binding"].sudo().search(
            [
                ("resource", "=", contacts._resource),
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
            ]
        )
        self.env["fiken.job"]._enqueue(
            [
                contacts._job_row(binding.res_id, binding.fiken_company_id)
                for binding in bindings
            ]
        )
        stopped = self.env["fiken.job"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("state", "in", ("blocked", "failed")),
                ("outcome_unknown", "=", False),
            ]
        )
        if stopped:
            stopped.action_retry()

    def _fiken_organization_number(self):
        """Nine digits, or '' when Odoo has no valid Norwegian number (field.md 3.4)."""
        self.ensure_one()
        for text in (
            self.l10n_no_bronnoysund_number,
            self.company_registry,
            self.vat,
        ):
            digits = re.sub(r"\D", "", text or "")
            if orgnr.is_valid(digits):
                return digits
        return ""
