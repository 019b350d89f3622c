from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..connection.sentence import _lt
from ..outbox.exceptions import MissingSetting, NeedsReview

DEFAULT_CODE = "MAIN"
POS_CONFIG = "pos.config"
# Odoo keeps per cents with two decimals.
ROUNDED = 0.005


class FikenVendor(models.Model):
    """A vendor's ledger, journals, projects and schedule."""

    _name = "fiken.vendor"
    _inherit = ["fiken.vendor", "fiken.setting.mixin"]

    accounting_system = fields.Selection(
        [("none", "None"), ("fiken", "Fiken")], default="fiken", required=True
    )
    is_default = fields.Boolean(compute="_compute_is_default")
    ledger_id = fields.Many2one(
        "fiken.ledger",
        "Account Mapping",
        required=True,
        check_company=True,
        ondelete="restrict",
        copy=False,
        help="Its own: a new shop gets a copy of the company's default account"
        " mapping.",
    )
    journal_ids = fields.One2many("account.journal", "fiken_vendor_id")
    schedule_hour = fields.Float(
        "Time of Day",
        default=22.0,
        help="When what goes by schedule is sent, in the shop's time zone.",
    )
    projects_enabled = fields.Boolean(
        "Projects",
        tracking=True,
        readonly=True,
        copy=False,
        help="Documents carry the Fiken project of their analytic account. The company"
        " must have ordered Fiken's project module.",
    )
    analytic_plan_id = fields.Many2one(
        "account.analytic.plan",
        "Analytic Plan of Projects",
        help="The plan whose analytic accounts are projects in Fiken.",
    )
    default_project_id = fields.Many2one(
        "account.analytic.account",
        "Default Project",
        check_company=True,
        help="The project of documents that name none.",
    )
    several_projects = fields.Selection(
        [("stop", "Stop and tell"), ("without", "Send without a project")],
        "Several Projects on One Invoice",
        default="stop",
        required=True,
        help="Fiken takes one project for a whole sales document.",
    )
    unmapped_count = fields.Integer("Missing", related="ledger_id.gap_count")
    has_pos = fields.Boolean(
        compute="_compute_has_pos",
        help="There are tills, and this user may set them up.",
    )
    attach_files = fields.Boolean(
        default=True,
        tracking=True,
        help="The PDF of an invoice that Odoo issues, and the original of a bill, are"
        " attached to the document in Fiken. The books need them.",
    )
    bank_account_id = fields.Many2one(
        "fiken.account",
        "Bank Account on Invoices",
        domain="[('fiken_company_id', '=', fiken_company_id), ('is_bank', '=', True)]",
        help="Printed on the invoices that Fiken issues. Fiken must have verified it:"
        " that happens with the first invoice issued from it in Fiken.",
    )

    _ledger_uniq = models.Constraint(
        "UNIQUE(ledger_id)", "Every shop keeps its own account mapping."
    )

    # Constraints

    @api.constrains("schedule_hour")
    def _check_schedule_hour(self):
        for vendor in self:
            if not 0 <= round(vendor.schedule_hour * 60) < 24 * 60:
                raise ValidationError(
                    self.env._(
                        "The time of day of %(vendor)s must lie between 00:00 and"
                        " 23:59.",
                        vendor=vendor.name,
                    )
                )

    @api.constrains("ledger_id")
    def _check_ledger(self):
        for vendor in self:
            if vendor.ledger_id.is_default:
                raise ValidationError(
                    self.env._(
                        "%(vendor)s cannot use the default account mapping itself: it"
                        " is the template that shops copy.",
                        vendor=vendor.name,
                    )
                )

    # Computes

    @api.depends("fiken_company_id.default_vendor_id")
    def _compute_is_default(self):
        for vendor in self:
            vendor.is_default = vendor.fiken_company_id.default_vendor_id == vendor

    @api.depends_context("uid")
    def _compute_has_pos(self):
        self.has_pos = (
            POS_CONFIG in self.env
            and self.env[POS_CONFIG].has_access("write")
            and self.env["account.journal"].has_access("create")
        )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("ledger_id"):
                company = self.env["res.company"].browse(
                    vals.get("company_id") or self.env.company._fiken_books().id
                )
                default = self.env["fiken.ledger"]._default_of(company)
                vals["ledger_id"] = default._copy_for(vals.get("name")).id
        return super().create(vals_list)

    # Actions

    def action_enable(self):
        """Choose from which day on, with a look at what is booked in Fiken."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Enabled Since"),
            "res_model": "fiken.enable",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_vendor_id": self.id},
        }

    def action_projects_on(self):
        """Switch projects on, if Fiken's project module answers."""
        self.check_access("write")
        for vendor in self:
            vendor._check_connected()
            if not vendor.fiken_company_id._has_project_module():
                raise UserError(
                    self.env._(
                        "%(company)s has not ordered Fiken's project module. In Fiken:"
                        " Foretak › Tilleggstjenester.",
                        company=vendor.fiken_company_id.name,
                    )
                )
            if not vendor.analytic_plan_id:
                vendor.analytic_plan_id = vendor._only_plan()
            vendor.sudo().projects_enabled = True

    def _check_connected(self):
        self.ensure_one()
        if not self.fiken_company_id:
            raise UserError(
                self.env._(
                    "%(vendor)s has no Fiken company yet. Connect to Fiken first.",
                    vendor=self.name,
                )
            )
        self.fiken_company_id.connection_id._check_manager()

    def _only_plan(self):
        plans = self.env["account.analytic.plan"].search([("parent_id", "=", False)])
        if len(plans) != 1:
            raise UserError(
                self.env._(
                    "Choose first which analytic plan of %(vendor)s holds the"
                    " projects.",
                    vendor=self.name,
                )
            )
        return plans

    def action_projects_off(self):
        self.check_access("write")
        self.sudo().projects_enabled = False

    def action_open_ledger(self):
        self.ensure_one()
        return self.ledger_id._get_records_action(context={})

    # Business

    def _next_schedule_at(self):
        """The next time of day of this vendor, in UTC; right across DST changes."""
        zone = pytz.timezone(self.tz)
        now = fields.Datetime.now()
        local = pytz.utc.localize(now).astimezone(zone)
        minutes = round(self.schedule_hour * 60)
        for days in (0, 1):
            day = local.date() + timedelta(days=days)
            wall = datetime.combine(day, time(minutes // 60, minutes % 60))
            at = zone.localize(wall).astimezone(pytz.utc).replace(tzinfo=None)
            if at > now:
                return at
        raise AssertionError("tomorrow is later than now")

    def _project_shares(self, aml):
        """{analytic account of the vendor's plan: per cent of a line}, 100 in all.

        What names none is the default project's, or no project's: then the key is an
        empty record.

        :raise NeedsReview: they add up to more
        """
        percents, rest = self._shares_of(aml.analytic_distribution)
        if rest < 0:
            raise NeedsReview(
                _lt(
                    "The projects of %(line)s add up to more than 100 %%.",
                    line=aml.name or aml.product_id.name or aml.account_id.name,
                )
            )
        return percents

    def _shares_of(self, distribution):
        """({analytic account: per cent}, what is missing to 100) of a distribution.

        What is missing is among the shares already; it is negative where they are more.
        """
        percents = {}
        for key, percent in (distribution or {}).items():
            for account in self._projects_of_key(key):
                percents[account] = percents.get(account, 0) + percent
        rest = 100 - sum(percents.values())
        if abs(rest) <= ROUNDED * len(percents):
            # Seven sevenths are 100.03 in Odoo: the last one takes what is left.
            rest = 0
        if rest > 0:
            default = self.default_project_id
            percents[default] = percents.get(default, 0) + rest
        return percents, rest

    def _projects_of_key(self, key):
        """Those of the vendor's plan among analytic accounts, as ``1,2`` names them."""
        ids = {int(account_id) for account_id in key.split(",") if account_id}
        accounts = self.env["account.analytic.account"].browse(ids).exists()
        plan = self.analytic_plan_id
        return accounts.filtered(lambda account: account.root_plan_id == plan.root_id)

    @api.model
    def _create_default(self, fiken_company, enabled_since):
        """The vendor that every journal without one of its own belongs to."""
        company = fiken_company.company_id
        existing = (
            self.sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", company.id), ("code", "=", DEFAULT_CODE)])
        )
        if existing:
            existing.write(
                {
                    "active": True,
                    "fiken_company_id": fiken_company.id,
                    "enabled_since": existing.enabled_since or enabled_since,
                }
            )
            return existing
        ledger = self.env["fiken.ledger"]._default_of(company)
        return self.sudo().create(
            {
                "name": company.name,
                "code": DEFAULT_CODE,
                "company_id": company.id,
                "fiken_company_id": fiken_company.id,
                "ledger_id": ledger._copy_for(company.name).id,
                "enabled_since": enabled_since,
            }
        )

    @api.model
    def _of_documents(self, moves):
        """{document: the vendor of its journal on its date}, or the default vendor."""
        default_id = self.env["fiken.company"]._default_vendor_id
        return {
            move: move.journal_id.sudo()._fiken_vendor_on(
                move.invoice_date or move.date
            )
            or self.sudo().browse(default_id(move.journal_id.company_id.id) or [])
            for move in moves
        }

    def _document_code(self, account, product, side, fiscal_position=None):
        """Fiken's code of a document line.

        The product category decides where the line's account is the category's or the
        company's; the product's own one, one that the fiscal position put in its place
        and one that a person chose are mapped themselves.

        :param str side: ``income`` or ``expense``
        :raise MissingSetting: it is not mapped, or Fiken's chart does not have it
        """
        if product:
            template = product.product_tmpl_id
            code = self.ledger_id._category_code(template.categ_id, side)
            if code and self._is_of_category(template, side, account, fiscal_position):
                return self._checked_code(code, template.categ_id)
        return self._account_code(account)

    def _is_of_category(self, template, side, account, fiscal_position):
        """Whether nothing but the category, or the company, chose a line's account."""
        proposed = template._get_product_accounts()[side]
        own = template[f"property_account_{side}_id"]
        return self._is_unchanged(account, proposed, own, fiscal_position)

    @api.model
    def _is_unchanged(self, account, proposed, own, fiscal_position):
        """The same of accounts that are known.

        :param own: the product's own account
        """
        return (
            account == proposed
            and not own
            and (not fiscal_position or fiscal_position.map_account(account) == account)
        )

    def _account_code(self, account):
        """Fiken's code for an Odoo account in this vendor's ledger.

        :raise MissingSetting: it is not mapped, or Fiken's chart does not have it
        """
        code = self.ledger_id._code_of(account)
        if not code:
            raise MissingSetting(
                self._unmapped_text(account),
                self.ledger_id,
                account,
            )
        return self._checked_code(code, account)

    def _unmapped_text(self, account):
        guess = self.ledger_id._guess_of(account)
        if guess:
            return _lt(
                "The account %(account)s is only proposed to go to %(code)s in Fiken."
                " Accept it in the account mapping %(ledger)s, or choose another.",
                account=self._account_name(account),
                code=guess.fiken_code,
                ledger=self.ledger_id.name,
            )
        return _lt(
            "The account %(account)s is not mapped to a Fiken account in the account"
            " mapping %(ledger)s.",
            account=self._account_name(account),
            ledger=self.ledger_id.name,
        )

    def _account_name(self, account):
        return account._fiken_name(self.company_id)

    def _checked_code(self, code, source):
        chart = self.env["fiken.account"]._codes(self.fiken_company_id)
        if chart and code not in chart:
            raise MissingSetting(
                _lt(
                    "%(account)s is mapped to %(code)s in the account mapping"
                    " %(ledger)s, but Fiken has no account %(code)s.",
                    account=self._account_name(source)
                    if source._name == "account.account"
                    else source.display_name,
                    code=code,
                    ledger=self.ledger_id.name,
                ),
                self.ledger_id,
                source,
            )
        return code

    def _type_without_tax(self):
        """The VAT type of sales lines that have no tax in Odoo.

        :raise MissingSetting: it was not chosen; a zero rate alone does not tell
            which it is
        """
        if not self.ledger_id.sales_without_tax:
            raise MissingSetting(
                _lt(
                    "A line has no tax. Choose on the account mapping %(ledger)s what"
                    " Fiken shall make of such lines (No Tax on Sales).",
                    ledger=self.ledger_id.name,
                ),
                self.ledger_id,
            )
        return self.ledger_id.sales_without_tax

    def _means_code(self, means):
        """Fiken's account for a payment journal or a till's payment method.

        :raise MissingSetting: it is not mapped, or Fiken's chart does not have it
        """
        code = self.ledger_id._code_of(means)
        if not code:
            raise MissingSetting(
                _lt(
                    "The means of payment %(means)s is not mapped to a Fiken account in"
                    " the account mapping %(ledger)s.",
                    means=means.sudo().display_name,
                    ledger=self.ledger_id.name,
                ),
                self.ledger_id,
                means,
            )
        return self._checked_code(code, means.sudo())
