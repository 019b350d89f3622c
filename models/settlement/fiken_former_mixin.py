from odoo import models


class FikenFormerMixin(models.AbstractModel):
    """What was posted by its former account or category stays there."""

    _name = "fiken.former.mixin"
    _description = "Whose former values Fiken's settlements keep"

    # Fields that decide on which account Odoo posts what a till sold.
    _fiken_posts_by = frozenset()

    def write(self, vals):
        Former = self.env["fiken.former.value"]
        before = Former._seen(self, self._fiken_posts_by & vals.keys())
        result = super().write(vals)
        Former._keep(before)
        return result
