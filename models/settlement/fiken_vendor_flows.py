from odoo import models

from ..connection.flows import flow_of


class FikenVendor(models.Model):
    """Whether and when a vendor's days go to Fiken, and what follows."""

    _inherit = "fiken.vendor"

    def _flows(self):
        flows = super()._flows()
        if "pos.config" in self.env:
            flows.append(self._settlement_flow())
        return flows

    def _settlement_flow(self):
        trigger = "schedule" if self.daily_schedule else "hand"
        return flow_of(
            self,
            "settlement",
            40,
            "settlement_mode",
            {
                "off": self.env._(
                    "What the tills sell without an invoice stays in Odoo alone."
                    " Fiken's books and VAT return lack it until somebody books it"
                    " there."
                ),
                "draft": self.env._(
                    "Each day waits in Fiken as a draft and is in no books until an"
                    " accountant books it."
                ),
                "booked": self.env._(
                    "Each day is booked in Fiken as one sale, with what it was paid"
                    " with."
                ),
            },
            **self._timing(self.settlement_mode != "off" and trigger),
            setting="settlement",
        )
