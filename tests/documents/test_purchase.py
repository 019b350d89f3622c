from odoo import Command
from odoo.exceptions import UserError

from ..common import SLUG_NO_VAT, TODAY
from .bills import BillCase


class TestPurchase(BillCase):
    """Bills of suppliers, booked in Fiken to the øre."""

    def test_confirmed_bill_is_booked_once(self):
        move = self.bill(self.cost(1000.0))
        row = self.booked(move)
        self.assertEqual(self.lines_of(row), [("4300", "HIGH", 100000, 25000)])
        self.assertEqual((row["kind"], row["identifier"]), ("supplier", move.ref))
        self.send()
        self.assertEqual(len(self.purchases()), 1)
        self.assertEqual(self.sandbox.count("POST", "/purchases"), 1)

    def test_books_in_fiken_are_those_in_odoo(self):
        move = self.bill(self.cost(1000.0), self.cost(333.33, "11", "6540"))
        row = self.booked(move)
        supplier = row["supplier"]["supplierAccountCode"]
        self.assertEqual(
            self.balances(),
            {
                "4300": 100000,
                "6540": 33333,
                "2711": 25000,
                "2712": 5000,
                supplier: -163333,
            },
        )

    def test_payload_of_a_bill_with_every_vat_type(self):
        codes = ("1", "11", "12", "13", "0", "86", "87", "88", "89", "91", "92")
        move = self.bill(
            *(
                self.cost(100.0 * (n + 1), code, name=f"Kode {code}")
                for n, code in enumerate(codes)
            ),
            self.cost(12.5, None, name="Uten avgift"),
            ref="2026-77",
            payment_reference="2345676",
            invoice_date_due="2026-04-15",
        )
        self.booked(move)
        [body] = self.sent("POST", "/purchases")
        self.assert_sample("purchase_vat_types", body)

    def test_reverse_charge_pays_the_net_and_books_both_sides(self):
        move = self.bill(self.cost(1000.0, "86", "6553"))
        self.assertEqual(move.amount_total, 1000.0)
        row = self.booked(move)
        self.assertEqual(
            self.lines_of(row),
            [("6553", "HIGH_FOREIGN_SERVICE_DEDUCTIBLE", 100000, 0)],
        )
        self.assertEqual(
            self.balances(),
            {
                "6553": 100000,
                "2716": 25000,
                "2706": -25000,
                row["supplier"]["supplierAccountCode"]: -100000,
            },
        )

    def test_reverse_charge_without_deduction_is_cost(self):
        move = self.bill(self.cost(1000.0, "87", "6553"))
        row = self.booked(move)
        self.assertEqual(
            self.balances(),
            {
                "6553": 125000,
                "2706": -25000,
                row["supplier"]["supplierAccountCode"]: -100000,
            },
        )

    def test_import_vat_is_a_line_of_its_own(self):
        """In Odoo it comes with its base; Fiken's line is the VAT alone."""
        move = self.bill(self.cost(1000.0, "14"))
        self.assertEqual(move.amount_total, 1250.0)
        row = self.booked(move)
        self.assertEqual(
            self.lines_of(row),
            [("4300", "NONE", 100000, 0), ("4300", "HIGH_DIRECT", 0, 25000)],
        )
        self.assertEqual(
            self.balances(),
            {
                "4300": 100000,
                "2711": 25000,
                row["supplier"]["supplierAccountCode"]: -125000,
            },
        )

    def test_import_of_goods_as_the_accountant_chose(self):
        """Code 81 nets to nothing in Odoo, as Fiken's basis of import VAT does."""
        self.tax("81", "purchase").fiken_vat_type = "HIGH_BASIS"
        row = self.booked(self.bill(self.cost(1000.0, "81")))
        self.assertEqual(self.lines_of(row), [("4300", "HIGH_BASIS", 100000, 0)])
        self.assertEqual(self.balances()["2717"], 25000)

    def test_tax_that_fiken_computes_otherwise_is_refused(self):
        tax = self.tax("21", "purchase")
        job = self.stopped(self.bill(self.cost(1000.0, "21")), "blocked", tax.name)
        self.assertEqual((job.setting_model, job.setting_id), (tax._name, tax.id))

    def test_line_with_several_taxes_is_stopped(self):
        line = self.cost(100.0)
        line["tax_ids"] = [
            Command.set((self.tax("1", "purchase") | self.tax("13", "purchase")).ids)
        ]
        self.stopped(self.bill(line), "failed", "several taxes")

    def test_vat_that_a_person_corrected_is_on_the_rounding_account(self):
        move = self.bill(self.cost(100.0), post=False)
        vat_line = move.line_ids.filtered("tax_line_id")
        term = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        move.write(
            {
                "line_ids": [
                    Command.update(vat_line.id, {"amount_currency": 25.02}),
                    Command.update(term.id, {"amount_currency": -125.02}),
                ]
            }
        )
        move.action_post()
        row = self.booked(move)
        self.assertEqual(
            self.lines_of(row), [("4300", "HIGH", 10000, 2500), ("7740", "NONE", 2, 0)]
        )
        self.assertIn("Odoo 25.02, Fiken 25.00", self.jobs(move).note)

    def test_difference_above_the_cap_stops_with_both_figures(self):
        self.fiken_company.rounding_cap_ore = 1
        move = self.bill(self.cost(100.0), post=False)
        vat_line = move.line_ids.filtered("tax_line_id")
        term = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        move.write(
            {
                "line_ids": [
                    Command.update(vat_line.id, {"amount_currency": 25.02}),
                    Command.update(term.id, {"amount_currency": -125.02}),
                ]
            }
        )
        move.action_post()
        self.stopped(move, "failed", "25.02", "25.00")

    def test_lines_of_one_account_and_type_are_summed(self):
        self.round("globally")
        move = self.bill(*(self.cost(10.02, name=f"Sekk {n}") for n in range(3)))
        self.assertEqual(
            self.lines_of(self.booked(move)), [("4300", "HIGH", 3006, 752)]
        )

    def test_negative_line_is_summed_with_its_account(self):
        move = self.bill(self.cost(100.0), self.cost(-10.0, name="Rabatt"))
        self.assertEqual(
            self.lines_of(self.booked(move)), [("4300", "HIGH", 9000, 2250)]
        )

    def test_negative_sum_of_an_account_waits_for_a_decision(self):
        """Whether or not Fiken takes negative lines."""
        move = self.bill(self.cost(100.0), self.cost(-10.0, account="4360"))
        self.stopped(move, "blocked", "4360", "-12.50")
        self.fiken_company.negative_lines = "send"
        self.assertEqual(len(self.booked(move)["lines"]), 2)
        self.sandbox.unknowns(negative_lines="refuse")
        other = self.bill(self.cost(100.0), self.cost(-10.0, account="4360"))
        self.stopped(other, "blocked", "negative")

    def test_rounding_of_the_bill_goes_to_its_account(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Hele kroner",
                "rounding": 1.0,
                "strategy": "add_invoice_line",
                "profit_account_id": self.account("7740").id,
                "loss_account_id": self.account("7740").id,
            }
        )
        move = self.bill(self.cost(10.3), invoice_cash_rounding_id=rounding.id)
        self.assertEqual(move.amount_total, 13.0)
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [("4300", "HIGH", 1030, 258), ("7740", "NONE", 12, 0)],
        )

    # Reference, dates, KID

    def test_both_kinds_of_kid_are_sent(self):
        for kid in ("2345676", "123456785", "234 56 76"):
            self.booked(self.bill(payment_reference=kid))
            self.assertEqual(
                self.sent("POST", "/purchases")[-1]["kid"], kid.replace(" ", "")
            )

    def test_reference_that_is_no_kid_is_left_out(self):
        for reference in ("2345670", "Kontrakt 42", "1", False):
            self.booked(self.bill(payment_reference=reference))
            self.assertNotIn("kid", self.sent("POST", "/purchases")[-1])

    def test_kid_is_sent_as_digits_or_left_out_with_a_note(self):
        for mode, path in (("booked", "/purchases"), ("draft", "/purchases/drafts")):
            for text, kid, words in (
                ("234\N{NO-BREAK SPACE}56.76", "2345676", ""),
                ("234 5675", None, "234 5675"),
                ("Kundenr 17", None, "digits only"),
            ):
                with self.subTest(mode=mode, text=text):
                    move = self.bill(post=False, payment_reference=text)
                    move.fiken_mode = mode
                    move.action_post()
                    self.send()
                    self.assertEqual(move.fiken_state, mode, move.fiken_reason)
                    self.assertEqual(self.sent("POST", path)[-1].get("kid"), kid)
                    resource = "purchase" if mode == "booked" else "purchase_draft"
                    note = self.jobs(move, resource).note or ""
                    self.assertIn(words, note)
                    self.assertEqual(bool(words), "left out" in note)

    def test_bill_without_a_number_of_the_supplier_goes_with_ours(self):
        move = self.bill(ref=False)
        self.assertEqual(self.booked(move)["identifier"], move.name)

    def test_due_date_and_bill_date_are_the_suppliers(self):
        row = self.booked(self.bill(invoice_date_due="2026-04-15"))
        self.assertEqual((row["date"], row["dueDate"]), (TODAY, "2026-04-15"))

    def test_another_booking_date_in_odoo_is_said(self):
        move = self.bill(date="2026-04-02")
        self.assertEqual(self.booked(move)["date"], TODAY)
        self.assertIn("04/02/2026", self.jobs(move, "purchase").note)

    # Who

    def test_supplier_is_made_with_its_bank_account(self):
        group = self.env.ref("account.group_validate_bank_account")
        self.env.user.sudo().group_ids += group
        self.supplier.bank_ids.allow_out_payment = True
        contact = self.booked(self.bill())["supplier"]
        self.assertEqual(contact["name"], "Bønneimport AS")
        self.assertTrue(contact["supplier"])
        self.assertFalse(contact["customer"])
        self.assertEqual(contact["bankAccountNumber"], "15031234562")

    def test_foreign_bank_account_is_left_out(self):
        self.supplier.bank_ids = [
            Command.clear(),
            Command.create({"acc_number": "DE89 3704 0044 0532 0130 00"}),
        ]
        self.assertNotIn("bankAccountNumber", self.booked(self.bill())["supplier"])

    def test_customer_who_becomes_a_supplier_is_marked_as_one(self):
        self.invoice()
        self.send()
        contact = self.sandbox.get(
            f"/companies/{self.slug}/contacts", name=self.customer.name
        )[0]
        self.assertFalse(contact.get("supplier"))
        row = self.booked(self.bill(partner_id=self.customer.id))
        self.assertEqual(row["supplier"]["contactId"], contact["contactId"])
        self.assertTrue(row["supplier"]["customer"])
        self.assertTrue(row["supplier"]["supplier"])
        self.assertEqual(self.sandbox.count("POST", "/contacts"), 1)

    def test_bill_of_a_branch_is_the_companys(self):
        branch = self.env["res.partner"].create(
            {"name": "Lageret", "type": "other", "parent_id": self.supplier.id}
        )
        row = self.booked(self.bill(partner_id=branch.id))
        self.assertEqual(row["supplier"]["name"], "Bønneimport AS")

    # When

    def test_bills_stay_in_odoo_unless_the_vendor_wants_them_in_fiken(self):
        self.vendor.bill_mode = "off"
        move = self.bill()
        self.assertEqual((move.fiken_mode, move.fiken_state), (False, "excluded"))
        self.send()
        self.assertFalse(self.purchases())

    def test_mode_of_bills_is_not_that_of_invoices(self):
        self.vendor.write({"sale_mode": "off", "bill_mode": "draft"})
        bill, invoice = self.bill(post=False), self.invoice(post=False)
        self.assertEqual((bill.fiken_mode, invoice.fiken_mode), ("draft", False))
        self.vendor.bill_mode = "booked"
        self.assertEqual((bill.fiken_mode, invoice.fiken_mode), ("booked", False))

    def test_bill_by_hand_waits_for_the_button(self):
        self.vendor.bill_trigger = "hand"
        move = self.bill()
        self.send()
        self.assertEqual(move.fiken_state, "absent")
        move.action_fiken_send()
        self.booked(move)

    def test_bill_by_schedule_waits_for_the_time_of_day(self):
        self.vendor.write({"bill_trigger": "schedule", "sale_trigger": "posted"})
        bill, invoice = self.bill(), self.invoice()
        self.send()
        self.assertEqual((bill.fiken_state, invoice.fiken_state), ("waiting", "booked"))
        job = self.jobs(bill, "purchase")
        self.assertEqual(job.next_try_at, self.vendor._next_schedule_at())
        self.vendor.bill_trigger = "posted"
        self.booked(bill)

    def test_bill_from_before_the_vendor_was_enabled_is_not_sent(self):
        move = self.bill(invoice_date="2025-12-31", date="2025-12-31")
        self.send()
        self.assertEqual(move.fiken_state, "excluded")
        self.assertFalse(self.purchases())

    def test_booked_bill_cannot_be_reset_to_draft(self):
        move = self.bill()
        self.booked(move)
        self.assertFalse(move.show_reset_to_draft_button)
        with self.assertRaisesRegex(UserError, "booked in Fiken"):
            move.button_draft()

    def test_bill_that_is_reset_before_it_went_is_dropped(self):
        move = self.bill()
        self.commit()
        move.button_draft()
        self.send()
        self.assertFalse(self.purchases())
        self.assertEqual(self.jobs(move, "purchase").state, "dropped")

    def test_closed_period_is_said_and_the_date_stays(self):
        self.sandbox.unknowns(closed_period_to="2026-03-31")
        move = self.bill()
        self.stopped(move, "failed", "Perioden er lukket")
        self.assertEqual(str(move.invoice_date), TODAY)


class TestPurchaseWithoutVat(BillCase):
    """A company that is not registered for VAT books what it pays."""

    slug = SLUG_NO_VAT

    def test_vat_is_part_of_the_cost(self):
        row = self.booked(
            self.bill(
                self.cost(100.0, "1"), self.cost(50.0, None), self.cost(10.0, "0")
            )
        )
        self.assertEqual(
            {(line["vatType"], line["vat"]) for line in row["lines"]}, {("OUTSIDE", 0)}
        )
        self.assertEqual(sum(line["netPrice"] for line in row["lines"]), 18500)
