"""What the bank moved, and what of it was a fee or a difference, posted in Fiken.

A line of the bank's statement is an entry that pays; together its shares in Fiken are
what it moved on the bank, to the øre.
"""

from collections import defaultdict

from .paying import BANK, EuroMixin, ToFikenCase

FEE = "7770"


class BankLineCase(ToFikenCase):
    def moved(self, *moves):
        """{account: øre} that all payments of these documents moved in Fiken."""
        sums = defaultdict(int)
        for move in moves:
            for _date, account, amount in self.payments_in_fiken(move):
                sums[account] += amount
        return dict(sums)

    def assertSettled(self, *moves):
        for move in moves:
            row = self.sandbox.get(f"/companies/{self.slug}{self.path_of(move)}")
            self.assertEqual(
                row.get("outstandingBalance", 0), 0, self.jobs(move).mapped("reason")
            )

    def credit_note(self, price=100.0):
        """A credit note on its own, a negative sale in Fiken."""
        self.vendor.credit_note_way = "negative"
        return self.in_fiken(self.line(price), move_type="out_refund")


class TestFee(BankLineCase):
    def test_what_the_bank_kept_of_an_invoice_is_its_own_payment(self):
        move = self.in_fiken()
        self.bank_line(1240.0, (move, 1250.0), (self.account(FEE), 10.0))
        self.send()
        self.assertEqual(
            self.payments_in_fiken(move),
            [("2026-03-20", BANK, 124000), ("2026-03-20", FEE, 1000)],
        )
        self.assertSettled(move)

    def test_two_fees_of_one_line_are_two_payments(self):
        move = self.in_fiken()
        self.bank_line(
            1239.0,
            (move, 1250.0),
            (self.account(FEE), 10.0),
            (self.account("7775"), 1.0),
        )
        self.send()
        self.assertEqual(self.moved(move), {BANK: 123900, FEE: 1000, "7775": 100})
        self.assertSettled(move)

    def test_a_payout_over_several_invoices_with_one_fee(self):
        """As a card company pays: the largest invoice has the fee."""
        moves = [self.in_fiken(self.line(price)) for price in (100.0, 2000.0, 1000.0)]
        self.bank_line(
            3799.5,
            *((move, move.amount_total) for move in moves),
            (self.account(FEE), 75.5),
        )
        self.send()
        self.assertEqual(self.moved(*moves), {BANK: 379950, FEE: 7550})
        self.assertEqual(self.moved(moves[1]), {BANK: 242450, FEE: 7550})
        self.assertSettled(*moves)

    def test_a_fee_that_is_more_than_one_invoice(self):
        moves = [self.in_fiken(), self.in_fiken()]
        self.bank_line(
            1100.0, *((move, 1250.0) for move in moves), (self.account(FEE), 1400.0)
        )
        self.send()
        self.assertEqual(self.moved(*moves), {BANK: 110000, FEE: 140000})
        self.assertSettled(*moves)

    def test_the_banks_charge_on_top_of_a_bill(self):
        bill = self.bill_in_fiken()
        self.bank_line(-1260.0, (bill, 1250.0), (self.account(FEE), 10.0))
        self.send()
        self.assertEqual(self.moved(bill), {BANK: 126000, FEE: -1000})
        self.assertSettled(bill)

    def test_a_registered_payment_of_several_invoices_with_a_difference(self):
        moves = self.in_fiken() | self.in_fiken(self.line(100.0))
        self.pay(
            moves,
            1370.0,
            group_payment=True,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.account(FEE).id,
        )
        self.assertEqual(sum(moves.mapped("amount_residual")), 0)
        self.send()
        self.assertEqual(self.moved(*moves), {BANK: 137000, FEE: 500})
        self.assertSettled(*moves)

    def test_one_line_for_two_invoices_that_are_reconciled_one_after_the_other(self):
        """The whole line is matched first, as without the Accounting app."""
        first, second = self.in_fiken(), self.in_fiken()
        line = self.bank_line(2490.0, (first, 2500.0), (self.account(FEE), 10.0))
        self.send()
        self.assertEqual(self.moved(first), {BANK: 124000, FEE: 1000})
        rest = line.move_id.line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )
        (rest | self.open_claims(second)).reconcile()
        self.send()
        self.assertEqual(self.moved(first, second), {BANK: 249000, FEE: 1000})
        self.assertSettled(first, second)

    def test_an_invoice_in_instalments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "I to",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (14, 44)
                ],
            }
        )
        move = self.in_fiken(invoice_payment_term_id=term.id, invoice_date_due=False)
        self.assertEqual(len(self.open_claims(move)), 2)
        self.bank_line(1240.0, (move, 1250.0), (self.account(FEE), 10.0))
        self.send()
        self.assertEqual(self.moved(move), {BANK: 124000, FEE: 1000})
        self.assertSettled(move)

    def test_an_undone_line_takes_its_fee_back_too(self):
        move = self.in_fiken()
        line = self.bank_line(1240.0, (move, 1250.0), (self.account(FEE), 10.0))
        self.send()
        line.action_undo_reconciliation()
        self.send()
        self.assertFalse(self.payments_in_fiken(move))
        self.bank_line(1250.0, (move, 1250.0), date="2026-03-22")
        self.send()
        self.assertEqual(self.payments_in_fiken(move), [("2026-03-22", BANK, 125000)])

    def test_a_difference_with_vat_stops_and_names_entry_and_amount(self):
        move = self.in_fiken()
        off = self.account("3000"), 50.0, None, None, self.tax("3")
        line = self.bank_line(1200.0, (move, 1250.0), off)
        self.send()
        self.assertStopped(move, "failed", line.move_id.name, move.name, "VAT")
        self.assertFalse(self.payments_in_fiken(move))


class TestPaidMore(BankLineCase):
    """Fiken may refuse more than is left to pay: what makes room goes first."""

    @classmethod
    def default_unknowns(cls):
        return {"overpayment": "refuse"}

    def test_what_was_paid_more_is_written_off_before_it_is_paid(self):
        move = self.in_fiken()
        self.bank_line(1252.0, (move, 1250.0), (self.account(FEE), -2.0))
        self.send()
        self.assertEqual(
            [body["amount"] for body in self.sent("POST", "/payments")],
            [-200, 125200],
        )
        self.assertEqual(self.moved(move), {BANK: 125200, FEE: -200})
        self.assertSettled(move)

    def test_money_waits_until_the_write_off_can_be_posted(self):
        ledger = self.vendor.ledger_id
        ledger.line_ids.filtered(
            lambda line: line.account_id == self.account(FEE)
        ).unlink()
        move = self.in_fiken()
        self.bank_line(1252.0, (move, 1250.0), (self.account(FEE), -2.0))
        self.send()
        self.assertFalse(self.payments_in_fiken(move))
        self.assertEqual(set(self.jobs(move, "payment").mapped("state")), {"blocked"})
        ledger.line_ids.create(
            {
                "ledger_id": ledger.id,
                "account_id": self.account(FEE).id,
                "fiken_code": FEE,
            }
        )
        self.send()
        self.assertEqual(self.moved(move), {BANK: 125200, FEE: -200})

    def test_a_payout_that_was_less_than_its_fee(self):
        """The card company takes 100,00 for an invoice of 125,00 and a fee."""
        move = self.in_fiken(self.line(100.0))
        self.bank_line(-100.0, (move, 125.0), (self.account(FEE), 225.0))
        self.send()
        self.assertEqual(self.moved(move), {BANK: -10000, FEE: 22500})
        self.assertSettled(move)

    def test_a_registered_payment_of_too_much(self):
        move = self.in_fiken()
        self.pay(
            move,
            1252.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.account(FEE).id,
        )
        self.send()
        self.assertEqual(self.moved(move), {BANK: 125200, FEE: -200})
        self.assertSettled(move)


class TestSeveralInOne(BankLineCase):
    """One line of the bank for documents of several kinds, partners and vendors."""

    def test_a_refund_in_the_same_line(self):
        move, credit = self.in_fiken(), self.credit_note()
        self.bank_line(1115.0, (move, 1250.0), (credit, 125.0), (self.account(FEE), 10))
        self.send()
        self.assertEqual(self.moved(move), {BANK: 124000, FEE: 1000})
        self.assertEqual(self.moved(credit), {BANK: -12500})
        self.assertSettled(move, credit)

    def test_a_bill_in_the_same_line(self):
        move, bill = self.in_fiken(), self.bill_in_fiken(100.0)
        self.bank_line(1125.0, (move, 1250.0), (bill, 125.0))
        self.send()
        self.assertEqual(self.moved(move), {BANK: 125000})
        self.assertEqual(self.moved(bill), {BANK: 12500})

    def test_what_was_kept_for_nothing_that_fiken_knows_stops(self):
        """A customer keeps 125,00 for a credit note that is matched only later."""
        move, credit = self.in_fiken(), self.credit_note()
        line = self.bank_line(1125.0, (move, 1250.0))
        suspense = line._seek_for_lines()[1]
        suspense.with_context(
            skip_readonly_check=True, skip_account_move_synchronization=True
        ).write(
            {
                "account_id": self.open_claims(credit).account_id.id,
                "partner_id": credit.partner_id.id,
            }
        )
        self.send()
        job = self.assertStopped(move, "failed", line.move_id.name, "125.00")
        self.assertFalse(self.payments_in_fiken(move))
        (suspense | self.open_claims(credit)).reconcile()
        job.action_retry()
        self.send()
        self.assertEqual(self.moved(move, credit), {BANK: 112500})
        self.assertSettled(move, credit)

    def test_what_waits_on_the_suspense_account_stops(self):
        move = self.in_fiken()
        line = self.bank_line(1240.0, (move, 1250.0))
        self.send()
        self.assertStopped(
            move,
            "failed",
            line.move_id.name,
            "10.00",
            self.bank.suspense_account_id.name,
        )
        self.assertFalse(self.payments_in_fiken(move))

    def test_what_came_for_something_else_is_left_to_odoo(self):
        move = self.in_fiken()
        self.bank_line(2000.0, (move, 1250.0))
        self.send()
        self.assertEqual(self.moved(move), {BANK: 125000})

    def test_invoices_of_two_vendors(self):
        kiosk = self.env["fiken.vendor"].create(
            {
                "name": "Kiosk",
                "code": "KIO",
                "fiken_company_id": self.fiken_company.id,
                "enabled_since": "2026-01-01",
                "payment_direction": "to",
            }
        )
        kiosk.ledger_id.line_ids.filtered(
            lambda line: line.account_id == self.account(FEE)
        ).fiken_code = "7775"
        journal = self.company_data["default_journal_sale"].copy(
            {"fiken_vendor_id": kiosk.id}
        )
        line = kiosk.ledger_id.line_ids.filtered(
            lambda line: line.journal_id == self.bank
        )
        line.fiken_code = BANK
        move = self.in_fiken()
        other = self.in_fiken(self.line(2000.0), journal_id=journal.id)
        self.bank_line(
            3700.0, (move, 1250.0), (other, 2500.0), (self.account(FEE), 50.0)
        )
        self.send()
        self.assertEqual(self.moved(move), {BANK: 125000})
        self.assertEqual(self.moved(other), {BANK: 245000, "7775": 5000})


class TestRegisteredBefore(BankLineCase):
    """A payment with an entry was posted in Fiken; then the bank's line moves it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outstanding = cls.env["account.account"].create(
            {
                "code": "192999",
                "name": "På vei til banken",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )

    def registered(self, moves, **values):
        methods = (
            self.bank.inbound_payment_method_line_ids
            | self.bank.outbound_payment_method_line_ids
        )
        methods.payment_account_id = self.outstanding
        payment = self.pay(moves, **values)
        self.assertTrue(payment.move_id, "it has an entry, in every edition")
        self.send()
        return payment

    def test_the_banks_line_posts_it_no_second_time(self):
        move, other = self.in_fiken(), self.in_fiken(self.line(100.0))
        payment = self.registered(move)
        self.bank_line(1375.0, (payment, 1250.0), (other, 125.0))
        self.send()
        self.assertEqual(self.moved(move, other), {BANK: 137500})

    def test_what_the_bank_kept_of_it_follows(self):
        move = self.in_fiken()
        payment = self.registered(move)
        self.assertEqual(self.moved(move), {BANK: 125000})
        line = self.bank_line(
            1240.0, (payment, 1250.0), (self.account(FEE), 10.0), date="2026-03-23"
        )
        self.send()
        self.assertEqual(self.moved(move), {BANK: 124000, FEE: 1000})
        self.assertIn(("2026-03-23", BANK, -1000), self.payments_in_fiken(move))
        self.assertSettled(move)
        line.action_undo_reconciliation()
        self.send()
        self.assertEqual(self.moved(move), {BANK: 125000})

    def test_a_payout_of_several_of_them_with_one_fee(self):
        moves = self.in_fiken() | self.in_fiken(self.line(2000.0))
        payments = [self.registered(move) for move in moves]
        self.bank_line(
            3700.0,
            *((payment, payment.amount) for payment in payments),
            (self.account(FEE), 50.0),
        )
        self.send()
        self.assertEqual(self.moved(*moves), {BANK: 370000, FEE: 5000})
        self.assertSettled(*moves)

    def test_one_of_several_documents(self):
        moves = self.in_fiken() | self.in_fiken(self.line(2000.0))
        payment = self.registered(moves, group_payment=True)
        self.bank_line(3700.0, (payment, 3750.0), (self.account(FEE), 50.0))
        self.send()
        self.assertEqual(self.moved(*moves), {BANK: 370000, FEE: 5000})
        self.assertSettled(*moves)

    def test_the_banks_charge_on_top_of_a_bill(self):
        bill = self.bill_in_fiken()
        payment = self.registered(bill)
        self.bank_line(-1260.0, (payment, 1250.0), (self.account(FEE), 10.0))
        self.send()
        self.assertEqual(self.moved(bill), {BANK: 126000, FEE: -1000})
        self.assertSettled(bill)

    def test_what_was_paid_before_the_direction_was_chosen_is_left_alone(self):
        self.vendor.payment_direction = "off"
        move = self.in_fiken()
        payment = self.registered(move)
        self.vendor.payment_direction = "to"
        self.bank_line(1240.0, (payment, 1250.0), (self.account(FEE), 10.0))
        self.send()
        self.assertFalse(self.payments_in_fiken(move))


class TestOtherCurrency(EuroMixin, BankLineCase):
    def bodies(self):
        return sorted(
            (body["account"], body["amount"], body["amountInNok"])
            for body in self.sent("POST", "/payments")
        )

    def test_a_fee_in_kroner(self):
        move = self.euro_invoice()
        self.bank_line(
            1140.0, (move, 100.0, self.euro, 1150.0), (self.account(FEE), 10.0)
        )
        self.assertEqual(move.amount_residual, 0)
        self.send()
        self.assertEqual(self.bodies(), [(BANK, 9913, 114000), (FEE, 87, 1000)])
        self.assertSettled(move)

    def test_what_the_rate_gave_or_took_is_fikens_own_to_book(self):
        """The person booked the difference of the rate in the bank's line itself."""
        move = self.euro_invoice()
        gain = self.company.income_currency_exchange_account_id
        self.bank_line(1150.0, (move, 100.0, self.euro, 1100.0), (gain, -50.0))
        self.assertEqual(move.amount_residual, 0)
        self.send()
        self.assertEqual(self.bodies(), [(BANK, 10000, 115000)])
        self.assertSettled(move)

    def test_kroner_with_a_fee_for_an_invoice_in_kroner_beside_one_in_euro(self):
        move, euro = self.in_fiken(), self.euro_invoice()
        gain = self.company.income_currency_exchange_account_id
        self.bank_line(
            2390.0,
            (move, 1250.0),
            (euro, 100.0, self.euro, 1100.0),
            (gain, -50.0),
            (self.account(FEE), 10.0),
        )
        self.send()
        self.assertEqual(self.moved(move), {BANK: 124000, FEE: 1000})
        self.assertEqual(self.moved(euro), {BANK: 10000})
        self.assertEqual(self.sent("POST", "/payments")[-1].get("amountInNok"), 115000)
