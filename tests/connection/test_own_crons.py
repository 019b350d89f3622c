"""Every scheduled action of ours runs again, whoever stopped it, and it is told."""

from unittest.mock import patch

from odoo.tools import mute_logger

from ..people import SecurityCase

WATCHDOG = "odoo.addons.fiken_connector.models.outbox.fiken_connection"


class TestOwnCrons(SecurityCase):
    def setUp(self):
        super().setUp()
        if "pos.order" in self.env:
            self.vendor.write({"settlement_mode": "booked", "daily_schedule": True})

    def ours(self):
        """{code: cron} of all that are there, also those that are made by the way."""
        crons = self.env["ir.cron"].sudo().with_context(active_test=False).search([])
        return {
            (cron.model_name, cron.code): cron
            for cron in crons
            if cron.model_name.startswith("fiken.")
        }

    def after_stopping(self, key, stop):
        """Stop it and let the others run: the one that is there then."""
        self.open_todos()._close()
        stop(self.ours()[key])
        self.env["fiken.connection"].sudo()._cron_watchdog()
        if key[1] == "model._cron_watchdog()":
            self.send()
        told = self.open_todos("connection")
        self.assertTrue(told, f"{key}: nobody is told")
        self.assertTrue(told.activity_id.user_id)
        words = " ".join([*told.mapped("title"), *told.mapped("text")])
        return self.ours().get(key), words

    def assertRuns(self, key, cron):
        self.assertTrue(cron and cron.active, f"{key}: it does not run any more")
        if key[1] != "model._cron_watchdog()":
            triggers = self.env["ir.cron.trigger"].sudo()
            self.assertTrue(
                triggers.search([("cron_id", "=", cron.id)]),
                f"{key}: what waited waits on",
            )

    def test_there_are_those_of_the_data_files_and_those_of_records(self):
        self.assertGreaterEqual(len(self.ours()), 10)

    def test_what_odoo_switched_off_runs_again(self):
        for key in self.ours():
            with self.subTest(key):
                cron, words = self.after_stopping(
                    key, lambda cron: setattr(cron, "active", False)
                )
                self.assertRuns(key, cron)
                self.assertIn("switched", words)

    def test_what_somebody_deleted_is_made_anew(self):
        for key, former in self.ours().items():
            with self.subTest(key):
                cron, words = self.after_stopping(key, lambda cron: cron.unlink())
                self.assertRuns(key, cron)
                self.assertNotEqual(cron, former)
                self.assertIn("deleted", words)

    def test_what_somebody_runs_just_now_holds_up_no_other(self):
        """Odoo lets nothing of it be changed meanwhile."""
        cls = self.env.registry["ir.cron"]
        original = cls.try_lock_for_update
        crons = self.env["ir.cron"].union(*self.ours().values())
        # All at once: a locked one is in the way of those that come after it.
        for held in crons:
            with self.subTest(held.name):
                crons.active = False

                def try_lock(records, held=held, **how):
                    return original(records - held, **how)

                with patch.object(cls, "try_lock_for_update", try_lock):
                    self.env["fiken.connection"].sudo()._cron_watchdog()
                self.assertEqual(crons.filtered("active"), crons - held)

    def test_what_runs_is_left_alone(self):
        before = {key: cron.id for key, cron in self.ours().items()}
        self.env["fiken.connection"].sudo()._cron_watchdog()
        self.assertEqual({key: cron.id for key, cron in self.ours().items()}, before)
        self.assertFalse(
            self.connection.activity_ids.filtered(
                lambda todo: "Stopped" in (todo.summary or "")
            )
        )

    def test_a_copy_that_odoo_made_harmless_stays_so(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("database.is_neutralized", True)
        crons = self.env["ir.cron"].union(*self.ours().values())
        crons.active = False
        self.connection.sudo().state = "disconnected"
        self.env["fiken.connection"].sudo()._cron_watchdog()
        self.assertFalse(any(crons.mapped("active")))

    @mute_logger(WATCHDOG)
    def test_a_connection_that_cannot_be_watched_holds_up_no_other(self):
        other = self.connection.sudo().copy(
            {
                "state": "connected",
                "user_email": "ola@example.com",
                **self.connection._here(),
            }
        )
        other.cron_id.active = False
        cls = self.env.registry["fiken.connection"]
        original = cls._watch

        def fails(connection):
            if connection == self.connection:
                raise ZeroDivisionError
            return original(connection)

        with patch.object(cls, "_watch", fails):
            self.env["fiken.connection"].sudo()._cron_watchdog()
        self.assertTrue(other.cron_id.active)
