from odoo import api, models

from ..connection.sentence import _lt


class FikenChartReading(models.AbstractModel):
    """Nightly: accounts that were made or dropped in Fiken are known here."""

    _name = "fiken.chart.reading"
    _inherit = "fiken.rounds"
    _description = "Reading of Fiken's Charts of Accounts"

    @api.model
    def _round_stages(self, fiken_company):
        return ["accounts"]

    @api.model
    def _round_words(self, unit):
        return _lt("%(company)s, chart of accounts", company=unit.owner.name)

    @api.model
    def _do_accounts(self, unit):
        unit.owner._read_accounts(unit.session)
