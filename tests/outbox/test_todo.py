"""One to-do a cause: told once, counted, closed when it is cured."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .common import OutboxCase


class TestTodo(OutboxCase):
    def setUp(self):
        super().setUp()
        self.customer = self.known_customer()

    def unmap(self):
        """Invoices' income account has no Fiken account any more."""
        line = self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_id == self.company_data["default_account_revenue"]
        )
        code = line.fiken_code
        line.unlink()
        self.commit()
        return code

    def stopped_by_a_setting(self, count):
        self.code = self.unmap()
        moves = [self.invoice(partner_id=self.customer.id) for _number in range(count)]
        self.send()
        self.assertEqual({move.fiken_state for move in moves}, {"blocked"})
        return moves

    def map_again(self):
        self.vendor.ledger_id.line_ids.create(
            {
                "ledger_id": self.vendor.ledger_id.id,
                "account_id": self.company_data["default_account_revenue"].id,
                "fiken_code": self.code,
            }
        )
        self.commit()

    def test_many_invoices_stopped_by_one_account_are_one_todo(self):
        moves = self.stopped_by_a_setting(4)
        [todo] = self.open_todos()
        self.assertEqual((todo.kind, todo.count), ("setting", 4))
        account = self.company_data["default_account_revenue"]
        self.assertIn(account.code, todo.title)
        self.assertIn("4", todo.title)
        self.assertEqual(todo.activity_id.res_model, "fiken.todo")
        self.assertFalse([move for move in moves if move.activity_ids])

    def test_it_is_closed_when_the_setting_is_saved_and_all_are_there(self):
        moves = self.stopped_by_a_setting(3)
        [todo] = self.open_todos()
        activity = todo.activity_id
        self.map_again()
        self.send()
        self.assertEqual({move.fiken_state for move in moves}, {"booked"})
        self.assertEqual(todo.state, "closed")
        self.assertTrue(todo.closed_at)
        self.assertFalse(activity.exists())

    def test_it_counts_those_that_are_left(self):
        moves = self.stopped_by_a_setting(3)
        [todo] = self.open_todos()
        self.jobs(moves[0]).action_ignore()
        self.send()
        self.assertEqual(todo.count, 2)
        self.jobs(moves[1]).action_ignore()
        self.send()
        self.assertEqual(todo.count, 1)
        self.assertEqual(todo.activity_id.res_model, "account.move")

    def test_two_causes_are_two_todos(self):
        moves = []
        for answer in (400, 409):
            self.sandbox.fault("POST", "/sales$", f"status:{answer}")
            moves.append(self.invoice(partner_id=self.customer.id))
            self.send()
        todos = self.open_todos()
        self.assertEqual(len(todos), 2)
        self.assertEqual(len(todos.activity_id), 2)
        self.assertEqual(
            {(todo.res_model, *todo.res_ids) for todo in todos},
            {("account.move", move.id) for move in moves},
        )

    def test_what_waits_for_a_stopped_customer_is_the_customers_cause(self):
        partner = self.new_customer()
        self.sandbox.fault("POST", "/contacts$", "status:400")
        for _number in range(3):
            self.invoice(partner_id=partner.id)
        self.send()
        [todo] = self.open_todos()
        self.assertEqual(todo.count, 3)
        self.assertIn("Ordered by a fault", todo.text)

    def test_two_accounts_of_one_mapping_are_one_todo_that_names_both(self):
        revenue = self.company_data["default_account_revenue"]
        other = revenue.copy({"name": "Syrup", "code": "3998"})
        self.unmap()
        for account in (revenue, other, other):
            move = self.invoice(partner_id=self.customer.id, post=False)
            move.invoice_line_ids.account_id = account
            move.action_post()
        self.commit()
        self.send()
        [todo] = self.open_todos("setting")
        self.assertEqual(todo.count, 3)
        self.assertIn(revenue.code, todo.text)
        self.assertIn("3998", todo.text)

    def test_each_reads_it_in_their_language(self):
        self.env["res.lang"]._activate_lang("nb_NO")
        self.stopped_by_a_setting(2)
        [todo] = self.open_todos()
        norwegian = todo.with_context(lang="nb_NO")
        self.assertIn("is not mapped", todo.title)
        self.assertNotIn("is not mapped", norwegian.text)
        self.assertIn(self.company_data["default_account_revenue"].code, norwegian.text)

    def test_its_activity_is_in_the_language_of_who_is_to_act(self):
        self.env["res.lang"]._activate_lang("nb_NO")
        self.env["res.users"].search([]).lang = "nb_NO"
        self.stopped_by_a_setting(2)
        [todo] = self.open_todos()
        self.assertNotIn("is not mapped", str(todo.activity_id.note))
        self.assertIn("3000", str(todo.activity_id.note))

    def test_a_cause_that_another_tells_just_now_is_not_told_twice(self):
        notice = ("seen", "Look", "Something happened")
        todo = self.connection._notify_managers(*notice)
        activities = self.connection.activity_ids
        nothing = self.env["fiken.todo"]
        # Their snapshot is from before the other's commit.
        with patch.object(type(nothing), "_newest", lambda self, cause: nothing):
            self.assertFalse(self.connection._notify_managers(*notice))
        self.assertEqual(self.open_todos(), todo)
        self.assertEqual(self.connection.activity_ids, activities)

    def test_a_cause_may_come_back(self):
        notice = ("seen", "Look", "Something happened")
        first = self.connection._notify_managers(*notice)
        self.connection._cured("seen")
        second = self.connection._notify_managers(*notice)
        self.assertNotEqual(first, second)
        self.assertEqual(self.open_todos(), second)

    def test_what_was_done_long_ago_is_forgotten_but_what_a_person_saw(self):
        Todo = self.env["fiken.todo"]
        done = self.connection._notify_managers("done", "Look", "It is late")
        seen = self.connection._notify_managers(
            "seen", "Look", "It is odd", is_closable=True
        )
        still = self.connection._notify_managers("still", "Look", "It is old")
        self.connection._cured("done")
        seen.action_done()
        (done | seen).closed_at = fields.Datetime.now() - timedelta(days=399)
        Todo._gc_closed()
        self.assertTrue(done.exists())
        (done | seen).closed_at = fields.Datetime.now() - timedelta(days=401)
        still.opened_at = fields.Datetime.now() - timedelta(days=401)
        Todo._gc_closed()
        self.assertEqual((done | seen | still).exists(), seen | still)

    def test_a_night_that_changes_nothing_writes_nothing(self):
        """Neither a to-do that is open nor one that a person took off their list."""
        self.stopped_by_a_setting(2)
        [todo] = self.open_todos()
        todo.activity_id.action_feedback("I know")
        self.assertEqual(todo.state, "open", "It is closed by what cures it")
        self.env.flush_all()
        self.env.cr.execute("UPDATE fiken_todo SET write_date = '2020-01-01'")
        self.env.invalidate_all()
        messages = self.env["mail.message"].search_count([])
        for _night in range(2):
            self.connection._cron_watchdog()
            self.jobs(self.env["account.move"].browse())
            self.send()
        self.env.invalidate_all()
        self.assertEqual(self.open_todos(), todo)
        self.assertEqual(todo.write_date.year, 2020)
        self.assertFalse(todo.activity_id.filtered("active"))
        self.assertEqual(self.env["mail.message"].search_count([]), messages)

    def test_a_notice_that_a_person_has_seen_is_not_told_again(self):
        notice = ("seen", "Look", "Something happened")
        todo = self.connection._notify_managers(*notice, is_closable=True)
        todo.activity_id.action_feedback()
        self.assertEqual((todo.state, todo.closed_by_id), ("closed", self.env.user))
        self.connection._notify_managers(*notice, is_closable=True)
        self.assertFalse(self.open_todos())
        # It was gone once: then it is news.
        self.connection._cured("seen")
        self.connection._notify_managers(*notice, is_closable=True)
        self.assertEqual(len(self.open_todos()), 1)

    def test_open_lands_where_it_is_mended(self):
        self.stopped_by_a_setting(2)
        [todo] = self.open_todos()
        self.assertEqual(todo.action_open()["res_model"], "fiken.cure")
        biller = self.new_biller()
        theirs = todo.with_user(biller)
        self.assertFalse(theirs.can_act)
        self.assertIn(todo.user_id.name, theirs.who)
        action = theirs.action_open()
        self.assertEqual(action["res_model"], "fiken.job")
        jobs = self.env["fiken.job"].with_user(biller).search(action["domain"])
        self.assertEqual(len(jobs), 2)

    def test_a_lost_consent_is_one_todo_until_it_is_given_again(self):
        self.consent()
        self.sandbox.revoke()
        self.invoice(partner_id=self.customer.id)
        self.send()
        [todo] = self.open_todos()
        self.assertEqual(todo.kind, "connection")
        self.assertEqual(todo.activity_id.res_model, "fiken.connection")
        self.assertEqual(self.env["fiken.todo"].open_count(), 1)
