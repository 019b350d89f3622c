from odoo import Command

from .sales import SaleCase


class InvoiceCase(SaleCase):
    """Helpers of the tests about invoices that Fiken issues."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.issuer = "fiken"
        cls.vendor.bank_account_id = cls.bank_account("1920:10001")

    @classmethod
    def bank_account(cls, code):
        return cls.env["fiken.account"].search(
            [("fiken_company_id", "=", cls.fiken_company.id), ("code", "=", code)]
        )

    def issued(self, move):
        """The one invoice in Fiken of a confirmed invoice."""
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        [invoice] = [
            row
            for row in self.sandbox.get(f"/companies/{self.slug}/invoices")
            if row["ourReference"] == move.name
        ]
        return invoice

    def drafts(self):
        return self.sandbox.get(f"/companies/{self.slug}/invoices/drafts")

    def drafted(self, move):
        self.send()
        self.assertEqual(move.fiken_state, "draft", self.reasons(move))
        [draft] = [row for row in self.drafts() if row["ourReference"] == move.name]
        return draft

    def not_issued(self, move, state, *words):
        self.send()
        self.assertFalse(self.sandbox.get(f"/companies/{self.slug}/invoices"))
        self.assertEqual(move.fiken_state, state, self.reasons(move))
        job = move.fiken_job_id.sudo()
        for word in words:
            self.assertIn(word, job.reason)
        return job

    def edit(self, draft, changes):
        """A person changes a draft in Fiken, or deletes it."""
        self.sandbox._control(
            "POST",
            "edit",
            {
                "slug": self.slug,
                "resource": "invoices/drafts",
                "id": draft["draftId"],
                "changes": changes,
            },
        )

    def goods(self, name="Kaffekvern", price=100.0, tax="3", **values):
        return self.env["product.product"].create(
            {
                "name": name,
                "list_price": price,
                "taxes_id": [Command.set(self.tax(tax).ids)],
                "property_account_income_id": self.account("3000").id,
                **values,
            }
        )

    def posted(self, invoice):
        return [
            (line["incomeAccount"], line["vatType"], line["net"], line["vat"])
            for line in invoice["lines"]
        ]
