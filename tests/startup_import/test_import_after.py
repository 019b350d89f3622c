"""What the start-up import linked is used, edited and counted like the rest."""

from ..documents.bills import BillCase
from ..masterdata.common import MasterdataCase
from .importing import ImportCase

ORGNR = "987654325"


class TestImportedContacts(ImportCase, BillCase):
    def assert_booked(self, move):
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def bill_of(self, partner):
        return self.bill(partner_id=partner.id)

    def invoice_to(self, partner):
        return self.invoice(partner_id=partner.id)

    def test_documents_of_an_imported_contact_are_booked(self):
        for roles in ({"supplier": True}, {"customer": True, "supplier": False}):
            for document in (self.bill_of, self.invoice_to):
                for name in ("created", "matched"):
                    self.fiken_contact(
                        f"{document.__name__} {name} {roles}",
                        email=f"{name}@{document.__name__}.{len(roles)}.example",
                        **roles,
                    )
        for number in (1, 2):
            for document in (self.bill_of, self.invoice_to):
                self.odoo_partner(
                    "x", email=f"matched@{document.__name__}.{number}.example"
                )
        lines = self.read_fiken()
        for line in lines.filtered(lambda line: line.match == "suggested"):
            line.partner_id.write(
                {"name": line.name, "customer_rank": 1, "supplier_rank": 1}
            )
        lines.filtered(lambda line: line.match == "suggested").action_accept()
        self.take_over()
        for line in lines:
            document = self.bill_of if "bill_of" in line.name else self.invoice_to
            with self.subTest(line.name):
                self.assertIn(line.result, ("created", "linked"))
                self.assert_booked(document(line.partner_id))

    def test_a_bill_of_an_imported_supplier_is_booked_whatever_follows_odoo(self):
        for choice in ("off", "used", "all"):
            with self.subTest(choice):
                self.fiken_company.write(
                    {"customer_sync": choice, "supplier_sync": choice}
                )
                contact = self.fiken_contact(f"Bønder {choice}", supplier=True)
                self.import_all()
                self.assert_booked(self.bill_of(self.line_of(contact).partner_id))
                self.startup.action_reopen()

    def test_first_edit_goes_and_what_was_another_value_is_a_difference(self):
        partner, contact = self.matched_partner()
        self.read_fiken()
        self.take_over()
        partner.phone = "55 00 00 09"
        self.send()
        there = self.sandbox.get(f"/companies/{self.slug}/contacts/{contact}")
        self.assertEqual(there["phoneNumber"], "55 00 00 09")
        self.assertEqual(there["name"], "Fikens navn AS")
        drifts = self.env["fiken.drift"].sudo().search([("res_id", "=", partner.id)])
        self.assertLessEqual({"name", "email"}, set(drifts.mapped("key")))
        self.assertFalse(self.all_jobs().filtered(lambda job: job.state == "failed"))

    def test_a_contact_that_was_made_by_the_import_differs_in_nothing(self):
        self.fiken_contact(
            email="post@kaffehuset.example",
            phoneNumber="22334455",
            language="NORWEGIAN",
            groups=["Stamkunder"],
            address={"city": "Bergen", "country": "Norge"},
        )
        [line] = self.read_fiken(with_customers=True)
        self.take_over()
        line.partner_id.city = "Voss"
        self.send()
        self.assertFalse(
            self.env["fiken.drift"].sudo().search([("res_id", "=", line.partner_id.id)])
        )


class TestImportedProducts(ImportCase, MasterdataCase):
    def test_stock_of_an_imported_product_follows(self):
        self.fiken_company.write({"product_sync": "used", "stock_sync": "used"})
        product = self.storable("Kopp", quantity=8, default_code="K-1")
        self.fiken_product("Kopp", productNumber="K-1", stock=1)
        self.read_fiken(with_products=True)
        self.take_over()
        self.send()
        self.assertEqual(self.stock_of(product), 8)
        self.count_stock(product, 3)
        self.send()
        self.assertEqual(self.stock_of(product), 3)
