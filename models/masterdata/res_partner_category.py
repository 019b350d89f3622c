from odoo import fields, models


class ResPartnerCategory(models.Model):
    """A tag is a group of Fiken's customers, or says that they stay out of Fiken."""

    _name = "res.partner.category"
    _inherit = ["res.partner.category", "fiken.setting.mixin"]

    fiken_excluded = fields.Boolean(
        "Keep Out of Fiken",
        help="Odoo neither makes nor changes contacts with this tag in Fiken.",
    )

    def write(self, vals):
        result = super().write(vals)
        if {"name", "fiken_excluded"} & vals.keys():
            self._fiken_tagged()._fiken_enqueue_changes()
        return result

    def unlink(self):
        tagged = self._fiken_tagged()
        result = super().unlink()
        tagged._fiken_enqueue_changes()
        return result

    def _fiken_tagged(self):
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        return partners.search([("category_id", "in", self.ids)])
