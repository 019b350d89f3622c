"""One page that says what is right, what is not, and where to mend it."""

import ast
import time

from freezegun import freeze_time
from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user
from odoo.tools import format_date

from ...fiken_api import vat
from ..common import SLUG_NO_VAT, TODAY, FikenCase
from .common import VendorCase


class SetupCase(VendorCase):
    def setUp(self):
        super().setUp()
        self.market.unlink()
        self.map_everything()

    def map_everything(self):
        """What a person does who follows the page."""
        self.fiken_company.accounts_fetched_at = fields.Datetime.now()
        ledger = self.vendor.ledger_id
        ledger.action_accept_proposals()
        for line in ledger.means_line_ids:
            line.action_accept()
        for category in self.env["product.category"].search(
            [("parent_id", "=", False)]
        ):
            self.env["fiken.ledger.line"].create(
                {
                    "ledger_id": ledger.id,
                    "category_id": category.id,
                    "fiken_code": "3000",
                    "purchase_code": "4300",
                }
            )
        self.company.partner_id.company_registry = (
            self.fiken_company.organization_number
        )

    def check(self):
        with self.as_cron():
            action = self.fiken_company.action_setup_check()
        self.env.invalidate_all()
        self.assertEqual(action["res_model"], "fiken.setup.check")
        return self.env["fiken.setup.check"].browse(action["res_id"])

    def lines(self, title, check=None):
        lines = (check or self.check()).line_ids
        return lines.filtered(lambda line: title in line.title)

    def assertLine(self, title, state, *words):
        """One line of that title has the state and says these words."""
        titled = self.lines(title)
        lines = titled.filtered(lambda line: line.state == state)
        self.assertEqual(len(lines), 1, titled.mapped("text"))
        for word in words:
            self.assertIn(word, lines.text)
        return lines

    def cure(self, line):
        with self.as_cron():
            action = line.action_mend()
        self.env.invalidate_all()
        return action

    def shown(self, action):
        """The ledger lines that a person sees first after pressing the button."""
        arch = self.env["fiken.ledger.line"].get_view(view_type="search")["arch"]
        domain = Domain(action["domain"])
        for key in action["context"]:
            if key.startswith("search_default_"):
                name = key.removeprefix("search_default_")
                [chosen] = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
                domain &= Domain(ast.literal_eval(chosen.get("domain")))
        return self.env["fiken.ledger.line"].search(domain)


class TestSetupCheck(SetupCase):
    def test_a_mapped_company_is_green(self):
        check = self.check()
        self.assertFalse(
            [
                (line.state, line.title, line.text)
                for line in check.line_ids
                if line.state not in ("ok", "off")
            ]
        )
        self.assertEqual((check.error_count, check.warning_count), (0, 0))

    def test_every_red_line_has_a_sentence_and_a_cure(self):
        self.break_everything()
        red = self.check().line_ids.filtered(lambda line: line.state == "error")
        self.assertGreater(len(red), 6)
        for line in red:
            with self.subTest(line.title):
                self.assertGreater(len(line.text), 10)
                self.assertTrue(line.res_model and line.res_id)
                self.assertTrue(self.env[line.res_model].browse(line.res_id).exists())

    def break_everything(self):
        ledger = self.vendor.ledger_id
        ledger.sales_without_tax = False
        ledger.rounding_code = "7777"
        account = self.company.income_account_id
        ledger.line_ids.filtered(lambda line: line.account_id == account).unlink()
        ledger.category_line_ids.unlink()
        ledger.means_line_ids[0].unlink()
        self.company.account_sale_tax_id.fiken_vat_type = False
        self.vendor.write({"enabled_since": False, "issuer": "fiken"})

    def test_every_subject_has_its_place_on_the_page(self):
        self.vendor.write(
            {"issuer": "fiken", "projects_enabled": True, "sale_trigger": "schedule"}
        )
        self.env["product.category"].search(
            [], limit=1
        ).property_valuation = "real_time"
        titles = self.check().line_ids.mapped("title")
        subjects = [
            "Connection",
            "Fiken company and API module",
            "Organisation number",
            "Currency",
            "VAT registration",
            "Fiken's chart of accounts",
            ": enabled since",
            ": accounts",
            "Taxes",
            ": product categories",
            ": means of payment",
            ": sales without tax",
            "Accounts and VAT types",
            ": Stock",
            ": Files",
            ": Supplier Bills",
            ": Payments",
            ": Daily Settlements",
            "Invoice numbers in Fiken",
            "Credit note numbers in Fiken",
            ": bank account",
            "Project module",
            ": schedule",
            "Stock valuation",
        ]
        self.assertEqual(len(titles), len(subjects), titles)
        for title, subject in zip(titles, subjects, strict=True):
            self.assertIn(subject, title)

    def test_it_asks_little_and_answers_fast(self):
        """At most one request a check, under two seconds."""
        self.vendor.write({"issuer": "fiken", "projects_enabled": True})
        self.env["ir.config_parameter"].sudo().set_param(
            "fiken_connector.pacing_ms", "250"
        )
        self.sandbox.reset_stats()
        started = time.monotonic()
        self.check()
        self.assertLess(time.monotonic() - started, 2)
        requests = self.sandbox.stats()["requests"]
        self.assertLessEqual(set(requests.values()), {1})
        self.assertEqual(sum(requests.values()), 5)

    def test_checking_again(self):
        self.vendor.enabled_since = False
        check = self.check()
        self.assertEqual(check.error_count, 1)
        self.vendor.enabled_since = "2026-01-01"
        with self.as_cron():
            action = check.action_again()
        self.env.invalidate_all()
        self.assertEqual(check.error_count, 0)
        self.assertEqual(action["tag"], "soft_reload", "The same page, not one more")

    # Connection and company

    def test_no_connection(self):
        self.connection.state = "reconnect"
        line = self.assertLine("Connection", "error", "Press Connect")
        self.assertEqual(line.res_model, "fiken.connection")

    def test_when_fiken_does_not_answer_it_is_asked_once(self):
        self.sandbox.fault("GET", "/user", "status:503", times=9)
        self.sandbox.reset_stats()
        self.assertLine("Connection", "error", "Fiken is busy")
        self.assertEqual(self.sandbox.stats()["total"], 1)

    def test_the_worker_was_switched_off(self):
        self.connection.cron_id.active = False
        self.assertLine("Connection", "error", "switched off")

    def test_the_api_module_is_missing(self):
        self.sandbox.company(self.slug, hasApiAccess=False)
        [line] = self.lines("API module")
        self.assertEqual(line.state, "error")
        self.assertIn("Tilleggstjenester", line.text)

    def test_another_organisation_number(self):
        self.company.partner_id.company_registry = "923456783"
        self.assertLine("Organisation number", "warning", "987654317", "923456783")

    def test_another_currency(self):
        self.env.cr.execute(
            "UPDATE res_company SET currency_id = %s WHERE id = %s",
            [self.env.ref("base.EUR").id, self.company.id],
        )
        self.env.invalidate_all()
        self.assertLine("Currency", "error", "EUR")

    # The chart and the ledger

    def test_the_chart_was_never_read(self):
        self.fiken_company.accounts_fetched_at = False
        line = self.assertLine("chart of accounts", "error")
        with freeze_time(f"{TODAY} 12:00:00"):
            self.cure(line)
            today = format_date(self.env, fields.Date.to_date(TODAY))
            self.assertLine("chart of accounts", "ok", f"accounts, read on {today}")

    def test_an_account_in_use_is_not_mapped(self):
        account = self.account("3020")
        self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_id == account
        ).unlink()
        self.assertLine(": accounts", "ok")
        self.invoice(self.line(account="3020"))
        line = self.assertLine(": accounts", "error", "3020 ")
        self.assertEqual(self.cure(line)["res_model"], "fiken.cure")

    def test_a_code_that_fiken_dropped(self):
        self.fiken_company.account_ids.filtered(
            lambda one: one.code == "3020"
        ).active = False
        self.env["fiken.company"]._forget_routes()
        line = self.assertLine(
            ": accounts", "error", "Fiken does not have: 3020 (3020 "
        )
        self.assertEqual(self.cure(line)["res_model"], "fiken.cure")

    def test_an_account_in_use_that_is_only_proposed(self):
        self.invoice(self.line(account="3020"))
        account = self.account("3020")
        mapped = self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_id == account
        )
        mapped.write({"is_proposal": True, "is_guess": True})
        line = self.assertLine(": accounts", "error", "only proposed: 3020 ")
        self.assertEqual(self.shown(self.cure(line)), mapped)

    def test_the_rounding_account(self):
        self.vendor.ledger_id.rounding_code = "7777"
        self.assertLine(": accounts", "error", "7777")

    def test_a_tax_in_use_has_no_type(self):
        tax = self.company.account_purchase_tax_id
        tax.l10n_no_standard_code = "21"
        line = self.assertLine("Taxes", "error", "books the base alone")
        self.assertEqual((line.res_model, line.res_id), ("account.tax", tax.id))
        tax.fiken_vat_type = "HIGH_BASIS"
        self.assertLine("Taxes", "error", "Fiken computes HIGH_BASIS otherwise")

    def test_a_tax_of_another_rate_is_said_before_it_stops_a_document(self):
        """Odoo's chart has raw fish at 11 %: in a draft, or on a product."""
        fish = self.tax("32")
        self.assertLine("Taxes", "ok")
        move = self.invoice(self.line(100.0, "32", "3030"), post=False)
        line = self.assertLine("Taxes", "error", fish.name, "11.11 %")
        self.assertEqual((line.res_model, line.res_id), ("account.tax", fish.id))
        move.unlink()
        self.assertLine("Taxes", "ok")
        self.env["product.product"].create(
            {"name": "Torsk", "taxes_id": [Command.set(fish.ids)]}
        )
        self.assertLine("Taxes", "error", fish.name, "11.11 %")
        fish.amount = 11.11
        self.assertLine("Taxes", "ok")

    def test_no_tax(self):
        self.assertLine("sales without tax", "ok", "No VAT treatment (code 7)")
        self.vendor.ledger_id.sales_without_tax = False
        self.assertLine("sales without tax", "error")

    def test_categories(self):
        """Those that nobody mapped go where Odoo's default goes: that is shown."""
        self.vendor.ledger_id.category_line_ids.unlink()
        line = self.assertLine("product categories", "warning", "default accounts")
        action = self.cure(line)
        self.assertFalse(self.shown(action), "Categories only, and a new line there")
        self.assertEqual(
            action["context"]["default_ledger_id"], self.vendor.ledger_id.id
        )
        account = self.company.income_account_id
        self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_id == account
        ).unlink()
        self.assertLine("product categories", "error", "Not mapped")

    def test_means_of_payment(self):
        """No cash on the cash account is yellow until somebody says it is right."""
        journal = self.company_data["default_journal_bank"]
        line = self.vendor.ledger_id.means_line_ids.filtered(
            lambda one: one.journal_id == journal
        )
        line.write({"is_confirmed": False, "is_proposal": True})
        self.vendor.ledger_id.action_accept_proposals()
        yellow = self.assertLine(
            "means of payment", "warning", journal.name, "1920:", "1960:"
        )
        self.assertEqual(self.shown(self.cure(yellow)), line)
        line.action_accept()
        self.assertLine("means of payment", "ok")
        line.unlink()
        self.assertLine("means of payment", "error", journal.name)

    def test_a_till_method_without_mapping(self):
        method = (
            self.env["pos.payment.method"]
            .sudo()
            .create({"name": "Vipps", "company_id": self.company.id})
        )
        self.assertLine("means of payment", "error", method.display_name)

    def test_accounts_and_types_that_do_not_go_together(self):
        account = self.account("3200")
        account.tax_ids = self.tax("3")
        self.assertFalse(vat.is_usual_pair("3200", "HIGH"))
        self.assertLine("Accounts and VAT types", "warning", "3200 + HIGH – High rate")

    # Vendors

    def test_enabled_since(self):
        self.vendor.enabled_since = "2026-02-01"
        self.env["res.lang"]._lang_get("en_US").date_format = "%d.%m.%Y"
        self.assertLine("enabled since", "ok", "01.02.2026")
        self.vendor.enabled_since = False
        line = self.assertLine("enabled since", "error")
        self.assertEqual(self.cure(line)["res_model"], "fiken.enable")

    def test_the_schedule(self):
        self.vendor.write(
            {"sale_trigger": "schedule", "schedule_hour": 21.5, "tz": "Europe/Oslo"}
        )
        self.assertLine(": schedule", "ok", "9:30")

    def test_projects(self):
        self.assertFalse(self.lines("Project module"))
        self.vendor.projects_enabled = True
        self.vendor.analytic_plan_id = False
        self.assertLine("Project module", "error", "analytic plan")
        self.sandbox.company(self.slug, projectModule=False)
        self.assertLine("Project module", "error", "Tilleggstjenester")

    def test_perpetual_stock_valuation(self):
        category = self.env["product.category"].search([], limit=1)
        category.property_valuation = "real_time"
        self.assertLine("Stock valuation", "warning", category.display_name)

    # Fiken issues

    def issue_in_fiken(self):
        self.vendor.issuer = "fiken"
        self.vendor.bank_account_id = self.fiken_company.account_ids.filtered(
            "is_bank"
        )[0]

    def test_the_bank_account(self):
        self.issue_in_fiken()
        self.assertLine(": bank account", "warning", "Issue one invoice")
        self.vendor.bank_account_id = False
        self.assertLine(": bank account", "error")

    def test_the_invoice_numbers_are_started_from_here(self):
        self.issue_in_fiken()
        self.sandbox.reset(counters=False)
        self.fiken_company.first_invoice_number = 501
        line = self.assertLine("Invoice numbers", "error", "501")
        self.cure(line)
        self.assertEqual(self.sandbox.count("POST", "/invoices/counter"), 0)
        self.send()
        counter = self.sandbox.get(f"/companies/{self.slug}/invoices/counter")
        self.assertEqual(counter["value"], 500)
        self.assertTrue(self.fiken_company.invoice_series_started)
        self.assertLine("Invoice numbers", "ok")
        self.cure(line)
        self.send()
        self.assertEqual(self.sandbox.count("POST", "/invoices/counter"), 1)

    def test_numbers_that_run_are_never_started_again(self):
        self.fiken_company.first_invoice_number = 1
        self.fiken_company.action_start_invoice_series()
        self.send()
        counter = self.sandbox.get(f"/companies/{self.slug}/invoices/counter")
        self.assertEqual(counter["value"], 10000)
        self.assertEqual(self.sandbox.count("POST", "/invoices/counter"), 0)

    def test_a_lost_answer_starts_the_numbers_once(self):
        self.sandbox.reset(counters=False)
        self.sandbox.fault("POST", "/invoices/counter", "commit-then-drop")
        self.fiken_company.action_start_invoice_series()
        self.send()
        job = self.jobs(self.fiken_company, "invoice_series")
        self.assertEqual(job.state, "sending")
        self.time_passes(95)
        self.send()
        self.time_passes(10)
        self.send()
        self.assertEqual(job.state, "done", job.reason)
        self.assertEqual(self.sandbox.count("POST", "/invoices/counter"), 1)

    def test_a_manager_who_is_no_accountant(self):
        manager = new_test_user(
            self.env,
            "mona",
            groups="base.group_user,fiken_connector.group_fiken_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.invoice()
        with self.as_cron():
            action = self.fiken_company.with_user(manager).action_setup_check()
        check = self.env["fiken.setup.check"].browse(action["res_id"])
        self.assertEqual(check.with_user(manager).error_count, 0)

    def test_another_companys_set_up_is_not_shown(self):
        other = self.env["res.company"].create({"name": "Annen AS"})
        stranger = new_test_user(
            self.env,
            "otto",
            groups="base.group_user,fiken_connector.group_fiken_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        check = self.env["fiken.setup.check"].with_user(stranger)
        with self.assertRaises(AccessError):
            check.create({"fiken_company_id": self.fiken_company.id})._run()


class TestSetupCheckWithoutVat(FikenCase):
    """A company that is not registered for VAT."""

    slug = SLUG_NO_VAT

    def test_nothing_is_asked_about_vat(self):
        self.vendor.ledger_id.sales_without_tax = False
        self.tax("3").fiken_vat_type = False
        with self.as_cron():
            action = self.fiken_company.action_setup_check()
        lines = self.env["fiken.setup.check"].browse(action["res_id"]).line_ids
        titles = lines.filtered(lambda line: line.state == "error").mapped("title")
        self.assertFalse([title for title in titles if "tax" in title.lower()])
        [vat_line] = lines.filtered(lambda line: line.title == "VAT registration")
        self.assertIn("Not registered", vat_line.text)

    def test_a_new_tax_is_no_todo(self):
        self.open_todos()._close()
        self.env["account.tax"].create(
            {"name": "Avgift", "amount": 7, "type_tax_use": "sale"}
        )
        self.assertFalse(self.open_todos())
