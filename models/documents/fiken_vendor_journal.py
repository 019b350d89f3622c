from odoo import api, fields, models


class FikenVendor(models.Model):
    """A vendor has the documents of its journals: without one nothing of it is sent."""

    _inherit = "fiken.vendor"

    journal_text = fields.Char("Needs a Journal", compute="_compute_journal_text")

    # Computes

    @api.depends("accounting_system", "is_default", "journal_ids")
    def _compute_journal_text(self):
        """The default vendor has all the journals that are no other's."""
        for vendor in self:
            vendor.journal_text = False
            if vendor.accounting_system != "fiken" or vendor.is_default:
                continue
            saved = vendor._origin
            if not (vendor.journal_ids or saved and saved._document_journals()):
                vendor.journal_text = self.env._(
                    "%(shop)s needs a journal: until one is chosen on the shop, no"
                    " document is of it, and nothing of it goes to Fiken.",
                    shop=vendor.name or self.env._("This shop"),
                )
