"""Requests without an answer are looked up in Fiken, and never sent blindly again."""

import time
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from ...models.connection.exceptions import GateBusy
from ...models.connection.fiken_gate import FikenGate
from ...models.outbox import fiken_job_state, fiken_worker_recovery
from .common import LOOK_AFTER
from .losing import LostCase


class TestRecovery(LostCase):
    # When to look

    def test_look_waits_for_the_time_out_and_a_minute(self):
        """Counted from the mark, for any time-out."""
        partner = self.known_customer()
        parameter = self.env["ir.config_parameter"].sudo()
        for timeout in (30, 5):
            parameter.set_param("fiken_connector.request_timeout", str(timeout))
            move = self.invoice(partner_id=partner.id)
            self.sandbox.fault("POST", "/sales$", "drop")
            self.send()
            job = self.jobs(move)
            wait = (job.next_try_at - job.sent_at).total_seconds()
            self.assertGreaterEqual(wait, timeout + 60)
            self.assertTriggered(job.next_try_at)

    def test_fresh_record_that_shows_late_is_not_doubled(self):
        """Fiken's lists may lag behind: the second look sees what the first did not."""
        self.sandbox.unknowns(stale_lists_seconds=2)
        partner = self.new_customer()
        self.owe("contact", partner)
        self.sandbox.fault("POST", "/contacts$", "commit-then-drop")
        self.send()
        self.time_passes(LOOK_AFTER + 1)
        with patch.object(fiken_worker_recovery, "LOOK_APART", 3):
            self.send()
        self.assertTrue(self.binding(partner, "contact"))
        self.assertEqual(self.writes("/contacts$"), 1)
        recoveries = [path for path in self.requested("GET") if path == "/contacts"]
        self.assertGreaterEqual(len(recoveries), 2)

    def test_second_look_comes_seconds_after_the_first_in_the_same_run(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "drop")
        self.send()
        self.time_passes(LOOK_AFTER + 1)
        with self.sleeping() as slept:
            self.send()
        self.assertTrue({1, 2} & set(slept), slept)
        self.assertEqual(self.sandbox.count("GET", "/sales"), 2)
        self.assertEqual(len(self.sales(saleNumber=move.name)), 1)

    def test_gate_is_open_while_the_worker_waits_for_its_second_look(self):
        """A user who presses *Test connection* then need not wait."""
        self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "drop")
        self.send()
        self.time_passes(LOOK_AFTER + 1)
        with self.sleeping() as slept:
            self.send()
        self.assertEqual([*slept.values()], ["gate open"])

    # What the look finds

    def test_write_that_never_arrived_is_sent_again(self):
        """Not found twice: then, and only then, once more."""
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "drop")
        self.send()
        self.assertFalse(self.sales(saleNumber=move.name))
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(self.writes("/sales$"), 2)
        self.assertEqual(len(self.sales(saleNumber=move.name)), 1)

    def test_writes_that_never_arrive_are_repeated_later_and_later(self):
        """Fiken answers 500 for hours: no storm, and in the end a person is told."""
        waits = fiken_job_state.BACKOFF[:3]
        self.startPatcher(patch.object(fiken_job_state, "BACKOFF", waits))
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "status:500", times=100)
        self.send()
        for wait in (60, 300, 900):
            self.time_passes(LOOK_AFTER + 1)
            tried = self.writes("/sales$")
            self.send()
            job = self.jobs(move)
            if wait > LOOK_AFTER:
                self.assertEqual(self.writes("/sales$"), tried, "too early")
                self.assertDueIn(job, wait - LOOK_AFTER - 3)
                self.time_passes(wait)
                self.send()
            self.assertEqual(self.writes("/sales$"), tried + 1)
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertRecordValues(job, [{"state": "failed", "outcome_unknown": False}])
        self.assertTrue(self.todos(move))
        self.sandbox.no_faults()
        job.action_retry()
        self.send()
        self.assertEqual(len(self.sales(saleNumber=move.name)), 1)

    def test_hit_that_differs_is_not_taken_for_ours(self):
        """Same number, but another customer, date or amount: a person decides."""
        hers = self.known_customer()
        changes = {
            "customer": {"customerId": self.fiken_id(self.known_customer(name="Ola"))},
            "date": {"date": "2026-03-15"},
            "amount": {"netPrice": 9999},
        }
        for what, change in changes.items():
            with self.subTest(what):
                move = self.invoice(partner_id=hers.id)
                self.sandbox.fault("POST", "/sales$", "drop")
                self.send()
                self.book_by_hand(move, hers, **change)
                job = self.look_up(move)
                self.assertRecordValues(
                    job, [{"state": "failed", "outcome_unknown": True}]
                )
                self.assertTrue(self.todos(move))
                self.assertFalse(self.binding(move, "sale"))
                self.assertEqual(len(self.sales(saleNumber=move.name)), 1)

    def test_a_person_says_that_what_differs_is_the_same(self):
        """Somebody has corrected its date in Fiken before Odoo could look."""
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        [sale] = self.sales(saleNumber=move.name)
        self.edit_in_fiken("sales", sale["saleId"], date="2026-03-15")
        job = self.look_up(move)
        self.assertRecordValues(
            job,
            [{"state": "failed", "outcome_unknown": True, "can_link_found": True}],
        )
        self.assertIn(str(sale["saleId"]), job.found_links)
        alert = move._get_alerts()["fiken"]["message"]
        self.assertIn("It may be in Fiken already", alert)
        job.action_link_found()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(self.binding(move, "sale").remote_id, str(sale["saleId"]))
        self.assertEqual(self.writes("/sales$"), 1)
        self.assertFalse(self.todos(move))
        said = " ".join(str(message.body) for message in move.message_ids)
        self.assertIn(f"{self.env.user.name} says that it is {move.name}", said)

    def test_a_person_says_that_a_renamed_contact_is_the_same(self):
        """Kinds without a page of their own documents as well."""
        partner = self.new_customer()
        self.owe("contact", partner)
        self.sandbox.fault("POST", "/contacts$", "commit-then-drop")
        self.send()
        [contact] = self.contacts(name=partner.name)
        self.edit_in_fiken("contacts", contact["contactId"], name="Bønnehuset Nord AS")
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        job = self.jobs(partner)
        self.assertTrue(job.can_link_found, job.reason)
        job.action_link_found()
        self.send()
        link = self.binding(partner, "contact")
        self.assertEqual(link.remote_id, str(contact["contactId"]))
        self.assertEqual(self.writes("/contacts$"), 1)

    def test_several_hits_are_for_a_person_to_decide(self):
        move = self.ambiguous()
        self.assertRecordValues(
            self.jobs(move), [{"state": "failed", "outcome_unknown": True}]
        )
        self.assertIn("2", self.jobs(move).reason)
        self.assertFalse(self.jobs(move).can_link_found)
        self.assertTrue(self.todos(move))
        self.assertEqual(len(self.sales(saleNumber=move.name)), 2)

    def test_deleted_sale_is_no_hit(self):
        """What was taken back in Fiken is not there: ours is sent."""
        partner = self.known_customer()
        move = self.invoice(partner_id=partner.id)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        [sale] = self.sales(saleNumber=move.name)
        self.fiken("PATCH", f"/sales/{sale['saleId']}/delete", description="Feil")
        job = self.look_up(move)
        self.assertEqual(job.state, "done")
        [again] = self.sales(saleNumber=move.name)
        self.assertNotEqual(again["saleId"], sale["saleId"])

    # Never a blind resend

    def test_retry_looks_before_it_sends(self):
        """The person took one of the two away in Fiken, then presses Retry."""
        move = self.ambiguous()
        sent = self.writes("/sales$")
        first, second = self.sales(saleNumber=move.name)
        self.fiken(
            "PATCH", f"/sales/{second['saleId']}/delete", description="To ganger"
        )
        self.jobs(move).action_retry()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(self.binding(move, "sale").remote_id, str(first["saleId"]))
        self.assertEqual(self.writes("/sales$"), sent)

    def test_retry_in_vain_sends_nothing(self):
        move = self.ambiguous()
        sent = self.writes("/sales$")
        self.jobs(move).action_retry()
        self.send()
        self.assertRecordValues(
            self.jobs(move), [{"state": "failed", "outcome_unknown": True}]
        )
        self.assertEqual(self.writes("/sales$"), sent)

    def test_send_now_on_the_invoice_sends_nothing_unseen(self):
        move = self.ambiguous()
        sent = self.writes("/sales$")
        move.action_fiken_send()
        self.send()
        self.assertEqual(self.writes("/sales$"), sent)
        self.assertEqual(len(self.jobs(move)), 1)

    def test_person_who_looked_may_send_it_anyway(self):
        move = self.ambiguous()
        self.jobs(move).action_send_anyway()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(len(self.sales(saleNumber=move.name)), 3)

    def test_person_who_looked_may_ignore_it(self):
        move = self.ambiguous()
        self.jobs(move).action_ignore()
        self.send()
        self.assertEqual(self.jobs(move).state, "dropped")
        self.assertEqual(len(self.sales(saleNumber=move.name)), 2)
        self.assertFalse(self.todos(move))

    def test_edit_does_not_send_what_may_be_there(self):
        """While it waits for its look, and after the look found no unique answer."""
        partner = self.new_customer()
        self.owe("contact", partner)
        self.sandbox.fault("POST", "/contacts$", "commit-then-drop")
        self.send()
        partner.phone = "11111111"
        self.owe("contact", partner)
        self.send()
        self.assertEqual(self.writes("/contacts$"), 1)
        [contact] = self.contacts(name=partner.name)
        self.edit_in_fiken("contacts", contact["contactId"], name="Somebody Else AS")
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        [job] = self.jobs(partner)
        self.assertRecordValues(job, [{"state": "failed", "outcome_unknown": True}])
        partner.phone = "22222222"
        self.owe("contact", partner)
        self.send()
        self.assertRecordValues(job, [{"state": "failed", "outcome_unknown": True}])
        self.assertEqual(self.writes("/contacts$"), 1)
        # A person puts it right in Fiken. The edits have waited, and go now.
        self.edit_in_fiken("contacts", contact["contactId"], name=partner.name)
        job.action_retry()
        self.send()
        [contact] = self.contacts(name=partner.name)
        self.assertEqual(contact["phoneNumber"], "22222222")
        self.assertEqual(self.writes("/contacts$"), 1)

    def test_invoice_waits_for_the_customer_whose_answer_was_lost(self):
        """Edited meanwhile, too: whichever job she has, her invoice goes after her."""
        partner = self.new_customer()
        move = self.invoice(partner_id=partner.id)
        self.sandbox.fault("POST", "/contacts$", "commit-then-drop")
        self.send()
        partner.phone = "11111111"
        self.owe("contact", partner)
        partner.phone = False
        self.send()
        self.assertFalse(self.sales())
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.jobs(move).mapped("reason"))
        self.assertEqual(len(self.contacts(name=partner.name)), 1)

    # Changes

    def test_lost_change_is_repeated_but_not_before_it_has_ended(self):
        """Repeating a PUT does no harm; but an old one must not undo a later edit."""
        partner = self.known_customer()
        partner.phone = "11111111"
        self.sandbox.fault("PUT", "/contacts/", "delay-then-commit:0.6")
        self.send()
        partner.phone = "22222222"
        self.send()
        self.wait_until(
            lambda: self.contacts(name=partner.name)[0].get("phoneNumber") == "11111111"
        )
        self.assertEqual(self.sandbox.count("PUT", "/contacts/{id}"), 1)
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertEqual(self.contacts(name=partner.name)[0]["phoneNumber"], "22222222")
        self.assertFalse(self.jobs(partner).filtered(lambda job: job._is_open()))

    # Looking up fails

    def test_lookup_that_fails_is_repeated_later_and_later(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        self.time_passes(LOOK_AFTER + 1)
        self.sandbox.fault("GET", "/sales$", "status:503", times=2)
        for wait in (60, 300):
            self.send()
            self.assertDueIn(self.jobs(move), wait)
            self.time_passes(wait + 1)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(self.writes("/sales$"), 1)

    def test_lookup_that_is_refused_does_not_hold_up_the_others(self):
        partner = self.known_customer()
        move = self.invoice(partner_id=partner.id)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        self.time_passes(LOOK_AFTER + 1)
        other = self.invoice(partner_id=partner.id)
        self.sandbox.fault("GET", "/sales$", "status:400")
        self.send()
        self.assertEqual(other.fiken_state, "booked")
        self.assertRecordValues(
            self.jobs(move), [{"state": "failed", "outcome_unknown": True}]
        )
        self.jobs(move).action_retry()
        self.send()
        self.assertEqual(len(self.sales(saleNumber=move.name)), 1)
        self.assertEqual(move.fiken_state, "booked")

    # Helpers

    def ambiguous(self):
        """An invoice whose answer was lost, and that Fiken has twice."""
        partner = self.known_customer()
        move = self.invoice(partner_id=partner.id)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        self.book_by_hand(move, partner)
        self.look_up(move)
        return move

    def look_up(self, move):
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        return self.jobs(move)

    def book_by_hand(self, move, partner, customerId=None, date=None, netPrice=10000):
        """Somebody booked a sale with our number in Fiken."""
        self.fiken(
            "POST",
            "/sales",
            {
                "kind": "external_invoice",
                "saleNumber": move.name,
                "date": date or str(move.invoice_date),
                "dueDate": "2026-04-01",
                "currency": "NOK",
                "customerId": int(customerId or self.fiken_id(partner)),
                "lines": [
                    {
                        "description": "Kaffe",
                        "vatType": "HIGH",
                        "account": "3000",
                        "netPrice": netPrice,
                        "vat": round(netPrice / 4),
                    }
                ],
            },
        )

    def fiken_id(self, partner):
        return self.binding(partner, "contact").remote_id

    @contextmanager
    def sleeping(self):
        """{how long the worker slept: whether the gate was open to others then}"""
        slept = {}

        def sleep(seconds):
            slept[round(seconds)] = self.gate_state()

        there = SimpleNamespace(**vars(time))
        there.sleep = lambda seconds: (sleep(seconds), time.sleep(seconds))
        with patch.object(fiken_worker_recovery, "time", there):
            yield slept

    def gate_state(self):
        gate = FikenGate(self.env.cr.dbname, self.connection._gate_key(), 0)
        try:
            gate.enter(patience=0.1)
        except GateBusy:
            return "gate shut"
        gate.close()
        return "gate open"
