from odoo import fields, models


class ResUsers(models.Model):
    """Whether a person wants the morning's mail."""

    _inherit = "res.users"

    fiken_digest = fields.Boolean(
        "Daily Fiken Mail",
        default=True,
        help="In the morning an e-mail names what you can do for Fiken; none comes when"
        " there is nothing.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ["fiken_digest"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ["fiken_digest"]
