from odoo import Command

from ..common import SLUG_NO_VAT
from .sales import SaleCase


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
            move,
            "failed",
            "Kaffekurs",
            "not registered for VAT",
            self.fiken_company.name,
        )
