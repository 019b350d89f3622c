from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .sentence import _lt

# What tells a copy from the database that was connected. A dump that is restored under
# the old name has another oid, a copy on another server another cluster.
SIGNS = ("database_uuid", "database_name", "database_oid", "database_cluster")


class FikenConnection(models.Model):
    """Where this database was when it was connected: a copy of it must not send."""

    _inherit = "fiken.connection"

    database_uuid = fields.Char(readonly=True, copy=False)
    database_name = fields.Char(readonly=True, copy=False)
    database_oid = fields.Char(readonly=True, copy=False)
    database_cluster = fields.Char(readonly=True, copy=False)
    base_url = fields.Char("Odoo's Address at Consent", readonly=True, copy=False)
    is_elsewhere = fields.Boolean(
        "Moved or Copied?",
        compute="_compute_is_elsewhere",
        help="This is not the database that was connected, or it has another name.",
    )
    has_other_address = fields.Boolean(
        compute="_compute_is_elsewhere",
        help="Odoo's web address is not the one that it had at consent.",
    )
    present_url = fields.Char("Odoo's Address", compute="_compute_is_elsewhere")

    # Computes

    @api.depends(*SIGNS, "base_url")
    def _compute_is_elsewhere(self):
        here = self._here()
        for connection in self:
            other = {
                name
                for name, value in here.items()
                if connection.database_uuid and (connection[name] or "") != value
            }
            connection.is_elsewhere = bool(other.intersection(SIGNS))
            connection.has_other_address = "base_url" in other
            connection.present_url = here["base_url"]

    # Actions

    def action_declare_moved(self):
        """The same database in another place: go on from here."""
        self._check_manager()
        self.sudo().write(self._here())
        self._cured("elsewhere")
        self._wake()

    def action_declare_copied(self):
        """A copy must not send: forget the tokens, leave the original's alone."""
        self._check_manager()
        self._forget_tokens(_lt("This database is a copy; it sends nothing."))

    def action_accept_address(self):
        """The new web address is right; no more warnings about the old one."""
        self._check_manager()
        self._check_here()
        self.sudo().base_url = self._here()["base_url"]

    # Business

    @api.model
    def _here(self):
        """What a connection remembers of this database.

        The web address alone says little: Odoo writes it anew whenever an
        administrator logs in by another one.
        """
        get_param = self.env["ir.config_parameter"].sudo().get_param
        ((oid, may_ask),) = self.env.execute_query(
            SQL(
                """SELECT oid::text,
                          has_function_privilege('pg_control_system()', 'execute')
                     FROM pg_database WHERE datname = current_database()"""
            )
        )
        return {
            "database_uuid": get_param("database.uuid", ""),
            "database_name": self.env.cr.dbname,
            "database_oid": oid,
            "database_cluster": self._cluster() if may_ask else "",
            "base_url": get_param("web.base.url", ""),
        }

    @api.model
    def _cluster(self):
        """What PostgreSQL calls itself; a copy of all its files has it as well."""
        ((identifier,),) = self.env.execute_query(
            SQL("SELECT system_identifier::text FROM pg_control_system()")
        )
        return identifier

    def _check_here(self):
        if self.is_elsewhere:
            raise UserError(
                self.env._(
                    "This database is not where the connection to Fiken was made."
                    " Say on the connection whether it was moved or copied."
                )
            )
