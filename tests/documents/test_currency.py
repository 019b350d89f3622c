from ...fiken_api import money
from .sales import SaleCase
from .test_credit_note import CreditMixin


class TestCurrency(CreditMixin, SaleCase):
    """Documents in other currencies: Odoo's NOK are booked, or nothing is."""

    def setUp(self):
        super().setUp()
        self.vendor.credit_note_way = "negative"
        for name, rate in (("EUR", 11.4237), ("USD", 10.1199), ("SEK", 1.0377)):
            self.rate(name, rate)

    def rate(self, name, kroner):
        currency = self.money_of(name)
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": currency.id,
                "company_id": self.company.id,
                "inverse_company_rate": kroner,
            }
        )

    def money_of(self, name):
        currency = self.env.ref(f"base.{name}")
        currency.active = True
        return currency

    def in_currency(self, name, *lines, **values):
        return self.invoice(*lines, currency_id=self.money_of(name).id, **values)

    def test_amounts_in_currency_and_in_odoos_nok(self):
        for name in ("EUR", "USD", "SEK"):
            move = self.in_currency(
                name, self.line(1000.0), self.line(33.33, "52", "3120")
            )
            sale = self.booked(move)
            self.assertEqual(sale["currency"], name)
            self.assertEqual(
                sum(
                    line["netPriceInCurrency"] + line["vatInCurrency"]
                    for line in sale["lines"]
                ),
                money.to_ore(move.amount_total),
            )
            self.assertEqual(
                sale["netAmount"] + sale["vatAmount"],
                money.to_ore(move.amount_total_signed),
            )
            booked = {
                line["account"]: line["netPrice"]
                for line in sale["lines"]
                if line["account"] != "7740"
            }
            odoo = {
                line.account_id.code: -money.to_ore(line.balance)
                for line in move.invoice_line_ids
            }
            self.assertEqual(booked, odoo)

    def test_payload_in_euro(self):
        self.booked(self.in_currency("EUR", self.line(1000.0), payment_reference="18"))
        [body] = self.sent("POST", "/sales")
        self.assert_sample("sale_eur", body)

    def test_vat_is_the_rates_in_both(self):
        self.round("globally")
        move = self.in_currency(
            "EUR", self.line(10.02), self.line(10.02, account="3020")
        )
        sale = self.booked(move)
        for line in sale["lines"]:
            if line["vatType"] != "HIGH":
                continue
            for net, vat in (("netPrice", "vat"), ("netPriceInCurrency",) * 2):
                vat = "vatInCurrency" if net != "netPrice" else vat
                self.assertEqual(line[vat], money.vat_of(line[net], 25), line)
        self.assertIn("in the document's currency", self.jobs(move, "sale").note)

    def test_credit_note_in_currency(self):
        move = self.in_currency("EUR", self.line(100.0))
        self.booked(move)
        credit = self.credit(move)
        sale = self.booked(credit)
        self.assertEqual(
            sale["netAmount"] + sale["vatAmount"],
            money.to_ore(credit.amount_total_signed),
        )
        self.assertLess(sale["netAmount"], 0)

    def test_rate_that_odoo_does_not_have_is_not_invented(self):
        move = self.in_currency("GBP", self.line(100.0))
        self.stopped(move, "failed", "GBP", "no rate")

    def test_draft_has_no_room_for_nok(self):
        move = self.in_currency("EUR", self.line(100.0), fiken_mode="draft")
        self.stopped(move, "failed", "EUR", "NOK")
        self.assertFalse(self.sandbox.get(f"/companies/{self.slug}/sales/drafts"))

    def test_fiken_would_use_a_rate_of_its_own_on_its_invoices(self):
        self.vendor.issuer = "fiken"
        move = self.in_currency("EUR", self.line(100.0))
        self.send()
        self.assertEqual(move.fiken_state, "failed", self.reasons(move))
        self.assertIn("rate of its own", move.fiken_job_id.sudo().reason)
        self.assertFalse(self.sandbox.get(f"/companies/{self.slug}/invoices/drafts"))

    def test_nok_that_fiken_counted_itself_are_told(self):
        move = self.in_currency("EUR", self.line(100.0))
        self.sandbox.unknowns(nok_of_foreign_lines="own_rate")
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        [sale] = self.sales(saleNumber=move.name)
        self.assertEqual(sale["netAmount"], 115000, "at the sandbox's 11.50")
        note = self.jobs(move, "sale").note
        self.assertIn("1,437.50", note)
        self.assertIn("1,427.96", note)
        self.assertTrue(
            move.activity_search(["mail.mail_activity_data_warning"]), "a to-do"
        )
