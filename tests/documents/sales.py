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
