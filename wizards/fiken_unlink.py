from odoo import fields, models


class FikenUnlink(models.TransientModel):
    """Why a link is removed: somebody will want to know a year from now."""

    _name = "fiken.unlink"
    _description = "Remove a Link to Fiken"

    binding_id = fields.Many2one(
        "fiken.binding", "Link", required=True, readonly=True, ondelete="cascade"
    )
    res_model = fields.Char(related="binding_id.res_model")
    res_id = fields.Many2oneReference(
        related="binding_id.res_id", model_field="res_model", string="Odoo Record"
    )
    resource = fields.Selection(related="binding_id.resource", string="Kind")
    reason = fields.Char(required=True)

    def action_remove(self):
        self.ensure_one()
        self.binding_id._remove(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
