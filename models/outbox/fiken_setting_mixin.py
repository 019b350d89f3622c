from odoo import api, models


class FikenSettingMixin(models.AbstractModel):
    """A record that a job may wait for: changing it lets those jobs try again."""

    _name = "fiken.setting.mixin"
    _description = "Setting that Fiken jobs wait for"

    # The model that blocked jobs name; a line names the record it is part of.
    _fiken_released_model = None

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._fiken_release()
        return records

    def write(self, vals):
        settings = [name for name in vals if self._fiken_is_setting(name)]
        before = self._fiken_values(settings)
        result = super().write(vals)
        if before != self._fiken_values(settings):
            self._fiken_release()
        return result

    # Business

    def _fiken_cure(self, job):
        """What mends a job that waits for this: its own form, unless a package or a
        screen knows better."""
        return job._cure_in_form(self)

    @api.model
    def _fiken_is_setting(self, name):
        """Whether a person, or Fiken with a yes or no, decides by this field.

        When something was read, and how it went, lets nothing go.
        """
        field = self._fields.get(name)
        return bool(field) and (not field.readonly or field.type == "boolean")

    def _fiken_values(self, names):
        return [record[name] for record in self for name in names]

    def _fiken_release(self):
        """Let the jobs go that wait for a record like these.

        What is missing on one may be found on another: a category's parent, a tax's
        twin.
        """
        self.env["fiken.job"]._release(self._fiken_released_model or self._name)
