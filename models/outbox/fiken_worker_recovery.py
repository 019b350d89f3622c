import time
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import fields, models

from ...fiken_api import errors
from ..connection.exceptions import NeedsConsent
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
            session.for_job(job.id)
            fiken_company = job.fiken_company_id
            strategy = fiken_company._acting(f"fiken.resource.{job.resource}")
            job = job.with_env(strategy.env)
            item = Item(job, job.revision, strategy, None, job.fiken_company_id)
            if not job.identity:
                # The same again does no harm.
                self._commit_change(session, job._postpone, job.reason, job.sent_at)
                decided += 1
                continue
            try:
                hits = strategy._find(session, job.fiken_company_id, job.identity)
            except errors.FikenError as error:
                self._commit_change(session, self._take_recovery_error, item, error)
                if self._is_passing(error):
                    raise RunEnds from error
            except (NeedsConsent, OperationalError):
                raise
            except Exception as error:
                self._fail_unexpected(session, item, error)
            else:
                decided += self._decide(session, item, hits)
        return decided

    def _take_recovery_error(self, item, error):
        """Fiken could not be asked: what became of the request stays unknown."""
        job, fiken_company = item.job, item.job.fiken_company_id
        reason = self._explain(item, error)
        if self._is_passing(error):
            later = fields.Datetime.now() + job._backoff()
            job.write(
                {"attempts": job.attempts + 1, "next_try_at": later, "reason": reason}
            )
        elif isinstance(error, errors.ApiModuleMissing):
            fiken_company.has_api_access = False
            reason = self._no_api_module(fiken_company)
            self._block(job, reason, fiken_company, outcome_unknown=True)
        else:
            self._fail(job, reason, outcome_unknown=True)

    def _decide(self, session, item, hits):
        """Take what the look-up found.

        :return: 1 when that decided it, 0 when it is looked up once more
        """
        job = item.job
        if len(hits) == 1 and hits[0].matches:
            self._commit_sent(session, item, hits[0])
            return 1
        decided = hits or job.recoveries + 1 >= LOOKS
        self._commit_change(session, self._take_hits, job, hits)
        return int(bool(decided))

    def _take_hits(self, job, hits):
        """No unique answer: a person decides. None at all, twice: send it."""
        if hits:
            self._fail(
                job,
                job.env._(
                    "No answer came when this was sent, and Fiken now has %(count)s"
                    " documents with its number that cannot be told apart or differ in"
                    " customer, date or amount. Look in Fiken: link the right one, or"
                    " say that it is not there.",
                    count=len(hits),
                ),
                outcome_unknown=True,
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
        elif job._has_tries_left():
            job._postpone(job.reason, job.sent_at, outcome_unknown=False)
        else:
            self._fail(
                job,
                job.env._(
                    "It was sent %(count)s times without a usable answer, and it is not"
                    " in Fiken. %(reason)s",
                    count=job.attempts + 1,
                    reason=job.reason or "",
                ),
                outcome_unknown=False,
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
