"""Nothing waits in silence: what is not in Fiken within a day is told, and why."""

from datetime import timedelta

from .common import LOOK_AFTER, OutboxCase


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
        """What is told as late."""
        self.connection._cron_watchdog()
        self.env.invalidate_all()
        return self.open_todos().filtered(lambda todo: todo.kind == "late")

    def test_an_invoice_that_fiken_does_not_take_for_a_day_is_told(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "status:503", times=100)
        self.sandbox.fault("POST", "/sales$", "status:429", times=100)
        self.send()
        self.assertFalse(self.watch(), "It has waited for a moment")
        self.a_day_passes()
        todo = self.watch()
        self.assertEqual(todo.count, 1)
        self.assertIn(move.name, todo.text)
        self.assertEqual(self.watch(), todo, "Once")
        self.sandbox.no_faults()
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertFalse(self.watch(), "It is there now")

    def test_an_invoice_that_waits_quietly_for_its_customer_is_told(self):
        """The customer's job is on its way for days, the invoice waits behind it."""
        move = self.invoice(partner_id=self.new_customer().id)
        self.sandbox.fault("POST", "/contacts$", "status:429", times=100)
        self.send()
        self.assertEqual(move.fiken_state, "waiting")
        self.a_day_passes()
        self.assertIn("Fiken is busy right now", self.watch().text)

    def test_what_waits_for_its_time_of_day_is_not_late(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.commit()
        self.env.cr.execute(
            "UPDATE fiken_job SET next_try_at = now() + interval '5 hours', due_at ="
            " now() + interval '5 hours', create_date = now() - interval '3 days'"
            " WHERE state = 'pending'"
        )
        self.env.invalidate_all()
        self.assertEqual(self.jobs(move).state, "pending")
        self.assertFalse(self.watch())

    def test_products_that_fiken_refuses_are_one_todo(self):
        products = self.env["product.product"].create(
            [{"name": f"Vare {number}"} for number in range(3)]
        )
        self.owe("product", products)
        self.sandbox.fault("POST", "/products$", "status:400", times=3)
        self.send()
        [todo] = self.open_todos()
        self.assertEqual(todo.count, 3)
        self.assertIn("Ordered by a fault", todo.text)
        self.jobs(products[0]).action_retry()
        self.send()
        self.assertEqual(todo.count, 2, "It says how it is now")
        for product in products[1:]:
            self.jobs(product).action_ignore()
        self.send()
        self.assertEqual(todo.state, "closed", "Nothing is left to do")

    def test_a_fiken_that_cannot_be_reached_is_told_once_for_all(self):
        partner = self.known_customer()
        moves = [self.invoice(partner_id=partner.id) for _number in range(25)]
        parameter = self.env["ir.config_parameter"].sudo()
        parameter.set_param("fiken_connector.api_url", "http://127.0.0.1:9/api/v2")
        self.send()
        self.a_day_passes()
        [todo] = self.watch()
        self.assertEqual(todo.count, 25)
        self.assertEqual(todo.activity_id.res_model, "fiken.todo", "One activity")
        self.assertFalse([move for move in moves if move.activity_ids])

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
        [todo] = self.open_todos()
        self.assertIn(partner.name, todo.title)

    def test_a_read_that_fiken_always_fails_on_ends_as_well(self):
        partner = self.new_customer()
        move = self.invoice(partner_id=partner.id)
        self.sandbox.fault("GET", "/contacts", "status:500", times=100)
        for _number in range(8):
            self.send()
            self.time_passes(22_000)
        self.assertEqual(self.jobs(partner).state, "failed")
        self.assertEqual(move.fiken_state, "failed")
        [todo] = self.open_todos("document")
        self.assertIn(partner.name, todo.title)
