from odoo import api, models


class FikenResource(models.AbstractModel):
    """Texts that fit Fiken's fields."""

    _inherit = "fiken.resource"

    @api.model
    def _shortened(self, text, limit=200):
        """A text that fits Fiken's field, cut with an ellipsis."""
        text = self._one_line(text)
        return text if len(text) <= limit else text[: limit - 1] + "…"

    @api.model
    def _one_line(self, text):
        return " ".join((text or "").split())
