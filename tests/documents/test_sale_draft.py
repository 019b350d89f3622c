from unittest.mock import patch

from ...models.outbox.fiken_resource import Sent
from .sales import SaleDraftCase


class TestSaleDraft(SaleDraftCase):
    """Invoices that Odoo issues, sent as drafts that an accountant finishes."""

    def test_payload_of_a_draft(self):
        self.drafted(
            self.invoice(
                self.line(100.0, quantity=2),
                self.line(50.0, "31", "3030", name="Boller"),
                self.line(25.0, None, "3009", name="Pant"),
                payment_reference="2345676",
            )
        )
        [body] = self.sent("POST", "/sales/drafts")
        self.assert_sample("sale_draft_vat_types", body)

    def test_draft_books_nothing_until_it_is_booked(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        self.assertFalse(self.sales())
        self.assertEqual(draft["lines"][0]["gross"], 125000)
        sale = self.book(move)
        self.assertEqual((sale["netAmount"], sale["vatAmount"]), (100000, 25000))
        self.assertFalse(self.drafts())
        self.assertIn(str(sale["saleId"]), move.fiken_url)
        self.assertEqual(self.sandbox.count("POST", "/sales"), 0, "no second document")

    def test_several_drafts_are_booked_at_once(self):
        moves = self.invoice() | self.invoice()
        self.send()
        self.assertEqual(moves.mapped("fiken_state"), ["draft", "draft"])
        moves.action_fiken_book()
        self.send()
        self.assertEqual(moves.mapped("fiken_state"), ["booked", "booked"])
        self.assertEqual(len(self.sales()), 2)

    def test_rounding_of_vat_is_on_the_draft_too(self):
        self.round("globally")
        move = self.invoice(self.line(10.02), self.line(10.02, account="3020"))
        self.drafted(move)
        sale = self.book(move)
        self.assertEqual(self.lines_of(sale)[-1], ("7740", "NONE", -1, 0))
        self.assertEqual(sale["netAmount"] + sale["vatAmount"], 2505)

    def test_account_that_was_changed_in_fiken_is_odoos_when_odoo_books(self):
        """The journal is the truth; and that somebody's account is gone is said."""
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        line = {**draft["lines"][0], "incomeAccount": "3020"}
        self.change_in_fiken(draft, lines=[line])
        self.assertEqual(
            self.lines_of(self.book(move)), [("3000", "HIGH", 100000, 25000)]
        )
        said = " ".join(move.message_ids.mapped("body"))
        self.assertIn("3020 HIGH 1,000.00 + 250.00", said)

    def test_vat_type_that_was_changed_in_fiken_at_the_same_total(self):
        move = self.invoice(self.line(1000.0, "31", "3030"))
        draft = self.drafted(move)
        line = {**draft["lines"][0], "vatType": "NONE", "incomeAccount": "3009"}
        self.change_in_fiken(draft, lines=[{**line, "net": line["gross"]}])
        self.assertEqual(
            self.lines_of(self.book(move)), [("3030", "MEDIUM", 100000, 15000)]
        )

    def test_draft_that_fiken_keeps_otherwise_is_stopped_and_not_sent_for_ever(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        line = {**draft["lines"][0], "incomeAccount": "3020"}
        self.change_in_fiken(draft, lines=[line])
        drafts = type(self.env["fiken.resource.sale_draft"])
        with patch.object(
            drafts,
            "_write",
            lambda self, session, job, prepared: Sent(
                prepared.remote_id, prepared.number
            ),
        ):
            move.action_fiken_book()
            self.stopped(move, "failed", "3020 HIGH", "3000 HIGH")

    def test_account_that_changed_in_odoo_reaches_the_draft_before_it_is_booked(self):
        """Whoever changed it, and however: in SQL nobody notices."""
        move = self.invoice(self.line(1000.0))
        self.drafted(move)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET account_id = %s WHERE id = %s",
            [self.account("3020").id, move.invoice_line_ids.id],
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.lines_of(self.book(move)), [("3020", "HIGH", 100000, 25000)]
        )
        self.assertEqual(len(self.sales()), 1)

    def test_amount_that_was_changed_in_fiken_stops_with_both_figures(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        line = {**draft["lines"][0], "net": 80000, "gross": 100000}
        self.change_in_fiken(draft, lines=[line])
        move.action_fiken_book()
        self.stopped(move, "failed", "1,250.00", "1,000.00")
        self.change_in_fiken(draft)
        move.action_fiken_send()
        self.booked(move)

    def test_amount_that_was_changed_in_fiken_can_be_sent_anew_from_odoo(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        line = {**draft["lines"][0], "net": 80000, "gross": 100000}
        self.change_in_fiken(draft, lines=[line])
        move.action_fiken_book()
        self.stopped(move, "failed", "1,000.00")
        move.button_draft()
        move.action_post()
        self.assertEqual(self.booked(move)["netAmount"], 100000)

    def test_draft_that_was_finished_in_fiken_is_linked(self):
        move = self.invoice()
        draft = self.drafted(move)
        self.in_fiken(draft, "/createSale", "POST")
        sale = self.book(move)
        self.assertIn(str(sale["saleId"]), move.fiken_url)
        self.assertEqual(len(self.sales()), 1)

    def test_draft_that_was_finished_otherwise_stops_and_can_be_made_equal(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        line = {**draft["lines"][0], "net": 80000, "gross": 100000}
        self.change_in_fiken(draft, lines=[line])
        self.in_fiken(draft, "/createSale", "POST")
        move.action_fiken_book()
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        reason = move.fiken_job_id.sudo().reason
        self.assertIn("finished in Fiken", reason)
        self.assertIn(move.name, reason)
        move.button_draft()
        move.invoice_line_ids.price_unit = 800.0
        move.action_post()
        self.booked(move)
        self.assertEqual(len(self.sales()), 1)

    def test_draft_that_was_deleted_in_fiken_is_sent_anew_when_a_person_says_so(self):
        move = self.invoice()
        self.in_fiken(self.drafted(move))
        move.action_fiken_book()
        self.stopped(move, "failed", "deleted in Fiken", "Send to Fiken", "Do not send")
        self.send()
        self.assertFalse(self.sales(), "not by itself")
        move.action_fiken_send()
        self.booked(move)
        self.assertEqual(len(self.sales()), 1)

    def test_draft_that_was_deleted_in_fiken_need_not_be_sent_anew(self):
        move = self.invoice()
        self.in_fiken(self.drafted(move))
        move.action_fiken_book()
        self.stopped(move, "failed", "Do not send")
        move.fiken_mode = "none"
        self.send()
        self.assertEqual(move.fiken_state, "excluded")
        self.assertFalse(move.fiken_url)
        self.assertFalse(self.sales())

    def test_invoice_that_was_corrected_in_odoo_changes_its_draft(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        move.button_draft()
        move.invoice_line_ids.price_unit = 900.0
        move.action_post()
        again = self.drafted(move)
        self.assertEqual(again["draftId"], draft["draftId"], "the same draft")
        self.assertEqual(again["lines"][0]["net"], 90000)

    def test_correction_in_odoo_reaches_the_draft_before_it_is_booked(self):
        move = self.invoice(self.line(1000.0))
        self.drafted(move)
        move.button_draft()
        move.invoice_line_ids.account_id = self.account("3020")
        move.fiken_mode = "booked"
        move.action_post()
        sale = self.booked(move)
        self.assertEqual(self.lines_of(sale), [("3020", "HIGH", 100000, 25000)])
        self.assertFalse(self.drafts())

    def test_draft_that_cannot_be_changed_is_not_booked_as_it_was(self):
        move = self.invoice(self.line(1000.0))
        self.drafted(move)
        move.button_draft()
        move.invoice_line_ids.account_id = self.account("3020")
        move.fiken_mode = "booked"
        move.action_post()
        self.sandbox.fault("PUT", "/sales/drafts", "status:400")
        self.send()
        self.assertEqual(move.fiken_state, "failed", self.reasons(move))
        self.assertFalse(self.sales())
        move.action_fiken_send()
        self.assertEqual(self.lines_of(self.booked(move))[0][0], "3020")

    def test_changed_draft_that_was_deleted_in_fiken_waits_for_a_person(self):
        move = self.invoice(self.line(1000.0))
        self.in_fiken(self.drafted(move))
        move.button_draft()
        move.invoice_line_ids.price_unit = 900.0
        move.action_post()
        self.stopped(move, "failed", "deleted in Fiken")
        move.action_fiken_send()
        self.assertEqual(self.drafted(move)["lines"][0]["net"], 90000)

    def test_changed_draft_that_was_finished_in_fiken_is_not_sent_again(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        self.in_fiken(draft, "/createSale", "POST")
        move.button_draft()
        move.invoice_line_ids.name = "Annen tekst"
        move.action_post()
        self.booked(move)
        self.assertEqual(len(self.sales()), 1)
        self.assertIn("finished the draft", str(move.message_ids[0].body))

    def test_cancelled_invoice_says_that_its_draft_is_left(self):
        move = self.invoice()
        self.drafted(move)
        move.button_cancel()
        self.assertEqual(move.fiken_state, "draft")
        alert = move._get_alerts()["fiken"]
        self.assertIn("Delete it there", alert["message"])
        self.assertNotIn("action", alert, "nobody has seen the page of such a draft")

    def test_draft_whose_number_fiken_does_not_carry_over(self):
        self.sandbox.unknowns(draft_number_becomes_sale_number=False)
        move = self.invoice()
        self.drafted(move)
        move.action_fiken_book()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(len(self.sales()), 1)
