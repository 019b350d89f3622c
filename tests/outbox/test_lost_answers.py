"""The answer of a write got lost on its way back. Afterwards it is in Fiken once."""

import time
from unittest.mock import patch

import requests

from odoo.tests.common import _super_send

from ...fiken_api.client import Answer
from .common import LOOK_AFTER
from .losing import LostCase

# What Fiken did is known to Fiken alone; the last one is done after we gave up.
LOST = ("commit-then-drop", "commit-then-500", "delay-then-commit:0.6")


class TestLostAnswers(LostCase):
    # Once, whatever got lost

    def assertOnce(self, resource, path, record_of, count):
        """Each kind of lost answer leaves exactly one, and Odoo knows which.

        :param record_of: makes a record and owes it to Fiken
        :param count: how many of it Fiken has
        """
        for do in LOST:
            with self.subTest(do):
                record = record_of()
                self.sandbox.reset_stats()
                self.sandbox.fault("POST", path, do)
                self.send()
                job = self.jobs(record, resource)
                self.assertRecordValues(
                    job, [{"state": "sending", "outcome_unknown": True}]
                )
                # It may still be running at Fiken: nobody looks, nothing is sent.
                self.time_passes(LOOK_AFTER - 5)
                asked = self.sandbox.stats()["total"]
                self.send()
                self.assertEqual(self.sandbox.stats()["total"], asked, "too early")
                self.wait_until(lambda record=record: count(record) == 1)
                self.time_passes(6)
                self.send()
                self.assertEqual(job.state, "done", job.reason)
                self.assertFalse(job.outcome_unknown)
                self.assertEqual(self.writes(path), 1)
                self.assertEqual(count(record), 1)
                self.assertTrue(self.binding(record, resource).remote_id)

    def test_sale_is_there_once(self):
        """Whether or not Fiken refuses a number that it has already."""
        partner = self.known_customer()
        for unique in (False, True):
            with self.subTest(unique=unique):
                self.sandbox.unknowns(unique_sale_number=unique)
                self.assertOnce(
                    "sale",
                    "/sales$",
                    lambda: self.invoice(partner_id=partner.id),
                    lambda move: len(self.sales(saleNumber=move.name)),
                )

    def test_sale_draft_is_there_once(self):
        partner = self.known_customer()
        self.vendor.sale_mode = "draft"
        self.assertOnce(
            "sale_draft",
            "/sales/drafts$",
            lambda: self.invoice(partner_id=partner.id),
            lambda move: len(self.listed("sales/drafts", invoiceNumber=move.name)),
        )

    def test_draft_that_is_booked_is_there_once(self):
        """*Book in Fiken*, and the answer of ``createSale`` gets lost."""
        partner = self.known_customer()
        self.vendor.sale_mode = "draft"

        def drafted():
            move = self.invoice(partner_id=partner.id)
            self.send()
            move.action_fiken_book()
            return move

        self.assertOnce(
            "sale",
            "/createSale$",
            drafted,
            lambda move: len(self.sales(saleNumber=move.name)),
        )

    def test_contact_is_there_once(self):
        def owed():
            partner = self.new_customer(f"Kunde {time.monotonic_ns()}")
            self.owe("contact", partner)
            return partner

        self.assertOnce(
            "contact",
            "/contacts$",
            owed,
            lambda partner: len(self.contacts(name=partner.name)),
        )

    def test_product_is_there_once(self):
        def owed():
            product = self.new_product(f"K-{time.monotonic_ns()}")
            self.owe("product", product)
            return product

        self.assertOnce(
            "product",
            "/products$",
            owed,
            lambda product: len(
                self.listed("products", productNumber=product.default_code)
            ),
        )

    def test_invoice_draft_is_there_once(self):
        partner = self.known_customer()
        for repeated in ("duplicate", "refuse"):
            with self.subTest(repeated=repeated):
                self.sandbox.unknowns(repeated_draft_uuid=repeated)
                self.assertOnce(
                    "invoice_draft",
                    "/invoices/drafts$",
                    lambda: self.fiken_issued("draft", partner_id=partner.id),
                    lambda move: len(
                        self.listed("invoices/drafts", ourReference=move.name)
                    ),
                )

    def test_invoice_that_fiken_issues_is_there_once(self):
        """The answer of ``createInvoice`` is lost; number and PDF follow anyway."""
        partner = self.known_customer()
        for location in ("invoice", "sale"):
            with self.subTest(location=location):
                self.sandbox.unknowns(create_invoice_location=location)
                self.assertOnce(
                    "invoice",
                    "/createInvoice$",
                    lambda: self.fiken_issued(partner_id=partner.id),
                    lambda move: len(self.listed("invoices", ourReference=move.name)),
                )
        moves = self.env["account.move"].search([("fiken_issuer", "=", "fiken")])
        self.assertEqual(len(moves), 6)
        for move in moves:
            self.assertEqual(self.jobs(move, "invoice_papers").state, "done")
            [invoice] = self.listed("invoices", ourReference=move.name)
            self.assertEqual(
                self.binding(move, "invoice").remote_id, str(invoice["invoiceId"])
            )

    def test_answer_that_comes_after_our_time_out(self):
        """Fiken needs longer than we wait, and books all the same."""
        self.env["ir.config_parameter"].sudo().set_param(
            "fiken_connector.request_timeout", "0.5"
        )
        partner = self.known_customer()
        move = self.invoice(partner_id=partner.id)
        self.sandbox.fault("POST", "/sales$", "delay:1.5")
        # Odoo's tests lengthen short time-outs.
        with patch.object(requests.Session, "send", _super_send):
            self.send()
        job = self.jobs(move)
        self.assertTrue(job.outcome_unknown, (job.state, job.reason))
        self.assertDueIn(job, 60.5)
        time.sleep(1.2)
        self.time_passes(61)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(self.writes("/sales$"), 1)

    def test_success_that_names_no_new_record(self):
        """A 201 whose Location is missing is looked up like a lost answer."""
        move = self.invoice(partner_id=self.known_customer().id)
        location_id = Answer.location_id.fget
        nowhere = property(lambda answer: location_id(Answer(answer.status, {})))
        with patch.object(Answer, "location_id", nowhere):
            self.send()
        self.assertTrue(self.jobs(move).outcome_unknown)
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(self.writes("/sales$"), 1)

    # Helpers

    def new_product(self, number):
        return self.env["product.product"].create(
            {
                "name": f"Kaffe {number}",
                "default_code": number,
                "list_price": 100.0,
                "taxes_id": [(6, 0, self.tax("3").ids)],
                "property_account_income_id": self.account("3000").id,
            }
        )
