import requests

from odoo import Command

from ..common import SLUG_NO_VAT
from .test_sale import SaleCase


class InvoiceCase(SaleCase):
    """Helpers of the tests about invoices that Fiken issues."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.issuer = "fiken"
        cls.vendor.bank_account_id = cls.bank_account("1920:10001")

    @classmethod
    def bank_account(cls, code):
        return cls.env["fiken.account"].search(
            [("fiken_company_id", "=", cls.books.id), ("code", "=", code)]
        )

    def issued(self, move):
        """The one invoice in Fiken of a confirmed invoice."""
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        [invoice] = [
            row
            for row in self.sandbox.get(f"/companies/{self.slug}/invoices")
            if row["ourReference"] == move.name
        ]
        return invoice

    def drafts(self):
        return self.sandbox.get(f"/companies/{self.slug}/invoices/drafts")

    def drafted(self, move):
        self.send()
        self.assertEqual(move.fiken_state, "draft", self.reasons(move))
        [draft] = [row for row in self.drafts() if row["ourReference"] == move.name]
        return draft

    def not_issued(self, move, state, *words):
        self.send()
        self.assertFalse(self.sandbox.get(f"/companies/{self.slug}/invoices"))
        self.assertEqual(move.fiken_state, state, self.reasons(move))
        job = move.fiken_job_id.sudo()
        for word in words:
            self.assertIn(word, job.reason)
        return job

    def edit(self, draft, changes):
        """A person changes a draft in Fiken, or deletes it."""
        self.sandbox._control(
            "POST",
            "edit",
            {
                "slug": self.slug,
                "resource": "invoices/drafts",
                "id": draft["draftId"],
                "changes": changes,
            },
        )

    def goods(self, name="Kaffekvern", price=100.0, tax="3", **values):
        return self.env["product.product"].create(
            {
                "name": name,
                "list_price": price,
                "taxes_id": [Command.set(self.tax(tax).ids)],
                "property_account_income_id": self.account("3000").id,
                **values,
            }
        )

    def posted(self, invoice):
        return [
            (line["incomeAccount"], line["vatType"], line["net"], line["vat"])
            for line in invoice["lines"]
        ]


class TestInvoice(InvoiceCase):
    """Fiken issues: its number, KID and PDF come back, with Odoo's figures."""

    def test_number_kid_pdf_and_link_come_back(self):
        move = self.invoice(self.line(1000.0))
        invoice = self.issued(move)
        self.assertEqual((invoice["net"], invoice["gross"]), (100000, 125000))
        self.assertEqual(move.fiken_number, str(invoice["invoiceNumber"]))
        self.assertEqual(move.payment_reference, invoice["kid"])
        pdf = move.invoice_pdf_report_id
        self.assertEqual(pdf.name, f"{invoice['invoiceNumber']}.pdf")
        self.assertTrue(pdf.raw.startswith(b"%PDF"))
        self.assertEqual(move.message_main_attachment_id, pdf)
        self.assertTrue(move.fiken_url.endswith(str(invoice["invoiceId"])))
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertIn(invoice["kid"], terms.name, "bank matching looks at the KID")
        self.assertEqual(len(self.sales()), 1, "one voucher, made by Fiken")

    def test_payload_with_every_vat_type(self):
        move = self.invoice(
            self.line(100.0, "3", "3000", quantity=3, name="Kaffebønner"),
            self.line(49.9, "31", "3030", name="Boller", discount=12.5),
            self.line(200.0, "33", "3050", quantity=0.25, name="Kinobillett"),
            self.line(150.0, "5", "3100", name="Bok"),
            self.line(80.0, "6", "3200", name="Utleie"),
            self.line(70.0, None, "3009", name="Uten avgift i Odoo"),
            self.line(60.0, "51", "3110", name="Klimakvoter"),
            self.line(50.0, "52", "3120", name="Tjeneste til Sverige"),
            ref="PO-4711",
            narration="<p>Takk for <b>handelen</b>!</p>",
            invoice_date_due="2026-04-15",
        )
        self.issued(move)
        [body] = self.sent("POST", "/invoices/drafts")
        self.assert_sample("invoice_draft_vat_types", body)

    def test_payload_with_product_sections_and_notes(self):
        self.env.ref("product.decimal_price").digits = 4
        beans = self.goods("Kaffebønner", 99.9, default_code="K-1")
        move = self.invoice(
            {"display_type": "line_section", "name": "Varer"},
            {"display_type": "line_note", "name": "Fra Guatemala"},
            self.line(99.9, product_id=beans.id, quantity=2, name="Kaffebønner, mørke"),
            {"display_type": "line_note", "name": "Malt på filter"},
            self.line(12.345, quantity=7, name="Kaffefilter"),
            {"display_type": "line_section", "name": "Vilkår"},
            {"display_type": "line_note", "name": "Bytterett i 30 dager"},
            invoice_date_due="2026-03-30",
        )
        self.issued(move)
        [product] = self.sent("POST", "/products")
        self.assert_sample("product", product)
        [body] = self.sent("POST", "/invoices/drafts")
        self.assert_sample("invoice_draft_product_and_notes", body)

    def test_draft_waits_to_be_booked(self):
        self.vendor.sale_mode = "draft"
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        self.assertFalse(self.sales())
        self.assertFalse(move.invoice_pdf_report_id)
        self.assertIn("utkast", move.fiken_url)
        move.action_fiken_book()
        invoice = self.issued(move)
        self.assertEqual(invoice["invoiceDraftUuid"], draft["uuid"])
        self.assertEqual(move.fiken_number, str(invoice["invoiceNumber"]))
        self.assertEqual(self.sandbox.count("POST", "/invoices/drafts"), 1)

    def test_several_at_once_get_numbers_in_their_order(self):
        moves = self.invoice() | self.invoice() | self.invoice()
        self.send()
        numbers = [int(move.fiken_number) for move in moves]
        self.assertEqual(numbers, [numbers[0], numbers[0] + 1, numbers[0] + 2])

    def test_create_invoice_that_names_the_sale(self):
        """One source says that Location holds the sale's id (fiken-api.md §5.4)."""
        self.sandbox.unknowns(create_invoice_location="sale")
        move = self.invoice()
        invoice = self.issued(move)
        self.assertEqual(move.fiken_number, str(invoice["invoiceNumber"]))
        self.assertTrue(move.fiken_url.endswith(str(invoice["invoiceId"])))
        self.assertEqual(move.payment_reference, invoice["kid"])

    def test_number_and_kid_of_another_invoice_are_never_taken(self):
        """Whatever id came back: only the invoice with our uuid is ours."""
        stranger = self.invoice()
        number = self.issued(stranger)["invoiceNumber"]
        link = self.binding(stranger, "invoice")
        their_id = link.remote_id
        link.unlink()
        self.sandbox.fault("GET", r"/invoices/\d+$", "status:503")
        move = self.invoice()
        self.send()
        self.binding(move, "invoice").remote_id = their_id
        self.jobs(move, "invoice_papers").next_try_at = False
        self.send()
        self.assertEqual(move.fiken_number, str(number + 1))
        self.assertNotEqual(move.payment_reference, stranger.payment_reference)

    def test_how_fiken_writes_locations_and_rates_does_not_matter(self):
        for switches in (
            {"location_style": "relative", "percent_scale": "one"},
            {"location_style": "trailing-slash", "vat_type_case": "lower"},
        ):
            self.sandbox.unknowns(**switches)
            self.issued(self.invoice())

    def test_pdf_that_fiken_has_not_made_yet_is_fetched_later(self):
        self.sandbox.fault("GET", r"\.pdf$", "status:503")
        move = self.invoice()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertFalse(move.invoice_pdf_report_id)
        self.jobs(move, "invoice_papers").next_try_at = False
        self.send()
        self.assertTrue(move.invoice_pdf_report_id.raw.startswith(b"%PDF"))
        self.assertEqual(len(self.sales()), 1)

    # Who it is for, when it is due, and what is printed on it

    def test_child_contact_is_your_reference_on_the_companys_invoice(self):
        person = self.env["res.partner"].create(
            {"name": "Kari Kunde", "parent_id": self.customer.id}
        )
        invoice = self.issued(self.invoice(partner_id=person.id))
        self.assertEqual(invoice["customer"]["name"], "Kaffebaren AS")
        self.assertEqual(invoice["yourReference"], "Kari Kunde")

    def test_due_date_comes_from_the_payment_term(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "10 og 30 dager",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 10}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 30}
                    ),
                ],
            }
        )
        invoice = self.issued(self.invoice(invoice_payment_term_id=term.id))
        self.assertEqual(
            (invoice["issueDate"], invoice["dueDate"]), ("2026-03-16", "2026-04-15")
        )

    def test_references_and_terms(self):
        move = self.invoice(ref="PO-4711", narration="<p>Linje 1</p><p>Linje 2</p>")
        invoice = self.issued(move)
        self.assertEqual(invoice["orderReference"], "PO-4711")
        self.assertEqual(invoice["ourReference"], move.name)
        self.assertEqual(invoice["invoiceText"], "Linje 1 Linje 2")

    def test_texts_that_are_cut_are_named(self):
        move = self.invoice(
            self.line(name="Lang beskrivelse " * 20),
            {"display_type": "line_note", "name": "Langt notat " * 20},
            narration="<p>" + "Lange vilkår " * 50 + "</p>",
        )
        invoice = self.issued(move)
        self.assertEqual(len(invoice["lines"][0]["description"]), 200)
        self.assertEqual(len(invoice["lines"][0]["comment"]), 200)
        self.assertEqual(len(invoice["invoiceText"]), 500)
        note = self.jobs(move, "invoice_draft").note
        for text in ("Lang beskrivelse", "Langt notat", "Lange vilkår"):
            self.assertIn(text, note)

    def test_lines_stand_in_the_order_of_the_invoice(self):
        move = self.invoice(
            self.line(name="Sist", sequence=30),
            self.line(name="Først", sequence=10),
            self.line(name="Midt", sequence=20),
        )
        names = [line["description"] for line in self.issued(move)["lines"]]
        self.assertEqual(names, ["Først", "Midt", "Sist"])

    # What Fiken needs before the first invoice is asked for in plain words

    def test_bank_account_is_chosen_on_the_vendor(self):
        self.vendor.bank_account_id = False
        move = self.invoice()
        job = self.not_issued(move, "blocked", "bank account", self.vendor.name)
        self.assertEqual(
            (job.setting_model, job.setting_id), ("fiken.vendor", self.vendor.id)
        )
        self.vendor.bank_account_id = self.bank_account("1920:10001")
        self.assertEqual(self.issued(move)["bankAccountNumber"], "15031234562")

    def test_bank_account_that_is_closed_in_fiken(self):
        self.vendor.bank_account_id.sudo().bank_inactive = True
        self.not_issued(self.invoice(), "blocked", "Choose an open one")

    def test_number_series_that_was_never_started(self):
        self.sandbox.reset(counters=False)
        move = self.invoice()
        job = self.not_issued(move, "blocked", "invoice numbers", self.books.name)
        self.assertEqual(job.setting_model, "fiken.company")
        self.assertEqual(self.sandbox.count("POST", "/createInvoice"), 0, "asked first")

    def test_number_series_is_asked_for_once(self):
        self.issued(self.invoice())
        self.assertTrue(self.books.invoice_series_started)
        self.issued(self.invoice())
        self.assertEqual(self.sandbox.count("GET", "/invoices/counter"), 1)

    def test_bank_account_that_fiken_has_not_verified(self):
        self.sandbox.reset(bank_verified=False)
        job = self.not_issued(self.invoice(), "blocked", "not verified", "in Fiken")
        self.assertEqual(job.setting_model, "fiken.vendor")

    def test_customer_in_trouble_holds_up_her_invoice_and_says_why(self):
        self.customer.name = "æ" * 300
        move = self.invoice()
        self.not_issued(move, "blocked", "300 characters")
        self.customer.name = "Kaffebaren AS"
        self.issued(move)

    def test_product_in_trouble_holds_up_its_invoice_and_says_why(self):
        product = self.goods(
            taxes_id=[Command.set((self.tax("3") | self.tax("33")).ids)]
        )
        move = self.invoice(self.line(product_id=product.id))
        self.not_issued(move, "blocked", "Kaffekvern", "several sales taxes")
        self.assertIn("several sales taxes", str(move.message_ids[0].body))
        product.taxes_id = self.tax("3")
        self.issued(move)


class TestInvoiceAmounts(InvoiceCase):
    """Fiken computes itself: what it computes is Odoo's total, or nothing is booked."""

    def test_quantity_price_and_discount_are_odoos_where_they_give_its_amount(self):
        move = self.invoice(self.line(12.5, quantity=2.5, discount=10.0))
        [line] = self.issued(move)["lines"]
        self.assertEqual(
            (line["quantity"], line["unitPrice"], line["discount"], line["net"]),
            (2.5, 1250, 10, 2813),
        )
        self.assertNotIn("comment", line)

    def test_price_with_parts_of_an_ore_is_one_piece_and_says_how(self):
        self.env.ref("product.decimal_price").digits = 5
        move = self.invoice(self.line(0.12345, quantity=1000, discount=5.0))
        [line] = self.issued(move)["lines"]
        self.assertEqual((line["quantity"], line["unitPrice"]), (1, 11728))
        self.assertEqual(line["comment"], "1000 × 0,12345 − 5 %")

    def test_price_with_vat_in_it_is_one_piece_and_says_so(self):
        self.tax("3").price_include_override = "tax_included"
        move = self.invoice(self.line(125.0, quantity=2))
        [line] = self.issued(move)["lines"]
        self.assertEqual((line["net"], line["vat"]), (20000, 5000))
        self.assertEqual(line["comment"], "2 × 125 with VAT")

    def test_surcharge_is_no_discount_below_zero(self):
        move = self.invoice(self.line(100.0, discount=-10.0))
        [line] = self.issued(move)["lines"]
        self.assertEqual((line["net"], line["discount"]), (11000, 0))
        self.assertEqual(line["comment"], "1 × 100 − -10 %")

    def test_rounding_difference_is_a_line_of_its_own(self):
        self.round("globally")
        move = self.invoice(*(self.line(10.02) for _each in range(2)))
        self.assertEqual(move.amount_total, 25.05)
        invoice = self.issued(move)
        self.assertEqual(invoice["gross"], 2505)
        self.assertEqual(
            self.posted(invoice),
            [("3000", "HIGH", 1002, 251)] * 2 + [("7740", "NONE", -1, 0)],
        )
        self.assertIn("Odoo 5,01, Fiken 5,02", self.jobs(move, "invoice_draft").note)

    def test_rounding_per_line_needs_no_rounding_account(self):
        self.round("per_line")
        move = self.invoice(*(self.line(10.02) for _each in range(3)))
        self.assertEqual(
            self.posted(self.issued(move)), [("3000", "HIGH", 1002, 251)] * 3
        )

    def test_rounding_account_that_fiken_refuses_stops_with_both_figures(self):
        self.sandbox.unknowns(rounding_account_on_sales="refuse")
        self.round("globally")
        move = self.invoice(*(self.line(10.02) for _each in range(2)))
        self.not_issued(move, "failed", "7740", "Odoo 5,01, Fiken 5,02")

    def test_rounding_to_whole_kroner(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Hele kroner",
                "rounding": 1.0,
                "strategy": "add_invoice_line",
                "profit_account_id": self.account("7740").id,
                "loss_account_id": self.account("7740").id,
            }
        )
        move = self.invoice(self.line(10.3), invoice_cash_rounding_id=rounding.id)
        invoice = self.issued(move)
        self.assertEqual(invoice["gross"], 1300)
        self.assertEqual(
            self.posted(invoice), [("3000", "HIGH", 1030, 258), ("7740", "NONE", 12, 0)]
        )

    def test_negative_line_stops_unless_it_is_allowed(self):
        lines = [self.line(100.0), self.line(-10.0, name="Rabatt")]
        move = self.invoice(*lines)
        job = self.not_issued(move, "blocked", "-12,50")
        self.assertEqual(job.setting_model, "fiken.company")
        self.books.negative_lines = "send"
        self.assertEqual(self.issued(move)["gross"], 11250)

    def test_negative_line_that_fiken_refuses(self):
        self.books.negative_lines = "send"
        self.sandbox.unknowns(negative_lines="refuse")
        move = self.invoice(self.line(100.0), self.line(-10.0))
        self.not_issued(move, "failed", "negative")

    def test_invoice_of_zero_is_nothing_to_issue(self):
        move = self.invoice(self.line(100.0, discount=100.0))
        self.send()
        self.assertFalse(self.drafts())
        self.assertNotIn(move.fiken_state, ("booked", "failed", "blocked"))
        self.assertIn("zero", self.jobs(move, "invoice_draft").reason)

    def test_fikens_total_is_compared_before_it_is_booked(self):
        self.vendor.sale_mode = "draft"
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        [line] = draft["lines"]
        self.edit(draft, {"lines": [{**line, "unitPrice": 90000}]})
        move.action_fiken_book()
        self.not_issued(move, "failed", "1\xa0250,00", "1\xa0125,00")
        self.assertEqual(len(self.drafts()), 1)
        self.edit(draft, {"lines": [line]})
        move.action_fiken_send()
        self.issued(move)

    def test_raw_fish_cannot_be_on_fikens_invoices(self):
        self.tax("32").amount = 11.11
        move = self.invoice(self.line(100.0, "32", "3030", name="Torsk"))
        self.not_issued(move, "failed", "Torsk", "VAT type")

    def test_account_and_vat_type_that_fiken_does_not_combine(self):
        move = self.invoice(self.line(100.0, "3", "3100"))
        self.not_issued(move, "failed", "3100", "HIGH")
        self.assertEqual(len(self.drafts()), 1, "the draft is there to be corrected")


class TestInvoiceDraft(InvoiceCase):
    """What people do to a draft in Fiken before it is booked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.sale_mode = "draft"

    def test_draft_that_was_finished_in_fiken_is_linked(self):
        move = self.invoice()
        draft = self.drafted(move)
        self.finish(draft)
        move.action_fiken_book()
        invoice = self.issued(move)
        self.assertEqual(move.fiken_number, str(invoice["invoiceNumber"]))
        self.assertTrue(move.invoice_pdf_report_id)
        self.assertEqual(len(self.sales()), 1)

    def finish(self, draft):
        requests.post(
            f"{self.sandbox.url}/api/v2/companies/{self.slug}/invoices/drafts"
            f"/{draft['draftId']}/createInvoice",
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        ).raise_for_status()

    def test_draft_that_was_finished_otherwise_stops(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        [line] = draft["lines"]
        self.edit(draft, {"lines": [{**line, "unitPrice": 90000}]})
        self.finish(draft)
        move.action_fiken_book()
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        self.assertIn("finished in Fiken", move.fiken_job_id.sudo().reason)

    def test_draft_that_was_deleted_is_sent_anew_when_a_person_says_so(self):
        move = self.invoice()
        draft = self.drafted(move)
        self.edit(draft, None)
        move.action_fiken_book()
        self.not_issued(move, "failed", "deleted in Fiken")
        self.send()
        self.assertFalse(self.drafts(), "not by itself")
        move.action_fiken_send()
        invoice = self.issued(move)
        self.assertNotEqual(invoice["invoiceDraftUuid"], draft["uuid"], "another draft")
        self.assertEqual(move.payment_reference, invoice["kid"])

    def test_draft_that_was_deleted_and_a_uuid_that_fiken_remembers(self):
        self.sandbox.unknowns(
            repeated_draft_uuid="refuse", repeated_invoice_uuid="refuse"
        )
        move = self.invoice()
        self.edit(self.drafted(move), None)
        move.action_fiken_book()
        self.send()
        move.action_fiken_send()
        self.issued(move)

    def test_invoice_that_was_corrected_in_odoo_changes_its_draft(self):
        move = self.invoice(self.line(1000.0))
        draft = self.drafted(move)
        move.button_draft()
        move.invoice_line_ids.price_unit = 900.0
        move.fiken_mode = "booked"
        move.action_post()
        invoice = self.issued(move)
        self.assertEqual(invoice["net"], 90000)
        self.assertEqual(invoice["invoiceDraftUuid"], draft["uuid"])


class TestInvoiceWithoutVat(InvoiceCase):
    """A company that is not registered for VAT issues invoices outside the act."""

    slug = SLUG_NO_VAT

    def test_everything_is_outside(self):
        invoice = self.issued(self.invoice(self.line(100.0, None, "3200")))
        self.assertEqual(self.posted(invoice), [("3200", "OUTSIDE", 10000, 0)])

    def test_product_is_outside_too(self):
        product = self.goods(property_account_income_id=self.account("3200").id)
        line = self.line(100.0, None, "3200", product_id=product.id)
        self.issued(self.invoice(line))
        [body] = self.sent("POST", "/products")
        self.assertEqual(body["vatType"], "OUTSIDE")

    def test_vat_is_stopped(self):
        move = self.invoice(self.line(100.0, "3", "3200", name="Kaffekurs"))
        self.not_issued(move, "failed", "Kaffekurs", "not registered for VAT")
