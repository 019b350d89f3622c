from odoo import Command
from odoo.exceptions import UserError

from ..common import SLUG_NO_VAT, TODAY
from .bills import BillCase


class TestPurchase(BillCase):
    """Bills of suppliers, booked in Fiken to the øre."""

    def test_confirmed_bill_is_booked_once(self):
        move = self.bill(self.cost(1000.0))
        row = self.booked(move)
        self.assertEqual(self.lines_of(row), [("4300", "HIGH", 100000, 25000)])
        self.assertEqual((row["kind"], row["identifier"]), ("supplier", move.ref))
        self.send()
        self.assertEqual(len(self.purchases()), 1)
        self.assertEqual(self.sandbox.count("POST", "/purchases"), 1)

    def test_books_in_fiken_are_those_in_odoo(self):
        move = self.bill(self.cost(1000.0), self.cost(333.33, "11", "6540"))
        row = self.booked(move)
        supplier = row["supplier"]["supplierAccountCode"]
        self.assertEqual(
            self.balances(),
            {
                "4300": 100000,
                "6540": 33333,
                "2711": 25000,
                "2712": 5000,
                supplier: -163333,
            },
        )

    def test_payload_of_a_bill_with_every_vat_type(self):
        codes = ("1", "11", "12", "13", "0", "86", "87", "88", "89", "91", "92")
        move = self.bill(
            *(
                self.cost(100.0 * (n + 1), code, name=f"Kode {code}")
                for n, code in enumerate(codes)
            ),
            self.cost(12.5, None, name="Uten avgift"),
            ref="2026-77",
            payment_reference="2345676",
            invoice_date_due="2026-04-15",
        )
        self.booked(move)
        [body] = self.sent("POST", "/purchases")
        self.assert_sample("purchase_vat_types", body)

    def test_reverse_charge_pays_the_net_and_books_both_sides(self):
        move = self.bill(self.cost(1000.0, "86", "6553"))
        self.assertEqual(move.amount_total, 1000.0)
        row = self.booked(move)
        self.assertEqual(
            self.lines_of(row),
            [("6553", "HIGH_FOREIGN_SERVICE_DEDUCTIBLE", 100000, 0)],
        )
        self.assertEqual(
            self.balances(),
            {
                "6553": 100000,
                "2716": 25000,
                "2706": -25000,
                row["supplier"]["supplierAccountCode"]: -100000,
            },
        )

    def test_reverse_charge_without_deduction_is_cost(self):
        move = self.bill(self.cost(1000.0, "87", "6553"))
        row = self.booked(move)
        self.assertEqual(
            self.balances(),
            {
                "6553": 125000,
                "2706": -25000,
                row["supplier"]["supplierAccountCode"]: -100000,
            },
        )

    def test_import_vat_is_a_line_of_its_own(self):
        """In Odoo it comes with its base; Fiken's line is the VAT alone."""
        move = self.bill(self.cost(1000.0, "14"))
        self.assertEqual(move.amount_total, 1250.0)
        row = self.booked(move)
        self.assertEqual(
            self.lines_of(row),
            [("4300", "NONE", 100000, 0), ("4300", "HIGH_DIRECT", 0, 25000)],
        )
        self.assertEqual(
            self.balances(),
            {
                "4300": 100000,
                "2711": 25000,
                row["supplier"]["supplierAccountCode"]: -125000,
            },
        )

    def test_import_of_goods_as_the_accountant_chose(self):
        """Code 81 nets to nothing in Odoo, as Fiken's basis of import VAT does."""
        self.tax("81", "purchase").fiken_vat_type = "HIGH_BASIS"
        row = self.booked(self.bill(self.cost(1000.0, "81")))
        self.assertEqual(self.lines_of(row), [("4300", "HIGH_BASIS", 100000, 0)])
        self.assertEqual(self.balances()["2717"], 25000)

    def test_tax_that_fiken_computes_otherwise_is_refused(self):
        tax = self.tax("21", "purchase")
        job = self.stopped(self.bill(self.cost(1000.0, "21")), "blocked", tax.name)
        self.assertEqual((job.setting_model, job.setting_id), (tax._name, tax.id))

    def test_line_with_several_taxes_is_stopped(self):
        line = self.cost(100.0)
        line["tax_ids"] = [
            Command.set((self.tax("1", "purchase") | self.tax("13", "purchase")).ids)
        ]
        self.stopped(self.bill(line), "failed", "several taxes")

    def test_vat_that_a_person_corrected_is_on_the_rounding_account(self):
        move = self.bill(self.cost(100.0), post=False)
        vat_line = move.line_ids.filtered("tax_line_id")
        term = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        move.write(
            {
                "line_ids": [
                    Command.update(vat_line.id, {"amount_currency": 25.02}),
                    Command.update(term.id, {"amount_currency": -125.02}),
                ]
            }
        )
        move.action_post()
        row = self.booked(move)
        self.assertEqual(
            self.lines_of(row), [("4300", "HIGH", 10000, 2500), ("7740", "NONE", 2, 0)]
        )
        self.assertIn("Odoo 25,02, Fiken 25,00", self.jobs(move).note)

    def test_difference_above_the_cap_stops_with_both_figures(self):
        self.books.rounding_cap_ore = 1
        move = self.bill(self.cost(100.0), post=False)
        vat_line = move.line_ids.filtered("tax_line_id")
        term = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        move.write(
            {
                "line_ids": [
                    Command.update(vat_line.id, {"amount_currency": 25.02}),
                    Command.update(term.id, {"amount_currency": -125.02}),
                ]
            }
        )
        move.action_post()
        self.stopped(move, "failed", "25,02", "25,00")

    def test_lines_of_one_account_and_type_are_summed(self):
        self.round("globally")
        move = self.bill(*(self.cost(10.02, name=f"Sekk {n}") for n in range(3)))
        self.assertEqual(
            self.lines_of(self.booked(move)), [("4300", "HIGH", 3006, 752)]
        )

    def test_negative_line_is_summed_with_its_account(self):
        move = self.bill(self.cost(100.0), self.cost(-10.0, name="Rabatt"))
        self.assertEqual(
            self.lines_of(self.booked(move)), [("4300", "HIGH", 9000, 2250)]
        )

    def test_negative_sum_of_an_account_waits_for_a_decision(self):
        """Whether or not Fiken takes negative lines."""
        move = self.bill(self.cost(100.0), self.cost(-10.0, account="4360"))
        self.stopped(move, "blocked", "4360", "-12,50")
        self.books.negative_lines = "send"
        self.assertEqual(len(self.booked(move)["lines"]), 2)
        self.sandbox.unknowns(negative_lines="refuse")
        other = self.bill(self.cost(100.0), self.cost(-10.0, account="4360"))
        self.stopped(other, "failed", "negative")

    def test_rounding_of_the_bill_goes_to_its_account(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Hele kroner",
                "rounding": 1.0,
                "strategy": "add_invoice_line",
                "profit_account_id": self.account("7740").id,
                "loss_account_id": self.account("7740").id,
            }
        )
        move = self.bill(self.cost(10.3), invoice_cash_rounding_id=rounding.id)
        self.assertEqual(move.amount_total, 13.0)
        self.assertEqual(
            self.lines_of(self.booked(move)),
            [("4300", "HIGH", 1030, 258), ("7740", "NONE", 12, 0)],
        )

    # Reference, dates, KID

    def test_both_kinds_of_kid_are_sent(self):
        for kid in ("2345676", "123456785", "234 56 76"):
            self.booked(self.bill(payment_reference=kid))
            self.assertEqual(
                self.sent("POST", "/purchases")[-1]["kid"], kid.replace(" ", "")
            )

    def test_reference_that_is_no_kid_is_left_out(self):
        for reference in ("2345670", "Kontrakt 42", "1", False):
            self.booked(self.bill(payment_reference=reference))
            self.assertNotIn("kid", self.sent("POST", "/purchases")[-1])

    def test_bill_without_a_number_of_the_supplier_goes_with_ours(self):
        move = self.bill(ref=False)
        self.assertEqual(self.booked(move)["identifier"], move.name)

    def test_due_date_and_bill_date_are_the_suppliers(self):
        row = self.booked(self.bill(invoice_date_due="2026-04-15"))
        self.assertEqual((row["date"], row["dueDate"]), (TODAY, "2026-04-15"))

    def test_another_booking_date_in_odoo_is_said(self):
        move = self.bill(date="2026-04-02")
        self.assertEqual(self.booked(move)["date"], TODAY)
        self.assertIn("2026-04-02", self.jobs(move, "purchase").note)

    # Who

    def test_supplier_is_made_with_her_bank_account(self):
        contact = self.booked(self.bill())["supplier"]
        self.assertEqual(contact["name"], "Bønneimport AS")
        self.assertTrue(contact["supplier"])
        self.assertFalse(contact["customer"])
        self.assertEqual(contact["bankAccountNumber"], "15031234562")

    def test_foreign_bank_account_is_left_out(self):
        self.supplier.bank_ids = [
            Command.clear(),
            Command.create({"acc_number": "DE89 3704 0044 0532 0130 00"}),
        ]
        self.assertNotIn("bankAccountNumber", self.booked(self.bill())["supplier"])

    def test_customer_who_becomes_a_supplier_is_marked_as_one(self):
        self.invoice()
        self.send()
        contact = self.sandbox.get(
            f"/companies/{self.slug}/contacts", name=self.customer.name
        )[0]
        self.assertFalse(contact.get("supplier"))
        row = self.booked(self.bill(partner_id=self.customer.id))
        self.assertEqual(row["supplier"]["contactId"], contact["contactId"])
        self.assertTrue(row["supplier"]["customer"])
        self.assertTrue(row["supplier"]["supplier"])
        self.assertEqual(self.sandbox.count("POST", "/contacts"), 1)

    def test_bill_of_a_branch_is_the_companys(self):
        branch = self.env["res.partner"].create(
            {"name": "Lageret", "type": "other", "parent_id": self.supplier.id}
        )
        row = self.booked(self.bill(partner_id=branch.id))
        self.assertEqual(row["supplier"]["name"], "Bønneimport AS")

    # When

    def test_bills_stay_in_odoo_unless_the_vendor_wants_them_in_fiken(self):
        self.vendor.bill_mode = "off"
        move = self.bill()
        self.assertEqual((move.fiken_mode, move.fiken_state), ("none", "excluded"))
        self.send()
        self.assertFalse(self.purchases())

    def test_mode_of_bills_is_not_that_of_invoices(self):
        self.vendor.write({"sale_mode": "off", "bill_mode": "draft"})
        bill, invoice = self.bill(post=False), self.invoice(post=False)
        self.assertEqual((bill.fiken_mode, invoice.fiken_mode), ("draft", "none"))
        self.vendor.bill_mode = "booked"
        self.assertEqual((bill.fiken_mode, invoice.fiken_mode), ("booked", "none"))

    def test_bill_by_hand_waits_for_the_button(self):
        self.vendor.bill_trigger = "hand"
        move = self.bill()
        self.send()
        self.assertEqual(move.fiken_state, "absent")
        move.action_fiken_send()
        self.booked(move)

    def test_bill_by_schedule_waits_for_the_time_of_day(self):
        self.vendor.write({"bill_trigger": "schedule", "sale_trigger": "posted"})
        bill, invoice = self.bill(), self.invoice()
        self.send()
        self.assertEqual((bill.fiken_state, invoice.fiken_state), ("waiting", "booked"))
        job = self.jobs(bill, "purchase")
        self.assertEqual(job.next_try_at, self.vendor._next_schedule_at())
        self.vendor.bill_trigger = "posted"
        self.booked(bill)

    def test_bill_from_before_the_vendor_was_enabled_is_not_sent(self):
        move = self.bill(invoice_date="2025-12-31", date="2025-12-31")
        self.send()
        self.assertEqual(move.fiken_state, "excluded")
        self.assertFalse(self.purchases())

    def test_booked_bill_cannot_be_reset_to_draft(self):
        move = self.bill()
        self.booked(move)
        self.assertFalse(move.show_reset_to_draft_button)
        with self.assertRaisesRegex(UserError, "booked in Fiken"):
            move.button_draft()

    def test_bill_that_is_reset_before_it_went_is_dropped(self):
        move = self.bill()
        self.commit()
        move.button_draft()
        self.send()
        self.assertFalse(self.purchases())
        self.assertEqual(self.jobs(move, "purchase").state, "dropped")

    def test_closed_period_is_said_and_the_date_stays(self):
        self.sandbox.unknowns(closed_period_to="2026-03-31")
        move = self.bill()
        self.stopped(move, "failed", "Perioden er lukket")
        self.assertEqual(str(move.invoice_date), TODAY)


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


class TestRefund(BillCase):
    """Fiken has no credit notes of suppliers: the vendor says what is done."""

    def test_refund_is_a_draft_unless_the_vendor_says_otherwise(self):
        move = self.refund(self.cost(100.0))
        self.assertEqual(move.fiken_mode, "draft")
        draft = self.drafted(move)
        self.assertEqual([line["gross"] for line in draft["lines"]], [-12500])
        self.assertFalse(self.purchases())

    def test_draft_of_a_refund_is_booked_by_the_accountant(self):
        move = self.refund()
        draft = self.drafted(move)
        move.action_fiken_book()
        self.stopped(move, "blocked", self.vendor.name, "negative purchase")
        self.in_fiken(f"/purchases/drafts/{draft['draftId']}/createPurchase")
        self.vendor.refund_bill = "negative"
        self.booked(move)
        self.assertEqual(len(self.purchases()), 1)

    def test_refund_as_a_negative_purchase(self):
        self.vendor.refund_bill = "negative"
        move = self.refund(
            self.cost(100.0),
            self.cost(50.0, "11", "6540"),
            ref="K-7",
            invoice_date_due="2026-04-15",
        )
        row = self.booked(move)
        self.assertEqual(
            self.lines_of(row),
            [("4300", "HIGH", -10000, -2500), ("6540", "MEDIUM", -5000, -750)],
        )
        self.assertEqual(self.balances()["4300"], -10000)
        [body] = self.sent("POST", "/purchases")
        self.assert_sample("purchase_refund", body)

    def test_fiken_that_refuses_negative_amounts_is_heard(self):
        self.vendor.refund_bill = "negative"
        self.sandbox.unknowns(negative_lines="refuse")
        self.stopped(self.refund(), "failed", "negative")

    def test_refund_that_shall_stop_names_the_setting(self):
        self.vendor.refund_bill = "stop"
        move = self.refund()
        job = self.stopped(move, "blocked", self.vendor.name)
        self.assertEqual(job.setting_model, "fiken.vendor")
        self.vendor.refund_bill = "negative"
        self.booked(move)

    def test_bill_is_not_blocked_by_what_refunds_do(self):
        self.vendor.refund_bill = "stop"
        self.booked(self.bill())


class ReceiptCase(BillCase):
    """Helpers of the tests about receipts."""

    def setUp(self):
        super().setUp()
        self.bank = self.company_data["default_journal_bank"]
        ledger = self.vendor.ledger_id
        line = ledger.line_ids.filtered(lambda line: line.journal_id == self.bank)
        if line:
            line.fiken_code = "1920:10001"
        else:
            line.create(
                {
                    "ledger_id": ledger.id,
                    "journal_id": self.bank.id,
                    "fiken_code": "1920:10001",
                }
            )

    def pay(self, move, date="2026-03-18", **values):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": self.bank.id, "payment_date": date, **values})
        )
        wizard.action_create_payments()


class TestReceipt(ReceiptCase):
    """Receipts go one by one, together with their payment."""

    def test_receipt_waits_for_its_payment_and_says_so(self):
        move = self.receipt()
        self.send()
        self.assertEqual(move.fiken_state, "absent")
        self.assertIn("payment", move._get_alerts()["fiken"]["message"])
        with self.assertRaisesRegex(UserError, "payment"):
            move.action_fiken_send()
        self.assertFalse(self.purchases())

    def test_paid_receipt_is_a_cash_purchase(self):
        move = self.receipt(self.cost(80.0, account="6540"), ref="Kvittering 12")
        self.pay(move)
        row = self.booked(move)
        self.assertEqual((row["kind"], row["paid"]), ("cash_purchase", True))
        [payment] = row["payments"]
        self.assertEqual(
            (payment["account"], payment["date"], payment["amount"]),
            ("1920:10001", "2026-03-18", 10000),
        )
        self.assertEqual(self.balances()["1920:10001"], -10000)
        [body] = self.sent("POST", "/purchases")
        self.assert_sample("purchase_receipt", body)
        self.assertFalse(self.jobs(self.supplier), "nobody is owed anything")

    def test_receipt_paid_through_an_outstanding_account(self):
        self.bank.outbound_payment_method_line_ids.payment_account_id = self.account(
            "1940"
        )
        move = self.receipt()
        self.pay(move)
        self.assertEqual(self.booked(move)["payments"][0]["account"], "1920:10001")

    def test_receipt_paid_before_it_is_confirmed_by_hand(self):
        self.vendor.bill_trigger = "hand"
        move = self.receipt()
        self.pay(move)
        self.send()
        self.assertEqual(move.fiken_state, "absent")
        move.action_fiken_send()
        self.booked(move)

    def test_receipt_as_a_draft_carries_its_payment(self):
        self.vendor.bill_mode = "draft"
        move = self.receipt()
        self.pay(move)
        draft = self.drafted(move)
        self.assertEqual((draft["cash"], draft["paid"]), (True, True))
        move.action_fiken_book()
        self.assertEqual(self.booked(move)["kind"], "cash_purchase")

    def test_receipt_paid_in_two_parts_is_stopped(self):
        move = self.receipt(self.cost(80.0))
        self.pay(move, amount=40.0)
        self.pay(move, amount=60.0)
        job = self.stopped(move, "failed", "one payment", self.bank.display_name)
        self.assertIn("40", job.reason)
        self.assertIn("60", job.reason)

    def test_payment_journal_without_an_account_blocks(self):
        self.vendor.ledger_id.line_ids.filtered(
            lambda line: line.journal_id == self.bank
        ).unlink()
        move = self.receipt()
        self.pay(move)
        self.stopped(move, "blocked", self.bank.display_name)

    def test_cash_account_that_fiken_refuses_is_said(self):
        for answer in ("accept", "refuse"):
            self.sandbox.unknowns(account_1901=answer)
            self.vendor.ledger_id.line_ids.filtered(
                lambda line: line.journal_id == self.bank
            ).fiken_code = "1901"
            move = self.receipt()
            self.pay(move)
            if answer == "accept":
                self.booked(move)
            else:
                self.stopped(move, "failed", "1901")


class TestPurchaseCurrency(ReceiptCase):
    """Bills in other currencies: amounts in currency, and Odoo's own kroner."""

    def setUp(self):
        super().setUp()
        self.euro = self.env.ref("base.EUR")
        self.euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.euro.id,
                "company_id": self.company.id,
                "name": TODAY,
                "inverse_company_rate": 11.3337,
            }
        )

    def test_bill_in_euro_is_booked_with_odoos_kroner(self):
        move = self.bill(
            self.cost(100.01, "86", "6553"),
            self.cost(0.33, "0"),
            currency_id=self.euro.id,
            ref="RE-9",
            invoice_date_due="2026-04-15",
        )
        row = self.booked(move)
        self.assertEqual(row["currency"], "EUR")
        lines = [
            (line["netPriceInCurrency"], line["netPrice"], line["vat"])
            for line in row["lines"]
        ]
        expense = move.invoice_line_ids.mapped("balance")
        self.assertEqual(
            lines,
            [(10001, round(expense[0] * 100), 0), (33, round(expense[1] * 100), 0)],
        )
        supplier = row["supplier"]["supplierAccountCode"]
        self.assertEqual(
            self.balances()[supplier], round(move.amount_total_signed * 100)
        )
        [body] = self.sent("POST", "/purchases")
        self.assert_sample("purchase_currency", body)

    def test_kroner_of_lines_in_euro_are_those_of_the_journal(self):
        """Odoo rounds each line, with and without a tax, in its own way."""
        self.vendor.refund_bill = "negative"
        for method in ("globally", "per_line"):
            self.round(method)
            for make in (self.bill, self.refund):
                lines = [
                    self.cost(price, tax, account, quantity=12.34, discount=33.33)
                    for price, tax, account in (
                        (33.33, "0", "6800"),
                        (7.77, None, "7770"),
                        (0.07, "0", "6800"),
                        (191.19, None, "7770"),
                    )
                ]
                move = make(*lines, currency_id=self.euro.id)
                booked = self.booked(move)["lines"]
                for code in ("6800", "7770"):
                    journal = move.line_ids.filtered(
                        lambda line, code=code: line.account_id.code == code
                    )
                    there = [
                        line["netPrice"] for line in booked if line["account"] == code
                    ]
                    self.assertEqual(
                        sum(there), round(sum(journal.mapped("balance")) * 100)
                    )

    def test_norwegian_vat_in_euro_is_refused_with_the_reason(self):
        for code in ("1", "11", "13", "14"):
            move = self.bill(self.cost(100.0, code), currency_id=self.euro.id)
            self.stopped(move, "failed", "EUR", "Norwegian VAT", "in NOK")
        self.assertEqual(self.sandbox.count("POST", "/purchases"), 0)

    def test_refund_in_euro(self):
        self.vendor.refund_bill = "negative"
        move = self.refund(self.cost(100.0, "0"), currency_id=self.euro.id)
        [line] = self.booked(move)["lines"]
        self.assertEqual(
            (line["netPriceInCurrency"], line["netPrice"]), (-10000, -113337)
        )

    def test_receipt_in_euro_says_what_left_the_bank(self):
        move = self.receipt(self.cost(100.0, "0"), currency_id=self.euro.id)
        self.pay(move, date=TODAY, currency_id=self.euro.id, amount=100.0)
        [payment] = self.booked(move)["payments"]
        self.assertEqual(payment["amountInNok"], 113337)
        self.assertEqual(self.balances()["1920:10001"], -113337)

    def test_draft_in_euro_is_refused_with_the_reason(self):
        """Fiken's drafts carry no NOK: it would book them at a rate of its own."""
        self.vendor.bill_mode = "draft"
        move = self.bill(self.cost(100.0, "0"), currency_id=self.euro.id)
        self.stopped(move, "failed", "EUR", "a rate of its own", "Choose Booked")


class TestPurchaseWithoutVat(BillCase):
    """A company that is not registered for VAT books what it pays."""

    slug = SLUG_NO_VAT

    def test_vat_is_part_of_the_cost(self):
        row = self.booked(
            self.bill(
                self.cost(100.0, "1"), self.cost(50.0, None), self.cost(10.0, "0")
            )
        )
        self.assertEqual(
            {(line["vatType"], line["vat"]) for line in row["lines"]}, {("OUTSIDE", 0)}
        )
        self.assertEqual(sum(line["netPrice"] for line in row["lines"]), 18500)
