"""What is invoiced is in no settlement: said where the invoice does not go either."""

from .settling import DAY, SettlementCase

PROBLEM = "fiken_connector.mail_activity_fiken_problem"


class TestInvoices(SettlementCase):
    def invoiced_day(self):
        session = self.sold_day(close=False)
        order = self.shop.sell(
            session, self.mug, customer=self.customer, at=f"{DAY} 13:00:00"
        )
        self.shop.invoice(order, self.customer, at=f"{DAY} 13:05:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        return order

    def lines(self):
        return list(self.fiken_company._check_setup_till_invoices(None))

    def test_orders_whose_invoices_do_not_go_are_named_on_the_day(self):
        self.vendor.sale_mode = "off"
        order = self.invoiced_day()
        settlement = self.booked_day()
        self.assertIn(order.name, settlement.unsent_invoices)
        self.assertIn(order.name, settlement.activity_search([PROBLEM]).note)
        [line] = self.lines()
        self.assertIn(self.till.invoice_journal_id.name, line.text)

    def test_nothing_is_said_where_invoices_go(self):
        self.vendor.sale_mode = "booked"
        self.invoiced_day()
        settlement = self.booked_day()
        self.assertFalse(settlement.unsent_invoices)
        self.assertFalse(self.lines())

    def test_one_invoice_that_somebody_keeps_out_of_fiken_is_told_at_night(self):
        self.vendor.sale_mode = "booked"
        self.vendor.sale_trigger = "hand"
        order = self.invoiced_day()
        settlement = self.booked_day()
        self.assertFalse(settlement.unsent_invoices)
        order.account_move.fiken_mode = "none"
        self.night("2026-03-18 03:00:00")
        self.assertIn(order.name, settlement.unsent_invoices)
        order.account_move.fiken_mode = "booked"
        self.night("2026-03-19 03:00:00")
        self.assertFalse(settlement.unsent_invoices)
