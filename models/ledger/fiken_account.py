from odoo import api, fields, models, tools

from ...fiken_api import answers


class FikenAccount(models.Model):
    """Fiken's chart of accounts and bank accounts, as last read."""

    _name = "fiken.account"
    _description = "Fiken Account"
    _order = "code"
    _rec_names_search = ["code", "name", "bank_account_number"]

    fiken_company_id = fields.Many2one(
        "fiken.company", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="fiken_company_id.company_id", store=True, index=True
    )
    code = fields.Char(required=True)
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    is_bank = fields.Boolean("Bank Account")
    bank_account_number = fields.Char()
    bank_inactive = fields.Boolean("Closed in Fiken")

    _code_uniq = models.Constraint(
        "UNIQUE(fiken_company_id, code)", "Fiken has this account once."
    )

    @api.depends("code", "name", "bank_account_number")
    def _compute_display_name(self):
        for account in self:
            parts = [account.code, account.name, account.bank_account_number]
            account.display_name = " ".join(part for part in parts if part)

    @api.model
    def _replace(self, fiken_company, accounts, banks):
        """Make the cache equal to what Fiken answered (fiken-api.md §3.2, §3.3).

        An account that Fiken dropped is archived, so that a ledger line that still
        names it can say so.
        """
        known = {
            account.code: account
            for account in self.with_context(active_test=False).search(
                [("fiken_company_id", "=", fiken_company.id)]
            )
        }
        to_create = []
        for code, row in answers.chart(accounts, banks).items():
            values = {"active": True, **row._asdict()}
            account = known.pop(code, None)
            if account is None:
                to_create.append(
                    {"fiken_company_id": fiken_company.id, "code": code, **values}
                )
            elif any(
                (account[key] or False) != (values[key] or False) for key in values
            ):
                account.write(values)
        self.create(to_create)
        gone = self.browse([account.id for account in known.values()])
        gone.filtered("active").write({"active": False})
        self.env["fiken.company"]._forget_routes()
        # An account that was missing may be there now.
        self.env["fiken.job"]._release("fiken.ledger")

    @api.model
    @tools.ormcache("fiken_company.id")
    def _codes(self, fiken_company):
        """All codes of the cached chart; empty when it was never read."""
        accounts = self.sudo().search([("fiken_company_id", "=", fiken_company.id)])
        return frozenset(accounts.mapped("code"))
