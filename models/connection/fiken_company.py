import logging

from odoo import api, fields, models, tools
from odoo.exceptions import MissingError

from ...fiken_api import answers, errors
from .sentence import _lt, say

_logger = logging.getLogger(__name__)


# What is cached of them: see _forget_routes.
ROUTE_FIELDS = {"company_id", "connection_id", "default_vendor_id", "slug"}


class FikenCompany(models.Model):
    _name = "fiken.company"
    _description = "Fiken Company"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "fiken.guard.mixin",
        "fiken.flows.mixin",
    ]
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of
    _order = "name, id"

    connection_id = fields.Many2one(
        "fiken.connection",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", "Odoo Company", required=True, readonly=True, ondelete="restrict"
    )
    name = fields.Char(required=True, readonly=True)
    slug = fields.Char(required=True, readonly=True)
    organization_number = fields.Char(readonly=True)
    vat_type = fields.Selection(
        [
            ("no", "Not registered"),
            ("yearly", "Yearly"),
            ("monthly", "Monthly"),
            ("bi-monthly", "Every two months"),
        ],
        "VAT Term",
        readonly=True,
    )
    test_company = fields.Boolean(readonly=True)
    has_api_access = fields.Boolean("API Module", default=True, readonly=True)
    is_shared = fields.Boolean(
        "Shared with Us",
        default=True,
        readonly=True,
        help="Whether the consent opens it: it was ticked in Fiken, and the Fiken user"
        " has a right there.",
    )
    accounting_start_date = fields.Date(readonly=True)
    checked_at = fields.Datetime("Last Tested", readonly=True)

    _company_uniq = models.Constraint(
        "UNIQUE(company_id)", "This Odoo company already keeps its books in Fiken."
    )
    _slug_uniq = models.Constraint(
        "UNIQUE(slug)", "This Fiken company is already linked to an Odoo company."
    )

    # Constraints

    @api.constrains("company_id")
    def _check_company_has_books(self):
        self.company_id._fiken_check_books()

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self._forget_routes()
        return companies

    def write(self, vals):
        again = self.browse()
        if vals.get("is_shared"):
            again = self.filtered(lambda company: not company.is_shared)
        result = super().write(vals)
        if ROUTE_FIELDS & vals.keys():
            self._forget_routes()
        again._shared_again()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_routes()
        return result

    # Actions

    def action_open_in_fiken(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self._web_url()}

    # Business

    @api.model
    def _of_company(self, company):
        """The books of an Odoo company, if it keeps them in Fiken."""
        books = company._fiken_books()
        return self.sudo().search_fetch([("company_id", "=", books.id)], limit=1)

    @tools.ormcache("self.id")
    def _cron_id(self):
        """The cron that sends for these books; asked on every *Confirm*."""
        return self.sudo().connection_id.cron_id.id

    @api.model
    def _forget_routes(self):
        """Now, and again when other transactions can see what changed."""
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    def _wake(self, at=None):
        """Let the worker run: right after this commit, or at a time."""
        try:
            for cron in self.env["ir.cron"].sudo().browse(self._cron_id()):
                cron._trigger(at=at)
        except MissingError:
            # Deleted since it was cached. The watchdog makes another one.
            self._forget_routes()

    def _acting(self, model):
        """A model as the books act on it: in their company and its language."""
        company = self.company_id
        return (
            self.env[model]
            .sudo()
            .with_company(company)
            .with_context(
                allowed_company_ids=company.ids,
                lang=company.partner_id.lang or self.env.lang,
            )
        )

    def _path(self, path=""):
        """The API path below this company."""
        return f"/companies/{self.slug}{path}"

    def _web_url(self, path=""):
        """A page of Fiken's web application, for a person."""
        return self._web_base() + path

    @tools.ormcache("self.id")
    def _web_base(self):
        return f"{self.connection_id._web_address()}/foretak/{self.slug}"

    def _organization_differs(self):
        """Whether Odoo's company has another organisation number, or none."""
        ours = self.company_id.partner_id._fiken_organization_number()
        return ours != (self.organization_number or "").replace(" ", "")

    def _is_vat_registered(self):
        return self.vat_type != "no"

    def _values_from_fiken(self, row):
        """Our fields from a company of ``GET /companies``."""
        values = answers.company(row)
        if values["vat_type"] not in dict(self._fields["vat_type"].selection):
            values["vat_type"] = False
        return {**values, "is_shared": True, "checked_at": fields.Datetime.now()}

    def _apply_fiken_row(self, row):
        """Keep what Fiken says about this company, and say it in one line.

        :param row: the company from Fiken's list, or None when it is not shared
        """
        self.ensure_one()
        if not row:
            self._set_shared(False)
            return say(self.env, self._unshared_text())
        values = self._values_from_fiken(row)
        if values["slug"] == self.slug:
            # Else every look at Fiken would empty the caches of all of Odoo.
            del values["slug"]
        self.sudo().write(values)
        parts = [
            self.name,
            self.organization_number or "",
            self.env._(
                "not the organisation number of %(company)s",
                company=self.company_id.name,
            )
            if self._organization_differs()
            else "",
            self.env._("test company") if self.test_company else "",
            self.env._(
                "VAT term: %(term)s",
                term=dict(
                    self._fields["vat_type"]._description_selection(self.env)
                ).get(self.vat_type, "-"),
            ),
        ]
        if self.has_api_access:
            parts.append(self.env._("API module active"))
        else:
            parts.append(
                self.env._(
                    "the API module is missing: order it in Fiken under Foretak ›"
                    " Tilleggstjenester"
                )
            )
        return " · ".join(part for part in parts if part)

    def _unshared_text(self):
        return _lt(
            "%(name)s is not shared with us. Press Reconnect on the connection and tick"
            " it, or add it in Fiken under Rediger konto › Sikkerhet and press Test"
            " Connection.",
            name=self.name,
        )

    def _unshared_title(self):
        return _lt("%(name)s is not shared with us", name=self.name)

    def _shared_again(self):
        """The to-dos are done, and what waited is sent."""
        for company in self.sudo():
            company.connection_id._cured(company._unshared_cause())
            company._wake()

    def _unshared_cause(self):
        return f"unshared {self.id}"

    def _set_shared(self, is_shared):
        """Keep whether the consent opens these; written where it changes."""
        changed = self.sudo().filtered(lambda one: one.is_shared != is_shared)
        if changed:
            changed.is_shared = is_shared

    def _has_project_module(self):
        """Whether Fiken's project module answers: 402 without it (§4.3)."""
        self.ensure_one()
        with self.connection_id._click_session() as session:
            try:
                session.get(self._path("/projects"), page=0, pageSize=1)
            except errors.ModuleMissing:
                return False
        return True

    def _last_booked_since(self, date):
        """The last day on or after ``date`` that has entries in Fiken, or None."""
        self.ensure_one()
        return self.connection_id._last_booked_since(self.slug, date)

    @api.model
    def _readable(self):
        """Those that Fiken can be asked about without anybody being at hand."""
        companies = self.search(
            [
                ("connection_id.state", "=", "connected"),
                ("has_api_access", "=", True),
                ("is_shared", "=", True),
            ]
        )
        return companies.filtered(lambda one: not one.connection_id.is_elsewhere)
