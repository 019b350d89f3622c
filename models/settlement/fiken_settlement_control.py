from odoo import models


class FikenSettlement(models.Model):
    """Which days should have been in Fiken by now."""

    _inherit = "fiken.settlement"

    def _why_missing(self):
        if not self.vendor_id.daily_schedule:
            return self.env._(
                "%(number)s is not in Fiken: nobody has sent it, and the vendor has no"
                " daily schedule.",
                number=self.number,
            )
        return self.env._("%(number)s is not in Fiken yet.", number=self.number)
