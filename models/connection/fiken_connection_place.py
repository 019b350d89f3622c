from odoo import api, fields, models
from odoo.exceptions import UserError

from .fiken_access_mixin import WARNING


class FikenConnection(models.Model):
    """Where this database was when it was connected: a copy of it must not send."""

    _inherit = "fiken.connection"

    database_uuid = fields.Char(readonly=True, copy=False)
    database_name = fields.Char(readonly=True, copy=False)
    base_url = fields.Char(readonly=True, copy=False)
    is_elsewhere = fields.Boolean(
        "Moved or Copied?",
        compute="_compute_is_elsewhere",
        help="The database, its name or its address is not the one that was connected.",
    )

    # Computes

    @api.depends("database_uuid", "database_name", "base_url")
    def _compute_is_elsewhere(self):
        here = self._here()
        for connection in self:
            connection.is_elsewhere = bool(connection.database_uuid) and any(
                connection[name] != value for name, value in here.items()
            )

    # Actions

    def action_declare_moved(self):
        """The same database at a new address: go on from here."""
        self._check_manager()
        self.sudo().write(self._here())
        self.sudo().activity_unlink([WARNING])
        self._wake()

    def action_declare_copied(self):
        """A copy must not send: forget the tokens, leave the original's alone."""
        self._check_manager()
        self._forget_tokens(self.env._("This database is a copy; it sends nothing."))

    # Business

    @api.model
    def _here(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return {
            "database_uuid": get_param("database.uuid"),
            "database_name": self.env.cr.dbname,
            "base_url": get_param("web.base.url"),
        }

    def _check_here(self):
        if self.is_elsewhere:
            raise UserError(
                self.env._(
                    "This database is not where the connection to Fiken was made."
                    " Say on the connection whether it was moved or copied."
                )
            )
