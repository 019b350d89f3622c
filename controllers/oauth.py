from odoo import http
from odoo.http import request
from odoo.tools import consteq
from odoo.tools.misc import verify_hash_signed

from ..fiken_api import errors
from ..models.connection.exceptions import GateBusy, NeedsConsent, WrongConsent
from ..models.connection.fiken_connection import CALLBACK_PATH
from ..models.connection.fiken_connection_consent import STATE_SCOPE

GUIDE_PATH = "/odoo/action-fiken_connector.fiken_guide_action"


class FikenOAuthController(http.Controller):
    @http.route(CALLBACK_PATH, type="http", auth="user", methods=["GET"])
    def callback(
        self, code=None, state=None, error=None, error_description=None, **_kwargs
    ):
        """Fiken sends the user's browser back here with a code, or a refusal."""
        env = request.env
        connection, problem = self._connection_of(state)
        if problem:
            return self._page(problem)
        if error == "access_denied":
            return self._page(
                env._("Fiken was not connected: access was refused (Avslå)."),
                connection,
            )
        if error or not code:
            return self._page(
                env._(
                    "Fiken was not connected. Fiken said: %(error)s",
                    error=error_description or error or "-",
                ),
                connection,
            )
        try:
            draft = connection._store_consent(code, state)
        except (GateBusy, errors.FikenError) as refused:
            return self._page(self._explain_code(connection, refused), connection)
        try:
            kept = draft._assign_consent(connection)
        except WrongConsent as wrong:
            return self._page(str(wrong), wrong.connection)
        except NeedsConsent as lost:
            return self._page(connection._explain_to_user(lost), draft)
        except (GateBusy, errors.FikenError) as failed:
            return self._page(
                env._(
                    "Fiken has given its consent, and it is kept. But Fiken did not say"
                    " whose it is: press Connect once more, you need not log in again."
                    " (%(reason)s)",
                    reason=connection._explain_to_user(failed),
                ),
                draft,
            )
        return request.redirect(self._next_page(kept))

    def _next_page(self, connection):
        """Where a person goes on who came back with a consent."""
        if connection.sudo().fiken_company_ids:
            return connection._form_url()
        return f"{GUIDE_PATH}?connection={connection.id}"

    def _explain_code(self, connection, error):
        if isinstance(error, errors.InvalidGrant) and error.status != 401:
            return request.env._(
                "Fiken did not accept the sign-in: its code was used before or is too"
                " old. Connect once more. (%(reason)s)",
                reason=error.message,
            )
        return connection._explain_to_user(error)

    def _connection_of(self, state):
        """The connection that a signed state was made for, by this user, just now."""
        env = request.env
        used_up = env._(
            "This sign-in to Fiken is not valid any more: it was used before, is older"
            " than an hour, or was started by somebody else. Start again."
        )
        nonce = request.session.get("fiken_oauth_nonce")
        try:
            payload = verify_hash_signed(env(su=True), STATE_SCOPE, state or "")
        except ValueError:
            payload = None
        if not payload or not nonce:
            return None, used_up
        connection_id, user_id, signed_nonce = payload
        if user_id != env.uid or not consteq(signed_nonce, nonce):
            return None, used_up
        # Only now: any other link to here would end a sign-in that is under way.
        request.session.pop("fiken_oauth_nonce")
        if not env.user.has_group("fiken_connector.group_fiken_manager"):
            return None, env._("Only a Fiken manager may connect to Fiken.")
        connection = env["fiken.connection"].browse(connection_id).exists()
        if not connection:
            return None, env._("The connection was deleted meanwhile. Start again.")
        return connection, None

    def _page(self, message, connection=None):
        return request.render(
            "fiken_connector.oauth_problem",
            {
                "message": message,
                "back_url": connection._form_url()
                if connection
                else "/odoo/action-fiken_connector.fiken_connection_action",
            },
        )
