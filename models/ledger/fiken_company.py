from odoo import api, fields, models, tools
from odoo.exceptions import UserError


class FikenCompany(models.Model):
    """The vendors and the chart of accounts of a Fiken company."""

    _inherit = "fiken.company"

    accounts_fetched_at = fields.Datetime("Chart Fetched", readonly=True)
    default_vendor_id = fields.Many2one(
        "fiken.vendor", "Default Shop", readonly=True, check_company=True, copy=False
    )
    vendor_ids = fields.One2many(
        "fiken.vendor", "fiken_company_id", "Shops", readonly=True
    )
    account_ids = fields.One2many("fiken.account", "fiken_company_id", readonly=True)

    def action_fetch_accounts(self):
        """Read Fiken's chart of accounts and bank accounts anew."""
        for fiken_company in self:
            fiken_company.connection_id._check_manager()
            fiken_company._fetch_accounts()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    @tools.ormcache("company_id")
    def _default_vendor_id(self, company_id):
        """The vendor of journals without one of their own; asked on every *Confirm*."""
        company = self.env["res.company"].browse(company_id)
        return self._of_company(company).default_vendor_id.id

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
        company._fiken_check_books()
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
        links = self.env["fiken.binding"].sudo().with_context(active_test=False)
        used = links.search_count(
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
        """Replace the cached chart by Fiken's, for a click."""
        self.ensure_one()
        with self.connection_id._click_session() as session:
            self._read_accounts(session)

    def _read_accounts(self, session):
        accounts = list(session.pages(self._path("/accounts")))
        banks = list(session.pages(self._path("/bankAccounts")))
        self.env["fiken.account"].sudo()._replace(self, accounts, banks)
        self.sudo().accounts_fetched_at = fields.Datetime.now()
