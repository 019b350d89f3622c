"""Fiken or the network fails, or one record cannot be sent: nothing is lost."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from .common import OutboxCase

MODULE = "odoo.addons.fiken_connector.models.outbox"
WORKER_LOGS = (f"{MODULE}.fiken_worker", f"{MODULE}.fiken_worker_refusal")


class TestTrouble(OutboxCase):
    # Backoff

    def test_busy_fiken_is_asked_again_later_and_later(self):
        """429: one minute, five, fifteen, an hour, then every six hours."""
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "status:429", times=6)
        for seconds in (60, 300, 900, 3600, 21600, 21600):
            self.send()
            job = self.jobs(move)
            self.assertEqual(job.state, "pending")
            self.assertDueIn(job, seconds)
            self.assertTriggered(job.next_try_at)
            tried = self.sandbox.count("POST", "/sales")
            self.send()
            self.assertEqual(self.sandbox.count("POST", "/sales"), tried, "too early")
            self.time_passes(seconds + 1)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(len(self.sales(saleNumber=move.name)), 1)

    def test_busy_fiken_ends_the_run(self):
        """Ten invoices and a Fiken that is busy: one request, and nothing lost."""
        partner = self.known_customer()
        moves = [self.invoice(partner_id=partner.id) for _ in range(10)]
        self.sandbox.fault("POST", "/sales$", "status:429", times=100)
        self.send()
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1)
        self.assertTriggered(fields.Datetime.now() + timedelta(seconds=60))
        self.sandbox.no_faults()
        self.time_passes(61)
        self.send()
        self.assertEqual({move.fiken_state for move in moves}, {"booked"})

    def test_busy_fiken_ends_the_run_also_after_something_was_done(self):
        """What is left is not tried at once: not into a closed door."""
        known = self.known_customer()
        for _number in range(2):
            self.invoice(partner_id=known.id)
        for name in ("Ola", "Per", "Pål"):
            self.owe("contact", self.new_customer(name))
        self.sandbox.fault("POST", "/contacts$", "status:429", times=100)
        with self.capture_wakes() as wakes:
            self.send()
        self.assertEqual(self.sandbox.count("POST", "/sales"), 2)
        self.assertEqual(self.sandbox.count("POST", "/contacts"), 1)
        self.assertNotIn(None, wakes)

    def test_unavailable_on_reading_loses_nothing(self):
        """503 to the look before the first write of a customer."""
        partner = self.new_customer()
        self.owe("contact", partner)
        self.sandbox.fault("GET", "/contacts", "status:503")
        self.send()
        job = self.jobs(partner)
        self.assertRecordValues(
            job, [{"state": "pending", "attempts": 1, "outcome_unknown": False}]
        )
        self.assertDueIn(job, 60)
        self.time_passes(61)
        self.send()
        self.assertEqual(len(self.contacts(name=partner.name)), 1)

    def test_unreachable_fiken_loses_nothing(self):
        """Connection refused: nothing was sent, so the same may go out again."""
        move = self.invoice(partner_id=self.known_customer().id)
        parameter = self.env["ir.config_parameter"].sudo()
        url = parameter.get_param("fiken_connector.api_url")
        parameter.set_param("fiken_connector.api_url", "http://127.0.0.1:9/api/v2")
        self.send()
        job = self.jobs(move)
        self.assertRecordValues(job, [{"state": "pending", "outcome_unknown": False}])
        self.assertDueIn(job, 60)
        parameter.set_param("fiken_connector.api_url", url)
        self.time_passes(61)
        self.send()
        self.assertEqual(len(self.sales(saleNumber=move.name)), 1)

    def test_record_that_fiken_fails_on_does_not_stop_the_others_for_hours(self):
        """Its own pause grows; what else is due is tried a minute later."""
        first, second = (self.known_customer(name=name) for name in ("Ada", "Bo"))
        first.phone = second.phone = "11111111"
        path = f"/contacts/{self.binding(first, 'contact').remote_id}$"
        self.sandbox.fault("GET", path, "status:500", times=100)
        self.send()
        self.jobs(first)[-1].attempts = 4
        self.time_passes(61)
        with self.capture_wakes() as wakes:
            self.send()
        self.assertDueIn(self.jobs(first)[-1], 21600)
        soon = fields.Datetime.now() + timedelta(seconds=65)
        self.assertTrue([at for at in wakes if at and at < soon], wakes)
        self.send()
        self.assertEqual(self.contacts(name="Bo")[0]["phoneNumber"], "11111111")

    # One record's trouble is its own

    def test_refused_invoice_does_not_hold_up_the_next(self):
        partner = self.known_customer()
        first, second = (self.invoice(partner_id=partner.id) for _ in range(2))
        self.sandbox.fault("POST", "/sales$", "status:400")
        self.send()
        self.assertEqual(first.fiken_state, "failed")
        self.assertEqual(second.fiken_state, "booked")
        self.assertIn("Ordered by a fault", self.jobs(first).reason)

    def test_customer_who_fails_holds_up_her_own_invoices_only(self):
        """Corrected, she goes to Fiken and her invoice follows by itself."""
        wrong = self.new_customer("x" * 201)
        hers = self.invoice(partner_id=wrong.id)
        other = self.invoice(partner_id=self.new_customer().id)
        self.send()
        self.assertEqual(other.fiken_state, "booked")
        self.assertEqual(self.jobs(wrong).state, "failed")
        self.assertEqual(hers.fiken_state, "failed")
        self.assertIn("201", self.jobs(hers).reason)
        wrong.name = "Kort navn"
        self.commit()
        self.send()
        self.assertEqual(hers.fiken_state, "booked", self.jobs(hers).mapped("reason"))
        self.assertEqual(len(self.contacts(name="Kort navn")), 1)

    def test_customer_who_fails_later_is_told_on_her_invoice(self):
        """The invoice waited quietly for a customer on her way; then she is refused."""
        partner = self.new_customer()
        move = self.invoice(partner_id=partner.id)
        self.sandbox.fault("POST", "/contacts$", "commit-then-drop")
        self.send()
        self.assertEqual(move.fiken_state, "waiting")
        self.assertFalse(self.todos(move))
        contact = self.contacts(name=partner.name)[0]
        self.edit_in_fiken("contacts", contact["contactId"], name="Somebody Else AS")
        self.time_passes(91)
        self.send()
        self.assertEqual(self.jobs(partner).state, "failed")
        self.assertEqual(move.fiken_state, "failed")
        self.assertEqual(len(self.todos(move)), 1)

    def test_customer_taken_from_the_queue_and_sent_again_frees_her_invoice(self):
        """Whichever of a customer's jobs an invoice waits for, her arrival counts."""
        partner = self.new_customer("x" * 201)
        first = self.invoice(partner_id=partner.id)
        self.send()
        self.jobs(partner).action_ignore()
        partner.name = "Kort navn"
        second = self.invoice(partner_id=partner.id)
        self.send()
        self.assertEqual(second.fiken_state, "booked")
        self.assertEqual(first.fiken_state, "booked", self.jobs(first).mapped("reason"))

    def test_error_of_our_own_fails_one_job_and_not_the_queue(self):
        """Whatever step of a resource breaks, the next record goes."""
        for step in ("_prepare", "_preflight", "_write", "_done"):
            with self.subTest(step):
                broken = self.new_customer("Broken")
                self.owe("contact", broken)
                healthy = self.new_customer("Healthy")
                self.owe("contact", healthy)
                with mute_logger(*WORKER_LOGS), self.breaking("contact", step, broken):
                    self.send()
                job = self.jobs(broken)
                self.assertEqual(job.state, "failed")
                self.assertIn("broken on purpose", job.reason)
                self.assertTrue(self.binding(healthy, "contact"))
                # Until the write it is certain that nothing is there.
                self.assertEqual(job.outcome_unknown, step in ("_write", "_done"))
                job.action_retry()
                self.send()
                self.assertTrue(self.binding(broken, "contact"))
                self.assertEqual(len(self.contacts(name="Broken")), 1)
                self.sandbox.reset()

    def test_chatter_that_cannot_be_written_does_not_stop_the_sending(self):
        partner = self.known_customer()
        first, second = (self.invoice(partner_id=partner.id) for _ in range(2))
        teller = self.env.registry["fiken.notifier"]
        with (
            patch.object(teller, "_notify", side_effect=ValueError),
            mute_logger(*WORKER_LOGS),
        ):
            self.send()
        self.assertEqual(first.fiken_state, "booked")
        self.assertEqual(second.fiken_state, "booked")

    def test_refusal_with_500_that_names_its_cause_waits_for_the_setting(self):
        """A person took the bank account off the draft; Fiken then answers 500."""
        first, second = self.fiken_issued(mode="draft"), self.fiken_issued(mode="draft")
        self.send()
        for move in (first, second):
            draft_id = self.binding(move, "invoice_draft").remote_id
            self.edit_in_fiken("invoices/drafts", draft_id, bankAccountNumber=None)
        (first | second).action_fiken_book()
        self.send()
        for move in (first, second):
            self.assertRecordValues(
                self.jobs(move, "invoice"),
                [{"state": "blocked", "setting_model": "fiken.vendor"}],
            )

    # Helpers

    def breaking(self, resource, step, record):
        """``step`` raises for one record; a write has reached Fiken by then."""
        model = self.env.registry[f"fiken.resource.{resource}"]
        original = getattr(model, step)

        def broken(strategy, *args):
            job = next(arg for arg in args if getattr(arg, "_name", "") == "fiken.job")
            if job.res_id != record.id:
                return original(strategy, *args)
            if step == "_write":
                original(strategy, *args)
            raise KeyError("broken on purpose")

        return patch.object(model, step, broken)
