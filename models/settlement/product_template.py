from odoo import models


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "fiken.former.mixin"]

    _fiken_posts_by = frozenset({"categ_id", "property_account_income_id"})
