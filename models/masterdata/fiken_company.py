from psycopg2.extras import Json

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

CHOICES = [
    ("off", "Off"),
    ("used", "When used on a document"),
    ("all", "All"),
]
CHOICE_FIELDS = ("customer_sync", "supplier_sync", "product_sync")
# The field that a question takes for *All*.
AS_IF_ALL = "fiken_as_if_all"
STOCK_FIELDS = {"stock_sync", "warehouse_ids"}


class FikenCompany(models.Model):
    """What of Odoo's master data a company wants in Fiken."""

    _inherit = "fiken.company"

    customer_sync = fields.Selection(
        CHOICES,
        "Customers",
        default="used",
        required=True,
        tracking=True,
        help="Off: Odoo makes and changes none; an invoice needs a contact that Fiken"
        " has already.\n"
        "When used: a customer follows from their first document on.\n"
        "All: every customer.",
    )
    supplier_sync = fields.Selection(
        CHOICES,
        "Suppliers",
        default="used",
        required=True,
        tracking=True,
        help="Off: Odoo makes and changes none; a bill needs a contact that Fiken has"
        " already.\n"
        "When used: a supplier follows from the first document on.\n"
        "All: every supplier.",
    )
    product_sync = fields.Selection(
        CHOICES,
        "Products",
        default="used",
        required=True,
        tracking=True,
        help="Off: Odoo makes and changes none; lines of invoices that Fiken issues"
        " carry no product.\n"
        "When used: a product follows from the first invoice that Fiken issues.\n"
        "All: every product that is sold, each variant and kit.",
    )
    stock_sync = fields.Selection(
        CHOICES,
        "Stock",
        default="off",
        required=True,
        tracking=True,
        help="The quantity on hand of each product that Fiken has, however it came"
        " there: When used and All are the same here. No value, no orders.",
    )
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "fiken_company_warehouse",
        string="Warehouses",
        domain="[('company_id', 'child_of', company_id)]",
        help="Whose stock counts. Empty: all of the company's and its branches'.",
    )

    # {resource: fields that Fiken may not return, and that a row was seen to carry}
    fields_seen = fields.Json(readonly=True, copy=False)

    # Constraints

    @api.constrains("warehouse_ids")
    def _check_warehouses_belong(self):
        for fiken_company in self.sudo():
            for warehouse in fiken_company.warehouse_ids:
                if warehouse.company_id._fiken_books() != fiken_company.company_id:
                    raise ValidationError(
                        self.env._(
                            "%(name)s: the warehouse %(warehouse)s belongs to another"
                            " company.",
                            name=fiken_company.name,
                            warehouse=warehouse.name,
                        )
                    )

    # CRUD

    def write(self, vals):
        if not vals.keys() & {*CHOICE_FIELDS, *STOCK_FIELDS}:
            return super().write(vals)
        before = {fiken_company: fiken_company._choices() for fiken_company in self}
        result = super().write(vals)
        self._forget_routes()
        for fiken_company, choices in before.items():
            now = fiken_company._choices()
            changed = [field for field in now if now[field] != choices[field]]
            fiken_company._enqueue_chosen(
                [field for field in CHOICE_FIELDS if field in changed]
            )
            if STOCK_FIELDS & set(changed):
                fiken_company._enqueue_stock()
        return result

    # Business

    def _choices(self):
        return {
            **{field: self[field] for field in (*CHOICE_FIELDS, "stock_sync")},
            "warehouse_ids": self.warehouse_ids,
        }

    @api.model
    def _all_linked(self):
        """The books that want records which no document has used."""
        return self.sudo().browse(self._all_linked_ids())

    @api.model
    @tools.ormcache()
    def _all_linked_ids(self):
        """Asked whenever a partner or product is made or changed."""
        chosen = Domain.OR(Domain(field, "=", "all") for field in CHOICE_FIELDS)
        return tuple(self.sudo().search(chosen).ids)

    @api.model
    @tools.ormcache()
    def _stock_company_ids(self):
        """Odoo companies whose stock goes to Fiken; asked with every movement."""
        fiken_company = self.sudo().search([("stock_sync", "!=", "off")])
        return frozenset(fiken_company.company_id._fiken_members().ids)

    def _learn_fields(self, resource, names):
        """Fiken returns these fields of a resource; it is remembered for good.

        By SQL: it is no setting, and no job waits for it.
        """
        seen = self.fields_seen or {}
        known = set(seen.get(resource, ()))
        if known.issuperset(names):
            return
        seen = {**seen, resource: sorted(known.union(names))}
        self.env.execute_query(
            SQL(
                "UPDATE fiken_company SET fields_seen = %s WHERE id = %s RETURNING id",
                Json(seen),
                self.id,
            )
        )
        self.invalidate_recordset(["fields_seen"], flush=False)

    def _enqueue_chosen(self, choices):
        """A choice was made anew: enqueue what is wanted from now on."""
        self.ensure_one()
        for field in choices:
            if self[field] == "off":
                continue
            strategy = self._chosen_strategy(field)
            self.env["fiken.job"]._enqueue(
                [
                    strategy._job_row(res_id, self, self.default_vendor_id)
                    for res_id in self._chosen_ids(field)
                ]
            )

    def _chosen_strategy(self, field):
        resource = "product" if field == "product_sync" else "contact"
        return self.env[f"fiken.resource.{resource}"]

    def _chosen_ids(self, field):
        """Ids of the records that go to Fiken when a choice was made."""
        strategy = self._chosen_strategy(field)
        records = self.env[strategy._record_model].sudo()
        ids = set(self._linked_without_send(strategy._resource))
        if self._wants_all(field):
            wanted = records.with_context(active_test=True)._fiken_all_wanted(self)
            ids.update(wanted.ids)
        return ids

    def _wants_all(self, field):
        """Whether it chose *All*, or is asked what would follow if it did."""
        return self[field] == "all" or self.env.context.get(AS_IF_ALL) == field

    def _linked_without_send(self, resource):
        """Ids of records that were only linked, while nothing was to be sent."""
        bindings = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", self.id),
                    ("resource", "=", resource),
                    ("part", "=", ""),
                ]
            )
        )
        strategy = self.env[f"fiken.resource.{resource}"]
        return [
            binding.res_id
            for binding in bindings
            if strategy._past(binding).is_first(strategy._compared)
        ]

    def _enqueue_stock(self):
        """Enqueue the stock of every product that is in Fiken; the rest follows."""
        if self.stock_sync == "off":
            return
        bindings = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", self.id),
                    ("resource", "=", "product"),
                    ("part", "=", ""),
                ]
            )
        )
        stock = self.env["fiken.resource.stock"]
        self.env["fiken.job"]._enqueue(
            [stock._job_row(binding.res_id, self) for binding in bindings]
        )
