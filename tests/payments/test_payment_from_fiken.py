"""Payments that are registered in Fiken and read by Odoo."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..nights import NightMixin
from ..outbox.common import LOOK_AFTER
from .paying import FromFikenCase

ROUNDS = "odoo.addons.fiken_connector.models.connection.fiken_rounds"
PAGES = "odoo.addons.fiken_connector.fiken_api.paging.PAGE_SIZE"


class TestPaymentFromFiken(FromFikenCase):
    def test_a_payment_in_fiken_is_registered_in_the_accounts_journal(self):
        move = self.in_fiken()
        self.pay_in_fiken(move, 125000)
        self.fetch()
        [payment] = move.matched_payment_ids
        self.assertEqual(str(payment.date), "2026-03-20")
        self.assertEqual(payment.journal_id, self.bank)
        self.assertEqual(payment.partner_id, self.customer)
        self.assertPaid(move, 1250.0)
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        self.assertEqual(move.fiken_payment_count, 1)

    def test_a_purchases_payment_is_registered_on_the_bill(self):
        bill = self.bill_in_fiken()
        self.pay_in_fiken(bill, 125000)
        self.fetch()
        self.assertPaid(bill, 1250.0)
        self.assertEqual(bill.matched_payment_ids.payment_type, "outbound")

    def test_parts_come_one_by_one(self):
        move = self.in_fiken()
        self.pay_in_fiken(move, 50000)
        self.fetch()
        self.assertPaid(move, 500.0, left=750.0)
        self.pay_in_fiken(move, 75000, "1901", "2026-03-25")
        self.fetch()
        self.assertPaid(move, 500.0, 750.0)
        self.assertEqual(move.matched_payment_ids.journal_id, self.bank | self.cash)

    def test_what_is_paid_too_much_stays_with_the_customer(self):
        move = self.in_fiken()
        self.pay_in_fiken(move, 150000)
        self.fetch()
        self.assertPaid(move, 1500.0)
        line = move.matched_payment_ids.move_id.line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )
        self.assertEqual(line.amount_residual, -250.0)

    def test_reading_again_registers_nothing_twice(self):
        move = self.in_fiken()
        self.pay_in_fiken(move, 50000)
        self.pay_in_fiken(move, 50000)
        for _time in range(3):
            self.fetch()
            self.compare_payments()
        self.assertPaid(move, 500.0, 500.0, left=250.0)

    def test_windows_overlap_by_a_day_and_the_day_is_kept(self):
        self.in_fiken()
        self.fetch()
        self.assertTrue(self.fiken_company.payments_read_to)
        self.fiken_company.payments_read_to = "2026-03-20"
        self.sandbox.reset_stats()
        self.fetch()
        [request] = [
            row for row in self.sandbox.requests() if row["path"].endswith("/sales")
        ][-1:]
        self.assertIn("lastModifiedGe=2026-03-19", request["query"])
        self.assertGreater(str(self.fiken_company.payments_read_to), "2026-03-20")

    def test_a_day_that_could_not_be_read_is_read_again(self):
        move = self.in_fiken()
        self.fiken_company.payments_read_to = "2026-03-20"
        self.pay_in_fiken(move, 125000)
        self.sandbox.fault("GET", "/sales", "status:503")
        self.run_cron("ir_cron_fetch_payments")
        self.assertTrue(self.fiken_company.payments_error)
        self.assertEqual(str(self.fiken_company.payments_read_to), "2026-03-20")
        self.fetch()
        self.assertPaid(move, 1250.0)

    def test_nothing_is_read_for_a_vendor_that_does_not_want_it(self):
        self.vendor.payment_direction = "off"
        move = self.in_fiken()
        self.pay_in_fiken(move, 125000)
        self.sandbox.reset_stats()
        self.fetch()
        self.compare_payments()
        self.assertFalse(move.matched_payment_ids)
        self.assertEqual(self.sandbox.stats()["total"], 0)

    def test_a_payment_of_an_invoice_that_fiken_issued(self):
        move = self.fiken_issued()
        self.send()
        self.send()
        self.pay_in_fiken(move, 12500)
        self.fetch()
        self.assertPaid(move, 125.0)
        self.fetch()
        self.assertPaid(move, 125.0)


class TestNightly(FromFikenCase):
    def test_a_payment_that_changes_no_date_in_fiken_is_found_at_night(self):
        for touches, seen in ((True, [1250.0]), (False, [])):
            self.sandbox.unknowns(payment_touches_document=touches)
            move = self.in_fiken()
            self.edit_in_fiken(
                "sales",
                self.binding(move, "sale").remote_id,
                lastModifiedDate="2026-01-01",
            )
            self.pay_in_fiken(move, 125000)
            self.fetch()
            self.assertEqual(move.matched_payment_ids.mapped("amount"), seen)
            self.compare_payments()
            self.assertPaid(move, 1250.0)

    def test_only_what_is_open_is_read_one_by_one(self):
        paid, open_ = self.in_fiken(), self.in_fiken()
        self.bank_moves(self.pay(paid))
        before = len(self.sandbox.requests())
        self.compare_payments()
        reads = [
            row["path"].rsplit("/", 1)[-1] for row in self.sandbox.requests()[before:]
        ]
        self.assertEqual(reads, [self.binding(open_, "sale").remote_id])

    def test_many_documents_are_compared_in_turns_each_once(self):
        moves = self.in_fiken() | self.in_fiken() | self.in_fiken()
        for move in moves:
            self.pay_in_fiken(move, 125000)
        before = len(self.sandbox.requests())
        with patch(f"{ROUNDS}.BATCH", 2):
            self.compare_payments()
        self.assertEqual(len(self.sandbox.requests()[before:]), 3)
        for move in moves:
            self.assertPaid(move, 1250.0)

    def test_a_payment_deleted_in_fiken_is_undone_at_night(self):
        self.sandbox.unknowns(payment_touches_document=False)
        move = self.in_fiken()
        paid = self.pay_in_fiken(move, 125000)
        self.compare_payments()
        self.assertPaid(move, 1250.0)
        self.delete_payment(move, paid)
        self.compare_payments()
        self.assertEqual(move.amount_residual, 1250.0)
        self.assertEqual(move.matched_payment_ids.state, "canceled")


class TestFeesAndCurrency(FromFikenCase):
    def test_a_fee_that_the_shop_bears(self):
        self.map_account("7770")
        move = self.in_fiken()
        self.pay_in_fiken(move, 122500, fee=2500)
        self.fetch()
        self.assertPaid(move, 1225.0)
        self.assertBooked(move, bank=1225.0, fee=25.0, claim=-1250.0)

    def test_a_fee_that_the_bank_keeps(self):
        self.sandbox.unknowns(payment_fee_settles=False)
        self.map_account("7770")
        move = self.in_fiken()
        self.pay_in_fiken(move, 125000, fee=2500)
        self.fetch()
        self.assertPaid(move, 1225.0)
        self.assertBooked(move, bank=1225.0, fee=25.0, claim=-1250.0)

    def test_the_fee_of_a_bills_payment(self):
        self.map_account("7770")
        bill = self.bill_in_fiken()
        self.pay_in_fiken(bill, 125000, fee=2500)
        self.fetch()
        self.assertPaid(bill, 1275.0)
        self.assertBooked(bill, bank=-1275.0, fee=25.0, claim=1250.0)

    def test_a_fee_without_an_account_is_not_guessed(self):
        self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.fiken_code == "7770"
        ).unlink()
        move = self.in_fiken()
        self.pay_in_fiken(move, 122500, fee=2500)
        self.fetch()
        self.assertFalse(move.matched_payment_ids)
        self.assertIn("25,00", self.problem(move))

    def map_account(self, code):
        ledger = self.vendor.ledger_id
        account = self.account(code)
        ledger.line_ids.filtered(
            lambda line: line.fiken_code == code or line.account_id == account
        ).unlink()
        ledger.line_ids.create(
            {"ledger_id": ledger.id, "account_id": account.id, "fiken_code": code}
        )

    def assertBooked(self, move, bank, fee, claim):
        liquidity, counterpart, other = move.matched_payment_ids._seek_for_lines()
        self.assertEqual(
            [sum(lines.mapped("balance")) for lines in (liquidity, other, counterpart)],
            [bank, fee, claim],
        )
        self.assertEqual(other.account_id, self.account("7770"))

    def test_a_payment_in_euro_at_the_banks_rate(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            {
                "name": "2026-03-01",
                "currency_id": euro.id,
                "company_id": self.company.id,
                "inverse_company_rate": 11.0,
            }
        )
        self.owe("contact", self.customer)
        self.send()
        move = self.invoice(
            self.line(100.0, "52", "3120"), currency_id=euro.id, fiken_mode="none"
        )
        self.sale_in_euro(move)
        self.pay_in_fiken(move, 10000, currency="EUR", amountInNok=113750)
        self.fetch()
        self.assertPaid(move, 100.0)
        payment = move.matched_payment_ids
        self.assertEqual(payment.currency_id, euro)
        liquidity, _counterpart, _other = payment._seek_for_lines()
        self.assertEqual(liquidity.balance, 1137.5)


class TestOneDirection(FromFikenCase):
    def test_what_came_from_fiken_does_not_go_back(self):
        move = self.in_fiken()
        self.pay_in_fiken(move, 125000)
        self.fetch()
        self.send()
        self.assertFalse(self.jobs(move, "payment"))
        self.vendor.payment_direction = "to"
        self.compare_payments()
        self.send()
        self.assertFalse(self.jobs(move, "payment"))
        self.assertEqual(len(self.payments_in_fiken(move)), 1)

    def test_what_went_to_fiken_does_not_come_back(self):
        self.vendor.payment_direction = "to"
        move = self.in_fiken()
        self.pay(move, 500.0)
        self.send()
        self.vendor.payment_direction = "from"
        self.fetch()
        self.compare_payments()
        self.assertEqual(len(move.matched_payment_ids), 1)
        self.assertEqual(move.amount_residual, 750.0)

    def test_a_payment_at_fikens_door_is_left_for_later(self):
        self.vendor.payment_direction = "to"
        move = self.in_fiken()
        self.pay(move, 500.0)
        self.sandbox.fault("POST", "/payments", "commit-then-drop")
        self.send()
        self.assertEqual(self.jobs(move, "payment").state, "sending")
        self.assertEqual(len(self.payments_in_fiken(move)), 1)
        # As if somebody had switched directly in the database.
        self.env.cr.execute("UPDATE fiken_vendor SET payment_direction = 'from'")
        self.env.invalidate_all()
        self.fetch()
        self.assertEqual(move.amount_residual, 750.0)
        self.assertFalse(self.questions(move))
        self.time_passes(LOOK_AFTER)
        self.send()
        self.fetch()
        self.assertEqual(self.jobs(move, "payment").state, "done")
        self.assertEqual(move.amount_residual, 750.0)
        self.assertEqual(move.fiken_payment_count, 1)

    def test_a_second_reader_registers_nothing(self):
        """Two read the same: the link of the first stops the second."""
        move = self.in_fiken()
        self.pay_in_fiken(move, 125000)
        self.fetch()
        resource = self.env.registry["fiken.resource.payment"]
        with (
            patch.object(resource, "_linked", lambda *args: {}),
            patch.object(
                self.env.registry["fiken.payment.import"],
                "_recognise",
                lambda *args: False,
            ),
            patch.object(
                self.env.registry["fiken.payment.import"],
                "_link_unapplied",
                lambda *args: None,
            ),
        ):
            self.fetch()
        self.assertPaid(move, 1250.0)

    def test_payments_that_missed_the_outbox_are_sent_at_night(self):
        self.vendor.payment_direction = "to"
        move = self.in_fiken()
        self.vendor.payment_since = fields.Datetime.now()
        self.pay(move)
        self.env.flush_all()
        self.env.cr.precommit.clear()
        self.env["account.partial.reconcile"].search([])[-1:].flush_recordset()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile"
            " SET create_date = now() at time zone 'UTC' + interval '1 hour'"
        )
        self.env.invalidate_all()
        self.compare_payments()
        self.send()
        self.assertEqual(len(self.payments_in_fiken(move)), 1)

    def test_the_button_wakes_the_cron_and_only_where_payments_are_read(self):
        cron = self.env.ref("fiken_connector.ir_cron_fetch_payments").sudo()
        self.fiken_company.action_fetch_payments()
        triggers = (
            self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", cron.id)])
        )
        self.assertTrue(triggers)
        self.vendor.payment_direction = "off"
        with self.assertRaises(UserError):
            self.fiken_company.action_fetch_payments()


class TestNights(NightMixin, FromFikenCase):
    """The reading gets through, whatever happens to its runs."""

    def three(self):
        moves = self.in_fiken() | self.in_fiken() | self.in_fiken()
        for move in moves:
            self.pay_in_fiken(move, 125000)
        return moves.sorted("id")

    @mute_logger(ROUNDS)
    def test_a_document_that_fiken_does_not_show_holds_up_no_other(self):
        first, *others = self.three()
        path = f"/sales/{self.binding(first, 'sale').remote_id}$"
        for _night in range(2):
            self.sandbox.fault("GET", path, "status:500", times=10)
            self.trigger("ir_cron_compare_payments")
            self.assertFalse(first.matched_payment_ids)
            for move in others:
                self.assertPaid(move, 1250.0)
            self.assertTrue(self.fiken_company.payments_error)
            self.assertIn(first.name, self.said())
        self.sandbox.no_faults()
        self.compare_payments()
        self.assertPaid(first, 1250.0)
        self.assertFalse(self.fiken_company.payments_error)
        self.assertFalse(self.said())

    @mute_logger(ROUNDS)
    def test_a_payment_that_our_code_cannot_handle_holds_up_no_other(self):
        first, *others = self.three()

        def cannot_handle(_reader, _session, _books, _resource, move_id, _standing):
            if move_id == first.id:
                raise ZeroDivisionError

        with self.happens("fiken.payment.reader", "_take", cannot_handle):
            self.trigger("ir_cron_compare_payments")
        for move in others:
            self.assertPaid(move, 1250.0)
        self.assertIn(first.name, self.said())

    def test_a_killed_run_is_gone_on_with_and_no_page_is_read_again(self):
        moves = self.three()
        taken = []

        def dies_once(reader, _session, _books, _resource, move_id, _standing):
            taken.append(move_id)
            if len(taken) == 2:
                self.die(reader)

        self.enterContext(patch(PAGES, 1))
        with self.happens("fiken.payment.reader", "_take", dies_once):
            self.trigger_killed("ir_cron_fetch_payments")
            self.assertFalse(self.fiken_company.payments_read_to)
            self.trigger("ir_cron_fetch_payments")
        self.assertEqual(sorted(taken), sorted([*moves.ids, taken[1]]))
        for move in moves:
            self.assertPaid(move, 1250.0)
        self.assertTrue(self.fiken_company.payments_read_to)

    @mute_logger(ROUNDS)
    def test_a_page_that_fiken_refuses_holds_up_no_other_and_is_read_again(self):
        moves = self.three()
        self.enterContext(patch(PAGES, 1))
        self.sandbox.fault("GET", "/sales$", "status:500")
        self.trigger("ir_cron_fetch_payments")
        paid = moves.filtered("matched_payment_ids")
        self.assertEqual(len(paid), 2)
        self.assertFalse(self.fiken_company.payments_read_to)
        self.fetch()
        for move in moves:
            self.assertPaid(move, 1250.0)
