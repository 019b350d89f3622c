"""When Fiken refuses the date of a correction, another date cures it."""

from odoo import api, models

from ...fiken_api import errors
from ..connection.sentence import _lt


def _date_to_choose(job, cause):
    settlement = job._record()
    is_dated = bool(settlement) and settlement.kind == "correction"
    return settlement if is_dated and cause == "closed_period" else None


class SettlementResource(models.AbstractModel):
    _inherit = "fiken.resource.settlement"

    @api.model
    def _setting_of_cause(self, job, cause):
        return _date_to_choose(job, cause) or super()._setting_of_cause(job, cause)


class JournalEntryResource(models.AbstractModel):
    _inherit = "fiken.resource.journal_entry"

    @api.model
    def _setting_of_cause(self, job, cause):
        return _date_to_choose(job, cause) or super()._setting_of_cause(job, cause)


class FikenWorker(models.AbstractModel):
    """What Fiken says of the date, and what a person can do about it."""

    _inherit = "fiken.worker"

    def _explain(self, item, error):
        reason = super()._explain(item, error)
        cause = errors.cause_of(error)
        if item.job.res_model != "fiken.settlement" or not _date_to_choose(
            item.job, cause
        ):
            return reason
        return _lt(
            "%(number)s cannot be booked in Fiken on %(date)s. Press Book Today, or"
            " choose another day under Booked On. %(reason)s",
            number=item.job._record().number,
            date=item.job._record().date,
            reason=reason,
        )
