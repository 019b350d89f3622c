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

    def test_it_says_that_it_needs_a_journal_until_it_has_one(self):
        form = Form(self.env["fiken.vendor"])
        form.name = "Torget"
        self.assertTrue(form.journal_text)
        shop = form.save()
        self.assertIn("Torget needs a journal", shop.journal_text)
        [line] = self.fiken_company._check_setup_journals(None)
        self.assertEqual((line.state, line.record), ("warning", shop))
        guide = self.env["fiken.guide"].with_company(self.company)
        [step] = [one for one in guide.read_page()["steps"] if one["key"] == "flows"]
        self.assertEqual([one["id"] for one in step["lacking"]], [shop.id])
        places = [
            place
            for books in self.env["fiken.overview"].fiken_page()["books"]
            for place in books["places"]
        ]
        self.assertIn("Torget", [one["lacks"] for one in places if one["lacks"]][0])
        journal = self.company_data["default_journal_sale"]
        journal.copy({"code": "TORG", "fiken_vendor_id": shop.id})
        self.env.invalidate_all()
        self.assertFalse(shop.journal_text)
        self.assertFalse(list(self.fiken_company._check_setup_journals(None)))

    def test_the_default_shop_has_what_is_no_others(self):
        self.assertFalse(self.vendor.journal_text)
