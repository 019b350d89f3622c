import logging
from datetime import datetime, time, timedelta

import pytz
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_logger = logging.getLogger(__name__)

# A day is settled at the first time of day that comes this long after it began: at
# 22:00 the day that ends, at 06:00 the day before.
SETTLED_AFTER = timedelta(hours=12)


class FikenVendor(models.Model):
    """How and when a vendor's daily settlement goes to Fiken."""

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
    settlement_cron_id = fields.Many2one("ir.cron", readonly=True, copy=False)
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

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        vendors = super().create(vals_list)
        vendors.filtered("daily_schedule")._keep_settlement_cron()
        return vendors

    def write(self, vals):
        result = super().write(vals)
        if SCHEDULE_FIELDS & vals.keys():
            self._keep_settlement_cron()
        return result

    def unlink(self):
        crons = self.sudo().settlement_cron_id
        result = super().unlink()
        crons.unlink()
        return result

    # Actions

    def action_open_settlements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_settlement_action"
        )
        action["domain"] = [("vendor_id", "=", self.id)]
        action["context"] = {}
        return action

    # Business: the schedule

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

    def _keep_settlement_cron(self):
        """One cron a vendor: the schedules of two shops do not wait for each other."""
        for vendor in self.sudo():
            wanted = vendor.active and vendor.daily_schedule and vendor._settles()
            cron = vendor.settlement_cron_id
            if wanted and not cron:
                cron = vendor.settlement_cron_id = vendor._create_settlement_cron()
            elif cron and cron.active != wanted:
                cron.active = wanted
            if wanted:
                vendor._plan_settlement()

    def _create_settlement_cron(self):
        return self.env["ir.cron"].create(
            {
                "name": f"Fiken: settle the days of {self.code} ({self.id})",
                "model_id": self.env["ir.model"]._get_id(self._name),
                "state": "code",
                "code": f"model.browse({self.id})._cron_settle()",
                "user_id": self.env.ref("base.user_root").id,
                "interval_number": 1,
                "interval_type": "hours",
                "nextcall": fields.Datetime.now() + timedelta(hours=1),
            }
        )

    def _plan_settlement(self):
        """Wake up to the minute: the hourly run alone would come when it comes."""
        at = self._next_schedule_at()
        cron = self.settlement_cron_id
        planned = self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", cron.id), ("call_at", "=", at)], limit=1
        )
        if not planned:
            cron._trigger(at=at)

    def _open_due_days(self, thorough=False):
        """A settlement for every due day with anything in it, none for others.

        :param bool thorough: look at all days since the start, not only those after
            the newest settlement; a till may deliver old sales late
        """
        self.ensure_one()
        Settlement = self.env["fiken.settlement"]
        since, until = self.enabled_since, self._last_due_day()
        if not thorough:
            newest = Settlement.search(
                [("vendor_id", "=", self.id), ("kind", "=", "day")],
                order="day desc",
                limit=1,
            )
            if newest:
                since = max(since, newest.day + timedelta(days=1))
        if since <= until:
            days = self.env["fiken.pos.day"]._days(self, since, until)
            Settlement._of_days(self, days)

    # Cron

    def _cron_settle(self):
        """Hourly, and at the vendor's time: send what is due.

        A server that was down catches up, each day as its own.
        """
        vendor = self.sudo().with_context(
            allowed_company_ids=self.company_id.ids,
            lang=self.company_id.partner_id.lang or self.env.lang,
        )
        if not (vendor.daily_schedule and vendor._settles()):
            return
        vendor._open_due_days()
        self.env["ir.cron"]._commit_progress(0)
        due = vendor.env["fiken.settlement"].search(
            [
                ("vendor_id", "=", vendor.id),
                ("kind", "=", "day"),
                ("state", "in", ("open", "ready")),
                ("day", "<=", vendor._last_due_day()),
            ],
            order="day",
        )
        for settlement in due:
            try:
                with self.env.cr.savepoint():
                    settlement._settle()
            except OperationalError:
                raise
            except Exception:
                # One day that our code cannot handle must not hold up the others.
                _logger.exception("The day %s was not settled", settlement.id)
            self.env["ir.cron"]._commit_progress(1)
        vendor._plan_settlement()


SCHEDULE_FIELDS = {
    "active",
    "accounting_system",
    "daily_schedule",
    "enabled_since",
    "fiken_company_id",
    "schedule_hour",
    "settlement_mode",
    "tz",
}
