from odoo import api, fields, models


class FikenEnable(models.TransientModel):
    """From which day on a vendor's documents go to Fiken: never twice."""

    _name = "fiken.enable"
    _description = "Enable a Shop for Fiken"

    vendor_id = fields.Many2one("fiken.vendor", "Shop", required=True, readonly=True)
    enabled_since = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Nothing dated before this day is sent to Fiken.",
    )
    last_booked_on = fields.Date("Last Day Booked in Fiken", readonly=True)
    confirm = fields.Boolean("It is right so: none of this is booked in Fiken")

    @api.onchange("enabled_since")
    def _onchange_enabled_since(self):
        self.last_booked_on = False
        self.confirm = False

    def action_enable(self):
        """Look in Fiken first; what is booked there on or after the day is shown."""
        self.ensure_one()
        vendor = self.vendor_id
        vendor._check_connected()
        last = vendor.fiken_company_id._last_booked_since(self.enabled_since)
        if last and not (self.confirm and self.last_booked_on == last):
            self.last_booked_on = last
            self.confirm = False
            return self._get_records_action(
                name=self.env._("Enabled Since"), target="new", context={}
            )
        vendor.enabled_since = self.enabled_since
        if vendor.unmarked_text:
            # What was confirmed from that day on is not sent by itself.
            return vendor.action_open_unmarked()
        return {"type": "ir.actions.act_window_close"}
