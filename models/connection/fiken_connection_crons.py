from odoo import models

from . import own_cron
from .sentence import _lt, say


class FikenConnection(models.Model):
    """The scheduled actions that serve a connection, and who is told when one stops."""

    _inherit = "fiken.connection"

    def _make_cron(self):
        name = f"Fiken: send what is due (connection {self.id})"
        self.cron_id = own_cron.hourly(self, name, "_cron_send")

    def _mend_cron(self):
        """Make it anew when somebody deleted it, switch it on when it is off.

        :return: what was wrong: ``deleted``, ``off`` or ''
        """
        why = own_cron.why_stopped(self.cron_id)
        if why == "deleted":
            self._make_cron()
        elif why:
            self.cron_id.active = True
        return why

    def _mend_crons(self):
        """Let all that serve this connection run again.

        What has crons of its own adds them.

        :return: [(what they do, ``deleted`` or ``off``)] of those that had stopped
        """
        why = self.sudo()._mend_cron()
        if not why:
            return []
        self._wake()
        return [(_lt("Sending to Fiken"), why)]

    def _tell_stopped(self, stopped):
        """A to-do for each scheduled action that did not run any more."""
        for what, why in stopped:
            self._notify_managers(
                f"stopped {say(None, what)}",
                _lt("Stopped and started again: %(what)s", what=what),
                self._stopped_text(why),
                is_closable=True,
            )

    def _stopped_text(self, why):
        if why == "deleted":
            return _lt(
                "Somebody had deleted this scheduled action. It was made anew, and what"
                " waited is done now."
            )
        return _lt(
            "This scheduled action was switched off, as Odoo does after repeated"
            " failures. It was switched on again, and what waited is done now. Look at"
            " the server log if this happens again."
        )

    def _wake(self, at=None):
        """Let the worker run: right after this commit, or at a time."""
        for cron in self.sudo().cron_id:
            cron._trigger(at=at)
