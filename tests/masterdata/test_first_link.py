"""When a record of Odoo's and one of Fiken's meet: nobody's value is lost unseen."""

from odoo import Command

from .common import MasterdataCase

ORGNR = "923609016"
OTHER_ORGNR = "974760673"


class FirstLinkCase(MasterdataCase):
    def there(self, **values):
        """A contact that somebody made in Fiken."""
        values = {"name": "Bryggen AS", "customer": True, **values}
        return self.in_fiken("POST", "/contacts", values)

    def link(self, **values):
        """Odoo's contact, found in Fiken by its organisation number."""
        self.partner = self.new_customer(
            **{
                "name": "Bryggen AS",
                "company_registry": ORGNR,
                "lang": False,
                **values,
            }
        )
        self.owe("contact", self.partner)
        self.send()
        return self.remote(self.partner, "contact")

    def decide(self, choice, record=None):
        getattr(self.drifts(record or self.partner), f"action_use_{choice}")()
        self.send()

    def days(self, days):
        return self.env["account.payment.term"].create(
            {
                "name": f"{days} dager",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": days}
                    )
                ],
            }
        )

    def prices_in(self, code):
        currency = self.env.ref(f"base.{code}")
        currency.active = True
        return self.env["product.pricelist"].create(
            {"name": code, "currency_id": currency.id}
        )


class TestContactFields(FirstLinkCase):
    """Every field of a contact, walked: Fiken's, Odoo's, and Odoo's after an edit."""

    def setUp(self):
        super().setUp()
        # Countries are compared as they were written here.
        self.sandbox.unknowns(country_words="as_written")
        denmark = self.env.ref("base.dk")
        self.env["res.lang"]._activate_lang("nb_NO")
        lists = [self.prices_in(code) for code in ("EUR", "USD")]
        key = "specific_property_product_pricelist"
        self.fields = {
            "name": ("Bryggen Bar", {"name": "Bryggen AS"}, {"name": "Bryggen 2"}),
            "email": (
                "a@there.example",
                {"email": "b@here.example"},
                {"email": "c@here.example"},
            ),
            "phoneNumber": ("55000001", {"phone": "55000002"}, {"phone": "55000003"}),
            "address": (
                {"city": "Voss", "country": "Norway"},
                {"city": "Bergen"},
                {"city": "Aarhus", "country_id": denmark.id},
            ),
            "language": ("ENGLISH", {"lang": "nb_NO"}, None),
            "currency": ("SEK", {key: lists[0].id}, {key: lists[1].id}),
            "daysUntilInvoicingDueDate": (
                21,
                {"property_payment_term_id": self.days(14).id},
                {"property_payment_term_id": self.days(30).id},
            ),
            "inactive": (True, {}, None),
        }

    def test_no_field_is_forgotten(self):
        contacts = self.env["fiken.resource.contact"]
        # By the number it was found, and the account has its own tests.
        others = {"organizationNumber", "bankAccountNumber"}
        self.assertEqual(set(contacts._compared) - others, set(self.fields))

    def test_another_value_is_a_difference_until_it_is_edited_in_odoo(self):
        for field, (theirs, ours, edited) in self.fields.items():
            with self.subTest(field=field):
                self.sandbox.reset()
                self.env["fiken.drift"].sudo().search([]).unlink()
                self.there(organizationNumber=ORGNR, **{field: theirs})
                there = self.link(**ours)
                self.assertEqual(there[field], theirs)
                self.assertIn(field, self.drifts(self.partner).mapped("key"))
                self.partner.street2 = "Bakgården"
                self.send()
                self.assertEqual(self.remote(self.partner, "contact")[field], theirs)
                self.night()
                self.assertIn(field, self.drifts(self.partner).mapped("key"))
                if edited:
                    self.partner.write(edited)
                    self.send()
                    there = self.remote(self.partner, "contact")
                    self.assertNotEqual(there[field], theirs)
                    self.assertNotIn(field, self.drifts(self.partner).mapped("key"))
                self.assertFalse(self.todos(self.partner))

    def test_what_is_empty_in_fiken_is_filled(self):
        self.there(organizationNumber=ORGNR)
        values = {}
        for field, (_theirs, ours, _edited) in self.fields.items():
            values |= ours if field != "name" else {}
        there = self.link(**values)
        self.assertEqual(there["email"], "b@here.example")
        self.assertEqual(there["phoneNumber"], "55000002")
        self.assertEqual(there["address"]["city"], "Bergen")
        self.assertEqual(there["daysUntilInvoicingDueDate"], 14)
        self.assertFalse(set(self.drifts(self.partner).mapped("key")) - {"currency"})

    def test_what_only_fiken_knows_stays_and_may_be_entered_in_odoo_later(self):
        self.there(organizationNumber=ORGNR, phoneNumber="55000001")
        self.link()
        self.partner.city = "Bergen"
        self.send()
        there = self.remote(self.partner, "contact")
        self.assertEqual(there["phoneNumber"], "55000001")
        self.assertFalse(self.drifts(self.partner))
        self.partner.phone = "55000002"
        self.send()
        there = self.remote(self.partner, "contact")
        self.assertEqual(there["phoneNumber"], "55000002")

    def test_an_address_keeps_the_parts_that_only_fiken_has(self):
        address = {"postCode": "5003", "city": "Bergen", "country": "Norway"}
        self.there(organizationNumber=ORGNR, address=address)
        self.link(street="Bryggen 1")
        for street in ("Bryggen 1", "Bryggen 2"):
            self.partner.street = street
            self.send()
            self.assertEqual(
                self.remote(self.partner, "contact")["address"],
                {"streetAddress": street, **address},
            )
        self.night()
        self.assertFalse(self.drifts(self.partner))

    def test_a_person_decides(self):
        for choice, name, phone in (
            ("odoo", "Bryggen AS", "55000002"),
            ("fiken", "Bryggen Bar", "55000001"),
        ):
            with self.subTest(choice=choice):
                self.sandbox.reset()
                self.there(
                    name="Bryggen Bar",
                    organizationNumber=ORGNR,
                    phoneNumber="55000001",
                )
                self.link(phone="55000002")
                self.decide(choice)
                there = self.remote(self.partner, "contact")
                self.assertEqual((there["name"], there["phoneNumber"]), (name, phone))
                self.assertEqual((self.partner.name, self.partner.phone), (name, phone))
                self.night()
                self.assertFalse(self.drifts(self.partner))
                self.partner.company_registry = False

    def test_what_was_removed_in_odoo_takes_nothing_of_fikens(self):
        self.there(organizationNumber=ORGNR, email="a@there.example")
        self.link(email="b@here.example", phone="55000002")
        self.edit_in_fiken(
            "contacts",
            self.binding(self.partner, "contact").remote_id,
            phoneNumber="55000009",
        )
        self.partner.write({"email": False, "phone": False})
        self.send()
        there = self.remote(self.partner, "contact")
        self.assertEqual(there["email"], "a@there.example")
        self.assertEqual(there["phoneNumber"], "55000009")
        phone = self.drifts(self.partner).filtered(lambda one: one.key != "email")
        self.assertEqual((phone.odoo_value, phone.fiken_value), ("-", "55000009"))

    def test_groups_of_fiken_stay_however_often_odoo_sends(self):
        tag = self.env["res.partner.category"].create({"name": "Stamkunder"})
        self.there(organizationNumber=ORGNR, groups=["Fra Fiken"])
        self.link(category_id=tag.ids)
        for city in ("Bergen", "Voss"):
            self.partner.city = city
            self.send()
            there = self.remote(self.partner, "contact")
            self.assertEqual(sorted(there["groups"]), ["Fra Fiken", "Stamkunder"])
        self.partner.category_id = False
        self.send()
        self.partner.city = "Oslo"
        self.send()
        self.assertEqual(self.remote(self.partner, "contact")["groups"], ["Fra Fiken"])

    def test_phone_that_fiken_does_not_return_is_not_overwritten_unseen(self):
        self.sandbox.unknowns(spec="2026-05")
        self.there(organizationNumber=ORGNR, phoneNumber="55000001")
        self.link(phone="55000002")
        self.sandbox.unknowns(spec="2026-09")
        there = self.remote(self.partner, "contact")
        self.assertEqual(there["phoneNumber"], "55000001")
        self.sandbox.unknowns(spec="2026-05")
        self.partner.phone = "55000003"
        self.send()
        self.sandbox.unknowns(spec="2026-09")
        there = self.remote(self.partner, "contact")
        self.assertEqual(there["phoneNumber"], "55000003")

    def test_what_odoo_can_no_longer_send_stays_in_fiken_with_a_note(self):
        self.there(organizationNumber=ORGNR)
        self.link(email="b@here.example", phone="55000002")
        self.partner.write(
            {"email": "spør Kari", "company_registry": "923609017", "city": "Voss"}
        )
        self.send()
        there = self.remote(self.partner, "contact")
        self.assertEqual(there["email"], "b@here.example")
        self.assertEqual(there["organizationNumber"], ORGNR)
        self.assertEqual(there["address"]["city"], "Voss")
        self.assertIn("923609017", self.jobs(self.partner, "contact")[-1].note)


class TestBankAccount(FirstLinkCase):
    def setUp(self):
        super().setUp()
        self.there(organizationNumber=ORGNR, bankAccountNumber="15031234562")

    def account(self):
        return self.remote(self.partner, "contact").get("bankAccountNumber")

    def bank(self, number, trusted=True):
        bank = self.bank_account(self.partner, number, trusted)
        self.send()
        return bank

    def test_it_is_never_replaced_without_a_decision(self):
        self.link(supplier_rank=1)
        bank = self.bank("8601 11 17947")
        self.assertEqual(self.account(), "15031234562")
        drift = self.drifts(self.partner)
        self.assertEqual(drift.key, "bankAccountNumber")
        self.assertEqual(drift.fiken_value, "15031234562")
        self.partner.city = "Voss"
        bank.sudo().sequence = 3
        self.send()
        self.assertEqual(self.account(), "15031234562")
        self.decide("odoo")
        self.assertEqual(self.account(), "86011117947")
        self.night()
        self.assertFalse(self.drifts(self.partner))

    def test_nor_is_one_that_odoo_put_there(self):
        self.link(supplier_rank=1)
        bank = self.bank("8601 11 17947")
        self.decide("odoo")
        bank.sudo().active = False
        self.bank("1503 12 34562")
        self.assertEqual(self.account(), "86011117947")
        self.decide("odoo")
        self.assertEqual(self.account(), "15031234562")

    def test_one_that_nobody_trusts_or_with_wrong_digits_is_left_out_and_said(self):
        self.there(name="Uten konto AS", organizationNumber=OTHER_ORGNR)
        self.link(name="Uten konto AS", company_registry=OTHER_ORGNR, supplier_rank=1)
        for number, trusted, words in (
            ("8601 11 17947", False, "money may be sent"),
            ("8601 11 17948", True, "no valid"),
            ("NO94 8601 1117 947", True, "no valid"),
        ):
            with self.subTest(number=number):
                bank = self.bank(number, trusted)
                self.assertIsNone(self.account())
                self.partner.city = f"By {bank.id}"
                self.send()
                note = self.jobs(self.partner, "contact")[-1].note
                self.assertIn(number, note)
                self.assertIn(words, note)
                bank.sudo().allow_out_payment = False
                bank.sudo().unlink()
        bank = self.bank("NO93 8601 1117 947", trusted=False)
        self.assertIsNone(self.account())
        bank.allow_out_payment = True
        self.send()
        self.assertEqual(self.account(), "86011117947", "it is empty in Fiken")

    def test_one_that_is_trusted_no_longer_takes_none_away(self):
        self.link(supplier_rank=1)
        bank = self.bank("1503 12 34562")
        bank.allow_out_payment = False
        self.partner.city = "Voss"
        self.send()
        self.assertEqual(self.account(), "15031234562")
