from datetime import timedelta

from odoo import api, models

from ..connection.sentence import _lt, joined

# How long a day that had nothing to send is looked at every hour; then every night.
READ_AGAIN = timedelta(days=7)


class FikenSettlementSchedule(models.AbstractModel):
    """Hourly, and at a vendor's time: what is due is sent, each day as its own.

    A server that was down catches up. Each vendor has a cron of its own.
    """

    _name = "fiken.settlement.schedule"
    _inherit = "fiken.rounds"
    _description = "Schedule of Daily Settlements"

    @api.model
    def _round_owners(self):
        vendors = self.env["fiken.vendor"].sudo()
        vendors = vendors.search([("daily_schedule", "=", True)])
        return vendors.filtered(lambda one: one._settles())

    @api.model
    def _round_stages(self, vendor):
        return ["open", "due", "plan"]

    @api.model
    def _round_words(self, unit):
        words = _lt("%(vendor)s, daily schedule", vendor=unit.owner.name)
        if unit.kind == "due" and unit.upto:
            number = self._due(unit, "=", unit.upto).number
            return joined(words, number, separator=", ")
        return words

    @api.model
    def _do_open(self, unit):
        unit.owner._open_due_days()

    @api.model
    def _next_due(self, unit):
        unit.limit = 1
        day = self._due(unit, ">", unit.after or "0001-01-01").day
        return str(day) if day else None

    @api.model
    def _do_due(self, unit):
        self._due(unit, "=", unit.upto)._send_if_due()

    @api.model
    def _do_plan(self, unit):
        unit.owner._plan_settlement()

    @api.model
    def _due(self, unit, operator, day):
        return self.env["fiken.settlement"].search(
            [
                ("vendor_id", "=", unit.owner.id),
                ("kind", "=", "day"),
                ("day", ">=", unit.owner._settled_since()),
                ("day", "<=", unit.owner._last_due_day()),
                ("day", operator, day),
                "|",
                ("state", "in", ("open", "ready")),
                # What had nothing to send may have something now.
                "&",
                "&",
                ("state", "=", "skipped"),
                ("skipped_by_id", "=", False),
                ("day", ">", unit.owner._last_due_day() - READ_AGAIN),
            ],
            order="day",
            limit=1,
        )
