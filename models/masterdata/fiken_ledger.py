from odoo import api, models
from odoo.fields import Domain


class FikenLedger(models.Model):
    """Products follow the ledger that says on which account they are sold."""

    _inherit = "fiken.ledger"

    @api.model
    def _enqueue_products_of(self, categories):
        """Categories changed in Odoo: where their products are sold may be another."""
        none = self.env["account.account"]
        for fiken_company in self.env["fiken.company"].sudo().search(Domain.TRUE):
            ledger = fiken_company.default_vendor_id.ledger_id
            ledger._enqueue_changed_products(ledger._products_of(none, categories))

    def _products_of(self, accounts, categories):
        """Products in Fiken whose income account one of these decides.

        A product carries the account of its Fiken company's default vendor.
        """
        none = self.env["product.product"]
        fiken_company = self.fiken_company_id.sudo().filtered(
            lambda one: one.default_vendor_id.ledger_id in self
        )
        if not fiken_company or not (accounts or categories):
            return none
        bindings = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "in", fiken_company.ids),
                    ("resource", "=", "product"),
                    ("res_model", "=", "product.product"),
                ]
            )
        )
        products = none.sudo().browse(bindings.mapped("res_id")).exists()
        below = self.env["product.category"].sudo()
        if categories:
            below = below.search([("id", "child_of", categories.ids)])
        return products.with_company(fiken_company.company_id[:1]).filtered(
            lambda product: product.categ_id in below
            or product.product_tmpl_id.get_product_accounts()["income"] in accounts
        )

    def _enqueue_changed_products(self, products):
        """Their income account changed: they are sent again."""
        if products:
            products._fiken_enqueue_changes()
