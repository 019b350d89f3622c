"""What Fiken had before comes to Odoo once: read, looked at, taken over."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from ..common import SLUG_NO_VAT
from .importing import ImportCase

MANAGER = "fiken_connector.group_fiken_manager"


class TestReading(ImportCase):
    def test_all_pages_are_read(self):
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(230)))
        self.fiken_contacts({"name": "Bønder SA", "supplier": True})
        self.fiken_products(*({"name": f"Vare {n}"} for n in range(101)))
        lines = self.read_fiken()
        self.assertEqual(len(lines), 230 + 1 + 101)
        self.assertEqual(self.startup.line_count, 332)
        self.assertEqual(self.startup.progress, 100)
        self.assertFalse(self.new_partners(), "A preview changes nothing")

    def test_only_what_was_chosen_is_read(self):
        customer = self.fiken_contact("Kunde AS")
        supplier = self.fiken_contact("Bønder SA", supplier=True)
        both = self.fiken_contact("Begge AS", customer=True, supplier=True)
        product = self.fiken_product()
        for choice, wanted in (
            ("with_customers", {customer, both}),
            ("with_suppliers", {supplier, both}),
            ("with_products", {product}),
        ):
            with self.subTest(choice):
                lines = self.read_fiken(**{choice: True})
                self.assertEqual(set(lines.mapped("remote_id")), wanted)
                self.startup.action_back()

    def test_who_is_both_is_read_once(self):
        both = self.fiken_contact("Begge AS", customer=True, supplier=True)
        lines = self.read_fiken(with_customers=True, with_suppliers=True)
        self.assertEqual(lines.mapped("remote_id"), [both])
        self.assertEqual(lines.role, "both")

    def test_inactive_ones_come_whatever_fiken_lists_unasked(self):
        self.fiken_contact("Sluttet AS", inactive=True)
        self.fiken_product("Utgått", active=False)
        for default_active in (True, False):
            self.sandbox.unknowns(contacts_default_active=default_active)
            lines = self.read_fiken()
            self.assertEqual(
                set(lines.mapped("name")), {"Sluttet AS", "Utgått"}, default_active
            )
            self.startup.action_back()

    def test_nothing_chosen_is_said(self):
        self.startup.write(
            {"with_customers": False, "with_suppliers": False, "with_products": False}
        )
        with self.assertRaisesRegex(UserError, "Choose what to import"):
            self.startup.action_read()

    def test_the_click_asks_fiken_nothing(self):
        self.fiken_contact()
        self.sandbox.reset_stats()
        self.startup.action_read()
        self.commit()
        self.assertFalse(self.sandbox.stats()["total"])
        self.assertEqual(self.startup.state, "reading")

    def test_reading_goes_on_where_it_was(self):
        """Fiken is busy in the middle: no page is read twice, none is left out."""
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(350)))
        self.startup.write({"with_suppliers": False, "with_products": False})
        self.startup.action_read()
        self.sandbox.reset_stats()
        original = type(self.startup)._read_page
        seen = []

        def fails_after_two(startup, session):
            seen.append(startup.page_no)
            if len(seen) == 3:
                self.sandbox.fault("GET", "/contacts", "status:503")
            return original(startup, session)

        with patch.object(type(self.startup), "_read_page", fails_after_two):
            self.run_cron()
        self.assertEqual(self.startup.state, "reading")
        self.assertEqual(self.startup.page_no, 2)
        self.assertIn("busy", self.startup.reason)
        self.assertEqual(len(self.startup.line_ids), 200)
        progress = self.startup.progress
        self.assertGreater(progress, 0)
        self.run_cron()
        self.assertEqual(self.startup.state, "preview")
        self.assertFalse(self.startup.reason)
        self.assertEqual(len(self.startup.line_ids), 350)
        answered = [
            row["query"]
            for row in self.sandbox.requests()
            if row["path"].endswith("/contacts") and row["status"] == 200
        ]
        self.assertEqual(len(answered), len(set(answered)))

    def test_a_crash_loses_one_page_at_most(self):
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(250)))
        self.startup.action_read()
        match = type(self.env["fiken.import.match"])
        original, pages = match._keep, []

        def crashes_once(match, startup, resource, rows):
            original(match, startup, resource, rows)
            pages.append(len(rows))
            if len(pages) == 2:
                raise RuntimeError("The server was stopped")

        with patch.object(match, "_keep", crashes_once):
            self.run_cron(crashes=True)
        self.assertEqual(self.startup.state, "preview")
        self.assertEqual(len(self.startup.line_ids), 250)

    def test_a_company_without_api_module_is_told_so(self):
        self.sandbox.company(self.slug, hasApiAccess=False)
        self.startup.action_read()
        self.run_cron()
        self.assertEqual(self.startup.state, "reading")
        self.assertIn("API module", self.startup.reason)
        self.sandbox.company(self.slug, hasApiAccess=True)
        self.startup.action_go_on()
        self.run_cron()
        self.assertEqual(self.startup.state, "preview")

    def test_without_a_connection_nothing_starts(self):
        self.connection.sudo().state = "reconnect"
        with self.assertRaisesRegex(UserError, "Press Connect"):
            self.startup.action_read()

    def test_stopping_forgets_what_was_read(self):
        self.fiken_contact()
        self.read_fiken()
        self.startup.action_back()
        self.assertEqual(self.startup.state, "draft")
        self.assertFalse(self.startup.line_ids)


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
        contact = self.fiken_contact("Kari N.", email="kari@example.COM")
        self.read_fiken()
        self.assertEqual(self.match_of(contact), ("matched", "email", partner))

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
            {"name": "Kari", "email": "kari@example.com"},
            {"name": "Kari N", "email": "kari@example.com"},
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
        self.bind(partner, "contact", other)
        contact = self.fiken_contact(organizationNumber="987654325")
        self.read_fiken()
        line = self.line_of(contact)
        self.assertEqual((line.match, line.problem), ("conflict", "taken"))
        self.assertEqual(self.line_of(other).match, "linked")
        self.assertEqual(self.line_of(other).partner_id, partner)
        with self.assertRaisesRegex(UserError, "linked to another record in Fiken"):
            line.choice = "link"

    def bind(self, record, resource, remote_id):
        self.env["fiken.binding"].sudo().create(
            {
                "fiken_company_id": self.books.id,
                "company_id": self.company.id,
                "resource": resource,
                "res_model": record._name,
                "res_id": record.id,
                "remote_id": remote_id,
            }
        )

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


class TestTakingOver(ImportCase):
    def test_a_company_comes_with_all_that_odoo_has_room_for(self):
        term = self.env["account.payment.term"].create(
            {"name": "11 dager", "line_ids": [Command.create({"nb_days": 11})]}
        )
        self.env["res.lang"]._activate_lang("nb_NO")
        contact = self.fiken_contact(
            "Kaffehuset AS",
            organizationNumber="987654325",
            email="post@kaffehuset.example",
            phoneNumber="22 33 44 55",
            language="NORWEGIAN",
            daysUntilInvoicingDueDate=11,
            groups=["Storkunder"],
            supplier=True,
            customer=True,
            bankAccountNumber="15031234562",
            address={
                "streetAddress": "Kaffegata 1",
                "streetAddressLine2": "Oppgang B",
                "postCode": "0150",
                "city": "Oslo",
                "country": "Norge",
            },
            contactPerson=[
                {"name": "Kari", "email": "kari@k.example", "phoneNumber": "90000000"}
            ],
        )
        self.import_all()
        partner = self.line_of(contact).partner_id
        self.assertEqual(partner.name, "Kaffehuset AS")
        self.assertTrue(partner.is_company)
        self.assertEqual(partner._fiken_organization_number(), "987654325")
        self.assertEqual(partner.email, "post@kaffehuset.example")
        self.assertEqual(partner.phone, "22 33 44 55")
        self.assertEqual(partner.street2, "Oppgang B")
        self.assertEqual((partner.zip, partner.city), ("0150", "Oslo"))
        self.assertEqual(partner.country_id, self.norway)
        self.assertEqual(partner.lang, "nb_NO")
        self.assertEqual(partner.category_id.mapped("name"), ["Storkunder"])
        partner = partner.with_company(self.company)
        self.assertEqual(partner.property_payment_term_id, term)
        self.assertEqual(partner.property_supplier_payment_term_id, term)
        self.assertEqual((partner.customer_rank, partner.supplier_rank), (1, 1))
        self.assertEqual(partner.bank_ids.acc_number, "15031234562")
        self.assertFalse(partner.bank_ids.allow_out_payment, "A person trusts it")
        self.assertEqual(partner.child_ids.name, "Kari")
        self.assertEqual(partner.child_ids.email, "kari@k.example")
        self.assertFalse(partner.company_id)

    def test_payment_terms_are_matched_and_not_invented(self):
        terms = self.env["account.payment.term"].search_count([])
        contact = self.fiken_contact(daysUntilInvoicingDueDate=123)
        self.import_all()
        line = self.line_of(contact)
        self.assertFalse(line.partner_id.property_payment_term_id)
        self.assertIn("123 days", line.note)
        self.assertEqual(self.env["account.payment.term"].search_count([]), terms)

    def test_a_private_person_is_a_person(self):
        contact = self.fiken_contact("Kari Nordmann", email="kari@example.com")
        self.import_all()
        self.assertFalse(self.line_of(contact).partner_id.is_company)

    def test_inactive_ones_are_archived(self):
        contact = self.fiken_contact("Sluttet AS", inactive=True)
        product = self.fiken_product("Utgått", active=False)
        self.import_all()
        self.assertFalse(self.line_of(contact).partner_id.active)
        self.assertFalse(self.line_of(product).product_id.active)

    def test_a_product_is_what_fiken_sells(self):
        remote_id = self.fiken_product(
            "Rundstykke",
            productNumber="R-1",
            unitPrice=4750,
            vatType="MEDIUM",
            incomeAccount="3030",
            note="Med smør",
        )
        self.import_all()
        product = self.line_of(remote_id).product_id.with_company(self.company)
        self.assertEqual(product.default_code, "R-1")
        self.assertEqual(product.list_price, 47.5)
        self.assertEqual(product.taxes_id, self.tax("31"))
        self.assertEqual(product.description_sale, "Med smør")
        self.assertEqual(product.property_account_income_id, self.account("3030"))

    def test_lower_case_vat_types_are_understood(self):
        self.sandbox.unknowns(vat_type_case="lower")
        remote_id = self.fiken_product(vatType="MEDIUM", incomeAccount="3030")
        self.import_all()
        self.assertEqual(self.line_of(remote_id).product_id.taxes_id, self.tax("31"))

    def test_prices_with_vat_come_back_to_the_ore(self):
        self.tax("3").price_include_override = "tax_included"
        remote_id = self.fiken_product(unitPrice=7992)
        self.import_all()
        line = self.line_of(remote_id)
        self.assertEqual(line.product_id.list_price, 99.9)
        self.assertFalse(line.note)

    def test_an_account_that_the_ledger_does_not_tell_is_left_open(self):
        """Two Odoo accounts go to Fiken's 3030: which one it is, nobody knows."""
        ledger = self.vendor.ledger_id
        line = ledger.line_ids.filtered(lambda one: one.account_id.code == "3020")
        line.write({"fiken_code": "3030", "is_guess": False})
        remote_id = self.fiken_product(incomeAccount="3030", vatType="MEDIUM")
        self.import_all()
        line = self.line_of(remote_id)
        product = line.product_id.with_company(self.company)
        self.assertFalse(product.property_account_income_id)
        self.assertIn("3030", line.note)

    def test_a_category_s_own_account_gives_the_category(self):
        category = self.env["product.category"].create({"name": "Bakst"})
        self.vendor.ledger_id.write(
            {
                "line_ids": [
                    Command.create({"category_id": category.id, "fiken_code": "3050"})
                ]
            }
        )
        remote_id = self.fiken_product(incomeAccount="3050", vatType="LOW")
        self.import_all()
        self.assertEqual(self.line_of(remote_id).product_id.categ_id, category)

    def test_what_odoo_will_say_otherwise_is_reported(self):
        self.tax("51").fiken_vat_type = False
        remote_id = self.fiken_product(vatType="EXEMPT_REVERSE", incomeAccount="3100")
        self.import_all()
        line = self.line_of(remote_id)
        self.assertFalse(line.product_id.taxes_id, "Not the company's default tax")
        self.assertIn("EXEMPT_REVERSE", line.note)
        self.assertIn("VAT type", line.note)

    # Values that Odoo has

    def matched_partner(self):
        partner = self.odoo_partner(
            "Mitt navn AS",
            company_registry="987654325",
            email="mitt@example.com",
            is_company=True,
        )
        contact = self.fiken_contact(
            "Fikens navn AS",
            organizationNumber="987654325",
            email="fikens@example.com",
            phoneNumber="22334455",
        )
        return partner, contact

    def test_nothing_is_overwritten_unasked(self):
        partner, contact = self.matched_partner()
        product = self.env["product.product"].create(
            {"name": "Mitt", "default_code": "K-1", "list_price": 10}
        )
        remote_id = self.fiken_product("Fikens", productNumber="K-1", unitPrice=9900)
        self.env.flush_all()
        before = [partner.read()[0], product.read()[0]]
        self.import_all()
        for record, values in zip((partner, product), before, strict=True):
            after = record.read()[0]
            changed = {name for name in values if after[name] != values[name]}
            self.assertFalse({name for name in changed if "fiken" not in name})
        self.assertEqual(self.binding(partner, "contact").remote_id, contact)
        self.assertEqual(self.binding(product, "product").remote_id, remote_id)
        self.assertEqual(self.line_of(contact).result, "linked")

    def test_gaps_are_filled_where_somebody_says_so(self):
        partner, contact = self.matched_partner()
        self.read_fiken()
        self.line_of(contact).action_fill()
        self.take_over()
        self.assertEqual(partner.name, "Mitt navn AS")
        self.assertEqual(partner.email, "mitt@example.com")
        self.assertEqual(partner.phone, "22334455")
        self.assertEqual(self.line_of(contact).result, "updated")

    def test_fiken_s_values_are_taken_where_somebody_says_so(self):
        partner, contact = self.matched_partner()
        partner.city = "Bergen"
        untouched = self.odoo_partner("Urørt AS", company_registry="999999999")
        self.fiken_contact("Fiken AS", organizationNumber="999999999")
        self.read_fiken()
        line = self.line_of(contact)
        self.assertIn("Name", line.differences)
        self.assertIn("Fikens navn AS", line.comparison)
        self.assertIn("Mitt navn AS", line.comparison)
        line.action_take()
        self.take_over()
        self.assertEqual(partner.name, "Fikens navn AS")
        self.assertEqual(partner.email, "fikens@example.com")
        self.assertEqual(partner.city, "Bergen", "Fiken says nothing of it")
        self.assertEqual(untouched.name, "Urørt AS")

    def test_people_and_bank_accounts_are_added_once(self):
        partner = self.odoo_partner(
            email="post@k.example",
            bank_ids=[Command.create({"acc_number": "1503 12 34562"})],
            child_ids=[Command.create({"name": "Kari", "email": "KARI@k.example"})],
        )
        contact = self.fiken_contact(
            email="post@k.example",
            bankAccountNumber="15031234562",
            contactPerson=[
                {"name": "Kari N", "email": "kari@k.example"},
                {"name": "Ola", "email": "ola@k.example"},
            ],
        )
        self.read_fiken()
        self.line_of(contact).action_take()
        self.take_over()
        self.assertEqual(len(partner.bank_ids), 1)
        self.assertEqual(set(partner.child_ids.mapped("name")), {"Kari", "Ola"})

    # Afterwards

    def test_nothing_bounces_back_to_fiken(self):
        partner, contact = self.matched_partner()
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(5)))
        self.fiken_product()
        self.read_fiken()
        self.line_of(contact).action_take()
        before = self.all_jobs()
        self.take_over()
        self.assertEqual(self.all_jobs(), before)
        self.sandbox.reset_stats()
        self.send()
        self.assertFalse(
            [row for row in self.sandbox.requests() if row["method"] != "GET"]
        )
        partner.phone = "99 88 77 66"
        self.send()
        self.assertEqual(self.jobs(partner, "contact").state, "done")
        self.assertEqual(self.sandbox.count("PUT", "/contacts/{id}"), 1)

    def test_what_is_made_on_the_way_is_not_owed_where_it_came_from(self):
        """Whatever makes jobs of new or changed records, now or later."""
        contacts = self.startup._strategy("contact")
        contacts._owe(contacts.env["res.partner"].create({"name": "Ny AS"}), self.books)
        self.commit()
        self.assertFalse(self.all_jobs())

    def test_the_next_sync_neither_doubles_nor_writes_without_need(self):
        contact = self.fiken_contact("Kaffehuset AS", organizationNumber="987654325")
        remote_id = self.fiken_product("Kopp", productNumber="K-1", unitPrice=1000)
        self.import_all()
        partner = self.line_of(contact).partner_id
        product = self.line_of(remote_id).product_id
        for resource, record in (("contact", partner), ("product", product)):
            self.env[f"fiken.resource.{resource}"]._owe(record, self.books, self.vendor)
        self.sandbox.reset_stats()
        self.send()
        self.assertFalse(self.sandbox.stats()["requests"])
        for resource, record in (("contact", partner), ("product", product)):
            self.assertEqual(self.jobs(record, resource).state, "dropped")
        self.invoice({**self.line(), "product_id": product.id}, partner_id=partner.id)
        self.send()
        self.assertEqual(
            len(self.sandbox.get(f"/companies/{self.slug}/contacts", pageSize=100)), 1
        )
        self.assertEqual(self.sales()[0]["customer"]["contactId"], int(contact))

    def test_importing_goes_on_where_it_was(self):
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(450)))
        self.read_fiken()
        self.startup.action_import()
        run = type(self.env["fiken.import.run"])
        original, batches = run._carry_out, []

        def stops_once(run, lines, strategy):
            batches.append(len(lines))
            if len(batches) == 2:
                raise RuntimeError("The server was stopped")
            return original(run, lines, strategy)

        with patch.object(run, "_carry_out", stops_once):
            self.run_cron(crashes=True)
        self.assertEqual(self.startup.state, "done")
        self.assertEqual(len(self.new_partners()), 450)
        self.assertEqual(len(self.env["fiken.binding"].search([])), 450)

    def test_one_that_fails_does_not_hold_up_the_others(self):
        contacts = self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(7)))
        self.read_fiken()
        gone = self.odoo_partner()
        self.line_of(contacts[3]).partner_id = gone
        gone.unlink()
        self.take_over()
        line = self.line_of(contacts[3])
        self.assertEqual((line.state, line.result), ("failed", "failed"))
        self.assertIn("deleted", line.note)
        self.assertEqual(self.startup.done_count, 6)
        self.assertEqual(self.startup.failed_count, 1)

    def test_who_was_entered_meanwhile_is_not_doubled(self):
        contact = self.fiken_contact("Kaffehuset AS", organizationNumber="987654325")
        product = self.fiken_product("Kopp", productNumber="K-1")
        skipped = self.fiken_contact("Skippet AS", email="skippet@example.com")
        self.read_fiken()
        self.line_of(skipped).action_skip()
        partner = self.odoo_partner("Kaffehuset", company_registry="987654325")
        self.odoo_partner("Skippet", email="skippet@example.com")
        answer = self.startup.action_import()
        self.assertIn("1 lines", answer["params"]["message"])
        self.assertEqual(self.startup.state, "preview")
        self.assertEqual(self.line_of(contact).partner_id, partner)
        self.assertEqual(self.line_of(contact).choice, "link")
        self.assertEqual(self.line_of(skipped).choice, "skip")
        self.take_over()
        self.assertEqual(self.line_of(contact).result, "linked")
        self.assertEqual(self.line_of(product).result, "created")

    def test_who_was_linked_meanwhile_is_left_alone(self):
        contact = self.fiken_contact("Kaffehuset AS")
        self.read_fiken()
        self.startup.action_import()
        self.env["fiken.binding"].sudo().create(
            {
                "fiken_company_id": self.books.id,
                "company_id": self.company.id,
                "resource": "contact",
                "res_model": "res.partner",
                "res_id": self.customer.id,
                "remote_id": contact,
            }
        )
        self.run_cron()
        self.assertEqual(self.line_of(contact).result, "linked_before")
        self.assertFalse(self.new_partners())

    def test_stopping_an_import_leads_back_to_the_preview(self):
        self.fiken_contact()
        self.read_fiken()
        self.startup.action_import()
        self.startup.action_stop()
        self.assertEqual(self.startup.state, "preview")
        self.run_cron()
        self.assertFalse(self.new_partners())


class TestLocked(ImportCase):
    def test_it_is_done_once(self):
        self.fiken_contact("Skippet AS")
        contact = self.fiken_contact("Kaffehuset AS")
        self.read_fiken()
        self.line_of(contact).choice = "create"
        self.startup.line_ids.filtered(
            lambda line: line.name == "Skippet AS"
        ).action_skip()
        self.take_over()
        self.assertEqual(self.new_partners().mapped("name"), ["Kaffehuset AS"])
        for button in ("action_read", "action_import", "action_back", "action_stop"):
            with self.assertRaisesRegex(UserError, "Odoo is master"):
                getattr(self.startup, button)()
        for values in ({"with_products": False}, {"state": "draft"}):
            with self.assertRaises(UserError):
                self.startup.write(values)
        with self.assertRaises(UserError):
            self.startup.line_ids.write({"choice": "create"})
        action = self.env["fiken.import"].action_open(self.books)
        self.assertEqual(action["res_id"], self.startup.id, "There is no second one")

    def test_reopened_it_doubles_nothing(self):
        contact = self.fiken_contact("Kaffehuset AS")
        skipped = self.fiken_contact("Skippet AS")
        self.read_fiken()
        self.line_of(skipped).action_skip()
        self.take_over()
        partner = self.line_of(contact).partner_id
        self.startup.action_reopen()
        later = self.fiken_contact("Senere AS")
        self.import_all()
        self.assertEqual(self.line_of(contact).result, "created", "The report stays")
        self.assertEqual(self.line_of(contact).partner_id, partner)
        self.assertEqual(self.line_of(later).result, "created")
        self.assertEqual(
            sorted(self.new_partners().mapped("name")),
            ["Kaffehuset AS", "Senere AS", "Skippet AS"],
        )

    def test_who_reopened_it_is_written_down(self):
        self.fiken_contact()
        self.import_all()
        self.startup.action_reopen()
        self.assertIn("opened the import again", self.startup.message_ids[0].body)

    def test_the_report_can_be_exported(self):
        self.fiken_contact("Kaffehuset AS")
        self.import_all()
        rows = self.startup.line_ids.export_data(["name", "result", "partner_id"])
        self.assertEqual(rows["datas"], [["Kaffehuset AS", "Created", "Kaffehuset AS"]])


class TestPeople(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.person("mona", MANAGER)
        cls.invoicer = cls.person("ivar", "account.group_account_invoice")

    @classmethod
    def person(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_a_manager_who_is_no_accountant_imports(self):
        contact = self.fiken_contact("Kaffehuset AS")
        partner = self.odoo_partner("Kaffehuset AS")
        remote_id = self.fiken_product()
        startup = self.startup.with_user(self.manager)
        startup.action_read()
        self.run_cron()
        line = self.line_of(contact).with_user(self.manager)
        with Form(line) as form:
            form.choice = "link"
            form.policy = "fill"
        startup.action_import()
        self.run_cron()
        self.assertEqual(self.binding(partner, "contact").remote_id, contact)
        self.assertTrue(self.line_of(remote_id).product_id)
        with Form(startup):
            pass

    def test_others_do_not(self):
        startup = self.startup.with_user(self.invoicer)
        for button in ("action_read", "action_import", "action_reopen", "action_open"):
            with self.assertRaises(UserError):
                getattr(startup, button)()
        with self.assertRaises(AccessError):
            startup.line_ids.search([])

    def test_what_is_read_cannot_be_forged(self):
        contact = self.fiken_contact()
        self.read_fiken()
        line = self.line_of(contact).with_user(self.manager)
        for values in (
            {"remote_id": "1"},
            {"data": {}},
            {"state": "done"},
            {"import_id": self.startup.id},
        ):
            with self.assertRaises(UserError):
                line.write(values)

    def test_each_company_has_its_own(self):
        other = self.env["res.company"].create(
            {"name": "Kaffe Nord AS", "currency_id": self.env.ref("base.NOK").id}
        )
        books = (
            self.env["fiken.company"]
            .sudo()
            ._link(
                self.connection,
                other,
                self.sandbox.get(f"/companies/{SLUG_NO_VAT}"),
                fields.Date.to_date("2026-01-01"),
            )
        )
        stranger = self.person("nils", MANAGER, other)
        contact = self.fiken_contact("Kaffehuset AS", organizationNumber="987654325")
        self.sandbox.fill(
            SLUG_NO_VAT, "contacts", [{"name": "Nordkunden AS", "customer": True}]
        )
        hidden = self.odoo_partner(
            "Nords kunde AS", company_registry="987654325", company_id=other.id
        )
        lines = self.read_fiken()
        self.assertEqual(self.line_of(contact).match, "new")
        with self.assertRaises(AccessError):
            self.startup.with_user(stranger).action_import()
        self.assertFalse(
            self.env["fiken.import.line"].with_user(stranger).search([]) & lines
        )
        self.take_over()
        self.assertNotEqual(self.line_of(contact).partner_id, hidden)

        action = self.env["fiken.import"].with_user(stranger).action_open(books)
        theirs = self.env["fiken.import"].with_user(stranger).browse(action["res_id"])
        theirs.only_company = True
        theirs.action_read()
        self.run_cron()
        self.assertEqual(theirs.line_ids.mapped("name"), ["Nordkunden AS"])
        theirs.action_import()
        self.run_cron()
        partner = theirs.line_ids.partner_id
        self.assertEqual(partner.sudo().company_id, other)
        binding = self.env["fiken.binding"].sudo().search([("res_id", "=", partner.id)])
        self.assertEqual(binding.company_id, other)

    def test_a_shared_record_is_still_owed_to_other_books(self):
        """What one Fiken company says of a shared customer is news to the other."""
        other = self.env["res.company"].create(
            {"name": "Kaffe Nord AS", "currency_id": self.env.ref("base.NOK").id}
        )
        books = (
            self.env["fiken.company"]
            .sudo()
            ._link(
                self.connection,
                other,
                self.sandbox.get(f"/companies/{SLUG_NO_VAT}"),
                fields.Date.to_date("2026-01-01"),
            )
        )
        partner = self.odoo_partner(email="post@k.example")
        self.env["fiken.binding"].sudo().create(
            {
                "fiken_company_id": books.id,
                "company_id": other.id,
                "resource": "contact",
                "res_model": "res.partner",
                "res_id": partner.id,
                "remote_id": "4711",
            }
        )
        contact = self.fiken_contact("Fikens navn AS", email="post@k.example")
        self.read_fiken()
        self.line_of(contact).action_take()
        self.take_over()
        owed = self.jobs(partner, "contact").fiken_company_id
        self.assertEqual(owed, books)
