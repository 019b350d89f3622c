import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models

from ..connection import own_cron
from ..connection.sentence import _lt
from .fiken_job import OPEN_STATES, STOPPED_STATES, UNDERWAY_STATES

_logger = logging.getLogger(__name__)

# How long nothing is sent, at most, while Fiken is busy with a request given up by us.
BUSY_LIMIT = 60


class FikenConnection(models.Model):
    """The outbox of a connection, and the cron that empties it."""

    _inherit = "fiken.connection"

    waiting_count = fields.Integer(compute="_compute_job_counts")
    problem_count = fields.Integer(compute="_compute_job_counts")
    oldest_waiting_at = fields.Datetime(compute="_compute_job_counts")
    # Fiken may be busy with a request that we have given up.
    busy_until = fields.Datetime(readonly=True, copy=False)
    busy_seconds = fields.Integer(readonly=True, copy=False)
    is_busy = fields.Boolean(compute="_compute_is_busy")

    @api.depends("fiken_company_ids")
    def _compute_job_counts(self):
        groups = self.env["fiken.job"]._read_group(
            [
                ("fiken_company_id", "in", self.fiken_company_ids.ids),
                ("state", "in", OPEN_STATES),
            ],
            ["fiken_company_id", "state"],
            ["__count", "create_date:min"],
        )
        for connection in self:
            own = [row for row in groups if row[0] in connection.fiken_company_ids]
            waiting = [row for row in own if row[1] in UNDERWAY_STATES]
            connection.waiting_count = sum(row[2] for row in waiting)
            connection.problem_count = sum(
                row[2] for row in own if row[1] in STOPPED_STATES
            )
            connection.oldest_waiting_at = min(
                (row[3] for row in waiting), default=False
            )

    @api.depends("busy_until")
    def _compute_is_busy(self):
        for connection in self:
            connection.is_busy = connection._is_left_alone()

    def action_open_jobs(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_job_action"
        )
        action["domain"] = [
            ("is_leading", "=", True),
            ("fiken_company_id", "in", self.fiken_company_ids.ids),
        ]
        return action

    def _may_send(self):
        """Whether Fiken may be sent anything on this connection now."""
        self.ensure_one()
        return (
            self.state == "connected"
            and not self.is_elsewhere
            and not self._is_left_alone()
        )

    def _is_left_alone(self):
        """Whether Fiken is given time, right now, for what we have given up."""
        return bool(self.busy_until) and self.busy_until > fields.Datetime.now()

    def _timed_out(self):
        """We have given up a request that Fiken may be working on still."""
        self._be_quiet(self._timeout_pause())

    def _back_off(self):
        """Fiken is at it still: nothing is sent, each time for twice as long."""
        self._be_quiet(min(2 * self.busy_seconds, BUSY_LIMIT))

    def _be_quiet(self, seconds):
        self.busy_seconds = seconds
        self.busy_until = fields.Datetime.now() + timedelta(seconds=self.busy_seconds)
        self._wake(at=self.busy_until)

    def _cron_send(self):
        """Called by this connection's own cron, which never runs twice at once."""
        self.ensure_one()
        # Who watches the watchdog.
        self._tell_stopped(own_cron.mend_declared(self.env, {own_cron.WATCHDOG}))
        self.env["fiken.worker"]._run(self)

    @api.model
    def _cron_watchdog(self):
        """Let run again what had stopped, wake what has due work, and tell what waits
        for too long."""
        stopped = own_cron.mend_declared(self.env(su=True))
        for connection in self.search([("state", "=", "connected")]):
            try:
                with self.env.cr.savepoint():
                    connection._look_after(stopped)
            except OperationalError:
                raise
            except Exception:
                # The others are watched all the same.
                _logger.exception("The connection %s was not watched", connection.id)
        self.env["fiken.rounds"]._wake_stalled()

    def _look_after(self, stopped):
        """:param stopped: what concerns all connections and did not run any more"""
        if self.is_elsewhere:
            self._notify_managers(
                "elsewhere",
                _lt("Was this database moved or copied?"),
                _lt(
                    "It is not the database that was connected to Fiken, or it has"
                    " another name. Nothing is sent until somebody answers on this"
                    " connection."
                ),
            )
        else:
            self._tell_stopped(stopped + self._mend_crons())
            self._watch()

    def _watch(self):
        """Look after the work of a connection that is connected."""
        if self.env["fiken.worker"]._has_due_work(self):
            self._wake()
        self._tell_overdue()
