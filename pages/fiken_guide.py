from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..models.connection import who_may
from ..models.connection.fiken_access_mixin import MANAGER

ADMIN = "base.group_system"
# What a step can be: right; the next thing to do; not needed; not to be had yet.
DONE, TODO, OPTIONAL, LOCKED = "done", "todo", "optional", "locked"


class Place(NamedTuple):
    """What the page is about, looked up once and handed to each step.

    :ivar books: the Fiken company, none before there is one
    :ivar vendor: its default shop
    """

    books: models.BaseModel
    connection: models.BaseModel
    shops: models.BaseModel
    vendor: models.BaseModel


class FikenGuide(models.AbstractModel):
    """The guided set-up: from the app at Fiken to the first booked document.

    Where it stands is read from what is there, so it can be left at any step and
    resumed by anybody. Each method that changes something answers with the whole page.
    """

    _name = "fiken.guide"
    _description = "Guided Set-up"

    # Actions: the page

    @api.model
    def read_page(self):
        """All that the page shows, of the company that the user works in."""
        self._check_manager()
        return self._page()

    # Actions: app and consent

    @api.model
    def connect(self, client_id="", secret=""):
        """*Save and Connect*: keep the app's credentials, then go to Fiken's page."""
        self._check_manager()
        self.env.company._fiken_check_books()
        if client_id or secret:
            self._save_app(client_id, secret)
        connection = self._connection()
        if not connection:
            connection = self.env["fiken.connection"].create({})
        return connection.action_connect()

    def _save_app(self, client_id, secret):
        if not self.env.user.has_group(ADMIN):
            raise UserError(self._who_may())
        set_param = self.env["ir.config_parameter"].sudo().set_param
        for name, value in (("client_id", client_id), ("client_secret", secret)):
            # An empty secret is one that was not typed again: it is never shown.
            if value.strip():
                set_param(f"fiken_connector.{name}", value.strip())

    def _who_may(self):
        return self.env._(
            "Only a system administrator may enter the app's id and secret: %(names)s.",
            names=", ".join(who_may.names(self.env, ADMIN)),
        )

    # Actions: company and date

    @api.model
    def read_companies(self):
        """The companies that the consent opens, asked of Fiken."""
        self._check_manager()
        connection = self._connection()
        if not connection:
            raise UserError(self.env._("Connect to Fiken first."))
        wizard = self.env["fiken.connect"].create({"connection_id": connection.id})
        ours = wizard.company_id.partner_id._fiken_organization_number()
        return {
            "wizard_id": wizard.id,
            "choice_id": wizard.choice_id.id,
            "since": str(wizard.enabled_since),
            "asks_since": wizard.asks_enabled_since,
            "is_nok": not wizard.currency_is_other,
            "choices": [
                {
                    "id": line.id,
                    "name": line.display_name,
                    "has_api": line.has_api_access,
                    "differs": ours
                    != (line.organization_number or "").replace(" ", ""),
                }
                for line in wizard.line_ids
            ],
        }

    @api.model
    def choose_company(self, wizard_id, choice_id, since, is_confirmed=False):
        """Link the company, unless something must be confirmed first.

        :return: the page; with ``booked_on`` where Fiken has entries since that day
        """
        self._check_manager()
        wizard = self.env["fiken.connect"].browse(wizard_id).exists()
        if not wizard:
            raise UserError(self.env._("Read the companies once more."))
        values = {
            "choice_id": choice_id,
            "confirm_organization": is_confirmed,
            "confirm_booked": is_confirmed,
        }
        if since and since != str(wizard.enabled_since):
            values |= {"enabled_since": since, "last_booked_on": False}
        wizard.write(values)
        action = wizard.action_choose()
        page = self._page()
        if action.get("res_model") == wizard._name:
            page["booked_on"] = str(wizard.last_booked_on)
        return page

    @api.model
    def read_left(self):
        """What was confirmed before the connection, of each shop; and what to do.

        Asked when the company's step is opened: all documents are looked through.
        """
        self._check_manager()
        rows = []
        for vendor in self._shops(self._fiken_company()):
            for text, method in (
                (vendor.unmarked_text, "action_open_unmarked"),
                (vendor.older_text, "action_open_older"),
            ):
                if text:
                    text = f"{vendor.name}: {text}"
                    rows.append({"id": vendor.id, "text": text, "method": method})
        return rows

    # Actions: what goes to Fiken

    @api.model
    def set_flow(self, key, value):
        """Switch one kind of thing, as its record would."""
        self._check_manager()
        flows = self._flows(self._fiken_company())
        flow = next((one for one in flows if one.key == key), None)
        if flow is None or value not in [choice.value for choice in flow.choices]:
            raise UserError(self.env._("There is no such choice any more."))
        method = dict(flow.methods).get(value)
        if method:
            getattr(flow.record, method)()
        else:
            flow.record[flow.field] = value
        return self._page()

    # Business: whose page

    @api.model
    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a Fiken manager may set up the connection to Fiken.")
            )

    @api.model
    def _fiken_company(self):
        """The books of the company that the user works in, with their own rights."""
        found = self.env["fiken.company"]._of_company(self.env.company)
        return found.with_env(self.env)

    @api.model
    def _vendor(self):
        return self._fiken_company().default_vendor_id

    @api.model
    def _place(self):
        books = self._fiken_company()
        # First: the default shop comes with the others.
        shops = self._shops(books)
        return Place(books, self._connection(books), shops, books.default_vendor_id)

    @api.model
    def _shops(self, books):
        return self.env["fiken.vendor"].search_fetch(
            [
                ("fiken_company_id", "in", books.ids),
                ("accounting_system", "=", "fiken"),
            ]
        )

    @api.model
    def _connection(self, books=None):
        """The connection of these books; before there are any, one that can serve.

        :param books: where they were looked up already
        """
        own = (self._fiken_company() if books is None else books).connection_id
        if own:
            return own
        connections = self.env["fiken.connection"].search(Domain.TRUE)
        for state in ("connected", "reconnect", "draft"):
            found = connections.filtered(lambda one, state=state: one.state == state)
            if found:
                # The newest: somebody has just come back from Fiken with it.
                return found[-1]
        return connections.browse()

    @api.model
    def _flows(self, books):
        if not books:
            return []
        flows = [*books._flows(), *books.default_vendor_id._flows()]
        return sorted(flows, key=lambda flow: flow.sequence)

    # Business: the page

    @api.model
    def _page(self):
        steps = self._steps()
        first = next((one["key"] for one in steps if one["state"] == TODO), False)
        return {
            "company": self.env.company._fiken_books().name,
            "is_admin": self.env.user.has_group(ADMIN),
            "is_done": not first,
            "next": first,
            "steps": steps,
        }

    @api.model
    def _steps(self):
        """Each with its key, title, state, summary, and what it shows when open."""
        place = self._place()
        steps = [
            self._step_app(place),
            self._step_consent(place),
            self._step_company(place),
        ]
        if steps[-1]["state"] == DONE:
            steps += [
                *self._steps_mapping(place),
                self._step_flows(place),
                self._step_import(place),
                self._step_first(place),
            ]
        else:
            steps += [
                self._step(key, title, LOCKED)
                for key, title in (
                    ("accounts", self.env._("Accounts in use")),
                    ("details", self.env._("Sales without tax, categories, payments")),
                    ("flows", self.env._("What goes to Fiken")),
                    ("import", self.env._("Take over what Fiken has")),
                    ("first", self.env._("The first document")),
                )
            ]
        before = True
        for step in steps[:3]:
            if not before:
                step["state"] = LOCKED
            before = before and step["state"] == DONE
        return steps

    @api.model
    def _step(self, key, title, state, summary="", **content):
        return {
            "key": key,
            "title": title,
            "state": state,
            "summary": summary,
            **content,
        }

    def _step_app(self, place):
        connections = self.env["fiken.connection"]
        client_id, secret = connections._app_credentials()
        has_app = bool(client_id and secret)
        url = connections._callback_url()
        is_admin = self.env.user.has_group(ADMIN)
        return self._step(
            "app",
            self.env._("App at Fiken"),
            DONE if has_app else TODO,
            self.env._("Id and secret are there.") if has_app else "",
            redirect_uri=url,
            is_safe=url.startswith(
                ("https://", "http://localhost", "http://127.0.0.1")
            ),
            client_id=(client_id or "") if is_admin else "",
            has_secret=bool(secret),
            who_may="" if is_admin else self._who_may(),
            web=connections._web_address(),
            connection_id=place.connection.id,
        )

    def _step_consent(self, place):
        connection = place.connection
        is_given = connection.state == "connected"
        return self._step(
            "consent",
            self.env._("Consent at Fiken"),
            DONE if is_given else TODO,
            self.env._("Connected as %(name)s.", name=connection.user_name)
            if is_given
            else connection.state_reason or "",
            user=connection.user_name or "",
            email=connection.user_email or "",
            at=str(connection.consent_at or ""),
            by=connection.sudo().consent_user_id.name or "",
            is_again=connection.state in ("reconnect", "disconnected"),
            connection_id=connection.id,
        )

    def _step_company(self, place):
        fiken_company = place.books
        since = place.vendor.enabled_since
        summary = ""
        if fiken_company:
            summary = " · ".join(
                filter(None, [fiken_company.name, fiken_company.organization_number])
            )
        return self._step(
            "company",
            self.env._("Company and first day"),
            DONE if fiken_company and since else TODO,
            summary,
            name=fiken_company.name or "",
            since=str(since or ""),
            web=fiken_company._web_url() if fiken_company else "",
        )

    def _step_flows(self, place):
        rows = [
            {
                "key": flow.key,
                "model": flow.record._name,
                "id": flow.record.id,
                "label": flow.label,
                "value": flow.value,
                "is_on": flow.is_on,
                "consequence": flow.choice.consequence,
                "choices": [
                    {"value": one.value, "label": one.label} for one in flow.choices
                ],
            }
            for flow in self._flows(place.books)
        ]
        off = [row["label"] for row in rows if not row["is_on"]]
        summary = self.env._("Off: %(names)s.", names=", ".join(off)) if off else ""
        return self._step(
            "flows",
            self.env._("What goes to Fiken"),
            DONE,
            summary,
            rows=rows,
            lacking=[
                {"id": shop.id, "text": shop.journal_text}
                for shop in place.shops
                if shop.journal_text
            ],
        )
