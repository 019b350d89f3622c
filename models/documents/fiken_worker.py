from odoo import models

from ...fiken_api import errors
from ..connection.explain import fiken_said
from ..connection.sentence import _lt, joined
from .account_move_late import DATED_BY_SUPPLIERS


class FikenWorker(models.AbstractModel):
    """A bill that Fiken refuses for its date is not to get another one in Odoo."""

    _inherit = "fiken.worker"

    def _explain(self, item, error):
        names = self.env["account.move"]._fiken_resources("booked", "draft")
        is_document = item.job.resource in names
        is_late = errors.cause_of(error) == "closed_period"
        move = item.job._record() if is_late and is_document else None
        if not move or move.move_type not in DATED_BY_SUPPLIERS:
            return super()._explain(item, error)
        reason = _lt(
            "The period is closed in Fiken, so %(name)s cannot be booked there on"
            " %(date)s. Open the period in Fiken and try again, or enter on the bill,"
            " under Book in Fiken On, the day on which Fiken shall book it. The"
            " supplier's date stays. The connector never moves a date by itself.",
            name=move.display_name,
            date=item.strategy._date(move),
        )
        return joined(reason, fiken_said(error))
