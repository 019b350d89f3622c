from datetime import timedelta

from odoo import api, fields, models

from ..connection import own_cron

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


class FikenVendor(models.Model):
    """A vendor's own cron, which sends the days whose time has come."""

    _inherit = "fiken.vendor"

    settlement_cron_id = fields.Many2one("ir.cron", readonly=True, copy=False)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        vendors = super().create(vals_list)
        vendors.filtered("daily_schedule")._update_settlement_cron()
        return vendors

    def write(self, vals):
        result = super().write(vals)
        if SCHEDULE_FIELDS & vals.keys():
            self._update_settlement_cron()
        return result

    def unlink(self):
        crons = self.sudo().settlement_cron_id
        result = super().unlink()
        crons.unlink()
        return result

    # Business: the schedule

    def _update_settlement_cron(self):
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

    def _mend_settlement_cron(self):
        """Make a cron anew that somebody deleted, switch it on when it is off.

        What came due meanwhile is settled now.

        :return: [(vendor whose days were not settled any more, ``deleted`` or ``off``)]
        """
        stopped = [
            (vendor, why)
            for vendor in self
            if vendor.daily_schedule
            and vendor._settles()
            and (why := own_cron.why_stopped(vendor.sudo().settlement_cron_id))
        ]
        for vendor, _why in stopped:
            vendor._update_settlement_cron()
            vendor.sudo().settlement_cron_id._trigger()
        return stopped

    def _create_settlement_cron(self):
        name = f"Fiken: settle the days of {self.code} ({self.id})"
        return own_cron.hourly(self, name, "_cron_send_days")

    def _plan_settlement(self):
        """Wake up to the minute: the hourly run alone would come when it comes."""
        at = self._next_schedule_at()
        cron = self.settlement_cron_id
        planned = self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", cron.id), ("call_at", "=", at)], limit=1
        )
        if not planned:
            cron._trigger(at=at)

    def _open_due_days(self):
        """A settlement for every due day with anything in it, none for others.

        It looks after the newest one only; what tills deliver late is found at night.
        """
        self.ensure_one()
        Settlement = self.env["fiken.settlement"]
        since, until = self._settled_since(), self._last_due_day()
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

    def _cron_send_days(self):
        schedule = self.env["fiken.settlement.schedule"]
        schedule._go_round(schedule._round_owners() & self.sudo())
