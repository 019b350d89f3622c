"""The gate: one request at a time per Fiken user, at most four a second."""

import hashlib
import time

from psycopg2.errors import LockNotAvailable

from odoo import sql_db
from odoo.tools import SQL


class GateBusy(Exception):
    """Somebody else's request held the gate for too long."""


class FikenGate:
    """An advisory transaction lock on a cursor of its own (design, rule 4).

    Fiken bans users who send two requests at once, whatever process or host they
    come from, and PostgreSQL is what all of ours share. A lock on the working cursor
    would end with its first commit, a session lock would leak through connection
    pools. The lock is kept for ``pause`` seconds after each answer, while the caller
    may already commit what it learnt.
    """

    def __init__(self, database, key, pause):
        self._database = database
        self._key = int.from_bytes(
            hashlib.sha256(key.encode()).digest()[:8], "big", signed=True
        )
        self._pause = pause
        self._cr = None
        self._free_at = None

    def enter(self, patience=None):
        """Wait for the lock, at most ``patience`` seconds.

        :raise GateBusy: it was not free in time
        """
        self.leave()
        if self._cr is None:
            self._cr = sql_db.db_connect(self._database).cursor()
        try:
            if patience is not None:
                self._cr.execute(SQL("SET LOCAL lock_timeout = %s", f"{patience}s"))
            self._cr.execute(
                SQL("SELECT pg_advisory_xact_lock(%s)", self._key), log_exceptions=False
            )
        except LockNotAvailable as error:
            self.close()
            raise GateBusy from error
        except Exception:
            self.close()
            raise

    def answered(self):
        """Start the pause: from now on the lock is held for ``pause`` seconds."""
        self._free_at = time.monotonic() + self._pause

    def leave(self):
        """Let the next one in, after the pause."""
        if self._cr is None:
            return
        try:
            if self._free_at is not None:
                # The pause is what keeps us below four requests a second.
                time.sleep(max(0, self._free_at - time.monotonic()))
            self._free_at = None
            self._cr.rollback()
        except BaseException:
            self._drop()
            raise

    def close(self):
        """Let the next one in, and give the connection back."""
        self.leave()
        self._drop()

    def _drop(self):
        self._free_at = None
        if self._cr is not None:
            self._cr.close()
            self._cr = None
