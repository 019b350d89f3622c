from odoo import models


class ProductCategory(models.Model):
    _name = "product.category"
    _inherit = ["product.category", "fiken.former.mixin"]

    _fiken_posts_by = frozenset({"property_account_income_categ_id"})
