from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.fiken_connector.fiken_api import vat


class FikenLedgerLine(models.Model):
    _name = "fiken.ledger.line"
    _description = "Fiken Ledger Line"
    _inherit = ["fiken.setting.mixin"]
    _check_company_auto = True
    _order = "ledger_id, fiken_code, id"
    _fiken_released_model = "fiken.ledger"

    ledger_id = fields.Many2one(
        "fiken.ledger", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    account_id = fields.Many2one(
        "account.account", "Odoo Account", required=True, check_company=True
    )
    fiken_code = fields.Char(
        "Fiken Account", required=True, help="XXXX, or XXXX:YYYYY with a sub-account."
    )
    account_code = fields.Char(
        "Code in Odoo",
        compute="_compute_account_code",
        help="Shown apart: Odoo puts it into an account's name for accountants only.",
    )
    fiken_name = fields.Char("Name in Fiken", compute="_compute_fiken_name")
    is_unknown = fields.Boolean("Not in Fiken", compute="_compute_fiken_name")
    is_proposal = fields.Boolean("Proposed", copy=True)

    _account_uniq = models.Constraint(
        "UNIQUE(ledger_id, account_id)",
        "The ledger already has a line for this account.",
    )

    @api.constrains("fiken_code")
    def _check_fiken_code(self):
        for line in self:
            if not vat.is_account_code(line.fiken_code):
                raise ValidationError(
                    self.env._(
                        "%(code)s, mapped from %(account)s, is not a Fiken account:"
                        " write four digits, or four, a colon and five.",
                        code=line.fiken_code,
                        account=line.account_id.display_name,
                    )
                )

    @api.depends("account_id.code", "company_id")
    def _compute_account_code(self):
        for line in self:
            account = line.account_id.sudo().with_company(line.company_id)
            line.account_code = account.code

    @api.depends("fiken_code", "company_id")
    def _compute_fiken_name(self):
        names = {
            (account.company_id.id, account.code): account.name
            for account in self.env["fiken.account"].search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("code", "in", self.mapped("fiken_code")),
                ]
            )
        }
        for line in self:
            name = names.get((line.company_id.id, line.fiken_code))
            line.fiken_name = name
            line.is_unknown = not name

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self._forget_codes()
        return lines

    def write(self, vals):
        if "fiken_code" in vals and "is_proposal" not in vals:
            vals = {**vals, "is_proposal": False}
        result = super().write(vals)
        self._forget_codes()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_codes()
        return result

    @api.model
    def _forget_codes(self):
        self.env.registry.clear_cache()
