from odoo import models


class MailActivity(models.Model):
    """Who marks the activity as done has seen what it told."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        todos = (
            self.env["fiken.todo"]
            .sudo()
            .search([("activity_id", "in", self.ids), ("is_closable", "=", True)])
        )
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        todos._close(by=self.env.user)
        return result
