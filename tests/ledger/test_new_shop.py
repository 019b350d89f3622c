"""A new shop is nearly filled in."""

from odoo.tests import Form

from ..common import FikenCase


class TestNewShop(FikenCase):
    def test_company_and_code_are_proposed(self):
        shop = Form(self.env["fiken.vendor"])
        self.assertEqual(shop.fiken_company_id, self.fiken_company)
        shop.name = "Bergen – Torget"
        self.assertTrue(shop.code)
        first = shop.save()
        again = Form(self.env["fiken.vendor"])
        again.name = "Bergen Torget"
        self.assertNotEqual(again.code, first.code)
        self.assertNotEqual(again.save().ledger_id, first.ledger_id)
