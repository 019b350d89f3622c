"""The plan of a day is kept when the first of it goes, not when it is built."""

from dataclasses import dataclass

from odoo import api, models

from ...figures.booking import Booking
from ..outbox.fiken_resource import Prepared


@dataclass
class Planned(Prepared):
    """A write of a day that nothing is in Fiken of.

    :ivar plan: how all of the day is booked; it is kept with this write
    """

    plan: Booking | None = None


class PlannedMixin(models.AbstractModel):
    """What a day is booked by: its sales, their drafts, its journal entry."""

    _name = "fiken.planned.mixin"
    _description = "Fiken Document of a Day"

    @api.model
    def _planned(self, settlement, plan, *args, **values):
        """The write, with the plan where none is kept yet.

        :param Booking plan: of the whole day
        :param args, values: of :class:`Prepared`
        """
        kept = None if settlement._is_fixed() else plan
        return Planned(*args, plan=kept, **values)

    @api.model
    def _brings_plan(self, prepared):
        return isinstance(prepared, Planned) and prepared.plan is not None

    @api.model
    def _needs_preflight(self, prepared):
        return self._brings_plan(prepared) or super()._needs_preflight(prepared)

    @api.model
    def _preflight(self, session, job, prepared):
        if self._brings_plan(prepared):
            job._record()._keep_booking(prepared.plan)
        if super()._needs_preflight(prepared):
            return super()._preflight(session, job, prepared)
        return None
