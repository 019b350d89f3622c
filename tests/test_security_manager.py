"""A Fiken manager without rights in accounting does their work all the same."""

from odoo.tests import Form

from .people import SecurityCase


class TestManagerWithoutAccounting(SecurityCase):
    """Who maps need not be an accountant: she sees names, and changes no books."""

    def setUp(self):
        super().setUp()
        self.ledger = self.vendor.ledger_id.with_user(self.manager)

    def account_line(self, code):
        account = self.account(code)
        return self.ledger.line_ids.filtered(lambda one: one.account_id == account)

    def test_she_opens_and_changes_a_ledger(self):
        account = self.fiken_company.account_ids.filtered(
            lambda one: one.code == "3010"
        )
        self.account_line("3000").unlink()
        with Form(self.ledger) as form:
            with form.account_line_ids.new() as line:
                line.account_id = self.account("3000")
                line.fiken_account_id = account
            journal = self.company_data["default_journal_bank"]
            self.assertIn(
                journal.name, self.ledger.means_line_ids.mapped("source_name")
            )
        self.assertEqual(self.account_line("3000").fiken_code, "3010")
        self.ledger.action_propose()
        self.ledger.action_accept_proposals()
        self.assertTrue(self.ledger.means_line_ids.filtered("awaits_confirmation"))
        self.ledger.means_line_ids.action_accept()
        found = (
            self.env["fiken.ledger.line"].with_user(self.manager).name_search("3000")
        )
        self.assertTrue(found)

    def test_she_reads_every_line_as_the_list_does(self):
        action = self.ledger.action_open_lines()
        lines = self.env[action["res_model"]].with_user(self.manager)
        self.assertEqual(
            len(lines.web_search_read(action["domain"], self.spec(lines))["records"]),
            len(self.ledger.line_ids),
        )

    def spec(self, model, view_type="list"):
        """What the web client asks for of a view's fields."""
        view = model.get_view(view_type=view_type)
        names = view["models"][model._name]
        return {
            name: {"fields": {"display_name": {}}}
            if model._fields[name].relational
            else {}
            for name in names
        }

    def test_she_sets_up_a_vendor(self):
        plan = self.env["account.analytic.plan"].create({"name": "Prosjekter"})
        project = self.env["account.analytic.account"].create(
            {"name": "Kaffebil", "plan_id": plan.id}
        )
        vendor = self.vendor.with_user(self.manager)
        own = self.company_data["default_journal_sale"]
        own.fiken_vendor_id = self.vendor
        vendor.web_read(self.spec(vendor, "form"))
        with Form(vendor) as form:
            form.sale_trigger = "hand"
            form.analytic_plan_id = plan.with_user(self.manager)
        self.vendor.projects_enabled = True
        with Form(vendor) as form:
            form.default_project_id = project.with_user(self.manager)
        self.assertEqual(self.vendor.default_project_id, project)
        with Form(self.env["fiken.vendor"].with_user(self.manager)) as form:
            form.name = "Torget"
            form.code = "TORG"
            form.fiken_company_id = self.fiken_company.with_user(self.manager)
        self.assertTrue(form.record.ledger_id.line_ids)
        self.assertFalse(form.record.has_pos, "She may not set up tills")

    def test_drafts_follow_what_she_chooses(self):
        draft = self.invoice(post=False)
        self.vendor.with_user(self.manager).sale_mode = "draft"
        self.assertEqual(draft.fiken_mode, "draft")

    def test_every_cure_of_the_set_up_check_opens(self):
        self.fiken_company.accounts_fetched_at = False
        self.vendor.ledger_id.write({"sales_without_tax": False})
        self.company.account_sale_tax_id.fiken_vat_type = False
        self.vendor.enabled_since = False
        with self.as_cron():
            action = self.fiken_company.with_user(self.manager).action_setup_check()
        check = self.env["fiken.setup.check"].browse(action["res_id"])
        lines = check.with_user(self.manager).line_ids.filtered(
            lambda line: line.state != "ok"
        )
        self.assertGreater(len(lines), 4)
        for line in lines:
            with self.subTest(line.title), self.as_cron():
                action = line.action_mend()
                if action.get("res_id"):
                    record = self.env[action["res_model"]].browse(action["res_id"])
                    Form(record.with_user(self.manager))

    def test_she_writes_nothing_in_odoos_books(self):
        for model in ("account.journal", "account.tax", "account.analytic.account"):
            with self.subTest(model):
                records = self.env[model].with_user(self.manager)
                self.assertTrue(records.has_access("read"))
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(records.has_access(operation))
