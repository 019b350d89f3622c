"""However Fiken writes its answers, Odoo understands the same."""

from odoo import Command

from .common import MasterdataCase
from .test_drift import DriftCase

ADDRESS = {"street": "Bryggen 1", "zip": "5003", "city": "Bergen"}
WAYS = (
    {"preset": "null"},
    {"preset": "empty"},
    {"preset": "nb"},
    {"vat_type_case": "lower"},
    {"contact_defaults": "present"},
)


class TestHowFikenWrites(DriftCase):
    def ways(self):
        for way in WAYS:
            with self.subTest(**way):
                self.sandbox.unknowns(reset=True)
                self.sandbox.unknowns(**way)
                yield way

    def test_way_of_writing_is_no_change_in_fiken(self):
        self.partner.write(ADDRESS)
        self.send()
        for _way in self.ways():
            self.night()
            self.assertFalse(self.drifts().mapped("display_name"))
            self.assertFalse(self.open_jobs())

    def test_change_in_odoo_is_sent_whatever_the_way_of_writing(self):
        for number, _way in enumerate(self.ways()):
            self.partner.write({**ADDRESS, "street": f"Bryggen {number}"})
            self.product.lst_price = 500 + number
            self.send()
            self.assertFalse(self.open_jobs().mapped("reason"))
            address = self.remote(self.partner, "contact")["address"]
            self.assertEqual(address["streetAddress"], f"Bryggen {number}")
            there = self.remote(self.product, "product")
            self.assertEqual(there["unitPrice"], 50000 + 100 * number)
            self.assertFalse(self.drifts())

    def test_change_in_fiken_is_shown_whatever_the_way_of_writing(self):
        self.partner.write(ADDRESS)
        self.send()
        for number, _way in enumerate(self.ways()):
            address = {"city": f"Oslo {number}", "country": "Norway"}
            self.changed_in_fiken(self.partner, "contact", address=address)
            self.night()
            self.assertEqual(self.drifts(self.partner).mapped("key"), ["address"])
            self.assertIn(f"Oslo {number}", self.drifts(self.partner).fiken_value)

    def test_another_country_is_a_change(self):
        self.changed_in_fiken(
            self.partner, "contact", address={"city": "Bergen", "country": "Sweden"}
        )
        self.sandbox.unknowns(preset="nb")
        self.night()
        drift = self.drifts(self.partner)
        self.assertIn("Sverige", drift.fiken_value)
        drift.action_use_fiken()
        self.assertEqual(self.partner.country_id.code, "SE")

    def test_city_that_becomes_a_street_is_a_change(self):
        self.changed_in_fiken(
            self.partner,
            "contact",
            address={"streetAddress": "Bergen", "country": "Norway"},
        )
        self.night()
        self.assertEqual(self.drifts(self.partner).key, "address")

    def test_product_that_is_retired_keeps_a_vat_type_that_fiken_takes(self):
        self.sandbox.unknowns(vat_type_case="lower")
        product_id = self.binding(self.product, "product").remote_id
        self.product.unlink()
        self.send()
        self.assertFalse(self.open_jobs().mapped("reason"))
        there = self.sandbox.get(f"/companies/{self.slug}/products/{product_id}")
        self.assertFalse(there["active"])


class TestStockHowFikenWrites(MasterdataCase):
    def test_stock_reaches_fiken_whatever_the_case_of_the_vat_type(self):
        self.fiken_company.write({"product_sync": "all", "stock_sync": "all"})
        self.sandbox.unknowns(vat_type_case="lower")
        product = self.storable(quantity=5)
        self.send()
        self.assertEqual(self.stock_of(product), 5)
        self.count_stock(product, 7)
        self.send()
        self.assertFalse(self.open_jobs().mapped("reason"))
        self.assertEqual(self.stock_of(product), 7)


class TestCountries(MasterdataCase):
    def test_country_in_any_words_is_the_same(self):
        country = self.env["fiken.country"]
        for code, words in {
            "NO": ("Norge", "Norway", "Noreg", "NO", "no", " NORGE "),
            "SE": ("Sverige", "Sweden"),
            "CZ": ("Tsjekkia", "Czechia", "Czech Republic"),
            "US": ("USA", "United States"),
        }.items():
            for word in words:
                found = self.env["res.country"].browse(country._id_of(word))
                self.assertEqual(found.code, code, word)
        for word in ("Atlantis", "", None, "%", "N_"):
            self.assertFalse(country._id_of(word), word)


class TestWhatFikenReturns(DriftCase):
    """A field that no row has ever carried says nothing about what is in Fiken."""

    def test_phone_that_was_emptied_in_fiken_is_a_change(self):
        self.night()
        self.assertIn("phoneNumber", self.fiken_company.fields_seen["contact"])
        self.changed_in_fiken(self.partner, "contact", phoneNumber=None)
        self.night()
        self.assertEqual(self.drifts(self.partner).key, "phoneNumber")
        self.assertEqual(self.drifts(self.partner).fiken_value, "-")

    def test_phone_that_fiken_never_returns_was_not_emptied(self):
        self.sandbox.unknowns(spec="2026-05")
        self.fiken_company.fields_seen = False
        self.night()
        self.partner.phone = "56000000"
        self.send()
        self.night()
        self.assertFalse(self.drifts())
        self.sandbox.unknowns(spec="2026-09")
        self.assertEqual(
            self.remote(self.partner, "contact")["phoneNumber"], "56000000"
        )

    def test_one_contact_shows_it_for_all(self):
        self.fiken_company.fields_seen = False
        self.changed_in_fiken(self.partner, "contact", phoneNumber=None)
        self.night()
        self.assertFalse(self.drifts())
        self.in_fiken("POST", "/contacts", {"name": "Ola", "phoneNumber": "1"})
        self.night()
        self.assertEqual(self.drifts(self.partner).key, "phoneNumber")

    def test_what_is_learnt_releases_no_job(self):
        self.fiken_company.fields_seen = False
        partner = self.new_customer(name="Stille AS")
        self.owe("contact", partner)
        self.commit()
        job = self.jobs(partner)
        job.write({"state": "blocked", "setting_model": "fiken.company"})
        self.night()
        job.invalidate_recordset()
        self.assertEqual(job.state, "blocked")
        self.assertTrue(self.fiken_company.fields_seen)


class TestLostPut(DriftCase):
    """A change whose answer was lost is sent again, also where it added a field."""

    def lose(self, how, record, resource, **values):
        self.sandbox.fault("PUT", f"/{resource}s", how)
        record.write(values)
        self.send()
        self.time_passes(4000)
        self.send()
        self.assertFalse(self.open_jobs().mapped("reason"))
        self.assertFalse(self.drifts())
        return self.remote(record, resource)

    def test_field_that_a_lost_change_added_is_sent(self):
        for number, how in enumerate(("status:503", "drop", "commit-then-drop")):
            email = f"post{number}@bonnehuset.example"
            there = self.lose(how, self.partner, "contact", email=email)
            self.assertEqual(there["email"], email)
            self.partner.email = False
            self.send()
            self.assertNotIn("email", self.remote(self.partner, "contact"))
        there = self.lose("drop", self.product, "product", description_sale="Malt")
        self.assertEqual(there["note"], "Malt")

    def test_later_edit_after_a_lost_change_is_sent_as_well(self):
        self.lose("status:503", self.partner, "contact", email="a@x.example")
        self.partner.email = "b@x.example"
        self.send()
        self.assertEqual(self.remote(self.partner, "contact")["email"], "b@x.example")

    def test_what_somebody_typed_there_meanwhile_is_shown(self):
        self.sandbox.fault("PUT", "/contacts", "drop")
        self.partner.email = "odoo@x.example"
        self.send()
        self.changed_in_fiken(self.partner, "contact", email="fiken@x.example")
        self.time_passes(4000)
        self.send()
        there = self.remote(self.partner, "contact")
        self.assertEqual(there["email"], "fiken@x.example")
        self.assertEqual(self.drifts(self.partner).key, "email")
        self.partner.city = "Oslo"
        self.send()
        there = self.remote(self.partner, "contact")
        self.assertEqual(there["email"], "fiken@x.example")
        self.assertEqual(self.drifts(self.partner).key, "email", "until chosen")
        self.partner.email = False
        self.send()
        there = self.remote(self.partner, "contact")
        self.assertEqual(there["email"], "fiken@x.example", "never Odoo's")

    def test_first_change_of_what_was_only_linked_is_sent_though_it_was_lost(self):
        binding = self.binding(self.partner, "contact")
        binding.write(
            {
                "sent_values": {"name": "Bønnehuset AS"},
                "kept_values": {"email": "post@bonnehuset.example"},
                "payload_hash": False,
            }
        )
        there = self.lose("drop", self.partner, "contact", name="Bønnehuset Sør AS")
        self.assertEqual(there["name"], "Bønnehuset Sør AS")

    def test_groups_that_only_fiken_has_stay(self):
        self.changed_in_fiken(self.partner, "contact", groups=["VIP"])
        tag = self.env["res.partner.category"].create({"name": "Kafé"})
        self.sandbox.unknowns(preset="null")
        self.partner.category_id = [Command.link(tag.id)]
        self.send()
        there = self.remote(self.partner, "contact")
        self.assertEqual(there["groups"], ["Kafé", "VIP"])
