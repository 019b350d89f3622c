from odoo import models


class FikenCompany(models.Model):
    """Saving a Fiken company lets the jobs that wait for it try again."""

    _name = "fiken.company"
    _inherit = ["fiken.company", "fiken.setting.mixin"]
