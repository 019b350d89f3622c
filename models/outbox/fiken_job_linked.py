from odoo import api, models

from .fiken_job import OPEN_STATES, STOPPED_STATES


class FikenJob(models.Model):
    """What follows when a record is linked to Fiken by another way than its job.

    A person or the start-up import says which object in Fiken it is. Those that wait
    for it are due again, and look for themselves what holds now.
    """

    _inherit = "fiken.job"

    @api.model
    def _linked(self, strategy, fiken_company, res_model, res_ids):
        """These records have a link now; their own stopped jobs begin anew.

        Those of unknown outcome begin by a look at Fiken.
        """
        if not res_ids:
            return
        own = self.sudo().search(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("resource", "=", strategy._resource),
                ("res_model", "=", res_model),
                ("res_id", "in", res_ids),
                ("state", "in", OPEN_STATES),
            ]
        )
        own._release_waiting()
        own.filtered(lambda job: job.state in STOPPED_STATES)._begin_anew()
