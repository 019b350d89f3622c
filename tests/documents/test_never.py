"""What never goes to Fiken says so, to whoever looks at it."""

from odoo import Command

from ..common import TODAY
from .sales import SaleCase


class TestNever(SaleCase):
    def entry(self, post=True, **values):
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "general")], limit=1
        )
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": TODAY,
                "line_ids": [
                    Command.create(
                        {
                            "name": "Avskrivning",
                            "account_id": self.account(code).id,
                            "balance": balance,
                        }
                    )
                    for code, balance in (("6540", 100.0), ("4300", -100.0))
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def said(self, move):
        return move._get_alerts().get("fiken_never", {}).get("message", "")

    def test_an_entry_says_that_it_is_not_sent(self):
        move = self.entry()
        self.assertIn("not sent to Fiken", self.said(move))
        self.send()
        self.assertFalse(self.jobs(move))

    def test_nothing_is_said_of_what_is_none_of_fikens_business(self):
        self.assertFalse(self.said(self.entry(post=False)), "a draft")
        self.assertFalse(self.said(self.entry(date="2025-12-31")), "before the vendor")
        self.vendor.accounting_system = "none"
        self.assertFalse(self.said(self.entry()), "no vendor in Fiken")

    def test_nor_of_payments_and_documents_which_have_a_way_of_their_own(self):
        move = self.invoice()
        self.assertFalse(self.said(move))
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": TODAY})
        )
        payment = wizard._create_payments()
        if payment.move_id:
            self.assertFalse(self.said(payment.move_id))
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": TODAY,
                "amount": 10.0,
                "payment_ref": "Renter",
            }
        )
        self.assertFalse(self.said(line.move_id))

    def test_an_expense_is_a_payment_in_odoo_that_pays_no_document(self):
        """Odoo posts what the company paid as a payment: it is said all the same."""
        payment = self.env["account.payment"].create(
            {"amount": 100.0, "date": TODAY, "payment_type": "outbound"}
        )
        move = self.entry(origin_payment_id=payment.id)
        self.assertFalse(self.said(move))
        # Expenses need not be installed here: what they make is known by their field.
        self.patch(type(move), "_fiken_is_expense", lambda one: True)
        self.assertIn("company paid", self.said(move))

    def test_an_expense_that_the_company_paid_is_named(self):
        if "expense_ids" not in self.env["account.move"]._fields:
            self.skipTest("Expenses are not installed.")
        move = self.entry()
        product = self.env["product.product"].create(
            {"name": "Drosje", "can_be_expensed": True}
        )
        employee = self.env["hr.employee"].create({"name": "Kari"})
        self.env["hr.expense"].create(
            {
                "name": "Drosje",
                "employee_id": employee.id,
                "product_id": product.id,
                "total_amount_currency": 100.0,
                "account_move_id": move.id,
            }
        )
        self.env.invalidate_all()
        self.assertIn("company paid", self.said(move))
