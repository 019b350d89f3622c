"""What of customers, suppliers and products a company wants in Fiken."""

from .common import MasterdataCase


class TestProducts(MasterdataCase):
    def test_all_products_that_are_sold_go_to_fiken_when_somebody_wants_them_all(self):
        sold = self.new_product("Kvern", default_code="K-1")
        self.new_product("Skrue", sale_ok=False)
        self.fiken_company.product_sync = "all"
        self.send()
        self.assertTrue(self.binding(sold, "product"))
        names = {row["name"] for row in self.products()}
        self.assertIn("Kvern", names)
        self.assertNotIn("Skrue", names)
        later = self.new_product("Filter")
        self.send()
        self.assertEqual(self.remote(later, "product")["unitPrice"], 10000)

    def test_a_product_that_becomes_sellable_goes_to_fiken(self):
        self.fiken_company.product_sync = "all"
        product = self.new_product("Skrue", sale_ok=False)
        self.send()
        self.assertFalse(self.binding(product, "product"))
        product.sale_ok = True
        self.send()
        self.assertTrue(self.binding(product, "product"))

    def test_only_used_products_go_to_fiken_by_default(self):
        product = self.new_product()
        self.send()
        product.lst_price = 200.0
        self.send()
        self.assertFalse(self.products())

    def test_invoice_line_has_no_product_where_products_stay_out(self):
        product = self.new_product()
        self.fiken_company.product_sync = "off"
        line = self.line(product_id=product.id)
        move = self.issued(line)
        self.assertFalse(self.products())
        self.assertEqual(move.fiken_state, "draft", move.fiken_job_id.reason)

    def issued(self, *lines):
        self.vendor.issuer = "fiken"
        self.vendor.bank_account_id = self.fiken_company.account_ids.filtered(
            "is_bank"
        )[0]
        move = self.invoice(*lines, post=False)
        move.fiken_mode = "draft"
        move.action_post()
        self.send()
        return move

    def test_excluded_product_stays_out_by_itself_its_category_or_its_tag(self):
        self.fiken_company.product_sync = "all"
        above = self.env["product.category"].create(
            {"name": "Intern", "fiken_excluded": True}
        )
        below = self.env["product.category"].create(
            {"name": "Rekvisita", "parent_id": above.id}
        )
        tag = self.env["product.tag"].create({"name": "Skjult", "fiken_excluded": True})
        kept_out = [
            self.new_product("Selv", fiken_excluded=True),
            self.new_product("Kategori", categ_id=below.id),
            self.new_product("Merke", product_tag_ids=tag.ids),
        ]
        self.send()
        for product in kept_out:
            self.assertFalse(self.jobs(product), product.name)
        kept_out[0].fiken_excluded = False
        above.fiken_excluded = False
        tag.fiken_excluded = False
        self.send()
        for product in kept_out:
            self.assertTrue(self.binding(product, "product"), product.name)

    def test_product_that_is_excluded_later_is_left_as_it_is(self):
        self.fiken_company.product_sync = "all"
        product = self.new_product()
        self.send()
        product.fiken_excluded = True
        product.lst_price = 900.0
        self.send()
        self.assertEqual(self.remote(product, "product")["unitPrice"], 10000)
        product.fiken_excluded = False
        self.send()
        self.assertEqual(self.remote(product, "product")["unitPrice"], 90000)

    def test_a_change_of_many_prices_is_one_job_each_whatever_the_number_of_edits(self):
        self.fiken_company.product_sync = "all"
        products = self.env["product.product"]
        for number in range(20):
            products |= self.new_product(f"Vare {number}", default_code=f"V-{number}")
        self.send()
        for product in products:
            product.lst_price = 111.0
            product.lst_price = 112.0
        self.commit()
        jobs = self.open_jobs("product").filtered(
            lambda job: job.res_id in products.ids
        )
        self.assertEqual(len(jobs), 20)
        self.send()
        self.assertEqual(
            {row["unitPrice"] for row in self.products() if row["name"][:4] == "Vare"},
            {11200},
        )

    def test_number_of_another_product_in_fiken_stops_the_change(self):
        self.fiken_company.product_sync = "all"
        product = self.new_product(default_code="A-1")
        self.send()
        self.in_fiken(
            "POST",
            "/products",
            {
                "name": "Annen",
                "productNumber": "A-2",
                "incomeAccount": "3000",
                "vatType": "HIGH",
                "active": True,
            },
        )
        product.default_code = "A-2"
        self.send()
        job = self.jobs(product, "product")[-1]
        self.assertEqual(job.state, "failed")
        self.assertIn("A-2", job.reason)
        self.assertEqual(self.remote(product, "product")["productNumber"], "A-1")

    def test_two_products_may_swap_their_numbers(self):
        self.fiken_company.product_sync = "all"
        one = self.new_product("En", default_code="A-1")
        two = self.new_product("To", default_code="A-2")
        self.send()
        one.default_code, two.default_code = "A-2", "A-1"
        self.send()
        self.assertEqual(self.remote(one, "product")["productNumber"], "A-2")
        self.assertEqual(self.remote(two, "product")["productNumber"], "A-1")

    def test_product_deleted_in_odoo_is_inactive_in_fiken(self):
        self.fiken_company.product_sync = "all"
        product = self.new_product()
        self.send()
        remote_id = self.binding(product, "product").remote_id
        product.unlink()
        self.send()
        there = self.sandbox.get(f"/companies/{self.slug}/products/{remote_id}")
        self.assertFalse(there["active"])
        self.assertEqual(there["unitPrice"], 10000, "and nothing else changed")

    def test_note_that_was_removed_in_odoo_is_removed_in_fiken(self):
        self.fiken_company.product_sync = "all"
        product = self.new_product(description_sale="Nymalt")
        self.send()
        product.description_sale = False
        self.send()
        self.assertFalse(self.remote(product, "product").get("note"))


class TestContacts(MasterdataCase):
    def test_all_customers_and_suppliers_when_somebody_wants_them_all(self):
        buyer = self.new_customer("Kjøper AS", customer_rank=1)
        seller = self.new_customer("Selger AS", supplier_rank=1)
        friend = self.new_customer("Bekjent")
        self.fiken_company.customer_sync = "all"
        self.send()
        self.assertTrue(self.remote(buyer, "contact")["customer"])
        self.assertFalse(self.binding(seller, "contact"))
        self.fiken_company.supplier_sync = "all"
        self.send()
        there = self.remote(seller, "contact")
        self.assertTrue(there["supplier"])
        self.assertFalse(there["customer"], "a supplier buys nothing")
        self.assertFalse(self.jobs(friend))
        friend.customer_rank = 1
        self.send()
        self.assertTrue(self.binding(friend, "contact"))

    def test_supplier_who_gets_an_invoice_becomes_a_customer_first(self):
        self.fiken_company.supplier_sync = "all"
        seller = self.new_customer("Selger AS", supplier_rank=1)
        self.send()
        move = self.invoice(partner_id=seller.id)
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        there = self.remote(seller, "contact")
        self.assertTrue(there["supplier"] and there["customer"])

    def test_off_uses_the_contact_that_is_there_and_leaves_it_as_it_is(self):
        self.fiken_company.customer_sync = "off"
        there = self.in_fiken(
            "POST",
            "/contacts",
            {
                "name": "KAFFEBAREN AS",
                "customer": True,
                "email": "post@kaffebaren.example",
            },
        )
        move = self.invoice()
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        self.customer.city = "Voss"
        self.send()
        contact = self.remote(self.customer, "contact")
        self.assertEqual(contact["contactId"], there)
        self.assertEqual(contact["name"], "KAFFEBAREN AS")
        self.assertNotIn("city", contact["address"])
        self.fiken_company.customer_sync = "used"
        self.send()
        self.assertEqual(
            self.remote(self.customer, "contact")["address"]["city"], "Voss"
        )

    def test_off_makes_no_contact_and_says_what_to_do(self):
        self.fiken_company.customer_sync = "off"
        move = self.invoice()
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        self.assertIn("makes no contacts", move.fiken_reason)
        self.assertFalse(self.contacts())
        self.fiken_company.customer_sync = "used"
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def test_excluded_by_a_tag(self):
        tag = self.env["res.partner.category"].create(
            {"name": "Intern", "fiken_excluded": True}
        )
        self.customer.category_id = tag
        move = self.invoice()
        self.send()
        self.assertIn("excluded from Fiken", move.fiken_reason)
        self.assertFalse(self.contacts())
        tag.fiken_excluded = False
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def test_sent_by_hand_whatever_was_chosen(self):
        person = self.new_customer("Kari", parent_id=self.customer.id)
        person.action_fiken_send()
        self.send()
        self.assertTrue(self.binding(self.customer, "contact"))
        self.assertTrue(self.customer.fiken_linked)
        found = self.env["res.partner"].search([("fiken_linked", "=", True)])
        self.assertIn(self.customer, found)
        self.assertNotIn(person, found)
