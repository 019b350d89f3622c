from odoo import models


class FikenConnection(models.Model):
    """The days of the vendors that a connection serves go on being settled."""

    _inherit = "fiken.connection"

    def _watch(self):
        vendors = self.env["fiken.vendor"].search(
            [("fiken_company_id.connection_id", "in", self.ids)]
        )
        for vendor in vendors._mend_settlement_cron():
            self._notify_managers(
                self.env._(
                    "The days of %(vendor)s were not settled", vendor=vendor.name
                ),
                self.env._(
                    "Somebody had deleted or switched off the scheduled action that"
                    " settles the days of %(vendor)s, or Odoo had after repeated"
                    " failures. It runs again, and what came due meanwhile is settled"
                    " now. Look at the server log if this happens again.",
                    vendor=vendor.name,
                ),
            )
        return super()._watch()
