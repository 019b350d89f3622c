import re

from stdnum.no import orgnr

from odoo import models

# NO 923 609 016 MVA, with or without what stands around the digits.
NUMBER = re.compile(r"(?P<country>NO)?(?P<digits>\d{9})(MVA)?")
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
        """Nine digits, or '' when Odoo has no valid Norwegian number (field.md 3.4).

        Other countries have numbers of nine digits as well: of a partner abroad only
        what says that it is Norwegian counts.
        """
        self.ensure_one()
        abroad = self.country_id and self.country_id.code != "NO"
        texts = [self.l10n_no_bronnoysund_number, self.vat]
        if not abroad:
            texts.insert(1, self.company_registry)
        for text in texts:
            match = NUMBER.fullmatch(re.sub(r"[\s.\-]", "", text or "").upper())
            if not match or not orgnr.is_valid(match["digits"]):
                continue
            if abroad and text == self.vat and not match["country"]:
                continue
            return match["digits"]
        return ""
