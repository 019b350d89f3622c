"""Means of payment and their accounts in Fiken."""

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from ..common import FikenCase
from .common import refused


class TestMeans(FikenCase):
    """Means of payment start at 1901, and each may have an account of its own."""

    def means(self, journal):
        return self.vendor.ledger_id.means_line_ids.filtered(
            lambda line: line.journal_id == journal
        )

    def journal(self, kind="bank", number=None):
        journal = self.env["account.journal"].create(
            {"name": "Terminal", "code": "TERM", "type": kind}
        )
        if number:
            journal.set_bank_account(number)
        self.vendor.ledger_id.action_propose()
        return journal

    def test_payment_accounts_start_at_1901(self):
        lines = self.vendor.ledger_id.means_line_ids
        self.assertTrue(lines)
        self.assertEqual(set(lines.mapped("fiken_code")), {"1901"})
        self.assertTrue(all(lines.mapped("is_proposal")))

    def test_a_means_may_have_another_account(self):
        line = self.means(self.journal())
        line.fiken_code = "1960:10001"
        self.assertFalse(line.is_unknown)
        self.assertFalse(line.awaits_confirmation)
        self.assertEqual(self.vendor.ledger_id._code_of(line.journal_id), "1960:10001")

    def test_no_cash_on_1901_waits_for_a_person(self):
        card, cash = self.journal(), self.company_data["default_journal_cash"]
        self.assertTrue(self.means(card).awaits_confirmation)
        self.assertFalse(self.means(cash).awaits_confirmation)
        self.means(card).action_accept()
        self.assertFalse(self.means(card).awaits_confirmation)

    def test_a_bank_account_is_known_by_its_number(self):
        journal = self.journal(number="1503.12.34562")
        self.assertEqual(self.means(journal).fiken_code, "1920:10001")
        account = self.vendor.ledger_id._code_of(journal.default_account_id)
        self.assertEqual(account, "1920:10001")
        self.assertTrue(self.means(journal).is_proposal)

    def test_till_methods_are_means_too(self):
        method = (
            self.env["pos.payment.method"]
            .sudo()
            .create({"name": "Vipps", "company_id": self.company.id})
        )
        self.vendor.ledger_id.action_propose()
        line = self.vendor.ledger_id.means_line_ids.filtered(
            lambda one: one.means_id == method.id
        )
        self.assertEqual(line.source_name, "Vipps")
        self.assertEqual(line.fiken_code, "1901")
        self.assertTrue(line.awaits_confirmation)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            line.copy()

    def test_no_cash_is_confirmed_one_by_one(self):
        """Neither *Accept Proposals* nor *Accept* on several lines confirms it."""
        ledger, card = self.vendor.ledger_id, self.means(self.journal())
        cash = self.means(self.company_data["default_journal_cash"])
        told = ledger.action_accept_proposals()
        self.assertIn("Terminal", told["params"]["message"])
        self.assertTrue(card.awaits_confirmation and card.is_proposal)
        self.assertTrue(cash.is_confirmed)
        left = ledger.line_ids.filtered(
            lambda line: line.is_proposal and not line.is_guess
        )
        self.assertEqual(set(left.mapped("kind")), {"means"})
        (card | cash).action_accept_together()
        self.assertTrue(card.awaits_confirmation)
        card.action_accept()
        self.assertFalse(card.awaits_confirmation or card.is_proposal)

    def test_what_must_be_confirmed_is_found(self):
        card = self.means(self.journal())
        self.vendor.ledger_id.action_accept_proposals()
        lines = self.env["fiken.ledger.line"]
        ours = [("ledger_id", "=", self.vendor.ledger_id.id)]
        found = lines.search([*ours, ("awaits_confirmation", "=", True)])
        self.assertIn(card, found)
        self.assertEqual(
            found, self.vendor.ledger_id.means_line_ids.filtered("awaits_confirmation")
        )
        rest = lines.search([*ours, ("awaits_confirmation", "=", False)])
        self.assertEqual(found | rest, self.vendor.ledger_id.line_ids)
        self.assertFalse(found & rest)

    def test_a_method_that_is_not_there_is_refused(self):
        with refused(self, "does not exist", ValidationError):
            self.env["fiken.ledger.line"].create(
                {
                    "ledger_id": self.vendor.ledger_id.id,
                    "means_model": "pos.payment.method",
                    "means_id": 987654321,
                    "fiken_code": "1901",
                }
            )
