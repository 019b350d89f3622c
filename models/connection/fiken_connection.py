import contextlib
import secrets
import time
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import escape_psql
from odoo.tools.misc import hash_sign

from ...fiken_api import errors, oauth
from .fiken_gate import GateBusy
from .fiken_session import FikenSession, NeedsConsent

API_URL = "https://api.fiken.no/api/v2"
OAUTH_URL = "https://fiken.no/oauth"
CALLBACK_PATH = "/fiken/oauth/callback"
STATE_SCOPE = "fiken_connector.oauth"
STATE_HOURS = 1
# Refresh this long before the token ends (fiken-api.md §1.3).
TOKEN_MARGIN = timedelta(seconds=60)
# How long a user's click waits for its turn before it says busy.
CLICK_PATIENCE = 5
# Pauses before Fiken, busy with the same user, is asked again whose consent it is (§2).
USER_PAUSES = (1, 2, 4)
# Tries, a tenth of a second apart, to lock a connection: longer than one refresh takes.
LOCK_TRIES = 600
# The to-do for what only a person can mend.
WARNING = "mail.mail_activity_data_warning"


class FikenConnection(models.Model):
    _name = "fiken.connection"
    _description = "Fiken Connection"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id"

    name = fields.Char(compute="_compute_name", store=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [
            ("draft", "Not connected"),
            ("connected", "Connected"),
            ("reconnect", "Needs a new consent"),
            ("disconnected", "Disconnected"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    state_reason = fields.Char(readonly=True, copy=False)
    user_name = fields.Char("Fiken User", readonly=True, copy=False)
    user_email = fields.Char("Fiken User's E-mail", readonly=True, copy=False)
    access_token = fields.Char(groups="base.group_system", copy=False)
    refresh_token = fields.Char(groups="base.group_system", copy=False)
    token_expires_at = fields.Datetime(readonly=True, copy=False)
    consent_at = fields.Datetime(readonly=True, copy=False)
    consent_user_id = fields.Many2one(
        "res.users", "Connected By", readonly=True, copy=False
    )
    database_uuid = fields.Char(readonly=True, copy=False)
    database_name = fields.Char(readonly=True, copy=False)
    base_url = fields.Char(readonly=True, copy=False)
    is_elsewhere = fields.Boolean(
        "Moved or Copied?",
        compute="_compute_is_elsewhere",
        help="The database, its name or its address is not the one that was connected.",
    )
    fiken_company_ids = fields.One2many("fiken.company", "connection_id")
    cron_id = fields.Many2one("ir.cron", readonly=True, copy=False)
    last_success_at = fields.Datetime(compute="_compute_last_success_at")

    @api.depends("user_name", "user_email")
    def _compute_name(self):
        for connection in self:
            connection.name = (
                connection.user_name or connection.user_email or self.env._("Fiken")
            )

    @api.depends("database_uuid", "database_name", "base_url")
    def _compute_is_elsewhere(self):
        here = self._here()
        for connection in self:
            connection.is_elsewhere = bool(connection.database_uuid) and any(
                connection[name] != value for name, value in here.items()
            )

    def _compute_last_success_at(self):
        dates = dict(
            self.env["fiken.log"]
            .sudo()
            ._read_group(
                [("connection_id", "in", self.ids), ("status", "<", 300)],
                ["connection_id"],
                ["requested_at:max"],
            )
        )
        for connection in self:
            connection.last_success_at = dates.get(connection)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        connections = super().create(vals_list)
        model = self.env["ir.model"]._get(self._name)
        for connection in connections:
            cron = (
                self.env["ir.cron"]
                .sudo()
                .create(
                    {
                        "name": f"Fiken: send what is due (connection {connection.id})",
                        "model_id": model.id,
                        "state": "code",
                        "code": f"model.browse({connection.id})._cron_send()",
                        "user_id": self.env.ref("base.user_root").id,
                        "interval_number": 1,
                        "interval_type": "hours",
                        "nextcall": fields.Datetime.now() + timedelta(hours=1),
                    }
                )
            )
            connection.sudo().cron_id = cron
        return connections

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # Also those of companies that the user does not work in.
        served = (
            self.env["fiken.company"]
            .sudo()
            .search([("connection_id", "in", self.ids)], limit=1)
        )
        if served:
            raise UserError(
                self.env._(
                    "The connection %(name)s serves a Fiken company. Disconnect it"
                    " instead: its links to Fiken are needed to avoid double"
                    " documents.",
                    name=served.connection_id.name,
                )
            )
        live = self.filtered(lambda connection: connection.state == "connected")
        if live:
            raise UserError(
                self.env._(
                    "Disconnect %(name)s before you delete it, else Fiken's consent"
                    " stands.",
                    name=live[0].name,
                )
            )

    def unlink(self):
        crons = self.sudo().cron_id
        result = super().unlink()
        crons.unlink()
        return result

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
            raise UserError(
                self.env._(
                    "The client id or secret of your Fiken app is missing. A system"
                    " administrator enters them under Settings › Fiken."
                )
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

    def action_test(self):
        """Ask Fiken who we are, and say it: "Connected to Fiken as …"."""
        self._check_manager()
        with self._click_session() as session:
            user = session.get("/user").body
            shared = {row["slug"]: row for row in session.pages("/companies")}
        self._remember_user(user)
        lines = [self.env._("Connected to Fiken as %(name)s", name=user["name"])]
        problem = False
        for fiken_company in self.fiken_company_ids:
            row = shared.get(fiken_company.slug)
            lines.append(fiken_company._take_over(row))
            problem |= not row or not fiken_company.has_api_access
        return self._notify("\n".join(lines), problem)

    def action_disconnect(self):
        """Take the consent back at Fiken and forget the tokens."""
        self._check_manager()
        self._check_here()
        refusal = self._revoke()
        self._forget_tokens(False)
        if not refusal:
            return self._notify(self.env._("Disconnected. Fiken has ended our access."))
        return self._notify(
            self.env._(
                "Disconnected: nothing more is sent. But Fiken did not confirm that our"
                " access has ended. Take it back in Fiken under Rediger konto ›"
                " Sikkerhet. (%(reason)s)",
                reason=refusal,
            ),
            problem=True,
        )

    def action_declare_moved(self):
        """The same database at a new address: go on from here."""
        self._check_manager()
        self.sudo().write(self._here())
        self.sudo().activity_unlink([WARNING])
        self._wake()

    def action_declare_copied(self):
        """A copy must not send: forget the tokens, leave the original's alone."""
        self._check_manager()
        self._forget_tokens(self.env._("This database is a copy; it sends nothing."))

    def action_send_now(self):
        self._wake()

    def _notify(self, message, problem=False):
        """A message that stays when it is a problem, over the form as it is now."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if problem else "success",
                "message": message,
                "sticky": problem,
                "className": "text-prewrap",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # Business: consent and tokens

    @api.model
    def _app_credentials(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return (
            get_param("fiken_connector.client_id"),
            get_param("fiken_connector.client_secret"),
        )

    @api.model
    def _callback_url(self):
        base_url = self.env["ir.config_parameter"].sudo().get_param("web.base.url", "")
        return base_url.rstrip("/") + CALLBACK_PATH

    @api.model
    def _api_url(self):
        return self._address("fiken_connector.api_url", API_URL)

    @api.model
    def _oauth_url(self):
        return self._address("fiken_connector.oauth_url", OAUTH_URL)

    @api.model
    def _address(self, parameter, default):
        url = self.env["ir.config_parameter"].sudo().get_param(parameter) or default
        parts = urlsplit(url)
        loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme != "https" and not loopback:
            raise UserError(
                self.env._(
                    "The system parameter %(name)s must be an https address.",
                    name=parameter,
                )
            )
        return url.rstrip("/")

    @api.model
    def _web_address(self):
        """Where a person opens Fiken: the host of the OAuth pages."""
        parts = urlsplit(self._oauth_url())
        return f"{parts.scheme}://{parts.netloc}"

    @api.model
    def _request_timeout(self):
        """Seconds until an answer counts as lost."""
        return self._number("fiken_connector.request_timeout", 30.0)

    @api.model
    def _pause(self):
        """Seconds that the gate stays shut after an answer (fiken-api.md §2)."""
        return self._number("fiken_connector.pacing_ms", 250.0) / 1000

    @api.model
    def _number(self, parameter, default):
        value = self.env["ir.config_parameter"].sudo().get_param(parameter)
        try:
            return float(value or default)
        except ValueError:
            return default

    @api.model
    def _here(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return {
            "database_uuid": get_param("database.uuid"),
            "database_name": self.env.cr.dbname,
            "base_url": get_param("web.base.url"),
        }

    def _gate_key(self):
        client_id = self._app_credentials()[0]
        return f"fiken:{client_id}:{(self.user_email or '').lower()}"

    def _keep_consent(self, code, state):
        """Trade the code for tokens and keep them, whatever happens afterwards.

        They may be another Fiken user's than this connection's: until Fiken has said
        whose they are, a draft holds them.

        :return: that draft, to be settled
        """
        self.ensure_one()
        client_id, secret = self._app_credentials()
        tokens = oauth.exchange_code(
            self._oauth_url(), client_id, secret, code, self._callback_url(), state
        )
        with self._own_transaction() as own:
            draft = own
            if own.state != "draft":
                # Most likely the same user: her gate is the one to wait at.
                draft = own.create({"user_email": own.user_email})
            draft._keep_tokens(tokens)
            draft_id = draft.id
        return self.browse(draft_id)

    def _finish_consent(self):
        """Fiken gave the consent but was too busy to say whose it is: ask again."""
        try:
            kept = self._settle_consent(self)
        except (GateBusy, NeedsConsent, errors.FikenError) as error:
            raise UserError(self._explain_to_user(error)) from error
        return {"type": "ir.actions.act_url", "url": kept._form_url(), "target": "self"}

    def _settle_consent(self, asked):
        """Give the consent that this draft holds to the connection of its Fiken user.

        Connecting the same Fiken user twice reuses the connection, so that the gate
        and the history stay one.

        :param asked: the connection on which *Connect* was pressed
        :return: the connection that has the consent now
        """
        with self._own_transaction() as draft:
            user = draft._ask_user()
        with self._own_transaction() as draft:
            kept_id = (draft._of_user(user["email"]) or asked).id
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
                    **self._here(),
                }
            )
            kept.activity_unlink([WARNING])
            (draft - kept).unlink()
            kept.cron_id.filtered(lambda cron: not cron.active).active = True
            kept._wake()
        return self.browse(kept_id)

    def _ask_user(self):
        """Whose consent it is. Fiken may be busy with a request of the same user."""
        for pause in USER_PAUSES:
            try:
                return self._get_user()
            except errors.Busy:
                time.sleep(pause)
        return self._get_user()

    def _get_user(self):
        with FikenSession(self, CLICK_PATIENCE) as session:
            return session.get("/user").body

    @api.model
    def _of_user(self, email):
        """The connection of a Fiken user, archived or not, if there is one."""
        return self.with_context(active_test=False).search(
            [("user_email", "=ilike", escape_psql(email)), ("state", "!=", "draft")],
            limit=1,
        )

    def _form_url(self):
        return f"/odoo/action-fiken_connector.fiken_connection_action/{self.id}"

    def _keep_tokens(self, tokens):
        values = {
            "access_token": tokens["access_token"],
            "token_expires_at": fields.Datetime.now()
            + timedelta(seconds=int(tokens.get("expires_in") or 0)),
        }
        if tokens.get("refresh_token"):
            values["refresh_token"] = tokens["refresh_token"]
        self.write(values)

    def _fresh_token(self, refused=None):
        """A valid access token; refreshed under a lock and committed at once.

        :param refused: the token that Fiken just answered 401 to
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
                    raise errors.InvalidGrant(own.env._("there is no consent"))
                tokens = oauth.refresh(
                    own._oauth_url(), client_id, secret, own.refresh_token
                )
            except errors.InvalidGrant as error:
                lost = self._explain(error)
                own._mark_consent_lost(lost)
            else:
                own._keep_tokens(tokens)
                return tokens["access_token"]
        raise NeedsConsent(lost)

    def _lose_consent(self, reason):
        with self._own_transaction() as own:
            own._take_lock()
            own._mark_consent_lost(reason)

    def _revoke(self):
        """End the whole grant at Fiken (fiken-api.md §1.4).

        :return: why Fiken did not confirm it, or ''
        """
        self.ensure_one()
        if not self.sudo().access_token:
            return ""
        try:
            token = self._fresh_token()
            try:
                oauth.revoke(self._oauth_url(), token)
            except errors.Unauthorized:
                oauth.revoke(self._oauth_url(), self._fresh_token(refused=token))
        except NeedsConsent:
            return ""  # it has ended already
        except errors.FikenError as error:
            return self._explain(error)
        return ""

    def _mark_consent_lost(self, reason):
        self.write({"state": "reconnect", "state_reason": reason})
        self._tell_managers(
            self.env._("Connect to Fiken again"),
            self.env._(
                "Fiken no longer accepts our consent (%(reason)s). Nothing is sent"
                " until somebody presses Connect on this connection. Nothing is lost.",
                reason=reason,
            ),
        )

    def _remember_user(self, user):
        """Apart from the click, which may have renewed the token on this row."""
        if (self.user_name, self.user_email) == (user["name"], user["email"]):
            return
        with self._own_transaction() as own:
            own._take_lock()
            own.write({"user_name": user["name"], "user_email": user["email"]})
        self.invalidate_recordset()

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
            own.activity_unlink([WARNING])
        self.invalidate_recordset()

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
            if self.try_lock_for_update(allow_referencing=True):
                return
            self.env.cr.rollback()
            time.sleep(0.1)
        raise errors.Busy(self.env._("the connection is in use elsewhere"))

    def _check_manager(self):
        """Managers only, and of a company that the connection serves."""
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(
            "fiken_connector.group_fiken_manager"
        ):
            raise UserError(self.env._("Only a Fiken manager may do this."))
        self.check_access("write")

    def _check_here(self):
        if self.is_elsewhere:
            raise UserError(
                self.env._(
                    "This database is not where the connection to Fiken was made."
                    " Say on the connection whether it was moved or copied."
                )
            )

    def _tell_managers(self, summary, note):
        """A to-do for every Fiken manager, once while it is open."""
        self.ensure_one()
        managers = self.env.ref("fiken_connector.group_fiken_manager").sudo()
        companies = self.fiken_company_ids.company_id
        for user in managers.all_user_ids.filtered("active"):
            if companies and not companies & user.company_ids:
                continue
            already = self.activity_ids.filtered(
                lambda activity, user=user: activity.user_id == user
                and activity.summary == summary
            )
            if not already:
                self.activity_schedule(
                    WARNING,
                    summary=summary,
                    note=note,
                    user_id=user.id,
                )

    # Business: requests

    @contextlib.contextmanager
    def _click_session(self):
        """A session for a user's click: short patience, errors in plain words."""
        self.ensure_one()
        self._check_here()
        if self.state != "connected":
            raise UserError(
                self.env._(
                    "The connection %(name)s is not connected. Press Connect.",
                    name=self.name,
                )
            )
        try:
            with FikenSession(self.sudo(), CLICK_PATIENCE) as session:
                yield session
        except (GateBusy, NeedsConsent, errors.FikenError) as error:
            raise UserError(self._explain_to_user(error)) from error

    def _last_booked_since(self, slug, date):
        """The last day on or after ``date`` with entries in a Fiken company, or None.

        Entries are listed in the order they were made (fiken-api.md §2), so every
        page is read; there are none where the date was chosen right.
        """
        with self._click_session() as session:
            days = [
                row["date"]
                for row in session.pages(
                    f"/companies/{slug}/journalEntries", dateGe=str(date)
                )
                if row["date"] >= str(date)
            ]
        return fields.Date.to_date(max(days)) if days else None

    def _explain_to_user(self, error):
        """Why a click did not work: nobody repeats it but the user."""
        if isinstance(error, GateBusy):
            return self.env._(
                "Fiken takes one request at a time and is busy with another one. Try"
                " again in a few seconds."
            )
        if isinstance(error, NeedsConsent):
            return self.env._(
                "Fiken no longer accepts our consent. Press Connect to give it again."
                " (%(reason)s)",
                reason=error,
            )
        if isinstance(error, errors.Busy):
            return self.env._(
                "Fiken is busy or did not answer in time. Try again in a minute."
                " (%(reason)s)",
                reason=error.message,
            )
        return self._explain(error)

    def _explain(self, error):
        """Fiken's refusal in words that say what to do."""
        if isinstance(error, errors.InvalidGrant):
            return self._explain_grant(error)
        cause = errors.cause_of(error)
        known = {
            "api_module": self.env._(
                "The company has not ordered Fiken's API module. In Fiken: Foretak ›"
                " Tilleggstjenester › API. Then press Test connection."
            ),
            "module": self.env._(
                "The company has not ordered the Fiken module that this needs. In"
                " Fiken: Foretak › Tilleggstjenester."
            ),
            "number_series": self.env._(
                "The number series has not been started in Fiken. Start it in Fiken"
                " by choosing the first number, then try again."
            ),
            "bank_account_missing": self.env._(
                "Fiken wants a bank account number on the invoice. Choose the bank"
                " account on the vendor."
            ),
            "bank_account_unverified": self.env._(
                "Fiken has not verified the bank account. Issue one invoice from this"
                " bank account in Fiken, then try again."
            ),
            "vat_registration": self.env._(
                "The company is not registered for VAT in Fiken, so only lines"
                " outside the VAT act can be booked."
            ),
            "closed_period": self.env._(
                "The period is closed in Fiken, so nothing can be booked on this date."
                " Open the period there and try again, or give the document a later"
                " date in Odoo. The connector never moves a date."
            ),
            "before_start": self.env._(
                "The books in Fiken start after this date. What is older was booked in"
                " the former system: mark it Do not send."
            ),
            "account": self.env._(
                "Fiken wants an income account on every line. Check the ledger."
            ),
        }
        if cause in known:
            return known[cause] + "\n" + self._fiken_said(error)
        if isinstance(error, errors.NotSent):
            return self.env._(
                "Fiken could not be reached. Check the server's internet connection."
                " (%(reason)s)",
                reason=error.message,
            )
        if isinstance(error, errors.Busy):
            return self.env._("Fiken is busy right now. It is tried again later.")
        if isinstance(error, errors.Forbidden):
            return self.env._(
                "Fiken does not let us in: the company was not ticked at consent, or"
                " the Fiken user lacks the right. Press Connect and tick the company."
                " Fiken said: %(message)s",
                message=error.message,
            )
        return self._fiken_said(error)

    def _explain_grant(self, error):
        if error.status == 401:
            return self.env._(
                "Fiken does not know the client id and secret under Settings › Fiken."
                " Copy them anew from your Fiken app. (%(reason)s)",
                reason=error.message,
            )
        return self.env._(
            "The consent was withdrawn in Fiken or has expired. (%(reason)s)",
            reason=error.message,
        )

    def _fiken_said(self, error):
        return self.env._(
            "Fiken said: %(message)s (%(status)s)",
            message=error.message,
            status=error.status or "-",
        )

    def _write_log(self, entries):
        """Keep what a click's session asked Fiken, even if the click then fails."""
        if not entries:
            return
        with self._own_transaction() as own:
            own.env["fiken.log"]._insert(own.id, entries)

    def _wake(self, at=None):
        """Let the worker run: right after this commit, or at a time."""
        for cron in self.sudo().cron_id:
            cron._trigger(at=at)

    # Cron
