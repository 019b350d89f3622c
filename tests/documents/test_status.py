from lxml import etree

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools.safe_eval import safe_eval

from .sales import SaleCase

STATES = (
    "waiting",
    "sending",
    "blocked",
    "failed",
    "draft",
    "booked",
    "absent",
    "excluded",
)


class StatusCase(SaleCase):
    """One invoice in every state that the badge knows."""

    def refused(self):
        """An invoice that Fiken will refuse, for a reason that no setting cures."""
        self.sandbox.fault("POST", "/sales$", "status:400")
        return self.invoice()

    def one_of_each(self):
        """{state: invoice}; False for one that is not confirmed."""
        moves = {
            "failed": self.refused(),
            "booked": self.invoice(),
            "draft": self.invoice(fiken_mode="draft"),
            "blocked": self.invoice(self.line(100.0, "3", "3005")),
            "excluded": self.invoice(fiken_mode="none"),
            "absent": self.invoice(),
            "sending": self.invoice(),
            False: self.invoice(post=False),
        }
        self.commit()
        self.jobs(moves["absent"]).unlink()
        self.jobs(moves["sending"]).write(
            {"state": "sending", "next_try_at": "2099-01-01 00:00:00"}
        )
        self.send()
        moves["waiting"] = self.invoice()
        self.commit()
        self.env.invalidate_all()
        return moves


class TestStatus(StatusCase):
    """The badge, the filters, the alert and the chatter tell the same."""

    def test_invoice_from_before_the_connection_is_shown_and_can_be_sent(self):
        move = self.invoice()
        self.commit()
        self.jobs(move).unlink()
        move.flush_recordset()
        self.env.cr.execute(
            "UPDATE account_move SET fiken_mode = NULL, fiken_issuer = NULL"
            " WHERE id = %s",
            [move.id],
        )
        self.env.invalidate_all()
        self.assertEqual(move.fiken_state, "absent")
        self.assertIn("fiken", move._get_alerts())
        move.action_fiken_send()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(move.fiken_mode, "booked")

    def test_customer_whom_fiken_refused_is_no_missing_setting(self):
        """The badge says what holds it up, however many wait between."""
        self.sandbox.fault("POST", "/contacts$", "status:400", times=4)
        plain = self.invoice()
        self.vendor.issuer = "fiken"
        self.vendor.bank_account_id = self.fiken_company.account_ids.filtered(
            "is_bank"
        )[0]
        through_draft = self.invoice()
        self.send()
        self.send()
        for move in plain | through_draft:
            self.assertEqual(move.fiken_state, "failed", self.reasons(move))
            self.assertIn(self.customer.name, move._get_alerts()["fiken"]["message"])
        moves = self.env["account.move"]
        self.assertLessEqual(
            plain | through_draft, moves.search([("fiken_state", "=", "failed")])
        )

    def test_customer_who_needs_a_setting_is_one(self):
        self.fiken_company.customer_sync = "off"
        move = self.invoice()
        self.send()
        self.send()
        self.assertEqual(move.fiken_state, "blocked", self.reasons(move))

    def test_who_issues_does_not_depend_on_a_mode_given_at_once(self):
        self.vendor.issuer = "fiken"
        move = self.invoice(fiken_mode="draft", post=False)
        self.assertEqual(move.fiken_issuer, "fiken")
        self.assertEqual(move.fiken_mode, "draft")

    def test_badge_of_every_state(self):
        for state, move in self.one_of_each().items():
            self.assertEqual(move.fiken_state, state, self.reasons(move))

    def test_search_finds_what_the_badge_shows(self):
        moves = self.one_of_each()
        ours = self.env["account.move"].union(*moves.values())
        for state in STATES:
            for domain in (
                [("fiken_state", "=", state)],
                [("fiken_state", "in", [state])],
            ):
                found = ours.search([("id", "in", ours.ids), *domain])
                self.assertEqual(found, moves[state], domain)
            rest = ours.search([("id", "in", ours.ids), ("fiken_state", "!=", state)])
            self.assertEqual(rest, ours - moves[state], state)
        unsent = ours.search([("id", "in", ours.ids), ("fiken_state", "=", False)])
        self.assertEqual(unsent, moves[False])

    def filtered_by(self, name, moves):
        arch = etree.fromstring(
            self.env.ref("fiken_connector.view_account_invoice_filter").arch
        )
        domain = safe_eval(arch.xpath(f"//filter[@name='{name}']/@domain")[0])
        return moves.search([("id", "in", moves.ids), *domain])

    def test_filters_of_the_list(self):
        moves = self.one_of_each()
        ours = self.env["account.move"].union(*moves.values())
        self.assertEqual(
            set(self.filtered_by("fiken_missing", ours)),
            {moves[state] for state in ("absent", "waiting", "blocked", "failed")},
        )
        self.assertEqual(
            set(self.filtered_by("fiken_error", ours)),
            {moves[state] for state in ("blocked", "failed")},
        )

    def test_invoice_is_found_by_its_number_in_fiken(self):
        move = self.invoice()
        self.booked(move)
        for operator, text in (("=", move.name), ("ilike", move.name[-5:])):
            found = move.search(
                [("fiken_number", operator, text), ("id", "=", move.id)]
            )
            self.assertEqual(found, move)
        self.assertFalse(move.search([("fiken_number", "=", "INV/1999/00001")]))

    def test_entries_that_are_no_invoices_have_no_badge(self):
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {"account_id": self.account(code).id, "balance": ore}
                    )
                    for code, ore in (("1920", 10.0), ("3000", -10.0))
                ],
            }
        )
        entry.action_post()
        self.send()
        self.assertFalse(entry.fiken_state)
        self.assertFalse(entry.fiken_mode)
        self.assertFalse(self.jobs(entry))

    # What is stopped says why on the invoice, in its chatter, and what to do

    def alert(self, move):
        return move._get_alerts().get("fiken")

    def test_nothing_to_say_where_all_is_well(self):
        moves = self.one_of_each()
        for state in ("booked", "draft", "waiting", "sending", False, "excluded"):
            self.assertFalse(self.alert(moves[state]), state)

    def test_missing_setting_can_be_opened_from_the_invoice(self):
        move = self.invoice(self.line(100.0, "3", "3005"))
        self.send()
        alert = self.alert(move)
        self.assertEqual(alert["level"], "warning")
        self.assertIn("only proposed", alert["message"])
        self.assertEqual(alert["action_text"], "Choose the Account and Send")
        action = alert["action"]
        self.assertEqual((action["res_model"], action["target"]), ("fiken.cure", "new"))
        ledger = self.vendor.ledger_id
        self.assertEqual(action["context"]["default_ledger_id"], ledger.id)

    def test_refusal_of_fiken_is_on_the_invoice(self):
        move = self.refused()
        self.send()
        alert = self.alert(move)
        self.assertEqual(alert["level"], "danger")
        self.assertIn("Fiken said", alert["message"])
        self.assertEqual(alert["action"]["res_model"], "fiken.job")

    def test_customer_in_trouble_can_be_opened_from_the_invoice(self):
        self.customer.name = "æ" * 300
        move = self.invoice()
        self.send()
        action = self.alert(move)["action"]
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", self.customer.id)
        )

    def test_chatter_tells_once_how_it_ended(self):
        bad = self.refused()
        good = self.invoice()
        for _each in range(3):
            self.send()
        for move, words in ((bad, "a person must look"), (good, "Booked in Fiken")):
            notified = [
                body for body in move.message_ids.mapped("body") if words in body
            ]
            self.assertEqual(len(notified), 1, move.message_ids.mapped("body"))
        self.assertIn("Fiken said", str(bad.message_ids[0].body))
        self.assertIn(f">{good.name}</a>", str(good.message_ids[0].body))

    def test_somebody_gets_a_todo_until_it_is_solved(self):
        move = self.invoice(self.line(100.0, "3", "3100"))
        self.send()
        self.assertIn("3100", str(move.activity_ids.note))
        self.mapping("3100").fiken_code = "3000"
        move.action_fiken_send()
        self.booked(move)
        self.assertFalse(move.activity_ids)


class TestMode(StatusCase):
    """Draft, booked or not at all: proposed by the vendor, chosen by the user."""

    def test_vendor_proposes(self):
        for choice, mode in (("booked", "booked"), ("draft", "draft"), ("off", False)):
            self.vendor.sale_mode = choice
            self.assertEqual(self.invoice(post=False).fiken_mode, mode)

    def test_choice_of_the_user_is_kept_when_it_is_confirmed(self):
        move = self.invoice(post=False)
        move.fiken_mode = "draft"
        move.action_post()
        self.send()
        self.assertEqual(move.fiken_state, "draft")

    def test_copy_starts_with_the_proposal(self):
        move = self.invoice(fiken_mode="none")
        self.assertEqual(move.copy().fiken_mode, "booked")

    def test_do_not_send(self):
        move = self.invoice(fiken_mode="none")
        self.send()
        self.assertEqual(move.fiken_state, "excluded")
        self.assertFalse(self.jobs(move) | self.jobs(self.customer))
        self.assertFalse(self.sandbox.stats()["requests"])
        with self.assertRaisesRegex(UserError, "Do not send"):
            move.action_fiken_send()

    def test_changed_mind_before_it_was_sent(self):
        move = self.invoice()
        self.commit()
        move.fiken_mode = "none"
        self.send()
        self.assertFalse(self.sales())
        self.assertEqual(move.fiken_state, "excluded")
        move.fiken_mode = "draft"
        self.send()
        self.assertEqual(move.fiken_state, "draft")
        self.assertFalse(self.sales())
        move.fiken_mode = "booked"
        self.booked(move)

    def test_changed_mind_in_the_same_transaction(self):
        move = self.invoice()
        move.fiken_mode = "draft"
        self.send()
        self.assertEqual(move.fiken_state, "draft")
        self.assertFalse(self.sales())

    def test_changed_mind_about_one_that_was_stopped(self):
        move = self.refused()
        self.stopped(move, "failed")
        move.fiken_mode = "none"
        self.send()
        self.assertEqual(move.fiken_state, "excluded")
        self.assertFalse(move._get_alerts().get("fiken"))

    def test_what_is_in_fiken_cannot_go_there_otherwise(self):
        moves = self.one_of_each()
        for state, mode in (
            ("booked", "draft"),
            ("booked", "none"),
            ("sending", "draft"),
            ("draft", "none"),
        ):
            with self.assertRaisesRegex(UserError, "in Fiken already"):
                moves[state].fiken_mode = mode
            self.env.invalidate_all()

    def test_booked_invoice_cannot_be_reset_or_cancelled(self):
        move = self.invoice()
        self.booked(move)
        self.assertFalse(move.show_reset_to_draft_button)
        for undo in (move.button_draft, move.button_cancel):
            with self.assertRaisesRegex(UserError, "credit note"):
                undo()

    def test_waiting_invoice_can_be_reset_and_is_not_sent(self):
        move = self.invoice()
        self.commit()
        move.button_draft()
        self.send()
        self.assertFalse(self.sales())
        self.assertFalse(move.fiken_state)
        move.action_post()
        self.booked(move)

    def test_what_may_be_booked_is_looked_up_before_anything_else(self):
        """The answer was lost and it is not clear: a second way would book it twice."""
        move = self.invoice()
        self.commit()
        self.jobs(move).write({"state": "failed", "outcome_unknown": True})
        for mode in ("draft", "none"):
            with self.assertRaisesRegex(UserError, "may be booked in Fiken already"):
                move.fiken_mode = mode
            self.env.invalidate_all()
        for undo in (move.button_draft, move.button_cancel):
            with self.assertRaisesRegex(UserError, "may be booked in Fiken already"):
                undo()

    # Buttons, also for several at once from the list

    def run_action(self, name, moves):
        action = self.env.ref(f"fiken_connector.account_move_action_fiken_{name}")
        return action.with_context(
            active_model="account.move", active_ids=moves.ids, active_id=moves[:1].id
        ).run()

    def test_send_several_from_the_list(self):
        moves = self.one_of_each()
        self.mapping("3005").action_accept()
        ours = self.env["account.move"].union(*moves.values())
        action = self.run_action("send", ours)
        self.assertEqual(action["tag"], "fiken_wait")
        self.send()
        for state in ("absent", "waiting", "blocked", "failed"):
            self.assertEqual(moves[state].fiken_state, "booked", state)
        for state in ("excluded", "draft", "sending", False):
            self.assertEqual(moves[state].fiken_state, state)
        self.assertEqual(
            self.sandbox.count("POST", "/sales"), 6, "one was refused first"
        )

    def test_book_several_drafts_from_the_list(self):
        moves = self.one_of_each()
        ours = self.env["account.move"].union(*moves.values())
        self.run_action("book", ours)
        self.send()
        self.assertEqual(moves["draft"].fiken_state, "booked")
        self.assertEqual(moves["excluded"].fiken_state, "excluded")

    def test_nothing_to_do_is_said(self):
        moves = self.one_of_each()
        with self.assertRaisesRegex(UserError, "None of these"):
            self.run_action("send", moves["excluded"] | moves[False])
        with self.assertRaisesRegex(UserError, "None of these"):
            self.run_action("book", moves["booked"])

    def test_page_waits_until_fiken_has_answered(self):
        move = self.invoice()
        self.commit()
        self.assertEqual(move.fiken_is_waiting(), 1)
        self.send()
        self.assertEqual(move.fiken_is_waiting(), 0)

    def test_open_in_fiken(self):
        move = self.invoice()
        sale = self.booked(move)
        url = move.action_fiken_open()["url"]
        self.assertTrue(
            url.endswith(f"/foretak/{self.slug}/handel/salg/{sale['saleId']}"), url
        )

    def test_invoice_from_before_the_connection_is_sent_when_somebody_says_so(self):
        move = self.invoice()
        self.commit()
        self.jobs(move).unlink()
        self.assertEqual(move.fiken_state, "absent")
        self.send()
        self.assertFalse(self.sales(), "not by itself")
        move.action_fiken_send()
        self.booked(move)


class TestForm(StatusCase):
    def test_what_the_form_shows_of_a_booked_invoice_takes_three_queries(self):
        move = self.invoice()
        self.send()
        view = move.get_view(self.env.ref("account.view_move_form").id, "form")
        ours = {
            field.get("name")
            for field in etree.fromstring(view["arch"]).iter("field")
            if field.get("name").startswith("fiken_")
        }
        self.assertLessEqual({"fiken_state", "fiken_number", "fiken_hint"}, ours)
        self.env.invalidate_all()
        # What Odoo's own form has read by then.
        move.read(["name", "move_type", "fiken_mode", "matched_payment_ids"])
        self.assertTrue(move.journal_id.name and move.company_id.name)
        before = self.env.cr.sql_log_count
        [values] = move.read(sorted(ours | {"show_reset_to_draft_button"}))
        alerts = move._get_alerts()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 3)
        self.assertEqual(values["fiken_state"], "booked")
        self.assertEqual(values["fiken_number"], self.binding(move, "sale").number)
        self.assertFalse(values["show_reset_to_draft_button"])
        self.assertNotIn("fiken", alerts)
