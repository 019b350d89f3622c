"""What somebody changed in Fiken is shown, and a person chooses a side."""

from odoo.exceptions import UserError

from .common import MasterdataCase


class DriftCase(MasterdataCase):
    def setUp(self):
        super().setUp()
        self.fiken_company.product_sync = "all"
        self.product = self.new_product("Kvern", default_code="K-1")
        self.partner = self.known_customer(city="Bergen", phone="55000000")
        self.send()

    def changed_in_fiken(self, record, resource, **changes):
        remote_id = self.binding(record, resource).remote_id
        self.edit_in_fiken(f"{resource}s", remote_id, **changes)


class TestDrift(DriftCase):
    def test_at_night_a_change_in_fiken_is_shown_with_both_values(self):
        self.changed_in_fiken(self.product, "product", unitPrice=12345)
        self.changed_in_fiken(self.partner, "contact", name="Bønnehuset Nord AS")
        self.night()
        price = self.drifts(self.product)
        self.assertEqual(
            (price.label, price.odoo_value, price.fiken_value),
            ("Price without VAT", "100.00", "123.45"),
        )
        name = self.drifts(self.partner)
        self.assertEqual(
            (name.label, name.odoo_value, name.fiken_value),
            ("Name", "Bønnehuset AS", "Bønnehuset Nord AS"),
        )
        self.night()
        self.assertEqual(len(self.drifts()), 2, "once")
        self.assertFalse(self.open_jobs())

    def test_nothing_is_shown_where_both_agree(self):
        self.night()
        self.assertFalse(self.drifts())
        self.assertFalse(self.open_jobs())

    def test_a_change_in_fiken_is_not_overwritten_by_another_change_in_odoo(self):
        self.changed_in_fiken(self.product, "product", name="Kvern de luxe")
        self.product.lst_price = 200.0
        self.send()
        there = self.remote(self.product, "product")
        self.assertEqual((there["name"], there["unitPrice"]), ("Kvern de luxe", 20000))
        self.assertEqual(self.drifts(self.product).fiken_value, "Kvern de luxe")
        self.product.product_tmpl_id.name = "Kvern 2"
        self.send()
        self.assertEqual(self.remote(self.product, "product")["name"], "Kvern de luxe")
        self.assertEqual(self.drifts(self.product).odoo_value, "Kvern 2")

    def test_odoo_is_right(self):
        self.changed_in_fiken(self.product, "product", name="Kvern de luxe")
        self.night()
        self.drifts(self.product).action_use_odoo()
        self.send()
        self.assertEqual(self.remote(self.product, "product")["name"], "Kvern")
        self.night()
        self.assertFalse(self.drifts())

    def test_fiken_is_right(self):
        self.changed_in_fiken(
            self.partner,
            "contact",
            name="Bønnehuset Nord AS",
            address={"city": "Bodø", "country": "Norway"},
        )
        self.changed_in_fiken(
            self.product, "product", unitPrice=12345, productNumber="K-9", active=False
        )
        self.night()
        self.drifts().action_use_fiken()
        self.assertEqual(self.partner.name, "Bønnehuset Nord AS")
        self.assertEqual(self.partner.city, "Bodø")
        self.assertEqual(self.product.lst_price, 123.45)
        self.assertEqual(self.product.default_code, "K-9")
        self.assertFalse(self.product.active)
        self.send()
        self.night()
        self.assertFalse(self.drifts())
        self.assertEqual(self.remote(self.product, "product")["unitPrice"], 12345)

    def test_what_odoo_derives_from_settings_is_changed_there(self):
        self.changed_in_fiken(
            self.product, "product", incomeAccount="3100", vatType="EXEMPT"
        )
        self.night()
        with self.assertRaisesRegex(UserError, "VAT type|Income account"):
            self.drifts(self.product).action_use_fiken()

    def test_writing_of_fiken_is_no_change(self):
        self.changed_in_fiken(
            self.partner, "contact", name="BØNNEHUSET AS", phoneNumber="55 00 00 00"
        )
        self.night()
        self.assertFalse(self.drifts())

    def test_lost_answer_is_no_change_in_fiken(self):
        for price, then in ((200.0, "commit-then-drop"), (300.0, "commit-then-drop")):
            self.product.lst_price = price
            self.sandbox.fault("PUT", "/products", then)
            self.send()
            self.time_passes(400)
        self.product.lst_price = 400.0
        self.send()
        self.time_passes(4000)
        self.send()
        self.assertEqual(self.remote(self.product, "product")["unitPrice"], 40000)
        self.assertFalse(self.drifts())

    def test_deleted_in_fiken_is_noticed_and_made_again(self):
        self.delete(self.product, "product")
        self.delete(self.partner, "contact")
        self.night()
        self.assertEqual(set(self.drifts().mapped("kind")), {"deleted"})
        self.drifts().action_use_odoo()
        self.send()
        self.assertEqual(self.remote(self.product, "product")["name"], "Kvern")
        self.assertEqual(self.remote(self.partner, "contact")["name"], "Bønnehuset AS")

    def test_deleted_in_fiken_may_stay_out(self):
        self.delete(self.product, "product")
        self.night()
        self.drifts(self.product).action_use_fiken()
        self.product.lst_price = 500.0
        self.send()
        self.assertTrue(self.product.fiken_excluded)
        self.assertFalse(self.products())
        self.assertFalse(self.open_jobs())

    def delete(self, record, resource):
        self.sandbox._control(
            "POST",
            "edit",
            {
                "slug": self.slug,
                "resource": f"{resource}s",
                "id": int(self.binding(record, resource).remote_id),
                "changes": None,
            },
        )

    def test_at_night_what_odoo_changed_unnoticed_is_sent(self):
        self.env.cr.execute(
            "UPDATE product_template SET list_price = 777 WHERE id = %s",
            [self.product.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        self.night()
        self.send()
        self.assertEqual(self.remote(self.product, "product")["unitPrice"], 77700)

    def test_at_night_what_never_went_to_fiken_goes_there(self):
        product = self.new_product("Glemt")
        self.env.cr.precommit.clear()
        self.night()
        self.send()
        self.assertEqual(self.remote(product, "product")["name"], "Glemt")

    def test_only_fiken_users_choose(self):
        self.changed_in_fiken(self.product, "product", name="Kvern de luxe")
        self.night()
        employee = (
            self.env["res.users"].sudo().create({"name": "Erik", "login": "erik.drift"})
        )
        with self.assertRaises(UserError):
            self.env["fiken.drift"].with_user(employee).browse(
                self.drifts().ids
            ).action_use_odoo()


class TestSameName(MasterdataCase):
    def setUp(self):
        super().setUp()
        self.first = self.in_fiken(
            "POST", "/contacts", {"name": "Kaffebaren AS", "customer": True}
        )
        self.invoice()
        self.send()

    def test_a_match_by_name_alone_is_a_suggestion(self):
        made = self.remote(self.customer, "contact")
        self.assertNotEqual(made["contactId"], self.first)
        drift = self.drifts(self.customer)
        self.assertEqual(drift.kind, "same_name")
        self.assertIn("Kaffebaren AS", drift.fiken_value)

    def test_accepted_it_is_one_contact_and_the_other_is_inactive(self):
        made = self.remote(self.customer, "contact")["contactId"]
        self.drifts(self.customer).action_use_fiken()
        self.send()
        there = self.remote(self.customer, "contact")
        self.assertEqual(there["contactId"], self.first)
        self.assertEqual(there["email"], "post@kaffebaren.example")
        left = self.sandbox.get(f"/companies/{self.slug}/contacts/{made}")
        self.assertTrue(left["inactive"])
        move = self.invoice()
        self.send()
        [sale] = [row for row in self.sales() if row["saleNumber"] == move.name]
        self.assertEqual(sale["customer"]["contactId"], self.first)
        self.assertFalse(self.open_jobs())

    def test_refused_they_are_two(self):
        self.drifts(self.customer).action_use_odoo()
        self.send()
        self.assertFalse(self.drifts())
        self.assertEqual(len([c for c in self.contacts() if not c["inactive"]]), 2)
