import requests

from ..common import FikenCase
from ..golden import GoldenMixin


class SaleCase(GoldenMixin, FikenCase):
    """Helpers of the tests about documents that are booked as sales."""

    def booked(self, move):
        """The one sale in Fiken of a confirmed invoice."""
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        [sale] = self.sales(saleNumber=move.name)
        return sale

    def reasons(self, move):
        return self.jobs(move).mapped("reason")

    def stopped(self, move, state, *words):
        """It is not in Fiken, and the sentence on it says why."""
        self.send()
        self.assertFalse(self.sales(saleNumber=move.name))
        self.assertEqual(move.fiken_state, state, self.reasons(move))
        reason = move.fiken_job_id.sudo().reason
        for word in words:
            self.assertIn(word, reason)
        return move.fiken_job_id.sudo()

    def lines_of(self, sale):
        return [
            (line["account"], line["vatType"], line["netPrice"], line["vat"])
            for line in sale["lines"]
        ]

    def mapping(self, code):
        """The ledger line of an Odoo account."""
        account = self.account(code)
        return self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_id == account
        )

    def round(self, method):
        self.company.tax_calculation_rounding_method = f"round_{method}"


class SaleDraftCase(SaleCase):
    """Helpers of the tests about drafts that an accountant finishes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.sale_mode = "draft"

    def drafts(self):
        return self.sandbox.get(f"/companies/{self.slug}/sales/drafts")

    def drafted(self, move):
        """The one draft in Fiken of a confirmed invoice."""
        self.send()
        self.assertEqual(move.fiken_state, "draft", self.reasons(move))
        [draft] = [row for row in self.drafts() if row["invoiceNumber"] == move.name]
        return draft

    def book(self, move):
        move.action_fiken_book()
        return self.booked(move)

    def in_fiken(self, draft, action="", method="DELETE", **body):
        """What an accountant does to a draft in Fiken's own pages."""
        path = f"/companies/{self.slug}/sales/drafts/{draft['draftId']}{action}"
        answer = requests.request(
            method,
            f"{self.sandbox.url}/api/v2{path}",
            json=body or None,
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        )
        self.assertLess(answer.status_code, 300, answer.text)

    def change_in_fiken(self, draft, **changes):
        body = {
            name: value
            for name, value in draft.items()
            if name in ("cash", "paid", "invoiceNumber", "invoiceIssueDate", "dueDate")
        }
        body["contactId"] = draft["contact"]["contactId"]
        lines = changes.pop("lines", draft["lines"])
        names = ("text", "vatType", "incomeAccount", "net", "gross")
        body["lines"] = [{name: line[name] for name in names} for line in lines]
        self.in_fiken(draft, method="PUT", **{**body, **changes})
