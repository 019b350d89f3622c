from odoo import api, models


class FikenSettingMixin(models.AbstractModel):
    """A record that a job may wait for: saving it lets those jobs try again."""

    _name = "fiken.setting.mixin"
    _description = "Setting that Fiken jobs wait for"

    # The model that blocked jobs name; a line names the record it is part of.
    _fiken_released_model = None

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["fiken.job"]._release(self._fiken_released_model or self._name)
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env["fiken.job"]._release(self._fiken_released_model or self._name)
        return result
