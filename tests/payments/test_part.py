from odoo.tests import BaseCase

from ...models.payments.part import BarePart, LeftPart, SharePart, partial_id


class TestPart(BaseCase):
    def test_a_part_is_what_it_was_written_as(self):
        for part, text in (
            (SharePart(77), "77"),
            (SharePart(77, 2), "77-2"),
            (LeftPart("7000000001"), "left-7000000001"),
            (BarePart(77), "bare-77"),
        ):
            with self.subTest(text):
                self.assertEqual(str(part), text)
                self.assertEqual(type(part).parse(text), part)

    def test_only_a_share_names_a_reconciliation(self):
        self.assertEqual(partial_id("77-2"), 77)
        for part in ("", "left-77", "bare-77", "sale/77"):
            with self.subTest(part):
                self.assertEqual(partial_id(part), 0)
        with self.assertRaises(ValueError):
            LeftPart.parse("77")
        with self.assertRaises(ValueError):
            BarePart.parse("left-77")
