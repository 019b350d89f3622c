"""Which contact in Fiken it is: nobody is missed, and no stranger is linked."""

from unittest.mock import patch

from ...models.connection.fiken_session import FikenSession
from .common import MasterdataCase

ORGNR = "923609016"


class SearchCase(MasterdataCase):
    def there(self, **values):
        return self.in_fiken("POST", "/contacts", {"customer": True, **values})

    def send_customer(self, **values):
        """A customer whom Fiken does not know yet as Odoo's; their link."""
        self.partner = self.new_customer(**values)
        self.owe("contact", self.partner)
        self.sandbox.reset_stats()
        self.send()
        return self.binding(self.partner, "contact")

    def reads(self):
        return self.sandbox.count("GET", "/contacts")

    def filters_ignored(self):
        """Fiken returns the whole list, whatever it is asked for (§0.2)."""
        original = FikenSession.pages

        def pages(session, path, **_filters):
            return original(session, path)

        return patch.object(FikenSession, "pages", pages)

    def everybody(self):
        """Active and inactive contacts in Fiken."""
        rows = [
            row
            for inactive in ("false", "true")
            for row in self.contacts(inactive=inactive)
        ]
        return {row["contactId"]: row for row in rows}.values()

    def lose(self, **values):
        """A new contact is made in Fiken, and the answer is lost."""
        self.sandbox.fault("POST", "/contacts", "commit-then-drop")
        partner = self.new_customer(**values)
        self.owe("contact", partner)
        self.send()
        for _look in range(3):
            self.time_passes(100)
            self.send()
        return partner


class TestInactiveContacts(SearchCase):
    """Which of them Fiken lists unasked is not known (§4.1)."""

    def both_ways(self):
        for hidden in (False, True):
            with self.subTest(hidden=hidden):
                self.sandbox.reset()
                self.sandbox.unknowns(contacts_default_active=hidden)
                yield

    def test_archived_customer_whose_answer_was_lost_is_there_once(self):
        for _way in self.both_ways():
            partner = self.lose(name="Nedlagt AS", active=False)
            self.assertTrue(self.binding(partner, "contact"))
            self.assertEqual(len(self.everybody()), 1)

    def test_inactive_contact_is_taken_over(self):
        for _way in self.both_ways():
            there = self.there(
                name="Baren as", email="post@baren.example", inactive=True
            )
            link = self.send_customer(name="Baren AS", email="post@baren.example")
            self.assertEqual(link.remote_id, str(there))

    def test_inactive_contact_of_the_same_name_is_suggested(self):
        for _way in self.both_ways():
            self.there(name="Baren AS", inactive=True)
            self.send_customer(name="Baren AS")
            self.assertEqual(self.drifts(self.partner).kind, "same_name")

    def test_double_that_was_given_up_in_fiken_is_in_nobodys_way(self):
        self.there(name="Baren AS", email="post@baren.example", inactive=True)
        there = self.there(name="Baren AS", email="post@baren.example")
        link = self.send_customer(name="Baren AS", email="post@baren.example")
        self.assertEqual(link.remote_id, str(there))

    def test_archived_customer_is_not_told_to_be_deleted(self):
        for _way in self.both_ways():
            self.send_customer(name="Snart borte AS")
            self.partner.active = False
            self.send()
            self.night()
            self.assertFalse(self.drifts(self.partner))

    def test_archived_product_is_not_told_to_be_deleted(self):
        self.fiken_company.product_sync = "all"
        product = self.new_product("Utgått")
        self.send()
        product.active = False
        self.send()
        self.night()
        self.assertFalse(self.drifts())

    def test_new_contact_costs_at_most_four_reads(self):
        keys = {"company_registry": ORGNR, "is_company": True}
        for values in (
            {"name": "Privat"},
            {"name": "Med e-post", "email": "a@x.example"},
            {"name": "Med nummer", **keys},
            {"name": "Med begge", "email": "b@x.example", **keys},
        ):
            self.sandbox.reset()
            self.send_customer(**values)
            self.assertLessEqual(self.reads(), 4, values)

    def test_inactive_contacts_are_read_once_for_many_new_ones(self):
        for number in range(5):
            self.owe("contact", self.new_customer(name=f"Kafé {number}"))
        self.sandbox.reset_stats()
        self.send()
        self.assertEqual(len(self.contacts()), 5)
        # Key and name of each, and the inactive ones; one read is the test's own.
        self.assertEqual(self.reads() - 1, 5 * 2 + 1)


class TestConfirmedHits(SearchCase):
    def test_ignored_filter_links_no_stranger(self):
        for spec in ("2026-05", "2026-09"):
            self.sandbox.reset()
            self.sandbox.unknowns(spec=spec)
            self.there(name="Noen andre AS", email="andre@x.example")
            with self.filters_ignored():
                link = self.send_customer(name="Baren AS", email="post@baren.example")
            self.assertTrue(link)
            self.assertEqual(len(self.contacts()), 2, spec)

    def test_namesake_is_only_a_suggestion(self):
        self.sandbox.unknowns(spec="2026-05")
        there = self.there(name="Ola Nordmann")
        with self.filters_ignored():
            link = self.send_customer(name="Ola Nordmann")
        self.assertNotEqual(link.remote_id, str(there))
        self.assertEqual(self.drifts(self.partner).kind, "same_name")

    def test_lost_answer_is_confirmed_by_name_and_address(self):
        """Where Fiken does not return our key."""
        self.sandbox.unknowns(spec="2026-05")
        partner = self.lose(name="Baren AS", email="post@baren.example")
        self.assertTrue(self.binding(partner, "contact"))
        self.assertEqual(len(self.contacts()), 1)

    def test_lost_answer_with_a_name_only_is_for_a_person(self):
        """It may be a namesake: neither linked nor made twice."""
        self.sandbox.unknowns(spec="2026-05")
        partner = self.lose(name="Ola Nordmann")
        job = self.jobs(partner)
        self.assertEqual((job.state, job.outcome_unknown), ("failed", True))
        self.assertFalse(self.binding(partner, "contact"))
        self.assertEqual(len(self.contacts()), 1)

    def test_lost_answer_among_strangers_is_not_theirs(self):
        """Fiken ignores the filter: what was not made is made."""
        self.sandbox.unknowns(spec="2026-05")
        stranger = self.there(name="Noen andre AS", email="andre@x.example")
        self.sandbox.fault("POST", "/contacts", "drop")
        partner = self.new_customer(name="Baren AS", email="post@baren.example")
        self.owe("contact", partner)
        with self.filters_ignored():
            self.send()
            for _look in range(4):
                self.time_passes(400)
                self.send()
        self.assertNotEqual(self.binding(partner, "contact").remote_id, str(stranger))
        self.assertEqual(len(self.contacts()), 2)

    def test_product_of_another_number_is_not_linked(self):
        self.fiken_company.product_sync = "all"
        self.in_fiken(
            "POST",
            "/products",
            {
                "name": "Kvern",
                "incomeAccount": "3000",
                "vatType": "HIGH",
                "active": True,
                "unitPrice": 100,
            },
        )
        with self.filters_ignored():
            self.new_product("Kvern", default_code="K-1")
            self.send()
        self.assertEqual(len(self.products()), 2)
