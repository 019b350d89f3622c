"""A document as Fiken will book it, before anything is owed."""

from odoo.exceptions import AccessError, UserError

from ..documents.sales import SaleCase
from ..people import MANAGER, SecurityCase


class TestPreview(SaleCase, SecurityCase):
    def preview(self, move, user=None):
        pages = self.env["fiken.preview"].with_user(user or self.env.user)
        return pages.preview(move.id)

    def rows(self, page):
        return [
            (row["account"], row["vat_code"], row["net"], row["vat"], row["gross"])
            for row in page["rows"]
        ]

    def test_it_shows_what_is_booked_afterwards(self):
        move = self.invoice(self.line(1000.0), self.line(200.0, "31", "3030"))
        page = self.preview(move)
        self.assertFalse(page["stops"])
        self.assertEqual(
            self.rows(page),
            [
                ("3000", "HIGH", 1000.0, 250.0, 1250.0),
                ("3030", "MEDIUM", 200.0, 30.0, 230.0),
            ],
        )
        sale = self.booked(move)
        self.assertEqual(
            [
                (account, vat_type, net / 100, vat / 100, (net + vat) / 100)
                for account, vat_type, net, vat in self.lines_of(sale)
            ],
            self.rows(page),
        )

    def test_looking_owes_and_writes_nothing(self):
        move = self.invoice(post=False)
        self.commit()
        jobs, links = (
            self.env[name].sudo().search_count([])
            for name in ("fiken.job", "fiken.binding")
        )
        page = self.preview(move)
        self.commit()
        self.assertEqual(self.rows(page), [("3000", "HIGH", 100.0, 25.0, 125.0)])
        self.assertEqual(move.state, "draft")
        self.assertEqual(self.env["fiken.job"].sudo().search_count([]), jobs)
        self.assertEqual(self.env["fiken.binding"].sudo().search_count([]), links)
        self.assertFalse(self.sandbox.count("POST", "/sales"))

    def test_a_missing_account_is_its_sentence_and_its_setting(self):
        move = self.invoice()
        account = self.account("3000")
        ledger = self.vendor.ledger_id
        ledger.line_ids.filtered(lambda line: line.account_id == account).unlink()
        page = self.preview(move)
        self.assertFalse(page["rows"])
        [stop] = page["stops"]
        self.assertIn("3000", stop["text"])
        self.assertEqual((stop["res_model"], stop["res_id"]), (ledger._name, ledger.id))

    def test_a_pair_that_fiken_refuses_is_named_before(self):
        """No tax on 3000: Fiken's account help names it with the high rate only."""
        page = self.preview(self.invoice(self.line(100.0, None)))
        [note] = [text for text in page["notes"] if "3000" in text]
        self.assertIn("High rate", note)
        self.assertIn("No VAT treatment", note)

    def test_who_may_look(self):
        move = self.invoice()
        self.assertTrue(self.preview(move, self.manager)["rows"])
        with self.assertRaises(AccessError):
            self.preview(move, self.employee)
        other = self.env["res.company"].sudo().create({"name": "Kaffe Nord AS"})
        stranger = self.new_user("knut", MANAGER, companies=other)
        with self.assertRaises(AccessError):
            self.preview(move, stranger)

    def test_who_may_not_invoice_is_told_who_sends_it(self):
        self.vendor.sale_trigger = "hand"
        move = self.invoice()
        self.commit()
        self.assertEqual(move.fiken_state, "absent")
        page = self.preview(move, self.manager)
        self.assertFalse(page["may_send"])
        self.assertIn(self.env.user.name, page["who_may"])
        with self.assertRaisesRegex(UserError, "may invoice"):
            self.env["fiken.preview"].with_user(self.manager).send(move.id)
        self.assertEqual(move.fiken_state, "absent")
        self.assertTrue(self.preview(move)["may_send"])
        self.env["fiken.preview"].send(move.id)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
