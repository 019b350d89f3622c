import secrets
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import escape_psql
from odoo.tools.misc import hash_sign

from ...fiken_api import errors, oauth
from .exceptions import GateBusy, NeedsConsent, WrongConsent
from .fiken_connection import CLICK_PATIENCE
from .fiken_session import FikenSession
from .sentence import _lt, say

STATE_SCOPE = "fiken_connector.oauth"
STATE_HOURS = 1
# How long a consent waits for who gave it to press Connect once more.
UNUSED = timedelta(days=1)
# Pauses before Fiken, busy with the same user, is asked again whose consent it is
# (fiken-api.md §2).
USER_PAUSES = (1, 2, 4)


class FikenConnection(models.Model):
    """How a Fiken user's consent comes, whose it is, and how it ends."""

    _inherit = "fiken.connection"

    # Of a draft that holds a consent: the connection on which it was asked for.
    asked_id = fields.Many2one(
        "fiken.connection", readonly=True, copy=False, ondelete="cascade"
    )

    # Actions

    def action_connect(self):
        """Send the user's browser to Fiken's page; Fiken sends it back to us."""
        self._check_manager()
        self._check_here()
        from odoo.http import request  # only a click in a browser can connect

        if self.state == "draft" and self.sudo().access_token:
            return self._finish_consent()
        client_id, secret = self._app_credentials()
        if not client_id or not secret:
            raise RedirectWarning(
                self.env._(
                    "The client id or secret of your Fiken app is missing. A system"
                    " administrator enters them in the guided set-up."
                ),
                self.env.ref("fiken_connector.fiken_guide_action").id,
                self.env._("Open the Guided Set-up"),
            )
        nonce = secrets.token_urlsafe(16)
        request.session["fiken_oauth_nonce"] = nonce
        state = hash_sign(
            self.env(su=True),
            STATE_SCOPE,
            [self.id, self.env.uid, nonce],
            expiration_hours=STATE_HOURS,
        )
        url = oauth.authorize_url(
            self._oauth_url(), client_id, self._callback_url(), state
        )
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def action_disconnect(self):
        """Take the consent back at Fiken and forget the tokens."""
        self._check_manager()
        self._check_here()
        try:
            refusal = self._revoke()
        except GateBusy as busy:
            raise UserError(self._explain_to_user(busy)) from busy
        self._forget_tokens(False)
        if not refusal:
            return self._notify(self.env._("Disconnected. Fiken has ended our access."))
        return self._notify(
            self.env._(
                "Disconnected: nothing more is sent. But Fiken did not confirm that our"
                " access has ended. Take it back in Fiken under Rediger konto ›"
                " Sikkerhet. (%(reason)s)",
                reason=say(self.env, refusal),
            ),
            problem=True,
        )

    # Business: consent

    def _store_consent(self, code, state):
        """Trade the code for tokens and keep them, whatever happens afterwards.

        They may be another Fiken user's than this connection's: until Fiken has said
        whose they are, a draft holds them.

        :return: that draft, to be settled
        :raise GateBusy: Fiken was not asked
        """
        self.ensure_one()
        with FikenSession(self.sudo(), CLICK_PATIENCE) as session:
            tokens = session.exchange(code, state)
            # Before the pause of the gate, which the session waits for at its end.
            draft_id = self._keep_consent(tokens)
        return self.browse(draft_id)

    def _keep_consent(self, tokens):
        """:return: the id of the draft that holds these tokens from now on"""
        with self._own_transaction() as own:
            draft = own
            if own.state != "draft":
                # Most likely the same user: their gate is the one to wait at.
                draft = own.create({"user_email": own.user_email, "asked_id": own.id})
            draft._store_tokens(tokens)
            return draft.id

    def _finish_consent(self):
        """Fiken gave the consent but was too busy to say whose it is: ask again."""
        try:
            kept = self._assign_consent(self.sudo().asked_id or self)
        except WrongConsent as wrong:
            raise UserError(str(wrong)) from wrong
        except (GateBusy, NeedsConsent, errors.FikenError) as error:
            raise UserError(self._explain_to_user(error)) from error
        return {"type": "ir.actions.act_url", "url": kept._form_url(), "target": "self"}

    def _assign_consent(self, asked):
        """Give the consent that this draft holds to the connection of its Fiken user.

        Connecting the same Fiken user twice reuses the connection, so that the gate
        and the history stay one.

        :param asked: the connection on which *Connect* was pressed
        :return: the connection that has the consent now
        :raise WrongConsent: it does not open the companies that the connection keeps
        """
        with self._own_transaction() as draft:
            user = draft._ask(lambda session: session.user())
        with self._own_transaction() as draft:
            kept_id = (draft._of_user(user["email"]) or asked).id
        shared = self._check_opens(self.browse(kept_id), user)
        with self.browse(kept_id)._own_transaction() as kept:
            kept._take_lock()
            draft = kept.browse(self.id)
            kept.write(
                {
                    "access_token": draft.access_token,
                    "refresh_token": draft.refresh_token,
                    "token_expires_at": draft.token_expires_at,
                    "active": True,
                    "state": "connected",
                    "state_reason": False,
                    "user_name": user["name"],
                    "user_email": user["email"],
                    "consent_at": fields.Datetime.now(),
                    "consent_user_id": self.env.uid,
                    "asked_id": False,
                    **self._here(),
                }
            )
            kept._cured("consent", "elsewhere")
            (draft - kept).unlink()
            kept._mend_cron()
            kept._wake()
            kept._note_shared(shared)
        return self.browse(kept_id)

    def _ask(self, read):
        """What Fiken says to this consent; it may be busy with the same user."""
        for pause in (*USER_PAUSES, None):
            try:
                with FikenSession(self, CLICK_PATIENCE) as session:
                    return read(session)
            except errors.Busy:
                if pause is None:
                    raise
                time.sleep(pause)

    def _ask_shared(self):
        """The slugs of the companies that this consent opens."""
        return self._ask(
            lambda session: {row["slug"] for row in session.pages("/companies")}
        )

    def _check_opens(self, kept, user):
        """Whether this consent may serve the companies that a connection keeps.

        :return: the slugs of the companies that it opens, asked where there are any
        :raise WrongConsent: the connection goes on as it is
        """
        with self._own_transaction() as draft:
            linked = draft.browse(kept.id).fiken_company_ids
            shared = draft._ask_shared() if linked else set()
            missing = linked.filtered(lambda company: company.slug not in shared)
            refusal = missing and linked.connection_id._refusal_of(user, missing)
        if refusal:
            with self._own_transaction() as draft:
                # Not ended at Fiken, where that may end what the user gave before.
                (draft - draft.browse(kept.id)).unlink()
            raise WrongConsent(refusal, kept)
        return shared

    def _refusal_of(self, user, missing):
        """Why a consent that does not open all companies is not taken, or ''.

        A working one is not given up for it, unless it is of the same user: then it is
        replaced at Fiken already. Where none works, one that opens some is better.

        :param missing: the linked companies that it does not open
        """
        is_working = self.state == "connected"
        is_same = (self.user_email or "").lower() == user["email"].lower()
        if is_same if is_working else missing != self.fiken_company_ids:
            return ""
        return self.env._(
            "You were logged in at Fiken as %(user)s (%(email)s), who did not open"
            " %(companies)s to Odoo. This consent was not taken, and the connection is"
            " as it was. Log out at Fiken, connect again, log in as the right user and"
            " tick the company.",
            user=user["name"],
            email=user["email"],
            companies=", ".join(missing.mapped("name")),
        )

    def _note_shared(self, shared):
        """Pause the companies that a new consent does not open, and say so."""
        linked = self.fiken_company_ids
        missing = linked.filtered(lambda company: company.slug not in shared)
        (linked - missing)._set_shared(True)
        missing._set_shared(False)
        for company in missing:
            self._notify_managers(
                company._unshared_cause(),
                company._unshared_title(),
                _lt(
                    "The consent of %(user)s does not open %(company)s, so nothing is"
                    " sent there. Press Reconnect and tick it, or add it in Fiken under"
                    " Rediger konto › Sikkerhet and press Test Connection.",
                    user=self.user_name,
                    company=company.name,
                ),
            )

    @api.model
    def _of_user(self, email):
        """The connection of a Fiken user, archived or not, if there is one."""
        return self.with_context(active_test=False).search(
            [("user_email", "=ilike", escape_psql(email)), ("state", "!=", "draft")],
            limit=1,
        )

    def _remember_user(self, user):
        """Apart from the click, which may have renewed the token on this row."""
        if (self.user_name, self.user_email) == (user["name"], user["email"]):
            return
        with self._own_transaction() as own:
            own._take_lock()
            own.write({"user_name": user["name"], "user_email": user["email"]})
        self.invalidate_recordset()

    # Cron

    @api.autovacuum
    def _gc_unused_consents(self):
        """Forget a consent that nobody took up within a day.

        It is not ended at Fiken, where that ends all that the same user gave (§1.4).
        """
        unused = self.with_context(active_test=False).search(
            [
                ("state", "=", "draft"),
                ("access_token", "!=", False),
                ("fiken_company_ids", "=", False),
                ("write_date", "<", fields.Datetime.now() - UNUSED),
            ]
        )
        unused.unlink()
