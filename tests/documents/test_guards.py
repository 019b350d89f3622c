"""What is booked in Fiken, or may be, stays in Odoo as it is: by whatever way."""

from odoo import Command
from odoo.exceptions import UserError

from ..outbox.common import LOOK_AFTER, OutboxCase
from .bills import BillCase

READONLY = {"skip_readonly_check": True}
# What reaches a document, by screen, mass edit, wizard or another program.
WAYS = {
    "reset": lambda move: move.button_draft(),
    "cancel": lambda move: move.button_cancel(),
    "state draft": lambda move: move.write({"state": "draft"}),
    "state cancel": lambda move: move.write({"state": "cancel"}),
    "delete": lambda move: move.with_context(force_delete=True).unlink(),
    "renumber": lambda move: move.write({"name": "INV/2026/09999"}),
    "number slash": lambda move: move.write({"name": "/"}),
    "no number": lambda move: move.write({"name": False}),
    "number null": lambda move: move.write({"name": None}),
    "resequence": lambda move: resequenced(move),
    "journal": lambda move: move.write(
        {"name": "/", "journal_id": other_journal(move).id}
    ),
    "partner": lambda move: move.with_context(**READONLY).write(
        {"partner_id": move.company_id.partner_id.id}
    ),
    "date": lambda move: move.with_context(**READONLY).write(
        {"invoice_date": "2026-03-02"}
    ),
    "accounting date": lambda move: move.with_context(**READONLY).write(
        {"date": "2026-03-02"}
    ),
    "currency": lambda move: move.with_context(**READONLY).write(
        {"currency_id": move.env.ref("base.EUR").id}
    ),
    "rate": lambda move: move.write({"invoice_currency_rate": 0.5}),
    "issuer": lambda move: move.write(
        {"fiken_issuer": "odoo" if move.fiken_issuer == "fiken" else "fiken"}
    ),
    "do not send": lambda move: move.write({"fiken_mode": "none"}),
    "as draft": lambda move: move.write({"fiken_mode": "draft"}),
    "line by its document": lambda move: move.with_context(**READONLY).write(
        {"invoice_line_ids": [Command.update(line(move).id, {"price_unit": 7.0})]}
    ),
    "another line": lambda move: move.with_context(**READONLY).write(
        {"invoice_line_ids": [Command.create({"name": "Mer", "price_unit": 1.0})]}
    ),
    "account": lambda move: line(move).write({"account_id": account(move, "3010").id}),
    "accounts of several": lambda move: move.line_ids.write(
        {"account_id": account(move, "3010").id}
    ),
    "claim": lambda move: claim(move).write({"account_id": account(move, "1510").id}),
    "tax": lambda move: line(move).write({"tax_ids": [Command.clear()]}),
    "balance": lambda move: line(move).write({"balance": -7.0}),
    "amount": lambda move: line(move).write({"amount_currency": -7.0}),
    "credit": lambda move: line(move).write({"credit": 7.0}),
    "price": lambda move: line(move).write({"price_unit": 7.0}),
    "quantity": lambda move: line(move).write({"quantity": 7.0}),
    "discount": lambda move: line(move).write({"discount": 7.0}),
    "partner of a line": lambda move: line(move).write(
        {"partner_id": move.company_id.partner_id.id}
    ),
    "line gone": lambda move: line(move)
    .with_context(force_delete=True, dynamic_unlink=True)
    .unlink(),
}


def line(move):
    return move.invoice_line_ids[0]


def claim(move):
    return move.line_ids.filtered(lambda item: item.display_type == "payment_term")


def account(move, code):
    return move.env["account.account"].search(
        [("code", "=", code), ("company_ids", "in", move.company_id.ids)], limit=1
    )


def other_journal(move):
    return move.env["account.journal"].search(
        [
            ("type", "=", move.journal_id.type),
            ("id", "!=", move.journal_id.id),
            ("company_id", "=", move.company_id.id),
        ],
        limit=1,
    ) or move.journal_id.copy({"code": "ANNEN"})


def resequenced(move):
    move.env["account.resequence.wizard"].create(
        {"move_ids": [Command.set(move.ids)], "first_name": "INV/2026/00100"}
    ).resequence()


class GuardMixin:
    """No way leads to what is booked."""

    def assert_closed(self, move):
        """No way leads to another figure, number or state."""
        before = self.facts(move)
        for name, way in WAYS.items():
            with self.subTest(way=name):
                with self.assertRaisesRegex(UserError, "Fiken"):
                    way(move)
                self.assertEqual(self.facts(move), before)

    def facts(self, move):
        return (
            move.state,
            move.name,
            move.partner_id,
            move.fiken_mode,
            move.line_ids.mapped(
                lambda item: (item.account_id, item.tax_ids, item.balance)
            ),
        )


class TestGuards(GuardMixin, OutboxCase):
    def setUp(self):
        super().setUp()
        self.partner = self.known_customer()

    def issued_without_papers(self):
        move = self.fiken_issued(partner_id=self.partner.id)
        self.sandbox.fault("GET", r"/invoices/\d+$", "status:403")
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        self.assertTrue(self.binding(move, "invoice"))
        return move

    def unsure(self):
        """No answer came, and what is in Fiken is not quite the same."""
        move = self.invoice(partner_id=self.partner.id)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        [sale] = self.sales(saleNumber=move.name)
        self.edit_in_fiken("sales", sale["saleId"], date="2026-03-17")
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        return move

    def test_booked(self):
        move = self.invoice(partner_id=self.partner.id)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assert_closed(move)

    def test_booked_though_its_papers_failed(self):
        move = self.issued_without_papers()
        self.assert_closed(move)
        self.assertFalse(move.show_reset_to_draft_button)
        self.assertEqual(self.jobs(move, "invoice_papers").state, "failed", "owed")

    def test_booked_though_its_papers_wait_for_the_api_module(self):
        move = self.issued_without_papers()
        self.fiken_company.has_api_access = False
        self.jobs(move, "invoice_papers").action_retry()
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        self.assert_closed(move)
        self.assertFalse(move.show_reset_to_draft_button)

    def test_booked_though_its_papers_were_ignored(self):
        move = self.issued_without_papers()
        self.jobs(move, "invoice_papers").action_ignore()
        self.assert_closed(move)

    def test_on_its_way(self):
        move = self.invoice(partner_id=self.partner.id)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        self.assertEqual(move.fiken_state, "sending")
        self.assert_closed(move)

    def test_nobody_knows_whether_it_is_booked(self):
        move = self.unsure()
        self.assert_closed(move)
        self.assertFalse(move.show_reset_to_draft_button)

    def test_ignored_though_nobody_knows_whether_it_is_booked(self):
        move = self.unsure()
        self.jobs(move, "sale").action_ignore()
        self.assert_closed(move)

    def test_what_waits_may_change(self):
        """Nothing is in Fiken yet: it goes as it is then."""
        move = self.invoice(partner_id=self.partner.id)
        self.commit()
        line(move).account_id = account(move, "3010")
        move.name = "INV/2026/00777"
        self.commit()
        self.send()
        [sale] = self.sales(saleNumber="INV/2026/00777")
        self.assertEqual(sale["lines"][0]["account"], "3010")

    def test_due_date_and_instalments_of_a_booked_one_may_change(self):
        move = self.invoice(partner_id=self.partner.id)
        self.send()
        move.invoice_date_due = "2026-05-15"
        self.assertEqual(str(claim(move).date_maturity), "2026-05-15")


class TestGuardsOfBills(GuardMixin, BillCase):
    def test_booked_bill(self):
        bill = self.bill()
        self.send()
        self.assertEqual(bill.fiken_state, "booked", self.jobs(bill).mapped("reason"))
        self.assert_closed(bill)
