from odoo.tests import BaseCase

from ...models.masterdata.part import Double


class TestPart(BaseCase):
    def test_a_part_is_what_it_was_written_as(self):
        part = Double("7000000001")
        self.assertEqual(str(part), "double-7000000001")
        self.assertEqual(Double.parse(str(part)), part)

    def test_another_part_is_no_double(self):
        for part in ("", "2", "left-3"):
            with self.assertRaises(ValueError):
                Double.parse(part)
