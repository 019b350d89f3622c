"""A request that we gave up may still run at Fiken: nothing else goes out beside it."""

from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import fields
from odoo.tests.common import _super_send

from .common import OutboxCase


class TestTimeOut(OutboxCase):
    def setUp(self):
        super().setUp()
        parameter = self.env["ir.config_parameter"].sudo()
        parameter.set_param("fiken_connector.request_timeout", "0.3")
        parameter.set_param("fiken_connector.timeout_pause", "3")
        # Odoo's tests lengthen short time-outs.
        self.startPatcher(patch.object(requests.Session, "send", _super_send))

    def later(self, seconds):
        self.time_passes(seconds)
        self.connection.busy_until -= timedelta(seconds=seconds)

    def test_nothing_goes_out_for_a_while(self):
        partner = self.known_customer()
        first, second = (self.invoice(partner_id=partner.id) for _number in range(2))
        self.sandbox.fault("POST", "/sales$", "delay:1")
        self.send()
        self.assertEqual(first.fiken_state, "sending")
        self.assertEqual(second.fiken_state, "waiting")
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1)
        self.assertTriggered(self.connection.busy_until)
        self.connection.busy_until = fields.Datetime.now() + timedelta(seconds=3)
        self.assertTrue(self.connection.is_busy, "The connection's page says so")
        self.send()
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1, "Too early")
        self.later(4)
        self.send()
        self.assertEqual(second.fiken_state, "booked")
        self.assertEqual(self.connection.busy_seconds, 0)
        self.assertFalse(self.connection.is_busy)

    def test_a_fiken_that_is_busy_with_it_is_asked_later_and_later(self):
        """429, each time for twice as long, a minute at most, and told to nobody."""
        partner = self.known_customer()
        self.invoice(partner_id=partner.id)
        second = self.invoice(partner_id=partner.id)
        self.sandbox.fault("POST", "/sales$", "delay:1")
        self.send()
        self.later(4)
        self.sandbox.fault("POST", "/sales$", "status:429", times=7)
        for seconds in (6, 12, 24, 48, 60, 60, 60):
            self.send()
            left = (self.connection.busy_until - fields.Datetime.now()).total_seconds()
            self.assertAlmostEqual(left, seconds, delta=2)
            self.assertRecordValues(
                self.jobs(second), [{"state": "pending", "attempts": 0}]
            )
            self.later(seconds + 1)
        self.send()
        self.assertEqual(second.fiken_state, "booked")
        self.assertFalse(self.connection.activity_ids)
