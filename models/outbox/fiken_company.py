from odoo import models


class FikenCompany(models.Model):
    """Saving a Fiken company lets the jobs that wait for it try again."""

    _name = "fiken.company"
    _inherit = ["fiken.company", "fiken.setting.mixin"]

    def _fiken_release(self):
        """Each has its own module, its own share and its own settings."""
        self.env["fiken.job"]._release(self._name, self.ids)
