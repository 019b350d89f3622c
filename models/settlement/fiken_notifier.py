from odoo import api, models

from ..outbox.fiken_job import STOPPED_STATES


class FikenNotifier(models.AbstractModel):
    """What a day's jobs stopped for is a to-do of the day."""

    _inherit = "fiken.notifier"

    @api.model
    def _notify(self, strategy, jobs):
        result = super()._notify(strategy, jobs)
        if strategy._record_model == "fiken.settlement":
            days = self.env["fiken.settlement"].sudo()
            stopped = jobs.filtered(lambda job: job.state in STOPPED_STATES)
            self._close_todos(days.browse((jobs - stopped).mapped("res_id")).exists())
            for job in stopped:
                days.browse(job.res_id).exists()._todo(job.reason)
        return result

    @api.model
    def _close_todos(self, settlements):
        """But for what still stops, and what their notices say."""
        (settlements - self._with_problems(settlements))._close_todos()
