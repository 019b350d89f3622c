from odoo import api, models


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        self.env["fiken.ledger"]._note_unmapped(accounts)
        return accounts

    def _fiken_name(self, company):
        """Code and name: Odoo's own display name hides the code from some users."""
        account = self.sudo().with_company(company)
        return " ".join(filter(None, (account.code, account.name)))
