from odoo import models

from .account_move import OPEN
from .move_types import SENT_TYPES


class ResPartner(models.Model):
    """Documents of somebody who was merged into another are the other's."""

    _inherit = "res.partner"

    def _fiken_taken_in(self, merged):
        """Their drafts in Fiken follow; what is booked stays with whom it was."""
        result = super()._fiken_taken_in(merged)
        moves = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("commercial_partner_id", "=", self.commercial_partner_id.id),
                    ("move_type", "in", SENT_TYPES),
                    ("state", "=", "posted"),
                ]
            )
        )
        moves._fiken_follow_drafts()
        jobs = moves._fiken_jobs_where(OPEN)
        jobs.filtered(
            lambda job: job.state != "sending" and not job.outcome_unknown
        )._revise()
        return result
