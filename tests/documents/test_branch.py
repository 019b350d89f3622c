"""A branch's documents are in the books of its root, and as well looked after."""

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError

from ..branches import BranchMixin
from ..common import SLUG_NO_VAT
from ..people import MANAGER, SecurityCase
from .bills import BillCase
from .sales import SaleCase


class TestBranchInvoice(BranchMixin, SaleCase):
    def invoices(self):
        """{where it is: invoice}, each confirmed."""
        journals = self.env["account.journal"]
        roots = journals.search(
            [("company_id", "=", self.company.id), ("type", "=", "sale")], limit=1
        )
        return {
            f"{company.name} in {journal.display_name}": self.invoice(
                company_id=company.id, journal_id=journal.id
            )
            for company, journal in (
                (self.branch, roots),
                (self.branch, self.branch_journal("sale")),
                (self.kiosk, roots),
                (self.kiosk, self.branch_journal("sale")),
                (self.kiosk, self.branch_journal("sale", self.kiosk)),
            )
        }

    def test_booked_shown_and_guarded_wherever_it_is(self):
        moves = self.invoices()
        self.send()
        for where, move in moves.items():
            with self.subTest(where):
                self.assertEqual(move.fiken_state, "booked", self.reasons(move))
                self.assertTrue(move.fiken_number)
                self.assertFalse(move.show_reset_to_draft_button)
                with self.assertRaises(UserError):
                    move.button_draft()
        self.assertEqual(len(self.sales()), len(moves))

    def test_what_stops_is_among_what_is_not_in_fiken(self):
        journal = self.branch_journal("sale")
        move = self.invoice(
            self.line(100.0, "3", "3005"),
            company_id=self.branch.id,
            journal_id=journal.id,
        )
        self.stopped(move, "blocked", "3005")
        self.assertIn("fiken", move._get_alerts())
        found = move.search([("fiken_state", "=", "blocked")])
        self.assertIn(move, found)
        self.mapping("3005").unlink()
        self.vendor.ledger_id.line_ids.create(
            {
                "ledger_id": self.vendor.ledger_id.id,
                "account_id": self.account("3005").id,
                "fiken_code": "3000",
            }
        )
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_a_journal_of_a_branch_may_be_a_vendor_of_the_root(self):
        shop = self.vendor.copy({"name": "Bergen", "sale_mode": "draft"})
        journal = self.branch_journal("sale", fiken_vendor_id=shop.id)
        move = self.invoice(company_id=self.branch.id, journal_id=journal.id)
        self.send()
        self.assertEqual(move.fiken_state, "draft", self.reasons(move))

    def test_drafts_of_a_branch_follow_the_default_vendor(self):
        journal = self.branch_journal("sale")
        move = self.invoice(
            company_id=self.branch.id, journal_id=journal.id, post=False
        )
        self.assertEqual(move.fiken_mode, "booked")
        self.vendor.sale_mode = "draft"
        self.assertEqual(move.fiken_mode, "draft")

    def test_a_customer_of_the_branch_alone_goes_along(self):
        customer = self.branch_partner("Bryggen kafé AS")
        move = self.invoice(
            company_id=self.branch.id,
            partner_id=customer.id,
            journal_id=self.branch_journal("sale").id,
        )
        self.booked(move)
        self.assertTrue(self.binding(customer, "contact"))

    def test_an_account_of_the_branch_alone_is_mapped_in_the_roots_ledger(self):
        account = self.account("3000").copy(
            {"code": "3013", "company_ids": [(6, 0, self.branch.ids)]}
        )
        journal = self.branch_journal("sale")
        values = {"company_id": self.branch.id, "journal_id": journal.id}
        move = self.invoice(
            {**self.line(), "account_id": account.id}, post=False, **values
        )
        move.action_post()
        self.stopped(move, "blocked", "3013")
        self.assertIn(account, self.vendor.ledger_id._unmapped_accounts())
        self.vendor.ledger_id.line_ids.create(
            {
                "ledger_id": self.vendor.ledger_id.id,
                "account_id": account.id,
                "fiken_code": "3000",
            }
        )
        self.assertEqual(self.booked(move)["lines"][0]["account"], "3000")

    def test_the_category_of_the_branch_says_the_account(self):
        """Odoo keeps a category's accounts for each company, branches too."""
        category = self.env["product.category"].create({"name": "Kaker"})
        accounts = category.with_company(self.branch)
        accounts.property_account_income_categ_id = self.account("3020")
        self.vendor.ledger_id.line_ids.create(
            {
                "ledger_id": self.vendor.ledger_id.id,
                "category_id": category.id,
                "fiken_code": "3010",
            }
        )
        product = self.env["product.product"].create(
            {"name": "Skillingsbolle", "categ_id": category.id}
        )
        move = self.invoice(
            self.line(account="3020", product_id=product.id),
            company_id=self.branch.id,
            journal_id=self.branch_journal("sale").id,
        )
        self.assertEqual(self.booked(move)["lines"][0]["account"], "3010")

    def test_a_branch_has_no_books_of_its_own(self):
        row = self.sandbox.get(f"/companies/{SLUG_NO_VAT}")
        with self.assertRaisesRegex(ValidationError, "is a branch"):
            self.env["fiken.company"].sudo()._link(
                self.connection, self.branch, row, fields.Date.to_date("2026-01-01")
            )
        settings = self.env["res.config.settings"].with_company(self.branch)
        with self.assertRaisesRegex(ValidationError, self.company.name):
            settings.create({}).action_fiken_connect()
        for model, values in (
            ("fiken.vendor", {"name": "Bergen", "code": "B"}),
            ("fiken.ledger", {"name": "Bergen"}),
        ):
            with self.assertRaisesRegex(ValidationError, "is a branch"):
                self.env[model].create({**values, "company_id": self.branch.id})
            made = self.env[model].with_company(self.branch).create(values)
            self.assertEqual(made.company_id, self.company)


class TestBranchBill(BranchMixin, BillCase):
    def test_a_bill_of_a_branch_is_booked_shown_and_guarded(self):
        move = self.bill(
            company_id=self.branch.id, journal_id=self.branch_journal("purchase").id
        )
        self.booked(move)
        with self.assertRaises(UserError):
            move.button_cancel()


class TestBranchPeople(BranchMixin, SecurityCase):
    """Who works in the branch alone sees what is theirs, and no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.local = cls.new_user(
            "lars", "account.group_account_invoice", MANAGER, companies=cls.branch
        )

    def test_they_confirm_see_the_state_and_open_its_job(self):
        journal = self.branch_journal("sale")
        ours = self.invoice(self.line(100.0, "3", "3005"))
        move = self.invoice(
            self.line(100.0, "3", "3005"),
            company_id=self.branch.id,
            journal_id=journal.id,
            post=False,
        )
        theirs = move.with_user(self.local).with_context(
            allowed_company_ids=self.branch.ids
        )
        theirs.action_post()
        self.send()
        self.assertEqual(theirs.fiken_state, "blocked")
        self.assertIn("3005", theirs._get_alerts()["fiken"]["message"])
        self.assertIn("3005", theirs.fiken_job_id.reason)
        seen = theirs.env["fiken.job"].search([("res_model", "=", "account.move")])
        self.assertIn(theirs.fiken_job_id, seen)
        self.assertNotIn(ours.fiken_job_id.id, seen.ids)
        self.assertEqual(theirs.env["fiken.vendor"].search([]), self.vendor)
        with self.assertRaises(AccessError):
            self.vendor.with_env(theirs.env).name = "Mine"
        # The root's people see all of them.
        root = self.env["fiken.job"].with_user(self.manager)
        root = root.with_context(allowed_company_ids=self.company.ids)
        self.assertLessEqual(
            {ours.fiken_job_id.id, move.fiken_job_id.id}, set(root.search([]).ids)
        )

    def test_they_open_the_pages(self):
        """All that the forms of a document, its job and its vendor show."""
        move = self.invoice(
            self.line(100.0, "3", "3005"),
            company_id=self.branch.id,
            journal_id=self.branch_journal("sale").id,
        )
        self.send()
        env = self.env(
            user=self.local, context={"allowed_company_ids": self.branch.ids}
        )
        for record in (move, move.fiken_job_id, self.vendor, self.vendor.ledger_id):
            record = record.with_env(env)
            view = record.get_view(view_type="form")
            names = [
                name
                for name in view["models"][record._name]
                if record._name != "account.move" or name.startswith("fiken_")
            ]
            [values] = record.web_read({name: {} for name in names})
            self.assertEqual(values["id"], record.id)
        move.fiken_job_id.with_env(env).action_retry()

    def test_a_to_do_goes_to_the_branch_else_to_the_root(self):
        self.env.user.sudo().company_ids -= self.branch | self.kiosk
        managers_of = self.env["fiken.access.mixin"]._managers_of
        self.assertEqual(managers_of(self.branch), self.local)
        self.assertIn(self.manager, managers_of(self.kiosk))
