import pytz

from odoo import api, fields, models


class FikenVendor(models.Model):
    """A shop, outlet or business unit that sells and keeps its own ledger.

    Not a supplier: in Norwegian point-of-sale words, the one who sells. Here is who it
    is; what it sends, and how, is added by the packages that send it.
    """

    _name = "fiken.vendor"
    _description = "Fiken Shop"
    _inherit = ["mail.thread", "fiken.guard.mixin", "fiken.flows.mixin"]
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of
    _order = "sequence, name, id"

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True,
        default=lambda self: self._free_code(self.env.company),
        help="Short and unique: it is part of numbers in Fiken.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company._fiken_books(),
    )
    fiken_company_id = fields.Many2one(
        "fiken.company",
        check_company=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["fiken.company"]._of_company(self.env.company),
    )
    enabled_since = fields.Date(
        tracking=True,
        help="Nothing dated before this day is sent to Fiken. Choose the day after the"
        " last one that is booked in Fiken already, else it is there twice.",
    )
    tz = fields.Selection(
        "_selection_tz", "Time Zone", default="Europe/Oslo", required=True
    )

    _code_uniq = models.Constraint(
        "UNIQUE(company_id, code)",
        "Two shops of a company cannot have the same code.",
    )

    # Constraints

    @api.constrains("company_id")
    def _check_company_has_books(self):
        self.company_id._fiken_check_books()

    # Computes

    @api.model
    def _selection_tz(self):
        return [(name, name) for name in sorted(pytz.common_timezones)]

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Of the books and codes of its own company, whoever works where."""
        given = {vals["code"] for vals in vals_list if vals.get("code")}
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id") or [])
            company = company or self.env.company
            if "fiken_company_id" not in vals:
                books = self.env["fiken.company"]._of_company(company)
                vals["fiken_company_id"] = books.id
            if not vals.get("code"):
                vals["code"] = self._free_code(company, given)
                given.add(vals["code"])
        return super().create(vals_list)

    def copy_data(self, default=None):
        return [
            {
                **vals,
                "name": self.env._("%(name)s (copy)", name=vendor.name),
                "code": self.env._("%(code)s-copy", code=vendor.code),
                **(default or {}),
            }
            for vendor, vals in zip(
                self, super().copy_data(default=default), strict=True
            )
        ]

    # Business

    @api.model
    def _free_code(self, company, given=()):
        """SHOP2, SHOP3, …: the first that no shop of the company has, or is given."""
        shops = self.sudo().with_context(active_test=False)
        shops = shops.search([("company_id", "=", company._fiken_books().id)])
        taken = {*shops.mapped("code"), *given}
        numbers = range(2, len(taken) + 3)
        return next(f"SHOP{one}" for one in numbers if f"SHOP{one}" not in taken)

    def _is_active_on(self, date):
        """Whether a document of that date belongs into Fiken at all."""
        return bool(self.enabled_since) and date >= self.enabled_since
