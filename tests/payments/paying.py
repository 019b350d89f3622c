"""What the tests of payments share: documents in Fiken, payments in both systems."""

import requests

from odoo import Command
from odoo.tools import html2plaintext

from ..golden import GoldenMixin
from ..outbox.common import CRON_LOG, OutboxCase

BANK = "1920:10001"
VIPPS = "1960:10001"
TODO = "fiken_connector.mail_activity_fiken_payment"


class PaymentCase(GoldenMixin, OutboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.company_data["default_journal_bank"]
        cls.cash = cls.company_data["default_journal_cash"]
        cls.map_means(cls.bank, BANK)
        cls.map_means(cls.cash, "1901")
        # Every means of payment starts on 1901; here each has an account of its own.
        own = cls.bank | cls.cash
        cls.vendor.ledger_id.line_ids.filtered(
            lambda line: line.journal_id and line.journal_id not in own
        ).unlink()

    @classmethod
    def map_means(cls, journal, code):
        ledger = cls.vendor.ledger_id
        line = ledger.line_ids.filtered(lambda one: one.journal_id == journal)
        if line:
            line.fiken_code = code
        else:
            ledger.line_ids.create(
                {"ledger_id": ledger.id, "journal_id": journal.id, "fiken_code": code}
            )

    # In Odoo

    def in_fiken(self, *lines, **values):
        """An invoice of 1 250,00, or of these lines, booked in Fiken."""
        move = self.invoice(*lines or [self.line(1000.0)], **values)
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.jobs(move).mapped("reason"))
        return move

    def bill_in_fiken(self, price=1000.0, currency="NOK", **values):
        """A supplier's bill of 1 250,00 and the purchase in Fiken it is linked to."""
        supplier = self.new_customer("Grossisten AS", supplier_rank=1)
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": supplier.id,
                "invoice_date": "2026-03-16",
                "invoice_date_due": "2026-04-15",
                "date": "2026-03-16",
                "ref": "F-1",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Kaffe",
                            "price_unit": price,
                            "account_id": self.account("4000").id,
                            "tax_ids": [Command.set(self.tax("1", "purchase").ids)],
                        }
                    )
                ],
                **values,
            }
        )
        bill.action_post()
        contact = self.in_books("/contacts", {"name": supplier.name, "supplier": True})
        purchase = self.in_books(
            "/purchases",
            {
                "kind": "supplier",
                "date": "2026-03-16",
                "dueDate": "2026-04-16",
                "currency": "NOK",
                "supplierId": int(contact),
                "identifier": "F-1",
                "lines": [
                    {
                        "description": "Kaffe",
                        "vatType": "HIGH",
                        "account": "4000",
                        "netPrice": round(price * 100),
                        "vat": round(price * 25),
                    }
                ],
            },
        )
        self.link(bill, "purchase", purchase)
        return bill

    def link(self, record, resource, remote_id, **values):
        return (
            self.env["fiken.binding"]
            .sudo()
            .create(
                {
                    "fiken_company_id": self.fiken_company.id,
                    "company_id": self.company.id,
                    "resource": resource,
                    "res_model": record._name,
                    "res_id": record.id,
                    "remote_id": str(remote_id),
                    **values,
                }
            )
        )

    def pay(self, moves, amount=None, journal=None, date="2026-03-20", **values):
        """*Register payment*, as a person does it."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create(
                {
                    "payment_date": date,
                    "journal_id": (journal or self.bank).id,
                    **({"amount": amount} if amount else {}),
                    **values,
                }
            )
        )
        payments = wizard._create_payments()
        if self.vendor.payment_direction != "from":
            self.bank_moves(payments, values.get("writeoff_account_id"))
        return payments

    def bank_moves(self, payments, account=None):
        """With Odoo's Accounting app a payment has no entry: the bank's line pays.

        :param account: the id of the one that what is paid less or more goes to
        """
        for payment in payments.filtered(lambda one: not one.move_id):
            currency = payment.currency_id
            signed = payment.amount * (-1 if payment.payment_type == "outbound" else 1)
            nok = currency._convert(
                signed, self.company.currency_id, self.company, payment.date
            )
            documents, left, paid = payment.invoice_ids, payment.amount, []
            for number, move in enumerate(documents, 1):
                is_last = number == len(documents)
                part = left if is_last else min(left, move.amount_residual)
                if account:
                    part = move.amount_residual
                paid.append((move, part, currency, part / payment.amount * abs(nok)))
                left -= part
            off = [(self.env["account.account"].browse(account), -left)]
            self.bank_line(
                nok,
                *paid,
                *(off if account else []),
                journal=payment.journal_id,
                date=str(payment.date),
            )
        return payments

    def cancel(self, payment):
        """A person undoes it: the payment, or the bank's line that paid instead."""
        if payment.move_id:
            payment.action_draft()
            payment.action_cancel()
        else:
            self.env["account.bank.statement.line"].search([], order="id desc")[
                :1
            ].action_undo_reconciliation()

    def bank_line(self, amount, *paid, journal=None, date="2026-03-20"):
        """A line of the bank's statement, matched as a person does it in Odoo.

        :param amount: what the bank moved, in kroner; positive is money that came
        :param paid: (document or payment, how much of it) or (account, what it is
            debited with); of a document in another currency also (currency, kroner).
            What they leave of the amount waits on the suspense account
        """
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": (journal or self.bank).id,
                "date": date,
                "payment_ref": "Nettbank",
                "amount": amount,
            }
        )
        entry, [_liquidity, suspense, _other] = line.move_id, line._seek_for_lines()
        values = [self._bank_values(*one) for one in paid]
        left = -amount - sum(one["balance"] for one in values)
        is_done = self.company.currency_id.is_zero(left)
        entry.with_context(
            force_delete=True,
            skip_readonly_check=True,
            skip_account_move_synchronization=True,
            skip_invoice_sync=True,
        ).write(
            {
                "line_ids": [
                    Command.delete(suspense.id)
                    if is_done
                    else Command.update(
                        suspense.id, {"balance": left, "amount_currency": left}
                    ),
                    *(
                        Command.create({"name": str(number), **one})
                        for number, one in enumerate(values)
                    ),
                ]
            }
        )
        for number, (what, *_amounts) in enumerate(paid):
            if what._name != "account.account":
                own = entry.line_ids.filtered(
                    lambda one, name=str(number): one.name == name
                )
                (own | self.open_claims(what)).reconcile()
        return line

    def _bank_values(self, what, amount, currency=None, nok=None, taxes=None):
        currency = currency or self.company.currency_id
        balance = amount if nok is None else nok
        if what._name == "account.account":
            tax_ids = [Command.set(taxes.ids if taxes else [])]
            return {"account_id": what.id, "balance": balance, "tax_ids": tax_ids}
        inbound = (
            what.payment_type == "inbound"
            if what._name == "account.payment"
            else what.is_inbound()
        )
        side = -1 if inbound else 1
        return {
            "account_id": self.open_claims(what)[:1].account_id.id,
            "partner_id": what.partner_id.commercial_partner_id.id,
            "currency_id": currency.id,
            "amount_currency": side * amount,
            "balance": side * balance,
        }

    def open_claims(self, move):
        if move._name == "account.payment":
            return move._seek_for_lines()[0]
        return move.line_ids.filtered(
            lambda one: one.account_type in ("asset_receivable", "liability_payable")
            and not one.reconciled
        )

    def left(self, move):
        """What is left to pay; a payment that has no entry yet counts as well."""
        bare = move.matched_payment_ids.filtered(
            lambda one: not one.move_id and one.state in ("in_process", "paid")
        )
        return move.amount_residual - sum(bare.mapped("amount"))

    # In Fiken

    def in_books(self, path, body):
        """Somebody else makes something in Fiken; its id."""
        answer = requests.post(
            f"{self.sandbox.url}/api/v2/companies/{self.slug}{path}",
            json=body,
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        )
        if answer.status_code >= 400:
            raise AssertionError(answer.text)
        return answer.headers["Location"].rsplit("/", 1)[-1]

    def sale_in_euro(self, move):
        """An invoice of 100 EUR is a sale there, at 11 NOK."""
        sale = self.in_books(
            "/sales",
            {
                "kind": "external_invoice",
                "saleNumber": move.name,
                "date": "2026-03-16",
                "currency": "EUR",
                "customerId": int(self.binding(self.customer, "contact").remote_id),
                "lines": [
                    {
                        "description": "Kaffe",
                        "vatType": "EXEMPT_IMPORT_EXPORT",
                        "account": "3120",
                        "netPriceInCurrency": 10000,
                        "vatInCurrency": 0,
                        "netPrice": 110000,
                        "vat": 0,
                    }
                ],
            },
        )
        self.link(move, "sale", sale)

    def change_in_books(self, method, path, **params):
        answer = requests.request(
            method,
            f"{self.sandbox.url}/api/v2/companies/{self.slug}{path}",
            params=params.pop("params", None),
            json=params or None,
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        )
        if answer.status_code >= 400:
            raise AssertionError(answer.text)

    def path_of(self, move):
        """Its sale or purchase in Fiken."""
        for resource, path in (("sale", "/sales"), ("purchase", "/purchases")):
            link = self.binding(move, resource)
            if link:
                return f"{path}/{link.remote_id}"
        invoice = self.binding(move, "invoice")
        row = self.sandbox.get(f"/companies/{self.slug}/invoices/{invoice.remote_id}")
        return f"/sales/{row['sale']['saleId']}"

    def payments_in_fiken(self, move):
        """[(date, account, øre)] of a document's payments in Fiken."""
        rows = self.sandbox.get(f"/companies/{self.slug}{self.path_of(move)}/payments")
        return sorted((row["date"], row["account"], row["amount"]) for row in rows)

    def pay_in_fiken(self, move, amount, account=BANK, date="2026-03-20", **values):
        """The accountant registers a payment in Fiken; its id."""
        return self.in_books(
            f"{self.path_of(move)}/payments",
            {"date": date, "account": account, "amount": amount, **values},
        )

    def compare_payments(self):
        """The nightly cron."""
        self.run_cron("ir_cron_compare_payments")

    def run_cron(self, name):
        with self.assertNoLogs(CRON_LOG, "ERROR"):
            self.trigger(name)


class EuroMixin:
    """Euro at 11 NOK, and at 11,50 from 20 March on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        rates = cls.env["res.currency.rate"]
        rates.search([("currency_id", "=", cls.euro.id)]).unlink()
        for day, rate in (("2026-03-01", 11.0), ("2026-03-20", 11.5)):
            rates.create(
                {
                    "name": day,
                    "currency_id": cls.euro.id,
                    "company_id": cls.company.id,
                    "inverse_company_rate": rate,
                }
            )

    def euro_invoice(self):
        """100 EUR, 1 100 NOK, in Fiken as well."""
        self.owe("contact", self.customer)
        self.send()
        move = self.invoice(
            self.line(100.0, "52", "3120"),
            currency_id=self.euro.id,
            fiken_mode="none",
        )
        self.sale_in_euro(move)
        return move


class FromFikenCase(PaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.payment_direction = "from"

    def fetch(self):
        """The hourly cron."""
        self.run_cron("ir_cron_fetch_payments")
        self.assertFalse(self.fiken_company.payments_error)

    def registered(self, move):
        """[(date, journal, amount, state)] of what came from Fiken."""
        return [
            (str(one.date), one.journal_id, one.amount, one.state)
            for one in move.matched_payment_ids.sorted("id")
        ]

    def assertPaid(self, move, *amounts, left=0.0):
        """By payments from Fiken; each has an entry, in every edition of Odoo."""
        payments = move.matched_payment_ids.sorted("id")
        self.assertEqual(payments.mapped("amount"), list(amounts))
        self.assertTrue(all(one.move_id.state == "posted" for one in payments))
        self.assertEqual(move.amount_residual, left)

    def problem(self, move):
        """What the to-do on the document says, or nothing."""
        notes = move.activity_search([TODO]).mapped("note")
        return " ".join(html2plaintext(note) for note in notes)

    def questions(self, move):
        return move.activity_ids.filtered(
            lambda one: one.summary == "Look at a payment in Fiken"
        )

    def delete_payment(self, move, paid):
        self.change_in_books(
            "DELETE",
            f"{self.path_of(move)}/payments/{paid}",
            params={"description": "Feil"},
        )


class ToFikenCase(PaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.payment_direction = "to"

    def undo(self, move):
        """Unreconcile, as a person does on the invoice."""
        lines = move.line_ids.filtered(
            lambda line: line.account_type in ("asset_receivable", "liability_payable")
        )
        lines.remove_move_reconcile()

    def assertStopped(self, move, state, *words, resource="payment"):
        job = self.jobs(move, resource)[-1:]
        self.assertEqual(job.state, state, job.reason)
        for word in words:
            self.assertIn(word, job.reason)
        return job
