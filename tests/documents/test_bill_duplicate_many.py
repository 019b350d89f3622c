from unittest.mock import patch

from ...models.documents import fiken_purchase_reading
from .bills import BillCase

PURCHASES = 2000
BILLS = 10


class TestManyPurchases(BillCase):
    """Bills of a company that has thousands of purchases in Fiken already."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.suppliers = cls.env["res.partner"].create(
            [
                {"name": f"Leverandør {number}", "is_company": True}
                for number in range(BILLS)
            ]
        )
        cls.suppliers.supplier_rank = 1

    def setUp(self):
        super().setUp()
        for supplier in self.suppliers:
            self.owe("contact", supplier)
        self.send()
        ids = [
            int(self.binding(supplier, "contact").remote_id)
            for supplier in self.suppliers
        ]
        ids += self.sandbox.fill(
            self.slug,
            "contacts",
            [{"name": f"Andre {number}", "supplier": True} for number in range(40)],
        )
        self.others = ids
        line = {
            "description": "Varer",
            "vatType": "HIGH",
            "account": "4300",
            "netPrice": 7700,
            "vat": 1925,
        }
        self.sandbox.fill(
            self.slug,
            "purchases",
            [
                {
                    "kind": "supplier",
                    "date": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
                    "currency": "NOK",
                    "identifier": f"A-{number}",
                    "supplierId": ids[number % len(ids)],
                    "lines": [line],
                }
                for number in range(PURCHASES)
            ],
        )
        self.bills = self.env["account.move"].union(
            *(
                self.bill(
                    ref=f"B-{number}",
                    partner_id=self.suppliers[number].id,
                    invoice_date=f"2026-03-{number * 2 + 3:02}",
                )
                for number in range(BILLS)
            )
        )
        self.commit()
        self.sandbox.reset_stats()

    def run_once(self):
        """:return: how many documents it booked"""
        before = self.sandbox.count("POST", "/purchases")
        self.send()
        return self.sandbox.count("POST", "/purchases") - before

    def runs(self, limit=40):
        booked = []
        while set(self.bills.mapped("fiken_state")) != {"booked"}:
            booked.append(self.run_once())
            self.assertLess(len(booked), limit, self.jobs(self.bills[0]).reason)
        return booked

    def test_three_requests_a_bill_and_no_run_in_vain(self):
        self.assertNotIn(0, self.runs())
        self.assertLessEqual(self.sandbox.stats()["total"], 3 * BILLS)

    def test_year_is_read_once_where_the_filter_is_ignored(self):
        self.assertReadOnce("ignore")

    def test_year_is_read_once_where_the_filter_is_refused(self):
        self.assertReadOnce("refuse")

    def assertReadOnce(self, way):
        """Each page once, each bill, the inbox in each run; a refusal is met once."""
        self.sandbox.unknowns(purchases_by_contact=way)
        inboxes = len(self.runs())
        wanted = PURCHASES // 100 + BILLS + inboxes + (way == "refuse")
        self.assertEqual(self.sandbox.stats()["total"], wanted)
        self.sandbox.reset_stats()
        self.bills = self.bill(ref="B-99")
        self.assertEqual(self.runs(), [1])
        self.assertLess(self.sandbox.count("GET", "/purchases"), 6)

    def test_filter_that_is_not_known_is_asked_for_once_in_all_runs(self):
        for way in ("ignore", "refuse"):
            with self.subTest(way):
                self.sandbox.unknowns(purchases_by_contact=way)
                self.fiken_company.purchases_unsorted_at = False
                self.env["fiken.purchase.reading"].sudo().search([]).unlink()
                self.sandbox.requests(clear=1)
                self.bills = self.bill(ref=f"C-{way}")
                with patch.object(fiken_purchase_reading, "READ_SECONDS", 0.05):
                    self.runs()
                asked = [
                    request["query"]
                    for request in self.sandbox.requests()
                    if request["path"].endswith("/purchases")
                    and "contactId" in str(request["query"])
                ]
                self.assertEqual(len(asked), 1)

    def test_reading_goes_on_where_the_last_run_stopped(self):
        """What is not a bill goes meanwhile."""
        self.sandbox.unknowns(purchases_by_contact="ignore")
        invoices = self.env["account.move"]
        with patch.object(fiken_purchase_reading, "READ_SECONDS", 0.05):
            while not self.run_once():
                pages = self.sandbox.count("GET", "/purchases")
                self.assertLess(pages, 2 * PURCHASES // 100)
                self.assertEqual(
                    set(invoices.mapped("fiken_state")),
                    {"booked"} if invoices else set(),
                )
                invoices |= self.invoice()
        self.assertTrue(invoices, "it was one run")
        self.runs()

    def test_what_is_in_the_last_page_is_found(self):
        for way in ("filter", "ignore", "refuse"):
            self.sandbox.unknowns(purchases_by_contact=way)
            # The last one of the first supplier.
            number = PURCHASES - len(self.others)
            move = self.bill(ref=f"a{number}", partner_id=self.suppliers[0].id)
            self.commit()
            while move.fiken_state == "waiting":
                self.run_once()
            self.assertEqual(move.fiken_state, "failed")
            self.assertIn(f"A-{number}", move.fiken_job_id.sudo().reason)
            self.env["fiken.purchase.reading"].sudo().search([]).unlink()
