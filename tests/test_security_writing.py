"""What is readonly is so for whoever writes, by a form or by RPC."""

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .people import MANAGER, SecurityCase

# model: what a Fiken manager may write. A new field that is not readonly belongs here,
# when people are meant to choose it.
OPEN = {
    "fiken.connection": "active",
    "fiken.company": """customer_sync supplier_sync product_sync stock_sync
        warehouse_ids first_invoice_number first_credit_note_number vat_tolerance_ore
        rounding_cap_ore negative_lines settlement_customer_name""",
    "fiken.import": "with_customers with_suppliers with_products only_company",
    "fiken.settlement": "date mode payment_ids",
}
# Where a person may write everything that has no readonly, as the form shows it.
CHOSEN = ("fiken.vendor", "fiken.ledger")
# Of them: checked by the model itself, which tells more.
OWN_CHECK = ("fiken.settlement.payment", "fiken.import.line", "fiken.ledger.line")


class TestWriting(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.new_user("siri", "base.group_system", MANAGER)
        cls.records = {
            "fiken.connection": cls.connection,
            "fiken.company": cls.fiken_company,
            "fiken.vendor": cls.vendor,
            "fiken.ledger": cls.vendor.ledger_id,
        }

    def a_record(self, model):
        if model in self.records:
            return self.records[model]
        if model == "fiken.import":
            return (
                self.env[model]
                .sudo()
                .create({"fiken_company_id": self.fiken_company.id})
            )
        if model == "fiken.settlement":
            return (
                self.env[model]
                .sudo()
                .create(
                    {
                        "vendor_id": self.vendor.id,
                        "fiken_company_id": self.fiken_company.id,
                        "company_id": self.company.id,
                        "number": "X",
                        "kind": "day",
                        "day": "2026-03-16",
                        "date": "2026-03-16",
                        "mode": "booked",
                    }
                )
            )
        return self.fail(f"Make a {model} here.")

    def guarded(self):
        return [
            name
            for name, model in self.env.registry.items()
            if name.startswith("fiken.")
            and not model._abstract
            and not model._transient
            and self.env[name].with_user(self.admin).has_access("write")
            and name not in OWN_CHECK
        ]

    def closed(self, model):
        """The stored fields that nobody writes by hand."""
        return [
            name
            for name, field in self.env[model]._fields.items()
            if field.readonly and field.store and name not in models.MAGIC_COLUMNS
        ]

    def test_every_model_that_people_write_has_a_guard(self):
        self.assertEqual({*self.guarded()}, {*OPEN, *CHOSEN})
        for model in self.guarded():
            self.assertTrue(
                isinstance(self.env[model], self.env.registry["fiken.guard.mixin"]),
                model,
            )

    def test_a_new_field_is_open_only_when_somebody_said_so(self):
        mail = {
            *self.env["mail.thread"]._fields,
            *self.env["mail.activity.mixin"]._fields,
        }
        for model, names in OPEN.items():
            self.assertEqual(
                self.env[model]._writable_fields() - mail, {*names.split()}, model
            )

    def test_nobody_writes_what_is_readonly(self):
        """Group × model × field: managers and administrators alike."""
        for model in self.guarded():
            record = self.a_record(model)
            names = self.closed(model)
            self.assertTrue(names, model)
            before = record.sudo().read(names)
            for person in (self.invoicer, self.manager, self.admin):
                for name in names:
                    value = record.sudo()._convert_to_write({name: record[name]})[name]
                    with (
                        self.subTest(person.login, model=model, field=name),
                        self.assertRaises(AccessError),
                    ):
                        record.with_user(person).write({name: value or 1})
            self.assertEqual(record.sudo().read(names), before)

    def test_nobody_makes_one_with_what_is_readonly(self):
        """Neither by a value, nor by the context, nor by a default of one's own."""
        cron = self.env.ref("fiken_connector.ir_cron_watchdog")
        connections = self.env["fiken.connection"].with_user(self.admin)
        forged = {
            "state": "connected",
            "user_email": "kari@example.com",
            "access_token": "x",
            "database_uuid": "y",
            "cron_id": cron.id,
        }
        for name, value in forged.items():
            with self.subTest(name), self.assertRaises(AccessError):
                connections.create({name: value})
            self.env["ir.default"].with_user(self.admin).set(
                "fiken.connection", name, value, user_id=True
            )
        context = {f"default_{name}": value for name, value in forged.items()}
        for made in (
            connections.create({}),
            connections.with_context(**context).create({}),
            connections.with_context(**context).browse(self.connection.id).copy(),
        ):
            made = made.sudo()
            self.assertEqual(made.state, "draft")
            self.assertFalse(made.user_email)
            self.assertFalse(made.access_token)
            self.assertFalse(made.database_uuid)
            self.assertNotEqual(made.cron_id, cron)

    def test_a_foreign_scheduled_action_is_not_deleted_with_a_connection(self):
        cron = self.env.ref("fiken_connector.ir_cron_watchdog")
        connection = self.env["fiken.connection"].with_user(self.manager).create({})
        with self.assertRaises(AccessError):
            connection.write({"cron_id": cron.id})
        connection.unlink()
        self.assertTrue(cron.exists())
        with self.assertRaises(AccessError):
            self.vendor.with_user(self.manager).write({"settlement_cron_id": cron.id})

    def test_a_company_is_not_reached_through_its_connection_or_vendor(self):
        """Commands on a list write through it; the guard stands there as well."""
        for values in (
            {"fiken_company_ids": [(1, self.fiken_company.id, {"slug": "another"})]},
            {"fiken_company_ids": [(2, self.fiken_company.id, 0)]},
        ):
            with self.assertRaises(AccessError):
                self.connection.with_user(self.manager).write(values)
        self.assertTrue(self.fiken_company.exists())

    def test_a_manager_makes_archives_and_deletes_a_connection(self):
        connections = self.env["fiken.connection"].with_user(self.manager)
        with Form(connections) as form:
            pass
        made = form.record
        made.action_archive()
        self.assertFalse(made.active)
        made.action_unarchive()
        made.unlink()

    def test_a_manager_writes_every_setting_of_a_company(self):
        company = self.fiken_company.with_user(self.manager)
        for name in OPEN["fiken.company"].split():
            value = company._convert_to_write({name: company[name]})[name]
            company.write({name: value})
        with Form(company) as form:
            form.rounding_cap_ore = 200
        self.assertEqual(self.fiken_company.rounding_cap_ore, 200)

    def test_a_manager_talks_about_a_connection(self):
        """Messages, to-dos and followers are no fields of ours."""
        connection = self.connection.with_user(self.manager)
        connection.message_post(body="Kari is on leave")
        connection.message_subscribe(self.manager.partner_id.ids)
        connection.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.manager.id
        ).action_done()
        connection.write({"activity_ids": [(5, 0, 0)]})

    def test_a_vendor_is_made_for_an_own_company_and_stays_there(self):
        vendors = self.env["fiken.vendor"].with_user(self.manager)
        made = vendors.create(
            {"name": "Torget", "code": "T", "company_id": self.company.id}
        )
        self.assertEqual(made.copy().company_id, self.company)
        other = self.env["res.company"].sudo().create({"name": "Elsewhere AS"})
        with self.assertRaises(AccessError):
            made.write({"company_id": other.id})
        with self.assertRaises(UserError):
            vendors.create({"name": "Y", "code": "Y", "company_id": other.id})
