"""An account that is not mapped is mended where it was missed: on the invoice."""

import pytest

from odoo.tests import tagged

from ..people import MANAGER, SecurityCase
from ..touring import TourCase


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestAccountTour(SecurityCase, TourCase):
    def setUp(self):
        super().setUp()
        sold_on = self.account("3000")
        lines = self.vendor.ledger_id.line_ids
        lines.filtered(lambda line: line.account_id == sold_on).unlink()
        self.move = self.invoice()
        self.send()
        self.assertEqual(self.move.fiken_state, "blocked")
        self.page = f"customer-invoices/{self.move.id}"

    def test_an_account_chosen_on_the_invoice_lets_it_go(self):
        ann = self.new_user("ann", MANAGER, "account.group_account_invoice")
        self.walks(ann, "fiken_account_mended", self.page)
        self.send()
        self.assertEqual(self.move.fiken_state, "booked", self.move.fiken_reason)
        (sale,) = self.sales()
        self.assertEqual(sale["lines"][0]["account"], "3010")
        self.assertFalse(self.open_todos())

    def test_who_may_not_map_reads_who_may(self):
        self.walks(self.invoicer, "fiken_account_asked_for", self.page)
