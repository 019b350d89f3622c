from odoo import models

NAMES = {"income_account_id"}


class ResCompany(models.Model):
    """What was posted by its former account stays there."""

    _inherit = "res.company"

    def write(self, vals):
        Former = self.env["fiken.former.value"]
        before = Former._seen(self, NAMES & vals.keys())
        result = super().write(vals)
        Former._keep(before)
        return result
