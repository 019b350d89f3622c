from odoo import api, models


class ResPartnerBank(models.Model):
    """A supplier's bank account stands on their contact in Fiken."""

    _inherit = "res.partner.bank"

    @api.model_create_multi
    def create(self, vals_list):
        banks = super().create(vals_list)
        banks.partner_id._fiken_enqueue_changes()
        return banks

    def write(self, vals):
        partners = self.partner_id
        result = super().write(vals)
        if {"acc_number", "partner_id", "sequence", "active"} & vals.keys():
            (partners | self.partner_id)._fiken_enqueue_changes()
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        partners._fiken_enqueue_changes()
        return result
