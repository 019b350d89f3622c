"""What the tests about bills share: a supplier, its bills, and Fiken's purchases."""

from odoo import Command

from ..common import DUE, TODAY
from ..golden import GoldenMixin
from ..outbox.common import OutboxCase


class BillCase(GoldenMixin, OutboxCase):
    """Bills are booked in Fiken as soon as they are confirmed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.bill_mode = "booked"
        cls.supplier = cls.env["res.partner"].create(
            {
                "name": "Bønneimport AS",
                "is_company": True,
                "country_id": cls.norway.id,
                "email": "faktura@bonneimport.example",
                "bank_ids": [Command.create({"acc_number": "1503 12 34562"})],
            }
        )
        cls.numbers = iter(range(1001, 9999))

    def cost(self, price=100.0, tax="1", account="4300", **values):
        """Values of a bill line; ``tax`` is a SAF-T code, or None."""
        tax = self.tax(tax, "purchase") if tax else self.env["account.tax"]
        return {
            "name": "Kaffebønner",
            "price_unit": price,
            "account_id": self.account(account).id,
            "tax_ids": [Command.set(tax.ids)],
            **values,
        }

    def bill(self, *lines, post=True, **values):
        """A supplier's bill, confirmed unless told otherwise."""
        move = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": TODAY,
                "invoice_date_due": DUE,
                "date": TODAY,
                "ref": str(next(self.numbers)),
                "invoice_line_ids": [
                    Command.create(line) for line in lines or [self.cost()]
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def refund(self, *lines, **values):
        return self.bill(*lines, move_type="in_refund", **values)

    def receipt(self, *lines, **values):
        return self.bill(*lines, move_type="in_receipt", **values)

    def purchases(self):
        """The purchases that are in Fiken's books now."""
        rows = self.sandbox.get(f"/companies/{self.slug}/purchases", pageSize=100)
        return [row for row in rows if not row.get("deleted")]

    def drafts(self):
        return self.sandbox.get(f"/companies/{self.slug}/purchases/drafts")

    def booked(self, move):
        """The one purchase in Fiken of a confirmed bill."""
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        remote_id = self.binding(move, "purchase").remote_id
        [row] = [row for row in self.purchases() if str(row["purchaseId"]) == remote_id]
        return row

    def drafted(self, move):
        self.send()
        self.assertEqual(move.fiken_state, "draft", self.reasons(move))
        remote_id = self.binding(move, "purchase_draft").remote_id
        [row] = [row for row in self.drafts() if str(row["draftId"]) == remote_id]
        return row

    def stopped(self, move, state, *words):
        """It is not in Fiken, and the sentence on it says why."""
        self.send()
        self.assertEqual(move.fiken_state, state, self.reasons(move))
        job = move.fiken_job_id.sudo()
        for word in words:
            self.assertIn(word, job.reason)
        self.assertFalse(self.binding(move, "purchase"))
        return job

    def reasons(self, move):
        return self.jobs(move).mapped("reason")

    def lines_of(self, row):
        return [
            (line["account"], line["vatType"], line["netPrice"], line["vat"])
            for line in row["lines"]
        ]

    def round(self, method):
        self.company.tax_calculation_rounding_method = f"round_{method}"

    def mapping(self, code):
        """The ledger line of an Odoo account."""
        account = self.account(code)
        return self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_id == account
        )

    def balances(self):
        """{Fiken's account: øre} of all that is booked."""
        return {
            row["code"]: row["balance"]
            for row in self._all_pages_of("accountBalances", date="2026-12-31")
            if row["balance"]
        }

    def _all_pages_of(self, path, **params):
        rows, page = [], 0
        while True:
            more = self.sandbox.get(
                f"/companies/{self.slug}/{path}", page=page, pageSize=100, **params
            )
            rows += more
            page += 1
            if len(more) < 100:
                return rows

    # What people do in Fiken

    def supplier_id(self):
        """The supplier's id in Fiken, where it is known already."""
        return int(self.binding(self.supplier, "contact").remote_id)

    def in_fiken(self, path, method="POST", **body):
        """Somebody does something in Fiken's own pages."""
        return self.sandbox.call(method, f"/companies/{self.slug}{path}", body)

    def booked_in_fiken(self, **values):
        """Somebody books a bill of our supplier in Fiken."""
        return self.in_fiken(
            "/purchases",
            **{
                "kind": "supplier",
                "date": TODAY,
                "dueDate": TODAY,
                "currency": "NOK",
                "supplierId": self.supplier_id(),
                "lines": [
                    {
                        "description": "Bønner",
                        "vatType": "HIGH",
                        "account": "4300",
                        "netPrice": 10000,
                        "vat": 2500,
                    }
                ],
                **values,
            },
        )


class ReceiptCase(BillCase):
    """Helpers of the tests about receipts."""

    def setUp(self):
        super().setUp()
        self.bank = self.company_data["default_journal_bank"]
        ledger = self.vendor.ledger_id
        line = ledger.line_ids.filtered(lambda line: line.journal_id == self.bank)
        if line:
            line.fiken_code = "1920:10001"
        else:
            line.create(
                {
                    "ledger_id": ledger.id,
                    "journal_id": self.bank.id,
                    "fiken_code": "1920:10001",
                }
            )

    def pay(self, move, date="2026-03-18", **values):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": self.bank.id, "payment_date": date, **values})
        )
        wizard.action_create_payments()
