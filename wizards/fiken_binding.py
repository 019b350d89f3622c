from odoo import models


class FikenBinding(models.Model):
    """The button that asks why a link is removed."""

    _inherit = "fiken.binding"

    def action_unlink_from_fiken(self):
        self.ensure_one()
        self._check_removable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Remove the Link to Fiken"),
            "res_model": "fiken.unlink",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_binding_id": self.id},
        }
