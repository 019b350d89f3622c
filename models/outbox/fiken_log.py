from odoo import fields, models


class FikenLog(models.Model):
    """Which job a request was made for."""

    _inherit = "fiken.log"

    job_id = fields.Many2one(
        "fiken.job", readonly=True, index="btree_not_null", ondelete="set null"
    )
