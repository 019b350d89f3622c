from odoo import fields, models


class ProductTag(models.Model):
    """A tag may say that products stay out of Fiken."""

    _inherit = "product.tag"

    fiken_excluded = fields.Boolean(
        "Keep Out of Fiken",
        help="Odoo neither makes nor changes products with this tag in Fiken.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "fiken_excluded" in vals:
            products = self.env["product.product"].sudo()
            products.search(
                [("all_product_tag_ids", "in", self.ids)]
            )._fiken_enqueue_with_stock()
        return result
