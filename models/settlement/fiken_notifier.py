from odoo import api, models

from ..outbox.fiken_job import STOPPED_STATES
from .fiken_settlement import CARRIERS


class FikenNotifier(models.AbstractModel):
    """What a day's jobs stopped for is a to-do of the day."""

    _inherit = "fiken.notifier"

    @api.model
    def _notify(self, strategy, jobs):
        result = super()._notify(strategy, jobs)
        if strategy._resource in CARRIERS:
            days = self.env["fiken.settlement"].sudo()
            stopped = jobs.filtered(lambda job: job.state in STOPPED_STATES)
            self._close_todos(days.browse((jobs - stopped).mapped("res_id")).exists())
            for job in stopped:
                days.browse(job.res_id).exists()._todo(job.reason)
        return result

    @api.model
    def _close_todos(self, settlements):
        """But for what still stops, and what their notices say."""
        jobs = self.env["fiken.job"].sudo()
        stopped = jobs.search(
            [
                ("res_model", "=", settlements._name),
                ("res_id", "in", settlements.ids),
                ("resource", "in", CARRIERS),
                ("state", "in", STOPPED_STATES),
            ]
        ).filtered(lambda job: not job._waits_for_turn())
        (settlements - settlements.browse(stopped.mapped("res_id")))._close_todos()
