"""Drafts of what was paid on the spot (fiken-api.md §5.9)."""

from odoo import api, models

from ..connection.sentence import _lt
from .fiken_sale_mixin import SaleIdentity


class CashSaleDraftResource(models.AbstractModel):
    """The same as a draft that an accountant finishes."""

    _name = "fiken.resource.cash_sale_draft"
    _inherit = [
        "fiken.sale.draft.mixin",
        "fiken.resource.draft",
        "fiken.resource.document",
    ]
    _description = "Fiken Cash Sale Draft"

    _resource = "cash_sale_draft"
    _title = _lt("Cash sale draft")
    _booked_as = "cash_sale"
    _drafted_as = "cash_sale_draft"

    @api.model
    def _body(self, job, move, lines):
        account, date, _nok = self.env["fiken.receipt.payment"]._of(job, move)
        return {
            "cash": True,
            "paid": True,
            "invoiceNumber": move.name,
            "invoiceIssueDate": str(self._date(move)),
            "currency": move.currency_id.name,
            "payments": [
                {
                    "date": str(date),
                    "account": account,
                    "amount": sum(line.gross for line in lines),
                }
            ],
            "lines": [self._draft_line(line) for line in lines],
            **self._project_fields(job, move),
        }

    @api.model
    def _identity(self, job, move) -> SaleIdentity:
        return self._booked()._identity(job, move)

    @api.model
    def _is_ours(self, row, identity: SaleIdentity):
        return (
            row.get("invoiceIssueDate") == identity["date"]
            and sum(line["gross"] for line in row["lines"]) == identity["gross"]
        )
