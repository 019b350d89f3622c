from odoo import Command

from .sales import SaleCase


class TestSaleRefused(SaleCase):
    """Bad input is stopped with a sentence that says what to do; nothing is lost."""

    def test_tax_without_a_fiken_vat_type(self):
        tax = self.tax("3").copy({"name": "Egen avgift"})
        tax.fiken_vat_type = False
        line = self.line(100.0)
        line["tax_ids"] = [Command.set(tax.ids)]
        move = self.invoice(line)
        job = self.stopped(move, "blocked", "Egen avgift", "no Fiken VAT type")
        self.assertEqual((job.setting_model, job.setting_id), (tax._name, tax.id))
        tax.fiken_vat_type = "HIGH"
        self.booked(move)

    def test_vat_type_of_purchases_on_a_sale(self):
        tax = self.tax("21", "purchase").copy({"name": "Feil type"})
        tax.fiken_vat_type = "HIGH_BASIS"
        line = self.line(100.0)
        line["tax_ids"] = [Command.set(tax.ids)]
        self.stopped(self.invoice(line), "blocked", "Feil type", "HIGH_BASIS")

    def test_vat_type_is_proposed_by_code_never_by_rate(self):
        types = {
            "3": "HIGH",
            "31": "MEDIUM",
            "32": "RAW_FISH",
            "33": "LOW",
            "5": "EXEMPT",
        }
        types |= {"6": "OUTSIDE", "7": "NONE", "51": "EXEMPT_REVERSE"}
        types |= {"52": "EXEMPT_IMPORT_EXPORT"}
        for code, vat_type in types.items():
            self.assertEqual(self.tax(code).fiken_vat_type, vat_type)
        unknown = self.env["account.tax"].create({"name": "MVA", "amount": 25.0})
        self.assertFalse(unknown.fiken_vat_type, "25 % alone says nothing")

    def test_account_that_is_not_mapped(self):
        self.mapping("3000").unlink()
        move = self.invoice(self.line(100.0))
        self.stopped(move, "blocked", "3000", "not mapped", self.vendor.ledger_id.name)
        self.vendor.ledger_id.line_ids = [
            Command.create(
                {"account_id": self.account("3000").id, "fiken_code": "3000"}
            )
        ]
        self.booked(move)

    def test_account_that_fiken_does_not_have(self):
        line = self.mapping("3000")
        line.fiken_code = "3001"
        move = self.invoice(self.line(100.0))
        self.stopped(move, "blocked", "3001", "Fiken has no account")
        line.fiken_code = "3010"
        self.assertEqual(self.booked(move)["lines"][0]["account"], "3010")

    def test_account_and_vat_type_that_fiken_does_not_combine(self):
        move = self.invoice(self.line(100.0, "3", "3100"))
        self.stopped(move, "blocked", "Fiken refused account 3100", "HIGH")

    def test_several_taxes_on_a_line(self):
        line = self.line(100.0)
        line["tax_ids"] = [Command.set((self.tax("3") | self.tax("33")).ids)]
        self.stopped(self.invoice(line), "failed", "several taxes", "split the line")

    def test_line_without_a_text_is_named_by_its_account(self):
        line = self.line(100.0, name=False)
        sale = self.booked(self.invoice(line))
        self.assertEqual(sale["lines"][0]["description"], self.account("3000").name)

    def test_before_enabled_since_nothing_is_sent(self):
        self.vendor.enabled_since = "2026-04-01"
        move = self.invoice()
        self.send()
        self.assertEqual(move.fiken_state, "excluded")
        self.assertFalse(self.jobs(move))
        self.assertFalse(self.jobs(self.customer), "nor is its customer needed there")
        self.assertIn("before", move.fiken_hint)
        on_the_day = self.invoice(invoice_date="2026-04-01")
        self.booked(on_the_day)

    def test_before_the_books_in_fiken_start(self):
        self.vendor.enabled_since = "2020-01-01"
        move = self.invoice(invoice_date="2022-12-31")
        self.fiken_company.accounting_start_date = "2023-01-01"
        self.stopped(move, "failed", "12/31/2022", "01/01/2023")

    def test_period_that_is_closed_in_fiken(self):
        self.sandbox.unknowns(closed_period_to="2026-03-31")
        move = self.invoice()
        self.stopped(move, "failed", "lukket")
        self.sandbox.unknowns(closed_period_to=None)
        move.action_fiken_send()
        self.booked(move)

    def test_company_without_the_api_module(self):
        self.sandbox.company(self.slug, hasApiAccess=False)
        move = self.invoice()
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        self.assertIn("Tilleggstjenester", move._get_alerts()["fiken"]["message"])
        self.assertFalse(self.fiken_company.has_api_access)
        self.sandbox.company(self.slug, hasApiAccess=True)
        self.fiken_company.write({"has_api_access": True})
        self.booked(move)

    def test_customer_with_a_name_of_300_characters(self):
        self.customer.name = "Kaffebaren " + "æ" * 300
        move = self.invoice()
        self.stopped(move, "failed", "Kaffebaren", "311 characters", "Shorten it")
        self.customer.name = "Kaffebaren AS"
        self.booked(move)

    def test_emoji_and_norwegian_letters_arrive_whole(self):
        self.customer.name = "Blåbær & Rømme ☕🇳🇴 AS"
        sale = self.booked(
            self.invoice(self.line(1.0, name="Kaffe ☕ “dobbel” <b>1/2</b> 👩‍🍳"))
        )
        self.assertEqual(sale["customer"]["name"], "Blåbær & Rømme ☕🇳🇴 AS")
        self.assertEqual(
            sale["lines"][0]["description"], "Kaffe ☕ “dobbel” <b>1/2</b> 👩‍🍳"
        )

    def test_customer_without_a_country(self):
        # Fiken may show an address that nobody sent.
        self.sandbox.unknowns(contact_defaults="absent")
        self.customer.write({"country_id": False, "street": "Torget 1"})
        sale = self.booked(self.invoice())
        self.assertNotIn("address", sale["customer"])
        self.assertIn("country", self.jobs(self.customer).note)

    def test_one_that_is_stopped_does_not_hold_up_the_next(self):
        bad = self.invoice(self.line(100.0, "3", "3100"))
        good = self.invoice()
        self.booked(good)
        self.assertEqual(bad.fiken_state, "blocked")
