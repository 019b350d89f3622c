"""What Odoo makes of Fiken's fields, and what becomes of Odoo's own values."""

from odoo import Command

from .importing import ImportCase


class TestValues(ImportCase):
    def test_a_company_comes_with_all_that_odoo_has_room_for(self):
        term = self.env["account.payment.term"].create(
            {"name": "11 dager", "line_ids": [Command.create({"nb_days": 11})]}
        )
        self.env["res.lang"]._activate_lang("nb_NO")
        contact = self.fiken_contact(
            "Kaffehuset AS",
            organizationNumber="987654325",
            email="post@kaffehuset.example",
            phoneNumber="22 33 44 55",
            language="NORWEGIAN",
            daysUntilInvoicingDueDate=11,
            groups=["Storkunder"],
            supplier=True,
            customer=True,
            bankAccountNumber="15031234562",
            address={
                "streetAddress": "Kaffegata 1",
                "streetAddressLine2": "Oppgang B",
                "postCode": "0150",
                "city": "Oslo",
                "country": "Norge",
            },
            contactPerson=[
                {"name": "Kari", "email": "kari@k.example", "phoneNumber": "90000000"}
            ],
        )
        self.import_all()
        partner = self.line_of(contact).partner_id
        self.assertEqual(partner.name, "Kaffehuset AS")
        self.assertTrue(partner.is_company)
        self.assertEqual(partner._fiken_organization_number(), "987654325")
        self.assertEqual(partner.email, "post@kaffehuset.example")
        self.assertEqual(partner.phone, "22 33 44 55")
        self.assertEqual(partner.street2, "Oppgang B")
        self.assertEqual((partner.zip, partner.city), ("0150", "Oslo"))
        self.assertEqual(partner.country_id, self.norway)
        self.assertEqual(partner.lang, "nb_NO")
        self.assertEqual(partner.category_id.mapped("name"), ["Storkunder"])
        partner = partner.with_company(self.company)
        self.assertEqual(partner.property_payment_term_id, term)
        self.assertEqual(partner.property_supplier_payment_term_id, term)
        self.assertEqual((partner.customer_rank, partner.supplier_rank), (1, 1))
        self.assertEqual(partner.bank_ids.acc_number, "15031234562")
        self.assertFalse(partner.bank_ids.allow_out_payment, "A person trusts it")
        self.assertEqual(partner.child_ids.name, "Kari")
        self.assertEqual(partner.child_ids.email, "kari@k.example")
        self.assertFalse(partner.company_id)

    def test_payment_terms_are_matched_and_not_invented(self):
        terms = self.env["account.payment.term"].search_count([])
        contact = self.fiken_contact(daysUntilInvoicingDueDate=123)
        self.import_all()
        line = self.line_of(contact)
        self.assertFalse(line.partner_id.property_payment_term_id)
        self.assertIn("123 days", line.note)
        self.assertEqual(self.env["account.payment.term"].search_count([]), terms)

    def test_a_private_person_is_a_person(self):
        contact = self.fiken_contact("Kari Nordmann", email="kari@example.com")
        self.import_all()
        self.assertFalse(self.line_of(contact).partner_id.is_company)

    def test_inactive_ones_are_archived(self):
        contact = self.fiken_contact("Sluttet AS", inactive=True)
        product = self.fiken_product("Utgått", active=False)
        self.import_all()
        self.assertFalse(self.line_of(contact).partner_id.active)
        self.assertFalse(self.line_of(product).product_id.active)

    def test_a_product_is_what_fiken_sells(self):
        remote_id = self.fiken_product(
            "Rundstykke",
            productNumber="R-1",
            unitPrice=4750,
            vatType="MEDIUM",
            incomeAccount="3030",
            note="Med smør",
        )
        self.import_all()
        product = self.line_of(remote_id).product_id.with_company(self.company)
        self.assertEqual(product.default_code, "R-1")
        self.assertEqual(product.list_price, 47.5)
        self.assertEqual(product.taxes_id, self.tax("31"))
        self.assertEqual(product.description_sale, "Med smør")
        self.assertEqual(product.property_account_income_id, self.account("3030"))

    def test_lower_case_vat_types_are_understood(self):
        self.sandbox.unknowns(vat_type_case="lower")
        remote_id = self.fiken_product(vatType="MEDIUM", incomeAccount="3030")
        self.import_all()
        self.assertEqual(self.line_of(remote_id).product_id.taxes_id, self.tax("31"))

    def test_prices_with_vat_come_back_to_the_ore(self):
        self.tax("3").price_include_override = "tax_included"
        remote_id = self.fiken_product(unitPrice=7992)
        self.import_all()
        line = self.line_of(remote_id)
        self.assertEqual(line.product_id.list_price, 99.9)
        self.assertFalse(line.note)

    def test_an_account_that_the_ledger_does_not_tell_is_left_open(self):
        """Two Odoo accounts go to Fiken's 3030: which one it is, nobody knows."""
        ledger = self.vendor.ledger_id
        line = ledger.line_ids.filtered(lambda one: one.account_id.code == "3020")
        line.write({"fiken_code": "3030", "is_guess": False})
        remote_id = self.fiken_product(incomeAccount="3030", vatType="MEDIUM")
        self.import_all()
        line = self.line_of(remote_id)
        product = line.product_id.with_company(self.company)
        self.assertFalse(product.property_account_income_id)
        self.assertIn("3030", line.note)

    def test_a_category_s_own_account_gives_the_category(self):
        category = self.env["product.category"].create({"name": "Bakst"})
        self.vendor.ledger_id.write(
            {
                "line_ids": [
                    Command.create({"category_id": category.id, "fiken_code": "3050"})
                ]
            }
        )
        remote_id = self.fiken_product(incomeAccount="3050", vatType="LOW")
        self.import_all()
        self.assertEqual(self.line_of(remote_id).product_id.categ_id, category)

    def test_what_odoo_will_say_otherwise_is_reported(self):
        self.tax("51").fiken_vat_type = False
        remote_id = self.fiken_product(vatType="EXEMPT_REVERSE", incomeAccount="3100")
        self.import_all()
        line = self.line_of(remote_id)
        self.assertFalse(line.product_id.taxes_id, "Not the company's default tax")
        self.assertIn("EXEMPT_REVERSE", line.note)
        self.assertIn("VAT type", line.note)

    # Values that Odoo has

    def test_nothing_is_overwritten_unasked(self):
        partner, contact = self.matched_partner()
        product = self.env["product.product"].create(
            {"name": "Mitt", "default_code": "K-1", "list_price": 10}
        )
        remote_id = self.fiken_product("Fikens", productNumber="K-1", unitPrice=9900)
        self.env.flush_all()
        before = [partner.read()[0], product.read()[0]]
        self.import_all()
        for record, values in zip((partner, product), before, strict=True):
            after = record.read()[0]
            changed = {name for name in values if after[name] != values[name]}
            self.assertFalse({name for name in changed if "fiken" not in name})
        self.assertEqual(self.binding(partner, "contact").remote_id, contact)
        self.assertEqual(self.binding(product, "product").remote_id, remote_id)
        self.assertEqual(self.line_of(contact).result, "linked")

    def test_gaps_are_filled_where_somebody_says_so(self):
        partner, contact = self.matched_partner()
        self.read_fiken()
        self.line_of(contact).action_fill()
        self.take_over()
        self.assertEqual(partner.name, "Mitt navn AS")
        self.assertEqual(partner.email, "mitt@example.com")
        self.assertEqual(partner.phone, "22334455")
        self.assertEqual(self.line_of(contact).result, "updated")

    def test_fiken_s_values_are_taken_where_somebody_says_so(self):
        partner, contact = self.matched_partner()
        partner.city = "Bergen"
        untouched = self.odoo_partner("Urørt AS", company_registry="999999999")
        self.fiken_contact("Fiken AS", organizationNumber="999999999")
        self.read_fiken()
        line = self.line_of(contact)
        self.assertIn("Name", line.differences)
        self.assertIn("Fikens navn AS", line.comparison)
        self.assertIn("Mitt navn AS", line.comparison)
        line.action_take()
        self.take_over()
        self.assertEqual(partner.name, "Fikens navn AS")
        self.assertEqual(partner.email, "fikens@example.com")
        self.assertEqual(partner.city, "Bergen", "Fiken says nothing of it")
        self.assertEqual(untouched.name, "Urørt AS")

    def test_people_and_bank_accounts_are_added_once(self):
        partner = self.odoo_partner(
            "Kaffehuset AS",
            email="post@k.example",
            bank_ids=[Command.create({"acc_number": "1503 12 34562"})],
            child_ids=[Command.create({"name": "Kari", "email": "KARI@k.example"})],
        )
        contact = self.fiken_contact(
            email="post@k.example",
            bankAccountNumber="15031234562",
            contactPerson=[
                {"name": "Kari N", "email": "kari@k.example"},
                {"name": "Ola", "email": "ola@k.example"},
            ],
        )
        self.read_fiken()
        self.line_of(contact).action_take()
        self.take_over()
        self.assertEqual(len(partner.bank_ids), 1)
        self.assertEqual(set(partner.child_ids.mapped("name")), {"Kari", "Ola"})
