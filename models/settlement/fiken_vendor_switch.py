from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models

# What makes a vendor's days go, or not.
SWITCHES = {
    "accounting_system",
    "active",
    "daily_schedule",
    "fiken_company_id",
    "settlement_mode",
}


class FikenVendor(models.Model):
    """Days of a time in which nobody settled them are not sent before somebody says so.

    They may be booked in Fiken by hand. Asked is from which day on, as *Enabled since*
    asks it.
    """

    _inherit = "fiken.vendor"

    settle_from = fields.Date(
        "Settled From",
        readonly=True,
        copy=False,
        tracking=True,
        help="Days before it are not read and sent by themselves. Empty: all days since"
        " the shop was enabled.",
    )
    is_settle_decided = fields.Boolean(
        readonly=True, copy=False, help="Somebody said from which day on."
    )
    settle_decided_order = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="The newest order when somebody said so. What comes to earlier days after"
        " it is told.",
    )
    is_settle_asked = fields.Boolean(
        "Asks From Which Day", compute="_compute_is_settle_asked"
    )

    # Computes

    @api.depends("settle_from", "is_settle_decided")
    def _compute_is_settle_asked(self):
        for vendor in self:
            vendor.is_settle_asked = bool(
                vendor.settle_from and not vendor.is_settle_decided
            )

    # CRUD

    def write(self, vals):
        if not SWITCHES & vals.keys():
            return super().write(vals)
        settled = {vendor: vendor.active and vendor._settles() for vendor in self}
        before = {
            vendor: (vendor.daily_schedule, vendor.enabled_since) for vendor in self
        }
        result = super().write(vals)
        for vendor in self.filtered(lambda one: one.active and one._settles()):
            was_scheduled, since = before[vendor]
            is_on = not settled[vendor] and vendor.enabled_since == since
            is_scheduled = vendor.daily_schedule and not was_scheduled
            if (is_on and vendor._unsettled_days()) or (
                (is_on or is_scheduled) and vendor._has_unsent_days()
            ):
                vendor._hold_back()
        return result

    # Actions

    def action_settle_from(self):
        """Choose from which day on, with a look at what is booked in Fiken."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settled From"),
            "res_model": "fiken.settle.from",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_vendor_id": self.id},
        }

    # Business

    def _hold_back(self):
        """Nothing that was sold before now is sent by itself, until somebody says."""
        self.ensure_one()
        self.sudo().write(
            {
                "settle_from": self._last_due_day() + timedelta(days=1),
                "is_settle_decided": False,
            }
        )

    def _settle_from_on(self, day):
        """A person has said: days from this one on are settled, others are not."""
        self.ensure_one()
        newest = self.env["fiken.pos.day"]._newest_order()
        self.sudo().write(
            {
                "settle_from": day,
                "is_settle_decided": True,
                "settle_decided_order": newest,
            }
        )
        cron = self.sudo().settlement_cron_id
        if cron.active:
            cron._trigger()

    def _settled_since(self):
        """The first day that is settled by itself."""
        return max(filter(None, (self.enabled_since, self.settle_from)))

    def _has_unsent_days(self):
        """Whether there are days that are over, are ready, and that nobody sent."""
        domain = [
            ("vendor_id", "=", self.id),
            ("kind", "=", "day"),
            ("state", "=", "ready"),
            ("day", "<=", self._last_due_day()),
        ]
        return bool(self.env["fiken.settlement"].sudo().search_count(domain, limit=1))

    @contextmanager
    def _asking_about_new_days(self):
        """Past days that somebody makes these vendors' own are not sent unasked."""
        vendors = self.sudo().filtered(lambda vendor: vendor._settles())
        before = {vendor: set(vendor._unsettled_days()) for vendor in vendors}
        yield
        for vendor in vendors:
            if set(vendor._unsettled_days()) - before[vendor]:
                vendor._hold_back()
