"""Kits: plain products in Fiken, with their components in the note and a stock."""

import unittest

from .test_stock import StockCase


class TestKit(StockCase):
    def setUp(self):
        super().setUp()
        if "mrp.bom" not in self.env:
            raise unittest.SkipTest("Manufacturing is not installed")
        self.cup = self.storable("Kopp", quantity=10)
        self.beans = self.storable("Bønner", quantity=7)
        self.gift = self.new_product("Gavesett", list_price=400.0)

    def test_note_names_the_components_and_the_price_is_the_kits(self):
        self.kit(self.gift, (self.cup, 2), (self.beans, 0.5))
        self.notice_kits()
        self.send()
        there = self.remote(self.gift, "product")
        self.assertEqual(there["note"], "Consists of 2 × Kopp, 0,5 × Bønner")
        self.assertEqual(there["unitPrice"], 40000)

    def test_stock_is_that_of_the_scarcest_component(self):
        self.kit(self.gift, (self.cup, 2), (self.beans, 3))
        self.notice_kits()
        self.send()
        self.assertEqual(self.stock_of(self.gift), 2)
        self.count_stock(self.beans, 100)
        self.send()
        self.assertEqual(self.stock_of(self.gift), 5, "the cups are scarce now")

    def test_kit_of_what_is_not_counted_has_no_stock(self):
        napkin = self.new_product("Serviett")
        course = self.new_product("Kurs", type="service")
        inner = self.new_product("Kursmateriell")
        self.kit(inner, (napkin, 2))
        self.kit(self.gift, (inner, 1), (course, 1))
        self.notice_kits()
        self.send()
        self.assertIsNone(self.stock_of(self.gift))
        self.assertIsNone(self.stock_of(inner))

    def test_what_is_not_counted_beside_something_that_is_limits_nothing(self):
        napkin = self.new_product("Serviett")
        course = self.new_product("Kurs", type="service")
        self.kit(self.gift, (napkin, 2), (course, 1), (self.cup, 2))
        self.notice_kits()
        self.send()
        self.assertEqual(self.stock_of(self.gift), 5)

    def test_large_and_small_quantities_are_written_out(self):
        self.kit(self.gift, (self.cup, 1500000), (self.beans, 1234.5))
        self.notice_kits()
        self.send()
        self.assertEqual(
            self.remote(self.gift, "product")["note"],
            "Consists of 1500000 × Kopp, 1234,5 × Bønner",
        )

    def test_note_names_the_unit_where_it_is_not_pieces(self):
        bom = self.kit(self.gift, (self.cup, 1), (self.beans, 0.25))
        units = {0: "uom.product_uom_dozen", 1: "uom.product_uom_kgm"}
        for number, unit in units.items():
            line = bom.bom_line_ids[number]
            line.product_id.sudo().uom_id = self.env.ref(unit)
            line.product_uom_id = self.env.ref(unit)
        self.notice_kits()
        self.send()
        self.assertEqual(
            self.remote(self.gift, "product")["note"],
            "Consists of 1 Dozens × Kopp, 0,25 kg × Bønner",
        )

    def test_kits_in_kits_and_shared_components(self):
        """Twelve cups: two in the set itself and two in its kit make four a set."""
        self.count_stock(self.cup, 12)
        pair = self.new_product("Par")
        self.kit(pair, (self.cup, 2))
        self.kit(self.gift, (self.cup, 2), (pair, 1))
        self.notice_kits()
        self.send()
        self.assertEqual(self.stock_of(self.gift), 3)
        self.assertEqual(self.stock_of(pair), 6)
        self.deliver((self.cup, 5))
        self.send()
        self.assertEqual(self.stock_of(self.gift), 1)
        self.assertEqual(self.stock_of(pair), 3)

    def test_component_that_is_not_in_fiken_still_counts(self):
        self.cup.fiken_excluded = True
        self.kit(self.gift, (self.cup, 1))
        self.notice_kits()
        self.send()
        self.count_stock(self.cup, 4)
        self.send()
        self.assertEqual(self.stock_of(self.gift), 4)

    def test_changed_bill_of_materials_is_a_change_of_the_product(self):
        bom = self.kit(self.gift, (self.cup, 1))
        self.notice_kits()
        self.send()
        self.sandbox.reset_stats()
        self.notice_kits()
        self.send()
        self.assertFalse(self.sandbox.stats()["requests"], "nothing has changed")
        bom.bom_line_ids.product_qty = 5
        self.notice_kits()
        self.send()
        self.assertEqual(self.stock_of(self.gift), 2)
        self.assertIn("5 × Kopp", self.remote(self.gift, "product")["note"])
        bom.unlink()
        self.notice_kits()
        self.send()
        there = self.remote(self.gift, "product")
        self.assertFalse(there.get("note"))

    def test_changed_kit_in_a_kit_changes_both(self):
        pair = self.new_product("Par")
        inner = self.kit(pair, (self.cup, 2))
        self.kit(self.gift, (pair, 1))
        self.notice_kits()
        self.send()
        inner.bom_line_ids.product_qty = 5
        self.notice_kits()
        self.send()
        self.assertEqual((self.stock_of(pair), self.stock_of(self.gift)), (2, 2))

    def test_new_name_of_a_component_stands_in_the_note(self):
        self.kit(self.gift, (self.cup, 1))
        self.notice_kits()
        self.send()
        self.cup.product_tmpl_id.name = "Kopp, blå"
        self.send()
        self.assertIn("Kopp, blå", self.remote(self.gift, "product")["note"])

    def test_bill_of_materials_for_a_dozen_is_written_for_one(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        bom = self.kit(self.gift, (self.cup, 24))
        bom.product_uom_id = dozen
        self.notice_kits()
        self.send()
        self.assertIn("2 × Kopp", self.remote(self.gift, "product")["note"])

    def test_bill_of_materials_of_another_company_is_none_of_ours(self):
        other = self.env["res.company"].sudo().create({"name": "Annen AS"})
        bom = self.kit(self.gift, (self.cup, 1))
        bom.company_id = other
        self.notice_kits()
        self.send()
        self.assertFalse(self.remote(self.gift, "product").get("note"))
        self.assertIsNone(self.stock_of(self.gift))

    def test_each_variant_has_its_own_components(self):
        template = self.two_colours("Sett")
        red, _blue = template.attribute_line_ids.product_template_value_ids
        bom = self.kit(template.product_variant_ids[0], (self.cup, 1), (self.beans, 1))
        bom.bom_line_ids[1].bom_product_template_attribute_value_ids = red
        self.notice_kits()
        self.send()
        notes = sorted(
            self.remote(variant, "product")["note"]
            for variant in template.product_variant_ids
        )
        self.assertEqual(
            notes,
            ["Consists of 1 × Kopp", "Consists of 1 × Kopp, 1 × Bønner"],
        )
        self.assertEqual(
            sorted(self.stock_of(variant) for variant in template.product_variant_ids),
            [7, 10],
        )
