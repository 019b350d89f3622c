from datetime import timedelta

import pytz

from odoo import api, fields, models

from ..connection.sentence import _lt

OSLO = pytz.timezone("Europe/Oslo")
# Fiken counts changes by whole days, and its clock is not ours.
OVERLAP = timedelta(days=1)
# What is older is read one by one at night.
FIRST_READ = timedelta(days=30)


class FikenPaymentChanges(models.AbstractModel):
    """Hourly: what changed in Fiken since the last time.

    The day is kept when all is read; what was left out is read again with the next.
    """

    _name = "fiken.payment.changes"
    _inherit = "fiken.rounds"
    _description = "Changed Payments in Fiken"

    @api.model
    def _round_owners(self):
        return super()._round_owners().filtered("reads_payments")

    @api.model
    def _round_stages(self, fiken_company):
        return [
            f"changed:{name}" for name in self.env["fiken.paid.documents"]._places()
        ]

    @api.model
    def _round_words(self, unit):
        return _lt(
            "%(company)s, payments of %(what)s, page %(page)s",
            company=unit.owner.name,
            what=self.env[f"fiken.resource.{unit.arg}"]._label(),
            page=unit.upto or (unit.after or 0) + 1,
        )

    @api.model
    def _round_failed(self, unit, why):
        unit.owner.payments_error = why

    @api.model
    def _round_ends(self, unit):
        found = unit.round.found or {}
        if unit.round.failing or found.get("again"):
            return
        unit.owner.write(
            {
                "payments_read_to": self._began(unit),
                "payments_read_at": fields.Datetime.now(),
                "payments_error": False,
            }
        )

    @api.model
    def _next_changed(self, unit):
        return unit.page() if unit.after or self._is_in_use(unit) else None

    @api.model
    def _do_changed(self, unit):
        """:return: whether it was the last page"""
        reader = self.env["fiken.payment.reader"]
        since = unit.owner.payments_read_to or self._began(unit) - FIRST_READ
        found, is_last = self.env["fiken.paid.documents"]._changed(
            unit.session, unit.owner, unit.arg, since - OVERLAP, unit.upto - 1
        )
        unit.session.pause()
        # What is known in Odoo must be newer than what Fiken said.
        reader._commit()
        again = 0
        for resource, move_id, standing in reader._ours(unit.owner, found):
            again += not reader._take(
                unit.session, unit.owner, resource, move_id, standing
            )
        unit.count("again", again)
        return is_last

    @api.model
    def _began(self, unit):
        """The day, as Fiken counts it."""
        return pytz.utc.localize(unit.round.started_at).astimezone(OSLO).date()

    @api.model
    def _is_in_use(self, unit):
        """Whether a document is linked there, or its sale is."""
        names = {unit.arg, "invoice"} if unit.arg == "sale" else {unit.arg}
        documents = self.env["fiken.paid.documents"]._linked_domain(unit.owner)
        return bool(
            self.env["fiken.binding"]
            .sudo()
            .search([*documents, ("resource", "in", list(names))], limit=1)
        )
