from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..connection.sentence import _lt
from ..connection.sentence_field import SentenceField
from .fiken_job import CLOSED_STATES, IDLE_STATES, STATES, UNDERWAY_STATES

# Waiting times after the first, second … failure of the network or of Fiken.
BACKOFF = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
]
# A request whose answer was lost may still run at Fiken (architecture.md, rule 3).
LOOK_AFTER_TIMEOUT = 60

# Where the worker finds a job that it has in hand.
IN_HAND = ("pending", "sending")

# {verb: (the states that it leads from, the state that it leads to)}. The method of
# a verb bears its name; what a SQL text decides, it decides the same.
TRANSITIONS = {
    # There is something to send, anew or still.
    "insert": (IDLE_STATES, "pending"),
    "retry": (IDLE_STATES, "pending"),
    "release_waiting": (("blocked",), "pending"),
    # The worker sends it.
    "set_sending": (("pending",), "sending"),
    "set_done": (STATES, "done"),  # wherever it was: an answer of Fiken's counts
    # The worker cannot.
    "wait_for": (("pending",), "blocked"),
    "set_blocked": (IN_HAND, "blocked"),
    "set_failed": (IN_HAND, "failed"),
    "postpone": (IN_HAND, "pending"),
    "reopen": (("sending",), "pending"),
    # Nobody knows what became of the request.
    "await_recovery": (("sending",), "sending"),
    "recover": ((*IDLE_STATES, "dropped"), "sending"),
    "drop_again": (("sending",), "dropped"),
    # A person has decided, or the record was undone.
    "set_linked": (("failed",), "done"),
    "set_dropped": (IDLE_STATES, "dropped"),
}


class ForbiddenTransition(AssertionError):
    """Our own mistake: a job was to go where its state does not lead."""


class FikenJob(models.Model):
    """The states of a job and the ways between them; nothing else writes a state.

        pending ──► sending ──► done
           │  ▲        │
           │  │        ├─ answer lost: looked up at Fiken, then done or pending again
           ▼  │        ▼
        blocked      failed ──(a person)──► pending, done or dropped

    ``sending`` and the payload's hash are committed before the request goes out, so
    a worker that dies leaves a trace of what it may have done. What is not known
    outlives the job: one that was dropped with an unknown outcome is ``sending`` again,
    and looked up, before anything else of its record goes out.
    """

    _inherit = "fiken.job"

    def _move(self, verb, **values):
        """Write the state that a verb leads to, and what goes with it.

        :raise ForbiddenTransition: the table does not know this way
        """
        state = self._target(verb)
        if state in CLOSED_STATES:
            values["done_at"] = fields.Datetime.now()
        elif state != "sending":
            values["done_at"] = False
        self.write({"state": state, **values})
        if state in CLOSED_STATES:
            self._release_waiting()

    def _target(self, verb):
        sources, target = TRANSITIONS[verb]
        astray = self.filtered(lambda job: job.state not in sources)
        if astray:
            states = ", ".join(sorted(set(astray.mapped("state"))))
            raise ForbiddenTransition(
                f"No way '{verb}' from {states}: fiken.job {astray.ids}"
            )
        return target

    def _move_or_reopen(self, verb, **values):
        """Give a job its new state; an edit of what was being sent is part of it again.

        Such an edit has a job of its own, but a record has one open job. It is a
        reason to try again at once, unless it is unknown what became of the first.
        """
        newer = self._newer() if self.state == "sending" else self.browse()
        if newer:
            self.search([("waits_for_id", "=", newer.id)]).waits_for_id = self
            newer.unlink()
            values["revision"] = self.revision + 1
            if not values.get("outcome_unknown", self.outcome_unknown):
                verb = "reopen"
        self._move(verb, **values)

    # There is something to send

    @api.model
    def _insert(self, rows):
        """One job for each row; an open one is made to send what holds now.

        What was ignored while nobody knew whether Fiken had it is looked up first.

        :return: the Fiken companies that are owed something now, as rows of one id
        """
        uid = self.env.uid
        self.env["fiken.job"].flush_model()
        queued = self.env.execute_query(
            SQL(
                """
                WITH owed AS (
                INSERT INTO fiken_job (
                    fiken_company_id, company_id, vendor_id, resource, res_model,
                    res_id, part, priority, next_try_at, document_model, document_id,
                    state, revision, attempts, recoveries, create_uid, write_uid,
                    create_date, write_date, due_at
                )
                SELECT row.*, 'pending', 0, 0, 0, %s, %s,
                       now() at time zone 'UTC', now() at time zone 'UTC',
                       COALESCE(row.send_at, now() at time zone 'UTC')
                  FROM (%s) row (
                       fiken_company_id, company_id, vendor_id, resource, res_model,
                       res_id, part, priority, send_at, document_model, document_id)
                ON CONFLICT (fiken_company_id, resource, res_model, res_id, part)
                    WHERE state IN ('pending', 'blocked', 'failed')
                DO UPDATE SET
                    revision = fiken_job.revision + 1,
                    state = CASE WHEN fiken_job.outcome_unknown THEN fiken_job.state
                                 ELSE 'pending' END,
                    attempts = 0,
                    due_at = CASE WHEN fiken_job.state = 'pending'
                                  THEN fiken_job.due_at ELSE EXCLUDED.due_at END,
                    next_try_at = CASE WHEN fiken_job.outcome_unknown
                                       THEN fiken_job.next_try_at
                                       ELSE EXCLUDED.next_try_at END,
                    notified = FALSE,
                    document_model = CASE WHEN EXCLUDED.document_model
                                               = EXCLUDED.res_model
                                          THEN fiken_job.document_model
                                          ELSE EXCLUDED.document_model END,
                    document_id = CASE WHEN EXCLUDED.document_model
                                            = EXCLUDED.res_model
                                       THEN fiken_job.document_id
                                       ELSE EXCLUDED.document_id END,
                    priority = LEAST(fiken_job.priority, EXCLUDED.priority),
                    write_date = EXCLUDED.write_date,
                    write_uid = EXCLUDED.write_uid
                RETURNING fiken_company_id, res_model, res_id),
                unsure AS (
                UPDATE fiken_job
                   SET state = 'sending', recoveries = 0, next_try_at = NULL,
                       reason = NULL, notified = FALSE,
                       sent_at = now() at time zone 'UTC'
                  FROM owed
                 WHERE fiken_job.state = 'dropped' AND fiken_job.outcome_unknown
                   AND fiken_job.fiken_company_id = owed.fiken_company_id
                   AND fiken_job.res_model = owed.res_model
                   AND fiken_job.res_id = owed.res_id)
                SELECT DISTINCT fiken_company_id FROM owed
                """,
                uid,
                uid,
                rows,
            )
        )
        self.env["fiken.job"].invalidate_model(flush=False)
        return queued

    def _retry(self):
        """Try again from the start, and tell anew how it ends."""
        self._move(
            "retry",
            attempts=0,
            due_at=fields.Datetime.now(),
            next_try_at=False,
            reason=False,
            setting_model=False,
            setting_id=False,
            lacks=False,
            waits_for_id=False,
            notified=False,
        )

    def _revise(self):
        """What these will send has changed: what is built of it holds no longer."""
        pending = self.filtered(lambda job: job.state == "pending")
        if pending:
            self.env.cr.execute(
                SQL(
                    "UPDATE fiken_job SET revision = revision + 1 WHERE id IN %s",
                    tuple(pending.ids),
                )
            )
            pending.invalidate_recordset(["revision"], flush=False)
        (self - pending)._begin_anew()

    def _release_waiting(self):
        """These have ended, or their records are in Fiken now, by whatever way."""
        if not self:
            return
        self.flush_model()
        keys = {job._record_key() for job in self}
        self.env.cr.execute(self._release_waiting_sql(keys))
        if self.env.cr.rowcount:
            self.invalidate_model(flush=False)
            self._wake()

    def _record_key(self):
        """What the jobs have in common that send the same of one record."""
        return (self.fiken_company_id.id, self.resource, self.res_model, self.res_id)

    @api.model
    def _release_waiting_sql(self, keys):
        """Those that waited, for whichever of the records' jobs, have their turn.

        :param keys: of the records, as :meth:`_record_key` gives them
        """
        return SQL(
            """UPDATE fiken_job
                  SET state = 'pending', waits_for_id = NULL, reason = NULL
                WHERE state = 'blocked' AND waits_for_id = ANY (ARRAY(
                      SELECT id FROM fiken_job
                       WHERE (fiken_company_id, resource, res_model, res_id) IN %s))""",
            tuple(keys),
        )

    # The worker sends it

    def _set_sending(self, prepared, revision):
        """Say that it is being sent; False when it was changed since it was built."""
        self.env.cr.execute(
            self._set_sending_sql(prepared, revision), log_exceptions=False
        )
        return bool(self.env.cr.rowcount)

    def _set_sending_sql(self, prepared, revision):
        """The revision starts anew: from here it counts edits of what was sent."""
        return SQL(
            """
            UPDATE fiken_job SET state = 'sending', payload_hash = %s,
                   identity = %s, sent_at = %s, next_try_at = %s, recoveries = 0,
                   note = %s, notified = FALSE, revision = 0
             WHERE id = %s AND state = 'pending' AND revision = %s
               AND NOT EXISTS (
                   SELECT FROM fiken_job other
                    WHERE other.state = 'sending'
                      AND other.fiken_company_id = fiken_job.fiken_company_id
                      AND other.res_model = fiken_job.res_model
                      AND other.res_id = fiken_job.res_id)
            """,
            prepared.payload_hash,
            self._dumps(prepared.identity) if prepared.identity else None,
            fields.Datetime.now(),
            self._recovery_time(),
            SentenceField.to_column(prepared.note),
            self.id,
            revision,
        )

    def _set_done_sql(self, sent, payload_hash=None):
        """By SQL, because nothing should be read again after each commit."""
        return SQL(
            """
            WITH job AS (
                UPDATE fiken_job
                   SET state = 'done', done_at = %(now)s, reason = NULL,
                       outcome_unknown = FALSE, next_try_at = NULL, notified = FALSE,
                       setting_model = NULL, setting_id = NULL, lacks = NULL,
                       waits_for_id = NULL
                 WHERE id = %(job)s
             RETURNING fiken_company_id, resource, res_model, res_id, part,
                       payload_hash)
            INSERT INTO fiken_binding (fiken_company_id, company_id, resource,
                   res_model, res_id, part, remote_id, number, page_id, payload_hash,
                   sent_at, active, create_uid, write_uid, create_date, write_date)
            SELECT job.fiken_company_id, fiken_company.company_id, job.resource,
                   job.res_model, job.res_id, job.part,
                   %(remote_id)s, %(number)s, %(page_id)s,
                   COALESCE(%(payload_hash)s, job.payload_hash),
                   %(now)s, TRUE, %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM job JOIN fiken_company ON fiken_company.id = job.fiken_company_id
            ON CONFLICT (fiken_company_id, resource, res_model, res_id, part)
                  WHERE active
            DO UPDATE SET remote_id = EXCLUDED.remote_id,
                   number = COALESCE(EXCLUDED.number, fiken_binding.number),
                   page_id = COALESCE(EXCLUDED.page_id, fiken_binding.page_id),
                   payload_hash = EXCLUDED.payload_hash,
                   sent_at = EXCLUDED.sent_at, write_date = EXCLUDED.write_date
            """,
            job=self.id,
            now=fields.Datetime.now(),
            uid=self.env.uid,
            remote_id=sent.remote_id,
            number=sent.number or None,
            page_id=sent.page_id or None,
            payload_hash=payload_hash,
        )

    # The worker cannot send it

    def _wait_for(self, other, reason):
        """Wait for the job of another record."""
        self._move(
            "wait_for",
            waits_for_id=other.id,
            setting_model=False,
            setting_id=False,
            lacks=False,
            next_try_at=False,
            reason=reason,
            # Waiting is ordinary: it is only told when the other one has stopped.
            notified=other.state in UNDERWAY_STATES,
        )

    def _set_blocked(self, reason, setting, **values):
        """Wait until a setting is saved."""
        self._move_or_reopen(
            "set_blocked",
            **{
                "reason": reason,
                "setting_model": setting._name if setting is not None else False,
                "setting_id": setting.id if setting else False,
                "lacks": False,
                "next_try_at": False,
                "notified": False,
                **values,
            },
        )

    def _set_failed(self, reason, **values):
        """Stop until a person has looked."""
        self._move_or_reopen(
            "set_failed",
            **{
                "reason": reason,
                "next_try_at": False,
                "notified": False,
                **values,
            },
        )

    def _postpone(self, reason, since, **values):
        """Try again, each time later, counted from when it was tried."""
        self._move_or_reopen(
            "postpone",
            **{
                "attempts": self.attempts + 1,
                "next_try_at": since + self._backoff(),
                "reason": reason,
                **values,
            },
        )

    def _wait_for_fiken(self, reason):
        """Fiken takes nothing for a moment; that was no try."""
        self._move_or_reopen("postpone", next_try_at=False, reason=reason)

    def _backoff(self):
        return BACKOFF[min(self.attempts, len(BACKOFF) - 1)]

    def _has_tries_left(self):
        return self.attempts < len(BACKOFF)

    def _reopen(self):
        """It was not sent after all: it is due again."""
        self._move_or_reopen("reopen", next_try_at=False)

    # Nobody knows what became of the request

    def _await_recovery(self, reason, outcome_unknown):
        """The answer is lost: Fiken is asked later what became of the request.

        Where the same again does no harm, it waits as well: the request may still be
        running, and must not undo what a later edit sends.
        """
        self._move(
            "await_recovery",
            outcome_unknown=outcome_unknown,
            reason=reason,
            next_try_at=self._recovery_time(),
        )

    def _recovery_time(self):
        timeout = self.env["fiken.connection"]._request_timeout()
        return fields.Datetime.now() + timedelta(seconds=timeout + LOOK_AFTER_TIMEOUT)

    def _recover(self):
        """Ask Fiken anew, and at once, what became of the request."""
        self._move(
            "recover",
            recoveries=0,
            sent_at=fields.Datetime.now(),
            next_try_at=False,
            reason=False,
            notified=False,
        )

    def _was_dropped(self):
        """Whether it had ended when it was taken up again to be looked up."""
        return self.state == "sending" and bool(self.done_at)

    def _drop_again(self):
        """It was ignored before it was looked up, and Fiken does not have it."""
        self._move(
            "drop_again",
            outcome_unknown=False,
            next_try_at=False,
            reason=_lt("It was ignored, and Fiken does not have it."),
        )

    # A person has decided, or the record was undone

    def _set_linked(self, **values):
        """A person has found it in Fiken, and that is said on the record."""
        self._move(
            "set_linked", reason=False, outcome_unknown=False, notified=True, **values
        )

    def _set_dropped(self, **values):
        """It is not wanted in Fiken any more."""
        self._move("set_dropped", next_try_at=False, notified=False, **values)
