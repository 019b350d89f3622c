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
        return wizard._create_payments()

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


class FromFikenCase(PaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.payment_direction = "from"

    def fetch(self):
        """The hourly cron."""
        self.run_cron("ir_cron_fetch_payments")
        self.assertFalse(self.fiken_company.payments_error)

    def compare(self):
        """The nightly cron."""
        self.run_cron("ir_cron_compare_payments")

    def run_cron(self, name):
        cron = self.env.ref(f"fiken_connector.{name}").sudo()
        with self.as_cron(), self.assertNoLogs(CRON_LOG, "ERROR"):
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def registered(self, move):
        """[(date, journal, amount, state)] of what came from Fiken."""
        return [
            (str(one.date), one.journal_id, one.amount, one.state)
            for one in move.matched_payment_ids.sorted("id")
        ]

    def assertPaid(self, move, *amounts, left=0.0):
        self.assertEqual(
            move.matched_payment_ids.sorted("id").mapped("amount"), list(amounts)
        )
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
