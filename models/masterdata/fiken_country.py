import re

from babel import Locale

from odoo import api, models, tools

# Fiken was seen to say Norway, Norge and NO (fiken-api.md §3.1).
LANGUAGES = ("en", "nb", "nn")


class FikenCountry(models.AbstractModel):
    """Which country Fiken means, in whatever language it says so."""

    _name = "fiken.country"
    _description = "Countries in Fiken's Words"

    @api.model
    def _id_of(self, name):
        """The id of a country by its name or code; False where there is none."""
        return self._names().get(self._key(name), False)

    @api.model
    def _key(self, name):
        return re.sub(r"\W", "", (name or "").casefold())

    @api.model
    @tools.ormcache()
    def _names(self):
        """{name or code as it is looked up: id}, whatever languages Odoo has."""
        countries = self.env["res.country"].sudo().with_context(lang="en_US")
        countries = countries.search([("code", "!=", False)])
        by_code = {country.code: country.id for country in countries}
        ids = {self._key(code): country_id for code, country_id in by_code.items()}
        ids.update({self._key(country.name): country.id for country in countries})
        for language in LANGUAGES:
            for code, name in Locale(language).territories.items():
                if code in by_code:
                    ids.setdefault(self._key(name), by_code[code])
        return ids
