from odoo import api, fields, models


class FikenSettleFrom(models.TransientModel):
    """From which day on a vendor's days are settled: never twice."""

    _name = "fiken.settle.from"
    _description = "Choose From Which Day Days Are Settled"

    vendor_id = fields.Many2one("fiken.vendor", "Shop", required=True, readonly=True)
    settle_from = fields.Date("From", required=True, default=fields.Date.context_today)
    text = fields.Text(compute="_compute_text")
    last_booked_on = fields.Date("Last Day Booked in Fiken", readonly=True)
    confirm = fields.Boolean(
        "It is right so: none of these days' sales are booked in Fiken"
    )

    @api.depends("vendor_id")
    def _compute_text(self):
        for wizard in self:
            days = wizard.vendor_id.sudo()._unsettled_days()
            wizard.text = wizard.vendor_id._unsettled_text(days) if days else False

    @api.onchange("settle_from")
    def _onchange_settle_from(self):
        self.last_booked_on = False
        self.confirm = False

    def action_choose(self):
        """Look in Fiken first; what is booked there on or after the day is shown."""
        self.ensure_one()
        vendor = self.vendor_id
        vendor._check_connected()
        last = vendor.fiken_company_id._last_booked_since(self.settle_from)
        if last and not (self.confirm and self.last_booked_on == last):
            self.last_booked_on = last
            self.confirm = False
            return self._get_records_action(
                name=self.env._("Settled From"), target="new", context={}
            )
        vendor._settle_from_on(self.settle_from)
        return {"type": "ir.actions.act_window_close"}
