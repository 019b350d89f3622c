from odoo import models

from ..outbox.exceptions import NothingToSend
from .fiken_settlement import SALE


class FikenWorker(models.AbstractModel):
    """A day of which nothing fits a sale goes on with its journal entry."""

    _inherit = "fiken.worker"

    def _set_aside(self, job, reason):
        result = super()._set_aside(job, reason)
        if job.resource == SALE and isinstance(reason, NothingToSend):
            for settlement in job._record().exists():
                settlement._go_on_without_sale()
        return result
