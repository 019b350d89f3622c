from unittest.mock import patch

from odoo import Command

from ..golden import GoldenMixin
from .common import MasterdataCase


class TestProduct(GoldenMixin, MasterdataCase):
    """Products of invoices that Fiken issues: with net price, account and VAT type."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.product"].create(
            {
                "name": "Kaffekvern",
                "default_code": "KV-1",
                "list_price": 1250.5,
                "description_sale": "Med keramisk kvern",
                "taxes_id": [Command.set(cls._tax("3").ids)],
                "property_account_income_id": cls._account("3000").id,
            }
        )

    @classmethod
    def _tax(cls, code):
        return cls.env["account.tax"].search(
            [
                ("company_id", "=", cls.company.id),
                ("l10n_no_standard_code", "=", code),
                ("type_tax_use", "=", "sale"),
            ],
            limit=1,
        )

    @classmethod
    def _account(cls, code):
        return cls.env["account.account"].search(
            [
                *cls.env["account.account"]._check_company_domain(cls.company),
                ("code", "=", code),
            ]
        )

    def owe(self, product):
        products = self.env["fiken.resource.product"]
        products._enqueue(product, self.fiken_company, self.vendor)

    def send_product(self, product=None):
        product = product or self.goods
        self.owe(product)
        self.send()
        return self.product_in_fiken(product)

    def product_in_fiken(self, product):
        binding = self.binding(product, "product")
        self.assertTrue(binding, self.jobs(product).mapped("reason"))
        return self.sandbox.get(f"/companies/{self.slug}/products/{binding.remote_id}")

    def products(self):
        return self.sandbox.get(f"/companies/{self.slug}/products")

    def stopped(self, product, state, *words):
        self.owe(product)
        self.send()
        job = self.jobs(product)[-1]
        self.assertEqual(job.state, state, job.reason)
        for word in words:
            self.assertIn(word, job.reason)
        return job

    def in_fiken_already(self, **values):
        body = {"name": "X", "incomeAccount": "3000", "vatType": "HIGH", "active": True}
        return self.in_fiken("POST", "/products", {**body, **values})

    def edit(self, product_id, changes):
        self.sandbox._control(
            "POST",
            "edit",
            {
                "slug": self.slug,
                "resource": "products",
                "id": product_id,
                "changes": changes,
            },
        )

    # What is sent

    def test_payload(self):
        self.send_product()
        [body] = self.sent("POST", "/products")
        self.assert_sample("product_with_note", body)

    def test_price_with_vat_in_odoo_is_net_in_fiken(self):
        tax = self.tax("3")
        tax.price_include_override = "tax_included"
        self.goods.lst_price = 125.0
        self.assertEqual(self.send_product()["unitPrice"], 10000)

    def test_vat_types_of_products(self):
        for code, vat_type, account in (
            ("31", "MEDIUM", "3030"),
            ("5", "EXEMPT", "3100"),
            ("6", "OUTSIDE", "3200"),
            ("52", "EXEMPT_IMPORT_EXPORT", "3120"),
        ):
            product = self.env["product.product"].create(
                {
                    "name": f"Vare {code}",
                    "taxes_id": [Command.set(self.tax(code).ids)],
                    "property_account_income_id": self.account(account).id,
                }
            )
            there = self.send_product(product)
            self.assertEqual(
                (there["vatType"], there["incomeAccount"]), (vat_type, account)
            )

    def test_product_without_tax_is_what_the_ledger_says(self):
        self.goods.write(
            {"taxes_id": False, "property_account_income_id": self.account("3200").id}
        )
        self.vendor.ledger_id.sales_without_tax = "OUTSIDE"
        self.assertEqual(self.send_product()["vatType"], "OUTSIDE")

    def test_variants_are_products_of_their_own(self):
        template = self.two_colours("Kopp")
        self.owe(template.product_variant_ids)
        self.send()
        names = sorted(row["name"] for row in self.products())
        self.assertEqual(names, ["Kopp (Blå)", "Kopp (Rød)"])
        numbers = {row["productNumber"] for row in self.products()}
        self.assertEqual(len(numbers), 2, "each has a number, though Odoo has none")

    def test_long_name_and_note_are_shortened(self):
        self.goods.write({"name": "Kaffe " * 60, "description_sale": "Tekst " * 60})
        there = self.send_product()
        self.assertEqual((len(there["name"]), len(there["note"])), (200, 200))

    # Stopped

    def test_several_taxes(self):
        self.goods.taxes_id = self.tax("3") | self.tax("33")
        self.stopped(self.goods, "failed", "Kaffekvern", "several sales taxes")

    def test_raw_fish(self):
        tax = self.goods.taxes_id = self.tax("32")
        tax.amount = 11.11
        self.stopped(self.goods, "failed", "Fiken has no products", tax.name)

    def test_account_that_is_not_mapped(self):
        self.goods.property_account_income_id = self.account("3005")
        job = self.stopped(self.goods, "blocked", "3005", "only proposed")
        self.assertEqual(job.setting_model, "fiken.ledger")

    def test_account_and_vat_type_that_fiken_does_not_combine(self):
        self.goods.property_account_income_id = self.account("3100")
        self.stopped(self.goods, "failed", "3100", "HIGH")

    # Found before made

    def test_product_with_the_same_number_is_taken_over(self):
        there = self.in_fiken_already(productNumber="KV-1", name="Gammelt navn")
        self.in_fiken_already(productNumber="KV-12", name="Kaffekvern")
        product = self.send_product()
        self.assertEqual(product["productId"], there)
        self.assertEqual(product["name"], "Gammelt navn", "a person decides")
        self.assertEqual(len(self.products()), 2)

    def test_two_products_with_the_number_stop(self):
        for name in ("Kvern 1", "Kvern 2"):
            self.in_fiken_already(productNumber="KV-1", name=name)
        self.stopped(self.goods, "failed", "2 products", "KV-1")

    def test_product_of_another_odoo_product_is_not_taken(self):
        first = self.send_product()
        twin = self.env["product.product"].create(
            {
                "name": "Kaffekvern, brukt",
                "default_code": "KV-1",
                "taxes_id": [Command.set(self.tax("3").ids)],
                "property_account_income_id": self.account("3000").id,
            }
        )
        self.stopped(
            twin, "failed", "Kaffekvern", "KV-1", "internal reference of its own"
        )
        self.assertEqual(self.product_in_fiken(self.goods)["name"], "Kaffekvern")
        twin.default_code = "KV-2"
        self.send()
        second = self.product_in_fiken(twin)
        self.assertNotEqual(second["productId"], first["productId"])

    # Changed

    def test_only_a_change_that_fiken_keeps_is_sent(self):
        self.send_product()
        self.sandbox.reset_stats()
        self.goods.description = "Intern merknad"
        self.goods.product_tmpl_id.name = "Kaffekvern"
        self.goods.standard_price = 700
        self.send()
        self.assertFalse(self.sandbox.stats()["requests"])
        self.goods.lst_price = 1300.0
        self.send()
        self.assertEqual(self.product_in_fiken(self.goods)["unitPrice"], 130000)
        self.assertEqual(self.sandbox.count("PUT", "/products/{id}"), 1)

    def test_change_keeps_what_only_fiken_knows(self):
        first = self.send_product()
        self.edit(first["productId"], {"stock": 12.5})
        self.goods.product_tmpl_id.name = "Kaffekvern 2"
        self.send()
        product = self.product_in_fiken(self.goods)
        self.assertEqual((product["name"], product["stock"]), ("Kaffekvern 2", 12.5))

    def test_archived_product_is_inactive_in_fiken(self):
        self.send_product()
        self.goods.active = False
        self.send()
        self.assertFalse(self.product_in_fiken(self.goods)["active"])

    def test_product_that_was_deleted_in_fiken_is_made_again(self):
        first = self.send_product()
        self.edit(first["productId"], None)
        self.goods.lst_price = 1300.0
        self.send()
        product = self.product_in_fiken(self.goods)
        self.assertNotEqual(product["productId"], first["productId"])
        self.assertEqual(product["unitPrice"], 130000)

    def test_product_that_is_not_in_fiken_is_left_alone(self):
        self.goods.lst_price = 1300.0
        self.send()
        self.assertFalse(self.products())

    def test_price_of_a_template_is_owed_for_its_archived_variants_too(self):
        variants = self.two_colours("Kopp").product_variant_ids
        self.owe(variants)
        self.send()
        variants[0].active = False
        self.send()
        variants.product_tmpl_id.list_price = 80
        self.send()
        self.assertEqual(
            [self.product_in_fiken(one)["unitPrice"] for one in variants], [8000, 8000]
        )

    def test_many_new_prices_cost_no_query_each(self):
        few = self.queries_of_new_prices(self.linked(10))
        many = self.queries_of_new_prices(self.linked(40))
        self.assertEqual(many, few)

    def linked(self, count):
        """Products that Fiken has already."""
        products = self.env["product.product"].create(
            [{"name": f"Vare {number}"} for number in range(count)]
        )
        self.env["fiken.binding"].sudo().create(
            [
                {
                    "fiken_company_id": self.fiken_company.id,
                    "company_id": self.company.id,
                    "resource": "product",
                    "res_model": "product.product",
                    "res_id": product.id,
                    "remote_id": str(1_000_000 + product.id),
                }
                for product in products
            ]
        )
        self.commit()
        return products

    def queries_of_new_prices(self, products):
        """What the addon adds to prices that are written one by one, as by an import.

        :return: its queries up to the commit; all the products are owed then
        """
        models = "odoo.addons.fiken_connector.models"
        # The first time of each kind warms the caches up.
        self.queries_of_each_price(products, 101)
        with_fiken = self.queries_of_each_price(products, 102)
        jobs = self.env["fiken.job"].sudo().search([("res_id", "in", products.ids)])
        self.assertEqual(jobs.mapped("res_id"), products.sorted("id", True).ids)
        with (
            patch.object(type(products), "_fiken_sent_fields", frozenset()),
            patch(f"{models}.masterdata.product_template.SENT_FIELDS", frozenset()),
        ):
            self.queries_of_each_price(products, 103)
            without = self.queries_of_each_price(products, 104)
        return with_fiken - without

    def queries_of_each_price(self, products, price):
        self.commit()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        for product_id in products.ids:
            product = self.env["product.product"].browse(product_id)
            product.with_context(tracking_disable=True).lst_price = price
        self.commit()
        return self.env.cr.sql_log_count - before
