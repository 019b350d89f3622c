import logging
import time
from collections import namedtuple
from datetime import timedelta

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import SQL, groupby

from odoo.addons.fiken_connector.fiken_api import errors
from odoo.addons.fiken_connector.resources.base import Gap, Nothing, Stop, Waits

from .fiken_job import BACKOFF
from .fiken_session import FikenSession, NeedsConsent

_logger = logging.getLogger(__name__)

# Odoo gives a cron ten seconds before others get their turn.
RUN_SECONDS = 9
BATCH = 100
# A request whose answer was lost may still be running at Fiken (design, rule 3).
LOOK_AFTER_TIMEOUT = 60
LOOKS = 2
LOOK_APART = 5

Item = namedtuple("Item", "job revision strategy prepared")


class RunEnds(Exception):
    """Going on makes no sense now: network down, Fiken busy, consent lost."""


class FikenWorker(models.AbstractModel):
    """Sends what is due on one connection: one write at a time, one commit each."""

    _name = "fiken.worker"
    _description = "Fiken Worker"

    @api.model
    def _run(self, connection):
        deadline = time.monotonic() + RUN_SECONDS
        connection = connection.sudo()
        processed = 0
        if connection.state == "connected" and not connection.is_elsewhere:
            with FikenSession(connection) as session:
                try:
                    for step in self._steps(session, connection, deadline):
                        processed += step
                except RunEnds:
                    pass
                except NeedsConsent:
                    self.env.cr.rollback()
            self._tell(connection)
        remaining = self._plan_next(connection, processed)
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
            looked = self._look_up_lost(session, connection)
            jobs = self._take(connection)
            if jobs:
                yield looked + self._send_batch(session, jobs, deadline)
            elif looked:
                yield looked
            elif not self._await_second_look(connection, deadline):
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
        jobs = self.env["fiken.job"].sudo().browse(
            self._due_ids(connection, "pending", BATCH)
        )
        return jobs.filtered(lambda job: job.priority == jobs[0].priority)

    def _send_batch(self, session, jobs, deadline):
        session.pause()
        items = self._prepare(jobs)
        self._commit()
        processed = len(jobs) - len(items)
        marked = False
        for item, following in zip(items, [*items[1:], None], strict=True):
            session.for_job(item.job.id)
            if not marked:
                found = self._look_first(session, item)
                if found is False or not self._mark(item):
                    self._commit()
                    continue
                if found:
                    self._record(session, item, found)
                    processed += 1
                    continue
                self._commit()
            may_mark = (
                following is not None
                and time.monotonic() < deadline
                and not following.strategy._needs_look(following.prepared)
            )
            marked = self._send(session, item, following if may_mark else None)
            processed += 1
            if time.monotonic() >= deadline and not marked:
                break
        return processed

    # Prepare

    def _prepare(self, jobs):
        """Build what each job sends; what cannot be built is blocked or failed."""
        items = []
        for (fiken_company, resource), group in groupby(
            jobs, lambda job: (job.fiken_company_id, job.resource)
        ):
            strategy = self._strategy_for(fiken_company, resource)
            records = {
                record.id: record
                for record in strategy.env[strategy._record_model]
                .browse([job.res_id for job in group])
                .exists()
            }
            for job in group:
                job = job.with_env(strategy.env)
                try:
                    if not fiken_company.has_api_access:
                        raise Gap(self._no_api_module(fiken_company), fiken_company)
                    if job.res_id not in records:
                        raise Nothing(self.env._("The record was deleted in Odoo."))
                    prepared = strategy._prepare(job, records[job.res_id])
                    items.append(Item(job, job.revision, strategy, prepared))
                except Waits as waits:
                    self._block_until(job, waits)
                except (Gap, Stop, Nothing) as reason:
                    self._set_aside(job, reason)
                except OperationalError:
                    raise
                except Exception as error:
                    # One record that our code cannot handle must not hold up others.
                    _logger.exception("Fiken job %s cannot be built", job.id)
                    self._fail(
                        job,
                        strategy.env._(
                            "An error in the Fiken Connector: %(error)s. The server"
                            " log says more.",
                            error=error,
                        ),
                    )
        return items

    def _strategy_for(self, fiken_company, resource):
        """The strategy in the company of the books and in that company's language."""
        company = fiken_company.company_id
        return (
            self.env[f"fiken.resource.{resource}"]
            .sudo()
            .with_company(company)
            .with_context(
                allowed_company_ids=company.ids,
                lang=company.partner_id.lang or self.env.lang,
            )
        )

    def _no_api_module(self, fiken_company):
        return self.env._(
            "%(company)s has not ordered Fiken's API module. In Fiken: Foretak ›"
            " Tilleggstjenester › API. Then press Test connection.",
            company=fiken_company.name,
        )

    # Send

    def _look_first(self, session, item):
        """:return: Sent when nothing is left to write, None to write, False to stop"""
        if not item.strategy._needs_look(item.prepared):
            return None
        try:
            return item.strategy._look_first(session, item.job, item.prepared)
        except (Gap, Stop, Nothing) as reason:
            self._set_aside(item.job, reason)
        except errors.FikenError as error:
            self._handle_error(session, item, error, wrote=False)
        return False

    def _mark(self, item):
        """Say that it is being sent; False when it was changed since it was built."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE fiken_job SET state = 'sending', payload_hash = %s,
                       sent_as = %s, sent_at = %s, next_try_at = %s, looks = 0,
                       note = %s, told = FALSE
                 WHERE id = %s AND state = 'pending' AND revision = %s
                """,
                item.prepared.payload_hash,
                self.env["fiken.job"]._dumps(item.prepared.sent_as)
                if item.prepared.sent_as
                else None,
                fields.Datetime.now(),
                self._look_time(item.job),
                item.prepared.note or None,
                item.job.id,
                item.revision,
            )
        )
        return bool(self.env.cr.rowcount)

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
            item.job.write({"state": "pending", "next_try_at": False})
            self._commit_with_log(session)
            raise
        except (Gap, Stop) as reason:
            self._set_aside(item.job, reason)
            self._commit_with_log(session)
            return False
        return self._record(session, item, sent, following)

    def _record(self, session, item, sent, following=None):
        """Commit that it is in Fiken.

        A conflict with another transaction must not lose the answer: then it is
        recorded alone.
        """
        entries = session.take_records()
        try:
            self._write_done(session, item, sent, entries)
            marked = following is not None and self._mark(following)
            self._commit()
            return marked
        except UniqueViolation:
            self.env.cr.rollback()
            self._log(session, entries)
            self._fail(
                item.job,
                item.strategy.env._(
                    "%(id)s in Fiken is linked to another Odoo record already. Remove"
                    " one of the two links.",
                    id=sent.number or sent.remote_id,
                ),
            )
            self._commit()
        except OperationalError:
            self.env.cr.rollback()
            self._write_done(session, item, sent, entries)
            self._commit()
        return False

    def _write_done(self, session, item, sent, entries):
        job = item.job
        now = fields.Datetime.now()
        fiken_company = job.fiken_company_id
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO fiken_binding (fiken_company_id, company_id, resource,
                       res_model, res_id, part, remote_id, number, url, payload_hash,
                       sent_at, create_uid, write_uid, create_date, write_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
                ON CONFLICT (fiken_company_id, resource, res_model, res_id, part)
                DO UPDATE SET remote_id = EXCLUDED.remote_id,
                       number = COALESCE(EXCLUDED.number, fiken_binding.number),
                       url = COALESCE(EXCLUDED.url, fiken_binding.url),
                       payload_hash = EXCLUDED.payload_hash,
                       sent_at = EXCLUDED.sent_at, write_date = EXCLUDED.write_date
                """,
                fiken_company.id,
                job.company_id.id,
                job.resource,
                job.res_model,
                job.res_id,
                job.part,
                sent.remote_id,
                sent.number or None,
                sent.url or item.strategy._url(fiken_company, sent) or None,
                item.prepared.payload_hash if item.prepared else job.payload_hash,
                now,
                self.env.uid,
                self.env.uid,
                now,
                now,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE fiken_job SET state = 'done', done_at = %s, reason = NULL,
                          outcome_unknown = FALSE, next_try_at = NULL, told = FALSE,
                          setting_model = NULL, setting_id = NULL, waits_for_id = NULL
                    WHERE id = %s""",
                now,
                job.id,
            )
        )
        self._log(session, entries)
        if item.strategy._is_awaited:
            self.env.cr.execute(
                SQL(
                    """UPDATE fiken_job SET state = 'pending', waits_for_id = NULL,
                              reason = NULL
                        WHERE waits_for_id = %s AND state = 'blocked'""",
                    job.id,
                )
            )
        item.strategy._done(session, job, sent)

    # When Fiken does not say yes

    def _handle_error(self, session, item, error, wrote):
        """What a failed request means for its job (fiken-api.md §1.5, §2.1)."""
        job = item.job
        connection = job.fiken_company_id.connection_id
        cause = errors.cause_of(error)
        ends = False
        if isinstance(error, errors.OutcomeUnknown) and wrote and not cause:
            self._await_look(job, item.prepared, error)
        elif isinstance(error, (errors.NotSent, errors.Busy, errors.OutcomeUnknown)):
            self._postpone(job, connection.with_env(item.strategy.env)._explain(error))
            ends = True
        elif isinstance(error, errors.ApiModuleMissing):
            job.fiken_company_id.has_api_access = False
            self._block(
                job, self._no_api_module(job.fiken_company_id), job.fiken_company_id
            )
        else:
            reason = connection.with_env(item.strategy.env)._explain(error)
            if item.prepared and item.prepared.note:
                reason += "\n" + item.prepared.note
            setting = item.strategy._setting_of_cause(job, cause)
            if setting is not None:
                self._block(job, reason, setting)
            else:
                self._fail(job, reason)
        self._commit_with_log(session)
        if ends:
            raise RunEnds

    def _set_aside(self, job, reason):
        """A job that cannot be sent as it is: blocked, failed or dropped."""
        if isinstance(reason, Gap):
            self._block(job, reason.message, reason.setting)
        elif isinstance(reason, Stop):
            self._fail(job, reason.message)
        else:
            self._drop(job, reason.message)

    def _await_look(self, job, prepared, error):
        """The answer is lost: Fiken is asked later what became of the request."""
        if prepared.sent_as:
            values = {"outcome_unknown": True, "reason": error.message}
        else:
            # The same again does no harm, once this one has surely ended.
            values = {"state": "pending", "reason": error.message}
        job.write({**values, "next_try_at": self._look_time(job)})

    def _look_time(self, job):
        timeout = job.fiken_company_id.connection_id._request_timeout()
        return fields.Datetime.now() + timedelta(seconds=timeout + LOOK_AFTER_TIMEOUT)

    def _postpone(self, job, reason):
        wait = BACKOFF[min(job.attempts, len(BACKOFF) - 1)]
        job.write(
            {
                "state": "pending",
                "attempts": job.attempts + 1,
                "next_try_at": fields.Datetime.now() + wait,
                "reason": reason,
            }
        )

    def _block(self, job, reason, setting):
        job.write(
            {
                "state": "blocked",
                "reason": reason,
                "setting_model": setting._name if setting is not None else False,
                "setting_id": setting.id if setting else False,
                "next_try_at": False,
                "told": False,
            }
        )

    def _block_until(self, job, waits):
        """Wait for the job of another record, making one if it has none."""
        Job = self.env["fiken.job"].sudo()
        fiken_company = job.fiken_company_id
        domain = [
            ("fiken_company_id", "=", fiken_company.id),
            ("resource", "=", waits.strategy._resource),
            ("res_model", "=", waits.record._name),
            ("res_id", "=", waits.record.id),
            ("state", "in", ("pending", "sending", "blocked", "failed")),
        ]
        other = Job.search(domain, limit=1)
        if not other:
            waits.strategy._owe(
                waits.record, fiken_company, waits.vendor, wake=False
            )
            other = Job.search(domain, limit=1)
        job.write(
            {
                "state": "blocked",
                "waits_for_id": other.id,
                "setting_model": False,
                "setting_id": False,
                "next_try_at": False,
                "reason": job.env._(
                    "%(record)s must be in Fiken first. %(reason)s",
                    record=waits.record.display_name,
                    reason=other.reason or "",
                ).strip(),
                # Waiting is ordinary: it is only told when the other one has stopped.
                "told": other.state in ("pending", "sending"),
            }
        )

    def _fail(self, job, reason, **values):
        job.write(
            {
                "state": "failed",
                "reason": reason,
                "next_try_at": False,
                "told": False,
                **values,
            }
        )

    def _drop(self, job, reason):
        job.write(
            {
                "state": "dropped",
                "reason": reason,
                "done_at": fields.Datetime.now(),
                "told": False,
            }
        )

    # Lost answers

    def _look_up_lost(self, session, connection):
        """Ask Fiken what became of requests whose answers never came.

        :return: how many were decided
        """
        decided = 0
        jobs = self.env["fiken.job"].sudo().browse(
            self._due_ids(connection, "sending", BATCH)
        )
        for job in jobs:
            session.for_job(job.id)
            strategy = self._strategy_for(job.fiken_company_id, job.resource)
            job = job.with_env(strategy.env)
            item = Item(job, job.revision, strategy, None)
            if not job.sent_as:
                self._postpone(job, job.reason)
                job.next_try_at = False
                self._commit_with_log(session)
                decided += 1
                continue
            try:
                hits = strategy._find(session, job.fiken_company_id, job.sent_as)
            except errors.FikenError as error:
                job.next_try_at = fields.Datetime.now() + BACKOFF[0]
                job.reason = error.message
                self._commit_with_log(session)
                raise RunEnds from error
            decided += self._decide(session, item, hits)
        return decided

    def _decide(self, session, item, hits):
        job = item.job
        if len(hits) == 1 and hits[0].matches:
            self._record(session, item, hits[0])
            return 1
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
        elif job.looks + 1 < LOOKS:
            # A new document may need a moment to show in Fiken's lists.
            job.write(
                {
                    "looks": job.looks + 1,
                    "next_try_at": fields.Datetime.now()
                    + timedelta(seconds=LOOK_APART),
                }
            )
            self._commit_with_log(session)
            return 0
        else:
            job.write(
                {
                    "state": "pending",
                    "looks": 0,
                    "next_try_at": False,
                    "outcome_unknown": False,
                    "reason": False,
                }
            )
        self._commit_with_log(session)
        return 1

    def _await_second_look(self, connection, deadline):
        """Sleep until a second look is due, if that is within seconds."""
        now = fields.Datetime.now()
        job = self.env["fiken.job"].sudo().search(
            [
                ("fiken_company_id.connection_id", "=", connection.id),
                ("state", "=", "sending"),
                ("looks", ">", 0),
                ("next_try_at", ">", now),
            ],
            order="next_try_at",
            limit=1,
        )
        if not job:
            return False
        wait = (job.next_try_at - now).total_seconds()
        if time.monotonic() + wait > deadline:
            return False
        self._commit()
        time.sleep(wait)
        return True

    # Afterwards

    def _plan_next(self, connection, processed):
        """Trigger the cron when the next job is due.

        :return: how many jobs are due now, for the cron's own loop; 0 when this run
            got nothing done, else Odoo would start it again at once
        """
        Job = self.env["fiken.job"].sudo()
        later = Job.search(
            [
                ("fiken_company_id.connection_id", "=", connection.id),
                ("state", "in", ("pending", "sending")),
                ("next_try_at", ">", fields.Datetime.now()),
            ],
            order="next_try_at",
            limit=1,
        )
        if later:
            connection._wake(at=later.next_try_at)
        if not processed or connection.state != "connected" or connection.is_elsewhere:
            return 0
        return len(self._due_ids(connection, "pending", BATCH))

    def _tell(self, connection):
        """Tell the records' chatter how their jobs ended."""
        jobs = self.env["fiken.job"].sudo().search(
            [
                ("fiken_company_id.connection_id", "=", connection.id),
                ("told", "=", False),
                ("state", "in", ("done", "blocked", "failed", "dropped")),
            ]
        )
        for (fiken_company, resource), group in groupby(
            jobs, lambda job: (job.fiken_company_id, job.resource)
        ):
            strategy = self._strategy_for(fiken_company, resource)
            group = self.env["fiken.job"].union(*group).with_env(strategy.env)
            if strategy._is_told:
                self.env["fiken.teller"]._tell(strategy, group)
            group.write({"told": True})

    def _log(self, session, entries):
        self.env["fiken.log"]._insert(session.connection_id, entries)

    def _commit_with_log(self, session):
        self._log(session, session.take_records())
        self._commit()

    def _commit(self):
        """Commit without counting progress, which costs two statements each time."""
        self.env["ir.cron"].with_context(ir_cron_progress_id=False)._commit_progress()
