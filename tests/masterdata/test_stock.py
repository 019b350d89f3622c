"""How many there are: the quantity on hand in Odoo is the stock in Fiken."""

import pytest

from odoo import Command

from .common import MasterdataCase


class StockCase(MasterdataCase):
    def setUp(self):
        super().setUp()
        self.fiken_company.write({"product_sync": "all", "stock_sync": "all"})

    def deliver(self, *lines, done=True):
        """Goods leave the shelf for a customer; ``lines`` are (product, quantity)."""
        there = self.env.ref("stock.stock_location_customers")
        picking = (
            self.env["stock.picking"]
            .sudo()
            .create(
                {
                    "picking_type_id": self.warehouse.out_type_id.id,
                    "location_id": self.shelf.id,
                    "location_dest_id": there.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "quantity": quantity,
                                "picked": True,
                                "location_id": self.shelf.id,
                                "location_dest_id": there.id,
                            }
                        )
                        for product, quantity in lines
                    ],
                }
            )
        )
        picking.action_confirm()
        if done:
            picking.move_ids.picked = True
            picking._action_done()
        return picking


@pytest.mark.slow
class TestStock(StockCase):
    def test_quantity_on_hand_is_the_stock_in_fiken(self):
        product = self.storable(quantity=12.5)
        self.send()
        self.assertEqual(self.stock_of(product), 12.5)

    def test_a_delivery_of_two_lines_is_one_job_for_the_product(self):
        product = self.storable(quantity=10)
        self.send()
        self.deliver((product, 2), (product, 1))
        self.commit()
        self.assertEqual(len(self.open_jobs("stock")), 1)
        self.assertFalse(self.open_jobs("product"), "nothing else of it has changed")
        self.send()
        self.assertEqual(self.stock_of(product), 7)

    def test_many_movements_are_sent_as_the_last_value(self):
        product = self.storable(quantity=10)
        self.send()
        self.sandbox.reset_stats()
        for quantity in (9, 8, 3):
            self.count_stock(product, quantity)
        self.send()
        self.assertEqual(self.stock_of(product), 3)
        self.assertEqual(self.sandbox.count("PUT", "/products/{id}"), 1)

    def test_what_is_only_reserved_or_moved_within_the_house_asks_fiken_nothing(self):
        product = self.storable(quantity=10)
        self.send()
        self.sandbox.reset_stats()
        self.deliver((product, 2), done=False)
        back = self.env["stock.location"].create(
            {"name": "Bakrom", "location_id": self.shelf.id}
        )
        move = (
            self.env["stock.move"]
            .sudo()
            .create(
                {
                    "product_id": product.id,
                    "product_uom_qty": 1,
                    "location_id": self.shelf.id,
                    "location_dest_id": back.id,
                }
            )
        )
        move._action_confirm()
        move.write({"quantity": 1, "picked": True})
        move._action_done()
        self.send()
        self.assertFalse(self.sandbox.stats()["requests"])

    def test_product_fields_and_stock_do_not_undo_each_other(self):
        product = self.storable(quantity=5)
        self.send()
        product.lst_price = 333.0
        self.count_stock(product, 4)
        self.send()
        there = self.remote(product, "product")
        self.assertEqual((there["unitPrice"], there["stock"]), (33300, 4))

    def test_services_and_untracked_goods_have_no_stock_in_fiken(self):
        service = self.new_product("Kurs", type="service")
        goods = self.new_product("Serviett")
        self.send()
        for product in (service, goods):
            self.assertIsNone(self.stock_of(product))

    def test_only_chosen_warehouses_count(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Torget", "code": "TORG", "company_id": self.company.id}
        )
        product = self.storable(quantity=5)
        self.count_stock(product, 7, other.lot_stock_id)
        self.send()
        self.assertEqual(self.stock_of(product), 12)
        self.fiken_company.warehouse_ids = other
        self.send()
        self.assertEqual(self.stock_of(product), 7)
        self.fiken_company.warehouse_ids = False
        self.send()
        self.assertEqual(self.stock_of(product), 12)

    def test_off_sends_no_stock_and_on_again_sends_all(self):
        self.fiken_company.stock_sync = "off"
        product = self.storable(quantity=5)
        self.send()
        self.assertIsNone(self.stock_of(product))
        self.assertFalse(self.jobs(product, "stock"))
        self.fiken_company.stock_sync = "all"
        self.send()
        self.assertEqual(self.stock_of(product), 5)

    def test_stock_follows_whatever_brought_the_product_to_fiken(self):
        """By hand, by an invoice that Fiken issues, or linked by its number."""
        self.fiken_company.write({"product_sync": "used", "stock_sync": "used"})
        number = {"default_code": "K-7"}
        by_hand, idle = self.storable(quantity=5), self.storable("Te", quantity=5)
        linked = self.storable("Kopp", quantity=8, **number)
        self.in_fiken(
            "POST",
            "/products",
            {
                "name": "Kopp",
                "productNumber": "K-7",
                "incomeAccount": "3000",
                "vatType": "HIGH",
                "active": True,
                "stock": 1,
            },
        )
        (by_hand | linked).action_fiken_send()
        self.send()
        self.assertEqual([self.stock_of(by_hand), self.stock_of(linked)], [5, 8])
        for product in (by_hand, idle, linked):
            self.count_stock(product, 4)
        self.send()
        self.assertEqual([self.stock_of(by_hand), self.stock_of(linked)], [4, 4])
        self.assertFalse(self.binding(idle, "product"))
        self.assertFalse(self.jobs(idle, "stock"))

    def test_excluded_product_keeps_its_stock_for_itself(self):
        product = self.storable(quantity=5)
        self.send()
        product.fiken_excluded = True
        self.count_stock(product, 1)
        self.send()
        self.assertEqual(self.stock_of(product), 5)
        product.fiken_excluded = False
        self.send()
        self.assertEqual(self.stock_of(product), 1)

    def test_lost_answer_ends_with_the_last_value(self):
        product = self.storable(quantity=5)
        self.send()
        self.sandbox.fault("PUT", "/products", "commit-then-drop")
        self.count_stock(product, 4)
        self.send()
        self.count_stock(product, 3)
        self.time_passes(400)
        self.send()
        self.assertEqual(self.stock_of(product), 3)
        self.assertFalse(self.open_jobs())

    def test_product_that_was_deleted_in_fiken_comes_back_with_its_stock(self):
        product = self.storable(quantity=5)
        self.send()
        self.sandbox._control(
            "POST",
            "edit",
            {
                "slug": self.slug,
                "resource": "products",
                "id": int(self.binding(product, "product").remote_id),
                "changes": None,
            },
        )
        self.count_stock(product, 4)
        self.send()
        self.assertEqual(self.stock_of(product), 4)

    def test_at_night_stock_that_differs_is_corrected_and_told(self):
        right, wrong = self.storable(quantity=5), self.storable("Te", quantity=6)
        self.send()
        self.edit_in_fiken(
            "products", self.binding(wrong, "product").remote_id, stock=99
        )
        self.night()
        self.assertEqual(self.open_jobs("stock").mapped("res_id"), [wrong.id])
        self.assertIn("stock corrected: 1", self.fiken_company.message_ids[0].body)
        self.send()
        self.assertEqual((self.stock_of(right), self.stock_of(wrong)), (5, 6))

    def test_a_delivery_of_200_products_adds_at_most_three_queries_and_no_http(self):
        products = self.env["product.product"]
        for number in range(200):
            products |= self.storable(f"Vare {number}", quantity=10)
        self.send()
        self.sandbox.reset_stats()
        pickings = [
            self.deliver(*((product, 1) for product in products), done=False)
            for _ in range(4)
        ]
        # The first one of each kind warms the caches up.
        _first, with_stock = map(self.queries, pickings[:2])
        self.fiken_company.stock_sync = "off"
        _first, without = map(self.queries, pickings[2:])
        self.assertLessEqual(with_stock - without, 3)
        self.assertGreater(with_stock, without, "something was owed at all")
        self.assertFalse(self.sandbox.stats()["requests"])

    def queries(self, picking):
        self.env.invalidate_all()
        picking.move_ids.picked = True
        self.env.flush_all()
        self.env.cr.precommit.run()
        before = self.env.cr.sql_log_count
        picking._action_done()
        self.env.flush_all()
        self.env.cr.precommit.run()
        return self.env.cr.sql_log_count - before
