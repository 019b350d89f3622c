from odoo import models

NAMES = {"property_account_income_categ_id"}


class ProductCategory(models.Model):
    """What was posted by its former account stays there."""

    _inherit = "product.category"

    def write(self, vals):
        Former = self.env["fiken.former.value"]
        before = Former._seen(self, NAMES & vals.keys())
        result = super().write(vals)
        Former._keep(before)
        return result
