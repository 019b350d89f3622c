from odoo import models


class FikenNotifier(models.AbstractModel):
    """What a day's notice says stays a to-do until a person has looked at it."""

    _inherit = "fiken.notifier"

    def _close_todos(self, records):
        if records._name == "fiken.settlement":
            settled = records - self._with_problems(records)
            records -= settled - settled._without_notice()
        return super()._close_todos(records)
