from odoo import models

SENT_FIELDS = frozenset(
    {
        "name",
        "default_code",
        "active",
        "list_price",
        "lst_price",
        "taxes_id",
        "categ_id",
        "property_account_income_id",
        "description_sale",
        "product_template_attribute_value_ids",
    }
)


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "fiken.mixin"]

    _fiken_resource = "product"
    _fiken_sent_fields = SENT_FIELDS
