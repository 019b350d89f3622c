from odoo import models


class FikenCompany(models.Model):
    """The button of the start-up import."""

    _inherit = "fiken.company"

    def action_startup_import(self):
        return self.env["fiken.import"].action_open(self)
