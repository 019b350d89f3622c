"""What belongs to one company is neither seen nor moved by another's people."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError

from ..fiken_api.client import RequestRecord
from .common import SLUG_NO_VAT
from .people import MANAGER, SecurityCase


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
        cls.other_fiken_company = (
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
            cls.other_fiken_company, [{"code": "3200", "name": "Salg"}], []
        )
        cls.other_vendor = cls.other_fiken_company.default_vendor_id
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
            "fiken.company": self.fiken_company,
            "fiken.account": self.fiken_company.account_ids,
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
            self.seen(self.other_manager, "fiken.company"), self.other_fiken_company
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
        for companies, fiken_company in (
            (self.company, self.fiken_company),
            (self.other, self.other_fiken_company),
            (self.company | self.other, self.fiken_company | self.other_fiken_company),
        ):
            self.assertEqual(
                self.seen(self.both, "fiken.company", companies), fiken_company
            )

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
            self.fiken_company.with_user(self.other_manager).action_fetch_accounts()
        self.assertFalse(self.sandbox.stats()["requests"])

    # The log: one Fiken user serves both companies

    def share_the_connection(self):
        self.other_fiken_company.connection_id = self.connection
        self.env.flush_all()
        for person in (self.manager, self.other_manager):
            self.assertIn(self.connection, self.seen(person, "fiken.connection"))

    def paths_seen(self, person):
        return {line.path.split("?")[0] for line in self.seen(person, "fiken.log")}

    def test_the_log_shows_what_was_sent_and_read_for_the_own_company(self):
        """Also what no job sent: comparisons, payments, charts of accounts."""
        self.share_the_connection()
        self.invoice()
        self.send()
        with self.as_cron():
            self.fiken_company.action_fetch_accounts()
            self.other_fiken_company.action_fetch_accounts()
            self.connection.action_test()
        own, other = (f"/companies/{one}" for one in (self.slug, SLUG_NO_VAT))
        seen = self.paths_seen(self.manager)
        self.assertLessEqual({f"{own}/sales", f"{own}/accounts"}, seen)
        self.assertFalse([path for path in seen if not path.startswith(own)])
        seen = self.paths_seen(self.other_manager)
        self.assertIn(f"{other}/accounts", seen)
        self.assertFalse([path for path in seen if not path.startswith(other)])
        # /companies names all of them: it is for who works in all of them.
        seen = self.paths_seen(self.both)
        self.assertLessEqual({"/companies", "/user", f"{own}/sales"}, seen)

    def test_a_line_of_the_log_stays_with_its_company(self):
        """When its job is gone, and when it was a file at another address."""
        self.share_the_connection()
        move = self.invoice()
        self.send()
        job = self.jobs(move, "sale")
        record = RequestRecord("GET", "https://files.fiken.no/x?token=1", "id")
        other = RequestRecord("GET", f"/companies/{SLUG_NO_VAT}/contacts?page=0", "id")
        logs = self.env["fiken.log"].sudo()
        of_job = (job.id, self.fiken_company.id, record)
        logs._insert(self.connection.id, [of_job, (None, None, other)])
        jobs = self.env["fiken.job"].sudo().search([])
        jobs.log_ids.job_id = False
        file, contacts = logs.search([], limit=2, order="id desc").sorted("id")
        self.assertEqual(file.fiken_company_id, self.fiken_company)
        self.assertEqual(contacts.fiken_company_id, self.other_fiken_company)
        self.assertNotIn(file, self.seen(self.other_manager, "fiken.log"))
        self.assertIn(file, self.seen(self.manager, "fiken.log"))
        self.assertNotIn(contacts, self.seen(self.manager, "fiken.log"))

    def test_a_company_that_is_not_linked_is_seen_by_who_works_in_all(self):
        """Read before it was chosen, and perhaps chosen by another company since."""
        self.share_the_connection()
        record = RequestRecord("GET", "/companies/another-as/journalEntries", "id")
        logs = self.env["fiken.log"].sudo()
        logs._insert(self.connection.id, [(None, None, record)])
        line = logs.search([], limit=1)
        self.assertFalse(line.fiken_company_id)
        self.assertNotIn(line, self.seen(self.manager, "fiken.log"))
        self.assertIn(line, self.seen(self.both, "fiken.log"))

    # A consent that is not used yet

    def new_draft(self, person):
        """*New*, *Connect*, and Fiken was too busy to say whose consent it is."""
        draft = self.env["fiken.connection"].with_user(person).create({}).sudo()
        draft.write({"access_token": "x", "refresh_token": "y"})
        return draft

    def test_a_consent_not_yet_used_belongs_to_who_gave_it(self):
        draft = self.new_draft(self.manager)
        self.assertIn(draft, self.seen(self.manager, "fiken.connection"))
        self.assertNotIn(draft, self.seen(self.other_manager, "fiken.connection"))
        for name in ("action_connect", "action_choose_company", "action_disconnect"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(draft.with_user(self.other_manager), name)()
        with self.assertRaises(AccessError):
            self.env["fiken.connect"].with_user(self.other_manager).create(
                {"connection_id": draft.id}
            )
        # Given, and no company chosen yet.
        draft.write({"state": "connected", "consent_user_id": self.both.id})
        self.assertNotIn(draft, self.seen(self.other_manager, "fiken.connection"))
        self.assertIn(draft, self.seen(self.both, "fiken.connection"))
        record = RequestRecord("GET", "/companies", "id")
        self.env["fiken.log"].sudo()._insert(draft.id, [(None, None, record)])
        line = self.env["fiken.log"].sudo().search([], limit=1)
        self.assertIn(line, self.seen(self.both, "fiken.log"))
        self.assertNotIn(line, self.seen(self.other_manager, "fiken.log"))

    def test_who_made_a_connection_has_no_part_in_whom_it_serves_later(self):
        self.connection.flush_recordset()
        self.env.cr.execute(
            "UPDATE fiken_connection SET create_uid = %s WHERE id = %s",
            (self.other_manager.id, self.connection.id),
        )
        self.connection.invalidate_recordset()
        self.assertNotIn(
            self.connection, self.seen(self.other_manager, "fiken.connection")
        )

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

    # Send to Fiken on contacts and products

    def records_of(self, company):
        return (
            self.env["res.partner"]
            .sudo()
            .create({"name": "Kunde", "company_id": company.id}),
            self.env["product.product"]
            .sudo()
            .create({"name": "Bønner", "company_id": company.id}),
        )

    def test_a_contact_or_product_goes_to_the_books_of_its_company_only(self):
        both = self.company | self.other
        person = self.new_user(
            "bo", "account.group_account_invoice", companies=self.company | self.other
        )
        for record in self.records_of(self.other):
            record = record.with_user(person).with_context(allowed_company_ids=both.ids)
            record.action_fiken_send()
            jobs = self.jobs(record)
            self.assertEqual(jobs.fiken_company_id, self.other_fiken_company)
            self.assertEqual(len(jobs), 1)
        for record in self.records_of(self.company.browse()):
            record = record.with_user(person).with_context(allowed_company_ids=both.ids)
            record.action_fiken_send()
            self.assertEqual(len(self.jobs(record)), 2, "It is of both")

    def test_nobody_sends_what_they_may_not_read(self):
        for record in self.records_of(self.other):
            with self.assertRaises(AccessError):
                record.with_user(self.invoicer).action_fiken_send()
            self.assertFalse(self.jobs(record))

    def test_what_belongs_to_no_books_that_are_ticked_is_said(self):
        elsewhere = self.company.sudo().create({"name": "Elsewhere AS"})
        self.both.company_ids |= elsewhere
        for record in self.records_of(elsewhere):
            record = record.with_user(self.both).with_context(
                allowed_company_ids=self.both.company_ids.ids
            )
            with self.assertRaisesRegex(UserError, "no books in Fiken"):
                record.action_fiken_send()

    def test_a_job_of_another_company_is_not_built(self):
        """Whoever made it: the record was moved to another company meanwhile."""
        for record in self.records_of(self.other):
            strategy = self.env[f"fiken.resource.{record._fiken_resource}"].sudo()
            strategy._enqueue(record, self.fiken_company)
            self.commit()
            self.sandbox.reset_stats()
            self.send()
            job = self.jobs(record)
            self.assertEqual(job.state, "dropped")
            self.assertIn("belongs to Kaffe Nord AS", job.reason)
            self.assertFalse(self.sandbox.stats()["requests"])

    def test_what_belongs_to_a_branch_is_in_the_books_of_its_head_office(self):
        branch = self.company.sudo().create(
            {"name": "Filial", "parent_id": self.other.id}
        )
        for record in self.records_of(branch) + self.records_of(self.other):
            self.assertTrue(record._fiken_of(self.other_fiken_company))
            self.assertFalse(record._fiken_of(self.fiken_company))

    def test_todos_go_to_managers_of_the_company(self):
        before = self.connection.activity_ids
        todo = self.connection._notify_managers("look", "Look", "Please")
        self.assertIn(self.company, todo.user_id.company_ids)
        self.assertTrue(todo.user_id.has_group(MANAGER))
        self.assertNotEqual(todo.user_id, self.other_manager)
        again = self.connection._notify_managers("look", "Look", "Please")
        self.assertEqual(again, todo)
        self.assertEqual(self.connection.activity_ids - before, todo.activity_id)
        self.assertTrue(todo.with_user(self.manager).has_access("read"))
        self.assertFalse(todo.with_user(self.other_manager).has_access("read"))

    def test_nothing_is_mixed_between_companies(self):
        journal = self.company_data["default_journal_sale"]
        for call in (
            lambda: self.vendor.write({"ledger_id": self.other_vendor.ledger_id.id}),
            lambda: self.vendor.write(
                {"fiken_company_id": self.other_fiken_company.id}
            ),
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
