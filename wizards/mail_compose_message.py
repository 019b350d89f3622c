from odoo import models


class MailComposeMessage(models.TransientModel):
    """A template's mail about an invoice waits for the number that Fiken gives it."""

    _inherit = "mail.compose.message"

    def _action_send_mail(self, auto_commit=False):
        for composer in self:
            if composer.model == "account.move" and composer.template_id:
                moves = self.env["account.move"].browse(composer._evaluate_res_ids())
                moves._fiken_check_papers()
        return super()._action_send_mail(auto_commit=auto_commit)
