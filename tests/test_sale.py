from .common import FikenCase


class TestSale(FikenCase):
    """Invoices that Odoo issues, booked in Fiken."""

    def test_confirmed_invoice_is_booked_once(self):
        move = self.invoice(self.line(1000.0))
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.jobs(move).mapped("reason"))
        sales = self.sales(saleNumber=move.name)
        self.assertEqual(len(sales), 1)
        self.assertEqual(sales[0]["netAmount"], 100000)
        self.assertEqual(sales[0]["vatAmount"], 25000)
