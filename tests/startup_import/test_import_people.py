"""Who may import, and of which company."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .importing import ImportCase

MANAGER = "fiken_connector.group_fiken_manager"


class TestPeople(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.person("mona", MANAGER)
        cls.invoicer = cls.person("ivar", "account.group_account_invoice")

    @classmethod
    def person(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_a_manager_who_is_no_accountant_imports(self):
        contact = self.fiken_contact("Kaffehuset AS")
        partner = self.odoo_partner("Kaffehuset AS")
        remote_id = self.fiken_product()
        startup = self.startup.with_user(self.manager)
        startup.action_read()
        self.run_cron()
        line = self.line_of(contact).with_user(self.manager)
        with Form(line) as form:
            form.choice = "link"
            form.policy = "fill"
        startup.action_import()
        self.run_cron()
        self.assertEqual(self.binding(partner, "contact").remote_id, contact)
        self.assertTrue(self.line_of(remote_id).product_id)
        with Form(startup):
            pass

    def test_others_do_not(self):
        startup = self.startup.with_user(self.invoicer)
        for button in ("action_read", "action_import", "action_reopen", "action_open"):
            with self.assertRaises(UserError):
                getattr(startup, button)()
        with self.assertRaises(AccessError):
            startup.line_ids.search([])

    def test_what_is_read_cannot_be_forged(self):
        contact = self.fiken_contact()
        self.read_fiken()
        line = self.line_of(contact).with_user(self.manager)
        for values in (
            {"remote_id": "1"},
            {"data": {}},
            {"state": "done"},
            {"import_id": self.startup.id},
        ):
            with self.assertRaises(UserError):
                line.write(values)

    def test_each_company_has_its_own(self):
        books = self.other_fiken_company()
        other = books.company_id
        stranger = self.person("nils", MANAGER, other)
        contact = self.fiken_contact("Kaffehuset AS", organizationNumber="987654325")
        self.sandbox.fill(
            books.slug, "contacts", [{"name": "Nordkunden AS", "customer": True}]
        )
        hidden = self.odoo_partner(
            "Nords kunde AS", company_registry="987654325", company_id=other.id
        )
        lines = self.read_fiken()
        self.assertEqual(self.line_of(contact).match, "new")
        with self.assertRaises(AccessError):
            self.startup.with_user(stranger).action_import()
        self.assertFalse(
            self.env["fiken.import.line"].with_user(stranger).search([]) & lines
        )
        self.take_over()
        self.assertNotEqual(self.line_of(contact).partner_id, hidden)

        action = self.env["fiken.import"].with_user(stranger).action_open(books)
        theirs = self.env["fiken.import"].with_user(stranger).browse(action["res_id"])
        theirs.only_company = True
        theirs.action_read()
        self.run_cron()
        self.assertEqual(theirs.line_ids.mapped("name"), ["Nordkunden AS"])
        theirs.action_import()
        self.run_cron()
        partner = theirs.line_ids.partner_id
        self.assertEqual(partner.sudo().company_id, other)
        binding = self.env["fiken.binding"].sudo().search([("res_id", "=", partner.id)])
        self.assertEqual(binding.company_id, other)

    def test_a_shared_record_is_still_owed_to_other_books(self):
        """What one Fiken company says of a shared customer is news to the other."""
        books = self.other_fiken_company()
        partner = self.odoo_partner("Delt AS", email="post@k.example")
        self.link(partner, "contact", "4711", books)
        contact = self.fiken_contact(
            "Delt AS", email="post@k.example", phoneNumber="22334455"
        )
        self.read_fiken()
        self.line_of(contact).action_take()
        self.take_over()
        owed = self.jobs(partner, "contact").fiken_company_id
        self.assertEqual(owed, books)
