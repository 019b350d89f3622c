"""Nothing waits in silence: what is not in Fiken within a day is told, and why."""

from datetime import timedelta

from .common import LOOK_AFTER, OutboxCase

WARNING = "mail.mail_activity_data_warning"
SUMMARY = "Some records are not in Fiken"


class TestOverdue(OutboxCase):
    def a_day_passes(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE fiken_job SET due_at = due_at - %(by)s, create_date = create_date"
            " - %(by)s",
            {"by": timedelta(days=1, minutes=1)},
        )
        self.env.invalidate_all()

    def watch(self):
        self.connection._cron_watchdog()
        self.env.invalidate_all()
        return self.connection.activity_ids.filtered(
            lambda todo: todo.summary == SUMMARY
        )

    def test_an_invoice_that_fiken_does_not_take_for_a_day_is_told_on_it(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "status:503", times=100)
        self.sandbox.fault("POST", "/sales$", "status:429", times=100)
        self.send()
        self.watch()
        self.assertFalse(self.todos(move), "It has waited for a moment")
        self.a_day_passes()
        self.watch()
        [todo] = self.todos(move)
        self.assertIn("Not in Fiken yet", todo.note)
        self.watch()
        self.assertEqual(self.todos(move), todo, "Once")
        self.sandbox.no_faults()
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertFalse(self.todos(move), "It is there now")

    def test_an_invoice_that_waits_quietly_for_its_customer_is_told(self):
        """The customer's job is on its way for days, the invoice waits behind it."""
        move = self.invoice(partner_id=self.new_customer().id)
        self.sandbox.fault("POST", "/contacts$", "status:429", times=100)
        self.send()
        self.assertEqual(move.fiken_state, "waiting")
        self.a_day_passes()
        self.watch()
        self.assertIn("Fiken is busy right now", self.todos(move).note)

    def test_what_waits_for_its_time_of_day_is_not_late(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.env.cr.execute(
            "UPDATE fiken_job SET next_try_at = now() + interval '5 hours', due_at ="
            " now() + interval '5 hours', create_date = now() - interval '3 days'"
            " WHERE state = 'pending'"
        )
        self.env.invalidate_all()
        self.watch()
        self.assertFalse(self.todos(move))

    def test_products_that_fiken_refuses_are_told_on_the_connection(self):
        products = self.env["product.product"].create(
            [{"name": f"Vare {number}"} for number in range(3)]
        )
        self.owe("product", products)
        self.sandbox.fault("POST", "/products$", "status:400", times=3)
        self.send()
        todos = self.watch()
        self.assertEqual(len(todos), len(todos.user_id), "One for each manager")
        self.assertIn("Product: 3", todos[0].note)
        self.assertIn("Ordered by a fault", todos[0].note)
        self.jobs(products[0]).action_retry()
        self.send()
        self.assertIn("Product: 2", self.watch()[0].note, "It says how it is now")
        for product in products[1:]:
            self.jobs(product).action_ignore()
        self.assertFalse(self.watch(), "Nothing is left to do")

    def test_a_fiken_that_cannot_be_reached_is_told_once_for_all(self):
        partner = self.known_customer()
        moves = [self.invoice(partner_id=partner.id) for _number in range(25)]
        parameter = self.env["ir.config_parameter"].sudo()
        parameter.set_param("fiken_connector.api_url", "http://127.0.0.1:9/api/v2")
        self.send()
        self.a_day_passes()
        todos = self.watch()
        self.assertEqual(len(todos), len(todos.user_id))
        self.assertIn(": 25", todos[0].note)
        self.assertFalse([move for move in moves if self.todos(move)])

    # What fails for ever ends

    def test_a_change_that_fiken_always_fails_on_ends_and_is_told(self):
        partner = self.known_customer()
        partner.phone = "11111111"
        self.sandbox.fault("PUT", "/contacts/", "status:500", times=100)
        for _number in range(8):
            self.send()
            self.time_passes(22_000)
        job = self.jobs(partner)[-1]
        self.assertEqual(job.state, "failed")
        self.assertIn("6 times", job.reason)
        self.assertIn(partner.name, self.watch()[0].note)

    def test_a_read_that_fiken_always_fails_on_ends_as_well(self):
        partner = self.new_customer()
        move = self.invoice(partner_id=partner.id)
        self.sandbox.fault("GET", "/contacts", "status:500", times=100)
        for _number in range(8):
            self.send()
            self.time_passes(22_000)
        self.assertEqual(self.jobs(partner).state, "failed")
        self.assertEqual(move.fiken_state, "failed")
        self.assertTrue(self.todos(move))
