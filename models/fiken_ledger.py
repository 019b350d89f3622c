from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from odoo.addons.fiken_connector.fiken_api import vat


class FikenLedger(models.Model):
    _name = "fiken.ledger"
    _description = "Fiken Ledger"
    _inherit = ["mail.thread", "fiken.setting.mixin"]
    _check_company_auto = True
    _order = "is_default desc, name, id"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    is_default = fields.Boolean(
        "Default Ledger",
        readonly=True,
        copy=False,
        help="The template that every new vendor copies.",
    )
    vendor_ids = fields.One2many("fiken.vendor", "ledger_id")
    line_ids = fields.One2many("fiken.ledger.line", "ledger_id", copy=True)
    sales_without_tax = fields.Selection(
        [
            ("NONE", "No VAT treatment (code 7)"),
            ("OUTSIDE", "Outside the VAT act (code 6)"),
        ],
        "No Tax on Sales",
        tracking=True,
        help="The VAT type of invoice lines that have no tax in Odoo. A company that is"
        " not registered for VAT always uses Outside.",
    )
    rounding_code = fields.Char(
        "Rounding Account",
        default="7740",
        required=True,
        tracking=True,
        help="Where the øre go that Fiken's VAT arithmetic and Odoo's differ by.",
    )

    _default_uniq = models.UniqueIndex(
        "(company_id) WHERE is_default", "A company has one default ledger."
    )

    # Constraints

    @api.constrains("rounding_code")
    def _check_rounding_code(self):
        for ledger in self:
            if not vat.is_account_code(ledger.rounding_code):
                raise ValidationError(
                    self.env._(
                        "The rounding account of %(ledger)s must look like 7740 or"
                        " 7740:00000.",
                        ledger=ledger.name,
                    )
                )

    # CRUD

    @api.ondelete(at_uninstall=False)
    def _unlink_except_default(self):
        if self.filtered("is_default"):
            raise UserError(
                self.env._("The default ledger cannot be deleted: new vendors copy it.")
            )

    # Actions

    def action_propose(self):
        """Fill the gaps with accounts of the same code."""
        self._propose()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_accept_proposals(self):
        self.line_ids.filtered("is_proposal").write({"is_proposal": False})

    # Business

    @api.model
    def _default_of(self, company):
        """The default ledger of a company, made when it is missing."""
        ledger = self.sudo().search(
            [("company_id", "=", company.id), ("is_default", "=", True)], limit=1
        )
        return ledger or self.sudo().create(
            {
                "name": self.env._("Default ledger"),
                "company_id": company.id,
                "is_default": True,
            }
        )

    def _copy_for(self, vendor_name):
        """A vendor's own ledger, equal to this one today."""
        self.ensure_one()
        return self.sudo().copy({"name": vendor_name, "is_default": False})

    def _propose(self):
        """Map each account without a line to Fiken's account of the same code.

        Where Fiken's chart is not known yet, nothing is proposed: a code that nobody
        has seen in Fiken is a guess.
        """
        for ledger in self:
            fiken_company = self.env["fiken.company"]._of_company(ledger.company_id)
            codes = self.env["fiken.account"].sudo()._codes(fiken_company)
            accounts = (
                self.env["account.account"]
                .with_company(ledger.company_id)
                .search(
                    [
                        *self.env["account.account"]._check_company_domain(
                            ledger.company_id
                        ),
                        ("id", "not in", ledger.line_ids.account_id.ids),
                    ],
                    order="id",
                )
            )
            self.env["fiken.ledger.line"].create(
                [
                    {
                        "ledger_id": ledger.id,
                        "account_id": account.id,
                        "fiken_code": account.code,
                        "is_proposal": True,
                    }
                    for account in accounts
                    if account.code in codes
                ]
            )

    @tools.ormcache("self.id")
    def _codes_by_account(self):
        """{account id: Fiken code} of this ledger."""
        return {line.account_id.id: line.fiken_code for line in self.line_ids}

    def _code_of(self, account):
        """Fiken's code for an Odoo account, or '' when it is not mapped."""
        return self._codes_by_account().get(account.id, "")
