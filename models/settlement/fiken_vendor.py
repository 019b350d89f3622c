from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# A day is settled at the first time of day that comes this long after it began: at
# 22:00 the day that ends, at 06:00 the day before.
SETTLED_AFTER = timedelta(hours=12)


class FikenVendor(models.Model):
    """How a vendor's daily settlement goes to Fiken, and when a day is over."""

    _inherit = "fiken.vendor"

    settlement_mode = fields.Selection(
        [("off", "Not sent"), ("draft", "As draft"), ("booked", "Booked")],
        "Daily Settlements",
        default="off",
        required=True,
        tracking=True,
        help="What the points of sale sold without an invoice, one settlement a day. As"
        " draft: an accountant looks at it before it is booked.",
    )
    daily_schedule = fields.Boolean(
        tracking=True,
        help="Each day's settlement is sent by itself at the time of day. Without it"
        " somebody presses Send.",
    )
    day_end_hour = fields.Float(
        "Day Ends At",
        default=0.0,
        help="Sales after midnight and before this hour belong to the day before. For"
        " bars: later than they close.",
    )
    settlement_grace_hours = fields.Float(
        "Patience (hours)",
        default=12.0,
        help="How long after the time of day a settlement may wait for open sessions"
        " before there is a to-do.",
    )
    settlement_negative = fields.Selection(
        [
            ("journal", "In the day's journal entry"),
            ("sale", "As a negative sale"),
        ],
        "Negative Amounts",
        default="journal",
        required=True,
        tracking=True,
        help="Where a day, an account or a means of payment goes on which more was paid"
        " back than sold. It is not documented whether Fiken takes negative sales.",
    )
    settlement_cap_ore = fields.Integer(
        "Rounding Cap of a Day (øre)",
        default=1000,
        help="The largest difference between the day's VAT in Odoo, rounded on each"
        " receipt, and Fiken's rate × net. Up to it the øre go to the rounding account;"
        " above it the day stops and shows both figures.",
    )
    settlement_fee_code = fields.Char(
        "Fee Account",
        default="7770",
        required=True,
        help="The Fiken account of what banks and card companies keep of payments.",
    )
    schedule_text = fields.Char("Which Day Goes When", compute="_compute_schedule_text")

    # Constraints

    @api.constrains("day_end_hour", "settlement_grace_hours")
    def _check_day_end_hour(self):
        for vendor in self:
            if not 0 <= round(vendor.day_end_hour * 60) < 24 * 60:
                raise ValidationError(
                    self.env._(
                        "The hour at which the day of %(vendor)s ends must lie between"
                        " 00:00 and 23:59.",
                        vendor=vendor.name,
                    )
                )
            if vendor.settlement_grace_hours < 0:
                raise ValidationError(
                    self.env._(
                        "The patience of %(vendor)s cannot be negative.",
                        vendor=vendor.name,
                    )
                )

    # Computes

    @api.depends("schedule_hour", "day_end_hour", "tz")
    def _compute_schedule_text(self):
        monday = datetime(2024, 1, 1).date()
        for vendor in self:
            wall = vendor._settled_wall(monday)
            clock = wall.strftime("%H:%M")
            end = (vendor._begin_wall(monday) + timedelta(days=1)).strftime("%H:%M")
            vendor.schedule_text = (
                self.env._(
                    "Monday, until %(end)s in the night, goes on Monday at %(clock)s.",
                    end=end,
                    clock=clock,
                )
                if wall.date() == monday
                else self.env._(
                    "Monday, until %(end)s in the night, goes on Tuesday at %(clock)s.",
                    end=end,
                    clock=clock,
                )
            )

    # Actions

    def action_open_settlements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_settlement_action"
        )
        action["domain"] = [("vendor_id", "=", self.id)]
        action["context"] = {}
        return action

    # Business: the clock

    def _begin_wall(self, day):
        """When a business day begins on the vendor's clock."""
        minutes = round(self.day_end_hour * 60)
        return datetime.combine(day, time(minutes // 60, minutes % 60))

    def _settled_wall(self, day):
        """When a business day is settled, on the vendor's clock."""
        minutes = round(self.schedule_hour * 60)
        wall = datetime.combine(day, time(minutes // 60, minutes % 60))
        while wall < self._begin_wall(day) + SETTLED_AFTER:
            wall += timedelta(days=1)
        return wall

    def _settled_at(self, day):
        """When a business day is settled, in UTC; right across DST changes."""
        wall = pytz.timezone(self.tz).localize(self._settled_wall(day))
        return wall.astimezone(pytz.utc).replace(tzinfo=None)

    def _last_due_day(self):
        """The newest business day whose time has come."""
        now = fields.Datetime.now()
        local = pytz.utc.localize(now).astimezone(pytz.timezone(self.tz))
        day = local.date()
        while self._settled_at(day) > now:
            day -= timedelta(days=1)
        return day

    def _settles(self):
        """Whether its days go to Fiken at all."""
        return (
            self.accounting_system == "fiken"
            and self.settlement_mode != "off"
            and bool(self.fiken_company_id)
            and bool(self.enabled_since)
        )
