"""Who works with Fiken: users with the rights of a trade, and no others."""

from odoo import Command
from odoo.tests import new_test_user

from .common import FikenCase

USER = "fiken_connector.group_fiken_user"
MANAGER = "fiken_connector.group_fiken_manager"


class SecurityCase(FikenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoicer = cls.new_user("ivar", "account.group_account_invoice")
        cls.manager = cls.new_user("mona", MANAGER)
        cls.employee = cls.new_user("erik", "base.group_user")

    @classmethod
    def new_user(cls, login, *groups, companies=None):
        companies = companies or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=",".join({"base.group_user", *groups}),
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
        )

    def new_day(self):
        """A day of the shop that stopped, without a point of sale."""
        self.vendor.sudo().settlement_mode = "booked"
        return (
            self.env["fiken.settlement"]
            .sudo()
            .create(
                {
                    "vendor_id": self.vendor.id,
                    "fiken_company_id": self.fiken_company.id,
                    "company_id": self.company.id,
                    "number": "D/2026-01-15",
                    "day": "2026-01-15",
                    "date": "2026-01-15",
                    "mode": "booked",
                    "state": "failed",
                    "reason": "Nobody knows",
                }
            )
        )
