from odoo import models
from odoo.fields import Domain

from ..connection.fiken_company_setup import GREEN, RED, YELLOW, SetupCheck, SetupLine
from ..ledger.fiken_ledger_gap import names_of


class FikenCompany(models.Model):
    """Whether projects can go to Fiken, and that stock values never do."""

    _inherit = "fiken.company"

    def _setup_checks(self):
        return [
            *super()._setup_checks(),
            SetupCheck(120, self._check_setup_projects),
            SetupCheck(140, self._check_setup_stock_valuation),
        ]

    def _check_setup_projects(self, session):
        vendors = self._setup_vendors().filtered("projects_enabled")
        if not vendors:
            return
        _rows, error = self._setup_ask(
            session, self._path("/projects?page=0&pageSize=1"), "rows"
        )
        title = self.env._("Project module")
        if error:
            yield SetupLine(RED, title, self._setup_explain(error), vendors)
            return
        without = vendors.filtered(lambda vendor: not vendor.analytic_plan_id)
        yield SetupLine(
            RED if without else GREEN,
            title,
            self.env._("Choose the analytic plan of the projects.")
            if without
            else self.env._("Active."),
            without or vendors,
        )

    def _check_setup_stock_valuation(self, session):
        categories = self.env["product.category"]
        if "property_valuation" not in categories._fields:
            return
        perpetual = categories.search(Domain.TRUE).filtered(
            lambda category: category.property_valuation == "real_time"
        )
        if perpetual:
            yield SetupLine(
                YELLOW,
                self.env._("Stock valuation"),
                self.env._(
                    "%(names)s value stock perpetually in Odoo. The connector never"
                    " sends stock values: keep them in one of the two systems.",
                    names=names_of(perpetual, self.company_id),
                ),
                perpetual,
            )
