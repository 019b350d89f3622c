import re

from stdnum.no import orgnr

from odoo import models

# SE…, FR…: the VAT number of another country.
FOREIGN = re.compile(r"(?!NO)[A-Z]{2}\s?\d", re.IGNORECASE)


class ResPartner(models.Model):
    """The organisation number of a partner, as Fiken knows it."""

    _inherit = "res.partner"

    def _fiken_organization_number(self):
        """Nine digits, or '' without a valid Norwegian number (fiken-api.md §15.1).

        Other countries have numbers of nine digits as well: of a partner abroad only
        what says that it is Norwegian counts.
        """
        self.ensure_one()
        texts = [self.l10n_no_bronnoysund_number]
        if not self.country_id or self.country_id.code == "NO":
            texts += [self.company_registry, self.vat]
        elif (self.vat or "").upper().startswith("NO"):
            texts.append(self.vat)
        for text in texts:
            digits = re.sub(r"\D", "", text or "")
            if orgnr.is_valid(digits) and not FOREIGN.match(text):
                return digits
        return ""
