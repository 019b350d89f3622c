"""Who may see, who may do, and what nobody may read."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common import SLUG_NO_VAT, FikenCase

USER = "fiken_connector.group_fiken_user"
MANAGER = "fiken_connector.group_fiken_manager"
SECRETS = ("access_token", "refresh_token")

# model: what a Fiken user may, what a Fiken manager may
RIGHTS = {
    "fiken.connection": ("read", "read write create unlink"),
    "fiken.company": ("read", "read write"),
    "fiken.account": ("read", "read"),
    "fiken.vendor": ("read", "read write create unlink"),
    "fiken.ledger": ("read", "read write create unlink"),
    "fiken.ledger.line": ("read", "read write create unlink"),
    "fiken.job": ("read", "read"),
    "fiken.binding": ("read", "read"),
    "fiken.drift": ("read", "read"),
    "fiken.import": ("", "read write"),
    "fiken.import.line": ("", "read write"),
    "fiken.settlement": ("read", "read write unlink"),
    "fiken.settlement.line": ("read", "read"),
    "fiken.settlement.payment": ("read", "read write"),
    "fiken.settlement.group": ("read", "read"),
    "fiken.settlement.session": ("read", "read"),
    "fiken.log": ("", "read"),
    "fiken.connect": ("", "read write create unlink"),
    "fiken.connect.company": ("", "read write create unlink"),
    "fiken.enable": ("", "read write create unlink"),
    "fiken.ledger.copy": ("", "read write create unlink"),
    "fiken.ledger.copy.line": ("", "read write create unlink"),
    "fiken.pos.journal": ("", "read write create unlink"),
    "fiken.pos.journal.line": ("", "read write create unlink"),
    "fiken.settle": ("read write create unlink", "read write create unlink"),
    "fiken.setup.check": ("", "read write create unlink"),
    "fiken.setup.check.line": ("", "read write create unlink"),
}


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


class TestPeople(SecurityCase):
    # Who may do what

    def test_who_invoices_is_a_fiken_user(self):
        self.assertTrue(self.invoicer.has_group(USER))
        self.assertFalse(self.invoicer.has_group(MANAGER))
        self.assertFalse(self.employee.has_group(USER))

    def test_a_manager_is_a_user_but_no_system_administrator(self):
        self.assertTrue(self.manager.has_group(USER))
        self.assertFalse(self.manager.has_group("base.group_system"))
        self.assertTrue(self.env.ref("base.user_admin").has_group(MANAGER))

    def test_rights_on_each_model(self):
        people = {self.employee: ("",) * len(RIGHTS)}
        people[self.invoicer] = [user for user, _manager in RIGHTS.values()]
        people[self.manager] = [manager for _user, manager in RIGHTS.values()]
        for person, allowed in people.items():
            for model, rights in zip(RIGHTS, allowed, strict=True):
                records = self.env[model].with_user(person)
                has = [
                    operation
                    for operation in ("read", "write", "create", "unlink")
                    if records.has_access(operation)
                ]
                self.assertEqual(has, rights.split(), f"{person.login} on {model}")

    def test_every_model_is_covered(self):
        ours = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("fiken.") and not model._abstract
        }
        self.assertEqual(ours, set(RIGHTS))
        ruled = self.env["ir.rule"].search([]).mapped("model_id.model")
        self.assertLessEqual(
            {name for name in ours if not self.env[name]._transient}, set(ruled)
        )

    def test_who_invoices_confirms_and_sees_how_it_went(self):
        move = self.invoice(self.line(100.0), post=False).with_user(self.invoicer)
        move.action_post()
        self.commit()
        self.assertEqual(move.fiken_state, "waiting")
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        self.assertTrue(move.fiken_number)
        self.assertTrue(move.fiken_url)
        with Form(move) as form:
            self.assertEqual(form.fiken_state, "booked")

    def test_who_invoices_may_try_again_and_ignore_but_not_forge(self):
        move = self.invoice()
        self.commit()
        job = self.jobs(move, "sale")
        job.write({"state": "failed", "reason": "Fiken said no"})
        job = job.with_user(self.invoicer)
        with self.assertRaises(AccessError):
            job.write({"state": "done"})
        job.action_retry()
        self.assertEqual(job.state, "pending")
        job.action_ignore()
        self.assertEqual(job.state, "dropped")
        with self.assertRaises(UserError):
            job.with_user(self.employee).action_retry()

    def test_only_managers_connect(self):
        """By any button, and by calling it without one."""
        calls = [
            (self.connection, name)
            for name in (
                "action_connect",
                "action_choose_company",
                "action_test",
                "action_disconnect",
                "action_declare_moved",
                "action_declare_copied",
            )
        ] + [(self.books, "action_fetch_accounts")]
        self.sandbox.reset_stats()
        for person in (self.invoicer, self.employee):
            for record, name in calls:
                with (
                    self.subTest(person.login, button=name),
                    self.assertRaises(UserError),
                ):
                    getattr(record.with_user(person), name)()
        self.assertFalse(self.sandbox.stats()["requests"])
        self.assertEqual(self.connection.state, "connected")

    def test_only_managers_map(self):
        self.vendor.ledger_id.line_ids[-1].unlink()  # a gap to fill
        ledger = self.vendor.ledger_id.with_user(self.invoicer)
        self.assertTrue(ledger.line_ids[0].fiken_code)
        for call in (
            lambda: ledger.write({"rounding_code": "7790"}),
            lambda: ledger.line_ids[0].write({"fiken_code": "3999"}),
            lambda: self.vendor.with_user(self.invoicer).write({"sale_mode": "off"}),
            lambda: ledger.action_propose(),
            lambda: ledger.action_accept_proposals(),
        ):
            with self.assertRaises(AccessError):
                call()
        ledger = ledger.with_user(self.manager)
        ledger.rounding_code = "7790"
        ledger.line_ids[0].fiken_code = "3999"
        ledger.action_propose()

    # People who know nothing of Fiken go on working

    def test_who_keeps_contacts_changes_a_customer_that_is_in_fiken(self):
        self.invoice()
        self.send()
        person = self.new_user("petra", "base.group_partner_manager")
        customer = self.customer.with_user(person)
        customer.city = "Voss"
        self.commit()
        self.assertEqual(self.jobs(self.customer, "contact")[-1].state, "pending")
        self.send()
        contact = self.sandbox.get(f"/companies/{self.slug}/contacts")[0]
        self.assertEqual(contact["address"]["city"], "Voss")

    def test_who_keeps_products_changes_one_that_is_in_fiken(self):
        product = self.product_a
        self.invoice({**self.line(), "product_id": product.id})
        self.send()
        person = self.new_user("pia", "product.group_product_manager")
        product.with_user(person).name = "Filterkaffe"
        self.commit()

    def test_an_auditor_reads_invoices(self):
        move = self.invoice()
        self.send()
        auditor = self.new_user("astrid", "account.group_account_readonly")
        shown = [name for name in move._fields if name.startswith("fiken_")]
        values = move.with_user(auditor).read(shown)[0]
        self.assertEqual(values["fiken_state"], "booked")
        with Form(move.with_user(auditor)):
            pass

    def test_who_keeps_taxes_and_journals(self):
        accountant = self.new_user("anders", "account.group_account_manager")
        self.tax("3").with_user(accountant).description = "25 %"
        journal = self.company_data["default_journal_sale"].with_user(accountant)
        journal.name = "Salg"
        self.commit()

    # Client secret and tokens are for system administrators only

    def assertRefused(self, *calls):
        for number, call in enumerate(calls):
            with self.subTest(number), self.assertRaises(AccessError):
                call()

    def test_a_manager_cannot_get_at_the_tokens(self):
        connections = self.env["fiken.connection"].with_user(self.manager)
        connection = connections.browse(self.connection.id)
        books = self.env["fiken.company"].with_user(self.manager)
        for name in SECRETS:
            self.assertRefused(
                lambda name=name: connection[name],
                lambda name=name: connection.read([name]),
                lambda name=name: connection.web_read({name: {}}),
                lambda name=name: connection.mapped(name),
                lambda name=name: connections.search([(name, "=like", "s%")]),
                lambda name=name: connections.search([], order=name),
                lambda name=name: connections.search_read([], [name]),
                lambda name=name: connections.formatted_read_group(
                    [], [name], ["__count"]
                ),
                lambda name=name: connection.write({name: "x"}),
                lambda name=name: books.search(
                    [(f"connection_id.{name}", "!=", False)]
                ),
            )
            self.assertNotIn(name, connection.read()[0])
            self.assertNotIn(name, connections.fields_get())
        allowed = self.new_user("eva", MANAGER, "base.group_allow_export")
        self.assertRefused(
            lambda: connection.with_user(allowed).export_data(["name", *SECRETS])
        )
        rows = connection.with_user(allowed).export_data(["name"])
        self.assertEqual(rows["datas"], [["Kari Nordmann"]])

    def test_a_copy_of_the_connection_has_no_tokens(self):
        copy = self.connection.copy()
        self.assertFalse(copy.access_token)
        self.assertFalse(copy.refresh_token)
        self.assertEqual(copy.state, "draft")
        self.assertFalse(copy.user_email)
        self.assertNotEqual(copy.cron_id, self.connection.cron_id)

    def test_the_client_secret_is_for_system_administrators(self):
        """Odoo hands out the defaults of settings to everybody; not ours."""
        wanted = ["fiken_client_id", "fiken_client_secret"]
        for person in (self.employee, self.invoicer, self.manager):
            settings = self.env["res.config.settings"].with_user(person)
            self.assertNotIn("sandbox-secret", str(settings.default_get(wanted)))
            self.assertNotIn("fiken_client_secret", settings.fields_get())
            self.assertRefused(
                lambda settings=settings: settings.new({}).fiken_client_secret,
                lambda settings=settings: settings.onchange(
                    {}, [], {name: {} for name in wanted}
                ),
                lambda settings=settings: settings.create(
                    {"fiken_client_secret": "another"}
                ),
                lambda person=person: self.env["ir.config_parameter"]
                .with_user(person)
                .get_param("fiken_connector.client_secret"),
            )

    def test_a_system_administrator_enters_the_credentials(self):
        admin = self.new_user("siri", "base.group_system")
        with Form(self.env["res.config.settings"].with_user(admin)) as form:
            self.assertEqual(form.fiken_client_id, "sandbox-client")
            form.fiken_client_id = "  my-app "
            form.fiken_client_secret = "my-secret "
        form.record.execute()
        self.assertEqual(
            self.env["fiken.connection"]._app_credentials(), ("my-app", "my-secret")
        )

    def test_saving_other_settings_keeps_the_credentials(self):
        admin = self.new_user("siri", "base.group_system")
        self.env["res.config.settings"].with_user(admin).create({}).execute()
        self.assertEqual(
            self.env["fiken.connection"]._app_credentials(),
            ("sandbox-client", "sandbox-secret"),
        )

    def test_only_a_system_administrator_says_where_fiken_is(self):
        """Else a manager could have the tokens sent to a machine of his own."""
        params = self.env["ir.config_parameter"].with_user(self.manager)
        self.assertRefused(
            lambda: params.set_param("fiken_connector.api_url", "https://evil.example")
        )
        self.env["ir.config_parameter"].sudo().set_param(
            "fiken_connector.api_url", "http://fiken.example.com"
        )
        with self.assertRaisesRegex(UserError, "https"):
            self.env["fiken.connection"]._api_url()


class TestCompanies(SecurityCase):
    """Two companies of one group, each with books of its own in Fiken."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = (
            cls.env["res.company"]
            .sudo()
            .create(
                {"name": "Kaffe Nord AS", "currency_id": cls.env.ref("base.NOK").id}
            )
        )
        cls.other_connection = cls.connection.sudo().copy(
            {"user_name": "Ola", "user_email": "ola@example.com", "state": "connected"}
        )
        cls.other_books = (
            cls.env["fiken.company"]
            .sudo()
            ._link(
                cls.other_connection,
                cls.other,
                cls.sandbox.get(f"/companies/{SLUG_NO_VAT}"),
                fields.Date.to_date("2026-01-01"),
            )
        )
        cls.env["fiken.account"].sudo()._replace(
            cls.other_books, [{"code": "3200", "name": "Salg"}], []
        )
        cls.other_vendor = cls.other_books.default_vendor_id
        cls.other_manager = cls.new_user("nils", MANAGER, companies=cls.other)
        cls.both = cls.new_user("berit", MANAGER, companies=cls.company | cls.other)

    def seen(self, person, model, companies=None):
        records = self.env[model].with_user(person)
        if companies:
            records = records.with_context(allowed_company_ids=companies.ids)
        return records.search([])

    def test_each_sees_only_the_own_company(self):
        self.invoice()
        self.send()
        log = self.env["fiken.log"].sudo()
        with self.as_cron():
            self.connection.action_test()
        ours = {
            "fiken.connection": self.connection,
            "fiken.company": self.books,
            "fiken.account": self.books.account_ids,
            "fiken.vendor": self.vendor,
            "fiken.job": self.env["fiken.job"].sudo().search([]),
            "fiken.binding": self.env["fiken.binding"].sudo().search([]),
            "fiken.log": log.search([("connection_id", "=", self.connection.id)]),
        }
        for model, records in ours.items():
            self.assertTrue(records, model)
            self.assertEqual(self.seen(self.manager, model), records, model)
            self.assertFalse(self.seen(self.other_manager, model) & records, model)
        self.assertEqual(
            self.seen(self.other_manager, "fiken.connection"), self.other_connection
        )
        self.assertEqual(
            self.seen(self.other_manager, "fiken.company"), self.other_books
        )
        for person, company in (
            (self.manager, self.company),
            (self.other_manager, self.other),
        ):
            ledgers = self.seen(person, "fiken.ledger")
            self.assertEqual(ledgers.company_id, company)
            self.assertEqual(
                self.seen(person, "fiken.ledger.line"), ledgers.line_ids.sorted()
            )

    def test_who_works_in_both_sees_what_is_ticked(self):
        for companies, books in (
            (self.company, self.books),
            (self.other, self.other_books),
            (self.company | self.other, self.books | self.other_books),
        ):
            self.assertEqual(self.seen(self.both, "fiken.company", companies), books)

    def test_no_button_works_on_another_company(self):
        self.sandbox.reset_stats()
        for name in (
            "action_connect",
            "action_choose_company",
            "action_test",
            "action_disconnect",
            "action_declare_moved",
            "action_declare_copied",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(self.connection.with_user(self.other_manager), name)()
        with self.assertRaises(AccessError):
            self.books.with_user(self.other_manager).action_fetch_accounts()
        self.assertFalse(self.sandbox.stats()["requests"])

    def test_log_of_a_shared_connection(self):
        """One Fiken user serves both; what was sent for the other stays unseen."""
        self.other_books.connection_id = self.connection
        self.invoice()
        self.send()
        self.assertIn(
            self.connection, self.seen(self.other_manager, "fiken.connection")
        )
        seen = self.seen(self.other_manager, "fiken.log")
        self.assertFalse(seen.job_id)
        self.assertTrue(self.seen(self.manager, "fiken.log").job_id)

    def test_who_gave_the_consent_sees_the_connection(self):
        """The same Fiken user serves another company: she comes back to its form."""
        self.assertNotIn(
            self.connection, self.seen(self.other_manager, "fiken.connection")
        )
        self.connection.consent_user_id = self.other_manager
        self.assertIn(
            self.connection, self.seen(self.other_manager, "fiken.connection")
        )
        connection = self.connection.with_user(self.other_manager)
        self.assertFalse(connection.fiken_company_ids)
        self.assertFalse(connection.waiting_count)
        with self.assertRaisesRegex(UserError, "serves a Fiken company"):
            connection.unlink()

    def test_todos_go_to_managers_of_the_company(self):
        self.connection._tell_managers("Look", "Please")
        told = self.connection.activity_ids.user_id
        self.assertIn(self.manager, told)
        self.assertIn(self.both, told)
        self.assertNotIn(self.other_manager, told)
        count = len(self.connection.activity_ids)
        self.connection._tell_managers("Look", "Please")
        self.assertEqual(len(self.connection.activity_ids), count)

    def test_nothing_is_mixed_between_companies(self):
        journal = self.company_data["default_journal_sale"]
        for call in (
            lambda: self.vendor.write({"ledger_id": self.other_vendor.ledger_id.id}),
            lambda: self.vendor.write({"fiken_company_id": self.other_books.id}),
            lambda: journal.write({"fiken_vendor_id": self.other_vendor.id}),
            lambda: self.other_vendor.ledger_id.write(
                {
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": self.account("3000").id,
                                "fiken_code": "3200",
                            }
                        )
                    ]
                }
            ),
        ):
            with self.assertRaises(UserError):
                call()

    def test_jobs_of_another_company_are_left_alone(self):
        move = self.invoice()
        self.commit()
        job = self.jobs(move, "sale")
        person = self.new_user(
            "knut", "account.group_account_invoice", companies=self.other
        )
        for action in ("action_ignore", "action_retry", "action_send_anyway"):
            with self.assertRaises(AccessError):
                getattr(job.with_user(person), action)()
        self.assertEqual(job.state, "pending")


class TestManagerWithoutAccounting(SecurityCase):
    """Who maps need not be an accountant: she sees names, and changes no books."""

    def setUp(self):
        super().setUp()
        self.ledger = self.vendor.ledger_id.with_user(self.manager)

    def account_line(self, code):
        account = self.account(code)
        return self.ledger.line_ids.filtered(lambda one: one.account_id == account)

    def test_she_opens_and_changes_a_ledger(self):
        account = self.books.account_ids.filtered(lambda one: one.code == "3010")
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
        vendor.projects_enabled = True
        with Form(vendor) as form:
            form.default_project_id = project.with_user(self.manager)
        self.assertEqual(self.vendor.default_project_id, project)
        with Form(self.env["fiken.vendor"].with_user(self.manager)) as form:
            form.name = "Torget"
            form.code = "TORG"
            form.fiken_company_id = self.books.with_user(self.manager)
        self.assertTrue(form.record.ledger_id.line_ids)
        self.assertFalse(form.record.has_pos, "She may not set up tills")

    def test_drafts_follow_what_she_chooses(self):
        draft = self.invoice(post=False)
        self.vendor.with_user(self.manager).sale_mode = "draft"
        self.assertEqual(draft.fiken_mode, "draft")

    def test_every_cure_of_the_set_up_check_opens(self):
        self.books.accounts_fetched_at = False
        self.vendor.ledger_id.write({"sales_without_tax": False})
        self.company.account_sale_tax_id.fiken_vat_type = False
        self.vendor.enabled_since = False
        with self.as_cron():
            action = self.books.with_user(self.manager).action_setup_check()
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
