from odoo import models


class AccountJournal(models.Model):
    """Drafts follow the vendor of their journal."""

    _inherit = "account.journal"

    def _fiken_vendor_changed(self, former):
        """Drafts that nobody marked otherwise follow the journal's new vendor.

        :param former: what ``_fiken_vendors`` said before the change
        """
        drafts = self.env["account.move"].search(
            [("journal_id", "=", self.id), ("state", "=", "draft")]
        )
        drafts.filtered(
            lambda move: not move.fiken_mode
            or (move.fiken_mode, move.fiken_issuer)
            in [vendor._proposal_for(move) for vendor in former[:2] if vendor]
        )._fiken_propose()
        return super()._fiken_vendor_changed(former)
