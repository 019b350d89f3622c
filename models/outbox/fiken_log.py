from odoo import api, fields, models
from odoo.tools import SQL


class FikenLog(models.Model):
    """Which job a request was made for."""

    _inherit = "fiken.log"

    job_id = fields.Many2one(
        "fiken.job", readonly=True, index="btree_not_null", ondelete="set null"
    )

    @api.model
    def _fiken_company_sql(self, job_id, record):
        """A file's address does not say whose it is; its job does."""
        sql = super()._fiken_company_sql(job_id, record)
        if not job_id:
            return sql
        return SQL(
            "COALESCE(%s, (SELECT fiken_company_id FROM fiken_job WHERE id = %s))",
            sql,
            job_id,
        )
