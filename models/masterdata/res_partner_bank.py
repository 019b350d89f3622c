import re

from stdnum.iso7064 import mod_97_10
from stdnum.no import kontonr

from odoo import api, models

SENT_FIELDS = {"acc_number", "partner_id", "sequence", "active", "allow_out_payment"}


class ResPartnerBank(models.Model):
    """A supplier's bank account stands on their contact in Fiken."""

    _inherit = "res.partner.bank"

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        banks = super().create(vals_list)
        banks.partner_id._fiken_enqueue_changes()
        return banks

    def write(self, vals):
        partners = self.partner_id
        result = super().write(vals)
        if SENT_FIELDS & vals.keys():
            (partners | self.partner_id)._fiken_enqueue_changes()
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        partners._fiken_enqueue_changes()
        return result

    # Business

    def _fiken_account_number(self):
        """The eleven digits of a valid Norwegian account, or '' (fiken-api.md §4.1)."""
        self.ensure_one()
        number = re.sub(r"\W", "", self.acc_number or "").upper()
        if re.fullmatch(r"NO\d{13}", number):
            if not mod_97_10.is_valid(number[4:] + number[:4]):
                return ""
            number = number[4:]
        is_account = len(number) == 11 and kontonr.is_valid(number)
        return number if is_account else ""
