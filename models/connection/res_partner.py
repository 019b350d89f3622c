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
        for text in self._fiken_organization_texts():
            digits = re.sub(r"\D", "", text)
            if orgnr.is_valid(digits):
                return digits
        return ""

    def _fiken_wrong_organization_number(self):
        """What is meant as one and has wrong digits, where no other is right; or ''."""
        if self._fiken_organization_number():
            return ""
        return next(iter(self._fiken_organization_texts()), "")

    def _fiken_organization_texts(self):
        """What may be its Norwegian number, as somebody wrote it."""
        self.ensure_one()
        texts = [self.l10n_no_bronnoysund_number]
        if not self.country_id or self.country_id.code == "NO":
            texts += [self.company_registry, self.vat]
        elif (self.vat or "").upper().startswith("NO"):
            texts.append(self.vat)
        return [text for text in texts if text and not FOREIGN.match(text)]
