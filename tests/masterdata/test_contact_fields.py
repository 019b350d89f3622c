"""What of a customer or supplier goes to Fiken beside name and address."""

from odoo import Command

from ..golden import GoldenMixin
from .common import MasterdataCase


class TestFields(GoldenMixin, MasterdataCase):
    def test_payload_of_a_supplier(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "21 dager",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 21}
                    )
                ],
            }
        )
        tags = self.env["res.partner.category"].create(
            [{"name": "Råvarer"}, {"name": "Norske"}]
        )
        euro = self.env.ref("base.EUR")
        euro.active = True
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        supplier = self.new_customer(
            "Brenneriet AS",
            supplier_rank=1,
            customer_rank=1,
            category_id=tags.ids,
            property_payment_term_id=term.id,
            specific_property_product_pricelist=pricelist.id,
        )
        self.bank_account(supplier, "NO93 8601 1117 947")
        self.owe("contact", supplier)
        self.send()
        [body] = self.sent("POST", "/contacts")
        self.assert_sample("contact_supplier", body)

    def test_what_was_removed_in_odoo_is_removed_in_fiken(self):
        tag = self.env["res.partner.category"].create({"name": "Stamkunder"})
        partner = self.known_customer(
            email="post@bonnehuset.example", phone="55 00 00 00", category_id=tag.ids
        )
        remote_id = self.binding(partner, "contact").remote_id
        self.edit_in_fiken("contacts", remote_id, groups=["Stamkunder", "Fra Fiken"])
        partner.write({"email": False, "phone": False, "category_id": False})
        self.send()
        there = self.remote(partner, "contact")
        self.assertFalse(there.get("email"))
        self.assertFalse(there.get("phoneNumber"))
        self.assertEqual(there["groups"], ["Fra Fiken"], "only Odoo's own group goes")

    def test_new_name_of_a_tag_is_the_new_name_of_the_group(self):
        tag = self.env["res.partner.category"].create({"name": "Stamkunder"})
        partner = self.known_customer(category_id=tag.ids)
        tag.name = "Faste kunder"
        self.send()
        self.assertEqual(self.remote(partner, "contact")["groups"], ["Faste kunder"])

    def test_suppliers_bank_account_follows(self):
        partner = self.known_customer(supplier_rank=1)
        bank = self.bank_account(partner, "8601 11 17947")
        self.send()
        there = self.remote(partner, "contact")
        self.assertEqual(there["bankAccountNumber"], "86011117947")
        bank.sudo().unlink()
        self.send()
        self.assertFalse(self.remote(partner, "contact").get("bankAccountNumber"))

    def test_only_a_change_in_a_field_that_is_sent_makes_a_job(self):
        partner = self.known_customer()
        before = len(self.jobs(partner))
        partner.write({"comment": "Ring først", "color": 3, "customer_rank": 7})
        self.commit()
        self.assertEqual(len(self.jobs(partner)), before)

    def test_deleted_in_odoo_is_inactive_in_fiken(self):
        partner = self.known_customer()
        remote_id = self.binding(partner, "contact").remote_id
        partner.unlink()
        self.send()
        there = self.sandbox.get(f"/companies/{self.slug}/contacts/{remote_id}")
        self.assertTrue(there["inactive"])
        self.assertEqual(there["name"], "Bønnehuset AS")
        self.assertFalse(self.open_jobs())

    def test_contact_whose_answer_was_lost_and_who_was_deleted_meanwhile(self):
        partner = self.new_customer()
        self.sandbox.fault("POST", "/contacts", "commit-then-drop")
        self.owe("contact", partner)
        self.send()
        partner.unlink()
        self.time_passes(100)
        self.send()
        self.time_passes(100)
        self.send()
        [there] = self.contacts()
        self.assertTrue(there["inactive"])


class TestPeople(MasterdataCase):
    def setUp(self):
        super().setUp()
        self.partner = self.known_customer()

    def person(self, name="Kari Nordmann", **values):
        return self.env["res.partner"].create(
            {
                "name": name,
                "email": "kari@bonnehuset.example",
                "phone": "55 00 00 01",
                "parent_id": self.partner.id,
                "type": "contact",
                **values,
            }
        )

    def people(self, partner=None):
        contact = self.remote(partner or self.partner, "contact")
        return [
            (row["name"], row["email"], row.get("phoneNumber"))
            for row in contact["contactPerson"]
        ]

    def test_child_contact_is_a_contact_person(self):
        person = self.person()
        self.send()
        self.assertEqual(
            self.people(), [("Kari Nordmann", "kari@bonnehuset.example", "55 00 00 01")]
        )
        person.name = "Kari Hansen"
        self.send()
        self.assertEqual(self.people()[0][0], "Kari Hansen")
        self.partner.city = "Voss"
        self.send()
        self.assertEqual(len(self.people()), 1, "their company's change leaves them")

    def test_people_of_a_new_customer_follow_her(self):
        partner = self.new_customer("Ny AS")
        self.person(parent_id=partner.id)
        self.owe("contact", partner)
        self.send()
        self.assertEqual(len(self.people(partner)), 1)

    def test_delivery_addresses_and_people_without_email_are_no_contact_persons(self):
        self.person(type="delivery")
        self.person(email=False)
        self.send()
        self.assertFalse(self.people())

    def test_person_who_left_is_removed_and_fikens_own_stay(self):
        remote_id = self.binding(self.partner, "contact").remote_id
        self.in_fiken(
            "POST",
            f"/contacts/{remote_id}/contactPerson",
            {"name": "Fra Fiken", "email": "egen@fiken.example"},
        )
        archived, deleted = self.person(), self.person(email="ola@x.example")
        self.send()
        self.assertEqual(len(self.people()), 3)
        archived.active = False
        deleted.unlink()
        self.send()
        self.assertEqual([row[0] for row in self.people()], ["Fra Fiken"])
        archived.active = True
        self.send()
        self.assertEqual(len(self.people()), 2)

    def test_person_who_moves_to_another_company_moves_in_fiken(self):
        other = self.known_customer(name="Annen AS")
        person = self.person()
        self.send()
        person.parent_id = other
        self.send()
        self.send()
        self.assertFalse(self.people())
        self.assertEqual(len(self.people(other)), 1)

    def test_person_whose_answer_was_lost_is_there_once(self):
        self.sandbox.fault("POST", "/contactPerson", "commit-then-drop")
        self.person()
        self.send()
        self.time_passes(100)
        self.send()
        self.assertEqual(len(self.people()), 1)
        self.assertFalse(self.open_jobs())

    def test_person_whose_answer_was_lost_and_who_was_deleted_meanwhile(self):
        self.sandbox.fault("POST", "/contactPerson", "commit-then-drop")
        person = self.person()
        self.send()
        self.assertEqual(len(self.people()), 1)
        person.unlink()
        for _ in range(2):
            self.time_passes(100)
            self.send()
        self.assertFalse(self.people())
        self.assertFalse(self.open_jobs())


class TestMerged(MasterdataCase):
    def merge(self, *partners):
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        ids = [partner.id for partner in partners]
        wizard._merge(ids, partners[0], extra_checks=False)

    def test_merged_partners_keep_one_contact(self):
        one = self.known_customer(name="Kaffe AS")
        two = self.known_customer(name="Kaffe A/S")
        kept, retired = (self.binding(p, "contact").remote_id for p in (one, two))
        self.merge(one, two)
        self.send()
        self.assertEqual(self.binding(one, "contact").remote_id, kept)
        left = self.sandbox.get(f"/companies/{self.slug}/contacts/{retired}")
        self.assertTrue(left["inactive"])
        active = [row for row in self.contacts() if not row["inactive"]]
        self.assertEqual([row["name"] for row in active], ["Kaffe AS"])

    def test_contact_of_the_merged_is_taken_over(self):
        one = self.new_customer("Kaffe AS")
        two = self.known_customer(name="Kaffe A/S")
        there = self.binding(two, "contact").remote_id
        self.merge(one, two)
        self.send()
        self.assertEqual(self.binding(one, "contact").remote_id, there)
        [contact] = self.contacts()
        self.assertEqual((contact["name"], contact["inactive"]), ("Kaffe AS", False))
