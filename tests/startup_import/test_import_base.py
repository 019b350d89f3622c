"""What Fiken had at the import is remembered: nobody's later edit is overwritten."""

from odoo import Command

from ..masterdata.common import MasterdataCase
from .importing import ImportCase

ORGNR = "987654325"
# What somebody changes in Fiken in the second week.
CONTACT_EDITS = {
    "name": "Bryggen Bar",
    "email": "ny@there.example",
    "phoneNumber": "55000009",
    "address": {"streetAddress": "Nygata 1", "city": "Voss", "country": "Norway"},
    "language": "ENGLISH",
    "daysUntilInvoicingDueDate": 45,
    "bankAccountNumber": "86011117947",
    "inactive": True,
}
PRODUCT_EDITS = {
    "name": "Kaffekrus",
    "productNumber": "K-9",
    "unitPrice": 12345,
    "incomeAccount": "3030",
    "vatType": "MEDIUM",
    "active": False,
    "note": "Tåler maskin",
}


class BaseCase(ImportCase, MasterdataCase):
    def setUp(self):
        super().setUp()
        # Countries are compared as they were written here.
        self.sandbox.unknowns(country_words="as_written")
        self.env["res.lang"]._activate_lang("nb_NO")
        self.fiken_company.product_sync = "used"

    def edit_in_fiken(self, resource, remote_id, **values):
        there = self.there(resource, remote_id)
        read_only = self.env[f"fiken.resource.{resource}"]._read_only
        body = {name: value for name, value in there.items() if name not in read_only}
        self.in_fiken("PUT", f"/{resource}s/{remote_id}", {**body, **values})

    def there(self, resource, remote_id):
        return self.sandbox.get(f"/companies/{self.slug}/{resource}s/{remote_id}")

    def make_there(self, resource):
        if resource == "product":
            return self.fiken_product(
                "Kopp", productNumber="K-1", unitPrice=8000, note="Fra Porsgrunn"
            )
        return self.fiken_contact(
            "Bryggen AS",
            organizationNumber=ORGNR,
            email="post@bryggen.example",
            phoneNumber="55000001",
            language="NORWEGIAN",
            supplier=True,
            address={
                "streetAddress": "Bryggen 1",
                "city": "Bergen",
                "country": "Norge",
            },
        )

    def says(self, record, field):
        """Whether Odoo has a value of a field of Fiken's."""
        record = record.with_company(self.company)
        resource = self.env[f"fiken.resource.{record._fiken_resource}"]
        if record._name == "product.product":
            return field in resource._body(self.fiken_company, record)
        return field in resource._body(record)[0]

    def in_odoo(self, resource):
        """What is the same in Odoo, with some of Fiken's values and some others."""
        if resource == "product":
            return self.new_product("Kopp", default_code="K-1", list_price=90)
        return self.odoo_partner(
            "Bryggen AS",
            company_registry=ORGNR,
            email="faktura@bryggen.example",
            lang="nb_NO",
            supplier_rank=1,
            customer_rank=1,
        )

    def ways(self, resource):
        """(how it came, the record, its id in Fiken), one import after the other."""
        for way in ("created", "odoo", "fill", "fiken"):
            with self.subTest(way=way, resource=resource):
                record = way != "created" and self.in_odoo(resource)
                remote_id = self.make_there(resource)
                line = self.read_fiken()
                if record:
                    line.policy = way
                self.take_over()
                record = line.partner_id or line.product_id
                self.assertTrue(record, line.note)
                yield record, remote_id
                self.startup.action_reopen()
                self.sandbox.reset()
                self.env["fiken.drift"].sudo().search([]).unlink()
                self.env["fiken.job"].sudo().search([]).unlink()
                self.env["fiken.binding"].sudo().search([]).unlink()
                self.startup.line_ids.sudo().unlink()
                record.unlink()

    def assert_kept(self, record, resource, remote_id, edits):
        """Fiken still has them; a person sees them beside what Odoo has."""
        there = self.there(resource, remote_id)
        self.assertEqual({name: there.get(name) for name in edits}, edits)
        shown = set(self.drifts(record).mapped("key"))
        said = {name for name in edits if self.says(record, name)}
        self.assertLessEqual(said, shown)


class TestLaterEdits(BaseCase):
    def test_what_is_edited_in_fiken_stays_when_odoo_sends_something_else(self):
        for resource, edits, own, field in (
            ("contact", CONTACT_EDITS, {"street2": "Bakgården"}, "address"),
            ("product", PRODUCT_EDITS, {"description_sale": "Fra Odoo"}, "note"),
        ):
            edits = {name: value for name, value in edits.items() if name != field}
            for record, remote_id in self.ways(resource):
                self.edit_in_fiken(resource, remote_id, **edits)
                record.write(own)
                self.send()
                self.assert_kept(record, resource, remote_id, edits)

    def test_what_is_edited_in_fiken_is_shown_the_next_night(self):
        for resource, edits in (("contact", CONTACT_EDITS), ("product", PRODUCT_EDITS)):
            for record, remote_id in self.ways(resource):
                self.edit_in_fiken(resource, remote_id, **edits)
                self.night()
                self.send()
                self.assert_kept(record, resource, remote_id, edits)

    def test_what_was_emptied_in_fiken_is_not_written_back(self):
        for record, remote_id in self.ways("product"):
            self.edit_in_fiken("product", remote_id, note="")
            record.list_price = 7
            self.send()
            self.assertEqual(self.there("product", remote_id)["unitPrice"], 700)
            self.assertFalse(self.there("product", remote_id).get("note"))


class TestChosenLater(BaseCase):
    def test_products_that_are_to_follow_later_overwrite_nothing(self):
        for choice in ("used", "all"):
            self.fiken_company.product_sync = "off"
            for record, remote_id in self.ways("product"):
                self.fiken_company.product_sync = "off"
                self.edit_in_fiken("product", remote_id, **PRODUCT_EDITS)
                self.fiken_company.product_sync = choice
                self.send()
                self.night()
                self.send()
                self.assert_kept(record, "product", remote_id, PRODUCT_EDITS)

    def test_contacts_that_are_to_follow_later_overwrite_nothing(self):
        off = {"customer_sync": "off", "supplier_sync": "off"}
        for choice in ("used", "all"):
            self.fiken_company.write(off)
            for record, remote_id in self.ways("contact"):
                self.fiken_company.write(off)
                self.edit_in_fiken("contact", remote_id, **CONTACT_EDITS)
                self.fiken_company.write(dict.fromkeys(off, choice))
                self.send()
                self.night()
                self.send()
                self.assert_kept(record, "contact", remote_id, CONTACT_EDITS)

    def test_what_was_emptied_meanwhile_is_a_difference(self):
        self.fiken_company.product_sync = "off"
        for record, remote_id in self.ways("product"):
            self.fiken_company.product_sync = "off"
            if not record.description_sale:
                continue
            self.edit_in_fiken("product", remote_id, note="")
            self.fiken_company.product_sync = "used"
            record.list_price = 7
            self.send()
            self.assertEqual(self.there("product", remote_id)["unitPrice"], 700)
            self.assertFalse(self.there("product", remote_id).get("note"))
            self.assertIn("note", self.drifts(record).mapped("key"))

    def test_what_was_kept_out_of_fiken_overwrites_nothing_later(self):
        category = self.env["product.category"].create({"name": "Bare i Odoo"})
        product = self.in_odoo("product")
        product.categ_id = category
        category.fiken_excluded = True
        remote_id = self.make_there("product")
        self.import_all()
        self.edit_in_fiken("product", remote_id, **PRODUCT_EDITS)
        category.fiken_excluded = False
        self.owe("product", product)
        self.send()
        self.night()
        self.send()
        self.assert_kept(product, "product", remote_id, PRODUCT_EDITS)

    def test_what_could_not_be_compared_overwrites_nothing_later(self):
        """Its account had no place in Fiken when it was linked."""
        line = self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.account_id.code == "3000"
        )
        mapped = {"account_id": line.account_id.id, "fiken_code": line.fiken_code}
        line.unlink()
        product = self.in_odoo("product")
        product.description_sale = "Fra Porsgrunn"
        remote_id = self.make_there("product")
        self.import_all()
        self.assertEqual(self.line_of(remote_id).product_id, product)
        edits = {name: PRODUCT_EDITS[name] for name in ("name", "unitPrice")}
        self.edit_in_fiken("product", remote_id, note="", **edits)
        self.vendor.ledger_id.line_ids = [Command.create(mapped)]
        self.night()
        self.send()
        self.assert_kept(product, "product", remote_id, edits)
        self.assertFalse(self.there("product", remote_id).get("note"))
        self.assertIn("note", self.drifts(product).mapped("key"))


class TestPeopleOfContacts(BaseCase):
    PERSON = {"name": "Kari", "email": "kari@bryggen.example", "phoneNumber": "1"}

    def setUp(self):
        super().setUp()
        self.remote_id = self.fiken_contact(
            "Bryggen AS", organizationNumber=ORGNR, contactPerson=[self.PERSON]
        )

    def people(self):
        path = f"/companies/{self.slug}/contacts/{self.remote_id}/contactPerson"
        return self.sandbox.get(path)

    def test_a_person_who_is_renamed_in_odoo_is_renamed_in_fiken(self):
        self.import_all()
        kari = self.line_of(self.remote_id).partner_id.child_ids
        kari.name = "Kari Nordmann"
        kari.parent_id.phone = "55000002"
        self.send()
        self.assertEqual([one["name"] for one in self.people()], ["Kari Nordmann"])

    def test_a_person_who_is_renamed_in_fiken_is_a_difference(self):
        for way in ("created", "odoo"):
            with self.subTest(way):
                self.import_all()
                kari = self.line_of(self.remote_id).partner_id.child_ids
                [person] = self.people()
                self.in_fiken(
                    "PUT",
                    f"/contacts/{self.remote_id}/contactPerson"
                    f"/{person['contactPersonId']}",
                    {**self.PERSON, "name": "Kari Bø"},
                )
                kari.phone = "2"
                kari.parent_id.phone = "55000002"
                self.send()
                [person] = self.people()
                self.assertEqual(person["name"], "Kari Bø")
                self.assertEqual(person["phoneNumber"], "2")
                self.assertEqual(self.drifts(kari).key, "name")
                # The next one is in Odoo already.
                self.startup.action_reopen()
                self.sandbox.reset()
                self.env["fiken.binding"].sudo().search([]).unlink()
                self.startup.line_ids.sudo().unlink()
                self.drifts().unlink()
                kari.write({"name": "Kari", "phone": "1"})
                self.send()
                self.remote_id = self.fiken_contact(
                    "Bryggen AS", organizationNumber=ORGNR, contactPerson=[self.PERSON]
                )
