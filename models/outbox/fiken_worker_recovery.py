import time
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import fields, models

from ...fiken_api import errors
from ..connection.exceptions import NeedsConsent
from ..connection.sentence import _lt
from .fiken_worker import BATCH, Item, RunEnds

LOOKS = 2
LOOK_APART = 5


class FikenWorker(models.AbstractModel):
    """Lost answers: Fiken is asked what became of a request, never blindly again."""

    _inherit = "fiken.worker"

    def _recover_lost(self, session, connection, deadline):
        """Ask Fiken what became of requests whose answers never came.

        :return: how many were decided
        """
        decided = 0
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .browse(self._due_ids(connection, "sending", BATCH))
        )
        for job in jobs:
            if time.monotonic() >= deadline:
                break
            fiken_company = job.fiken_company_id
            session.for_job(job.id, fiken_company.id)
            strategy = fiken_company._acting(f"fiken.resource.{job.resource}")
            job = job.with_env(strategy.env)
            key = job._record_key()
            item = Item(job, key, job.revision, strategy, None, job.fiken_company_id)
            if not job.identity:
                self._commit_change(session, job, self._try_again, job)
                decided += 1
                continue
            try:
                hits = strategy._find(session, job.fiken_company_id, job.identity)
            except errors.FikenError as error:
                self._commit_change(
                    session, job, self._take_recovery_error, item, error
                )
                if self._is_passing(error):
                    raise RunEnds from error
            except (NeedsConsent, OperationalError):
                raise
            except Exception as error:
                self._fail_unexpected(session, item, error)
            else:
                decided += self._decide(session, item, hits)
        return decided

    def _try_again(self, job):
        """The same again does no harm, but not for ever."""
        if job._has_tries_left():
            job._postpone(job.reason, job.sent_at)
        else:
            self._fail(job, self._in_vain(job, job.reason))

    def _take_recovery_error(self, item, error):
        """Fiken could not be asked: what became of the request stays unknown."""
        job, fiken_company = item.job, item.job.fiken_company_id
        reason = self._explain(item, error)
        if self._is_at_it(fiken_company.connection_id, error):
            return
        if self._is_passing(error):
            later = fields.Datetime.now() + job._backoff()
            job.write(
                {"attempts": job.attempts + 1, "next_try_at": later, "reason": reason}
            )
        elif isinstance(error, errors.ApiModuleMissing):
            reason = self._lose_api_module(fiken_company)
            self._block(job, reason, fiken_company, outcome_unknown=True)
        else:
            self._fail(job, reason, outcome_unknown=True)

    def _decide(self, session, item, hits):
        """Take what the look-up found.

        :return: 1 when that decided it, 0 when it is looked up once more
        """
        job = item.job
        chosen = [hit for hit in hits if job._is_chosen(hit)]
        if len(chosen) == 1 or len(hits) == 1 and hits[0].matches:
            self._commit_sent(session, item, (chosen or hits)[0])
            return 1
        decided = hits or job.recoveries + 1 >= LOOKS
        self._commit_change(session, job, self._take_hits, job, hits)
        return int(bool(decided))

    def _take_hits(self, job, hits):
        """No unique answer: a person decides. None at all, twice: send it."""
        if hits:
            found = [job._found_row(hit) for hit in hits]
            self._fail(
                job, self._hits_text(job, hits), outcome_unknown=True, found=found
            )
        elif job.recoveries + 1 < LOOKS:
            # A new document may need a moment to show in Fiken's lists.
            job.write(
                {
                    "recoveries": job.recoveries + 1,
                    "next_try_at": fields.Datetime.now()
                    + timedelta(seconds=LOOK_APART),
                }
            )
        elif job._was_dropped() and not job._newer():
            job._drop_again()
        elif job._has_tries_left():
            job._postpone(job.reason, job.sent_at, outcome_unknown=False)
        else:
            reason = self._in_vain(job, job.reason)
            self._fail(job, reason, outcome_unknown=False)

    def _hits_text(self, job, hits):
        if len(hits) == 1:
            return _lt(
                "No answer came when this was sent, and what Fiken has with its number"
                " differs in customer, date or amount. Look at it there, then say in"
                " this job whether it is the same."
            )
        return _lt(
            "No answer came when this was sent, and Fiken has %(count)s with its number"
            " that cannot be told apart. Look in Fiken: delete there what is wrong and"
            " press Retry, or say in this job that it is not there.",
            count=len(hits),
        )

    def _await_second_recovery(self, session, connection, deadline):
        """Sleep until a second look is due, if that is within seconds."""
        now = fields.Datetime.now()
        job = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("fiken_company_id.connection_id", "=", connection.id),
                    ("state", "=", "sending"),
                    ("recoveries", ">", 0),
                    ("next_try_at", ">", now),
                ],
                order="next_try_at",
                limit=1,
            )
        )
        if not job:
            return False
        wait = (job.next_try_at - now).total_seconds()
        if time.monotonic() + wait > deadline:
            return False
        self._commit()
        session.pause()
        time.sleep(wait)
        return True
