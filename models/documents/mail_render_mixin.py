from odoo import api, models


class MailRenderMixin(models.AbstractModel):
    """Templates of any kind name what Fiken issues as the customer knows it."""

    _inherit = "mail.render.mixin"

    @api.model
    def _render_template(self, template_src, model, res_ids, *args, **kwargs):
        rendered = super()._render_template(
            template_src, model, res_ids, *args, **kwargs
        )
        if model != "account.move":
            return rendered
        moves = self.env[model].browse(rendered).exists()
        return {
            **rendered,
            **{move.id: move._fiken_renamed(rendered[move.id]) for move in moves},
        }
