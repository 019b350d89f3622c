"""Who may see, who may do, and what nobody may read."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .people import MANAGER, USER, SecurityCase

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
    "fiken.todo": ("read", "read"),
    "fiken.purchase.reading": ("", "read"),
    "fiken.purchase.seen": ("", "read"),
    "fiken.import": ("", "read write"),
    "fiken.import.line": ("", "read write"),
    "fiken.settlement": ("read", "read write unlink"),
    "fiken.settlement.line": ("read", "read"),
    "fiken.settlement.payment": ("read", "read write"),
    "fiken.settlement.group": ("read", "read"),
    "fiken.settlement.session": ("read", "read"),
    "fiken.former.value": ("", ""),
    "fiken.settlement.receipt": ("", ""),
    "fiken.log": ("", "read"),
    "fiken.round": ("", "read"),
    "fiken.connect": ("", "read write create unlink"),
    "fiken.connect.company": ("", "read write create unlink"),
    "fiken.cure": ("", "read write create"),
    "fiken.cure.line": ("", "read write create"),
    "fiken.enable": ("", "read write create unlink"),
    "fiken.ledger.copy": ("", "read write create unlink"),
    "fiken.ledger.copy.line": ("", "read write create unlink"),
    "fiken.mark": ("", "read write create unlink"),
    "fiken.pos.journal": ("", "read write create unlink"),
    "fiken.pos.journal.line": ("", "read write create unlink"),
    "fiken.settle": ("read write create unlink", "read write create unlink"),
    "fiken.settle.from": ("", "read write create unlink"),
    "fiken.unlink": ("", "read write create unlink"),
    "fiken.setup.check": ("", "read write create unlink"),
    "fiken.setup.check.line": ("", "read write create unlink"),
}


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
        ] + [(self.fiken_company, "action_fetch_accounts")]
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
        fiken_company = self.env["fiken.company"].with_user(self.manager)
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
                lambda name=name: fiken_company.search(
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
