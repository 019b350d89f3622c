from odoo import Command

from .invoices import InvoiceCase


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
        self.assertTrue(move.fiken_url.endswith(f"/{invoice['sale']['saleId']}"))
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertIn(invoice["kid"], terms.name, "bank matching looks at the KID")
        self.assertEqual(len(self.sales()), 1, "one voucher, made by Fiken")

    def test_a_pdf_that_is_not_made_yet_holds_up_nobody(self):
        self.sandbox.unknowns(pdf_seconds=600)
        moves = self.invoice(self.line(1000.0)) | self.invoice(self.line(2000.0))
        self.send()
        papers = self.jobs(moves[0], "invoice_papers") | self.jobs(
            moves[1], "invoice_papers"
        )
        self.assertEqual(papers.mapped("state"), ["pending"] * 2)
        self.assertEqual(papers.mapped("attempts"), [1, 1], "each was asked for")
        self.sandbox.unknowns(pdf_seconds=0)
        papers.next_try_at = False
        self.commit()
        self.send()
        self.assertEqual(papers.mapped("state"), ["done"] * 2, papers.mapped("reason"))
        self.assertTrue(all(move.invoice_pdf_report_id for move in moves))

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
        self.assertTrue(move.fiken_url.endswith(f"/fakturautkast/{draft['uuid']}"))
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
        self.assertTrue(move.fiken_url.endswith(f"/{invoice['sale']['saleId']}"))
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
        job = self.not_issued(
            move, "blocked", "invoice numbers", self.fiken_company.name
        )
        self.assertEqual(job.setting_model, "fiken.company")
        self.assertEqual(self.sandbox.count("POST", "/createInvoice"), 0, "asked first")

    def test_number_series_is_asked_for_once(self):
        self.issued(self.invoice())
        self.assertTrue(self.fiken_company.invoice_series_started)
        self.issued(self.invoice())
        self.assertEqual(self.sandbox.count("GET", "/invoices/counter"), 1)

    def test_bank_account_that_fiken_has_not_verified(self):
        self.sandbox.reset(bank_verified=False)
        job = self.not_issued(self.invoice(), "blocked", "not verified", "in Fiken")
        self.assertEqual(job.setting_model, "fiken.vendor")

    def test_customer_in_trouble_holds_up_its_invoice_and_says_why(self):
        self.customer.name = "æ" * 300
        move = self.invoice()
        self.not_issued(move, "failed", "300 characters")
        self.customer.name = "Kaffebaren AS"
        self.issued(move)

    def test_product_in_trouble_holds_up_its_invoice_and_says_why(self):
        product = self.goods(
            taxes_id=[Command.set((self.tax("3") | self.tax("33")).ids)]
        )
        move = self.invoice(self.line(product_id=product.id))
        self.not_issued(move, "failed", "Kaffekvern", "several sales taxes")
        self.assertIn("several sales taxes", str(move.message_ids[0].body))
        product.taxes_id = self.tax("3")
        self.issued(move)
