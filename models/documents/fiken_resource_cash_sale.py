"""Sales receipts: what was paid on the spot, one by one (fiken-api.md §5.7).

A cash sale in Fiken carries no customer, but the account where the money came in.
"""

from odoo import api, models

from ...fiken_api import money
from ..connection.sentence import _lt
from .fiken_sale_mixin import SaleIdentity


class CashSaleResource(models.AbstractModel):
    """A booked sale of kind ``cash_sale`` with its one payment."""

    _name = "fiken.resource.cash_sale"
    _inherit = ["fiken.sale.mixin", "fiken.resource.booked", "fiken.resource.document"]
    _description = "Fiken Cash Sale"

    _resource = "cash_sale"
    _title = _lt("Cash sale")
    _move_types = ("out_receipt",)
    _booked_as = "cash_sale"
    _drafted_as = "cash_sale_draft"

    @api.model
    def _body(self, job, move, lines):
        account, date, _nok = self.env["fiken.receipt.payment"]._of(job, move)
        body = {
            "kind": "cash_sale",
            "saleNumber": move.name,
            "date": str(self._date(move)),
            "currency": move.currency_id.name,
            "paymentAccount": account,
            "paymentDate": str(date),
            "totalPaid": sum(line.gross for line in lines),
            "lines": [self._order_line(move, line) for line in lines],
            **self._project_fields(job, move),
        }
        if self._is_foreign(move):
            body["totalPaidInCurrency"] = sum(line.gross_currency for line in lines)
        return body

    @api.model
    def _identity(self, job, move) -> SaleIdentity:
        return SaleIdentity(
            key=self._key(job, move),
            date=str(self._date(move)),
            gross=money.to_ore(move.amount_total_signed),
        )

    @api.model
    def _is_ours(self, row, identity: SaleIdentity):
        return (
            row.get("kind") == "cash_sale"
            and row.get("date") == identity["date"]
            and self._gross_of(row) == identity["gross"]
        )
