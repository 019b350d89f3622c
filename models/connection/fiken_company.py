import logging

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from odoo.addons.fiken_connector.fiken_api import errors

_logger = logging.getLogger(__name__)


# What is cached of them: see _forget_routes.
ROUTE_FIELDS = {"company_id", "connection_id", "default_vendor_id", "slug"}


class FikenCompany(models.Model):
    _name = "fiken.company"
    _description = "Fiken Company"
    _inherit = ["mail.thread", "mail.activity.mixin", "fiken.setting.mixin"]
    _check_company_auto = True
    _order = "name, id"

    connection_id = fields.Many2one(
        "fiken.connection", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", "Odoo Company", required=True, ondelete="restrict"
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
    accounting_start_date = fields.Date(readonly=True)
    checked_at = fields.Datetime("Last Tested", readonly=True)
    accounts_fetched_at = fields.Datetime("Chart Fetched", readonly=True)
    invoice_series_started = fields.Boolean(readonly=True, copy=False)
    first_invoice_number = fields.Integer(
        default=10001,
        help="The number that Fiken's first invoice gets when the series is started"
        " from here. It cannot be changed afterwards.",
    )
    credit_series_started = fields.Boolean(
        "Credit Note Series Started", readonly=True, copy=False
    )
    first_credit_note_number = fields.Integer(
        default=10001,
        help="The number that Fiken's first credit note gets when the series is"
        " started from here. It cannot be changed afterwards.",
    )
    default_vendor_id = fields.Many2one(
        "fiken.vendor", readonly=True, check_company=True, copy=False
    )
    vendor_ids = fields.One2many("fiken.vendor", "fiken_company_id")
    account_ids = fields.One2many("fiken.account", "fiken_company_id")
    vat_tolerance_ore = fields.Integer(
        "VAT Tolerance (øre)",
        default=0,
        help="How many øre Fiken accepts between VAT and rate × net of one line. Odoo's"
        " VAT is sent as it is within this; beyond it the difference goes to the"
        " rounding account of the ledger.",
    )
    rounding_cap_ore = fields.Integer(
        "Rounding Cap (øre)",
        default=100,
        help="The largest rounding difference of one document that may go to the"
        " rounding account. Above it the document stops and shows both figures.",
    )
    negative_lines = fields.Selection(
        [("stop", "Stop and tell"), ("send", "Send as they are")],
        default="stop",
        required=True,
        help="A document whose amounts are negative for an account and VAT type."
        " It is not documented whether Fiken takes them.",
    )

    _company_uniq = models.Constraint(
        "UNIQUE(company_id)", "This Odoo company already keeps its books in Fiken."
    )
    _slug_uniq = models.Constraint(
        "UNIQUE(slug)", "This Fiken company is already linked to an Odoo company."
    )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self._forget_routes()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if ROUTE_FIELDS & vals.keys():
            self._forget_routes()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_routes()
        return result

    # Actions

    def action_fetch_accounts(self):
        """Read Fiken's chart of accounts and bank accounts anew."""
        for fiken_company in self:
            fiken_company.connection_id._check_manager()
            fiken_company._fetch_accounts()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_start_invoice_series(self):
        """Owe Fiken the start of its invoice numbers; the page waits for it."""
        self.ensure_one()
        self.connection_id._check_manager()
        if self.first_invoice_number < 1:
            raise UserError(
                self.env._(
                    "Enter the first invoice number of %(name)s: 1 or higher.",
                    name=self.name,
                )
            )
        self.env["fiken.resource.invoice_series"].sudo()._owe(self, self)
        return self._info(
            self.env._(
                "Fiken is asked to start the invoice numbers at %(number)s. Check"
                " again in a moment.",
                number=self.first_invoice_number,
            )
        )

    def action_start_credit_series(self):
        """Owe Fiken the start of its credit note numbers."""
        self.ensure_one()
        self.connection_id._check_manager()
        if self.first_credit_note_number < 1:
            raise UserError(
                self.env._(
                    "Enter the first credit note number of %(name)s: 1 or higher.",
                    name=self.name,
                )
            )
        self.env["fiken.resource.credit_series"].sudo()._owe(self, self)
        return self._info(
            self.env._(
                "Fiken is asked to start the credit note numbers at %(number)s. Check"
                " again in a moment.",
                number=self.first_credit_note_number,
            )
        )

    def _info(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": message},
        }

    def action_setup_check(self):
        return self.env["fiken.setup.check"].action_open(self)

    def action_startup_import(self):
        return self.env["fiken.import"].action_open(self)

    def action_open_in_fiken(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self._web_url()}

    # Business

    @api.model
    def _of_company(self, company):
        """The books of an Odoo company, if it keeps them in Fiken."""
        return self.sudo().search([("company_id", "=", company.id)], limit=1)

    @api.model
    @tools.ormcache("company_id")
    def _default_vendor_id(self, company_id):
        """The vendor of journals without one of their own; asked on every *Confirm*."""
        books = self.sudo().search([("company_id", "=", company_id)], limit=1)
        return books.default_vendor_id.id

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
        self.env["ir.cron"].sudo().browse(self._cron_id())._trigger(at=at)

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
        """Our fields from a company of ``GET /companies`` (fiken-api.md §3.1)."""
        vat_types = dict(self._fields["vat_type"].selection)
        vat_type = (row.get("vatType") or "").lower()
        return {
            "name": row["name"],
            "slug": row["slug"],
            "organization_number": row.get("organizationNumber"),
            "vat_type": vat_type if vat_type in vat_types else False,
            "test_company": row.get("testCompany", False),
            "has_api_access": row.get("hasApiAccess", True),
            "accounting_start_date": row.get("accountingStartDate"),
            "checked_at": fields.Datetime.now(),
        }

    def _take_over(self, row):
        """Keep what Fiken says about this company, and say it in one line.

        :param row: the company from Fiken's list, or None when it is not shared
        """
        self.ensure_one()
        if not row:
            return self.env._(
                "%(name)s is not shared with us. Press Connect and tick it, or add it"
                " in Fiken under Rediger konto › Sikkerhet.",
                name=self.name,
            )
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

    @api.model
    def _link(self, connection, company, row, enabled_since):
        """Keep the books of an Odoo company in a Fiken company from now on.

        Linking the same pair again, after a reconnect, keeps mappings and history.

        :param dict row: the company as Fiken lists it
        :param date enabled_since: of the default vendor, where there is none yet
        """
        values = {
            **self._values_from_fiken(row),
            "connection_id": connection.id,
            "company_id": company.id,
        }
        linked = self.sudo().search([("company_id", "=", company.id)])
        taken = self.sudo().search([("slug", "=", row["slug"])])
        if taken and taken != linked:
            raise UserError(
                self.env._(
                    "The Fiken company %(name)s already keeps the books of %(other)s."
                    " It cannot keep those of %(company)s as well.",
                    name=taken.name,
                    other=taken.company_id.name,
                    company=company.name,
                )
            )
        if linked and not taken:
            linked._check_unused()
            values["invoice_series_started"] = False
            values["credit_series_started"] = False
        if linked:
            linked.write(values)
        else:
            linked = self.sudo().create(values)
        if not linked.default_vendor_id:
            linked.default_vendor_id = self.env["fiken.vendor"]._create_default(
                linked, enabled_since
            )
        return linked

    def _check_unused(self):
        """Refuse to leave a Fiken company that has, or may have, documents of ours."""
        used = self.env["fiken.binding"].sudo().search_count(
            [("fiken_company_id", "=", self.id)], limit=1
        ) or self.env["fiken.job"].sudo().search_count(
            [
                ("fiken_company_id", "=", self.id),
                "|",
                ("state", "=", "sending"),
                ("outcome_unknown", "=", True),
            ],
            limit=1,
        )
        if used:
            raise UserError(
                self.env._(
                    "%(company)s already has documents in the Fiken company %(name)s"
                    " and cannot change to another one.",
                    company=self.company_id.name,
                    name=self.name,
                )
            )

    def _propose_ledgers(self):
        """Fill the gaps of all ledgers, and the bank account where there is one."""
        for fiken_company in self.sudo():
            default = self.env["fiken.ledger"]._default_of(fiken_company.company_id)
            (default | fiken_company.vendor_ids.ledger_id)._propose()
            banks = fiken_company.account_ids.filtered(
                lambda account: account.is_bank and not account.bank_inactive
            )
            without = fiken_company.vendor_ids.filtered(
                lambda vendor: not vendor.bank_account_id
            )
            if len(banks) == 1 and without:
                without.bank_account_id = banks

    def _fetch_accounts(self):
        """Replace the cached chart by Fiken's, page by page."""
        self.ensure_one()
        with self.connection_id._click_session() as session:
            accounts = list(session.pages(self._path("/accounts")))
            banks = list(session.pages(self._path("/bankAccounts")))
        self.env["fiken.account"].sudo()._replace(self, accounts, banks)
        self.sudo().accounts_fetched_at = fields.Datetime.now()

    def _check_invoice_series(self, session):
        """Whether the invoice series was started; asked before the first invoice."""
        started = self._is_series_started(session, "/invoices/counter")
        if started:
            self.invoice_series_started = True
        return started

    def _check_credit_series(self, session):
        """The same of credit notes, which have a series of their own."""
        started = self._is_series_started(session, "/creditNotes/counter")
        if started:
            self.credit_series_started = True
        return started

    def _is_series_started(self, session, path):
        """Reading a series that was never started answers 401 (fiken-api.md §1.5)."""
        try:
            session.get(self._path(path))
        except errors.Refused as error:
            if errors.cause_of(error) == "number_series" or error.status in (404, 409):
                return False
            raise
        return True

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

    # Cron

    @api.model
    def _cron_fetch_accounts(self):
        """Nightly: accounts that were made or dropped in Fiken are known here."""
        for fiken_company in self.search([("connection_id.state", "=", "connected")]):
            if not fiken_company.has_api_access:
                continue
            try:
                fiken_company._fetch_accounts()
            except UserError as error:
                _logger.warning(
                    "Fiken's chart of %s was not read: %s", fiken_company.slug, error
                )
            self.env["ir.cron"]._commit_progress(1)
