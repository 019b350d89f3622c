"""The gate: one request at a time per Fiken user, at most four a second."""

import contextlib
import hashlib
import time

from psycopg2.errors import LockNotAvailable

from odoo import sql_db
from odoo.tools import SQL

from ...fiken_api.errors import FikenError
from .exceptions import GateBusy


class FikenGate:
    """An advisory transaction lock on a cursor of its own (architecture.md, rule 4).

    Fiken bans users who send two requests at once, whatever process or host they
    come from, and PostgreSQL is what all of ours share. A lock on the working cursor
    would end with its first commit, a session lock would leak through connection
    pools. The lock is kept for ``pause`` seconds after each answer, while the caller
    may already commit what it learnt; after a time-out of ours for ``timeout_pause``
    seconds, since Fiken may be working on that request yet.
    """

    def __init__(self, database, key, pause, timeout_pause=0):
        self._database = database
        self._key = int.from_bytes(
            hashlib.sha256(key.encode()).digest()[:8], "big", signed=True
        )
        self._pause = pause
        self._timeout_pause = timeout_pause
        self._cr = None
        self._is_inside = False
        self._free_at = None

    def enter(self, patience=None):
        """Wait for the lock, at most ``patience`` seconds.

        :raise GateBusy: it was not free in time
        """
        if patience is not None and self._is_shut_for() > max(patience, self._pause):
            raise GateBusy
        statements = [SQL("SELECT pg_advisory_xact_lock(%s)", self._key)]
        if patience is not None:
            limit = SQL("SET LOCAL lock_timeout = %s", f"{patience}s")
            statements.insert(0, limit)
        try:
            self._wait()
            if self._cr is None:
                self._cr = sql_db.db_connect(self._database).cursor()
            elif self._is_inside:
                # Whoever waits comes first; all in one message to the database.
                statements.insert(0, SQL("ROLLBACK AND CHAIN"))
            self._is_inside = True
            self._cr.execute(SQL("; ").join(statements), log_exceptions=False)
        except LockNotAvailable as error:
            self._close_cursor()
            raise GateBusy from error
        except BaseException:
            self._close_cursor()
            raise

    @contextlib.contextmanager
    def request(self):
        """One request by whoever is inside: not before the former one's pause is over.

        Whatever goes to Fiken for this user counts: repeats and tokens as well.
        """
        self._wait()
        pause = self._pause
        try:
            yield
        except FikenError as error:
            if error.may_still_run:
                pause = max(pause, self._timeout_pause)
            raise
        finally:
            self._free_at = time.monotonic() + pause

    def leave(self):
        """Let the next one in, after the pause."""
        if not self._is_inside:
            return
        try:
            self._wait()
            self._cr.rollback()
            self._is_inside = False
        except BaseException:
            self._close_cursor()
            raise

    def close(self):
        """Let the next one in, and give the connection back."""
        self.leave()
        self._close_cursor()

    def _wait(self):
        """The pause is what keeps us below four requests a second."""
        left = self._is_shut_for()
        if left:
            # Sleeping for no time at all would give the processor away.
            time.sleep(left)
        self._free_at = None

    def _is_shut_for(self):
        """Seconds until the next request may go out."""
        if self._free_at is None:
            return 0
        return max(0, self._free_at - time.monotonic())

    def _close_cursor(self):
        self._free_at = None
        self._is_inside = False
        if self._cr is not None:
            self._cr.close()
            self._cr = None
