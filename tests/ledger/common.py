"""What the tests of ledgers share."""

from contextlib import contextmanager

from odoo.exceptions import UserError

from ..outbox.common import OutboxCase


@contextmanager
def refused(case, pattern, exception=UserError):
    """``assertRaisesRegex`` that takes back what was done, as Odoo does."""
    with case.assertRaises(exception) as caught:
        yield
    case.assertRegex(str(caught.exception), pattern)


def mapped(ledger, account):
    """The ledger's line of an Odoo account."""
    return ledger.line_ids.filtered(lambda line: line.account_id == account)


class VendorCase(OutboxCase):
    def setUp(self):
        super().setUp()
        self.market = self.new_vendor("Torget", "TORG")
        self.journal = self.company_data["default_journal_sale"]

    def new_vendor(self, name, code, **values):
        vendor = self.env["fiken.vendor"].create(
            {
                "name": name,
                "code": code,
                "fiken_company_id": self.fiken_company.id,
                "enabled_since": "2026-01-01",
                **values,
            }
        )
        vendor.ledger_id.sales_without_tax = "NONE"
        return vendor

    def remap(self, vendor, code):
        account = self.account("3000")
        vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_id == account
        ).fiken_code = code

    def account_of(self, move):
        """The account that the document was booked on in Fiken."""
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        [sale] = [row for row in self.sales() if row["saleNumber"] == move.name]
        return sale["lines"][0]["account"]
