from odoo import Command

from ..common import TODAY
from .sales import SaleCase
from .test_credit_note import CreditMixin


class TestNegativeSale(CreditMixin, SaleCase):
    """Credit notes of invoices that Odoo issued: as the vendor decides."""

    def setUp(self):
        super().setUp()
        self.vendor.credit_note_way = "negative"

    def reconcile(self, *moves):
        """As Odoo does by itself when a credit note of an invoice is confirmed."""
        lines = self.env["account.move"].union(*moves).line_ids
        lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
            and not line.reconciled
        ).reconcile()

    def sale_of(self, move):
        [sale] = self.sales(saleNumber=move.name)
        return sale

    def test_stop_is_where_it_starts_and_names_the_setting(self):
        self.vendor.credit_note_way = "stop"
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        credit = self.credit(move)
        job = self.stopped(credit, "blocked", self.vendor.name, "negative amounts")
        self.assertEqual(
            (job.setting_model, job.setting_id), (self.vendor._name, self.vendor.id)
        )
        self.vendor.credit_note_way = "negative"
        self.booked(credit)

    def test_negative_sale_is_dated_on_the_credit_note(self):
        move = self.invoice(
            self.line(1000.0), self.line(50.0, "31", "3030"), self.line(9.99)
        )
        self.booked(move)
        sale = self.booked(self.credit(move, ref="Retur"))
        self.assertEqual(sale["date"], "2026-03-20")
        self.assertEqual(
            self.lines_of(sale),
            [
                ("3000", "HIGH", -100999, -25250),
                ("3030", "MEDIUM", -5000, -750),
            ],
        )
        self.assert_sample("sale_negative", self.sent("POST", "/sales")[-1])
        self.assertFalse(
            self.fiken_company.negative_lines == "send", "the vendor decided"
        )

    def test_kept_fee_is_the_only_positive_line_in_fiken(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        fee = self.line(-100.0, account="3020", name="Gebyr")
        credits = move.browse()
        for mode in ("booked", "draft"):
            credit = self.credit(move, post=False)
            credit.invoice_line_ids = [Command.create(fee)]
            credit.fiken_mode = mode
            credits |= credit
        credits.action_post()
        self.assertEqual(
            self.lines_of(self.booked(credits[0])),
            [("3000", "HIGH", -100000, -25000), ("3020", "HIGH", 10000, 2500)],
        )
        self.assertEqual(self.fiken_company.negative_lines, "stop")
        self.assertEqual(credits[1].fiken_state, "draft", self.reasons(credits[1]))
        [body] = self.sent("POST", "/sales/drafts")
        self.assertEqual([line["gross"] for line in body["lines"]], [-125000, 12500])

    def test_credit_note_of_a_credit_note_is_an_invoice(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        credit = self.credit(move, 200.0)
        self.booked(credit)
        again = self.credit(credit)
        self.assertEqual(again.move_type, "out_invoice")
        self.assertEqual(self.lines_of(self.booked(again))[0][2:], (20000, 5000))

    def test_parts_and_the_rest_are_sales_of_their_own(self):
        """Each is what Odoo says; nothing of the invoice is asked."""
        self.round("globally")
        move = self.invoice(*(self.line(10.02) for _number in range(3)))
        self.booked(move)
        self.round("per_line")
        for _number in range(3):
            sale = self.booked(self.credit(move, 10.02))
            self.assertEqual((sale["netAmount"], sale["vatAmount"]), (-1002, -251))

    def pay_in_fiken(self, move):
        sale = self.sale_of(move)
        self.sandbox.call(
            "POST",
            f"/companies/{self.slug}/sales/{sale['saleId']}/payments",
            {
                "date": "2026-03-20",
                "account": "1920:10001",
                "amount": sale["outstandingBalance"],
            },
        )

    def test_what_is_paid_in_fiken_is_not_set_off(self):
        move = self.invoice(self.line(1000.0))
        credit = self.invoice(self.line(1000.0), move_type="out_refund")
        for one in (move, credit):
            self.booked(one)
            self.pay_in_fiken(one)
        self.reconcile(move, credit)
        self.send()
        self.assertFalse(self.sandbox.count("PATCH", "/settled"))
        self.assertFalse(self.todos(credit))
        self.assertEqual(self.jobs(credit, "sale_settled").state, "dropped")

    def test_what_only_one_of_them_has_open_in_fiken_is_no_todo(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        self.pay_in_fiken(move)
        credit = self.credit(move, 200.0)
        self.booked(credit)
        self.send()
        self.assertFalse(self.todos(credit))
        self.assertFalse(self.sale_of(credit)["settled"])

    def test_two_that_one_entry_pays_have_nothing_to_do_with_each_other(self):
        """As one till session that takes one's money and pays another's back."""
        other = self.env["res.partner"].create({"name": "Bakeriet AS"})
        move = self.invoice(self.line(1000.0))
        credit = self.invoice(
            self.line(200.0), move_type="out_refund", partner_id=other.id
        )
        lines = (move | credit).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": TODAY,
                "line_ids": [
                    *(
                        Command.create(
                            {
                                "account_id": line.account_id.id,
                                "partner_id": line.partner_id.id,
                                "balance": -line.balance,
                            }
                        )
                        for line in lines
                    ),
                    Command.create(
                        {
                            "account_id": self.account("1920").id,
                            "balance": sum(lines.mapped("balance")),
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        for line in lines:
            paid = entry.line_ids.filtered(
                lambda one, line=line: one.balance == -line.balance
            )
            (line | paid).reconcile()
        self.booked(move)
        self.booked(credit)
        self.send()
        self.assertFalse(self.jobs(credit, "sale_settled"))
        self.assertFalse(self.todos(credit))

    def test_invoice_whose_rest_was_paid_is_set_off(self):
        """Its payment goes first; what is left meets the credit note."""
        self.vendor.payment_direction = "to"
        self.bank_means()
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"amount": 1000.0, "payment_date": TODAY})._create_payments()
        credit = self.credit(move, 200.0)
        self.booked(credit)
        self.send()
        for one in move | credit:
            self.assertTrue(self.sale_of(one)["settled"], one.name)
        self.assertFalse(self.todos(credit))

    def bank_means(self):
        bank = self.company_data["default_journal_bank"]
        lines = bank.inbound_payment_method_line_ids
        lines.payment_account_id = bank.default_account_id
        ledger = self.vendor.ledger_id
        line = ledger.line_ids.filtered(lambda line: line.journal_id == bank)
        values = {"journal_id": bank.id, "fiken_code": "1920:10001"}
        line.write(values) if line else line.create({"ledger_id": ledger.id, **values})

    def test_fiken_that_refuses_negative_amounts_is_heard(self):
        self.sandbox.unknowns(negative_lines="refuse")
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        credit = self.credit(move)
        job = self.stopped(credit, "blocked", "cannot be negative", self.vendor.name)
        self.assertEqual(
            (job.setting_model, job.setting_id), (self.vendor._name, self.vendor.id)
        )
        self.vendor.credit_note_way = "draft"
        self.send()
        self.assertEqual(credit.fiken_state, "draft", self.reasons(credit))
        self.assertFalse(self.sales(saleNumber=credit.name))

    def test_negative_line_of_an_invoice_that_fiken_refuses(self):
        self.fiken_company.negative_lines = "send"
        self.sandbox.unknowns(negative_lines="refuse")
        move = self.invoice(self.line(100.0), self.line(-20.0, account="3020"))
        job = self.stopped(move, "blocked", "cannot be negative", "Do not send")
        self.assertEqual(job.setting_model, self.fiken_company._name)
        self.fiken_company.negative_lines = "stop"
        self.stopped(move, "blocked", "3020")
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1, "asked once")

    def test_stop_that_becomes_a_draft(self):
        self.vendor.credit_note_way = "stop"
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        credit = self.credit(move)
        self.stopped(credit, "blocked", self.vendor.name)
        self.vendor.credit_note_way = "draft"
        self.send()
        self.assertEqual(credit.fiken_state, "draft", self.reasons(credit))

    def test_draft_for_the_accountant(self):
        self.vendor.credit_note_way = "draft"
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        credit = self.credit(move)
        self.assertEqual(credit.fiken_mode, "draft")
        self.send()
        self.assertEqual(credit.fiken_state, "draft", self.reasons(credit))
        [body] = self.sent("POST", "/sales/drafts")
        self.assert_sample("sale_draft_negative", body)
        self.assertFalse(self.sales(saleNumber=credit.name))

    def test_both_are_settled_when_they_are_set_off_in_full(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        credit = self.credit(move)
        self.assertEqual(move.payment_state, "reversed", "Odoo sets them off itself")
        self.booked(credit)
        self.send()
        for one in move | credit:
            sale = self.sale_of(one)
            self.assertTrue(sale["settled"], one.name)
            self.assertEqual(sale["settledDate"], "2026-03-20")
        self.assertFalse(self.todos(credit))
        self.assertEqual(self.sandbox.count("PATCH", "/settled"), 2)

    def test_set_off_long_after_both_were_booked(self):
        move = self.invoice(self.line(1000.0))
        credit = self.invoice(self.line(1000.0), move_type="out_refund")
        self.booked(move)
        self.booked(credit)
        self.assertFalse(self.sandbox.count("PATCH", "/settled"))
        self.reconcile(move, credit)
        self.send()
        self.assertTrue(self.sale_of(move)["settled"])
        self.assertTrue(self.sale_of(credit)["settled"])

    def test_cancelled_by_a_credit_note_in_one_go(self):
        move = self.invoice(self.line(1000.0))
        credit = move._reverse_moves([{"invoice_date": "2026-03-20"}], cancel=True)
        self.send()
        self.send()
        self.assertTrue(self.sale_of(move)["settled"])
        self.assertTrue(self.sale_of(credit)["settled"])

    def test_set_off_in_part_is_a_todo_with_the_amounts(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        credit = self.credit(move, 200.0)
        self.booked(credit)
        self.send()
        self.assertFalse(self.sale_of(move)["settled"])
        self.assertFalse(self.sale_of(credit)["settled"])
        note = self.todos(credit).note
        for figure in (move.name, credit.name, "1,250.00", "-250.00", "1,000.00"):
            self.assertIn(figure, str(note).replace("&nbsp;", "\xa0"))
        self.assertEqual(credit.fiken_state, "booked", "the document itself is there")
        self.jobs(credit, "sale_settled").action_ignore()
        self.send()
        self.assertFalse(self.todos(credit))

    def test_invoice_that_was_paid_in_part_is_not_called_settled(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"amount": 1000.0, "payment_date": TODAY})._create_payments()
        credit = self.credit(move, 200.0)
        self.booked(credit)
        self.send()
        self.assertFalse(self.sandbox.count("PATCH", "/settled"))
        self.assertTrue(self.todos(credit))

    def test_lost_answer_of_the_settling_is_repeated_without_harm(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        credit = self.credit(move)
        self.sandbox.fault("PATCH", "/settled$", "commit-then-drop")
        self.send()
        for _look in range(3):
            self.env.cr.execute(
                "UPDATE fiken_job SET next_try_at = next_try_at - interval '200 s',"
                " sent_at = sent_at - interval '200 s'"
            )
            self.env.invalidate_all()
            self.send()
        self.assertTrue(self.sale_of(move)["settled"])
        self.assertTrue(self.sale_of(credit)["settled"])

    def test_it_waits_for_its_invoice_only_while_that_is_on_its_way(self):
        self.vendor.sale_trigger = "hand"
        move = self.invoice(self.line(1000.0))
        credit = self.credit(move)
        credit.action_fiken_send()
        self.stopped(credit, "blocked", move.name, self.vendor.name)
        move.action_fiken_send()
        credit.action_fiken_send()
        self.booked(credit)
        self.assertEqual(move.fiken_state, "booked")

    def test_issuer_is_who_issued_the_invoice(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        self.vendor.issuer = "fiken"
        credit = self.credit(move)
        self.assertEqual(credit.fiken_issuer, "odoo")
        self.booked(credit)
