from odoo import models


class FikenConnection(models.Model):
    """What was told as not mapped may have been mapped, or deleted, in other ways."""

    _inherit = "fiken.connection"

    def _watch(self):
        result = super()._watch()
        self.env["fiken.ledger"]._look_at_told_gaps()
        return result
