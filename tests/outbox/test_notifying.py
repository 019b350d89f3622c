"""A record's chatter says how it went; a to-do stays as long as a person must act."""

import logging

from .common import OutboxCase


class TestNotifying(OutboxCase):
    def lines(self, move):
        return [
            str(message.body)
            for message in move.message_ids.sorted("id")
            if "Fiken" in (message.body or "")
        ]

    def test_success_is_told_once_with_a_link(self):
        move = self.invoice()
        self.send()
        self.send()
        [line] = self.lines(move)
        binding = self.binding(move, "sale")
        self.assertIn(binding.url, line)
        self.assertIn(move.name, line)
        self.assertFalse(self.todos(move))

    def test_problem_is_told_once_and_its_todo_is_closed_by_success(self):
        """Tried three times in vain, then sent."""
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "status:400", times=3)
        for _attempt in range(3):
            self.send()
            self.jobs(move).action_retry()
        self.assertEqual(len(self.lines(move)), 1)
        [todo] = self.todos(move)
        self.assertIn("Ordered by a fault", todo.note)
        self.send()
        self.assertFalse(self.todos(move))
        self.assertEqual(len(self.lines(move)), 2)

    def test_another_problem_is_told_as_well(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "status:400")
        self.send()
        self.sandbox.fault("POST", "/sales$", "status:402")
        self.jobs(move).action_retry()
        self.send()
        self.assertEqual(len(self.lines(move)), 2)
        [todo] = self.todos(move)
        self.assertIn("402", todo.note)

    def test_draft_that_went_well_does_not_close_the_todo_of_its_invoice(self):
        """Both in one run: the draft is in Fiken, but it cannot be booked."""
        move = self.fiken_issued()
        self.sandbox.fault("POST", "/createInvoice$", "status:400")
        self.send()
        self.assertTrue(self.binding(move, "invoice_draft"))
        self.assertEqual(move.fiken_state, "failed")
        self.assertEqual(len(self.todos(move)), 1)

    def test_waiting_for_a_customer_on_her_way_is_nothing_to_tell(self):
        partner = self.new_customer()
        move = self.invoice(partner_id=partner.id)
        self.sandbox.fault("POST", "/contacts$", "drop")
        self.send()
        self.assertEqual(self.jobs(move).state, "blocked")
        self.assertEqual(move.fiken_state, "waiting")
        self.assertFalse(self.lines(move))
        self.assertFalse(self.todos(move))

    def test_ignored_job_closes_its_todo(self):
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "status:400")
        self.send()
        with self.capture_wakes() as wakes:
            self.jobs(move).action_ignore()
        self.assertTrue(wakes, "Not only when something else is sent")
        self.send()
        self.assertFalse(self.todos(move))
        self.assertIn(self.env.user.name, self.lines(move)[-1])

    def test_todo_goes_to_who_confirmed_the_invoice_or_to_a_manager(self):
        """A biller who may not see Fiken's jobs any more is not asked to mend them."""
        biller = self.new_biller()
        partner = self.known_customer()
        mine = self.invoice(partner_id=partner.id)
        self.sandbox.fault("POST", "/sales$", "status:400")
        self.send()
        hers = self.invoice(partner_id=partner.id, post=False)
        hers.with_user(biller).action_post()
        self.sandbox.fault("POST", "/sales$", "status:409")
        self.send()
        self.assertEqual(self.todos(mine).user_id, self.env.user)
        self.assertEqual(self.todos(hers).user_id, biller)
        former = self.invoice(partner_id=partner.id, post=False)
        former.with_user(biller).action_post()
        self.commit()
        biller.group_ids = self.env.ref("base.group_user")
        self.sandbox.fault("POST", "/sales$", "status:422")
        self.send()
        self.assertTrue(self.todos(former))
        self.assertNotEqual(self.todos(former).user_id, biller)

    def test_secrets_reach_neither_the_log_nor_the_server_log(self):
        """Through a refresh, refusals, lost answers and a consent that ends."""
        seen = self.listen()
        tokens = self.consent()
        secrets = {"sandbox-secret", *self.secret_values(tokens)}
        partner = self.known_customer()
        self.sandbox.unknowns(rotate_refresh_tokens=True)
        for do in ("status:401", "status:400", "commit-then-drop", "commit-then-500"):
            self.sandbox.fault("POST", "/sales$", do)
            self.invoice(partner_id=partner.id)
            self.send()
            secrets |= self.secret_values(self.connection.read()[0])
        self.sandbox.revoke()
        self.invoice(partner_id=partner.id)
        self.send()
        self.assertEqual(self.connection.state, "reconnect")
        self.assertGreaterEqual(len(secrets), 5)
        self.env.cr.execute("SELECT log::text FROM fiken_log log")
        rows = [row[0] for row in self.env.cr.fetchall()]
        self.assertGreater(len(rows), 6)
        self.env.cr.execute("SELECT job::text FROM fiken_job job")
        rows += [row[0] for row in self.env.cr.fetchall()]
        rows += [
            self.connection.state_reason,
            *self.connection.activity_ids.mapped("note"),
        ]
        self.assertGreater(len(seen), 20)
        for secret in secrets:
            for text in [*rows, *seen]:
                self.assertNotIn(secret, text or "")

    def secret_values(self, values):
        return {
            values[name] for name in ("access_token", "refresh_token") if values[name]
        }

    def listen(self):
        """Everything that is logged, at every level."""
        seen = []

        class Listener(logging.Handler):
            def emit(self, record):
                seen.append(self.format(record))

        handler, root = Listener(), logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        self.addCleanup(root.setLevel, level)
        self.addCleanup(root.removeHandler, handler)
        return seen
