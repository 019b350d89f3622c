from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..outbox import at_commit

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
        "sale_ok",
        "product_tag_ids",
        "additional_product_tag_ids",
        "fiken_excluded",
    }
)
# They decide whether and how a product's stock is counted.
STOCK_FIELDS = frozenset({"is_storable", "type", "uom_id", "fiken_excluded"})


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "fiken.mixin"]

    _fiken_resource = "product"
    _fiken_sent_fields = SENT_FIELDS

    # What kits consist of, as it was last seen: a component that moves changes them.
    fiken_component_ids = fields.Many2many(
        "product.product",
        "fiken_kit_component",
        "kit_id",
        "component_id",
        "Components in Fiken",
        copy=False,
    )
    fiken_kit_content = fields.Char("Content of the Kit in Fiken", copy=False)

    # CRUD

    def write(self, vals):
        result = super().write(vals)
        if STOCK_FIELDS & vals.keys():
            self._fiken_enqueue_stock()
        return result

    # Business

    @api.model
    def _fiken_keeps_all(self):
        fiken_company = self.env["fiken.company"]._all_linked()
        return any(one.product_sync == "all" for one in fiken_company)

    @api.model
    def _fiken_wanted_domain(self, fiken_company):
        if not fiken_company._wants_all("product_sync"):
            return Domain.FALSE
        return Domain("sale_ok", "=", True) & self._fiken_of_domain(fiken_company)

    def _fiken_wanted(self, fiken_company):
        """Every product that is sold, each variant of its own."""
        if not fiken_company._wants_all("product_sync"):
            return self.browse()
        return self._fiken_of(fiken_company).filtered(
            lambda product: product.sale_ok
            and product.active
            and not product._fiken_is_excluded()
        )

    def _fiken_is_excluded(self):
        self.ensure_one()
        return (
            self.fiken_excluded
            or any(self.all_product_tag_ids.mapped("fiken_excluded"))
            or bool(self.categ_id)
            and self.categ_id._fiken_is_excluded()
        )

    def _fiken_enqueue(self):
        """A kit's note names its components."""
        kits = self.search([("fiken_component_ids", "in", self.ids)])
        return super(ProductProduct, self | kits)._fiken_enqueue()

    # Business: stock

    def _fiken_enqueue_with_stock(self):
        self._fiken_enqueue_changes()
        self._fiken_enqueue_stock()

    def _fiken_enqueue_stock(self):
        """Enqueue their stock wherever it goes to Fiken."""
        companies = self.env["fiken.company"]._stock_company_ids()
        self._fiken_note_moved(
            {(company, product_id) for company in companies for product_id in self.ids}
        )

    @api.model
    def _fiken_note_moved(self, moved):
        """Stock changed: at the commit one statement owes each product once.

        :param moved: {(id of the Odoo company, product id)}
        """
        if not moved:
            return
        flush = self.env["product.product"].sudo()._fiken_enqueue_moved
        at_commit.noted(self.env, "fiken_moved", set, flush).update(moved)

    @api.model
    def _fiken_enqueue_moved(self):
        """Enqueue the stock of what moved and is in Fiken, and of kits made of it."""
        moved = at_commit.take(self.env, "fiken_moved")
        if not moved:
            return
        self.env["fiken.binding"].flush_model()
        self.env["fiken.company"].flush_model(["stock_sync"])
        self.flush_model(["fiken_component_ids"])
        stock = self.env["fiken.resource.stock"]
        self.env["fiken.job"]._enqueue_selected(
            SQL(
                """
                WITH moved (company_id, product_id) AS (VALUES %(moved)s),
                touched AS (
                    SELECT company_id, product_id FROM moved
                     UNION
                    SELECT moved.company_id, part.kit_id
                      FROM moved
                      JOIN fiken_kit_component part
                        ON part.component_id = moved.product_id)
                SELECT DISTINCT fiken_company.id, fiken_company.company_id,
                       fiken_company.default_vendor_id,
                       %(resource)s, %(model)s, touched.product_id, '', %(priority)s,
                       NULL::timestamp AS send_at
                  FROM touched
                  JOIN fiken_company ON fiken_company.company_id = %(books)s
                                          AND fiken_company.stock_sync != 'off'
                  JOIN fiken_binding link
                    ON link.fiken_company_id = fiken_company.id
                   AND link.resource = 'product'
                   AND link.res_model = %(model)s AND link.part = ''
                   AND link.active AND link.res_id = touched.product_id
              ORDER BY 1, 6
                """,
                moved=SQL(", ").join(SQL("%s", pair) for pair in sorted(moved)),
                books=self.env["res.company"]._fiken_books_sql(
                    SQL("touched.company_id")
                ),
                resource=stock._resource,
                model=self._name,
                priority=stock._priority,
            )
        )
