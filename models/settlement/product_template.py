from odoo import models

NAMES = {"categ_id", "property_account_income_id"}


class ProductTemplate(models.Model):
    """What was posted by its former account or category stays there."""

    _inherit = "product.template"

    def write(self, vals):
        Former = self.env["fiken.former.value"]
        before = Former._seen(self, NAMES & vals.keys())
        result = super().write(vals)
        Former._keep(before)
        return result
