import contextlib
import time
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import fields, models

from ...fiken_api import errors, oauth
from .exceptions import NeedsConsent
from .fiken_connection import CLICK_PATIENCE
from .fiken_session import FikenSession
from .sentence import _lt

# Refresh this long before the token ends (fiken-api.md §1.3).
TOKEN_MARGIN = timedelta(seconds=60)
# Tries, a tenth of a second apart, to lock a connection: longer than one refresh takes.
LOCK_TRIES = 600


class FikenConnection(models.Model):
    """The tokens that a Fiken user's consent gives, one refresh at a time.

    They are committed the moment they arrive, in a transaction of their own.
    """

    _inherit = "fiken.connection"

    # Business: tokens

    def _store_tokens(self, tokens):
        values = {
            "access_token": tokens["access_token"],
            "token_expires_at": fields.Datetime.now()
            + timedelta(seconds=tokens["expires_in"]),
        }
        if tokens.get("refresh_token"):
            values["refresh_token"] = tokens["refresh_token"]
        self.write(values)

    def _fresh_token(self, refused=None, request=contextlib.nullcontext):
        """A valid access token; refreshed under a lock and committed at once.

        :param refused: the token that Fiken just answered 401 to
        :param request: makes the context in which Fiken is asked, if it must be
        :raise NeedsConsent: only the Fiken user can help
        """
        self.ensure_one()
        with self._own_transaction() as own:
            own._take_lock()
            token = own.access_token
            margin = fields.Datetime.now() + TOKEN_MARGIN
            if token and token != refused and own.token_expires_at > margin:
                return token
            client_id, secret = own._app_credentials()
            try:
                if not own.refresh_token:
                    raise errors.InvalidGrant(_lt("there is no consent"))
                with request():
                    tokens = oauth.refresh(
                        own._oauth_url(), client_id, secret, own.refresh_token
                    )
            except errors.InvalidGrant as error:
                lost = self._explain(error)
                own._mark_consent_lost(lost)
            else:
                own._store_tokens(tokens)
                return tokens["access_token"]
        raise NeedsConsent(lost)

    def _lose_consent(self, reason, refused):
        """Fiken says that a token is dead; another may have come in meanwhile."""
        with self._own_transaction() as own:
            own._take_lock()
            if own.access_token == refused:
                own._mark_consent_lost(reason)

    def _mark_consent_lost(self, reason):
        self.write({"state": "reconnect", "state_reason": reason})
        self._notify_managers(
            "consent",
            _lt("Connect to Fiken again"),
            _lt(
                "Fiken no longer accepts our consent (%(reason)s). Nothing is sent"
                " until somebody presses Reconnect on this connection. Nothing is"
                " lost.",
                reason=reason,
            ),
        )

    def _revoke(self):
        """End the whole grant at Fiken (fiken-api.md §1.4).

        :return: why Fiken did not confirm it, or ''
        :raise GateBusy: Fiken was not asked
        """
        self.ensure_one()
        if not self.sudo().access_token:
            return ""
        try:
            with FikenSession(self.sudo(), CLICK_PATIENCE) as session:
                session.revoke()
        except NeedsConsent:
            return ""  # it has ended already
        except errors.FikenError as error:
            return self._explain(error)
        return ""

    def _forget_tokens(self, reason):
        with self._own_transaction() as own:
            own._take_lock()
            own.write(
                {
                    "access_token": False,
                    "refresh_token": False,
                    "token_expires_at": False,
                    "state": "disconnected",
                    "state_reason": reason,
                    # Nothing is left that a copy could send with.
                    "database_uuid": False,
                }
            )
            own._cured()
        self.invalidate_recordset()

    # Business: the lock

    @contextlib.contextmanager
    def _own_transaction(self):
        """This connection in a transaction that ends, committed, with the block."""
        with self.env.registry.cursor() as cr:
            yield self.with_env(self.env(cr=cr, su=True))

    def _take_lock(self):
        """Wait for this row, in a transaction of its own that has done nothing yet.

        Each try begins anew: what the one before us wrote must be seen.

        :raise Busy: it was not free in time
        """
        for _number in range(LOCK_TRIES):
            # PostgreSQL refuses it where another was done with it just now.
            with contextlib.suppress(SerializationFailure):
                if self.try_lock_for_update(allow_referencing=True):
                    return
            self.env.cr.rollback()
            time.sleep(0.1)
        raise errors.Busy(_lt("the connection is in use elsewhere"))
