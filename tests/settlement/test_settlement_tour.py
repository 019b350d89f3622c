"""A day is looked at, sent and compared, at a desk and with a phone."""

import pytest

from odoo.tests import tagged

from ..people import USER, SecurityCase
from ..touring import TourCase
from .settling import SettlementCase

DAYS = "action-fiken_connector.fiken_settlement_action"


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestSettlementTour(SettlementCase, SecurityCase, TourCase):
    def setUp(self):
        super().setUp()
        self.sold_day()

    def settles(self, user):
        self.walks(user, "fiken_day_sent", DAYS)
        self.assertFalse(self.settlement_sales(), "only the worker sends")
        self.send()
        settlement = self.settlement()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        self.walks(user, "fiken_day_compared", f"{DAYS}/{settlement.id}")
        self.assertEqual(settlement.fiken_gross, settlement.gross)
        self.assertEqual(settlement.fiken_paid, settlement.paid)

    def test_a_day_is_looked_at_sent_and_compared(self):
        self.settles(self.new_user("frida", USER))

    def test_with_a_phone_too(self):
        self.takes_a_phone()
        self.settles(self.new_user("frida", USER))
