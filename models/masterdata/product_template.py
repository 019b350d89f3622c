from odoo import api, fields, models
from odoo.fields import Domain

from .product_product import SENT_FIELDS, STOCK_FIELDS


class ProductTemplate(models.Model):
    _inherit = "product.template"

    fiken_excluded = fields.Boolean(
        "Keep Out of Fiken",
        copy=False,
        help="Odoo neither makes nor changes this product in Fiken.",
    )
    fiken_linked = fields.Boolean(
        "In Fiken", compute="_compute_fiken_linked", search="_search_fiken_linked"
    )

    # Computes

    @api.depends("product_variant_ids")
    def _compute_fiken_linked(self):
        for template in self:
            template.fiken_linked = any(
                template.product_variant_ids.mapped("fiken_linked")
            )

    def _search_fiken_linked(self, operator, value):
        variants = self.env["product.product"].with_context(active_test=False)
        linked = variants.search([("fiken_linked", operator, value)])
        return Domain("id", "in", linked.product_tmpl_id.ids)

    # CRUD

    def write(self, vals):
        result = super().write(vals)
        if not (SENT_FIELDS | STOCK_FIELDS) & vals.keys():
            return result
        variants = self.with_context(active_test=False).product_variant_ids
        if SENT_FIELDS & vals.keys():
            variants._fiken_enqueue_changes()
        if STOCK_FIELDS & vals.keys():
            variants._fiken_enqueue_stock()
        return result

    # Actions

    def action_fiken_send(self):
        return self.product_variant_ids.action_fiken_send()
