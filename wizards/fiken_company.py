from odoo import models


class FikenCompany(models.Model):
    """The button of the set-up check."""

    _inherit = "fiken.company"

    def action_setup_check(self):
        return self.env["fiken.setup.check"].action_open(self)
