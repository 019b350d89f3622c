from odoo import api, fields, models

from ...figures.pos_day import (
    CASH_IN,
    CASH_OUT,
    DIFFERENCE,
    GIFT_REDEEMED,
    GIFT_SOLD,
    OWED,
    OWED_BACK,
    ROUNDING,
    TERMINAL,
    TIP,
)


class FikenSettlementLine(models.Model):
    """One account of a day: turnover with its VAT, or something that is no turnover."""

    _name = "fiken.settlement.line"
    _description = "Fiken Settlement Line"
    _inherit = ["fiken.settlement.part.mixin"]
    _order = "settlement_id, kind, id"

    kind = fields.Selection(
        [
            ("income", "Turnover"),
            (GIFT_SOLD, "Gift cards sold"),
            (GIFT_REDEEMED, "Gift cards redeemed"),
            (OWED, "Deposits and other debts"),
            (OWED_BACK, "Deposits and other debts, paid back"),
            (TIP, "Tips"),
            (ROUNDING, "Cash rounding"),
            (CASH_IN, "Cash in"),
            (CASH_OUT, "Cash out"),
            (DIFFERENCE, "Cash difference"),
            (TERMINAL, "Terminal difference"),
        ],
        required=True,
        readonly=True,
    )
    account_id = fields.Many2one("account.account", readonly=True, ondelete="restrict")
    account_name = fields.Char("Account", readonly=True)
    category_id = fields.Many2one(
        "product.category", readonly=True, ondelete="set null"
    )
    tax_names = fields.Char("Taxes", readonly=True)
    project_names = fields.Char("Projects", readonly=True)
    label = fields.Char(readonly=True)
    net = fields.Monetary(readonly=True)
    vat = fields.Monetary("VAT", readonly=True)
    gross = fields.Monetary(readonly=True)

    @api.model
    def _of_lines(self, lines):
        """Values of a day's turnover.

        :param lines: of ``Day.lines``
        """
        return [
            {
                "kind": "income",
                **self._account_values(line.account_id),
                "category_id": line.category_id,
                "tax_names": self._names("account.tax", line.tax_ids),
                "project_names": self._names(
                    "account.analytic.account", line.project_ids
                ),
                "net": line.net / 100,
                "vat": line.vat / 100,
                "gross": line.gross / 100,
            }
            for line in lines
        ]

    @api.model
    def _of_others(self, others):
        """Values of what is no turnover.

        :param others: of ``Day.others``
        """
        return [
            {
                "kind": other.kind,
                **self._account_values(other.account_id),
                "label": other.label,
                "net": other.amount / 100,
                "gross": other.amount / 100,
            }
            for other in others
        ]

    @api.model
    def _words(self, kind):
        """What a kind is called."""
        return dict(self._fields["kind"]._description_selection(self.env))[kind]

    @api.model
    def _account_values(self, account_id):
        account = self.env["account.account"].sudo().browse(account_id)
        return {
            "account_id": account_id,
            "account_name": account._fiken_name(self.env.company)
            if account_id
            else False,
        }
