from odoo import api, models


class FikenResource(models.AbstractModel):
    """What a resource says when Fiken has said no."""

    _inherit = "fiken.resource"

    @api.model
    def _setting_of_cause(self, job, cause):
        """The record whose saving may cure a refusal of this cause, if any."""
        return None

    @api.model
    def _lost_below(self, session, job):
        """A write was refused: whether what it rests on is gone from Fiken.

        Asked once a job, and only when Fiken has said no. No writes.

        :return WaitsFor: the record that must go to Fiken again, or None
        """
        return None
