from ..golden import GoldenMixin
from .common import MasterdataCase

ORGNR = "923609016"


class TestContact(GoldenMixin, MasterdataCase):
    """Customers as Fiken contacts: found before made, changed without loss."""

    def test_edit_that_meets_the_first_sending_is_not_lost(self):
        self.invoice()
        self.commit()
        job = self.jobs(self.customer, "contact")
        job.write({"state": "sending"})
        self.customer.name = "Kaffebaren Bergen AS"
        self.commit()
        jobs = self.jobs(self.customer, "contact")
        self.assertEqual(jobs.mapped("state"), ["sending", "pending"])

    def test_edit_while_she_waits_counts_as_a_new_revision(self):
        self.invoice()
        self.commit()
        job = self.jobs(self.customer, "contact")
        before = job.revision
        self.customer.name = "Kaffebaren Bergen AS"
        self.commit()
        job.invalidate_recordset()
        self.assertGreater(job.revision, before)

    def send_contact(self, partner):
        """The contact in Fiken, sent because an invoice needs it."""
        self.invoice(partner_id=partner.id)
        self.send()
        return self.contact(partner)

    def contact(self, partner):
        binding = self.binding(partner, "contact")
        self.assertTrue(binding, self.jobs(partner).mapped("reason"))
        return self.sandbox.get(f"/companies/{self.slug}/contacts/{binding.remote_id}")

    def contacts(self, **filters):
        return self.sandbox.get(f"/companies/{self.slug}/contacts", **filters)

    def in_fiken_already(self, **values):
        return self.in_fiken("POST", "/contacts", {"customer": True, **values})

    def forget(self):
        """The addon's own requests from here on."""
        self.sandbox.reset_stats()

    # What is sent

    def test_payload_of_a_business(self):
        partner = self.env["res.partner"].create(
            {
                "name": "Bergen Kaffe  og\tTe AS",
                "is_company": True,
                "company_registry": "923 609 016",
                "email": "Kari <faktura@bergenkaffe.example>",
                "phone": "+47 55 00 00 00",
                "street": "Bryggen 1",
                "street2": "2. etasje",
                "zip": "5003",
                "city": "Bergen",
                "country_id": self.norway.id,
                "lang": "en_US",
            }
        )
        self.send_contact(partner)
        [body] = self.sent("POST", "/contacts")
        self.assert_sample("contact_business", body)

    def test_payload_of_a_private_person(self):
        partner = self.env["res.partner"].create(
            {"name": "Ola Nordmann", "lang": False}
        )
        self.send_contact(partner)
        [body] = self.sent("POST", "/contacts")
        self.assert_sample("contact_private", body)

    def test_organization_number_is_nine_digits_from_whichever_field_has_it(self):
        partner = self.env["res.partner"].create({"name": "X", "is_company": True})
        for field, text in (
            ("company_registry", ORGNR),
            ("vat", f"NO{ORGNR}MVA"),
            ("l10n_no_bronnoysund_number", ORGNR),
        ):
            partner.write(
                {name: False for name in ("company_registry", "vat")}
                | {"l10n_no_bronnoysund_number": False}
            )
            partner[field] = text
            self.assertEqual(partner._fiken_organization_number(), ORGNR, field)
        partner.write(
            {"l10n_no_bronnoysund_number": False, "company_registry": "12345"}
        )
        self.assertFalse(partner._fiken_organization_number(), "no number, no guess")

    def test_number_of_a_partner_abroad_counts_only_where_it_says_norway(self):
        """Other countries have numbers of nine digits too."""
        partner = self.customer
        partner.country_id = self.env.ref("base.fr")
        for value in (ORGNR, f"FR{ORGNR}", f"SIREN {ORGNR}"):
            partner.company_registry = value
            self.assertFalse(partner._fiken_organization_number(), value)
        partner.l10n_no_bronnoysund_number = f"{ORGNR} MVA"
        self.assertEqual(partner._fiken_organization_number(), ORGNR)

    def test_foreign_vat_number_is_no_organization_number(self):
        partner = self.env["res.partner"].create(
            {
                "name": "Kaffe AB",
                "is_company": True,
                "vat": "SE123456789701",
                "country_id": self.env.ref("base.se").id,
            }
        )
        self.sandbox.unknowns(country_words="as_written")
        contact = self.send_contact(partner)
        self.assertNotIn("organizationNumber", contact)
        self.assertEqual(contact["address"], {"country": "Sweden"})

    def test_first_of_several_email_addresses_is_sent(self):
        partner = self.env["res.partner"].create(
            {"name": "Mange AS", "email": "a@mange.example, b@mange.example"}
        )
        self.assertEqual(self.send_contact(partner)["email"], "a@mange.example")

    def test_what_fiken_cannot_keep_is_left_out_with_a_note(self):
        partner = self.env["res.partner"].create(
            {
                "name": "Mange AS",
                "email": "spør Kari",
                "phone": "+47 22 00 00 00 / +47 90 00 00 00",
            }
        )
        contact = self.send_contact(partner)
        self.assertNotIn("phoneNumber", contact)
        self.assertNotIn("email", contact)
        note = self.jobs(partner).note
        self.assertIn("e-mail", note)
        self.assertIn("phone", note)

    def test_phone_that_fits_without_spaces(self):
        partner = self.env["res.partner"].create(
            {"name": "Lang AS", "phone": "+47 5 5 0 0 0 0 0 0 "}
        )
        self.assertLessEqual(len(self.send_contact(partner)["phoneNumber"]), 20)

    def test_archived_customer_is_inactive_in_fiken(self):
        self.send_contact(self.customer)
        self.customer.active = False
        self.send()
        self.assertTrue(self.contact(self.customer)["inactive"])

    def test_contact_without_a_name_is_stopped(self):
        partner = self.env["res.partner"].create(
            {"type": "invoice", "city": "Oslo", "name": False}
        )
        self.invoice(partner_id=partner.id)
        self.send()
        self.assertIn("no name", self.jobs(partner).reason)

    # Found before made

    def test_contact_with_the_same_organization_number_is_taken_over(self):
        there = self.in_fiken_already(
            name="Kaffebaren",
            organizationNumber=ORGNR,
            email="annen@kaffebaren.example",
        )
        self.in_fiken_already(name="Noen andre", email="post@kaffebaren.example")
        self.customer.company_registry = ORGNR
        contact = self.send_contact(self.customer)
        self.assertEqual(contact["contactId"], there)
        self.assertEqual(len(self.contacts()), 2)

    def test_contact_with_the_same_email_and_name_is_taken_over(self):
        there = self.in_fiken_already(
            name="KAFFEBAREN A/S", email="POST@Kaffebaren.example"
        )
        self.assertEqual(self.send_contact(self.customer)["contactId"], there)

    def test_contact_with_the_same_name_only_is_not_taken(self):
        there = self.in_fiken_already(name="Kaffebaren AS")
        self.assertNotEqual(self.send_contact(self.customer)["contactId"], there)

    def test_supplier_in_fiken_becomes_a_customer_too(self):
        there = self.in_fiken(
            "POST",
            "/contacts",
            {
                "name": "Kaffebaren AS",
                "supplier": True,
                "email": "post@kaffebaren.example",
            },
        )
        contact = self.send_contact(self.customer)
        self.assertEqual(contact["contactId"], there)
        self.assertTrue(contact["supplier"] and contact["customer"])

    def test_two_contacts_that_fit_stop_and_are_named(self):
        for name in ("Kaffebaren AS", "Kaffebaren A/S"):
            self.in_fiken_already(name=name, email="post@kaffebaren.example")
        move = self.invoice()
        self.send()
        job = self.jobs(self.customer)
        self.assertEqual(job.state, "failed")
        for words in ("2 contacts", "post@kaffebaren.example", "Kaffebaren A/S"):
            self.assertIn(words, job.reason)
        self.assertEqual(move.fiken_state, "failed")
        self.assertFalse(self.sales())
        [first, _second] = self.contacts(email="post@kaffebaren.example")
        self.in_fiken("DELETE", f"/contacts/{first['contactId']}")
        move.action_fiken_send()
        job.action_retry()
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_contact_of_another_customer_is_not_taken(self):
        first = self.send_contact(self.customer)
        twin = self.customer.copy({"name": "Kaffebaren avd. Oslo"})
        second = self.send_contact(twin)
        self.assertEqual(twin.email, self.customer.email)
        self.assertNotEqual(first["contactId"], second["contactId"])
        self.assertEqual(self.contact(self.customer)["name"], "Kaffebaren AS")

    def test_same_email_but_another_organization_number_is_somebody_else(self):
        self.in_fiken_already(
            name="Regnskapskontoret AS",
            email="post@kaffebaren.example",
            organizationNumber="974760673",
        )
        self.customer.company_registry = ORGNR
        self.assertEqual(self.send_contact(self.customer)["name"], "Kaffebaren AS")
        self.assertEqual(
            sorted(row["name"] for row in self.contacts()),
            ["Kaffebaren AS", "Regnskapskontoret AS"],
        )

    def test_person_with_her_companys_email_does_not_become_the_company(self):
        self.in_fiken_already(
            name="Firma AS", email="post@firma.example", organizationNumber=ORGNR
        )
        person = self.env["res.partner"].create(
            {"name": "Per Hansen", "email": "post@firma.example"}
        )
        self.send_contact(person)
        self.assertEqual(
            sorted(row["name"] for row in self.contacts()), ["Firma AS", "Per Hansen"]
        )

    def test_contact_of_ours_is_found_again_by_its_key(self):
        key = self.env["fiken.resource.contact"]._key(self.customer)
        there = self.in_fiken_already(name="Helt annet navn", memberNumberString=key)
        self.assertEqual(self.send_contact(self.customer)["contactId"], there)

    # Changed

    def test_only_a_change_that_fiken_keeps_is_sent(self):
        self.send_contact(self.customer)
        self.forget()
        self.customer.comment = "Ring før levering"
        self.customer.city = "Bergen"
        self.send()
        self.assertFalse(self.sandbox.stats()["requests"], "nothing was even asked")
        self.customer.city = "Voss"
        self.send()
        self.assertEqual(self.contact(self.customer)["address"]["city"], "Voss")
        self.assertEqual(self.sandbox.count("PUT", "/contacts/{id}"), 1)

    def test_ten_edits_are_one_change(self):
        self.send_contact(self.customer)
        self.forget()
        for number in range(10):
            self.customer.street = f"Torget {number}"
        self.send()
        self.assertEqual(self.sandbox.count("PUT", "/contacts/{id}"), 1)
        self.assertEqual(
            self.contact(self.customer)["address"]["streetAddress"], "Torget 9"
        )

    def test_change_keeps_what_only_fiken_knows(self):
        there = self.in_fiken_already(
            name="Kaffebaren AS",
            email="post@kaffebaren.example",
            memberNumberString="M-17",
            daysUntilInvoicingDueDate=21,
            discount=10,
            groups=["Stamkunder"],
            bankAccountNumber="15031234562",
            currency="EUR",
            phoneNumber="55000000",
            contactPerson=[{"name": "Kari", "email": "kari@kaffebaren.example"}],
            supplier=True,
        )
        self.sandbox.unknowns(contacts_put_blanks_groups=True)
        before = self.send_contact(self.customer)
        self.assertEqual(before["contactId"], there)
        self.customer.city = "Voss"
        self.send()
        contact = self.contact(self.customer)
        self.assertEqual(contact["address"]["city"], "Voss")
        for field, value in {
            "memberNumberString": "M-17",
            "daysUntilInvoicingDueDate": 21,
            "discount": 10,
            "groups": ["Stamkunder"],
            "bankAccountNumber": "15031234562",
            "currency": "EUR",
            "phoneNumber": "55000000",
            "supplier": True,
            "customerNumber": before["customerNumber"],
        }.items():
            self.assertEqual(contact[field], value, field)
        self.assertEqual(contact["contactPerson"][0]["name"], "Kari")

    def test_change_against_the_older_document_of_fiken(self):
        self.sandbox.unknowns(spec="2026-05")
        self.customer.phone = "55 00 00 00"
        self.send_contact(self.customer)
        self.customer.city = "Voss"
        self.send()
        self.sandbox.unknowns(spec="2026-09")
        contact = self.contact(self.customer)
        self.assertEqual(contact["address"]["city"], "Voss")
        self.assertEqual(contact["phoneNumber"], "55 00 00 00")
        self.assertTrue(contact["memberNumberString"].startswith("odoo-"))

    def test_contact_that_was_deleted_in_fiken_is_made_again(self):
        self.customer.write({"email": False})
        first = self.send_contact(self.customer)
        self.sandbox._control(
            "POST",
            "edit",
            {
                "slug": self.slug,
                "resource": "contacts",
                "id": first["contactId"],
                "changes": None,
            },
        )
        self.customer.city = "Voss"
        self.send()
        again = self.contact(self.customer)
        self.assertNotEqual(again["contactId"], first["contactId"])
        self.assertEqual(again["address"]["city"], "Voss")

    def test_change_while_the_contact_waits_is_part_of_it(self):
        self.customer.name = "æ" * 201
        self.invoice()
        self.send()
        self.assertEqual(self.jobs(self.customer).state, "failed")
        self.customer.name = "Kaffebaren på Torget AS"
        self.send()
        self.assertEqual(self.contact(self.customer)["name"], "Kaffebaren på Torget AS")
        self.assertEqual(len(self.sales()), 1, "and the invoice followed")

    def test_change_of_somebody_who_is_not_in_fiken_is_nothing_to_send(self):
        self.customer.city = "Voss"
        self.env["res.partner"].create({"name": "Ny"}).write({"city": "Oslo"})
        self.send()
        self.assertFalse(self.contacts())
        self.assertFalse(self.jobs(self.customer))
