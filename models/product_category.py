from odoo import api, models


class ProductCategory(models.Model):
    """Its accounts, or its own line in the ledger, decide where products are booked."""

    _name = "product.category"
    _inherit = ["product.category", "fiken.setting.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        self.env["fiken.ledger"]._note_unmapped(categories)
        return categories

    def write(self, vals):
        result = super().write(vals)
        if PRODUCT_FIELDS & vals.keys():
            self.env["fiken.ledger"]._owe_products_of(self)
        return result


# They decide where the products below are sold.
PRODUCT_FIELDS = {"parent_id", "property_account_income_categ_id"}
