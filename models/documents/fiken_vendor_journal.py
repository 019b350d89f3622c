from odoo import api, fields, models
from odoo.fields import Domain


class FikenVendor(models.Model):
    """A vendor has the documents of its journals: without one nothing of it is sent."""

    _inherit = "fiken.vendor"

    journal_text = fields.Char("Needs a Journal", compute="_compute_journal_text")

    # Computes

    @api.depends("accounting_system", "is_default", "journal_ids")
    def _compute_journal_text(self):
        """The default vendor has all the journals that are no other's."""
        # A Fiken manager need not be an accountant.
        journals = self.env["account.journal"].sudo().with_context(active_test=False)
        ids = self._origin.ids
        found = journals.search(
            Domain("fiken_vendor_id", "in", ids)
            | Domain("fiken_next_vendor_id", "in", ids)
        )
        served = found.fiken_vendor_id | found.fiken_next_vendor_id
        for vendor in self:
            vendor.journal_text = False
            if vendor.accounting_system != "fiken" or vendor.is_default:
                continue
            # In a form it may have got one that is not saved yet.
            chosen = not vendor.id and vendor.journal_ids
            if not (chosen or vendor._origin in served):
                vendor.journal_text = self.env._(
                    "%(shop)s needs a journal: until one is chosen on the shop, no"
                    " document is of it, and nothing of it goes to Fiken.",
                    shop=vendor.name or self.env._("This shop"),
                )
