from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.fiken_connector.fiken_api import errors


class FikenCompany(models.Model):
    _name = "fiken.company"
    _description = "Fiken Company"
    _inherit = ["mail.thread", "fiken.setting.mixin"]
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
    invoice_series_started = fields.Boolean(
        "Invoice Series Started", readonly=True, copy=False
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

    # Actions

    def action_fetch_accounts(self):
        """Read Fiken's chart of accounts and bank accounts anew."""
        for fiken_company in self:
            fiken_company._fetch_accounts()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_in_fiken(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self._web_url()}

    # Business

    @api.model
    def _of_company(self, company):
        """The books of an Odoo company, if it keeps them in Fiken."""
        return self.sudo().search([("company_id", "=", company.id)], limit=1)

    def _path(self, path=""):
        """The API path below this company."""
        return f"/companies/{self.slug}{path}"

    def _web_url(self, path=""):
        """A page of Fiken's web application, for a person."""
        base = self.connection_id._web_address()
        return f"{base}/foretak/{self.slug}{path}"

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
        self.sudo().write(self._values_from_fiken(row))
        parts = [
            self.name,
            self.organization_number or "",
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
        if linked and linked.slug != row["slug"]:
            if self.env["fiken.binding"].search_count(
                [("fiken_company_id", "=", linked.id)], limit=1
            ):
                raise UserError(
                    self.env._(
                        "%(company)s already has documents in the Fiken company"
                        " %(name)s and cannot change to another one.",
                        company=company.name,
                        name=linked.name,
                    )
                )
        if linked:
            linked.write(values)
        else:
            linked = self.sudo().create(values)
        if not linked.default_vendor_id:
            linked.default_vendor_id = self.env["fiken.vendor"]._create_default(
                linked, enabled_since
            )
        return linked

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
        """Whether the invoice series was started; asked before the first invoice.

        Reading a series that was never started answers 401 (fiken-api.md §1.5).
        """
        try:
            session.get(self._path("/invoices/counter"))
        except (errors.Unauthorized, errors.NotFound, errors.Refused) as error:
            if errors.cause_of(error) == "number_series" or error.status in (404, 409):
                return False
            raise
        self.invoice_series_started = True
        return True
