from odoo import api, models
from odoo.tools import SQL, format_date


class FikenVendor(models.Model):
    """Days that were sold while settlements were not sent: counted and shown."""

    _inherit = "fiken.vendor"

    # Computes

    @api.onchange("settlement_mode", "daily_schedule", "enabled_since")
    def _onchange_settlement_mode(self):
        """Said before it is saved."""
        days = self._origin and self._unsettled_days()
        if not days:
            return None
        return {
            "warning": {
                "title": self.env._("Days that are not in Fiken"),
                "message": self._unsettled_text(days)
                + "\n"
                + self.env._(
                    "Nothing is sent of them by itself. After saving, press From Which"
                    " Day on the shop, or choose a later day as Enabled Since."
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
        days = set(sold) - set(known.mapped("day"))
        decided = self.is_settle_decided and self.settle_from
        if decided and days and min(days) < decided:
            # Somebody has decided about them; what came since is told.
            days = {day for day in days if day >= decided} | self._came_since(
                {day for day in days if day < decided}
            )
        return sorted(days)

    def _came_since(self, days):
        """Those of some days with orders that came after it was decided about them."""
        vendor = self._origin.sudo()
        reader = self.env["fiken.pos.day"].sudo()
        came = set()
        for day in days:
            begin, end = reader._bounds(vendor, day)
            if self.env.execute_query(
                SQL(
                    """
                    SELECT FROM pos_order o
                     WHERE o.date_order >= %s AND o.date_order < %s
                       AND o.id > %s AND o.account_move IS NULL
                       AND o.state NOT IN ('draft', 'cancel')
                       AND NOT EXISTS (SELECT FROM fiken_settlement_receipt r
                                        WHERE r.order_id = o.id)
                     LIMIT 1
                    """,
                    begin,
                    end,
                    vendor.settle_decided_order,
                )
            ):
                came.add(day)
        return came

    def _unsettled_text(self, days):
        return self.env._(
            "%(count)s days with sales, from %(first)s to %(last)s, have no settlement"
            " in Fiken.",
            count=len(days),
            first=format_date(self.env, days[0]),
            last=format_date(self.env, days[-1]),
        )
