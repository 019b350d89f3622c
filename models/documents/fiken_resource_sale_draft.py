"""Drafts of the invoices that Odoo issues (fiken-api.md §5.9)."""

from odoo import api, models

from ..connection.sentence import _lt


class SaleDraftResource(models.AbstractModel):
    """The same sale as a draft that an accountant finishes."""

    _name = "fiken.resource.sale_draft"
    _inherit = [
        "fiken.sale.draft.mixin",
        "fiken.resource.draft",
        "fiken.resource.document",
    ]
    _description = "Fiken Sale Draft"

    _resource = "sale_draft"
    _title = _lt("Sale draft")
    _booked_as = "sale"
    _drafted_as = "sale_draft"

    @api.model
    def _body(self, job, move, lines):
        body = {
            "cash": False,
            "paid": False,
            "invoiceNumber": move.name,
            "invoiceIssueDate": str(self._date(move)),
            "dueDate": str(self._due_date(move)),
            "currency": "NOK",
            "contactId": self._customer_id(job, move),
            "lines": [self._draft_line(line) for line in lines],
        }
        body.update(self._project_fields(job, move))
        kid = self._kid(move)
        if kid:
            body["kid"] = kid
        return body
