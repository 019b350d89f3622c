from odoo import Command

from .bills import BillCase


class TestPurchaseAccounts(BillCase):
    """Which of Fiken's accounts a bill line goes to."""

    def setUp(self):
        super().setUp()
        self.category = self.env["product.category"].create(
            {
                "name": "Kaffe",
                "property_account_expense_categ_id": self.account("4300").id,
            }
        )
        self.product = self.env["product.product"].create(
            {"name": "Espressobønner", "categ_id": self.category.id}
        )

    def category_line(self, **codes):
        return self.env["fiken.ledger.line"].create(
            {
                "ledger_id": self.vendor.ledger_id.id,
                "category_id": self.category.id,
                **codes,
            }
        )

    def goods(self, **values):
        return self.cost(product_id=self.product.id, **values)

    def test_category_decides_the_purchase_account(self):
        self.category_line(fiken_code="3000", purchase_code="4305")
        row = self.booked(self.bill(self.goods()))
        self.assertEqual(row["lines"][0]["account"], "4305")

    def test_products_own_account_beats_the_category(self):
        self.category_line(fiken_code="3000", purchase_code="4305")
        self.product.property_account_expense_id = self.account("6540")
        row = self.booked(self.bill(self.goods(account="6540")))
        self.assertEqual(row["lines"][0]["account"], "6540")

    def test_fiscal_position_beats_the_category(self):
        self.category_line(fiken_code="3000", purchase_code="4305")
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Utland",
                "account_ids": [
                    Command.create(
                        {
                            "account_src_id": self.account("4300").id,
                            "account_dest_id": self.account("4360").id,
                        }
                    )
                ],
            }
        )
        move = self.bill(
            {"product_id": self.product.id, "price_unit": 10.0, "tax_ids": False},
            fiscal_position_id=position.id,
        )
        self.assertEqual(move.invoice_line_ids.account_id, self.account("4360"))
        self.assertEqual(self.booked(move)["lines"][0]["account"], "4360")

    def test_account_that_a_person_chose_stays(self):
        self.category_line(fiken_code="3000", purchase_code="4305")
        row = self.booked(self.bill(self.goods(account="6540")))
        self.assertEqual(row["lines"][0]["account"], "6540")

    def test_unmapped_account_blocks_and_saving_it_sends(self):
        self.mapping("4300").unlink()
        move = self.bill()
        ledger = self.vendor.ledger_id
        job = self.stopped(move, "blocked", "4300", ledger.name)
        self.assertEqual((job.setting_model, job.setting_id), (ledger._name, ledger.id))
        ledger.line_ids.create(
            {
                "ledger_id": ledger.id,
                "account_id": self.account("4300").id,
                "fiken_code": "4300",
            }
        )
        self.booked(move)

    def stocked(self):
        """Odoo puts the goods into stock when they are bought."""
        self.category.write(
            {
                "property_valuation": "real_time",
                "property_stock_valuation_account_id": self.account("1460").id,
            }
        )
        self.product.is_storable = True

    def test_goods_for_stock_are_a_purchase_of_their_category(self):
        self.stocked()
        self.category_line(fiken_code="3000", purchase_code="4300")
        row = self.booked(self.bill(self.goods(account="1460")))
        self.assertEqual(row["lines"][0]["account"], "4300")

    def test_goods_for_stock_without_a_purchase_account_are_blocked(self):
        self.stocked()
        self.assertTrue(self.mapping("1460"), "also when the stock account is mapped")
        move = self.bill(self.goods(account="1460"))
        self.stopped(move, "blocked", "1460", "Kaffe", self.vendor.ledger_id.name)
        self.category_line(fiken_code="3000", purchase_code="4300")
        self.assertEqual(self.booked(move)["lines"][0]["account"], "4300")

    def test_stock_account_without_a_product_is_blocked(self):
        self.stocked()
        self.stopped(self.bill(self.cost(account="1460")), "blocked", "1460")


class TestPurchaseProjects(BillCase):
    """A bill line carries its own projects, by per cent."""

    def setUp(self):
        super().setUp()
        self.plan = self.env["account.analytic.plan"].create({"name": "Prosjekt"})
        self.vendor.write({"projects_enabled": True, "analytic_plan_id": self.plan.id})

    def project(self, name):
        return self.env["account.analytic.account"].create(
            {"name": name, "plan_id": self.plan.id, "code": name[:3].upper()}
        )

    def parts(self, row):
        """[(project number, net, VAT)] as Odoo sent them."""
        numbers = {
            project["projectId"]: project["number"]
            for project in self.sandbox.get(f"/companies/{self.slug}/projects")
        }
        [body] = self.sent("POST", "/purchases")
        self.assertEqual(len(body["lines"]), len(row["lines"]))
        return [
            (numbers.get(line.get("projectId")), line["netPrice"], line["vat"])
            for line in body["lines"]
        ]

    def test_line_is_split_by_per_cent_with_the_remainder_on_the_last(self):
        one, two, three = map(self.project, ("Alfa", "Beta", "Gamma"))
        shares = {str(one.id): 33.33, str(two.id): 33.33, str(three.id): 33.34}
        row = self.booked(self.bill(self.cost(100.0, analytic_distribution=shares)))
        self.assertEqual(
            self.parts(row),
            [("ALF", 3333, 833), ("BET", 3333, 833), ("GAM", 3334, 834)],
        )
        self.assertEqual(len(row["project"]), 3)

    def test_lines_of_different_projects_are_kept_apart(self):
        one, two = map(self.project, ("Alfa", "Beta"))
        self.round("globally")
        row = self.booked(
            self.bill(
                self.cost(100.0, analytic_distribution={str(one.id): 100}),
                self.cost(200.0, analytic_distribution={str(two.id): 100}),
                self.cost(40.0, analytic_distribution={str(one.id): 100}),
                self.cost(8.0),
            )
        )
        self.assertEqual(
            self.parts(row),
            [("ALF", 14000, 3500), ("BET", 20000, 5000), (None, 800, 200)],
        )

    def test_what_names_no_project_is_the_default_ones(self):
        one, default = map(self.project, ("Alfa", "Felles"))
        self.vendor.default_project_id = default
        row = self.booked(
            self.bill(self.cost(100.0, analytic_distribution={str(one.id): 40}))
        )
        self.assertEqual(self.parts(row), [("ALF", 4000, 1000), ("FEL", 6000, 1500)])

    def test_analytic_accounts_of_other_plans_are_no_projects(self):
        one = self.project("Alfa")
        other = self.env["account.analytic.plan"].create({"name": "Avdeling"})
        department = self.env["account.analytic.account"].create(
            {"name": "Butikk", "plan_id": other.id}
        )
        shares = {f"{one.id},{department.id}": 50, str(department.id): 50}
        row = self.booked(self.bill(self.cost(100.0, analytic_distribution=shares)))
        self.assertEqual(self.parts(row), [("ALF", 5000, 1250), (None, 5000, 1250)])

    def test_more_than_a_hundred_per_cent_is_stopped(self):
        one, two = map(self.project, ("Alfa", "Beta"))
        shares = {str(one.id): 80, str(two.id): 40}
        move = self.bill(self.cost(100.0, analytic_distribution=shares))
        self.stopped(move, "failed", "100 %")

    def test_remainder_of_vat_of_many_parts_is_small_and_said(self):
        """Each part's VAT is Fiken's arithmetic; what is left over goes to 7740."""
        projects = [self.project(f"P{n} prosjekt") for n in range(7)]
        shares = {str(project.id): 100 / 7 for project in projects}
        shares[str(projects[-1].id)] = 100 - 6 * (100 / 7)
        move = self.bill(self.cost(99.99, analytic_distribution=shares))
        row = self.booked(move)
        gross = sum(line["netPrice"] + line["vat"] for line in row["lines"])
        self.assertEqual(gross, round(move.amount_total * 100))

    def test_projects_of_a_draft_stand_on_its_lines(self):
        self.vendor.bill_mode = "draft"
        one = self.project("Alfa")
        draft = self.drafted(
            self.bill(self.cost(100.0, analytic_distribution={str(one.id): 100}))
        )
        self.assertEqual(draft["lines"][0]["project"]["number"], "ALF")
