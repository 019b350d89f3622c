from odoo import api, models
from odoo.tools import SQL


class FikenJob(models.Model):
    """Whose a job is: the books', or the branch's whose document it is about.

    A model says so by ``_fiken_company_field``.
    """

    _inherit = "fiken.job"

    # Business

    @api.model
    def _record_company(self, models):
        """The company of a row's record: a branch's people see the jobs of theirs."""
        company = SQL("NULL")
        for name in sorted(models):
            model = self.env[name]
            field = getattr(model, "_fiken_company_field", None)
            if field:
                model.flush_model([field])
                company = SQL(
                    "CASE row.res_model WHEN %s"
                    " THEN (SELECT %s FROM %s one WHERE one.id = row.res_id)"
                    " ELSE %s END",
                    name,
                    SQL.identifier("one", field),
                    SQL.identifier(model._table),
                    company,
                )
        return SQL("(%s)::integer", company)
