from odoo import api, fields, models

# They decide where the products below are sold.
PRODUCT_FIELDS = {"parent_id", "property_account_income_categ_id"}


class ProductCategory(models.Model):
    """Its accounts, or its own line in the ledger, decide where products are booked."""

    _name = "product.category"
    _inherit = ["product.category", "fiken.setting.mixin"]

    fiken_excluded = fields.Boolean(
        "Keep Out of Fiken",
        help="Odoo neither makes nor changes products of this category, and of those"
        " below it, in Fiken.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        self.env["fiken.ledger"]._note_unmapped(categories)
        return categories

    def write(self, vals):
        result = super().write(vals)
        if PRODUCT_FIELDS & vals.keys():
            self.env["fiken.ledger"]._enqueue_products_of(self)
        if {"fiken_excluded", "parent_id"} & vals.keys():
            products = self.env["product.product"].sudo()
            products.search(
                [("categ_id", "child_of", self.ids)]
            )._fiken_enqueue_with_stock()
        return result

    def _fiken_is_excluded(self):
        """Whether it, or a category above it, is kept out of Fiken."""
        self.ensure_one()
        path = [int(part) for part in (self.parent_path or "").split("/") if part]
        return any(self.browse(path).mapped("fiken_excluded"))
