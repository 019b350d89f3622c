"""A vendor's day goes to Fiken: once, complete, to the øre."""

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form

from .settling import DAY, NIGHT, NUMBER, SettlementCase


class TestSettlement(SettlementCase):
    def test_a_day_is_one_sale_with_a_payment_per_means(self):
        self.sold_day()
        settlement = self.booked_day()
        [sale] = self.settlement_sales()
        day = self.day(DAY)
        self.assertEqual(sale["saleNumber"], NUMBER)
        self.assertEqual(sale["kind"], "external_invoice")
        self.assertEqual(sale["date"], DAY)
        self.assertEqual(sale["netAmount"] + sale["vatAmount"], day.gross)
        self.assertEqual(
            {
                (payment["account"], payment["amount"])
                for payment in sale["salePayments"]
            },
            {
                ("1901", self.paid_by(day, self.cash_method)),
                ("1960:10001", self.paid_by(day, self.shop.card)),
            },
        )
        self.assertEqual(sale["outstandingBalance"], 0)
        self.assertTrue(sale["settled"])
        self.assertEqual(settlement.gross, day.gross / 100)

    def test_a_booked_day_says_why_it_is_not_read_again(self):
        self.sold_day()
        settlement = self.booked_day()
        read_at = settlement.read_at
        with self.assertRaisesRegex(UserError, "keep their figures"):
            settlement.action_read()
        self.assertEqual(settlement.read_at, read_at)

    def paid_by(self, day, method):
        return sum(one.amount for one in day.payments if one.means_id == method.id)

    def test_the_payload_of_a_day(self):
        self.sold_day()
        self.booked_day()
        [body] = self.sent("POST", "/sales")
        self.assert_sample("settlement_day", body)

    def test_a_day_is_sent_once_however_often_somebody_presses_send(self):
        self.sold_day()
        settlement = self.booked_day()
        settlement.action_send()
        self.send()
        self.assertEqual(len(self.settlement_sales()), 1)
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1)

    def test_a_preview_sends_nothing(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        self.assertEqual(settlement.state, "ready")
        for words in ("3030", "3000", "1960:10001", "1901", "MEDIUM"):
            self.assertIn(words, settlement.preview)
        self.send()
        self.assertFalse(self.jobs(settlement))
        self.assertFalse(self.settlement_sales())

    def test_a_preview_is_written_as_its_reader_writes(self):
        self.env["res.lang"]._activate_lang("nb_NO")
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        english, norwegian = (
            str(settlement.with_context(lang=lang).preview).replace("\xa0", " ")
            for lang in ("en_US", "nb_NO")
        )
        gross = settlement.gross
        self.assertIn(f"{gross:,.2f}", english)
        self.assertIn("2026", english)
        self.assertNotIn(str(settlement.day), english + norwegian)
        written = f"{gross:,.2f}".replace(",", " ").replace(".", ",")
        self.assertIn(written, norwegian)
        self.assertNotIn(f"{gross:,.2f}", norwegian)

    def test_a_day_with_an_open_session_waits_and_says_for_which(self):
        session = self.sold_day(close=False)
        settlement = self.settlement()
        with self.assertRaisesRegex(UserError, session.name):
            settlement.action_send()
        self.assertFalse(self.jobs(settlement))

    def test_an_order_that_is_paid_later_must_be_invoiced_first(self):
        session = self.sold_day(close=False)
        order = self.shop.sell(
            session,
            self.mug,
            paid=[(self.shop.later, None)],
            customer=self.customer,
            at=f"{DAY} 13:00:00",
        )
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.settlement()
        settlement.action_read()
        self.assertEqual(settlement.state, "open")
        self.assertIn(order.name, settlement.reason)

    def test_an_invoiced_order_is_never_in_the_settlement(self):
        session = self.sold_day(close=False)
        order = self.shop.sell(
            session, self.mug, customer=self.customer, at=f"{DAY} 13:00:00"
        )
        self.shop.invoice(order, self.customer, at=f"{DAY} 13:05:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.booked_day()
        [sale] = self.settlement_sales()
        self.assertEqual(settlement.invoiced_count, 1)
        self.assertEqual(
            sale["netAmount"] + sale["vatAmount"], self.day(DAY).gross, settlement
        )

    def test_nothing_before_the_vendor_was_enabled(self):
        self.sold_day("2026-03-15")
        self.vendor.enabled_since = DAY
        self.assertFalse(self.settlement("2026-03-15"))

    def test_a_vendor_that_was_enabled_later_keeps_an_earlier_day_back(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_send()
        self.vendor.enabled_since = "2026-03-17"
        self.send()
        self.assertFalse(self.settlement_sales())
        self.assertEqual(self.jobs(settlement).state, "dropped")

    def test_a_closed_period_stops_the_day_and_never_moves_it(self):
        self.sold_day()
        self.sandbox.unknowns(closed_period_to="2026-03-31")
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.assertIn("lukket", settlement.reason)
        self.assertFalse(self.settlement_sales())
        self.sandbox.unknowns(closed_period_to=None)
        settlement.action_retry()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(sale["date"], DAY)

    def test_a_means_without_account_stops_the_day_until_it_is_mapped(self):
        self.sold_day()
        line = self.ledger.line_ids.filtered(
            lambda line: line.means_id == self.shop.card.id and line.means_model
        )
        line.unlink()
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.assertIn(self.shop.card.name, settlement.reason)
        self.assertFalse(self.settlement_sales())
        self.map_means(self.shop.card, "1960:10001")
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))

    def test_cash_account_that_fiken_refuses_leaves_that_payment_alone(self):
        self.sandbox.unknowns(account_1901="refuse")
        self.sold_day()
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "failed")
        self.assertIn("1901", settlement.reason)
        [sale] = self.settlement_sales()
        self.assertEqual(len(sale["salePayments"]), 1)
        self.map_means(self.cash_method, "1920:10001")
        settlement.action_retry()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(sale["outstandingBalance"], 0)
        self.assertEqual(len(sale["salePayments"]), 2)

    def test_the_customer_has_the_name_that_somebody_chose(self):
        self.fiken_company.settlement_customer_name = "Kontantsalg"
        self.sold_day()
        self.sent_day()
        [sale] = self.sales()
        self.assertEqual(sale["customer"]["name"], "Kontantsalg")
        self.fiken_company.settlement_customer_name = "Dagsoppgjør"
        self.send()
        [sale] = self.sales()
        self.assertEqual(sale["customer"]["name"], "Dagsoppgjør")

    def test_all_days_are_booked_on_one_customer(self):
        self.sold_day()
        self.sold_day("2026-03-17")
        settlements = self.settlement() | self.settlement("2026-03-17")
        settlements.action_send()
        self.send()
        self.assertEqual(set(settlements.mapped("state")), {"booked"})
        self.assertEqual(self.sandbox.count("POST", "/contacts"), 1)
        self.assertEqual(
            sorted(sale["saleNumber"] for sale in self.settlement_sales()),
            [NUMBER, "MAIN-2026-03-17"],
        )

    def test_a_day_where_all_was_invoiced_has_nothing_to_send(self):
        self.invoiced_day()
        settlement = self.settlement()
        settlement.action_read()
        self.assertEqual(settlement.state, "skipped")
        self.assertIn("invoices", settlement.reason)

    def test_somebody_may_skip_a_day_and_send_it_after_all(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        settlement.action_skip()
        self.vendor.daily_schedule = True
        with freeze_time(NIGHT), self.as_cron():
            self.vendor.settlement_cron_id.method_direct_trigger()
        self.assertEqual(settlement.state, "skipped")
        settlement.action_send()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        with self.assertRaises(UserError):
            settlement.action_skip()

    def test_a_settlement_in_fiken_is_kept(self):
        self.sold_day()
        settlement = self.booked_day()
        with self.assertRaises(UserError):
            settlement.unlink()

    # By hand

    def test_a_range_of_days_is_read_and_sent_each_as_its_own(self):
        for day in (DAY, "2026-03-18"):
            self.sold_day(day)
        action = self.read_days(DAY, "2026-03-20")
        settlements = self.env["fiken.settlement"].search(action["domain"])
        self.assertEqual(settlements.mapped("state"), ["ready", "ready"])
        self.assertFalse(self.jobs(settlements[0]))
        settlements.action_send()
        self.send()
        self.assertEqual(set(settlements.mapped("state")), {"booked"})
        self.assertEqual(len(self.settlement_sales()), 2)

    def test_days_without_sales_and_vendors_without_settlements(self):
        with self.assertRaisesRegex(UserError, "no sales"):
            self.read_days(DAY, DAY)
        self.vendor.settlement_mode = "off"
        with self.assertRaisesRegex(UserError, "does not send"):
            self.read_days(DAY, DAY)

    def test_the_only_vendor_with_settlements_is_proposed(self):
        self.assertEqual(self.env["fiken.settle"].create({}).vendor_id, self.vendor)
        self.vendor.copy({"code": "OTHER", "settlement_mode": "draft"})
        with Form(self.env["fiken.settle"]) as form:
            self.assertFalse(form.vendor_id)
            form.vendor_id = self.vendor

    def read_days(self, since, until):
        wizard = self.env["fiken.settle"].create(
            {"vendor_id": self.vendor.id, "since": since, "until": until}
        )
        return wizard.action_read()

    # Projects

    def test_several_projects_are_several_sales(self):
        plan = self.env["account.analytic.plan"].create({"name": "Prosjekt"})
        projects = self.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "code": code}
                for name, code in (("Kafé", "K1"), ("Butikk", "B1"))
            ]
        )
        self.vendor.write(
            {
                "projects_enabled": True,
                "analytic_plan_id": plan.id,
                "default_project_id": projects[1].id,
            }
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "product_id": self.coffee.id,
                "analytic_distribution": {str(projects[0].id): 100},
                "company_id": self.company.id,
            }
        )
        self.sold_day()
        settlement = self.booked_day()
        sales = self.settlement_sales()
        self.assertEqual(
            sorted((sale["saleNumber"], sale["project"]["number"]) for sale in sales),
            [(NUMBER, "K1"), (NUMBER + "-2", "B1")]
            if sales[0]["project"]["number"] == "K1"
            else sorted(
                (sale["saleNumber"], sale["project"]["number"]) for sale in sales
            ),
        )
        self.assertEqual(len(sales), 2)
        self.assertEqual(
            sum(sale["netAmount"] + sale["vatAmount"] for sale in sales),
            self.day(DAY).gross,
        )
        self.assertEqual([sale["outstandingBalance"] for sale in sales], [0, 0])
        self.assertTrue(settlement.url)
