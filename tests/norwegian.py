"""A company with the Norwegian chart of accounts, loaded once for all tests."""

import functools

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@functools.cache
def norwegian_company_id():
    """Loading the chart takes seconds, and a hundred classes need it."""
    with Registry(get_db_name()).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        norway = env.ref("base.no")
        company = env["res.company"].create(
            {
                "name": "company_1_data",
                "country_id": norway.id,
                "currency_id": norway.currency_id.id,
            }
        )
        chart = env["account.chart.template"]
        chart.try_loading("no", company=company, install_demo=False)
        return company.id


class NorwegianCase(AccountTestInvoicingCommon):
    @classmethod
    @AccountTestInvoicingCommon.setup_country("no")
    def setUpClass(cls):
        # Before the class's transaction begins, which sees no later company.
        norwegian_company_id()
        super().setUpClass()

    @classmethod
    def setup_independent_company(cls, **kwargs):
        company = cls.env["res.company"].browse(norwegian_company_id())
        cls.env.user.company_ids = [Command.link(company.id)]
        return company
