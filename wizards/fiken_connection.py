from odoo import models


class FikenConnection(models.Model):
    """The button that opens the choice of a company."""

    _inherit = "fiken.connection"

    def action_choose_company(self):
        """Read the shared companies, then let the user choose one."""
        self._check_manager()
        wizard = self.env["fiken.connect"].create({"connection_id": self.id})
        return wizard._get_records_action(
            name=self.env._("Choose the Fiken Company"), target="new", context={}
        )
