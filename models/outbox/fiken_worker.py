import logging
import time
from collections import namedtuple
from itertools import zip_longest

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import SQL, config, groupby

from ...fiken_api import errors
from ..connection.exceptions import NeedsConsent
from ..connection.fiken_session import FikenSession
from ..connection.sentence import _lt
from .along import forget_along
from .exceptions import MissingSetting, NeedsReview, NothingToSend, NotYet, WaitsFor
from .fiken_job import CLOSED_STATES, STOPPED_STATES
from .fiken_job_state import BACKOFF

_logger = logging.getLogger(__name__)

# A run ends after these seconds, so that Odoo's other crons get their turn. Odoo itself
# would start it ten times in a row while it says that something remains: it never does,
# and triggers itself instead.
RUN_SECONDS = 9
# What a run may spend on looking lost answers up, and on building what it will send.
SHARE = 0.5
# A batch ends after these seconds: what goes before the rest of it waits no longer.
TURN_SECONDS = 3
BATCH = 100

Item = namedtuple("Item", "job key revision strategy prepared fiken_company")


class RunEnds(Exception):
    """Going on makes no sense now: network down, Fiken busy, consent lost."""


class BatchEnds(Exception):
    """What was built for the rest of the batch holds no longer: build it anew."""


class FikenWorker(models.AbstractModel):
    """Sends what is due on one connection: one write at a time, one commit each.

    Whose turn it is: ``fiken_worker_turn.py``. How a write is built:
    ``fiken_worker_build.py``. What cannot be built or is refused:
    ``fiken_worker_refusal.py``. What became of requests whose answers never came:
    ``fiken_worker_recovery.py``.
    """

    _name = "fiken.worker"
    _description = "Fiken Worker"

    @api.model
    def _run(self, connection):
        cron, connection = self.env["ir.cron"], connection.sudo()
        deadline = self._deadline(connection)
        # A commit that counts progress costs two statements more.
        worker = self.with_context(ir_cron_progress_id=False)
        processed, goes_on = 0, True
        try:
            if connection._may_send():
                with FikenSession(connection) as session:
                    processed, goes_on = worker._work(session, connection, deadline)
                if processed and connection.busy_seconds and connection._may_send():
                    connection.busy_seconds = 0
                worker._notify(connection)
        except BaseException:
            self.env.cr.rollback()
            raise
        finally:
            # Whatever happened, what is due has a trigger.
            worker._plan_next(connection, processed and goes_on)
            cron._commit_progress(processed, remaining=0)

    def _work(self, session, connection, deadline):
        """:return: how many jobs were done, whether going on at once makes sense"""
        processed = 0
        try:
            for step in self._steps(session, connection, deadline):
                processed += step
        except RunEnds:
            return processed, False
        except NeedsConsent:
            # Nothing of ours is pending; the connection's new state shows.
            self._commit()
        except OperationalError:
            # Somebody changed a job while we did: what is committed stays, the rest
            # is taken up again.
            self.env.cr.rollback()
            connection._wake()
            self._commit()
        return processed, True

    def _deadline(self, connection):
        """When this run shall end: Odoo kills a process that takes too long."""
        left = self.env["ir.cron"]._commit_progress()
        limit = config["limit_time_real_cron"]
        if limit < 0:
            limit = config["limit_time_real"]
        if limit:
            # The last request may take until its time-out.
            left = min(left, limit - connection._request_timeout())
        return time.monotonic() + max(0, min(RUN_SECONDS, left))

    # The run

    def _steps(self, session, connection, deadline):
        """Do what is due, yielding how many jobs were done with each step.

        Each run gets something done, however long building takes.
        """
        is_first = True
        while is_first or time.monotonic() < deadline:
            looked = self._recover_lost(session, connection, self._share(deadline))
            jobs = self._take(connection)
            if jobs:
                try:
                    yield looked + self._send_batch(session, jobs, deadline, is_first)
                except BatchEnds:
                    yield looked + 1
            elif looked:
                yield looked
            elif not self._await_second_recovery(session, connection, deadline):
                return
            is_first = False

    def _share(self, deadline):
        """Until when a part of the work may take, so that the rest comes about."""
        now = time.monotonic()
        return now + (deadline - now) * SHARE

    def _send_batch(self, session, jobs, deadline, is_first):
        """Build and send, until the time is over.

        :param bool is_first: nothing was sent in this run so far: one is, in any case
        """
        session.pause()
        deadline = min(deadline, time.monotonic() + TURN_SECONDS)
        items, processed = self._prepare(jobs, self._share(deadline))
        self._commit()
        marked = False
        for item, following in zip_longest(items, items[1:]):
            session.for_job(item.job.id, item.fiken_company.id)
            if not marked:
                if not is_first and time.monotonic() >= deadline:
                    break
                found = self._preflight(session, item)
                if found is False:
                    self._commit()
                    processed += 1
                    continue
                if not item.job._set_sending(item.prepared, item.revision):
                    self._commit()
                    continue
                is_first = False
                if found:
                    self._commit_sent(session, item, found)
                    processed += 1
                    continue
                self._commit()
            may_mark = (
                following is not None
                and time.monotonic() < deadline
                and not following.strategy._needs_preflight(following.prepared)
            )
            marked = self._send(session, item, following if may_mark else None)
            processed += 1
        return processed

    # Send

    def _preflight(self, session, item):
        """:return: Sent when nothing is left to write, None to write, False to stop"""
        if not item.strategy._needs_preflight(item.prepared):
            return None
        try:
            return item.strategy._preflight(session, item.job, item.prepared)
        except WaitsFor as waits:
            if not self._is_outdated(item):
                self._block_until(item.job, waits)
        except (MissingSetting, NeedsReview, NothingToSend) as reason:
            if not self._is_outdated(item):
                self._set_aside(item.job, reason)
        except NotYet:
            return False
        except errors.FikenError as error:
            self._handle_error(session, item, error, wrote=False)
        except (NeedsConsent, OperationalError):
            raise
        except Exception as error:
            self._fail_unexpected(session, item, error)
        return False

    def _is_outdated(self, item):
        """Whether it was edited since it was built: then nothing is decided yet."""
        return item.job.revision != item.revision

    def _send(self, session, item, following):
        """Write to Fiken and commit the answer, with the next job's mark if it may.

        :return: whether ``following`` is marked now
        """
        try:
            sent = item.strategy._write(session, item.job, item.prepared)
        except errors.FikenError as error:
            self._handle_error(session, item, error, wrote=True)
            return False
        except NeedsConsent:
            # A 401 did nothing at Fiken: the job waits for the new consent.
            self._commit_change(session, item.job, item.job._reopen)
            raise
        except (MissingSetting, NeedsReview) as reason:
            self._commit_change(session, item.job, self._set_aside, item.job, reason)
            return False
        except OperationalError:
            raise
        except Exception as error:
            self._fail_unexpected(session, item, error)
            return False
        return self._commit_sent(session, item, sent, following)

    def _commit_sent(self, session, item, sent, following=None):
        """Commit that it is in Fiken.

        A conflict with another transaction must not lose the answer: then it is
        recorded alone.
        """
        try:
            marked = self._write_done(session, item, sent, following)
            self._commit_logged(session)
            return marked
        except UniqueViolation:
            self.env.cr.rollback()
            self._commit_change(
                session,
                item.job,
                self._fail,
                item.job,
                _lt(
                    "%(id)s in Fiken is linked to another Odoo record already. If that"
                    " is the wrong one, a Fiken manager removes the link under Fiken ›"
                    " Configuration › Technical › Links; then press Retry.",
                    id=sent.number or sent.remote_id,
                ),
                outcome_unknown=bool(item.job.identity),
            )
        except OperationalError:
            self.env.cr.rollback()
            self._write_done(session, item, sent)
            self._commit_logged(session)
        except Exception as error:
            self._fail_unexpected(session, item, error)
        return False

    def _write_done(self, session, item, sent, following=None):
        """End the job and link its record; mark the next one in the same go.

        :return: whether ``following`` is marked now
        """
        # Alone: the commit forgets what would be read along for the rest of the batch.
        job, fiken_company = item.job.browse(item.job.id), item.fiken_company
        item.strategy._take_over(job, sent)
        payload_hash = item.prepared.payload_hash if item.prepared else None
        statements = [item.job._set_done_sql(sent, payload_hash)]
        if session.records:
            log = self.env["fiken.log"]
            statements.append(log._insert_sql(session.connection_id, session.records))
        if item.strategy._is_awaited:
            statements.append(job._release_waiting_sql([item.key]))
        if following is not None:
            statements.append(
                following.job._set_sending_sql(following.prepared, following.revision)
            )
        self.env.cr.execute(SQL("; ").join(statements), log_exceptions=False)
        marked = following is not None and bool(self.env.cr.rowcount)
        forget_along(self.env)
        if item.prepared is None and job.revision:
            # Edited after it was sent, while nobody knew whether it had arrived.
            row = item.strategy._job_row(
                job.res_id, fiken_company, job.vendor_id, job.part
            )
            self.env["fiken.job"]._enqueue([row], wake=False)
        item.strategy._done(session, job, sent)
        return marked

    # Telling

    def _notify(self, connection):
        """Tell the records' chatter how their jobs ended.

        Where somebody edits them at this moment, they are told next time.
        """
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("fiken_company_id.connection_id", "=", connection.id),
                    ("notified", "=", False),
                    ("state", "in", (*STOPPED_STATES, *CLOSED_STATES)),
                ]
            )
        )
        for (fiken_company, resource), group in groupby(
            jobs, lambda job: (job.fiken_company_id, job.resource)
        ):
            strategy = fiken_company._acting(f"fiken.resource.{resource}")
            group = self.env["fiken.job"].union(*group).with_env(strategy.env)
            try:
                group._lock()
                if strategy._notifies:
                    self._notify_group(strategy, group)
                group.write({"notified": True})
                self._commit()
            except OperationalError:
                self.env.cr.rollback()
                connection._wake(at=fields.Datetime.now() + BACKOFF[0])
        if jobs:
            self._keep_todos(connection)

    def _keep_todos(self, connection):
        """One for each cause by which something has stopped."""
        try:
            with self.env.cr.savepoint():
                self.env["fiken.todo"].sudo()._follow_jobs(connection)
            self._commit()
        except OperationalError:
            # The watchdog looks again.
            self.env.cr.rollback()
        except Exception:
            _logger.exception("The to-dos of connection %s are old", connection.id)

    def _notify_group(self, strategy, jobs):
        try:
            with self.env.cr.savepoint():
                strategy._notify(jobs)
        except OperationalError:
            raise
        except Exception:
            # A chatter that cannot be written must not stop the sending.
            _logger.exception("Fiken jobs %s could not be told", jobs.ids)

    # Committing

    def _commit_change(self, session, job, change, *args, **kwargs):
        """Make a change of a job and commit it; once more where an edit came between.

        The lock tells of the edit before anything is written. What a person has ignored
        while Fiken was asked about it stays ignored.
        """

        def try_it():
            job._lock()
            job.invalidate_recordset(["state", "revision"])
            if job.state != "dropped":
                change(*args, **kwargs)
            self._commit_with_log(session)

        try:
            try_it()
        except (OperationalError, UniqueViolation):
            self.env.cr.rollback()
            try_it()

    def _commit_with_log(self, session):
        """Commit, and forget the log lines only then: a rollback must not lose them."""
        self.env["fiken.log"]._insert(session.connection_id, session.records)
        self._commit_logged(session)

    def _commit_logged(self, session):
        self._commit()
        session.take_records()

    def _commit(self):
        """Commit; what was done is counted at the end of the run."""
        self.env["ir.cron"]._commit_progress()
