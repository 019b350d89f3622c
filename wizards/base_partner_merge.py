from odoo import models


class BasePartnerMerge(models.TransientModel):
    """Partners that are merged in Odoo keep one contact in Fiken."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_reference_fields(self, src_partners, dst_partner):
        result = super()._update_reference_fields(src_partners, dst_partner)
        dst_partner._fiken_taken_in(src_partners)
        return result
