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
    _inherit = "product.product"

    def write(self, vals):
        result = super().write(vals)
        if SENT_FIELDS & vals.keys():
            self._fiken_owe_changes()
        return result

    def _fiken_owe_changes(self):
        """Products that are in Fiken are sent again."""
        products = self.env["fiken.resource.product"]
        bindings = self.env["fiken.binding"].sudo().search(
            [
                ("resource", "=", products._resource),
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
            ]
        )
        self.env["fiken.job"]._enqueue(
            [
                products._job_row(
                    binding.res_id,
                    binding.fiken_company_id,
                    binding.fiken_company_id.default_vendor_id,
                )
                for binding in bindings
            ]
        )
