"""Invoices that Odoo issues: Fiken's sales from another system.

Facts: fiken-api.md §5.7. Amounts in øre; in another currency beside NOK. A
credit note is a sale with negative amounts.
"""

from odoo import api, models

from ..connection.sentence import _lt


class SaleResource(models.AbstractModel):
    """A booked sale of kind ``external_invoice`` with Odoo's number and KID."""

    _name = "fiken.resource.sale"
    _inherit = ["fiken.sale.mixin", "fiken.resource.booked", "fiken.resource.document"]
    _description = "Fiken Sale"

    _resource = "sale"
    _title = _lt("Sale")
    _paid_at = "/sales"
    _move_types = ("out_invoice", "out_refund")
    _issuer = "odoo"
    _settled_as = "sale_settled"
    _booked_as = "sale"
    _drafted_as = "sale_draft"

    @api.model
    def _body(self, job, move, lines):
        body = {
            "kind": "external_invoice",
            "saleNumber": move.name,
            "date": str(self._date(move)),
            "dueDate": str(self._due_date(move)),
            "currency": move.currency_id.name,
            "customerId": self._customer_id(job, move),
            "lines": [self._order_line(move, line) for line in lines],
        }
        body.update(self._project_fields(job, move))
        kid = self._kid(move)
        if kid:
            body["kid"] = kid
        return body
