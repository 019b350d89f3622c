"""Nothing that Odoo says by itself stands where Fiken says another value, or none."""

from odoo import Command

from ..masterdata.common import MasterdataCase
from .importing import ImportCase


class TestDefaults(ImportCase, MasterdataCase):
    def by_hand(self, model, field, value, company=None):
        """What somebody has said of all records that are entered by hand."""
        if self.env[model]._fields[field].type == "many2one":
            value = value.id
        company_id = company.id if company else False
        self.env["ir.default"].set(model, field, value, company_id=company_id)

    def imported(self, remote_id):
        line = self.line_of(remote_id)
        record = (line.partner_id or line.product_id).with_company(self.company)
        self.assertTrue(record, line.note)
        return record

    def differing(self, remote_id):
        """Fields that differ the first night after the import."""
        self.fiken_company.product_sync = "used"
        self.night()
        return set(self.drifts(self.imported(remote_id)).mapped("key"))

    # Prices

    def test_a_product_with_an_open_price_has_none_in_odoo(self):
        free = self.fiken_product("Gavekort", unitPrice=0)
        unpriced = self.fiken_product("Tjeneste")
        self.import_all()
        for remote_id in (free, unpriced):
            self.assertEqual(self.imported(remote_id).list_price, 0)
            self.assertFalse(self.line_of(remote_id).note)
            self.assertFalse(self.differing(remote_id))

    def test_its_first_edit_leaves_the_price_in_fiken_open(self):
        free = self.fiken_product("Gavekort", unitPrice=0)
        self.import_all()
        self.imported(free).description_sale = "Til den som har alt"
        self.send()
        there = self.remote(self.imported(free), "product")
        self.assertEqual(there["note"], "Til den som har alt")
        self.assertEqual(there["unitPrice"], 0)

    def test_a_price_that_became_open_in_fiken_is_taken_where_fiken_s_are(self):
        product = self.new_product("Kopp", default_code="K-1", list_price=80)
        other = self.new_product("Krus", default_code="K-2", list_price=90)
        self.fiken_product("Kopp", productNumber="K-1", unitPrice=0)
        self.fiken_product("Krus", productNumber="K-2")
        self.read_fiken().action_take()
        self.take_over()
        self.assertEqual(product.list_price, 0)
        self.assertEqual(other.list_price, 90, "Fiken says nothing of it")

    def test_an_open_price_in_odoo_is_a_price_and_not_filled(self):
        product = self.new_product("Kopp", default_code="K-1", list_price=0)
        self.fiken_product("Kopp", productNumber="K-1", unitPrice=8000)
        self.read_fiken().action_fill()
        self.take_over()
        self.assertEqual(product.list_price, 0)

    def test_a_price_comes_with_the_extra_of_the_one_variant(self):
        template = self.two_colours("Kopp")
        value = template.attribute_line_ids.product_template_value_ids[0]
        value.price_extra = 10
        template.product_variant_ids[1].unlink()
        product = template.product_variant_ids
        product.default_code = "K-1"
        remote_id = self.fiken_product("Kopp", productNumber="K-1", unitPrice=8000)
        self.read_fiken().action_take()
        self.take_over()
        self.assertEqual(product.lst_price, 80)
        self.assertNotIn("unitPrice", self.differing(remote_id))

    def test_variants_and_kits_keep_what_they_say_in_odoo(self):
        template = self.two_colours("Kopp")
        red, blue = template.product_variant_ids
        red.default_code, blue.default_code = "K-R", "K-B"
        template.list_price = 70
        kit = self.new_product("Frokost", default_code="F-1", list_price=0)
        self.kit(kit, (red, 2))
        for number in ("K-R", "K-B"):
            self.fiken_product("Kopp", productNumber=number, unitPrice=0)
        self.fiken_product(
            "Frokost",
            productNumber="F-1",
            unitPrice=0,
            note="Consists of 2 x Kopp (Rød)",
        )
        self.read_fiken().action_take()
        self.take_over()
        self.assertEqual(template.list_price, 70)
        self.assertEqual(kit.list_price, 0)
        self.assertFalse(kit.description_sale, "It is said by its components")

    # Taxes and accounts

    def test_a_product_keeps_its_tax_where_fiken_s_type_has_none_in_odoo(self):
        self.tax("51").fiken_vat_type = False
        product = self.new_product("Kopp", default_code="K-1")
        self.fiken_product(
            "Kopp", productNumber="K-1", vatType="EXEMPT_REVERSE", incomeAccount="3100"
        )
        self.read_fiken().action_take()
        self.take_over()
        self.assertEqual(product.taxes_id, self.tax("3"))

    def test_a_new_product_has_no_tax_that_fiken_does_not_say(self):
        remote_id = self.fiken_product("Kopp", vatType="NONE", unitPrice=100)
        self.import_all()
        self.assertFalse(self.imported(remote_id).taxes_id)

    def test_the_account_is_fiken_s_whatever_new_products_get(self):
        category = self.env["product.category"].create(
            {
                "name": "Bakst",
                "property_account_income_categ_id": self.account("3030").id,
            }
        )
        mapped = self.env["product.category"].create({"name": "Kaffe"})
        self.vendor.ledger_id.write(
            {
                "line_ids": [
                    Command.create({"category_id": mapped.id, "fiken_code": "3050"})
                ]
            }
        )
        for one in (category, mapped):
            with self.subTest(one.name):
                self.by_hand("product.template", "categ_id", one)
                remote_id = self.fiken_product(one.name, incomeAccount="3000")
                self.import_all()
                self.assertFalse(self.differing(remote_id))
                self.startup.action_reopen()

    def test_a_product_is_sold_whatever_new_products_are(self):
        self.by_hand("product.template", "sale_ok", False)
        remote_id = self.fiken_product()
        self.import_all()
        self.assertTrue(self.imported(remote_id).sale_ok)

    # Contacts

    def test_what_fiken_says_nothing_of_is_empty_in_odoo(self):
        self.by_hand("res.partner", "country_id", self.env.ref("base.se"))
        self.by_hand("res.partner", "city", "Stockholm")
        self.by_hand("res.partner", "lang", "en_US")
        self.by_hand("res.partner", "is_company", True)
        self.by_hand("res.partner", "supplier_rank", 1)
        self.by_hand("res.partner", "phone", "+46 8 123 456")
        contact = self.fiken_contact("Kari Nordmann", email="kari@example.com")
        self.import_all()
        partner = self.imported(contact)
        for field in ("city", "lang", "phone", "is_company"):
            self.assertFalse(partner[field], field)
        self.assertEqual(partner.country_id, self.norway, "Fiken's own")
        self.assertEqual((partner.customer_rank, partner.supplier_rank), (1, 0))
        self.assertFalse(self.differing(contact))

    def test_days_that_no_term_has_are_not_those_of_other_customers(self):
        term = self.env["account.payment.term"].create(
            {"name": "11 dager", "line_ids": [Command.create({"nb_days": 11})]}
        )
        for field in ("property_payment_term_id", "property_supplier_payment_term_id"):
            self.by_hand("res.partner", field, term, self.company)
        contact = self.fiken_contact(daysUntilInvoicingDueDate=123, supplier=True)
        silent = self.fiken_contact("Taus AS")
        self.import_all()
        partner = self.imported(contact)
        self.assertFalse(partner.property_payment_term_id)
        self.assertFalse(partner.property_supplier_payment_term_id)
        self.assertEqual(self.imported(silent).property_payment_term_id, term)
        self.assertNotIn("daysUntilInvoicingDueDate", self.differing(contact))

    def test_what_odoo_says_more_exactly_stays(self):
        """Where somebody takes Fiken's values: Fiken has two languages, and days."""
        for code in ("nb_NO", "nn_NO", "sv_SE", "en_GB"):
            self.env["res.lang"]._activate_lang(code)
        terms = self.env["account.payment.term"]
        days = {"line_ids": [Command.create({"nb_days": 11})]}
        terms.create({"name": "11 dager", **days})
        discount = terms.create({"name": "11, 2 %", "early_discount": True, **days})
        own = [
            self.odoo_partner(
                f"Kunde {lang}",
                email=f"{lang}@example.com",
                lang=lang,
                property_payment_term_id=discount.id,
            )
            for lang in ("nn_NO", "sv_SE", "en_US")
        ]
        for partner in own:
            is_norwegian = partner.lang == "nn_NO"
            self.fiken_contact(
                partner.name,
                email=partner.email,
                language="NORWEGIAN" if is_norwegian else "ENGLISH",
                daysUntilInvoicingDueDate=11,
            )
        self.read_fiken().action_take()
        self.take_over()
        langs = [partner.lang for partner in own]
        self.assertEqual(langs, ["nn_NO", "sv_SE", "en_US"])
        for partner in own:
            partner = partner.with_company(self.company)
            self.assertEqual(partner.property_payment_term_id, discount)

    def test_due_at_once_is_a_term(self):
        terms = self.env["account.payment.term"]
        terms.search([("line_ids.nb_days", "=", 0)]).active = False
        at_once = terms.create(
            {"name": "Straks", "line_ids": [Command.create({"nb_days": 0})]}
        )
        contact = self.fiken_contact(daysUntilInvoicingDueDate=0)
        self.import_all()
        self.assertEqual(self.imported(contact).property_payment_term_id, at_once)
