from odoo import api, models


class FikenVendor(models.Model):
    """Days that were sold while settlements were not sent: counted and shown."""

    _inherit = "fiken.vendor"

    # Computes

    @api.onchange("settlement_mode", "daily_schedule", "enabled_since")
    def _onchange_settlement_mode(self):
        """Said before it is saved: the daily schedule catches up."""
        days = self._origin and self._unsettled_days()
        if not days:
            return None
        return {
            "warning": {
                "title": self.env._("Days that are not in Fiken"),
                "message": self._unsettled_text(days)
                + "\n"
                + (
                    self.env._(
                        "With the daily schedule they are sent at its next time. If"
                        " they are booked in Fiken already, choose a later day as"
                        " Enabled Since, or skip them before you save the schedule."
                    )
                    if self.daily_schedule
                    else self.env._("Nothing is sent until somebody presses Send.")
                ),
            }
        }

    # Actions

    def action_open_unsettled(self):
        """Read these days, to look at them and to send or skip them."""
        self.ensure_one()
        self.check_access("read")
        days = self._unsettled_days()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Read Days"),
            "res_model": "fiken.settle",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_vendor_id": self.id,
                **(
                    {
                        "default_since": str(days[0]),
                        "default_until": str(days[-1]),
                    }
                    if days
                    else {}
                ),
            },
        }

    # Business

    def _unsettled_days(self):
        """The days that are due, were sold on, and have no settlement, in order."""
        self.ensure_one()
        vendor = self._origin.sudo()
        if not self._settles():
            return []
        days = self.env["fiken.pos.day"].sudo()
        sold = days._days(vendor, self.enabled_since, vendor._last_due_day())
        settlements = self.env["fiken.settlement"].sudo()
        known = settlements.search(
            [("vendor_id", "=", vendor.id), ("kind", "=", "day")]
        )
        return sorted(set(sold) - set(known.mapped("day")))

    def _unsettled_text(self, days):
        return self.env._(
            "%(count)s days with sales, from %(first)s to %(last)s, have no settlement"
            " in Fiken.",
            count=len(days),
            first=days[0],
            last=days[-1],
        )
