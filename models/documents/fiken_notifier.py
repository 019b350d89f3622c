from odoo import api, models


class FikenNotifier(models.AbstractModel):
    """What is told on a document of its files, too."""

    _inherit = "fiken.notifier"

    @api.model
    def _with_problems(self, records):
        """A file that stopped is told on its document, whatever became of that."""
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    # Else those would be left out that are a field's value.
                    ("id", "!=", False),
                ]
            )
        )
        stopped = self._stopped_of(files._name, files.ids)
        files = files.browse(stopped.mapped("res_id"))
        return super()._with_problems(records) | records.browse(files.mapped("res_id"))
