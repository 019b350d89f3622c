"""Every run gets something done, ends in time, and goes on after it met an edit."""

import time
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tools import config, mute_logger

from ...models.outbox import fiken_worker
from .common import LOOK_AFTER, OutboxCase

MODULE = "odoo.addons.fiken_connector.models.outbox"


class TestRuns(OutboxCase):
    @contextmanager
    def slow(self, resource, method, seconds):
        model = self.env.registry[f"fiken.resource.{resource}"]
        original = getattr(model, method)

        def slowly(*args):
            time.sleep(seconds)
            return original(*args)

        with patch.object(model, method, slowly):
            yield

    def test_a_batch_that_takes_longer_to_build_than_a_run_is_sent_all_the_same(self):
        partner = self.known_customer()
        moves = [self.invoice(partner_id=partner.id) for _number in range(6)]
        with (
            patch.object(fiken_worker, "RUN_SECONDS", 0.3),
            self.slow("sale", "_prepare", 0.2),
        ):
            for number in range(1, 7):
                self.send()
                booked = [move for move in moves if move.fiken_state == "booked"]
                self.assertGreaterEqual(len(booked), number)
                self.env.invalidate_all()

    def test_a_run_without_any_time_sends_one_document(self):
        move = self.invoice(partner_id=self.known_customer().id)
        with patch.object(fiken_worker, "RUN_SECONDS", 0):
            self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_look_ups_do_not_starve_what_is_due(self):
        partner = self.known_customer()
        lost = [self.invoice(partner_id=partner.id) for _number in range(4)]
        self.sandbox.fault("POST", "/sales$", "drop", times=4)
        self.send()
        self.assertEqual({move.fiken_state for move in lost}, {"sending"})
        self.time_passes(LOOK_AFTER + 1)
        move = self.invoice(partner_id=partner.id)
        with (
            patch.object(fiken_worker, "RUN_SECONDS", 0.3),
            self.slow("sale", "_find", 0.2),
        ):
            self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_other_crons_have_their_turn_after_one_run(self):
        """Odoo starts a cron ten times in a row while it says that work remains."""
        partner = self.known_customer()
        for _number in range(5):
            self.invoice(partner_id=partner.id)
        runs = self.count_runs()
        with patch.object(fiken_worker, "RUN_SECONDS", 0):
            self.send()
        self.assertEqual(len(runs), 1)
        self.assertTriggered(fields.Datetime.now())

    def test_a_run_ends_before_odoo_kills_its_process(self):
        """limit_time_real_cron counts the last request as well, until its time-out."""
        for limit, least, most in ((32, 0, 2), (0, 5, 9)):
            with (
                patch.object(
                    self.env.registry["ir.cron"],
                    "_commit_progress",
                    return_value=float("inf"),
                ),
                patch.dict(config.options, {"limit_time_real_cron": limit}),
            ):
                end = self.env["fiken.worker"]._deadline(self.connection)
            left = end - time.monotonic()
            self.assertTrue(least <= left <= most, left)

    # Edits and errors

    def test_telling_that_meets_an_edit_ends_no_run(self):
        """What is due later has its trigger, and it is told a minute later."""
        partner = self.known_customer()
        told = self.invoice(partner_id=partner.id)
        lost = self.invoice(partner_id=partner.id)
        self.sandbox.fault("POST", "/sales$", "status:400")
        self.send()
        self.sandbox.fault("POST", "/sales$", "drop")
        self.jobs(told).action_retry()
        with patch.object(
            self.env.registry["fiken.resource.sale"],
            "_notify",
            side_effect=SerializationFailure("could not serialize access"),
        ):
            self.send()
        self.assertEqual(lost.fiken_state, "booked")
        job = self.jobs(told)
        self.assertEqual(job.state, "sending")
        self.assertTriggered(job.next_try_at)
        self.time_passes(61)
        self.send()
        self.assertIn("Booked in Fiken", lost.message_ids[0].preview)

    def test_a_conflict_that_is_handled_is_no_error_in_the_log(self):
        partner = self.known_customer()
        partner.phone = "11111111"

        def edit(env):
            env["res.partner"].browse(partner.id).phone = "22222222"

        with (
            self.meanwhile("contact", "_preflight", edit),
            self.assertNoLogs("odoo.sql_db", "ERROR"),
        ):
            self.send()
        self.send()
        self.assertEqual(self.contacts(name=partner.name)[0]["phoneNumber"], "22222222")

    @mute_logger(f"{MODULE}.fiken_worker_build", "odoo.sql_db")
    def test_an_error_of_the_database_stops_that_record_only(self):
        partner = self.known_customer()
        moves = [self.invoice(partner_id=partner.id) for _number in range(3)]
        sale = self.env.registry["fiken.resource.sale"]
        original = sale._prepare

        def broken(strategy, job, move):
            if move == moves[1]:
                strategy.env.cr.execute("SELECT 1 / 0")
            return original(strategy, job, move)

        with patch.object(sale, "_prepare", broken):
            self.send()
        self.assertEqual(
            [move.fiken_state for move in moves], ["booked", "failed", "booked"]
        )
        self.assertIn("An error in the Fiken Connector", moves[1].fiken_reason)

    @mute_logger(f"{MODULE}.fiken_worker_build")
    def test_what_cannot_be_read_together_is_read_one_by_one(self):
        partner = self.known_customer()
        moves = [self.invoice(partner_id=partner.id) for _number in range(3)]
        sale = self.env.registry["fiken.resource.sale"]
        with patch.object(sale, "_read_ahead", side_effect=ValueError("broken")):
            self.send()
        self.assertEqual({move.fiken_state for move in moves}, {"booked"})
