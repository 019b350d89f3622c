import logging

from odoo import fields, models

from ...fiken_api import errors
from ..connection.sentence import _lt, joined
from .exceptions import MissingSetting, NeedsReview
from .fiken_job import OPEN_STATES, STOPPED_STATES
from .fiken_worker import BatchEnds, RunEnds

_logger = logging.getLogger(__name__)

TOO_MANY = 429


class FikenWorker(models.AbstractModel):
    """What becomes of a job that cannot be built, or that Fiken does not say yes to."""

    _inherit = "fiken.worker"

    def _handle_error(self, session, item, error, wrote):
        """What a failed request means for its job (fiken-api.md §1.5, §2.1).

        :param bool wrote: whether it may have done something at Fiken
        """
        waits = self._lost_below(session, item, error) if wrote else None
        if waits:
            self._commit_change(session, item.job, self._wait_anew, item.job, waits)
            return
        unshared = self._is_unshared(session, item, error)
        take = self._take_unshared if unshared else self._take_error
        self._commit_change(session, item.job, take, item, error, wrote)
        if unshared or isinstance(error, errors.ApiModuleMissing):
            raise BatchEnds
        if error.may_still_run:
            raise RunEnds
        if isinstance(error, errors.NotReady):
            return
        if self._is_passing(error) and not self._is_lost(error, wrote):
            raise RunEnds

    def _lost_below(self, session, item, error):
        """What a refused write waits for, if what it rests on was changed in Fiken."""
        is_plain = type(error) is errors.Refused and not errors.cause_of(error)
        if not is_plain or item.job.attempts:
            return None
        try:
            return item.strategy._lost_below(session, item.job)
        except errors.FikenError:
            return None

    def _wait_anew(self, job, waits):
        """Once: what is refused again after that has another reason."""
        job._reopen()
        job.attempts += 1
        self._block_until(job, waits)

    def _is_unshared(self, session, item, error):
        """Whether a 403 means that the Fiken user does not open this company any more.

        It may mean other things as well, so Fiken is asked which companies there are.
        """
        is_plain = type(error) is errors.Forbidden and not errors.cause_of(error)
        if not is_plain:
            return False
        try:
            shared = [row["slug"] for row in session.pages("/companies")]
        except errors.FikenError:
            return False
        return item.fiken_company.slug not in shared

    def _take_unshared(self, item, error, wrote):
        """All that is owed to this company waits, and that is said once."""
        fiken_company = item.fiken_company
        fiken_company._set_shared(False)
        item.job._wait_for_fiken(False)
        fiken_company.connection_id._notify_managers(
            fiken_company._unshared_cause(),
            fiken_company._unshared_title(),
            fiken_company._unshared_text(),
        )

    def _is_passing(self, error):
        """Whether Fiken or the network is to blame, and not this record."""
        passing = (errors.NotSent, errors.Busy, errors.OutcomeUnknown)
        return isinstance(error, passing) and not errors.cause_of(error)

    def _is_lost(self, error, wrote):
        """Whether Fiken may have done it without our learning of it."""
        return wrote and isinstance(error, errors.OutcomeUnknown)

    def _take_error(self, item, error, wrote):
        job = item.job
        fiken_company = job.fiken_company_id
        if not wrote and self._is_outdated(item):
            return
        if isinstance(error, errors.ApiModuleMissing):
            self._block(job, self._lose_api_module(fiken_company), fiken_company)
            return
        reason = self._explain(item, error)
        if self._is_passing(error):
            self._take_passing(item, error, wrote, reason)
            return
        if item.prepared.note:
            reason = joined(reason, item.prepared.note)
        setting = item.strategy._setting_of_cause(job, errors.cause_of(error))
        if setting is not None:
            self._block(job, reason, setting)
        else:
            self._fail(job, reason)

    def _take_passing(self, item, error, wrote, reason):
        job = item.job
        is_at_it = self._is_at_it(job.fiken_company_id.connection_id, error)
        if self._is_lost(error, wrote):
            job._await_recovery(reason, bool(item.prepared.identity))
        elif is_at_it:
            # No fault of this record's.
            job._wait_for_fiken(reason)
        elif self._is_over(job, error):
            self._fail(job, self._in_vain(job, reason))
        else:
            job._postpone(reason, fields.Datetime.now())

    def _is_at_it(self, connection, error):
        """Whether Fiken is busy with a request of ours that we have given up.

        It is left alone then, and so it is after each time-out of ours.
        """
        if error.may_still_run:
            connection._timed_out()
        is_at_it = error.status == TOO_MANY and bool(connection.busy_seconds)
        if is_at_it:
            connection._back_off()
        return is_at_it

    def _lose_api_module(self, fiken_company):
        """Written only where it changes: that lets jobs go.

        :return: what to do about it
        """
        if fiken_company.has_api_access:
            fiken_company.has_api_access = False
        return self._no_api_module(fiken_company)

    def _is_over(self, job, error):
        """Whether Fiken has answered this one record with a failure often enough."""
        return (error.status or 0) >= 500 and not job._has_tries_left()

    def _in_vain(self, job, reason):
        return _lt(
            "It was tried %(count)s times, and Fiken did not answer as it should."
            " %(reason)s",
            count=job.attempts + 1,
            reason=reason or "",
        )

    def _fail_unexpected(self, session, item, error):
        """Our own code failed on one record, which must not hold up the others.

        What was being sent may be in Fiken all the same.
        """
        self.env.cr.rollback()
        _logger.error("Fiken job %s failed", item.job.id, exc_info=error)
        job = item.job
        unknown = job.state == "sending" and bool(job.identity)
        reason = self._our_error(item.strategy, error)
        self._commit_change(
            session, job, self._fail, job, reason, outcome_unknown=unknown
        )

    def _set_aside(self, job, reason):
        """A job that cannot be sent as it is: blocked, failed or dropped."""
        if isinstance(reason, MissingSetting):
            lacks = reason.lacks and [reason.lacks._name, reason.lacks.id]
            self._block(job, reason.message, reason.setting, lacks=lacks or False)
        elif isinstance(reason, NeedsReview):
            self._fail(job, reason.message, **reason.values)
        else:
            job._set_dropped(reason=reason.message)

    def _block(self, job, reason, setting, **values):
        self._notify_waiting(job, reason)
        job._set_blocked(reason, setting, **values)

    def _fail(self, job, reason, **values):
        self._notify_waiting(job, reason)
        job._set_failed(reason, **values)

    def _block_until(self, job, waits):
        """Wait for the job of another record, making one if it has none."""
        Job = self.env["fiken.job"].sudo()
        fiken_company = job.fiken_company_id
        domain = [
            ("fiken_company_id", "=", fiken_company.id),
            ("resource", "=", waits.strategy._resource),
            ("res_model", "=", waits.record._name),
            ("res_id", "=", waits.record.id),
            ("state", "in", OPEN_STATES),
        ]
        if waits.part is not None:
            domain.append(("part", "=", waits.part))
        other = Job.search(domain, limit=1)
        if not other:
            waits.strategy._enqueue(
                waits.record, fiken_company, waits.vendor, wake=False
            )
            other = Job.search(domain, limit=1)
            other._belong_to(job)
        # What nobody waits for comes after all documents; this one before.
        other.priority = min(other.priority, job.priority - 1)
        reason = self._waiting_reason(job, other, other.reason)
        job._wait_for(other, reason)
        if other.state in STOPPED_STATES:
            self._notify_waiting(job, reason)

    def _notify_waiting(self, job, reason):
        """Those that wait for a job that stopped have stopped too, and say why.

        So have those that wait for them: a payment for its invoice, which waits for
        its customer.
        """
        for waiting in self.env["fiken.job"].search(
            [("waits_for_id", "=", job.id), ("state", "=", "blocked")]
        ):
            why = self._waiting_reason(waiting, job, reason)
            waiting.write({"reason": why, "notified": False})
            self._notify_waiting(waiting, why)

    def _waiting_reason(self, job, other, reason):
        return _lt(
            "%(record)s must be in Fiken first. %(reason)s",
            record=other.record_name,
            reason=reason or "",
        )

    def _explain(self, item, error):
        connection = item.job.fiken_company_id.connection_id
        return connection._explain(error)

    def _our_error(self, strategy, error):
        return _lt(
            "An error in the Fiken Connector: %(error)s. The server log says more.",
            error=error,
        )
