from odoo import Command

from .invoices import InvoiceCase


class CreditMixin:
    """Credit notes of confirmed invoices."""

    def credit(self, move, *prices, post=True, **values):
        """A credit note of an invoice; ``prices`` of its lines where they differ."""
        credit = move._reverse_moves([{"invoice_date": "2026-03-20", **values}])
        lines = credit.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        for line, price in zip(lines, prices, strict=False):
            line.price_unit = price
        if len(prices) < len(lines) and prices:
            credit.invoice_line_ids = [
                Command.delete(line.id) for line in lines[len(prices) :]
            ]
        if post:
            credit.action_post()
        return credit

    def credit_notes(self):
        return self.sandbox.get(f"/companies/{self.slug}/creditNotes")

    def credited(self, credit):
        """The one credit note in Fiken of a confirmed one in Odoo."""
        self.send()
        self.assertEqual(credit.fiken_state, "booked", self.reasons(credit))
        binding = self.binding(credit, "credit_note")
        [note] = [
            row
            for row in self.credit_notes()
            if str(row["creditNoteId"]) == binding.remote_id
        ]
        return note


class TestCreditNote(CreditMixin, InvoiceCase):
    """Credit notes of invoices that Fiken issued: linked, in full or in part."""

    def test_whole_invoice_is_credited_in_full_and_linked(self):
        move = self.invoice(self.line(1000.0), self.line(50.0, "31", "3030"))
        invoice = self.issued(move)
        note = self.credited(self.credit(move))
        self.assertEqual(note["associatedInvoiceId"], invoice["invoiceId"])
        self.assertEqual(note["gross"], -invoice["gross"])
        self.assertEqual(note["issueDate"], "2026-03-20")
        [body] = self.sent("POST", "/creditNotes/full")
        self.assert_sample("credit_note_full", {**body, "invoiceId": "<invoiceId>"})
        self.assertFalse(self.sent("POST", "/creditNotes/partial"))
        [invoice] = self.sandbox.get(f"/companies/{self.slug}/invoices")
        self.assertTrue(invoice["sale"]["settled"], "nothing is owed any more")

    def test_part_is_credited_with_its_own_lines(self):
        move = self.invoice(self.line(1000.0), self.line(50.0, "31", "3030"))
        invoice = self.issued(move)
        note = self.credited(self.credit(move, 200.0, ref="Knust kopp"))
        self.assertEqual(note["associatedInvoiceId"], invoice["invoiceId"])
        self.assertEqual((note["net"], note["vat"]), (-20000, -5000))
        [body] = self.sent("POST", "/creditNotes/partial")
        self.assert_sample("credit_note_partial", {**body, "invoiceId": "<invoiceId>"})
        [invoice] = self.sandbox.get(f"/companies/{self.slug}/invoices")
        self.assertEqual(invoice["sale"]["outstandingBalance"], 105750)

    def test_several_parts_until_nothing_is_left(self):
        move = self.invoice(self.line(1000.0))
        self.issued(move)
        for price in (300.0, 300.0, 400.0):
            self.credited(self.credit(move, price))
        self.assertEqual(
            [note["gross"] for note in self.credit_notes()], [-37500, -37500, -50000]
        )
        [invoice] = self.sandbox.get(f"/companies/{self.slug}/invoices")
        self.assertTrue(invoice["sale"]["settled"])

    def in_thirds(self, price=10.02):
        """An invoice rounded as a whole, and what credits it line by line."""
        self.round("globally")
        move = self.invoice(*(self.line(price) for _number in range(3)))
        invoice = self.issued(move)
        self.round("per_line")
        return invoice, [self.credit(move, price) for _number in range(3)]

    def test_last_part_takes_the_last_ore(self):
        invoice, credits = self.in_thirds()
        self.assertEqual(invoice["gross"], 3758)
        self.assertIn(("7740", "NONE", -1, 0), self.posted(invoice))
        self.assertEqual([credit.amount_total for credit in credits], [12.53] * 3)
        *_first, last = notes = [self.credited(credit) for credit in credits]
        self.assertEqual([note["gross"] for note in notes], [-1253, -1253, -1252])
        self.assertEqual(
            sorted(self.posted(last)),
            [("3000", "HIGH", -1002, -251), ("7740", "NONE", 1, 0)],
        )
        [invoice] = self.sandbox.get(f"/companies/{self.slug}/invoices")
        self.assertTrue(invoice["sale"]["settled"])
        job = self.jobs(credits[-1], "credit_note")
        for words in ("12.52", "12.53", "7740"):
            self.assertIn(words, job.note)

    def test_last_part_whose_answer_was_lost_is_found_again(self):
        self.round("globally")
        move = self.invoice(*(self.line(10.02) for _number in range(3)))
        self.issued(move)
        self.round("per_line")
        for _number in range(2):
            self.credited(self.credit(move, 10.02))
        credit = self.credit(move, 10.02)
        self.sandbox.fault("POST", "/creditNotes/partial$", "commit-then-drop")
        self.send()
        self.env.cr.execute(
            "UPDATE fiken_job SET next_try_at = next_try_at - interval '91 s'"
        )
        self.env.invalidate_all()
        self.credited(credit)
        self.assertEqual(len(self.credit_notes()), 3)

    def test_last_ore_beyond_the_cap_are_too_much(self):
        self.fiken_company.rounding_cap_ore = 1
        _invoice, credits = self.in_thirds()
        credits[2].button_draft()
        credits[2].invoice_line_ids.price_unit = 10.03
        credits[2].action_post()
        for credit in credits[:2]:
            self.credited(credit)
        self.send()
        self.assertEqual(credits[2].fiken_state, "failed")
        self.assertEqual(len(self.credit_notes()), 2)

    def with_fee(self, account="3020", *others):
        """:param others: lines of the invoice beside the one of 1 000"""
        move = self.invoice(self.line(1000.0), *others)
        self.issued(move)
        credit = self.credit(move, post=False)
        fee = self.line(-100.0, account=account, name="Gebyr")
        credit.invoice_line_ids = [Command.create(fee)]
        credit.action_post()
        return credit

    def test_kept_fee_of_the_same_account_is_taken_off_its_line(self):
        """Fiken's credit notes have amounts above zero: what is left is one."""
        credit = self.with_fee("3000")
        self.assertEqual(
            self.posted(self.credited(credit)), [("3000", "HIGH", -90000, -22500)]
        )
        [body] = self.sent("POST", "/creditNotes/partial")
        [line] = body["lines"]
        self.assertEqual((line["quantity"], line["unitPrice"]), (1, 90000))
        for words in ("Kaffe", "Gebyr", "100,00"):
            self.assertIn(words, line["comment"])

    def test_fee_as_large_as_what_is_credited_stops(self):
        credit = self.with_fee("3020", self.line(50.0, account="3020"))
        self.send()
        self.assertEqual(credit.fiken_state, "blocked", self.reasons(credit))
        reason = credit.fiken_job_id.sudo().reason.replace("−", "-")
        self.assertIn("3020", reason)
        self.assertIn("-125.00", reason)

    def test_kept_fee_of_another_account_names_its_ways_out(self):
        credit = self.with_fee()
        self.send()
        reason = credit.fiken_job_id.sudo().reason
        for words in ("3020", "Allow it on the Fiken company", "on its own"):
            self.assertIn(words, reason)

    def test_kept_fee_is_a_negative_line_of_a_credit_note(self):
        credit = self.with_fee()
        self.send()
        self.assertEqual(credit.fiken_state, "blocked", self.reasons(credit))
        self.assertIn("3020", credit.fiken_job_id.sudo().reason)
        self.fiken_company.negative_lines = "send"
        self.assertEqual(
            self.posted(self.credited(credit)),
            [("3000", "HIGH", -100000, -25000), ("3020", "HIGH", 10000, 2500)],
        )

    def test_credit_note_of_a_credit_note_is_an_invoice(self):
        move = self.invoice(self.line(1000.0))
        self.issued(move)
        credit = self.credit(move)
        self.credited(credit)
        again = self.credit(credit)
        self.assertEqual(
            (again.move_type, again.fiken_issuer), ("out_invoice", "fiken")
        )
        self.assertEqual(self.issued(again)["gross"], 125000)
        self.assertEqual(self.credited(self.credit(again))["gross"], -125000)

    def test_full_after_a_part_is_more_than_what_is_left(self):
        move = self.invoice(self.line(1000.0))
        self.issued(move)
        self.credited(self.credit(move, 300.0))
        credit = self.credit(move)
        self.send()
        self.assertEqual(credit.fiken_state, "failed")
        credit.button_draft()
        credit.invoice_line_ids.price_unit = 700.0
        credit.action_post()
        self.assertEqual(self.credited(credit)["gross"], -87500)

    def test_more_than_is_left_in_fiken_stops_with_the_figures(self):
        move = self.invoice(self.line(1000.0))
        self.issued(move)
        self.credited(self.credit(move, 600.0))
        credit = self.credit(move, 600.0)
        self.send()
        self.assertEqual(credit.fiken_state, "failed")
        reason = credit.fiken_job_id.sudo().reason
        for figure in ("1,250.00", "750.00"):
            self.assertIn(figure, reason)
        self.assertEqual(len(self.credit_notes()), 1)

    def test_number_and_pdf_come_back(self):
        move = self.invoice(self.line(1000.0))
        self.issued(move)
        credit = self.credit(move)
        reference = credit.payment_reference
        note = self.credited(credit)
        self.assertEqual(credit.fiken_number, str(note["creditNoteNumber"]))
        self.assertTrue(credit.invoice_pdf_report_id.raw.startswith(b"%PDF"))
        self.assertEqual(credit.payment_reference, reference)
        self.assertFalse(credit._fiken_awaits_papers())

    def test_it_waits_for_an_invoice_that_is_on_its_way(self):
        self.vendor.bank_account_id = False
        move = self.invoice(self.line(1000.0))
        credit = self.credit(move)
        self.send()
        self.assertEqual(credit.fiken_state, "blocked")
        self.assertIn(move.name, credit.fiken_job_id.sudo().reason)
        self.vendor.bank_account_id = self.bank_account("1920:10001")
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        self.assertTrue(self.credited(credit)["associatedInvoiceId"])

    def test_invoice_that_is_not_in_fiken_is_a_setting(self):
        move = self.invoice(self.line(1000.0), fiken_mode="none")
        credit = self.credit(move)
        credit.fiken_issuer = "fiken"
        self.send()
        self.assertEqual(credit.fiken_state, "blocked", self.reasons(credit))
        self.assertIn(move.name, credit.fiken_job_id.sudo().reason)
        self.vendor.credit_without_original = "send"
        note = self.credited(credit)
        self.assertNotIn("associatedInvoiceId", note)
        self.assertEqual(note["gross"], -125000)

    def test_credit_note_of_no_invoice_is_made_of_a_draft(self):
        credit = self.invoice(self.line(80.0), move_type="out_refund")
        note = self.credited(credit)
        self.assertEqual((note["net"], note["gross"]), (-8000, -10000))
        [body] = self.sent("POST", "/creditNotes/drafts")
        self.assert_sample("credit_note_draft", body)

    def test_draft_is_not_linked_and_says_so(self):
        move = self.invoice(self.line(1000.0))
        invoice = self.issued(move)
        credit = self.credit(move, post=False)
        credit.fiken_mode = "draft"
        credit.action_post()
        self.send()
        self.assertEqual(credit.fiken_state, "draft", self.reasons(credit))
        self.assertIn(
            str(invoice["invoiceNumber"]), self.jobs(credit, "credit_note_draft").note
        )
        self.assertFalse(self.credit_notes())
        credit.action_fiken_book()
        self.assertEqual(self.credited(credit)["gross"], -125000)

    def test_lost_answer_is_not_sent_twice(self):
        for prices in ((), (200.0,)):
            move = self.invoice(self.line(1000.0))
            self.issued(move)
            before = len(self.credit_notes())
            credit = self.credit(move, *prices)
            kind = "partial" if prices else "full"
            self.sandbox.fault("POST", f"/creditNotes/{kind}$", "commit-then-drop")
            self.send()
            self.assertEqual(credit.fiken_state, "sending")
            self.env.cr.execute(
                "UPDATE fiken_job SET next_try_at = next_try_at - interval '91 s'"
            )
            self.env.invalidate_all()
            self.credited(credit)
            self.assertEqual(len(self.credit_notes()), before + 1)

    def test_numbers_that_were_never_started_are_started_from_odoo(self):
        move = self.invoice(self.line(1000.0))
        self.issued(move)
        self.sandbox.reset(counters=False, keep_grants=True)
        self.fiken_company.credit_series_started = False
        credit = self.invoice(self.line(80.0), move_type="out_refund")
        self.env["fiken.binding"].sudo().search([]).unlink()
        self.send()
        self.assertEqual(credit.fiken_state, "blocked", self.reasons(credit))
        job = credit.fiken_job_id.sudo()
        self.assertIn("credit note numbers", job.reason)
        self.fiken_company.first_credit_note_number = 501
        self.fiken_company.action_start_credit_series()
        self.send()
        self.assertTrue(self.fiken_company.credit_series_started)
        job.action_retry()
        self.assertEqual(self.credited(credit)["creditNoteNumber"], 501)

    def test_currency_is_refused_with_the_reason(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        credit = self.invoice(
            self.line(80.0), move_type="out_refund", currency_id=euro.id
        )
        self.send()
        self.assertEqual(credit.fiken_state, "failed")
        self.assertIn("rate of its own", credit.fiken_job_id.sudo().reason)
