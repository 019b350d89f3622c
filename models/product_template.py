from odoo import models

from .product_product import SENT_FIELDS


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        if SENT_FIELDS & vals.keys():
            variants = self.with_context(active_test=False).product_variant_ids
            variants._fiken_owe_changes()
        return result
