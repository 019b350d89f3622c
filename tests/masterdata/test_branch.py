"""Customers, products and stock of a branch are in the books of its root."""

from ..branches import BranchMixin
from .common import MasterdataCase


class TestBranchMasterdata(BranchMixin, MasterdataCase):
    def setUp(self):
        super().setUp()
        self.fiken_company.write(
            {"product_sync": "all", "customer_sync": "all", "stock_sync": "all"}
        )
        self.other = self.env["res.company"].sudo().create({"name": "Kaffe Nord AS"})

    def test_a_branchs_customers_and_products_are_the_books(self):
        for company, wanted in (
            (self.branch, True),
            (self.kiosk, True),
            (self.other, False),
        ):
            customer = self.branch_partner(company.name, company, customer_rank=1)
            product = self.new_product(company.name)
            product.sudo().company_id = company
            self.send()
            self.assertEqual(bool(self.binding(customer, "contact")), wanted)
            self.assertEqual(bool(self.binding(product, "product")), wanted)

    def test_a_choice_made_anew_finds_those_of_branches(self):
        self.fiken_company.write({"product_sync": "used", "customer_sync": "used"})
        customer = self.branch_partner("Bryggen kafé AS", customer_rank=1)
        product = self.new_product(company_id=self.branch.id)
        self.send()
        self.assertFalse(self.binding(customer, "contact"))
        self.fiken_company.write({"product_sync": "all", "customer_sync": "all"})
        self.send()
        self.assertTrue(self.binding(customer, "contact"))
        self.assertTrue(self.binding(product, "product"))

    def test_it_is_seen_and_sent_by_who_works_in_the_branch_alone(self):
        self.fiken_company.customer_sync = "used"
        customer = self.branch_partner("Bryggen kafé AS")
        there = customer.with_context(allowed_company_ids=self.branch.ids)
        there.action_fiken_send()
        self.send()
        there.invalidate_recordset()
        self.assertTrue(there.fiken_linked)

    def test_the_stock_of_a_branch_counts(self):
        warehouse = (
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", self.branch.id)], limit=1)
        )
        product = self.storable(quantity=12)
        self.send()
        self.count_stock(product, 5, warehouse.lot_stock_id)
        self.send()
        self.assertEqual(self.stock_of(product), 17)
        self.fiken_company.warehouse_ids = warehouse
        self.send()
        self.assertEqual(self.stock_of(product), 5)
