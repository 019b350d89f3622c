from odoo import models


class FikenVendor(models.Model):
    """The tills of a vendor, and where what they invoice goes."""

    _inherit = "fiken.vendor"

    def _silent_till_journals(self):
        """Journals in which its tills invoice, and whose invoices do not go."""
        self.ensure_one()
        default_id = self.env["fiken.company"]._default_vendor_id(self.company_id.id)
        tills = self.env["pos.config"].sudo()
        journals = self.env["account.journal"].sudo()
        for till in tills.search([("company_id", "child_of", self.company_id.id)]):
            seller = till.journal_id._fiken_vendor_on(False).id or default_id
            if seller == self.id:
                journals |= till.invoice_journal_id
        vendors = self.sudo()
        return journals.filtered(
            lambda journal: not vendors.browse(
                journal._fiken_vendor_on(False).id or default_id or []
            )._sends_sales()
        )

    def _sends_sales(self):
        return self.accounting_system == "fiken" and self.sale_mode != "off"
