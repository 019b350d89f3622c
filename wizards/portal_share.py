from odoo import models


class PortalShare(models.TransientModel):
    """An invitation to the customer names what they see there."""

    _inherit = "portal.share"

    def action_send_mail(self):
        return super(
            PortalShare, self.with_context(fiken_customer=True)
        ).action_send_mail()
