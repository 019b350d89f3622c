"""Who is told: a Fiken manager of the company, who is there to read it."""

from odoo import Command
from odoo.tests import new_test_user

from ..common import FikenCase

MANAGER = "fiken_connector.group_fiken_manager"


class TestAccess(FikenCase):
    def setUp(self):
        super().setUp()
        self.mixin = self.env["fiken.access.mixin"]
        self.group = self.env.ref(MANAGER).sudo()
        self.group.user_ids = [Command.clear()]
        self.elsewhere = self.env["res.company"].create({"name": "Elsewhere AS"})

    def manager(self, login, company=None, groups="base.group_user", **values):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=f"{groups},{MANAGER}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            **values,
        )

    def test_neither_the_archived_nor_odoobot_nor_another_company_is_told(self):
        self.manager("lars", self.elsewhere)
        self.manager("mona").active = False
        odoobot = self.env.ref("base.user_root").sudo()
        odoobot.company_ids |= self.company
        odoobot.group_ids |= self.group
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_users SET active = TRUE WHERE id = 1")
        odoobot.invalidate_recordset()
        kari = self.manager("kari")
        self.assertEqual(self.mixin._managers_of(self.company), kari)
        self.assertEqual(self.mixin._manager_of(self.company, self.vendor), kari)

    def test_without_a_manager_the_administrator_is_told(self):
        self.assertEqual(
            self.mixin._manager_of(self.company, self.vendor),
            self.env.ref("base.user_admin"),
        )

    def test_of_an_invoice_rather_who_may_open_it_is_told(self):
        """Anna, the first of the managers, connects and maps; she sees no invoices."""
        anna = self.manager("anna")
        move = self.invoice()
        self.assertEqual(self.mixin._manager_of(self.company, move), anna)
        accountant = self.manager("berit", groups="account.group_account_invoice")
        self.assertEqual(self.mixin._manager_of(self.company, move), accountant)
        self.assertEqual(self.mixin._manager_of(self.company, self.vendor), anna)

    def test_a_cause_is_one_todo_of_one_manager(self):
        self.manager("kari")
        for record in (self.connection, self.vendor.ledger_id):
            before = record.activity_ids
            for _time in range(2):
                todo = record._notify_managers("look", "Look", "Please")
            self.assertEqual(record.activity_ids - before, todo.activity_id)
            record._cured("look")
            self.assertEqual(todo.state, "closed")
            self.assertEqual(record.activity_ids, before)
