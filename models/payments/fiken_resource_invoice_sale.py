from odoo import models

from ..connection.sentence import _lt


class InvoiceSaleResource(models.AbstractModel):
    """The sale behind an invoice that Fiken issued: only known, never sent."""

    _name = "fiken.resource.invoice_sale"
    _inherit = "fiken.resource"
    _description = "Sale of a Fiken Invoice"

    _resource = "invoice_sale"
    _record_model = "account.move"
    _title = _lt("Sale of an invoice")
    _stage = "known"
