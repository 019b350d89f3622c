"""What Fiken refused is mended on its page, at a desk and with a phone."""

import pytest

from odoo.tests import tagged

from ..people import USER, SecurityCase
from ..touring import TourCase

PAGE = "fiken-activity"


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestJobTour(SecurityCase, TourCase):
    def setUp(self):
        super().setUp()
        self.sandbox.fault("POST", "/contacts$", "status:400")
        self.move = self.invoice()
        self.send()
        (job,) = self.jobs(self.customer, "contact")
        self.assertEqual(job.state, "failed")

    def mends(self):
        ann = self.new_user(
            "ann", "account.group_account_invoice", "base.group_partner_manager"
        )
        self.walks(ann, "fiken_failed_job_mended", PAGE)
        self.send()
        self.assertEqual(self.move.fiken_state, "booked", self.move.fiken_reason)
        contacts = self.sandbox.get(f"/companies/{self.slug}/contacts")
        self.assertIn(
            "faktura@kaffebaren.example", [one.get("email") for one in contacts]
        )
        self.assertFalse(self.open_todos())

    def test_a_refused_customer_is_corrected_and_the_invoice_goes(self):
        self.mends()

    def test_with_a_phone_too(self):
        self.takes_a_phone()
        self.mends()

    def test_who_may_change_nothing_tries_again(self):
        frida = self.new_user("frida", USER)
        self.walks(frida, "fiken_failed_job_retried", PAGE)
        self.send()
        self.assertEqual(self.move.fiken_state, "booked", self.move.fiken_reason)
