from odoo import models

from ..connection.flows import flow_of


class FikenVendor(models.Model):
    """Which way a vendor's payments go, and what follows."""

    _inherit = "fiken.vendor"

    def _flows(self):
        return [
            *super()._flows(),
            flow_of(
                self,
                "payment",
                30,
                "payment_direction",
                {
                    "off": self.env._(
                        "What is paid in Odoo stays unpaid in Fiken, and the other way"
                        " round. Only what a till took for an invoice is posted there."
                    ),
                    "from": self.env._(
                        "What is paid in Fiken is registered on the document in Odoo,"
                        " every hour. Payments registered in Odoo stay there."
                    ),
                    "to": self.env._(
                        "A payment that is reconciled in Odoo is posted on the document"
                        " in Fiken. Payments registered in Fiken stay there."
                    ),
                },
                setting="payments",
                next_at=self._payments_read_next(),
            ),
        ]

    def _payments_read_next(self):
        """When Fiken is asked again what was paid, where that is asked."""
        if self.payment_direction != "from":
            return None
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "fiken_connector.ir_cron_fetch_payments", raise_if_not_found=True
        )
        cron = self.env["ir.cron"].sudo().browse(cron_id)
        return cron.nextcall if cron.active else None
