from odoo import models

from ..connection.sentence import _lt


class FikenConnection(models.Model):
    """The days of the vendors that a connection serves go on being settled."""

    _inherit = "fiken.connection"

    def _mend_crons(self):
        vendors = self.env["fiken.vendor"].search(
            [("fiken_company_id.connection_id", "in", self.ids)]
        )
        return super()._mend_crons() + [
            (_lt("Settling the days of %(vendor)s", vendor=vendor.name), why)
            for vendor, why in vendors._mend_settlement_cron()
        ]
