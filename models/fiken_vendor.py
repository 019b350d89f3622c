from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.fiken_connector.resources.base import Gap

DEFAULT_CODE = "MAIN"


class FikenVendor(models.Model):
    """A shop, outlet or business unit that sells and keeps its own ledger.

    Not a supplier: in Norwegian point-of-sale words, the one who sells.
    """

    _name = "fiken.vendor"
    _description = "Fiken Vendor"
    _inherit = ["mail.thread", "fiken.setting.mixin"]
    _check_company_auto = True
    _order = "sequence, name, id"

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True, help="Short and unique: it is part of numbers in Fiken."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    accounting_system = fields.Selection(
        [("none", "None"), ("fiken", "Fiken")], default="fiken", required=True
    )
    fiken_company_id = fields.Many2one(
        "fiken.company", check_company=True, index=True, ondelete="restrict"
    )
    is_default = fields.Boolean(compute="_compute_is_default")
    ledger_id = fields.Many2one(
        "fiken.ledger",
        required=True,
        check_company=True,
        ondelete="restrict",
        copy=False,
        help="Its own: a new vendor gets a copy of the company's default ledger.",
    )
    journal_ids = fields.One2many("account.journal", "fiken_vendor_id")
    enabled_since = fields.Date(
        tracking=True,
        help="Nothing dated before this day is sent to Fiken. Choose the day after the"
        " last one that is booked in Fiken already, else it is there twice.",
    )
    sale_mode = fields.Selection(
        [("off", "Not sent"), ("draft", "As draft"), ("booked", "Booked")],
        "Sales Documents",
        default="booked",
        required=True,
        tracking=True,
    )
    issuer = fields.Selection(
        [("odoo", "Odoo"), ("fiken", "Fiken")],
        "Who Issues the Invoice",
        default="odoo",
        required=True,
        tracking=True,
        help="Odoo: the invoice has Odoo's number, KID and PDF, and Odoo sends it to"
        " the customer. Fiken books it as a sale from another system and sends no"
        " reminders for it.\n"
        "Fiken: the invoice gets Fiken's number, KID and PDF. Odoo waits for them and"
        " sends exactly these. Only one of the two systems ever sends an invoice.",
    )
    bank_account_id = fields.Many2one(
        "fiken.account",
        "Bank Account on Invoices",
        domain="[('fiken_company_id', '=', fiken_company_id), ('is_bank', '=', True)]",
        help="Printed on the invoices that Fiken issues. Fiken must have verified it:"
        " that happens with the first invoice issued from it in Fiken.",
    )

    _code_uniq = models.Constraint(
        "UNIQUE(company_id, code)",
        "Two vendors of a company cannot have the same code.",
    )
    _ledger_uniq = models.Constraint(
        "UNIQUE(ledger_id)", "Every vendor keeps its own ledger."
    )

    # Constraints

    @api.constrains("ledger_id")
    def _check_ledger(self):
        for vendor in self:
            if vendor.ledger_id.is_default:
                raise ValidationError(
                    self.env._(
                        "%(vendor)s cannot use the default ledger itself: it is the"
                        " template that vendors copy.",
                        vendor=vendor.name,
                    )
                )

    # Computes

    @api.depends("fiken_company_id.default_vendor_id")
    def _compute_is_default(self):
        for vendor in self:
            vendor.is_default = vendor.fiken_company_id.default_vendor_id == vendor

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("ledger_id"):
                company = self.env["res.company"].browse(
                    vals.get("company_id") or self.env.company.id
                )
                default = self.env["fiken.ledger"]._default_of(company)
                vals["ledger_id"] = default._copy_for(vals.get("name")).id
        return super().create(vals_list)

    def write(self, vals):
        changed = {"sale_mode", "issuer", "accounting_system"} & vals.keys()
        proposals = {vendor: vendor._proposal() for vendor in self if changed}
        result = super().write(vals)
        for vendor, proposal in proposals.items():
            if vendor._proposal() != proposal:
                vendor._propose_anew(proposal)
        return result

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

    def _proposal(self):
        """(mode, issuer) that a new sales document of this vendor starts with."""
        if self.accounting_system != "fiken":
            return False, False
        return "none" if self.sale_mode == "off" else self.sale_mode, self.issuer

    def _propose_anew(self, former):
        """Drafts that nobody marked otherwise follow the vendor's new choice."""
        journals = self.journal_ids
        if self.is_default:
            journals |= self.env["account.journal"].search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("fiken_vendor_id", "=", False),
                ]
            )
        mode, issuer = former
        drafts = self.env["account.move"].search(
            [
                ("state", "=", "draft"),
                ("journal_id", "in", journals.ids),
                ("fiken_mode", "=", mode),
                ("fiken_issuer", "=", issuer),
            ]
        )
        drafts._fiken_propose()

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
    def _of_journals(self, journals):
        """{journal: its vendor}, the default vendor where it has none of its own."""
        default_id = self.env["fiken.company"]._default_vendor_id
        return {
            journal: journal.sudo().fiken_vendor_id
            or self.sudo().browse(default_id(journal.company_id.id) or [])
            for journal in journals
        }

    def _is_active_on(self, date):
        """Whether a document of that date belongs into Fiken at all."""
        return bool(self.enabled_since) and date >= self.enabled_since

    def _account_code(self, account):
        """Fiken's code for an Odoo account in this vendor's ledger.

        :raise Gap: it is not mapped, or Fiken's chart does not have it
        """
        code = self.ledger_id._code_of(account)
        if not code:
            raise Gap(
                self.env._(
                    "The account %(account)s is not mapped to a Fiken account in the"
                    " ledger %(ledger)s.",
                    account=self._account_name(account),
                    ledger=self.ledger_id.name,
                ),
                self.ledger_id,
            )
        chart = self.env["fiken.account"]._codes(self.fiken_company_id)
        if chart and code not in chart:
            raise Gap(
                self.env._(
                    "%(account)s is mapped to %(code)s in the ledger %(ledger)s, but"
                    " Fiken has no account %(code)s.",
                    account=self._account_name(account),
                    code=code,
                    ledger=self.ledger_id.name,
                ),
                self.ledger_id,
            )
        return code

    def _account_name(self, account):
        """Code and name: Odoo's display name has the code for accountants only."""
        account = account.sudo().with_company(self.company_id)
        return f"{account.code} {account.name}"

    def _type_without_tax(self):
        """The VAT type of sales lines that have no tax in Odoo.

        :raise Gap: it was not chosen; a zero rate alone does not tell which it is
        """
        if not self.ledger_id.sales_without_tax:
            raise Gap(
                self.env._(
                    "A line has no tax. Choose on the ledger %(ledger)s what Fiken"
                    " shall make of such lines (No Tax on Sales).",
                    ledger=self.ledger_id.name,
                ),
                self.ledger_id,
            )
        return self.ledger_id.sales_without_tax
