"""dev/probe against the sandbox: its answers are the sandbox's switches."""

import json
import os
import subprocess
import sys

from odoo.tests import BaseCase

from .common import SLUG, SLUG_NO_API, SLUG_NO_VAT
from .sandbox import ROOT, shared_sandbox

# Each switch that the probe can learn, turned away from its default.
OTHER_WAY = {
    "account_1901": "refuse",
    "negative_lines": "refuse",
    "zero_total": "refuse",
    "rounding_account_on_sales": "refuse",
    "balance_accounts_on_sales": "refuse",
    "vat_tolerance_ore": 5,
    "unique_sale_number": True,
    "unique_purchase_identifier": True,
    "repeated_draft_uuid": "refuse",
    "repeated_invoice_uuid": "refuse",
    "invoice_uuid_is_draft_uuid": False,
    "create_invoice_location": "sale",
    "before_accounting_start": "accept",
    "invoicing_decrements_stock": True,
    "delete_used_product": "refuse",
    "customer_on_cash_sale": "refuse",
    "due_date_required_external": True,
    "sale_line_project": "refuse",
    "draft_line_projects_survive": False,
    "draft_number_becomes_sale_number": False,
    "second_full_credit_note": "accept",
    "overpayment": "refuse",
    "payment_fee_settles": False,
    "payment_delete": "refuse",
    "delete_with_payments": "refuse",
    "contacts_put_blanks_groups": True,
    "contacts_default_active": True,
    "stale_lists_seconds": 2,
    "max_attachment_bytes": 100_000,
    "location_style": "relative",
    "percent_scale": "one",
    "vat_type_case": "lower",
    "unknown_body_fields": "400",
    "unknown_query_parameters": "400",
    "spec": "2026-05",
}


class TestProbe(BaseCase):
    def setUp(self):
        super().setUp()
        self.sandbox = shared_sandbox()
        self.sandbox.reset(counters=False)
        self.addCleanup(self.sandbox.reset)

    def probe(self, *arguments, company=SLUG):
        return subprocess.run(
            [
                sys.executable,
                str(ROOT / "dev/probe.py"),
                f"--company={company}",
                f"--api-url={self.sandbox.url}/api/v2",
                "--pause-ms=0",
                *arguments,
            ],
            env={**os.environ, "FIKEN_TOKEN": "sandbox-token"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def learnt(self, **switches):
        """What the probe learns when the switches stand like this."""
        self.sandbox.unknowns(**switches)
        run = self.probe("--yes")
        self.assertFalse(run.returncode, run.stderr)
        return json.loads(run.stdout.splitlines()[-1]), run.stdout

    def assertLearnt(self, learnt, expected, output):
        self.assertEqual(
            learnt, {name: expected[name] for name in sorted(OTHER_WAY)}, output
        )

    def live(self, path):
        rows = self.sandbox.get(f"/companies/{SLUG}/{path}", pageSize=100)
        return [row for row in rows if not row.get("deleted")]

    def test_defaults_are_learnt_and_nothing_is_left(self):
        defaults = self.sandbox.switches()
        learnt, output = self.learnt()
        self.assertLearnt(learnt, defaults, output)
        self.assertNotIn("not be taken back", output)
        for path in ("sales/drafts", "invoices/drafts", "purchases", "products"):
            self.assertFalse(self.live(path), path)
        sales = self.live("sales")
        self.assertEqual({sale["kind"] for sale in sales}, {"invoice"})
        self.assertFalse(sum(sale["outstandingBalance"] for sale in sales))
        self.assertEqual(self.sandbox.stats()["max_in_flight"], 1)

    def test_every_switch_the_other_way_is_learnt(self):
        learnt, output = self.learnt(**OTHER_WAY)
        self.assertLearnt(learnt, OTHER_WAY, output)

    def test_third_choices_are_learnt(self):
        choices = {
            "repeated_draft_uuid": "overwrite",
            "customer_on_cash_sale": "accept",
            "location_style": "trailing-slash",
        }
        learnt, output = self.learnt(**choices)
        self.assertEqual({name: learnt.get(name) for name in choices}, choices, output)

    def test_company_without_vat_is_asked_what_it_can_answer(self):
        self.sandbox.unknowns(negative_lines="refuse")
        run = self.probe("--yes", company=SLUG_NO_VAT)
        learnt = json.loads(run.stdout.splitlines()[-1])
        self.assertEqual(learnt["negative_lines"], "refuse", run.stdout)
        self.assertNotIn("vat_tolerance_ore", learnt)
        self.assertIn("no project module", run.stdout)

    def test_nothing_is_written_into_a_real_company(self):
        self.sandbox.company(SLUG, testCompany=False)
        run = self.probe("--yes")
        self.assertTrue(run.returncode)
        self.assertIn("not a test company", run.stderr)
        self.assertNothingWritten()

    def test_nothing_is_written_before_somebody_agreed(self):
        run = self.probe()
        self.assertTrue(run.returncode)
        self.assertIn("--yes", run.stderr)
        self.assertNothingWritten()

    def test_refusal_of_the_company_is_told(self):
        run = self.probe("--yes", company=SLUG_NO_API)
        self.assertTrue(run.returncode)
        self.assertIn("API module not activated", run.stderr)

    def assertNothingWritten(self):
        writes = [
            request for request in self.sandbox.requests() if request["method"] != "GET"
        ]
        self.assertFalse(writes)
