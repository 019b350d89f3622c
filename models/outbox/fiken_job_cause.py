from odoo import api, fields, models

from ..connection.sentence import stored
from ..connection.sentence_cause import cause_of


class FikenJob(models.Model):
    """By its cause a job is told together with others that stopped."""

    _inherit = "fiken.job"

    cause = fields.Char(
        compute="_compute_cause",
        store=True,
        help="The same for all that have the same reason, of whatever record.",
    )

    @api.depends("reason")
    def _compute_cause(self):
        for job in self:
            job.cause = cause_of(stored(job.reason)) or False
