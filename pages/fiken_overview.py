from collections import defaultdict
from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.connection import who_may
from ..models.connection.fiken_access_mixin import MANAGER, USER
from ..models.connection.sentence import say

# What has switches.
SWITCHED = ("fiken.vendor", "fiken.company")


class FikenOverview(models.AbstractModel):
    """What goes to Fiken, what does not, and how it goes: one page, one question.

    Everything is read as the user: records by their rules, figures by the same.
    """

    _name = "fiken.overview"
    _description = "Fiken Overview"

    # Business: what the browser asks

    @api.model
    def fiken_page(self, with_figures=True):
        """The whole page.

        :param with_figures: else only what is on and off
        """
        self._check_reader()
        books = self.env["fiken.company"].search_fetch([])
        may_switch = self._may_switch()
        places = self._places(books)
        page = {
            "may_switch": may_switch,
            "who_may": [] if may_switch else self._who_may(books),
            "midnight": self._moment(self._midnight()),
            "books": [
                {
                    **self._head(one),
                    "places": [self._place(record) for record in places[one]],
                }
                for one in books
            ],
        }
        if with_figures:
            self._add_figures(books, places, page)
        return page

    @api.model
    def fiken_ask(self, model, record_id, key):
        """{value of a switch: what happens at once when it is set so}"""
        record, flow = self._flow(model, record_id, key)
        return [
            [choice.value, record._flow_told(key, choice.value)]
            for choice in flow.choices
        ]

    @api.model
    def fiken_switch(self, model, record_id, key, value):
        """Set a switch, as the user; then the page is read again."""
        record, flow = self._flow(model, record_id, key)
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise UserError(self.env._("Only a Fiken manager may do this."))
        record.check_access("write")
        if value not in [choice.value for choice in flow.choices]:
            raise UserError(
                self.env._(
                    "%(flow)s of %(name)s cannot be set like this. Reload the page.",
                    flow=flow.label,
                    name=record.display_name,
                )
            )
        if value == flow.value:
            return
        method = dict(flow.methods).get(value)
        if method:
            getattr(record, method)()
        else:
            record.write({flow.field: value})

    # Business

    @api.model
    def _check_reader(self):
        if not self.env.su and not self.env.user.has_group(USER):
            raise UserError(self.env._("Only a Fiken user may do this."))

    @api.model
    def _may_switch(self):
        return self.env.su or self.env.user.has_group(MANAGER)

    @api.model
    def _who_may(self, books):
        """The names of those who may set the switches."""
        return who_may.names(self.env, MANAGER, books.company_id or self.env.company)

    @api.model
    def _flow(self, model, record_id, key):
        """A record and its switch, as the user may read them."""
        self._check_reader()
        if model not in SWITCHED:
            raise UserError(self.env._("It has no switch. Reload the page."))
        record = self.env[model].browse(record_id).exists()
        record.check_access("read")
        for flow in record._flows() if record else ():
            if flow.key == key:
                return record, flow
        raise UserError(self.env._("It has no switch any more. Reload the page."))

    @api.model
    def _places(self, books):
        """{Fiken company: its shops, then itself}: whatever has switches."""
        shops = self.env["fiken.vendor"].search_fetch(
            [
                ("fiken_company_id", "in", books.ids),
                ("accounting_system", "=", "fiken"),
            ]
        )
        by_books = shops.grouped("fiken_company_id")
        return {one: [*by_books.get(one, ()), one] for one in books}

    @api.model
    def _head(self, books):
        """Which books these are, and the state of their connection.

        A branch's people read the books, but not the connection itself.
        """
        books = books.sudo()
        connection = books.connection_id
        return {
            "id": books.id,
            "name": books.name,
            "company_id": books.company_id.id,
            "is_test": books.test_company,
            "connection": {
                "id": connection.id,
                "state": connection.state,
                "user": connection.user_name or connection.user_email or "",
                "reason": connection.state_reason or "",
            },
            "trouble": self._trouble(books),
        }

    @api.model
    def _trouble(self, books):
        """Why nothing goes to Fiken, and where it is put right; None when it goes."""
        connection = books.connection_id
        if connection.is_elsewhere:
            text = self.env._(
                "This database was moved or copied since it was connected, so nothing"
                " is sent. Say on the connection which it was."
            )
        elif connection.state == "reconnect":
            text = self.env._(
                "Fiken must be connected again: it no longer accepts our consent."
                " Nothing is sent until then, and nothing is lost."
            )
        elif connection.state != "connected":
            text = self.env._("There is no connection to Fiken, so nothing is sent.")
        elif not books.has_api_access:
            text = self.env._(
                "%(name)s has not ordered Fiken's API module, so nothing is sent. In"
                " Fiken: Foretak › Tilleggstjenester › API.",
                name=books.name,
            )
        elif not books.is_shared:
            text = say(self.env, books._unshared_text())
        else:
            return None
        return {"text": text, "reconnects": connection.state == "reconnect"}

    @api.model
    def _place(self, record):
        """A shop, or the whole company, with its switches by kind."""
        kinds = defaultdict(list)
        for flow in sorted(record._flows(), key=lambda one: one.sequence):
            kinds[flow.kind].append(flow)
        is_shop = record._name == "fiken.vendor"
        return {
            "model": record._name,
            "id": record.id,
            "name": record.name,
            "is_shop": is_shop,
            "since": is_shop and fields.Date.to_string(record.enabled_since),
            "lacks": is_shop and record.journal_text,
            "kinds": [
                {"kind": kind, "flows": [self._switch(flow) for flow in flows]}
                for kind, flows in kinds.items()
            ],
        }

    @api.model
    def _switch(self, flow):
        return {
            "key": flow.key,
            "label": flow.label,
            "value": flow.value,
            "is_on": flow.is_on,
            "now": flow.choice.label,
            "consequence": flow.choice.consequence,
            "when": flow.when,
            "next_at": self._moment(flow.next_at),
            "choices": [list(choice) for choice in flow.choices],
        }

    @api.model
    def _midnight(self):
        """When the user's day began, in UTC."""
        zone = pytz.timezone(self.env.user.tz or "Europe/Oslo")
        today = pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()
        begins = zone.localize(datetime.combine(today, time.min))
        return begins.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _moment(self, at):
        return fields.Datetime.to_string(at) if at else False

    @api.model
    def _add_figures(self, books, places, page):
        """What is counted; see fiken_overview_figures.py."""
