import logging
import time
from collections import namedtuple
from itertools import zip_longest

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import SQL, groupby

from ...fiken_api import errors
from ..connection.exceptions import NeedsConsent
from ..connection.fiken_session import FikenSession
from .fiken_job import CLOSED_STATES, STOPPED_STATES, UNDERWAY_STATES
from .fiken_job_state import BACKOFF
from .fiken_resource import (
    MissingSetting,
    NeedsReview,
    NothingToSend,
    WaitsFor,
    forget_along,
)

_logger = logging.getLogger(__name__)

# Odoo gives a cron ten seconds before others get their turn.
RUN_SECONDS = 9
BATCH = 100

Item = namedtuple("Item", "job revision strategy prepared fiken_company")


class RunEnds(Exception):
    """Going on makes no sense now: network down, Fiken busy, consent lost."""


class BatchEnds(Exception):
    """What was built for the rest of the batch holds no longer: build it anew."""


class FikenWorker(models.AbstractModel):
    """Sends what is due on one connection: one write at a time, one commit each.

    What cannot be built or is refused: ``fiken_worker_refusal.py``; what became of
    requests whose answers never came: ``fiken_worker_recovery.py``.
    """

    _name = "fiken.worker"
    _description = "Fiken Worker"

    @api.model
    def _run(self, connection):
        deadline = time.monotonic() + RUN_SECONDS
        connection = connection.sudo()
        processed, ended = 0, False
        if connection.state == "connected" and not connection.is_elsewhere:
            with FikenSession(connection) as session:
                try:
                    for step in self._steps(session, connection, deadline):
                        processed += step
                except RunEnds:
                    ended = True
                except NeedsConsent:
                    # Nothing of ours is pending; the connection's new state shows.
                    self._commit()
                except OperationalError:
                    # Somebody changed a job while we did: what is committed stays,
                    # the rest is taken up again.
                    self.env.cr.rollback()
                    connection._wake()
            self._notify(connection)
        remaining = self._plan_next(connection, processed and not ended)
        self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    @api.model
    def _has_due_work(self, connection):
        return bool(
            self._due_ids(connection, "pending", 1)
            or self._due_ids(connection, "sending", 1)
        )

    # The run

    def _steps(self, session, connection, deadline):
        """Do what is due, yielding how many jobs were done with each step."""
        while time.monotonic() < deadline:
            looked = self._recover_lost(session, connection, deadline)
            jobs = self._take(connection)
            if jobs:
                try:
                    yield looked + self._send_batch(session, jobs, deadline)
                except BatchEnds:
                    yield looked + 1
            elif looked:
                yield looked
            elif not self._await_second_recovery(session, connection, deadline):
                return

    def _due_ids(self, connection, state, limit):
        """Ids of jobs that are due now, those first that others depend on.

        A record's next job waits while one of it is being sent.
        """
        self.env["fiken.job"].flush_model()
        return [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT job.id FROM fiken_job job
                      JOIN fiken_company company ON company.id = job.fiken_company_id
                     WHERE company.connection_id = %s AND job.state = %s
                       AND (job.next_try_at IS NULL OR job.next_try_at <= %s)
                       AND (job.state = 'sending' OR NOT EXISTS (
                            SELECT FROM fiken_job other
                             WHERE other.state = 'sending'
                               AND other.fiken_company_id = job.fiken_company_id
                               AND other.res_model = job.res_model
                               AND other.res_id = job.res_id))
                  ORDER BY job.priority, job.id LIMIT %s
                    """,
                    connection.id,
                    state,
                    fields.Datetime.now(),
                    limit,
                )
            )
        ]

    def _take(self, connection):
        """The next batch: due jobs of the same rank."""
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .browse(self._due_ids(connection, "pending", BATCH))
        )
        return jobs.filtered(lambda job: job.priority == jobs[0].priority)

    def _send_batch(self, session, jobs, deadline):
        session.pause()
        items = self._prepare(jobs)
        self._commit()
        processed = len(jobs) - len(items)
        marked = False
        for item, following in zip_longest(items, items[1:]):
            session.for_job(item.job.id)
            if not marked:
                if time.monotonic() >= deadline:
                    break
                found = self._preflight(session, item)
                if found is False:
                    self._commit()
                    processed += 1
                    continue
                if not item.job._set_sending(item.prepared, item.revision):
                    self._commit()
                    continue
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

    # Prepare

    def _prepare(self, jobs):
        """Build what each job sends; what cannot be built is blocked or failed."""
        items = []
        for (fiken_company, resource), group in groupby(
            jobs, lambda job: (job.fiken_company_id, job.resource)
        ):
            strategy = fiken_company._acting(f"fiken.resource.{resource}")
            records = {
                record.id: record
                for record in strategy.env[strategy._record_model]
                .browse([job.res_id for job in group])
                .exists()
            }
            strategy._read_ahead(strategy.env[strategy._record_model].browse(records))
            bound = self._bound(fiken_company, strategy, list(records))
            for job in group:
                job = job.with_env(strategy.env)
                try:
                    if not fiken_company.has_api_access:
                        raise MissingSetting(
                            self._no_api_module(fiken_company), fiken_company
                        )
                    if job.res_id in records:
                        prepared = strategy._prepare(job, records[job.res_id])
                    else:
                        prepared = strategy._prepare_gone(job)
                    if prepared.identity and (job.res_id, job.part) in bound:
                        raise NothingToSend(self.env._("It is in Fiken already."))
                    items.append(
                        Item(job, job.revision, strategy, prepared, fiken_company)
                    )
                except WaitsFor as waits:
                    self._block_until(job, waits)
                except (MissingSetting, NeedsReview, NothingToSend) as reason:
                    self._set_aside(job, reason)
                except OperationalError:
                    raise
                except Exception as error:
                    # One record that our code cannot handle must not hold up others.
                    _logger.exception("Fiken job %s cannot be built", job.id)
                    self._fail(job, self._our_error(strategy, error))
        return items

    def _bound(self, fiken_company, strategy, ids):
        """{(record id, part)} of what is in Fiken: it is never made a second time."""
        bindings = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "=", strategy._resource),
                    ("res_model", "=", strategy._record_model),
                    ("res_id", "in", ids),
                ]
            )
        )
        return {(binding.res_id, binding.part) for binding in bindings}

    def _no_api_module(self, fiken_company):
        return self.env._(
            "%(company)s has not ordered Fiken's API module. In Fiken: Foretak ›"
            " Tilleggstjenester › API. Then press Test connection.",
            company=fiken_company.name,
        )

    # Send

    def _preflight(self, session, item):
        """:return: Sent when nothing is left to write, None to write, False to stop"""
        if not item.strategy._needs_preflight(item.prepared):
            return None
        try:
            return item.strategy._preflight(session, item.job, item.prepared)
        except (MissingSetting, NeedsReview, NothingToSend) as reason:
            if not self._is_outdated(item):
                self._set_aside(item.job, reason)
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
            self._commit_change(session, item.job._reopen)
            raise
        except (MissingSetting, NeedsReview) as reason:
            self._commit_change(session, self._set_aside, item.job, reason)
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
                self._fail,
                item.job,
                item.strategy.env._(
                    "%(id)s in Fiken is linked to another Odoo record already. Remove"
                    " one of the two links.",
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
        url = sent.url or item.strategy._url(fiken_company, sent)
        payload_hash = item.prepared.payload_hash if item.prepared else None
        statements = [item.job._set_done_sql(sent, url, payload_hash)]
        if session.records:
            log = self.env["fiken.log"]
            statements.append(log._insert_sql(session.connection_id, session.records))
        if item.strategy._is_awaited:
            statements.append(job._release_waiting_sql())
        if following is not None:
            statements.append(
                following.job._set_sending_sql(following.prepared, following.revision)
            )
        self.env.cr.execute(SQL("; ").join(statements))
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

    # Afterwards

    def _plan_next(self, connection, goes_on):
        """Trigger the cron for when there is something to do.

        :param goes_on: whether another run at once would get something done
        :return: how many jobs are due now, for the cron's own loop; 0 when going on
            makes no sense, else Odoo would start it again at once
        """
        if connection.state != "connected" or connection.is_elsewhere:
            return 0
        due = len(self._due_ids(connection, "pending", BATCH))
        due += len(self._due_ids(connection, "sending", BATCH))
        if due and not goes_on:
            # What stopped this run need not stop the others.
            connection._wake(at=fields.Datetime.now() + BACKOFF[0])
            due = 0
        later = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("fiken_company_id.connection_id", "=", connection.id),
                    ("state", "in", UNDERWAY_STATES),
                    ("next_try_at", ">", fields.Datetime.now()),
                ],
                order="next_try_at",
                limit=1,
            )
        )
        if later:
            connection._wake(at=later.next_try_at)
        return due

    def _notify(self, connection):
        """Tell the records' chatter how their jobs ended."""
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
            if strategy._notifies:
                try:
                    with self.env.cr.savepoint():
                        strategy._notify(group)
                except OperationalError:
                    raise
                except Exception:
                    # A chatter that cannot be written must not stop the sending.
                    _logger.exception("Fiken jobs %s could not be told", group.ids)
            group.write({"notified": True})

    # Committing

    def _commit_change(self, session, change, *args, **kwargs):
        """Make a change and commit it; once more after a conflict with an edit."""
        try:
            change(*args, **kwargs)
            self._commit_with_log(session)
        except (OperationalError, UniqueViolation):
            self.env.cr.rollback()
            change(*args, **kwargs)
            self._commit_with_log(session)

    def _commit_with_log(self, session):
        """Commit, and forget the log lines only then: a rollback must not lose them."""
        self.env["fiken.log"]._insert(session.connection_id, session.records)
        self._commit_logged(session)

    def _commit_logged(self, session):
        self._commit()
        session.take_records()

    def _commit(self):
        """Commit without counting progress, which costs two statements each time."""
        self.env["ir.cron"].with_context(ir_cron_progress_id=False)._commit_progress()
