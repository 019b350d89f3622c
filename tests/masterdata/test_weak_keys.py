"""What is found by less than a key of its own: contacts, their people, products."""

from .test_first_link import ORGNR, FirstLinkCase


class TestWeakKeys(FirstLinkCase):
    def test_email_of_another_name_is_a_suggestion(self):
        """Who manages property, or keeps books, has one address for many."""
        there = self.there(name="Solvik skole", email="faktura@kommunen.example")
        move = self.invoice(
            partner_id=self.new_customer(
                "Berget barnehage", email="faktura@kommunen.example"
            ).id
        )
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        self.assertEqual(
            sorted(row["name"] for row in self.contacts()),
            ["Berget barnehage", "Solvik skole"],
        )
        drift = self.drifts(move.partner_id)
        self.assertIn("Solvik skole", drift.fiken_value)
        drift.action_use_fiken()
        self.send()
        contact = self.remote(move.partner_id, "contact")
        self.assertEqual(
            (contact["contactId"], contact["name"]), (there, "Solvik skole")
        )

    def test_number_with_wrong_digits_is_said_and_nothing_weaker_matches(self):
        wrong = "923609017"
        there = self.there(email="post@bryggen.example")
        contact = self.link(
            company_registry=f"NO {wrong} MVA", email="post@bryggen.example"
        )
        self.assertNotEqual(contact["contactId"], there)
        self.assertNotIn("organizationNumber", contact)
        self.assertIn(wrong, self.jobs(self.partner, "contact").note)
        self.assertTrue(self.drifts(self.partner), "it is suggested")

    def test_number_as_people_write_it_is_the_same_number(self):
        there = self.there(name="Bryggen", organizationNumber=ORGNR)
        for text in (f"NO {ORGNR} MVA", "923 609 016"):
            contact = self.link(company_registry=text)
            self.assertEqual(contact["contactId"], there)
            self.assertEqual(self.drifts(self.partner).mapped("key"), ["name"])
            self.partner.unlink()
            self.sandbox.reset()
            there = self.there(name="Bryggen", organizationNumber=ORGNR)

    def test_branches_of_a_chain_are_told_apart_by_their_names(self):
        rows = {
            name: self.there(name=name, organizationNumber=ORGNR)
            for name in ("Rema Voss", "Rema Bergen")
        }
        partners = {
            name: self.new_customer(name, company_registry=ORGNR, is_company=True)
            for name in ("Rema Bergen", "Rema Oslo", "Rema Voss")
        }
        for partner in partners.values():
            self.owe("contact", partner)
        self.send()
        for name, there in rows.items():
            found = self.remote(partners[name], "contact")
            self.assertEqual((found["contactId"], found["name"]), (there, name))
        oslo = self.remote(partners["Rema Oslo"], "contact")
        self.assertNotIn(oslo["contactId"], rows.values())
        self.assertEqual(oslo["name"], "Rema Oslo")

    def test_branch_alone_in_odoo_stops_where_fiken_has_two(self):
        for name in ("Rema Voss", "Rema Bergen"):
            self.there(name=name, organizationNumber=ORGNR)
        partner = self.new_customer("Rema AS", company_registry=ORGNR)
        self.owe("contact", partner)
        self.send()
        job = self.jobs(partner, "contact")
        self.assertEqual(job.state, "failed")
        self.assertIn("Rema Voss", job.reason)

    def test_number_of_another_country_keeps_two_apart(self):
        values = {"name": "Kaffe AB", "email": "post@kaffe.example"}
        there = self.there(organizationNumber="556677-8899", **values)
        sweden = self.env.ref("base.se").id
        other = self.new_customer(
            company_registry="112233-4455", is_company=True, country_id=sweden, **values
        )
        self.owe("contact", other)
        self.send()
        self.assertNotEqual(self.remote(other, "contact")["contactId"], there)

    def test_member_number_of_others_stays_theirs(self):
        there = self.there(organizationNumber=ORGNR, memberNumberString="M-17")
        contact = self.link(city="Bergen")
        self.assertEqual(contact["contactId"], there)
        self.assertEqual(contact["memberNumberString"], "M-17")


class TestPeople(FirstLinkCase):
    def setUp(self):
        super().setUp()
        self.partner = self.known_customer()
        self.contact_id = self.binding(self.partner, "contact").remote_id

    def there_is(self, **values):
        path = f"/contacts/{self.contact_id}/contactPerson"
        return self.in_fiken("POST", path, values)

    def person(self, name, **values):
        person = self.env["res.partner"].create(
            {
                "name": name,
                "email": "post@bonnehuset.example",
                "parent_id": self.partner.id,
                "type": "contact",
                **values,
            }
        )
        self.send()
        return person

    def people(self):
        rows = self.remote(self.partner, "contact")["contactPerson"]
        return sorted((row["name"], row.get("phoneNumber")) for row in rows)

    def test_one_address_for_two_people_makes_them_not_one(self):
        self.there_is(name="Kari", email="post@bonnehuset.example")
        self.person("Ola")
        self.assertEqual(self.people(), [("Kari", None), ("Ola", None)])

    def test_another_phone_is_a_difference_until_it_is_edited_in_odoo(self):
        self.there_is(
            name="Kari", email="post@bonnehuset.example", phoneNumber="55000001"
        )
        kari = self.person("Kari", phone="55000002")
        self.assertEqual(self.people(), [("Kari", "55000001")])
        self.assertEqual(self.drifts(kari).label, "Phone")
        kari.phone = "55000003"
        self.send()
        self.assertEqual(self.people(), [("Kari", "55000003")])
        self.assertFalse(self.drifts(kari))

    def test_what_was_changed_in_fiken_is_not_overwritten(self):
        kari = self.person("Kari", phone="55000002")
        person_id = self.binding(kari, "contact_person").remote_id
        path = f"/contacts/{self.contact_id}/contactPerson/{person_id}"
        body = {"name": "Kari", "email": kari.email, "phoneNumber": "55000009"}
        self.in_fiken("PUT", path, body)
        kari.name = "Kari Nordmann"
        self.send()
        self.assertEqual(self.people(), [("Kari Nordmann", "55000009")])
        self.drifts(kari).action_use_fiken()
        self.assertEqual(kari.phone, "55000009")


class TestProducts(FirstLinkCase):
    def there_is(self, **values):
        return self.in_fiken(
            "POST",
            "/products",
            {
                "name": "Kvern",
                "productNumber": "K-1",
                "incomeAccount": "3000",
                "vatType": "HIGH",
                "active": True,
                **values,
            },
        )

    def test_product_is_filled_and_another_value_is_a_difference(self):
        cases = {
            "name": ("Kvern de luxe", {"name": "Kvern"}, {"name": "Kvern 2"}),
            "unitPrice": (12345, {"list_price": 100.0}, {"list_price": 90.0}),
            "note": (
                "Nymalt",
                {"description_sale": "Malt"},
                {"description_sale": "Grovmalt"},
            ),
            "incomeAccount": ("3020", {}, None),
            "active": (False, {}, None),
        }
        products = self.env["fiken.resource.product"]
        # By the number it was found, and the type goes with the account.
        others = {"productNumber", "vatType"}
        self.assertEqual(set(products._compared) - others, set(cases))
        for field, (theirs, ours, edited) in cases.items():
            with self.subTest(field=field):
                self.sandbox.reset()
                self.env["fiken.drift"].sudo().search([]).unlink()
                there = self.there_is(**{field: theirs})
                number = {"default_code": "K-1"}
                product = self.new_product(**{"name": "Kvern", **number, **ours})
                product.action_fiken_send()
                self.send()
                row = self.remote(product, "product")
                self.assertEqual((row["productId"], row[field]), (there, theirs))
                self.assertIn(field, self.drifts(product).mapped("key"))
                if edited:
                    product.write(edited)
                    self.send()
                    row = self.remote(product, "product")
                    self.assertNotEqual(row[field], theirs)
                    self.assertNotIn(field, self.drifts(product).mapped("key"))
                product.default_code = False

    def test_number_that_we_gave_is_not_another_databases(self):
        product = self.new_product("Kvern")
        self.there_is(name="Noe annet", productNumber=f"odoo-{product.id}")
        product.action_fiken_send()
        self.send()
        job = self.jobs(product, "product")
        self.assertEqual(job.state, "failed")
        self.assertIn("Noe annet", job.reason)
