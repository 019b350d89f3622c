import requests

from odoo.exceptions import UserError

from ..outbox.common import OutboxCase
from .sales import SaleCase
from .test_credit_note import CreditMixin


class TestAfterSending(CreditMixin, OutboxCase, SaleCase):
    """What Fiken has, Odoo does not change behind its back; and the other way round."""

    def as_draft(self, *lines, **values):
        move = self.invoice(*lines, fiken_mode="draft", **values)
        self.send()
        self.assertEqual(move.fiken_state, "draft", self.reasons(move))
        return move

    def drafts(self):
        return self.sandbox.get(f"/companies/{self.slug}/sales/drafts")

    def draft_id(self, move):
        return self.binding(move, "sale_draft").remote_id

    def look(self, move):
        with self.as_cron():
            action = move.action_fiken_sync_draft()
        self.send()
        return action

    # Booked

    def test_booked_invoice_can_be_credited_but_not_undone(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        for undo in (move.button_draft, move.button_cancel):
            with self.assertRaisesRegex(UserError, "credit note"):
                undo()
        self.assertFalse(move.show_reset_to_draft_button)

    def test_booked_document_cannot_be_deleted_whatever_its_state(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        self.env.cr.execute(
            "UPDATE account_move SET state = 'draft' WHERE id = %s", [move.id]
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            move.unlink()

    def test_journal_items_of_a_booked_invoice_stay(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        with self.assertRaisesRegex(UserError, "booked in Fiken"):
            move.invoice_line_ids.account_id = self.account("3020")
        move.invoice_line_ids.account_id = self.account("3000")
        self.assertEqual(move.invoice_line_ids.account_id.code, "3000")

    def test_journal_items_of_an_invoice_that_waits_are_sent_as_they_are_then(self):
        move = self.invoice(self.line(1000.0))
        move.invoice_line_ids.account_id = self.account("3020")
        self.assertEqual(
            self.lines_of(self.booked(move)), [("3020", "HIGH", 100000, 25000)]
        )

    def test_number_of_a_booked_invoice_stays(self):
        moves = self.invoice() | self.invoice()
        self.send()
        wizard = self.env["account.resequence.wizard"].create(
            {"move_ids": [(6, 0, moves.ids)], "first_name": "INV/2026/00100"}
        )
        with self.assertRaisesRegex(UserError, "booked in Fiken"):
            wizard.resequence()

    def test_edit_of_a_booked_invoice_says_that_fiken_does_not_follow(self):
        move = self.invoice(self.line(1000.0))
        self.booked(move)
        move.payment_reference = "18"
        self.assertIn("not changed there", str(move.message_ids[0].body))

    # Drafts

    def test_edit_of_a_confirmed_invoice_changes_its_draft(self):
        move = self.as_draft()
        move.payment_reference = "18"
        self.send()
        [draft] = self.drafts()
        self.assertEqual(draft["kid"], "18")
        self.assertEqual(str(draft["draftId"]), self.draft_id(move))

    def test_correction_reaches_the_draft_though_sending_is_by_hand(self):
        self.vendor.sale_trigger = "hand"
        move = self.invoice(self.line(1000.0), fiken_mode="draft")
        move.action_fiken_send()
        self.send()
        move.button_draft()
        move.invoice_line_ids.price_unit = 900.0
        move.action_post()
        self.send()
        self.assertEqual(self.drafts()[0]["lines"][0]["net"], 90000)

    def test_draft_that_is_still_one_is_left_alone(self):
        move = self.as_draft()
        action = self.look(move)
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(move.fiken_state, "draft")
        self.assertFalse(self.jobs(move).filtered(lambda job: job.state != "done"))

    def test_button_notices_a_draft_that_was_finished(self):
        move = self.as_draft(self.line(1000.0))
        self.finish(move)
        self.look(move)
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        [sale] = self.sales()
        self.assertIn(str(sale["saleId"]), move.fiken_url)

    def finish(self, move):
        """An accountant finishes the draft in Fiken."""
        path = f"/companies/{self.slug}/sales/drafts/{self.draft_id(move)}/createSale"
        answer = requests.post(
            f"{self.sandbox.url}/api/v2{path}",
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        )
        self.assertLess(answer.status_code, 300, answer.text)

    def test_every_night_finished_and_deleted_drafts_are_noticed(self):
        finished, deleted, kept = (self.as_draft() for _each in range(3))
        self.finish(finished)
        self.delete_draft(deleted)
        with self.as_cron():
            cron = self.env.ref("fiken_connector.ir_cron_follow_drafts").sudo()
            cron.method_direct_trigger()
        self.send()
        self.assertEqual(finished.fiken_state, "booked", self.reasons(finished))
        self.assertEqual(deleted.fiken_state, "failed")
        self.assertIn("deleted in Fiken", deleted.fiken_job_id.sudo().reason)
        self.assertTrue(self.todos(deleted))
        self.assertEqual(kept.fiken_state, "draft")
        self.assertEqual(len(self.sales()), 1)

    def delete_draft(self, move):
        self.sandbox._control(
            "POST",
            "edit",
            {
                "slug": self.slug,
                "resource": "sales/drafts",
                "id": int(self.draft_id(move)),
                "changes": None,
            },
        )

    def test_draft_in_fiken_is_deleted_there_before_it_is_deleted_in_odoo(self):
        move = self.as_draft()
        move.button_draft()
        with self.assertRaisesRegex(UserError, "Delete its draft in Fiken"):
            move.unlink()
        self.delete_draft(move)
        self.look(move)
        self.assertFalse(move.fiken_state)
        move.unlink()

    def test_draft_that_was_finished_though_its_invoice_was_cancelled(self):
        move = self.as_draft()
        move.button_cancel()
        self.finish(move)
        self.look(move)
        self.assertEqual(move.fiken_state, "booked")

    # Waiting

    def test_deleted_in_odoo_while_it_waits_is_not_sent(self):
        move = self.invoice()
        self.commit()
        job = self.jobs(move)
        move.with_context(force_delete=True).button_draft()
        move.unlink()
        self.send()
        self.assertEqual(job.state, "dropped")
        self.assertFalse(self.sales())

    def test_deleted_in_odoo_while_it_is_blocked_leaves_no_open_job(self):
        self.mapping("3000").unlink()
        move = self.invoice()
        self.send()
        job = self.jobs(move)
        self.assertEqual(job.state, "blocked")
        self.env.cr.execute(
            "UPDATE account_move SET state = 'draft' WHERE id = %s", [move.id]
        )
        self.env.invalidate_all()
        move.unlink()
        self.assertEqual(job.state, "dropped")

    # Fiken's own refusals

    def test_closed_period_says_what_to_do_and_no_date_is_moved(self):
        self.sandbox.unknowns(closed_period_to="2026-03-31")
        move = self.invoice()
        self.stopped(move, "failed", "period is closed in Fiken", "never moves a date")
        self.assertEqual(str(move.invoice_date), "2026-03-16")
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1)
