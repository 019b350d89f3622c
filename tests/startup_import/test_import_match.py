"""Who in Odoo is who in Fiken, and what a person must decide."""

from odoo import Command
from odoo.exceptions import UserError

from .importing import ImportCase


class TestMatching(ImportCase):
    def match_of(self, remote_id):
        line = self.line_of(remote_id)
        return line.match, line.match_rule or "", line.partner_id or line.product_id

    def test_our_own_key_is_the_surest(self):
        partner = self.odoo_partner("Bønnehuset AS", email="a@bonnehuset.example")
        self.odoo_partner("Kaffehuset AS", company_registry="999999999")
        key = self.env["fiken.resource.contact"]._key(partner)
        contact = self.fiken_contact(
            "Kaffehuset AS", memberNumberString=key, organizationNumber="999999999"
        )
        self.read_fiken()
        self.assertEqual(self.match_of(contact), ("matched", "key", partner))

    def test_the_key_of_another_database_says_nothing(self):
        partner = self.odoo_partner()
        contact = self.fiken_contact(
            "Noen AS", memberNumberString=f"odoo-0badf00d-{partner.id}"
        )
        self.read_fiken()
        self.assertEqual(self.line_of(contact).match, "new")

    def test_organisation_numbers_match_however_they_are_written(self):
        for field, text in (
            ("company_registry", "987 654 325"),
            ("vat", "NO 987654325 MVA"),
            ("l10n_no_bronnoysund_number", "987654325"),
        ):
            with self.subTest(field):
                partner = self.odoo_partner("Et annet navn AS", **{field: text})
                contact = self.fiken_contact(
                    "Kaffehuset", organizationNumber="987654325"
                )
                self.read_fiken()
                self.assertEqual(self.match_of(contact), ("matched", "number", partner))
                self.assertEqual(self.line_of(contact).choice, "link")
                self.startup.action_back()
                self.sandbox.reset()
                partner.unlink()

    def test_an_organisation_number_is_surer_than_an_e_mail_address(self):
        right = self.odoo_partner(
            "Rett AS", company_registry="987654325", is_company=True
        )
        self.odoo_partner("Galt AS", email="post@kaffehuset.example")
        contact = self.fiken_contact(
            organizationNumber="987654325", email="post@kaffehuset.example"
        )
        self.read_fiken()
        self.assertEqual(self.match_of(contact), ("matched", "number", right))

    def test_an_e_mail_address_matches_in_any_case(self):
        partner = self.odoo_partner("Kari Nordmann", email="Kari@Example.com")
        contact = self.fiken_contact("KARI Nordmann", email="kari@example.COM")
        self.read_fiken()
        self.assertEqual(self.match_of(contact), ("matched", "email", partner))

    def test_an_e_mail_address_of_another_name_is_a_suggestion(self):
        partner = self.odoo_partner("Berget barnehage", email="post@kommunen.example")
        contact = self.fiken_contact("Solvik skole", email="post@kommunen.example")
        self.read_fiken()
        self.assertEqual(self.match_of(contact), ("suggested", "mailbox", partner))
        self.assertFalse(self.line_of(contact).choice)

    def test_two_companies_with_one_e_mail_address_are_two(self):
        self.odoo_partner(
            "A AS", email="regnskap@example.com", company_registry="999999999"
        )
        contact = self.fiken_contact(
            "B AS", email="regnskap@example.com", organizationNumber="987654325"
        )
        self.read_fiken()
        self.assertEqual(self.line_of(contact).match, "new")

    def test_a_person_with_her_company_s_address_is_not_the_company(self):
        self.odoo_partner("Kari Nordmann", email="post@kaffehuset.example")
        contact = self.fiken_contact(
            email="post@kaffehuset.example", organizationNumber="987654325"
        )
        self.read_fiken()
        self.assertEqual(self.line_of(contact).match, "new")

    def test_a_name_alone_is_a_suggestion_that_a_person_accepts(self):
        partner = self.odoo_partner("KAFFEHUSET  as")
        contact = self.fiken_contact("Kaffehuset AS")
        self.read_fiken()
        line = self.line_of(contact)
        self.assertEqual(self.match_of(contact), ("suggested", "name", partner))
        self.assertFalse(line.choice)
        line.action_accept()
        self.assertEqual(line.choice, "link")

    def test_a_suggestion_that_nobody_accepts_does_nothing(self):
        self.odoo_partner("Kaffehuset AS")
        contact = self.fiken_contact("Kaffehuset AS")
        self.read_fiken()
        self.take_over()
        line = self.line_of(contact)
        self.assertEqual((line.state, line.result), ("left", "undecided"))
        self.assertEqual(len(self.new_partners()), 1, "Only the one made above")
        self.assertFalse(self.env["fiken.binding"].search([]))

    def test_the_same_name_with_another_number_is_no_suggestion(self):
        self.odoo_partner("Kaffehuset AS", company_registry="999999999")
        contact = self.fiken_contact("Kaffehuset AS", organizationNumber="987654325")
        self.read_fiken()
        self.assertEqual(self.line_of(contact).match, "new")

    def test_two_in_odoo_with_one_organisation_number_are_a_conflict(self):
        first = self.odoo_partner("Første AS", company_registry="987654325")
        self.odoo_partner("Andre AS", vat="NO987654325MVA")
        contact = self.fiken_contact(organizationNumber="987654325")
        self.read_fiken()
        line = self.line_of(contact)
        self.assertEqual((line.match, line.problem), ("conflict", "several"))
        self.assertFalse(line.choice)
        self.assertFalse(line.partner_id)
        line.partner_id = first
        self.assertEqual(line.choice, "link", "Whoever chooses a record links it")
        self.take_over()
        self.assertEqual(self.binding(first, "contact").remote_id, contact)

    def test_an_active_record_comes_before_an_archived_one(self):
        self.odoo_partner("Gammel AS", company_registry="987654325", active=False)
        partner = self.odoo_partner("Ny AS", company_registry="987654325")
        contact = self.fiken_contact(organizationNumber="987654325")
        self.read_fiken()
        self.assertEqual(self.match_of(contact), ("matched", "number", partner))

    def test_an_archived_record_is_matched_and_not_doubled(self):
        partner = self.odoo_partner(
            "Gammel AS", company_registry="987654325", active=False
        )
        contact = self.fiken_contact(organizationNumber="987654325")
        self.read_fiken()
        self.assertEqual(self.match_of(contact), ("matched", "number", partner))

    def test_two_in_fiken_for_one_in_odoo_are_a_conflict(self):
        partner = self.odoo_partner("Kari Nordmann", email="kari@example.com")
        contacts = self.fiken_contacts(
            {"name": "Kari Nordmann", "email": "kari@example.com"},
            {"name": "Kari  nordmann", "email": "kari@example.com"},
        )
        self.read_fiken()
        for contact in contacts:
            line = self.line_of(contact)
            self.assertEqual((line.match, line.problem), ("conflict", "shared"))
            self.assertEqual(line.partner_id, partner)
            self.assertFalse(line.choice)
        self.line_of(contacts[0]).choice = "link"
        with self.assertRaisesRegex(Exception, "fiken_import_line_partner_uniq"):
            with self.cr.savepoint():
                self.line_of(contacts[1]).choice = "link"
                self.env.flush_all()

    def test_two_in_fiken_with_one_number_are_not_doubled_in_odoo(self):
        contacts = self.fiken_contacts(
            {"name": "Kaffehuset AS", "organizationNumber": "987654325"},
            {"name": "Kaffehuset Bergen", "organizationNumber": "987 654 325"},
        )
        products = self.fiken_products(
            {"name": "Kopp", "productNumber": "K1"},
            {"name": "Krus", "productNumber": "K1"},
        )
        self.read_fiken()
        for remote_id in (*contacts, *products):
            line = self.line_of(remote_id)
            self.assertEqual((line.match, line.problem), ("conflict", "double"))
            self.assertFalse(line.choice)

    def test_whoever_is_linked_to_another_is_a_conflict(self):
        partner = self.odoo_partner(company_registry="987654325")
        other = self.fiken_contact("Noen andre AS")
        self.link(partner, "contact", other)
        contact = self.fiken_contact(organizationNumber="987654325")
        self.read_fiken()
        line = self.line_of(contact)
        self.assertEqual((line.match, line.problem), ("conflict", "taken"))
        self.assertEqual(self.line_of(other).match, "linked")
        self.assertEqual(self.line_of(other).partner_id, partner)
        with self.assertRaisesRegex(UserError, "linked to another record in Fiken"):
            line.choice = "link"

    def test_a_person_below_a_company_is_not_matched(self):
        company = self.odoo_partner("Kaffehuset AS", is_company=True)
        self.odoo_partner("Kari", parent_id=company.id, email="kari@example.com")
        contact = self.fiken_contact("Kari Nordmann", email="kari@example.com")
        self.read_fiken()
        self.assertEqual(self.line_of(contact).match, "new")

    def test_products_match_by_number(self):
        product = self.env["product.product"].create(
            {"name": "Noe annet", "default_code": "K-1"}
        )
        remote_id = self.fiken_product("Kaffekopp", productNumber="K-1")
        self.read_fiken()
        self.assertEqual(self.match_of(remote_id), ("matched", "number", product))

    def test_products_with_the_same_name_are_suggested(self):
        product = self.env["product.product"].create({"name": "Kaffekopp"})
        remote_id = self.fiken_product("kaffekopp", productNumber="K-1")
        self.read_fiken()
        self.assertEqual(self.match_of(remote_id), ("suggested", "name", product))

    def test_variants_with_one_name_are_for_a_person_to_choose_from(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Size",
                "value_ids": [Command.create({"name": n}) for n in ("S", "L")],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Kaffekopp",
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        remote_id = self.fiken_product("Kaffekopp")
        self.read_fiken()
        line = self.line_of(remote_id)
        self.assertEqual((line.match, line.problem), ("suggested", "several"))
        self.assertFalse(line.product_id)
        self.startup.action_accept_suggestions()
        self.assertFalse(line.choice, "It is not said which variant it is")
        line.product_id = template.product_variant_ids[1]
        self.take_over()
        self.assertEqual(
            self.binding(template.product_variant_ids[1], "product").remote_id,
            remote_id,
        )

    def test_our_number_of_a_product_matches_with_the_name(self):
        product = self.env["product.product"].create({"name": "Kaffekopp"})
        number = self.env["fiken.resource.product"]._number(product)
        remote_id = self.fiken_product("Kaffekopp", productNumber=number)
        other = self.env["product.product"].create({"name": "Tallerken"})
        foreign = self.fiken_product(
            "Kniv", productNumber=self.env["fiken.resource.product"]._number(other)
        )
        self.read_fiken()
        self.assertEqual(self.match_of(remote_id), ("matched", "key", product))
        self.assertEqual(self.line_of(foreign).match, "new")
