from odoo import api, models

# Balance accounts of what is owed and of money: no VAT stands on them.
NO_VAT = (
    "asset_receivable",
    "asset_cash",
    "liability_payable",
    "liability_credit_card",
)


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

    def _fiken_holds_vat(self):
        """Whether what a tax puts here is VAT: on any other account it is a cost."""
        kind = self.account_type or ""
        return kind.startswith(("asset", "liability")) and kind not in NO_VAT
