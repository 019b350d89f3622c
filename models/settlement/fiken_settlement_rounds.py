from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..connection.sentence import _lt

# How far back the nightly look goes; a button looks at any day.
LOOK_BACK = timedelta(days=62)
# So many days at once are looked for in the point of sale.
DAYS_SOLD = 31


class FikenSettlementRounds(models.AbstractModel):
    """Nightly: missing days, late changes, and Fiken's figures beside Odoo's.

    The days of a vendor are looked at in Odoo, those of a Fiken company in Fiken.
    """

    _name = "fiken.settlement.rounds"
    _inherit = "fiken.rounds"
    _description = "Control of Daily Settlements"

    @api.model
    def _round_owners(self):
        vendors = self.env["fiken.vendor"].sudo()
        vendors = vendors.search([("settlement_mode", "!=", "off")])
        settling = vendors.filtered(lambda one: one._settles())
        return [*settling, *super()._round_owners()]

    @api.model
    def _round_stages(self, owner):
        if owner._name == "fiken.vendor":
            return ["sold", "waiting", "late", "schedule"]
        return ["compared"]

    @api.model
    def _round_words(self, unit):
        what = unit.owner.name
        if unit.kind == "sold" and unit.upto:
            return _lt("%(what)s, days to %(day)s", what=what, day=unit.upto)
        if unit.kind == "waiting" and unit.upto:
            return self.env["fiken.settlement"].browse(unit.upto).number or what
        if unit.kind == "compared" and unit.upto:
            days = self._sent(unit, unit.upto)
            return ", ".join([what, *days.mapped("number")])
        return what

    # A vendor: days that were sold and have no settlement

    @api.model
    def _next_sold(self, unit):
        last = unit.owner._last_due_day()
        first = self._first_unsold(unit)
        if first > last:
            return None
        days = DAYS_SOLD if unit.limit > 1 else 1
        return str(min(last, first + timedelta(days=days - 1)))

    @api.model
    def _do_sold(self, unit):
        vendor = unit.owner
        days = self.env["fiken.pos.day"]._days(
            vendor, self._first_unsold(unit), fields.Date.to_date(unit.upto)
        )
        self.env["fiken.settlement"]._of_days(vendor, days)

    @api.model
    def _first_unsold(self, unit):
        if unit.after:
            return fields.Date.to_date(unit.after) + timedelta(days=1)
        return unit.owner._settled_since()

    # Days that wait: each is read again

    @api.model
    def _next_waiting(self, unit):
        return self._next_day(unit, [("state", "in", ("open", "ready"))])

    @api.model
    def _do_waiting(self, unit):
        settlement = self.env["fiken.settlement"].browse(unit.upto)
        settlement._read()
        if settlement.is_missing:
            settlement._todo(settlement.reason or self._why_missing(settlement))

    @api.model
    def _why_missing(self, settlement):
        if not settlement.vendor_id.daily_schedule:
            return _lt(
                "%(number)s is not in Fiken: nobody has sent it, and the shop has no"
                " daily schedule.",
                number=settlement.number,
            )
        return _lt("%(number)s is not in Fiken yet.", number=settlement.number)

    # Days that were sent: what happened to their orders since, all in one

    @api.model
    def _do_late(self, unit):
        since = unit.round.started_at.date() - LOOK_BACK
        self.env["fiken.settlement"]._look_at_former_days(unit.owner, since)

    # The schedule, which may have been switched off

    @api.model
    def _do_schedule(self, unit):
        unit.owner._update_settlement_cron()

    # A Fiken company: what it has of these days

    @api.model
    def _next_compared(self, unit):
        """What is dated on one day: Fiken may have thousands of entries on each."""
        days = self._sent(unit)
        own = days.filtered(lambda one: one.date == days[0].date)
        return _place(own[-1]) if own else None

    @api.model
    def _do_compared(self, unit):
        self._sent(unit, unit.upto)._compare(unit.session)

    @api.model
    def _sent(self, unit, upto=None):
        """The next days that are in Fiken, in order of their dates."""
        since = unit.round.started_at.date() - LOOK_BACK
        domain = Domain(
            [
                ("fiken_company_id", "=", unit.owner.id),
                ("state", "in", ("sent", "failed", "booked", "corrected")),
                ("date", ">=", since),
            ]
        )
        if unit.after:
            domain &= _beyond(unit.after)
        if upto:
            domain &= ~_beyond(upto)
        return self.env["fiken.settlement"].search_fetch(
            domain, ["date", "number"], order="date, id", limit=unit.limit
        )

    @api.model
    def _next_day(self, unit, domain):
        """One day alone: it may have been sold to ten thousand people."""
        unit.limit = 1
        return (
            self.env["fiken.settlement"]
            .search(
                [
                    ("vendor_id", "=", unit.owner.id),
                    ("id", ">", unit.after or 0),
                    *domain,
                ],
                order="id",
                limit=1,
            )
            .id
            or None
        )


def _beyond(place):
    """Settlements that come after a place in the order of their dates."""
    date, settlement_id = place
    return Domain("date", ">", date) | Domain(
        [("date", "=", date), ("id", ">", settlement_id)]
    )


def _place(settlement):
    return [str(settlement.date), settlement.id]
