"""Product categories decide where their products are booked."""

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.tools import mute_logger

from ..common import FikenCase
from .common import mapped, refused


class TestCategories(FikenCase):
    """Product categories decide accounts where nobody chose another one."""

    def setUp(self):
        super().setUp()
        self.ledger = self.vendor.ledger_id
        self.drinks = self.env["product.category"].create({"name": "Drikke"})
        self.coffee = self.env["product.category"].create(
            {"name": "Kaffe", "parent_id": self.drinks.id}
        )

    def map(self, category, code, purchase=False, ledger=None):
        return self.env["fiken.ledger.line"].create(
            {
                "ledger_id": (ledger or self.ledger).id,
                "category_id": category.id,
                "fiken_code": code,
                "purchase_code": purchase,
            }
        )

    def new_product(self, category=None, **values):
        return self.env["product.product"].create(
            {
                "name": "Kaffe",
                "default_code": "KAFFE",
                "categ_id": (category or self.coffee).id,
                "taxes_id": [Command.set(self.tax("3").ids)],
                **values,
            }
        )

    def booked_on(self, product, **values):
        move = self.invoice(self.line(product_id=product.id, **values))
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        sale = [row for row in self.sales() if row["saleNumber"] == move.name]
        return [line["account"] for line in sale[0]["lines"]]

    def in_fiken(self, product):
        """The product goes to Fiken; :return: what Fiken then has of it."""
        self.env["fiken.resource.product"]._enqueue(
            product, self.fiken_company, self.vendor
        )
        self.send()
        return self.fiken_product(product)

    def fiken_product(self, product):
        rows = self.sandbox.get(
            f"/companies/{self.slug}/products", productNumber=product.default_code
        )
        self.assertEqual(len(rows), 1)
        return rows[0]

    def test_a_category_decides_for_its_products_and_those_below(self):
        self.map(self.drinks, "3020")
        self.assertEqual(self.booked_on(self.new_product()), ["3020"])

    def test_the_nearest_category_decides(self):
        self.map(self.drinks, "3020")
        self.map(self.coffee, "3010")
        self.assertEqual(self.booked_on(self.new_product()), ["3010"])

    def test_an_account_that_a_person_chose_is_mapped_itself(self):
        self.map(self.drinks, "3020")
        product = self.new_product()
        self.assertEqual(self.booked_on(product, account="3010"), ["3010"])

    def test_a_line_without_product_is_mapped_by_its_account(self):
        self.map(self.drinks, "3020")
        self.assertEqual(self.booked_on(self.env["product.product"]), ["3000"])

    def test_a_vendor_has_categories_of_its_own(self):
        default = self.env["fiken.ledger"]._default_of(self.company)
        self.map(self.drinks, "3020", ledger=default)
        self.assertEqual(self.booked_on(self.new_product()), ["3000"])

    def test_sales_and_purchases_are_mapped_apart(self):
        """A parent's purchase account stands where the child has only its sales."""
        self.map(self.drinks, "3020", purchase="4300")
        self.map(self.coffee, "3010")
        code = self.vendor._document_code
        template = self.new_product().product_tmpl_id
        account = template.get_product_accounts()["expense"]
        self.assertEqual(code(account, template.product_variant_id, "expense"), "4300")
        self.assertEqual(self.ledger._category_code(self.coffee, "income"), "3010")

    def test_the_products_own_account_beats_its_category(self):
        self.map(self.drinks, "3020")
        freight = self.new_product(
            name="Frakt", property_account_income_id=self.account("3090").id
        )
        self.assertEqual(self.booked_on(freight, account="3090"), ["3090"])
        self.assertEqual(self.in_fiken(freight)["incomeAccount"], "3090")
        self.assertEqual(self.booked_on(self.new_product()), ["3020"])

    def test_the_account_of_the_category_in_odoo_is_the_categorys(self):
        self.drinks.property_account_income_categ_id = self.account("3010")
        self.coffee.property_account_income_categ_id = self.account("3010")
        self.map(self.drinks, "3020")
        self.assertEqual(self.booked_on(self.new_product(), account="3010"), ["3020"])

    def export(self, source, target):
        return self.env["account.fiscal.position"].create(
            {
                "name": "Eksport",
                "account_ids": [
                    Command.create(
                        {
                            "account_src_id": self.account(source).id,
                            "account_dest_id": self.account(target).id,
                        }
                    )
                ],
            }
        )

    def exported(self, position, product, tax, account):
        """The account in Fiken of what Odoo's form proposes with a fiscal position."""
        move = self.invoice(
            {"product_id": product.id, "price_unit": 100.0, "quantity": 1},
            fiscal_position_id=position.id,
            post=False,
        )
        move.invoice_line_ids.tax_ids = self.tax(tax)
        self.assertEqual(move.invoice_line_ids.account_id, self.account(account))
        move.action_post()
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        [sale] = self.sales(saleNumber=move.name)
        return sale["lines"][0]["account"]

    def test_the_fiscal_position_beats_the_category(self):
        proposed = self.new_product().product_tmpl_id.get_product_accounts()["income"]
        self.map(self.drinks, "3020")
        position = self.export(proposed.code, "3120")
        product = self.new_product(default_code="EKSPORT")
        self.assertEqual(self.exported(position, product, "52", "3120"), "3120")

    def test_a_fiscal_position_of_other_accounts_leaves_the_category_alone(self):
        proposed = self.new_product().product_tmpl_id.get_product_accounts()["income"]
        self.map(self.drinks, "3020")
        position = self.export("3100", "3120")
        product = self.new_product(default_code="INNLAND")
        self.assertEqual(self.exported(position, product, "3", proposed.code), "3020")

    def test_a_category_whose_account_fiken_dropped_stops(self):
        self.map(self.drinks, "3020")
        self.fiken_company.account_ids.filtered(
            lambda one: one.code == "3020"
        ).active = False
        self.env["fiken.company"]._forget_routes()
        move = self.invoice(self.line(product_id=self.new_product().id))
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        self.assertIn("Drikke / Kaffe is mapped to 3020", move.fiken_job_id.reason)

    def test_categories_cannot_be_a_loop(self):
        with refused(self, "[Rr]ecursi"):
            self.drinks.parent_id = self.coffee
        self.assertEqual(self.ledger._category_code(self.coffee, "income"), "")

    def test_a_category_has_one_line(self):
        self.map(self.drinks, "3020")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.map(self.drinks, "3010")

    # Products follow

    def test_products_of_a_changed_account_are_sent_again(self):
        product = self.new_product()
        self.assertEqual(self.in_fiken(product)["incomeAccount"], "3000")
        move = self.invoice(self.line(product_id=product.id))
        self.send()
        line = mapped(self.ledger, self.account("3000"))
        line.fiken_code = "3010"
        self.send()
        self.assertEqual(self.fiken_product(product)["incomeAccount"], "3010")
        sale = [row for row in self.sales() if row["saleNumber"] == move.name]
        self.assertEqual(sale[0]["lines"][0]["account"], "3000")

    def test_products_of_a_changed_category_are_sent_again(self):
        product = self.new_product()
        others = self.env["product.category"].create({"name": "Annet"})
        other = self.new_product(others, default_code="KOPP", name="Kopp")
        self.in_fiken(other)
        self.assertEqual(self.in_fiken(product)["incomeAccount"], "3000")
        self.sandbox.reset_stats()
        line = self.map(self.drinks, "3010")
        self.send()
        self.assertEqual(self.fiken_product(product)["incomeAccount"], "3010")
        self.assertEqual(self.fiken_product(other)["incomeAccount"], "3000")
        changes = [row for row in self.sandbox.requests() if row["method"] == "PUT"]
        self.assertEqual(len(changes), 1, "Only what the category decides")
        line.unlink()
        self.send()
        self.assertEqual(self.fiken_product(product)["incomeAccount"], "3000")

    def test_products_follow_their_category_in_odoo(self):
        product = self.new_product()
        self.in_fiken(product)
        self.drinks.property_account_income_categ_id = self.account("3020")
        self.coffee.property_account_income_categ_id = self.account("3020")
        self.send()
        self.assertEqual(self.fiken_product(product)["incomeAccount"], "3020")
        self.map(tea := self.env["product.category"].create({"name": "Te"}), "3010")
        self.coffee.parent_id = tea
        self.send()
        self.assertEqual(self.fiken_product(product)["incomeAccount"], "3010")

    def test_another_vendors_ledger_moves_no_products(self):
        """A product carries the account of the default vendor (design, 4)."""
        product = self.new_product()
        self.in_fiken(product)
        done = len(self.jobs(product))
        other = self.env["fiken.vendor"].create(
            {
                "name": "Torget",
                "code": "TORG",
                "fiken_company_id": self.fiken_company.id,
            }
        )
        self.map(self.drinks, "3010", ledger=other.ledger_id)
        self.assertEqual(len(self.jobs(product)), done)

    # To-dos

    def todos(self):
        return self.open_todos("mapping")

    def test_a_new_category_is_a_todo(self):
        """Odoo would book it on the company's default account in silence."""
        self.todos()._close()
        self.env["product.category"].create({"name": "Gavekort"})
        [todo] = self.todos()
        self.assertTrue(todo.activity_id)
        self.assertIn("Gavekort", todo.title)
        self.assertIn("not sent", todo.text)

    def test_a_category_below_a_mapped_one_is_none(self):
        self.map(self.drinks, "3020", purchase="4300")
        self.todos()._close()
        self.env["product.category"].create({"name": "Te", "parent_id": self.drinks.id})
        self.assertFalse(self.todos())

    def test_a_new_account_tax_and_payment_journal_are_todos(self):
        self.todos()._close()
        for record in (
            lambda: self.env["account.account"].create(
                {"name": "Sirup", "code": "3998", "account_type": "income"}
            ),
            lambda: self.env["account.tax"].create(
                {"name": "Sirupavgift", "amount": 7, "type_tax_use": "sale"}
            ),
            lambda: self.env["account.journal"].create(
                {"name": "Sirupbank", "code": "SIR", "type": "bank"}
            ),
        ):
            created = record()
            with self.subTest(created._name):
                self.assertIn("Sirup", self.todos().title)
            self.todos()._close()

    def test_no_todo_for_what_is_clear(self):
        self.todos()._close()
        self.tax("3").copy({"name": "25 % inkl."})
        self.env["account.journal"].create(
            {"name": "Diverse", "code": "DIV", "type": "general"}
        )
        self.assertFalse(self.todos())

    def test_many_new_accounts_are_one_todo(self):
        self.todos()._close()
        self.env["account.account"].create(
            [
                {"name": f"Ny {n}", "code": f"39{n}", "account_type": "income"}
                for n in range(11, 29)
            ]
        )
        [todo] = self.todos()
        self.assertTrue(todo.activity_id)
        self.assertIn("(+15)", todo.title)
        self.assertIn("(+8)", todo.text)
