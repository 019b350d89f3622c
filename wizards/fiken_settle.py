from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.settlement.fiken_settlement import BEFORE


class FikenSettle(models.TransientModel):
    """Read a range of days from the point of sale, to look at them and send them."""

    _name = "fiken.settle"
    _description = "Read Days for Settlement"

    vendor_id = fields.Many2one(
        "fiken.vendor",
        "Shop",
        required=True,
        domain="[('settlement_mode', '!=', 'off')]",
        default=lambda self: self._only_vendor(),
    )
    since = fields.Date("From", required=True, default=lambda self: self._yesterday())
    until = fields.Date("To", required=True, default=lambda self: self._yesterday())

    @api.model
    def _only_vendor(self):
        vendors = self.env["fiken.vendor"].search(
            [("settlement_mode", "!=", "off")], limit=2
        )
        return vendors if len(vendors) == 1 else vendors.browse()

    @api.model
    def _yesterday(self):
        return fields.Date.context_today(self) - timedelta(days=1)

    def action_read(self):
        """A settlement for each day with sales, each as its own; nothing is sent."""
        self.ensure_one()
        vendor = self.vendor_id
        vendor.check_access("read")
        if not vendor.sudo()._settles():
            raise UserError(
                self.env._(
                    "%(vendor)s does not send daily settlements. Choose on it how they"
                    " go to Fiken, and since when it is enabled.",
                    vendor=vendor.name,
                )
            )
        if self.until < self.since:
            raise UserError(self.env._("The last day must not lie before the first."))
        days = self.env["fiken.pos.day"].sudo()._days(vendor, self.since, self.until)
        settlements = self.env["fiken.settlement"]._of_days(vendor, days)
        settlements._read()
        if not settlements:
            raise UserError(
                self.env._(
                    "%(vendor)s has no sales from %(since)s to %(until)s, or they lie"
                    " before the day it was enabled (%(enabled)s).",
                    vendor=vendor.name,
                    since=self.since,
                    until=self.until,
                    enabled=vendor.enabled_since,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_settlement_action"
        )
        action["domain"] = [("id", "in", settlements.ids)]
        sent = settlements.filtered(lambda one: one.state not in BEFORE)
        return self._say_sent(sent, action) if sent else action

    def _say_sent(self, sent, action):
        """What is in Fiken keeps its figures; who wanted them anew is told so."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%(count)s of these days went to Fiken already and were not read"
                    " again. Press Look for Changes on a day to see what changed at the"
                    " till since.",
                    count=len(sent),
                ),
                "sticky": True,
                "next": action,
            },
        }
