from odoo import models


class AccountEdiXmlUbl20(models.AbstractModel):
    """Peppol: an invoice that Fiken issues carries Fiken's number."""

    _inherit = "account.edi.xml.ubl_20"

    def _add_invoice_header_nodes(self, document_node, vals):
        result = super()._add_invoice_header_nodes(document_node, vals)
        number = vals["invoice"]._fiken_issued_number()
        if number:
            document_node["cbc:ID"] = {"_text": number}
        return result
