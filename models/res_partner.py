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
    _name = "res.partner"
    _inherit = ["res.partner", "fiken.mixin"]

    _fiken_resource = "contact"
    _fiken_sent_fields = SENT_FIELDS

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
