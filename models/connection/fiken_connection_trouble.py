from odoo import api, fields, models
from odoo.fields import Domain

from . import who_may
from .fiken_access_mixin import MANAGER
from .sentence import say


class FikenConnection(models.Model):
    """While nothing can be sent it is said on every page, and who mends it."""

    _inherit = "fiken.connection"

    who_may = fields.Char(compute="_compute_who_may")

    @api.depends_context("uid")
    def _compute_who_may(self):
        """Who gives and ends the consent, for a reader who may not."""
        for connection in self:
            connection.who_may = ""
            if not connection._may_manage():
                companies = connection.sudo()._managed_companies()
                names = connection._managers_of(companies).mapped("name")
                connection.who_may = self.env._(
                    "A Fiken manager connects and disconnects: %s",
                    ", ".join(names) or self.env._("nobody yet"),
                )

    def _may_manage(self):
        return self.env.user.has_group(MANAGER) and self.has_access("write")

    @api.model
    def _troubles(self):
        """[{id, text, button and action, or who}] of what the reader's work goes by."""
        served = self.env["fiken.company"].search(Domain.TRUE).connection_id
        troubles = []
        for connection in served.sudo():
            text, button = connection._trouble_text()
            if text:
                troubles.append(connection._trouble_row(text, button))
        return troubles

    def _trouble_text(self):
        """(why nothing is sent, what to press), else ('', '')."""
        if self.is_elsewhere:
            return (
                self.env._(
                    "Nothing is sent to Fiken: this database was moved or copied."
                ),
                self.env._("Answer"),
            )
        if self.state == "reconnect":
            return (
                self.env._("Fiken must be connected again. Nothing is sent till then."),
                self.env._("Reconnect"),
            )
        if self.state != "connected":
            return (
                self.env._("Fiken is not connected. Nothing is sent till then."),
                self.env._("Connect"),
            )
        closed = self.fiken_company_ids.filtered(lambda one: not one.is_shared)
        if closed:
            text = say(self.env, closed[0]._unshared_title())
            return text, self.env._("Reconnect")
        return "", ""

    def _trouble_row(self, text, button):
        row = {"id": self.id, "text": text, "action": False}
        if self.sudo(False)._may_manage():
            row.update(button=button, action=self._get_records_action())
        else:
            manager = self._manager_of(self._managed_companies(), self)
            row["who"] = who_may.ask(self.env, manager.mapped("name"))
        return row
