from odoo import models


class ProductCategory(models.Model):
    """Its income account is one that a product's job may wait for."""

    _name = "product.category"
    _inherit = ["product.category", "fiken.setting.mixin"]
