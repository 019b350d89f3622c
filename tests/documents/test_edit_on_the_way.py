"""An edit of a confirmed document is sent, or it is said that it was not."""

from ..outbox.common import LOOK_AFTER, OutboxCase

KID = "12345678903"
OTHER_KID = "000004826000103"


class TestEditOnTheWay(OutboxCase):
    def setUp(self):
        super().setUp()
        self.partner = self.known_customer()

    def edited(self, move, **values):
        """Another user saves other values at this moment."""

        def edit(env):
            env["account.move"].browse(move.id).write(values)

        return edit

    def sale(self, move):
        [sale] = self.sales(saleNumber=move.name)
        return sale

    def said(self, move):
        return " ".join(move.message_ids.mapped("preview"))

    def test_edited_after_it_was_built_it_goes_as_it_is_now(self):
        """The worker builds a hundred at once, and sends them one by one."""
        first = self.invoice(partner_id=self.partner.id)
        move = self.invoice(partner_id=self.partner.id, payment_reference=KID)
        edit = self.edited(move, payment_reference=OTHER_KID)
        with self.meanwhile("sale", "_write", edit):
            self.send()
        self.send()
        self.assertEqual(first.fiken_state, "booked")
        self.assertEqual(self.sale(move)["kid"], OTHER_KID)

    def test_the_account_of_a_line_changed_after_it_was_built(self):
        self.invoice(partner_id=self.partner.id)
        move = self.invoice(partner_id=self.partner.id)
        account = self.account("3010")

        def edit(env):
            line = env["account.move"].browse(move.id).invoice_line_ids
            line.account_id = account.id

        with self.meanwhile("sale", "_write", edit):
            self.send()
        self.send()
        self.assertEqual(self.sale(move)["lines"][0]["account"], "3010")

    def test_edited_while_it_is_sent_is_said(self):
        move = self.invoice(partner_id=self.partner.id, payment_reference=KID)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        self.assertEqual(move.fiken_state, "sending")
        move.payment_reference = OTHER_KID
        self.assertIn("may not be changed there", self.said(move))
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(self.sale(move)["kid"], KID)

    def test_edited_while_it_is_unknown_is_said(self):
        move = self.invoice(partner_id=self.partner.id)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        self.edit_in_fiken("sales", self.sale(move)["saleId"], date="2026-03-17")
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertTrue(self.jobs(move).outcome_unknown)
        move.invoice_date_due = "2026-05-15"
        self.assertIn("may not be changed there", self.said(move))

    def test_edited_after_it_was_booked_is_said(self):
        move = self.invoice(partner_id=self.partner.id)
        self.send()
        move.invoice_date_due = "2026-05-15"
        self.assertIn("not changed there", self.said(move))

    def test_a_draft_that_is_being_sent_is_changed_as_soon_as_it_is_there(self):
        move = self.invoice(partner_id=self.partner.id, post=False)
        move.fiken_mode = "draft"
        move.action_post()
        self.commit()
        edit = self.edited(move, payment_reference=OTHER_KID)
        with self.meanwhile("sale_draft", "_write", edit):
            self.send()
        self.send()
        draft = self.sandbox.get(
            f"/companies/{self.slug}/sales/drafts/"
            f"{self.binding(move, 'sale_draft').remote_id}"
        )
        self.assertEqual(draft.get("kid"), OTHER_KID)

    def test_a_draft_follows_though_its_booking_waits(self):
        """The badge says "Waiting", but the draft is there and would be booked."""
        move = self.invoice(partner_id=self.partner.id, post=False)
        move.fiken_mode = "draft"
        move.action_post()
        self.send()
        self.assertEqual(move.fiken_state, "draft")
        move.action_fiken_book()
        self.commit()
        move.invoice_line_ids.account_id = self.account("3010")
        self.commit()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(self.sale(move)["lines"][0]["account"], "3010")

    def test_an_edit_tries_again_what_failed(self):
        move = self.invoice(partner_id=self.partner.id)
        self.sandbox.fault("POST", "/sales$", "status:400")
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        move.payment_reference = KID
        self.commit()
        self.send()
        self.assertEqual(self.sale(move)["kid"], KID)
