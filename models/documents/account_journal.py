from odoo import models


class AccountJournal(models.Model):
    """Drafts follow the vendor of their journal."""

    _inherit = "account.journal"

    def _fiken_vendor_changed(self, former):
        """Drafts follow the journal's new vendor.

        :param former: what ``_fiken_vendors`` said before the change
        """
        drafts = self.env["account.move"].search(
            [("journal_id", "=", self.id), ("state", "=", "draft")]
        )
        self.env["fiken.vendor"]._let_follow(
            drafts,
            {
                move: {vendor._proposal_for(move)[0] for vendor in former[:2] if vendor}
                for move in drafts
            },
        )
        return super()._fiken_vendor_changed(former)
