from odoo import models


class MailTemplate(models.Model):
    """No mail about an invoice goes out before Fiken has given its number."""

    _inherit = "mail.template"

    def send_mail_batch(self, res_ids, *args, **kwargs):
        if self.model == "account.move":
            self.env[self.model].browse(res_ids)._fiken_check_papers()
        return super().send_mail_batch(res_ids, *args, **kwargs)
