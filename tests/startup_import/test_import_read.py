"""What Fiken had before is read, page by page."""

from unittest.mock import patch

from odoo.exceptions import UserError

from .importing import ImportCase


class TestReading(ImportCase):
    def test_all_pages_are_read(self):
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(230)))
        self.fiken_contacts({"name": "Bønder SA", "supplier": True})
        self.fiken_products(*({"name": f"Vare {n}"} for n in range(101)))
        lines = self.read_fiken()
        self.assertEqual(len(lines), 230 + 1 + 101)
        self.assertEqual(self.startup.line_count, 332)
        self.assertEqual(self.startup.progress, 100)
        self.assertFalse(self.new_partners(), "A preview changes nothing")

    def test_only_what_was_chosen_is_read(self):
        customer = self.fiken_contact("Kunde AS")
        supplier = self.fiken_contact("Bønder SA", supplier=True)
        both = self.fiken_contact("Begge AS", customer=True, supplier=True)
        product = self.fiken_product()
        for choice, wanted in (
            ("with_customers", {customer, both}),
            ("with_suppliers", {supplier, both}),
            ("with_products", {product}),
        ):
            with self.subTest(choice):
                lines = self.read_fiken(**{choice: True})
                self.assertEqual(set(lines.mapped("remote_id")), wanted)
                self.startup.action_back()

    def test_who_is_both_is_read_once(self):
        both = self.fiken_contact("Begge AS", customer=True, supplier=True)
        lines = self.read_fiken(with_customers=True, with_suppliers=True)
        self.assertEqual(lines.mapped("remote_id"), [both])
        self.assertEqual(lines.role, "both")

    def test_inactive_ones_come_whatever_fiken_lists_unasked(self):
        self.fiken_contact("Sluttet AS", inactive=True)
        self.fiken_product("Utgått", active=False)
        for default_active in (True, False):
            self.sandbox.unknowns(contacts_default_active=default_active)
            lines = self.read_fiken()
            self.assertEqual(
                set(lines.mapped("name")), {"Sluttet AS", "Utgått"}, default_active
            )
            self.startup.action_back()

    def test_nothing_chosen_is_said(self):
        self.startup.write(
            {"with_customers": False, "with_suppliers": False, "with_products": False}
        )
        with self.assertRaisesRegex(UserError, "Choose what to import"):
            self.startup.action_read()

    def test_the_click_asks_fiken_nothing(self):
        self.fiken_contact()
        self.sandbox.reset_stats()
        self.startup.action_read()
        self.commit()
        self.assertFalse(self.sandbox.stats()["total"])
        self.assertEqual(self.startup.state, "reading")

    def test_reading_goes_on_where_it_was(self):
        """Fiken is busy in the middle: no page is read twice, none is left out."""
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(350)))
        self.startup.write({"with_suppliers": False, "with_products": False})
        self.startup.action_read()
        self.sandbox.reset_stats()
        original = type(self.startup)._read_page
        seen = []

        def fails_after_two(startup, session):
            seen.append(startup.page_no)
            if len(seen) == 3:
                self.sandbox.fault("GET", "/contacts", "status:503")
            return original(startup, session)

        with patch.object(type(self.startup), "_read_page", fails_after_two):
            self.run_cron()
        self.assertEqual(self.startup.state, "reading")
        self.assertEqual(self.startup.page_no, 2)
        self.assertIn("busy", self.startup.reason)
        self.assertEqual(len(self.startup.line_ids), 200)
        progress = self.startup.progress
        self.assertGreater(progress, 0)
        self.run_cron()
        self.assertEqual(self.startup.state, "preview")
        self.assertFalse(self.startup.reason)
        self.assertEqual(len(self.startup.line_ids), 350)
        answered = [
            row["query"]
            for row in self.sandbox.requests()
            if row["path"].endswith("/contacts") and row["status"] == 200
        ]
        self.assertEqual(len(answered), len(set(answered)))

    def test_a_crash_loses_one_page_at_most(self):
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(250)))
        self.startup.action_read()
        match = type(self.env["fiken.import.match"])
        original, pages = match._store_page, []

        def crashes_once(match, startup, resource, rows):
            original(match, startup, resource, rows)
            pages.append(len(rows))
            if len(pages) == 2:
                raise RuntimeError("The server was stopped")

        with patch.object(match, "_store_page", crashes_once):
            self.run_cron(crashes=True)
        self.assertEqual(self.startup.state, "preview")
        self.assertEqual(len(self.startup.line_ids), 250)

    def test_a_company_without_api_module_is_told_so(self):
        self.sandbox.company(self.slug, hasApiAccess=False)
        self.startup.action_read()
        self.run_cron()
        self.assertEqual(self.startup.state, "reading")
        self.assertIn("API module", self.startup.reason)
        self.sandbox.company(self.slug, hasApiAccess=True)
        self.startup.action_go_on()
        self.run_cron()
        self.assertEqual(self.startup.state, "preview")

    def test_without_a_connection_nothing_starts(self):
        self.connection.sudo().state = "reconnect"
        with self.assertRaisesRegex(UserError, "Press Reconnect"):
            self.startup.action_read()

    def test_stopping_forgets_what_was_read(self):
        self.fiken_contact()
        self.read_fiken()
        self.startup.action_back()
        self.assertEqual(self.startup.state, "draft")
        self.assertFalse(self.startup.line_ids)
