"""Nobody is made twice, and nobody becomes another one: a person decides."""

from odoo.exceptions import UserError

from .importing import ImportCase

ORGNR = "987654325"
OTHER_ORGNR = "999999999"


class DoublesCase(ImportCase):
    def assert_conflict(self, remote_id, problem, record=None):
        line = self.line_of(remote_id)
        self.assertEqual((line.match, line.problem), ("conflict", problem))
        self.assertFalse(line.choice, "Nothing is done unless a person says so")
        if record:
            self.assertEqual(line.partner_id or line.product_id, record)

    def assert_suggested(self, remote_id, record):
        line = self.line_of(remote_id)
        self.assertEqual(line.match, "suggested")
        self.assertFalse(line.choice)
        self.assertEqual(line.partner_id or line.product_id, record)

    def odoo_product(self, name="Kaffekopp", **values):
        return self.env["product.product"].create({"name": name, **values})


class TestPeopleAndCompanies(DoublesCase):
    """One e-mail address of a person and of a company, each way round."""

    PEOPLE = ("Ola Nordmann", "Firma")
    COMPANIES = (
        {"is_company": True},
        {"is_company": True, "company_registry": ORGNR},
        {"company_registry": ORGNR},
        {"vat": f"NO{ORGNR}MVA"},
    )

    def test_a_person_in_fiken_is_not_the_company_with_their_address(self):
        for name in self.PEOPLE:
            for values in self.COMPANIES:
                with self.subTest(name=name, **values):
                    company = self.odoo_partner(
                        "Firma", email="post@firma.example", **values
                    )
                    contact = self.fiken_contact(name, email="post@firma.example")
                    self.read_fiken()
                    self.assert_suggested(contact, company)
                    self.take_over()
                    self.assertEqual(self.line_of(contact).result, "undecided")
                    self.assertFalse(self.binding(company, "contact"))
                    self.startup.action_reopen()
                    self.sandbox.reset()
                    company.unlink()

    def test_a_company_in_fiken_is_not_the_person_with_its_address(self):
        person = self.odoo_partner("Ola Nordmann", email="post@firma.example")
        for values in (
            {"name": "Firma AS"},
            {"name": "Ola Nordmann", "organizationNumber": ORGNR},
            {"name": "Ola Nordmann AS"},
            {"name": "Firma", "organizationNumber": ORGNR},
        ):
            with self.subTest(**values):
                contact = self.fiken_contact(email="post@firma.example", **values)
                self.read_fiken()
                line = self.line_of(contact)
                self.assertIn(line.match, ("suggested", "new"))
                self.assertNotEqual(line.choice, "link")
                self.startup.line_ids.action_skip()
                self.take_over()
                self.assertFalse(self.binding(person, "contact"))
                self.startup.action_reopen()
                self.sandbox.reset()

    def test_two_of_one_kind_with_one_name_and_address_are_one(self):
        person = self.odoo_partner("Ola Nordmann", email="ola@example.com")
        company = self.odoo_partner(
            "Firma AS", email="post@firma.example", company_registry=ORGNR
        )
        contacts = self.fiken_contacts(
            {"name": "ola  nordmann", "email": "OLA@example.com"},
            {"name": "FIRMA A/S", "email": "post@firma.example"},
        )
        self.read_fiken()
        for contact, partner in zip(contacts, (person, company), strict=True):
            line = self.line_of(contact)
            self.assertEqual((line.match, line.match_rule), ("matched", "email"))
            self.assertEqual(line.partner_id, partner)


class TestNamesakes(DoublesCase):
    # How one name is written by different people.
    SPELLINGS = (
        ("Azure Interior", "AZURE  interior"),
        ("Azure Interior", "Azure Interior AS"),
        ("Bølgen A/S", "BØLGEN as"),
        ("Hansen & Sønn", "Hansen\u00a0& Sønn"),
        ("Kafé-Baren", "Kafe\u0301 baren"),
    )

    def test_two_of_one_name_in_fiken_are_a_conflict(self):
        for one, other in self.SPELLINGS:
            with self.subTest(one=one, other=other):
                contacts = self.fiken_contacts(
                    {"name": one, "email": "a@example.com"},
                    {"name": other, "email": "b@example.com"},
                )
                self.read_fiken()
                for contact in contacts:
                    self.assert_conflict(contact, "namesake")
                self.take_over()
                self.assertFalse(self.new_partners())
                self.startup.action_reopen()
                self.sandbox.reset()

    def test_whose_namesake_is_linked_already_is_a_conflict(self):
        partner = self.odoo_partner("Azure Interior")
        self.link(partner, "contact", self.fiken_contact("Azure Interior"))
        second = self.fiken_contact("Azure Interior AS", email="azure@example.com")
        self.read_fiken()
        self.assert_conflict(second, "taken", partner)
        with self.assertRaisesRegex(UserError, "linked to another record in Fiken"):
            self.line_of(second).choice = "link"
        self.take_over()
        self.assertFalse(self.new_partners() - partner)

    def test_of_two_namesakes_in_odoo_the_free_one_is_suggested(self):
        taken = self.odoo_partner("Azure Interior")
        self.link(taken, "contact", "4711")
        free = self.odoo_partner("Azure Interior")
        contact = self.fiken_contact("Azure Interior")
        self.read_fiken()
        self.assert_suggested(contact, free)

    def test_an_archived_namesake_is_one_as_well(self):
        archived = self.odoo_partner("Azure Interior", active=False)
        contact = self.fiken_contact("Azure Interior AS")
        self.read_fiken()
        self.assert_suggested(contact, archived)
        self.startup.action_back()
        self.link(archived, "contact", "4711")
        self.read_fiken()
        self.assert_conflict(contact, "taken", archived)

    def test_a_linked_one_that_has_another_name_in_odoo_is_one_as_well(self):
        partner = self.odoo_partner("Blått innendørs")
        self.link(partner, "contact", self.fiken_contact("Azure Interior"))
        second = self.fiken_contact("Azure Interior")
        self.read_fiken()
        self.assert_conflict(second, "namesake")

    def test_a_number_tells_two_companies_of_one_name_apart(self):
        contacts = self.fiken_contacts(
            {"name": "Rema 1000", "organizationNumber": ORGNR},
            {"name": "Rema 1000", "organizationNumber": OTHER_ORGNR},
        )
        self.import_all()
        for contact in contacts:
            self.assertEqual(self.line_of(contact).result, "created")

    def test_a_number_and_none_do_not(self):
        partner = self.odoo_partner("Noe annet", company_registry=ORGNR)
        numbered, bare = self.fiken_contacts(
            {"name": "Rema 1000", "organizationNumber": ORGNR}, {"name": "Rema 1000"}
        )
        self.read_fiken()
        self.assertEqual(self.line_of(numbered).partner_id, partner)
        self.assert_conflict(bare, "namesake")

    def test_a_person_may_say_that_there_are_two(self):
        contacts = self.fiken_contacts({"name": "Kari Bø"}, {"name": "Kari Bø"})
        self.read_fiken().action_create()
        self.take_over()
        self.assertEqual(len(self.new_partners()), 2)
        self.assertEqual(
            set(self.env["fiken.binding"].search([]).mapped("remote_id")), set(contacts)
        )

    def test_nobody_is_called_by_a_legal_form_alone(self):
        contacts = self.fiken_contacts({"name": "AS"}, {"name": "DA"})
        self.import_all()
        for contact in contacts:
            self.assertEqual(self.line_of(contact).result, "created")


class TestProducts(DoublesCase):
    def test_two_of_one_number_in_fiken_are_a_conflict(self):
        for one, other in (("K-1", "K-1"), ("K-1", "k-1"), ("K 1", "K1 ")):
            with self.subTest(one=one, other=other):
                products = self.fiken_products(
                    {"name": "Kopp", "productNumber": one},
                    {"name": "Krus", "productNumber": other, "active": False},
                )
                self.read_fiken()
                for remote_id in products:
                    self.assert_conflict(remote_id, "double")
                self.startup.action_back()
                self.sandbox.reset()

    def test_two_of_one_name_in_fiken_are_a_conflict(self):
        for numbers in (("", ""), ("K-1", ""), ("K-1", "K-2")):
            with self.subTest(numbers=numbers):
                products = self.fiken_products(
                    *(
                        {"name": name, "productNumber": number}
                        for name, number in zip(
                            ("Kopp, blå", "KOPP  blå"), numbers, strict=True
                        )
                    )
                )
                self.read_fiken()
                for remote_id in products:
                    self.assert_conflict(remote_id, "namesake")
                self.startup.action_back()
                self.sandbox.reset()

    def test_whose_namesake_is_linked_already_is_a_conflict(self):
        for values in ({}, {"active": False}, {"default_code": "K-1"}):
            with self.subTest(**values):
                product = self.odoo_product("Kopp", **values)
                self.link(product, "product", "4711")
                remote_id = self.fiken_product("KOPP", productNumber="K-2")
                self.read_fiken()
                self.assert_conflict(remote_id, "taken", product)
                self.startup.action_back()
                self.sandbox.reset()
                self.env["fiken.binding"].sudo().search([]).unlink()
                product.unlink()

    def test_a_number_that_is_written_otherwise_is_a_suggestion(self):
        product = self.odoo_product("Noe annet", default_code="k 1-a")
        remote_id = self.fiken_product("Kopp", productNumber="K1-A")
        self.read_fiken()
        self.assert_suggested(remote_id, product)
        self.assertEqual(self.line_of(remote_id).match_rule, "alike")


class TestOnceMore(DoublesCase):
    """The import runs again, or was not finished, or two run at once."""

    def test_what_was_left_undecided_is_offered_again_and_not_made(self):
        contacts = self.fiken_contacts({"name": "Kari Bø"}, {"name": "Kari Bø"})
        self.read_fiken()
        self.line_of(contacts[0]).action_create()
        self.take_over()
        [kari] = self.new_partners()
        self.startup.action_reopen()
        self.read_fiken()
        self.assert_conflict(contacts[1], "taken", kari)
        self.take_over()
        self.assertEqual(self.new_partners(), kari)

    def test_stopped_halfway_it_makes_the_other_half(self):
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(5)))
        self.read_fiken()
        self.startup.line_ids[2:].action_skip()
        self.take_over()
        self.startup.action_reopen()
        self.import_all()
        names = self.new_partners().mapped("name")
        self.assertEqual(sorted(names), [f"Kunde {n}" for n in range(5)])

    def test_what_was_deleted_in_odoo_is_not_made_again(self):
        for kind, record in (
            ("contact", self.odoo_partner("Slettet AS")),
            ("product", self.odoo_product("Slettet")),
        ):
            with self.subTest(kind):
                remote_id = getattr(self, f"fiken_{kind}")(record.name)
                self.link(record, kind, remote_id)
                record.unlink()
                self.import_all()
                self.assertEqual(self.line_of(remote_id).result, "linked_before")
                self.startup.action_reopen()
        self.assertFalse(self.new_partners() | self.new_partners())
        self.assertFalse(self.new_products())

    def test_two_companies_import_their_common_customer_at_once(self):
        """What the first one made is what the second one links."""
        books = self.other_fiken_company()
        numbered = {"name": "Delt AS", "organizationNumber": ORGNR, "customer": True}
        named = {"name": "Kari Bø", "customer": True}
        self.fiken_contacts(numbered, named)
        theirs = self.sandbox.fill(books.slug, "contacts", [numbered, named])
        action = self.env["fiken.import"].action_open(books)
        other = self.env["fiken.import"].browse(action["res_id"])
        other.action_read()
        self.read_fiken()
        self.assertEqual(other.state, "preview")
        self.startup.action_import()
        other.action_import()
        self.run_cron()
        names = (self.new_partners() - books.company_id.partner_id).mapped("name")
        self.assertEqual(sorted(names), ["Delt AS", "Kari Bø"])
        results = {
            line.remote_id: line.result
            for line in self.startup.line_ids | other.line_ids
        }
        own = [results[str(remote_id)] for remote_id in theirs]
        mine = [line.result for line in self.startup.line_ids.sorted("name")]
        self.assertEqual(
            sorted([mine, own]), [["created", "created"], ["linked", "undecided"]]
        )

    def test_who_was_entered_after_the_click_is_not_doubled(self):
        numbered, named = self.fiken_contacts(
            {"name": "Kaffehuset AS", "organizationNumber": ORGNR}, {"name": "Kari Bø"}
        )
        self.read_fiken()
        self.startup.action_import()
        company = self.odoo_partner("Kaffehuset", company_registry=ORGNR)
        person = self.odoo_partner("Kari Bø")
        self.run_cron()
        self.assertEqual(self.startup.state, "done")
        self.assertEqual(self.new_partners(), company | person)
        self.assertEqual(self.line_of(numbered).result, "linked")
        self.assertEqual(self.line_of(named).result, "undecided")
