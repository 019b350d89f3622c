from odoo import api, models
from odoo.exceptions import AccessError


class FikenGuardMixin(models.AbstractModel):
    """What people write, and what only our own code writes, as the system.

    ``readonly=True`` binds forms; here it binds whoever writes. A button that changes
    such a field checks who pressed it and goes on with ``sudo()``.
    """

    _name = "fiken.guard.mixin"
    _description = "Fields That People Write"

    # CRUD

    @api.model
    def default_get(self, fields):
        """Of what people do not write, only the default that the code gives.

        Theirs come with the context, or from the defaults that they may keep.
        """
        values = super().default_get(fields)
        if self.env.su:
            return values
        closed = values.keys() - self._creatable_fields()
        given = {
            name: self._fields[name].default(self)
            for name in closed
            if self._fields[name].default
        }
        values = {name: values[name] for name in values.keys() - closed}
        return values | self._convert_to_write(given)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_open(vals, self._creatable_fields())
        return super().create(vals_list)

    def write(self, vals):
        self._check_writable(vals)
        return super().write(vals)

    # Business

    @api.model
    def _writable_fields(self):
        """The names of the fields that people may write."""
        return {name for name, field in self._fields.items() if not field.readonly}

    @api.model
    def _creatable_fields(self):
        """Those that they may write when they make one: also whose it is."""
        return self._writable_fields() | {"company_id"}

    def _check_writable(self, vals):
        self._check_open(vals, self._writable_fields())

    @api.model
    def _check_open(self, vals, names):
        closed = set() if self.env.su else vals.keys() - names
        if closed:
            raise AccessError(
                self.env._(
                    "%(model)s: nobody writes %(fields)s by hand. It is set by the"
                    " buttons, and by what Fiken says.",
                    model=self._description,
                    fields=", ".join(sorted(closed)),
                )
            )
