import contextlib
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...fiken_api import errors
from .exceptions import GateBusy, NeedsConsent
from .explain import explain, explain_to_user
from .fiken_session import FikenSession
from .sentence import _lt, say
from .sentence_field import SentenceField

API_URL = "https://api.fiken.no/api/v2"
OAUTH_URL = "https://fiken.no/oauth"
CALLBACK_PATH = "/fiken/oauth/callback"
# How long a user's click waits for its turn before it says busy.
CLICK_PATIENCE = 5


class FikenConnection(models.Model):
    _name = "fiken.connection"
    _description = "Fiken Connection"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "fiken.access.mixin",
        "fiken.guard.mixin",
    ]
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
    state_reason = SentenceField(readonly=True, copy=False)
    user_name = fields.Char("Fiken User", readonly=True, copy=False)
    user_email = fields.Char("Fiken User's E-mail", readonly=True, copy=False)
    access_token = fields.Char(groups="base.group_system", readonly=True, copy=False)
    refresh_token = fields.Char(groups="base.group_system", readonly=True, copy=False)
    token_expires_at = fields.Datetime(readonly=True, copy=False)
    consent_at = fields.Datetime(readonly=True, copy=False)
    consent_user_id = fields.Many2one(
        "res.users", "Connected By", readonly=True, copy=False
    )
    fiken_company_ids = fields.One2many("fiken.company", "connection_id", readonly=True)
    cron_id = fields.Many2one("ir.cron", readonly=True, copy=False)
    last_success_at = fields.Datetime(compute="_compute_last_success_at")

    @api.depends("user_name", "user_email")
    def _compute_name(self):
        for connection in self:
            connection.name = (
                connection.user_name or connection.user_email or self.env._("Fiken")
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
        for connection in connections.sudo():
            connection._make_cron()
        return connections

    def write(self, vals):
        result = super().write(vals)
        if "cron_id" in vals:
            self.env["fiken.company"]._forget_routes()
        return result

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

    def action_test(self):
        """Ask Fiken who we are, and say it: "Connected to Fiken as …"."""
        self._check_manager()
        with self._click_session() as session:
            user = session.user()
            shared = {row["slug"]: row for row in session.pages("/companies")}
        self._remember_user(user)
        lines = [self.env._("Connected to Fiken as %(name)s", name=user["name"])]
        problem = False
        for fiken_company in self.fiken_company_ids:
            row = shared.get(fiken_company.slug)
            lines.append(fiken_company._apply_fiken_row(row))
            problem |= not row or not fiken_company.has_api_access
        return self._notify("\n".join(lines), problem)

    def action_send_now(self):
        self._check_user()
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

    # Business: app and addresses

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
    def _timeout_pause(self):
        """Seconds that nothing goes out for a Fiken user after a time-out of ours."""
        return self._number("fiken_connector.timeout_pause", 10.0)

    @api.model
    def _number(self, parameter, default):
        value = self.env["ir.config_parameter"].sudo().get_param(parameter)
        try:
            return float(value or default)
        except ValueError:
            return default

    def _gate_key(self):
        client_id = self._app_credentials()[0]
        return f"fiken:{client_id}:{(self.user_email or '').lower()}"

    def _form_url(self):
        return f"/odoo/action-fiken_connector.fiken_connection_action/{self.id}"

    def _managed_companies(self):
        return self.fiken_company_ids.company_id

    def _todo_owner(self):
        return {"connection_id": self.id}

    # Business: requests

    @contextlib.contextmanager
    def _click_session(self):
        """A session for a user's click: short patience, errors in plain words."""
        self.ensure_one()
        self._check_here()
        if self.state != "connected":
            raise UserError(say(self.env, self._unconnected_text()))
        try:
            with FikenSession(self.sudo(), CLICK_PATIENCE) as session:
                yield session
        except (GateBusy, NeedsConsent, errors.FikenError) as error:
            raise UserError(self._explain_to_user(error)) from error

    def _unconnected_text(self):
        """What to press, by the name that the button has now."""
        if self.state == "reconnect":
            return _lt(
                "Fiken no longer accepts the consent of the connection %(name)s. Press"
                " Reconnect on it.",
                name=self.name,
            )
        return _lt(
            "The connection %(name)s is not connected. Press Connect on it.",
            name=self.name,
        )

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

    def _explain(self, error):
        """Fiken's refusal in words that say what to do."""
        return explain(error)

    def _explain_to_user(self, error):
        """Why a click did not work: nobody repeats it but the user."""
        return say(self.env, explain_to_user(error))

    def _write_log(self, entries):
        """Keep what a click's session asked Fiken, even if the click then fails."""
        if not entries:
            return
        with self._own_transaction() as own:
            own.env["fiken.log"]._insert(own.id, entries)
