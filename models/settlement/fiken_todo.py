from odoo import api, models

from .fiken_settlement import CARRIERS


class FikenTodo(models.Model):
    """A day tells itself what a person must do, with what its jobs stopped for."""

    _inherit = "fiken.todo"

    @api.model
    def _own_tellers(self):
        return [*super()._own_tellers(), *CARRIERS]
