"""What both charts suggest, and what waits to be accepted."""

from odoo import Command

from ...models.outbox.exceptions import MissingSetting
from ..common import FikenCase
from .common import mapped


class TestProposals(FikenCase):
    """What is certain is used at once; what is a guess waits for a person."""

    def ledger_line(self, code, ledger=None):
        return mapped(ledger or self.vendor.ledger_id, self.account(code))

    def test_the_same_code_with_another_meaning(self):
        """Odoo's 2701 is the medium rate, Fiken's the high one."""
        self.assertEqual(self.ledger_line("2700").fiken_code, "2701")
        self.assertEqual(self.ledger_line("2710").fiken_code, "2711")
        self.assertEqual(self.ledger_line("1900").fiken_code, "1901")
        for code in ("2701", "2702", "2711", "2712", "2716", "1920"):
            with self.subTest(code):
                self.assertFalse(self.ledger_line(code))

    def test_a_guess_is_not_booked_on_before_it_is_accepted(self):
        """Fiken has no 4330: the account of its group is only a guess."""
        line = self.ledger_line("4330")
        self.assertEqual(line.fiken_code, "4300")
        self.assertTrue(line.is_guess and line.is_proposal)
        account = self.account("4330")
        self.assertEqual(self.vendor.ledger_id._code_of(account), "")
        with self.assertRaises(MissingSetting) as gap:
            self.vendor._account_code(account)
        self.assertIn("4330", str(gap.exception.message))
        self.assertIn("only proposed to go to 4300", str(gap.exception.message))
        line.action_accept()
        self.assertEqual(self.vendor._account_code(account), "4300")

    def test_accepting_a_guess_releases_what_waited(self):
        account = self.account("3971")
        account.account_type = "income"
        move = self.invoice(self.line(account="3971"))
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        self.assertIn("only proposed", move.fiken_job_id.reason)
        self.vendor.ledger_id.action_accept_proposals()
        self.send()
        self.assertEqual(move.fiken_state, "blocked", "Guesses are accepted one by one")
        self.ledger_line("3971").action_accept()
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def test_a_guess_that_a_person_changes_is_used(self):
        line = self.ledger_line("4330")
        line.fiken_code = "4301"
        self.assertFalse(line.is_guess or line.is_proposal)
        self.assertEqual(self.vendor._account_code(self.account("4330")), "4301")

    def test_the_whole_chart_is_mapped_by_one_button(self):
        """But for VAT and bank accounts, which no document names."""
        ledger = self.vendor.ledger_id
        ledger.line_ids.unlink()
        ledger.action_propose()
        chart = (
            self.env["ir.model.data"]
            .sudo()
            .search(
                [
                    ("model", "=", "account.account"),
                    ("name", "=like", f"{self.company.id}\\_chart%"),
                ]
            )
        )
        accounts = self.env["account.account"].browse(chart.mapped("res_id"))
        self.assertEqual(len(accounts), 745)
        unmapped = accounts - ledger.line_ids.account_id
        codes = set(unmapped.with_company(self.company).mapped("code"))
        self.assertLessEqual(
            {code for code in codes if not code.startswith(("27", "19"))}, {"4900"}
        )
        self.assertFalse(ledger.line_ids.filtered("is_unknown"))

    def test_a_gap_names_code_and_name(self):
        """Whoever may not read Odoo's chart sees the code all the same."""
        self.ledger_line("3000").unlink()
        user = self.env["res.users"].create(
            {
                "name": "Siri",
                "login": "siri",
                "group_ids": [
                    Command.set(
                        self.env.ref("fiken_connector.group_fiken_user").ids
                        + self.env.ref("base.group_user").ids
                    )
                ],
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
            }
        )
        with self.assertRaises(MissingSetting) as gap:
            self.vendor.with_user(user).sudo()._account_code(self.account("3000"))
        self.assertIn("3000 ", str(gap.exception.message))
        line = self.ledger_line("3010").with_user(user)
        self.assertEqual(line.account_code, "3010")
        self.assertTrue(line.source_name.startswith("3010 "))

    def test_codes_are_those_of_the_ledgers_company(self):
        line = self.ledger_line("3000")
        other = self.env["res.company"].create({"name": "Annen AS"})
        self.env.user.company_ids |= other
        self.assertEqual(line.with_company(other).account_code, "3000")

    def test_type_ahead_shows_code_and_name(self):
        found = self.env["fiken.account"].name_search("1920:1")
        self.assertEqual(
            [name for _id, name in found], ["1920:10001 Driftskonto 15031234562"]
        )
        found = self.env["fiken.account"].name_search(
            "salgsinntekt tjenester, avgiftspl"
        )
        self.assertEqual(
            [name for _id, name in found][:1],
            ["3020 Salgsinntekt tjenester, avgiftspliktig, høy sats"],
        )

    def test_a_line_can_be_made_by_type_ahead(self):
        ledger = self.vendor.ledger_id
        self.ledger_line("3000").unlink()
        account = self.fiken_company.account_ids.filtered(
            lambda one: one.code == "3010"
        )
        line = self.env["fiken.ledger.line"].create(
            {
                "ledger_id": ledger.id,
                "account_id": self.account("3000").id,
                "fiken_account_id": account.id,
            }
        )
        self.assertEqual(line.fiken_code, "3010")
        self.assertEqual(line.fiken_account_id, account)

    def test_every_page_of_the_chart_is_read(self):
        self.fiken_company.account_ids.unlink()
        with self.as_cron():
            self.fiken_company.action_fetch_accounts()
        self.assertGreater(len(self.fiken_company.account_ids), 500)
        self.assertGreater(
            self.sandbox.count("GET", "/accounts"), 5, "A hundred a page"
        )

    def test_the_chart_is_read_every_night(self):
        self.fiken_company.account_ids.unlink()
        self.trigger("ir_cron_fetch_accounts")
        self.assertGreater(len(self.fiken_company.account_ids), 500)
