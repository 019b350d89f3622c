from odoo import api, models
from odoo.fields import Domain

from .fiken_access_mixin import MANAGER
from .sentence import say


class FikenConnection(models.Model):
    """While nothing can be sent it is said on every page, and who mends it."""

    _inherit = "fiken.connection"

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
        reader = self.sudo(False)
        if self.env.user.has_group(MANAGER) and reader.has_access("write"):
            row.update(button=button, action=self._get_records_action())
        else:
            manager = self._manager_of(self._managed_companies(), self)
            row["who"] = self.env._("Ask %(name)s", name=manager.name)
        return row
