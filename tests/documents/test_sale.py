from odoo import Command
from odoo.exceptions import UserError

from ..common import SLUG_NO_VAT, FikenCase
from ..golden import GoldenMixin


class SaleCase(GoldenMixin, FikenCase):
    """Helpers of the tests about documents that are booked as sales."""

    def booked(self, move):
        """The one sale in Fiken of a confirmed invoice."""
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        [sale] = self.sales(saleNumber=move.name)
        return sale

    def reasons(self, move):
        return self.jobs(move).mapped("reason")

    def stopped(self, move, state, *words):
        """It is not in Fiken, and the sentence on it says why."""
        self.send()
        self.assertFalse(self.sales(saleNumber=move.name))
        self.assertEqual(move.fiken_state, state, self.reasons(move))
        reason = move.fiken_job_id.sudo().reason
        for word in words:
            self.assertIn(word, reason)
        return move.fiken_job_id.sudo()

    def lines_of(self, sale):
        return [
            (line["account"], line["vatType"], line["netPrice"], line["vat"])
            for line in sale["lines"]
        ]

    def mapping(self, code):
        """The ledger line of an Odoo account."""
        account = self.account(code)
        return self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_id == account
        )

    def round(self, method):
        self.company.tax_calculation_rounding_method = f"round_{method}"


class TestSale(SaleCase):
    """Invoices that Odoo issues, booked in Fiken to the øre."""

    def test_confirmed_invoice_is_booked_once(self):
        move = self.invoice(self.line(1000.0))
        sale = self.booked(move)
        self.assertEqual((sale["netAmount"], sale["vatAmount"]), (100000, 25000))
        self.send()
        self.assertEqual(len(self.sales()), 1)
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1)

    def test_payload_of_an_invoice_with_every_vat_type(self):
        move = self.invoice(
            self.line(100.0, "3", "3000", quantity=3, name="Kaffebønner"),
            self.line(49.9, "31", "3030", name="Boller"),
            self.line(200.0, "33", "3050", name="Kinobillett"),
            self.line(150.0, "5", "3100", name="Bok"),
            self.line(80.0, "6", "3200", name="Utleie"),
            self.line(70.0, "7", "3009", name="Uten behandling"),
            self.line(60.0, "51", "3110", name="Klimakvoter"),
            self.line(50.0, "52", "3120", name="Tjeneste til Sverige"),
            payment_reference="2345676",
            invoice_date_due="2026-04-15",
        )
        self.booked(move)
        [body] = self.sent("POST", "/sales")
        self.assert_sample("sale_vat_types", body)

    def test_five_zero_rates_are_told_apart(self):
        codes = {
            "5": ("EXEMPT", "3100"),
            "6": ("OUTSIDE", "3200"),
            "7": ("NONE", "3009"),
            "51": ("EXEMPT_REVERSE", "3110"),
            "52": ("EXEMPT_IMPORT_EXPORT", "3120"),
        }
        move = self.invoice(
            *(
                self.line(10.0, code, account)
                for code, (_type, account) in codes.items()
            )
        )
        sale = self.booked(move)
        self.assertEqual(
            self.lines_of(sale),
            [(account, type_, 1000, 0) for type_, account in codes.values()],
        )

    def test_line_without_tax_is_what_the_ledger_says(self):
        ledger = self.vendor.ledger_id
        for choice, account in (("NONE", "3009"), ("OUTSIDE", "3200")):
            ledger.sales_without_tax = choice
            sale = self.booked(self.invoice(self.line(100.0, None, account)))
            self.assertEqual(self.lines_of(sale), [(account, choice, 10000, 0)])

    def test_line_without_tax_waits_until_the_ledger_says_what_it_is(self):
        ledger = self.vendor.ledger_id
        ledger.sales_without_tax = False
        move = self.invoice(self.line(100.0, None, "3009"))
        job = self.stopped(move, "blocked", ledger.name, "No Tax on Sales")
        self.assertEqual((job.setting_model, job.setting_id), (ledger._name, ledger.id))
        ledger.sales_without_tax = "NONE"
        self.assertEqual(self.lines_of(self.booked(move)), [("3009", "NONE", 10000, 0)])

    def test_discounts_and_many_decimals(self):
        self.env.ref("product.decimal_price").digits = 5
        self.env.ref("uom.decimal_product_uom").digits = 4
        move = self.invoice(
            self.line(12.34567, quantity=3.3333),
            self.line(99.99, discount=33.33),
            self.line(10.0, discount=100.0),
        )
        # 41.1518… + 66.6633…: Odoo takes 25 % of the unrounded sum, Fiken of 107.82.
        self.assertEqual((move.amount_untaxed, move.amount_tax), (107.82, 26.95))
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [("3000", "HIGH", 10782, 2696), ("7740", "NONE", -1, 0)],
        )

    def test_prices_with_vat_in_them(self):
        tax = self.tax("3")
        tax.price_include_override = "tax_included"
        move = self.invoice(self.line(125.0), self.line(99.9), self.line(0.99))
        sale = self.booked(move)
        self.assertEqual(sale["netAmount"] + sale["vatAmount"], 22589)
        self.assertEqual(move.amount_total, 225.89)
        self.assertEqual(sale["vatAmount"], round(move.amount_tax * 100))

    def test_rounding_per_line_sends_lines_as_they_are(self):
        self.round("per_line")
        move = self.invoice(*(self.line(10.02, name=f"Kopp {n}") for n in range(3)))
        self.assertEqual(
            self.lines_of(self.booked(move)), [("3000", "HIGH", 1002, 251)] * 3
        )

    def test_rounding_globally_sends_a_sum_per_account_and_vat_type(self):
        self.round("globally")
        move = self.invoice(
            self.line(10.02),
            self.line(10.02),
            self.line(10.02),
            self.line(5.0, "31", "3030"),
        )
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [("3000", "HIGH", 3006, 752), ("3030", "MEDIUM", 500, 75)],
        )

    def test_texts_of_a_sum_fit_into_fikens_field(self):
        move = self.invoice(
            *(
                self.line(1.0, name=f"Vare nummer {n}, {'lang tekst ' * 5}")
                for n in range(9)
            )
        )
        [line] = self.booked(move)["lines"]
        self.assertEqual(len(line["description"]), 200)
        self.assertTrue(line["description"].startswith("Vare nummer 0, lang"))
        self.assertTrue(line["description"].endswith("…"))

    def test_cost_of_goods_is_never_sent(self):
        move = self.invoice(self.line(100.0), post=False)
        move.write(
            {
                "line_ids": [
                    Command.create(
                        {
                            "name": "Varekost",
                            "display_type": "cogs",
                            "account_id": self.account(code).id,
                            "balance": balance,
                            "tax_ids": False,
                        }
                    )
                    for code, balance in (("4000", 40.0), ("1460", -40.0))
                ]
            }
        )
        move.action_post()
        self.assertEqual(len(move.line_ids), 5)
        self.assertEqual(
            self.lines_of(self.booked(move)), [("3000", "HIGH", 10000, 2500)]
        )

    def test_sections_and_notes_are_not_booked(self):
        move = self.invoice(
            {"display_type": "line_section", "name": "Varer"},
            self.line(100.0),
            {"display_type": "line_note", "name": "Leveres mandag"},
        )
        self.assertEqual(
            self.lines_of(self.booked(move)), [("3000", "HIGH", 10000, 2500)]
        )

    def test_rounding_to_whole_kroner_is_booked_on_its_account(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Hele kroner",
                "rounding": 1.0,
                "strategy": "add_invoice_line",
                "profit_account_id": self.account("7740").id,
                "loss_account_id": self.account("7740").id,
            }
        )
        self.vendor.ledger_id.sales_without_tax = False
        move = self.invoice(self.line(10.3), invoice_cash_rounding_id=rounding.id)
        self.assertEqual(move.amount_total, 13.0)
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [("3000", "HIGH", 1030, 258), ("7740", "NONE", 12, 0)],
        )

    def test_vat_that_a_person_corrected_in_odoo(self):
        move = self.invoice(self.line(100.0), post=False)
        vat_line = move.line_ids.filtered("tax_line_id")
        term = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        move.write(
            {
                "line_ids": [
                    Command.update(vat_line.id, {"amount_currency": -25.01}),
                    Command.update(term.id, {"amount_currency": 125.01}),
                ]
            }
        )
        move.action_post()
        self.assertEqual(move.amount_total, 125.01)
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [("3000", "HIGH", 10000, 2500), ("7740", "NONE", 1, 0)],
        )

    # Who, when and with what reference

    def test_delivery_to_a_child_contact_is_booked_on_the_company(self):
        delivery = self.env["res.partner"].create(
            {"name": "Lageret", "type": "delivery", "parent_id": self.customer.id}
        )
        sale = self.booked(self.invoice(partner_id=delivery.id))
        self.assertEqual(sale["customer"]["name"], "Kaffebaren AS")
        self.assertFalse(self.jobs(delivery), "only the company is a contact in Fiken")

    def test_private_customer(self):
        person = self.env["res.partner"].create(
            {"name": "Ola Nordmann", "country_id": self.norway.id}
        )
        sale = self.booked(self.invoice(partner_id=person.id))
        self.assertEqual(sale["customer"]["name"], "Ola Nordmann")
        self.assertNotIn("organizationNumber", sale["customer"])

    def test_due_date_comes_from_the_payment_term(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Halvparten om 10 dager, resten om 30",
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
        sale = self.booked(self.invoice(invoice_payment_term_id=term.id))
        self.assertEqual((sale["date"], sale["dueDate"]), ("2026-03-16", "2026-04-15"))

    def test_kid_of_the_norwegian_reference_is_sent(self):
        move = self.invoice(post=False)
        move.journal_id.write(
            {"invoice_reference_model": "no", "invoice_reference_type": "invoice"}
        )
        move.action_post()
        sale = self.booked(move)
        self.assertTrue(sale["kid"].isdigit())
        self.assertEqual(sale["kid"], move.payment_reference)

    def test_reference_that_is_no_kid_is_left_out(self):
        sale = self.booked(self.invoice(payment_reference="Kontrakt 42"))
        self.assertNotIn("kid", sale)

    def test_kid_written_with_spaces(self):
        sale = self.booked(self.invoice(payment_reference="234 56 76"))
        self.assertEqual(sale["kid"], "2345676")

    def test_invoice_number_is_the_sale_number_and_comes_back_as_link(self):
        move = self.invoice()
        sale = self.booked(move)
        self.assertEqual(move.fiken_number, move.name)
        self.assertIn(str(sale["saleId"]), move.fiken_url)
        self.assertIn(move.name, str(move.message_ids[0].body))
        self.assertIn("Booked in Fiken", str(move.message_ids[0].body))

    def test_sale_number_that_fiken_keeps_unique(self):
        self.sandbox.unknowns(unique_sale_number=True)
        for _each in range(2):
            self.booked(self.invoice())


class TestSaleAmounts(SaleCase):
    """Rule 6: where Odoo's VAT is not rate × net, øre go to 7740, and it is said."""

    def setUp(self):
        super().setUp()
        self.round("globally")

    def two_accounts(self, price=10.02):
        """VAT is rounded once in Odoo, but once per account in Fiken."""
        return self.invoice(self.line(price), self.line(price, account="3020"))

    def test_difference_is_on_7740_and_named_per_vat_type(self):
        move = self.two_accounts()
        self.assertEqual(move.amount_tax, 5.01)
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [
                ("3000", "HIGH", 1002, 251),
                ("3020", "HIGH", 1002, 251),
                ("7740", "NONE", -1, 0),
            ],
        )
        self.assertIn(
            "VAT HIGH: Odoo 5,01, Fiken 5,02; the difference is on 7740.",
            self.jobs(move).note,
        )
        self.assertIn("5,02", str(move.message_ids[0].body))

    def test_fikens_tolerance_keeps_odoos_vat(self):
        self.sandbox.unknowns(vat_tolerance_ore=1)
        self.books.vat_tolerance_ore = 1
        move = self.two_accounts()
        sale = self.booked(move)
        self.assertEqual(sale["vatAmount"], 501)
        self.assertEqual([line["account"] for line in sale["lines"]], ["3000", "3020"])
        self.assertFalse(self.jobs(move).note)

    def test_a_tolerance_that_fiken_has_but_we_do_not_use(self):
        self.sandbox.unknowns(vat_tolerance_ore=5)
        self.assertEqual(len(self.booked(self.two_accounts())["lines"]), 3)

    def test_a_tolerance_that_fiken_does_not_have_is_refused_with_its_figures(self):
        self.books.vat_tolerance_ore = 1
        self.stopped(self.two_accounts(), "failed", "251", "250")

    def test_rounding_account_that_fiken_refuses_stops_with_both_figures(self):
        self.sandbox.unknowns(rounding_account_on_sales="refuse")
        move = self.two_accounts()
        self.stopped(move, "failed", "7740", "Odoo 5,01", "Fiken 5,02")
        self.sandbox.unknowns(rounding_account_on_sales="accept")
        move.action_fiken_send()
        self.booked(move)

    def test_rounding_method_that_was_changed_after_it_was_confirmed(self):
        self.round("per_line")
        move = self.invoice(*(self.line(10.02, name=f"Kopp {n}") for n in range(3)))
        self.round("globally")
        self.assertEqual(
            self.lines_of(self.booked(move)), [("3000", "HIGH", 1002, 251)] * 3
        )

    def test_above_the_cap_it_stops_with_both_figures(self):
        self.books.rounding_cap_ore = 1
        move = self.invoice(
            *(self.line(10.02, account=a) for a in ("3000", "3020", "3010"))
        )
        # 30.06 × 25 % = 7.52 in Odoo (7.515), 3 × 2.51 = 7.53 in Fiken
        self.booked(move)
        self.books.rounding_cap_ore = 0
        move = self.invoice(
            *(self.line(10.02, account=a) for a in ("3000", "3020", "3010"))
        )
        self.stopped(move, "failed", "rounding cap", "HIGH: Odoo 7,52, Fiken 7,53")

    def test_cap_is_for_the_whole_document(self):
        self.books.rounding_cap_ore = 1
        move = self.invoice(
            self.line(10.02),
            self.line(10.02, account="3020"),
            self.line(10.1, "31", "3030"),
            self.line(10.1, "31", "3040"),
        )
        self.stopped(move, "failed", "HIGH: Odoo 5,01, Fiken 5,02", "MEDIUM: Odoo 3,03")

    def test_raw_fish_of_odoos_chart_is_taxed_too_low(self):
        """Odoo's chart says 11 %, the law and Fiken 11.11 %: too far apart to round."""
        move = self.invoice(self.line(1000.0, "32", "3030"))
        self.stopped(move, "failed", "RAW_FISH: Odoo 110,00, Fiken 111,10")
        self.tax("32").amount = 11.11
        sale = self.booked(self.invoice(self.line(1000.0, "32", "3030")))
        self.assertEqual(self.lines_of(sale), [("3030", "RAW_FISH", 100000, 11110)])

    def test_rounding_account_missing_in_fikens_chart_is_a_missing_setting(self):
        self.vendor.ledger_id.rounding_code = "7749"
        move = self.two_accounts()
        self.stopped(move, "blocked", "7749", self.vendor.ledger_id.name)
        self.vendor.ledger_id.rounding_code = "7740"
        self.booked(move)

    # Nobody knows whether Fiken takes negative amounts: a setting decides

    def return_of_cups(self):
        return self.invoice(self.line(100.0), self.line(-30.0, "31", "3030"))

    def test_negative_amount_stops_and_names_the_setting(self):
        move = self.return_of_cups()
        job = self.stopped(move, "blocked", "3030", "-34,50")
        self.assertEqual(job.setting_model, "fiken.company")
        self.books.negative_lines = "send"
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [("3000", "HIGH", 10000, 2500), ("3030", "MEDIUM", -3000, -450)],
        )

    def test_fiken_refuses_negative_amounts(self):
        self.books.negative_lines = "send"
        self.sandbox.unknowns(negative_lines="refuse")
        self.stopped(self.return_of_cups(), "failed", "negative")

    def test_discount_line_of_the_same_kind_is_no_negative_amount(self):
        self.sandbox.unknowns(negative_lines="refuse")
        for method in ("globally", "per_line"):
            self.round(method)
            move = self.invoice(self.line(100.0), self.line(-10.0, name="Rabatt"))
            self.assertEqual(
                self.lines_of(self.booked(move)), [("3000", "HIGH", 9000, 2250)]
            )

    def test_negative_invoice_is_a_credit_note_says_odoo(self):
        with self.assertRaisesRegex(UserError, "credit note"):
            self.invoice(self.line(-100.0))
        self.send()
        self.assertFalse(self.sales())

    def test_invoice_of_zero_is_nothing_to_book_and_says_so(self):
        for lines in (
            [self.line(0.0)],
            [self.line(100.0, discount=100.0)],
            [self.line(100.0), self.line(-100.0, name="Gratis")],
        ):
            move = self.invoice(*lines)
            self.send()
            job = self.jobs(move)
            self.assertEqual(job.state, "dropped")
            self.assertIn("zero", job.reason)
            self.assertIn("zero", str(move.message_ids[0].body))
        self.assertFalse(self.sales())

    def test_amounts_that_cancel_out_over_two_accounts(self):
        self.books.negative_lines = "send"
        lines = [self.line(100.0), self.line(-100.0, account="3020")]
        move = self.invoice(*lines)
        sale = self.booked(move)
        self.assertEqual(sale["netAmount"], 0)
        self.sandbox.unknowns(zero_total="refuse")
        self.stopped(self.invoice(*lines), "failed", "add up to 0")


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
        self.stopped(move, "failed", "Fiken said", "3100", "HIGH")

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
        self.assertFalse(self.jobs(self.customer), "nor is her customer needed there")
        self.assertIn("before", move._get_alerts()["fiken"]["message"])
        on_the_day = self.invoice(invoice_date="2026-04-01")
        self.booked(on_the_day)

    def test_before_the_books_in_fiken_start(self):
        self.vendor.enabled_since = "2020-01-01"
        move = self.invoice(invoice_date="2022-12-31")
        self.books.accounting_start_date = "2023-01-01"
        self.stopped(move, "failed", "2022-12-31", "2023-01-01")

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
        self.assertFalse(self.books.has_api_access)
        self.sandbox.company(self.slug, hasApiAccess=True)
        self.books.write({"has_api_access": True})
        self.booked(move)

    def test_customer_with_a_name_of_300_characters(self):
        self.customer.name = "Kaffebaren " + "æ" * 300
        move = self.invoice()
        self.stopped(move, "blocked", "Kaffebaren", "311 characters", "Shorten it")
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
        self.customer.write({"country_id": False, "street": "Torget 1"})
        sale = self.booked(self.invoice())
        self.assertNotIn("address", sale["customer"])
        self.assertIn("country", self.jobs(self.customer).note)

    def test_one_that_is_stopped_does_not_hold_up_the_next(self):
        bad = self.invoice(self.line(100.0, "3", "3100"))
        good = self.invoice()
        self.booked(good)
        self.assertEqual(bad.fiken_state, "failed")


class TestSaleWithoutVat(SaleCase):
    """A company that is not registered for VAT books everything outside the act."""

    slug = SLUG_NO_VAT

    def test_lines_without_tax_are_outside_whatever_the_ledger_says(self):
        sale = self.booked(self.invoice(self.line(100.0, None, "3200")))
        self.assertEqual(self.lines_of(sale), [("3200", "OUTSIDE", 10000, 0)])

    def test_zero_tax_is_outside_too(self):
        sale = self.booked(self.invoice(self.line(100.0, "5", "3200")))
        self.assertEqual(self.lines_of(sale), [("3200", "OUTSIDE", 10000, 0)])

    def test_invoice_with_vat_is_stopped(self):
        move = self.invoice(self.line(100.0, "3", "3200", name="Kaffekurs"))
        self.stopped(
            move, "failed", "Kaffekurs", "not registered for VAT", self.books.name
        )
