"""The default ledger, the vendors' copies of it, and what is proposed for them."""

from contextlib import contextmanager

from psycopg2.errors import ForeignKeyViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from ...fiken_api import vat
from ...models.outbox.fiken_resource import Gap
from ..common import FikenCase


@contextmanager
def refused(case, pattern, exception=UserError):
    """``assertRaisesRegex`` that takes back what was done, as Odoo does."""
    with case.assertRaises(exception) as caught:
        yield
    case.assertRegex(str(caught.exception), pattern)


def mapped(ledger, account):
    """The ledger's line of an Odoo account."""
    return ledger.line_ids.filtered(lambda line: line.account_id == account)


class TestLedger(FikenCase):
    @property
    def default(self):
        return self.env["fiken.ledger"]._default_of(self.company)

    def new_vendor(self, name="Torget", code="TORG", **values):
        return self.env["fiken.vendor"].create(
            {
                "name": name,
                "code": code,
                "fiken_company_id": self.books.id,
                **values,
            }
        )

    def codes(self, ledger):
        return {line.account_code: line.fiken_code for line in ledger.account_line_ids}

    def remap(self, ledger, account, code):
        mapped(ledger, self.account(account)).fiken_code = code

    # The default ledger

    def test_a_company_has_one_default_ledger(self):
        self.assertEqual(self.default, self.default)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.default.copy({"is_default": True})

    def test_the_default_ledger_cannot_be_deleted(self):
        with refused(self, "new vendors copy it"):
            self.default.unlink()

    def test_no_vendor_uses_the_default_ledger_itself(self):
        with refused(self, "template that vendors copy", ValidationError):
            self.vendor.ledger_id = self.default

    # Vendors copy it

    def test_a_new_vendor_gets_its_own_copy(self):
        self.default.write({"rounding_code": "7790", "sales_without_tax": "OUTSIDE"})
        self.remap(self.default, "3000", "3010")
        vendor = self.new_vendor()
        self.assertNotEqual(vendor.ledger_id, self.default)
        self.assertFalse(vendor.ledger_id.is_default)
        self.assertEqual(vendor.ledger_id.name, "Torget")
        self.assertEqual(vendor.ledger_id.rounding_code, "7790")
        self.assertEqual(vendor.ledger_id.sales_without_tax, "OUTSIDE")
        self.assertEqual(self.codes(vendor.ledger_id), self.codes(self.default))
        self.assertEqual(vendor.ledger_id._code_of(self.account("3000")), "3010")

    def test_vendors_change_apart(self):
        """A shop's mapping is its own: neither template nor sister follow."""
        vendor, sister = self.new_vendor(), self.new_vendor("Havna", "HAVN")
        self.remap(vendor.ledger_id, "3000", "3010")
        self.remap(self.default, "3000", "3020")
        account = self.account("3000")
        self.assertEqual(vendor.ledger_id._code_of(account), "3010")
        self.assertEqual(self.default._code_of(account), "3020")
        self.assertEqual(sister.ledger_id._code_of(account), "3000")

    def test_a_ledger_belongs_to_one_vendor(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.new_vendor(ledger_id=self.vendor.ledger_id.id)

    def test_vendor_codes_differ(self):
        """They are part of numbers in Fiken."""
        self.new_vendor()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.new_vendor("Torget Syd")

    def test_a_vendor_can_be_duplicated(self):
        copy = self.vendor.copy()
        self.assertNotEqual(copy.ledger_id, self.vendor.ledger_id)
        self.assertNotEqual(copy.code, self.vendor.code)
        self.assertFalse(copy.is_default)

    def test_a_used_ledger_cannot_be_deleted(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(ForeignKeyViolation):
            self.vendor.ledger_id.unlink()

    def test_connecting_takes_over_the_main_vendor_that_is_there(self):
        """Shops that were set up before the connection are not set up twice."""
        self.books.default_vendor_id = False
        self.vendor.write({"active": False, "fiken_company_id": False})
        ledger = self.vendor.ledger_id
        again = self.connect_company(self.slug)
        self.assertEqual(again, self.books)
        self.assertEqual(again.default_vendor_id, self.vendor)
        self.assertTrue(self.vendor.active)
        self.assertEqual(self.vendor.ledger_id, ledger)

    # Proposals

    def test_accounts_of_the_same_code_are_proposed(self):
        chart = set(self.books.account_ids.mapped("code"))
        codes = self.codes(self.vendor.ledger_id)
        self.assertEqual(codes["3000"], "3000")
        accounts = self.env["account.account"].search(
            self.env["account.account"]._check_company_domain(self.company)
        )
        same = {code for code in accounts.mapped("code") if code in chart}
        for code in same:
            # Cash and VAT have other codes in Fiken: see TestProposals.
            if not code.startswith(("19", "27")):
                self.assertEqual(codes[code], code)
        self.assertTrue(all(self.vendor.ledger_id.line_ids.mapped("is_proposal")))
        self.assertFalse(any(self.vendor.ledger_id.line_ids.mapped("is_unknown")))

    def test_what_fiken_does_not_have_is_not_proposed(self):
        account = self.env["account.account"].create(
            {"name": "Sirup", "code": "3999", "account_type": "income"}
        )
        self.vendor.ledger_id.action_propose()
        self.assertEqual(self.vendor.ledger_id._code_of(account), "")

    def test_proposing_again_fills_gaps_and_changes_nothing_else(self):
        ledger = self.vendor.ledger_id
        self.remap(ledger, "3000", "3100")
        ledger.line_ids.filtered(lambda line: line.account_id.code == "7140").unlink()
        ledger.action_propose()
        self.assertEqual(self.codes(ledger)["3000"], "3100")
        self.assertEqual(self.codes(ledger)["7140"], "7140")

    def test_a_changed_or_accepted_line_is_no_proposal(self):
        ledger = self.vendor.ledger_id
        self.remap(ledger, "3000", "3100")
        proposals = ledger.line_ids.filtered("is_proposal")
        self.assertEqual(len(proposals), len(ledger.line_ids) - 1)
        ledger.action_accept_proposals()
        left = ledger.line_ids.filtered("is_proposal")
        self.assertEqual(set(left.mapped("kind")), {"means"}, "See TestMeans")

    def test_nothing_is_proposed_before_the_chart_was_read(self):
        self.books.account_ids.unlink()
        self.env.registry.clear_cache()
        ledger = self.default.copy({"name": "Tom"})
        ledger.line_ids.unlink()
        ledger._propose()
        self.assertFalse(ledger.line_ids)

    def test_the_only_bank_account_is_taken(self):
        """Two are a choice, and closed ones do not count."""
        self.assertFalse(self.vendor.bank_account_id)
        banks = self.books.account_ids.filtered("is_bank")
        self.assertEqual(banks.mapped("code"), ["1920:10001", "1960:10001"])
        banks[1].bank_inactive = True
        self.books._propose_ledgers()
        self.assertEqual(self.vendor.bank_account_id, banks[0])

    # Constraints

    def test_account_codes_look_like_fikens(self):
        line = self.vendor.ledger_id.line_ids[0]
        for code in ("3000", "1920:10001", "1500:10042"):
            line.fiken_code = code
        for code in ("300", "30000", "3000:1", "3000:", "abcd", "1920-10001", " 3000"):
            with self.subTest(code), self.assertRaises(ValidationError):
                line.fiken_code = code
            with self.subTest(code), self.assertRaises(ValidationError):
                self.vendor.ledger_id.rounding_code = code

    def test_an_account_is_mapped_once(self):
        line = self.vendor.ledger_id.line_ids[0]
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            line.copy()

    def test_a_code_that_fiken_does_not_have_is_shown(self):
        line = self.vendor.ledger_id.line_ids[0]
        line.fiken_code = "3999"
        self.assertTrue(line.is_unknown)
        self.assertFalse(line.fiken_name)

    def test_codes_that_fiken_does_not_have_are_found(self):
        ledger = self.vendor.ledger_id
        wrong = ledger.line_ids[:2]
        wrong.fiken_code = "3999"
        category = self.env["product.category"].create({"name": "Drikke"})
        wrong |= self.env["fiken.ledger.line"].create(
            {
                "ledger_id": ledger.id,
                "category_id": category.id,
                "fiken_code": "3000",
                "purchase_code": "4999",
            }
        )
        ours = [("ledger_id", "=", ledger.id)]
        lines = self.env["fiken.ledger.line"]
        self.assertEqual(lines.search([*ours, ("is_unknown", "=", True)]), wrong)
        rest = lines.search([*ours, ("is_unknown", "=", False)])
        self.assertEqual(rest, ledger.line_ids - wrong)
        # A chart that was never read knows nothing, for or against.
        self.books.account_ids.unlink()
        self.env["fiken.company"]._forget_routes()
        self.assertFalse(lines.search([*ours, ("is_unknown", "=", True)]))

    def test_a_line_is_called_by_what_it_maps(self):
        line = mapped(self.vendor.ledger_id, self.account("3000"))
        self.assertRegex(line.display_name, r"^3000 .* → 3000$")

    # Fiken's chart

    def replace(self, *codes, banks=()):
        self.env["fiken.account"].sudo()._replace(
            self.books,
            [{"code": code, "name": f"Konto {code}"} for code in codes],
            banks,
        )

    def test_the_chart_is_read_anew(self):
        """Renamed, new and dropped; what was dropped still has its name in history."""
        before = self.books.account_ids.filtered(lambda account: account.code == "3000")
        self.replace("3000", "3999")
        self.assertEqual(before.name, "Konto 3000")
        self.assertEqual(self.books.account_ids.mapped("code"), ["3000", "3999"])
        everything = self.env["fiken.account"].with_context(active_test=False)
        dropped = everything.search(
            [("fiken_company_id", "=", self.books.id), ("code", "=", "1500")]
        )
        self.assertFalse(dropped.active)
        self.replace("1500", "3000")
        self.assertTrue(dropped.active)

    def test_bank_accounts_belong_to_the_chart(self):
        bank = {
            "accountCode": "1920:10002",
            "name": "Sparekonto",
            "bankAccountNumber": "15031234570",
            "inactive": True,
        }
        self.replace("3000", banks=[bank])
        account = self.books.account_ids.filtered("is_bank")
        self.assertEqual(account.code, "1920:10002")
        self.assertTrue(account.bank_inactive)
        self.assertIn("15031234570", account.display_name)

    def test_a_new_chart_is_seen_at_once(self):
        """What is mapped to an account that Fiken dropped waits until it is back."""
        move = self.invoice()
        self.replace("1500")
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        self.assertIn("Fiken has no account 3000", move.fiken_job_id.reason)
        with self.as_cron():
            self.books.action_fetch_accounts()
        self.assertEqual(move.fiken_job_id.state, "pending")
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def test_saving_the_mapping_releases_what_waited_for_it(self):
        ledger = self.vendor.ledger_id
        ledger.line_ids.filtered(lambda line: line.account_id.code == "3000").unlink()
        move = self.invoice()
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        self.assertIn("is not mapped", move.fiken_job_id.reason)
        ledger.action_propose()
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)


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
        self.env["fiken.resource.product"]._owe(product, self.books, self.vendor)
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

    def test_a_category_whose_account_fiken_dropped_stops(self):
        self.map(self.drinks, "3020")
        self.books.account_ids.filtered(lambda one: one.code == "3020").active = False
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
            {"name": "Torget", "code": "TORG", "fiken_company_id": self.books.id}
        )
        self.map(self.drinks, "3010", ledger=other.ledger_id)
        self.assertEqual(len(self.jobs(product)), done)

    # To-dos

    def todos(self):
        default = self.env["fiken.ledger"]._default_of(self.company)
        return default.activity_search(["fiken_connector.mail_activity_fiken_problem"])

    def test_a_new_category_is_a_todo(self):
        """Odoo would book it on the company's default account in silence."""
        self.todos().unlink()
        self.env["product.category"].create({"name": "Gavekort"})
        todo = self.todos().filtered(lambda one: one.user_id == self.env.user)
        self.assertEqual(len(todo), 1)
        self.assertIn("Gavekort", todo.summary)
        self.assertIn("not sent", todo.note)

    def test_a_category_below_a_mapped_one_is_none(self):
        self.map(self.drinks, "3020", purchase="4300")
        self.todos().unlink()
        self.env["product.category"].create({"name": "Te", "parent_id": self.drinks.id})
        self.assertFalse(self.todos())

    def test_a_new_account_tax_and_payment_journal_are_todos(self):
        self.todos().unlink()
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
                self.assertIn("Sirup", self.todos()[:1].summary)
                self.assertIn(self.env.user, self.todos().user_id)
            self.todos().unlink()

    def test_no_todo_for_what_is_clear(self):
        self.todos().unlink()
        self.tax("3").copy({"name": "25 % inkl."})
        self.env["account.journal"].create(
            {"name": "Diverse", "code": "DIV", "type": "general"}
        )
        self.assertFalse(self.todos())

    def test_many_new_accounts_are_one_todo(self):
        self.todos().unlink()
        self.env["account.account"].create(
            [
                {"name": f"Ny {n}", "code": f"39{n}", "account_type": "income"}
                for n in range(11, 29)
            ]
        )
        todo = self.todos().filtered(lambda one: one.user_id == self.env.user)
        self.assertEqual(len(todo), 1)
        self.assertIn("(+8)", todo.summary)


class TestMeans(FikenCase):
    """Means of payment start at 1901, and each may have an account of its own."""

    def means(self, journal):
        return self.vendor.ledger_id.means_line_ids.filtered(
            lambda line: line.journal_id == journal
        )

    def journal(self, kind="bank", number=None):
        journal = self.env["account.journal"].create(
            {"name": "Terminal", "code": "TERM", "type": kind}
        )
        if number:
            journal.set_bank_account(number)
        self.vendor.ledger_id.action_propose()
        return journal

    def test_payment_accounts_start_at_1901(self):
        lines = self.vendor.ledger_id.means_line_ids
        self.assertTrue(lines)
        self.assertEqual(set(lines.mapped("fiken_code")), {"1901"})
        self.assertTrue(all(lines.mapped("is_proposal")))

    def test_a_means_may_have_another_account(self):
        line = self.means(self.journal())
        line.fiken_code = "1960:10001"
        self.assertFalse(line.is_unknown)
        self.assertFalse(line.awaits_confirmation)
        self.assertEqual(self.vendor.ledger_id._code_of(line.journal_id), "1960:10001")

    def test_no_cash_on_1901_waits_for_a_person(self):
        card, cash = self.journal(), self.company_data["default_journal_cash"]
        self.assertTrue(self.means(card).awaits_confirmation)
        self.assertFalse(self.means(cash).awaits_confirmation)
        self.means(card).action_accept()
        self.assertFalse(self.means(card).awaits_confirmation)

    def test_a_bank_account_is_known_by_its_number(self):
        journal = self.journal(number="1503.12.34562")
        self.assertEqual(self.means(journal).fiken_code, "1920:10001")
        account = self.vendor.ledger_id._code_of(journal.default_account_id)
        self.assertEqual(account, "1920:10001")
        self.assertTrue(self.means(journal).is_proposal)

    def test_till_methods_are_means_too(self):
        method = (
            self.env["pos.payment.method"]
            .sudo()
            .create({"name": "Vipps", "company_id": self.company.id})
        )
        self.vendor.ledger_id.action_propose()
        line = self.vendor.ledger_id.means_line_ids.filtered(
            lambda one: one.means_id == method.id
        )
        self.assertEqual(line.source_name, "Vipps")
        self.assertEqual(line.fiken_code, "1901")
        self.assertTrue(line.awaits_confirmation)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            line.copy()

    def test_no_cash_is_confirmed_one_by_one(self):
        """Neither *Accept Proposals* nor *Accept* on several lines confirms it."""
        ledger, card = self.vendor.ledger_id, self.means(self.journal())
        cash = self.means(self.company_data["default_journal_cash"])
        told = ledger.action_accept_proposals()
        self.assertIn("Terminal", told["params"]["message"])
        self.assertTrue(card.awaits_confirmation and card.is_proposal)
        self.assertTrue(cash.is_confirmed)
        self.assertEqual(
            ledger.line_ids.filtered("is_proposal").mapped("kind")[:1], ["means"]
        )
        (card | cash).action_accept_together()
        self.assertTrue(card.awaits_confirmation)
        card.action_accept()
        self.assertFalse(card.awaits_confirmation or card.is_proposal)

    def test_what_must_be_confirmed_is_found(self):
        card = self.means(self.journal())
        self.vendor.ledger_id.action_accept_proposals()
        lines = self.env["fiken.ledger.line"]
        ours = [("ledger_id", "=", self.vendor.ledger_id.id)]
        found = lines.search([*ours, ("awaits_confirmation", "=", True)])
        self.assertIn(card, found)
        self.assertEqual(
            found, self.vendor.ledger_id.means_line_ids.filtered("awaits_confirmation")
        )
        rest = lines.search([*ours, ("awaits_confirmation", "=", False)])
        self.assertEqual(found | rest, self.vendor.ledger_id.line_ids)
        self.assertFalse(found & rest)

    def test_a_method_that_is_not_there_is_refused(self):
        with refused(self, "does not exist", ValidationError):
            self.env["fiken.ledger.line"].create(
                {
                    "ledger_id": self.vendor.ledger_id.id,
                    "means_model": "pos.payment.method",
                    "means_id": 987654321,
                    "fiken_code": "1901",
                }
            )


class TestCopying(FikenCase):
    """What copying changes is shown first; nothing else changes a vendor."""

    def setUp(self):
        super().setUp()
        self.default = self.env["fiken.ledger"]._default_of(self.company)
        self.other = self.env["fiken.vendor"].create(
            {"name": "Torget", "code": "TORG", "fiken_company_id": self.books.id}
        )

    def ledger_line(self, ledger, code="3000"):
        return mapped(ledger, self.account(code))

    def wizard(self, action):
        self.assertEqual(action["res_model"], "fiken.ledger.copy")
        return self.env["fiken.ledger.copy"].browse(action["res_id"])

    def shown(self, wizard):
        return {
            (line.target_id.name, line.source_name, line.now_code, line.new_code)
            for line in wizard.line_ids
        }

    def test_apply_shows_then_does(self):
        vendors = self.default.vendor_ids | self.vendor | self.other
        self.ledger_line(self.default).fiken_code = "3010"
        name = self.ledger_line(self.default).source_name
        wizard = self.wizard(self.default.action_apply_to_vendors())
        self.assertEqual(
            {(*row[1:],) for row in self.shown(wizard)}, {(name, "3000", "3010")}
        )
        self.assertEqual(len(wizard.line_ids), len(vendors))
        self.assertEqual(self.ledger_line(self.other.ledger_id).fiken_code, "3000")
        wizard.action_apply()
        self.assertEqual(self.ledger_line(self.other.ledger_id).fiken_code, "3010")
        self.assertEqual(self.ledger_line(self.vendor.ledger_id).fiken_code, "3010")

    def test_what_is_not_ticked_stays(self):
        self.ledger_line(self.default).fiken_code = "3010"
        wizard = self.wizard(self.default.action_apply_to_vendors())
        wizard.line_ids.filtered(
            lambda one: one.target_id == self.other.ledger_id
        ).is_chosen = False
        wizard.action_apply()
        self.assertEqual(self.ledger_line(self.other.ledger_id).fiken_code, "3000")
        self.assertEqual(self.ledger_line(self.vendor.ledger_id).fiken_code, "3010")

    def test_a_proposal_does_not_replace_what_was_accepted_there(self):
        """It is shown and marked, but not ticked; what was accepted here is."""
        target = self.other.ledger_id
        self.ledger_line(target).fiken_code = "3020"
        self.ledger_line(target, "3010").fiken_code = "3020"
        self.ledger_line(self.default, "3010").action_accept()
        wizard = self.wizard(self.default.action_apply_to_vendors())
        shown = {
            line.source_line_id.account_code: (line.is_chosen, line.undoes_a_choice)
            for line in wizard.line_ids
            if line.target_id == target
        }
        self.assertEqual(shown, {"3000": (False, True), "3010": (True, False)})
        wizard.action_apply()
        self.assertEqual(self.ledger_line(target).fiken_code, "3020")
        self.assertEqual(self.ledger_line(target, "3010").fiken_code, "3010")

    def test_copy_to_chosen_vendors(self):
        """New lines, changed lines and the ledger's settings; what is missing stays."""
        ledger, target = self.vendor.ledger_id, self.other.ledger_id
        category = self.env["product.category"].create({"name": "Drikke"})
        self.env["fiken.ledger.line"].create(
            {
                "ledger_id": ledger.id,
                "category_id": category.id,
                "fiken_code": "3030",
                "purchase_code": "4300",
            }
        )
        self.ledger_line(ledger, "7140").unlink()
        ledger.rounding_code = "7790"
        target.sales_without_tax = "OUTSIDE"
        wizard = self.wizard(ledger.action_copy_to_vendors())
        self.assertFalse(wizard.line_ids)
        with Form(wizard) as form:
            form.target_ids.add(target)
        shown = {row[1:] for row in self.shown(wizard)}
        self.assertEqual(
            shown,
            {
                ("Drikke", False, "3030"),
                ("Rounding Account", "7740", "7790"),
                (
                    "No Tax on Sales",
                    "Outside the VAT act (code 6)",
                    "No VAT treatment (code 7)",
                ),
            },
        )
        wizard.action_apply()
        self.assertEqual(target._category_code(category, "expense"), "4300")
        self.assertEqual(target.rounding_code, "7790")
        self.assertEqual(target.sales_without_tax, "NONE")
        self.assertEqual(self.ledger_line(target, "7140").fiken_code, "7140")

    def test_equal_ledgers_have_nothing_to_copy(self):
        wizard = self.wizard(self.default.action_apply_to_vendors())
        self.assertFalse(
            wizard.line_ids.filtered(lambda one: not one.setting), "No line differs"
        )

    def test_another_companys_ledger_is_no_target(self):
        foreign = self.env["fiken.ledger"]._default_of(
            self.env["res.company"].create({"name": "Annen AS"})
        )
        wizard = self.wizard(self.vendor.ledger_id.action_copy_to_vendors())
        wizard.target_ids = foreign
        with refused(self, "belongs to another company"):
            wizard.action_apply()
        self.assertFalse(foreign.line_ids)

    def test_gaps_are_counted(self):
        """A list of vendors shows who still has accounts to map."""
        ledger = self.other.ledger_id
        gaps = lambda: ledger.invalidate_recordset() or ledger.gap_count  # noqa: E731
        self.assertEqual(self.other.unmapped_count, 0)
        self.ledger_line(ledger, "7140").fiken_code = "4999"
        self.assertEqual(gaps(), 1, "A code that Fiken does not have")
        ledger.means_line_ids[0].unlink()
        self.assertEqual(gaps(), 2, "A means of payment")
        self.ledger_line(ledger, self.company.income_account_id.code).unlink()
        categories = self.env["product.category"].search_count([])
        self.assertEqual(gaps(), 2 + 1 + categories, "An account, and who needs it")
        self.other.invalidate_recordset()
        self.assertEqual(self.other.unmapped_count, gaps())
        self.assertEqual(self.vendor.unmapped_count, 0)

    def test_changes_are_logged(self):
        """Who, when, from and to: accountants ask."""
        ledger = self.vendor.ledger_id
        before = ledger.message_ids
        self.ledger_line(ledger).fiken_code = "3010"
        message = ledger.message_ids - before
        self.assertEqual(len(message), 1)
        self.assertEqual(message.author_id, self.env.user.partner_id)
        name = self.ledger_line(ledger).source_name
        self.assertIn(f"{name}: 3000 → 3010", message.body)
        account = self.books.account_ids.filtered(lambda one: one.code == "3020")
        before = ledger.message_ids
        self.ledger_line(ledger).fiken_account_id = account
        message = ledger.message_ids - before
        self.assertEqual(len(message), 1)
        self.assertIn(f"{name}: 3010 → 3020", message.body)
        self.assertEqual(self.ledger_line(ledger).fiken_code, "3020")
        before = ledger.message_ids
        self.ledger_line(ledger).unlink()
        self.assertIn("3020 → –", (ledger.message_ids - before).body)

    def test_saving_the_same_code_changes_nothing(self):
        ledger = self.vendor.ledger_id
        before = ledger.message_ids
        self.ledger_line(ledger).fiken_code = "3000"
        self.assertEqual(ledger.message_ids, before)


class TestProposals(FikenCase):
    """What is certain is used at once; what is a guess waits for a person."""

    def ledger_line(self, code, ledger=None):
        return mapped(ledger or self.vendor.ledger_id, self.account(code))

    def test_the_same_code_with_another_meaning(self):
        """Odoo's 2701 is the medium rate, Fiken's the high one."""
        self.assertEqual(self.ledger_line("2700").fiken_code, "2701")
        self.assertEqual(self.ledger_line("2710").fiken_code, "2711")
        self.assertEqual(self.ledger_line("1900").fiken_code, "1901")
        for code in ("2701", "2702", "2711", "2712", "2716", "1920"):
            with self.subTest(code):
                self.assertFalse(self.ledger_line(code))

    def test_a_guess_is_not_booked_on_before_it_is_accepted(self):
        """Fiken has no 4330: the account of its group is only a guess."""
        line = self.ledger_line("4330")
        self.assertEqual(line.fiken_code, "4300")
        self.assertTrue(line.is_guess and line.is_proposal)
        account = self.account("4330")
        self.assertEqual(self.vendor.ledger_id._code_of(account), "")
        with self.assertRaises(Gap) as gap:
            self.vendor._account_code(account)
        self.assertIn("4330", gap.exception.message)
        self.assertIn("only proposed to go to 4300", gap.exception.message)
        line.action_accept()
        self.assertEqual(self.vendor._account_code(account), "4300")

    def test_accepting_a_guess_releases_what_waited(self):
        account = self.account("3971")
        account.account_type = "income"
        move = self.invoice(self.line(account="3971"))
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        self.assertIn("only proposed", move.fiken_job_id.reason)
        self.vendor.ledger_id.action_accept_proposals()
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def test_a_guess_that_a_person_changes_is_used(self):
        line = self.ledger_line("4330")
        line.fiken_code = "4301"
        self.assertFalse(line.is_guess or line.is_proposal)
        self.assertEqual(self.vendor._account_code(self.account("4330")), "4301")

    def test_the_whole_chart_is_mapped_by_one_button(self):
        """But for VAT and bank accounts, which no document names."""
        ledger = self.vendor.ledger_id
        ledger.line_ids.unlink()
        ledger.action_propose()
        chart = (
            self.env["ir.model.data"]
            .sudo()
            .search(
                [
                    ("model", "=", "account.account"),
                    ("name", "=like", f"{self.company.id}\\_chart%"),
                ]
            )
        )
        accounts = self.env["account.account"].browse(chart.mapped("res_id"))
        self.assertEqual(len(accounts), 745)
        unmapped = accounts - ledger.line_ids.account_id
        codes = set(unmapped.with_company(self.company).mapped("code"))
        self.assertLessEqual(
            {code for code in codes if not code.startswith(("27", "19"))}, {"4900"}
        )
        self.assertFalse(ledger.line_ids.filtered("is_unknown"))

    def test_a_gap_names_code_and_name(self):
        """Whoever may not read Odoo's chart sees the code all the same."""
        self.ledger_line("3000").unlink()
        user = self.env["res.users"].create(
            {
                "name": "Siri",
                "login": "siri",
                "group_ids": [
                    Command.set(
                        self.env.ref("fiken_connector.group_fiken_user").ids
                        + self.env.ref("base.group_user").ids
                    )
                ],
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
            }
        )
        with self.assertRaises(Gap) as gap:
            self.vendor.with_user(user).sudo()._account_code(self.account("3000"))
        self.assertIn("3000 ", gap.exception.message)
        line = self.ledger_line("3010").with_user(user)
        self.assertEqual(line.account_code, "3010")
        self.assertTrue(line.source_name.startswith("3010 "))

    def test_codes_are_those_of_the_ledgers_company(self):
        line = self.ledger_line("3000")
        other = self.env["res.company"].create({"name": "Annen AS"})
        self.env.user.company_ids |= other
        self.assertEqual(line.with_company(other).account_code, "3000")

    def test_type_ahead_shows_code_and_name(self):
        found = self.env["fiken.account"].name_search("1920:1")
        self.assertEqual(
            [name for _id, name in found], ["1920:10001 Driftskonto 15031234562"]
        )
        found = self.env["fiken.account"].name_search(
            "salgsinntekt tjenester, avgiftspl"
        )
        self.assertEqual(
            [name for _id, name in found][:1],
            ["3020 Salgsinntekt tjenester, avgiftspliktig, høy sats"],
        )

    def test_a_line_can_be_made_by_type_ahead(self):
        ledger = self.vendor.ledger_id
        self.ledger_line("3000").unlink()
        account = self.books.account_ids.filtered(lambda one: one.code == "3010")
        line = self.env["fiken.ledger.line"].create(
            {
                "ledger_id": ledger.id,
                "account_id": self.account("3000").id,
                "fiken_account_id": account.id,
            }
        )
        self.assertEqual(line.fiken_code, "3010")
        self.assertEqual(line.fiken_account_id, account)

    def test_every_page_of_the_chart_is_read(self):
        self.books.account_ids.unlink()
        with self.as_cron():
            self.books.action_fetch_accounts()
        self.assertGreater(len(self.books.account_ids), 500)
        self.assertGreater(
            self.sandbox.count("GET", "/accounts"), 5, "A hundred a page"
        )

    def test_the_chart_is_read_every_night(self):
        self.books.account_ids.unlink()
        cron = self.env.ref("fiken_connector.ir_cron_fetch_accounts")
        with self.as_cron():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertGreater(len(self.books.account_ids), 500)


class TestImport(FikenCase):
    """A ledger as CSV, through Odoo's own import and export."""

    FIELDS = ["ledger_id", "account_id", "fiken_code"]

    def setUp(self):
        super().setUp()
        self.ledger = self.env["fiken.ledger"].create(
            {"name": "Kiosken", "company_id": self.company.id}
        )

    def load(self, *rows, names=None):
        return self.env["fiken.ledger.line"].load(
            names or self.FIELDS, [*map(list, rows)]
        )

    def assertRefused(self, pattern, *rows, names=None):
        with mute_logger("odoo.sql_db"):
            result = self.load(*rows, names=names)
        self.assertFalse(result["ids"])
        self.assertRegex(
            " ".join(one["message"] for one in result["messages"]), pattern
        )
        self.env.invalidate_all()
        self.assertFalse(self.ledger.line_ids, "Half saved")

    def test_accounts_by_code(self):
        result = self.load(("Kiosken", "3000", "3010"), ("Kiosken", "3020", "3020"))
        self.assertFalse(result["messages"])
        self.assertEqual(
            self.ledger.line_ids.mapped(lambda one: (one.account_code, one.fiken_code)),
            [("3000", "3010"), ("3020", "3020")],
        )

    def test_categories_and_payment_journals_by_name(self):
        self.env["product.category"].create({"name": "Drikke"})
        result = self.load(
            ("Kiosken", "Drikke", "", "3030", "4300"),
            ("Kiosken", "", "Bank", "1920:10001", ""),
            names=[
                "ledger_id",
                "category_id",
                "journal_id",
                "fiken_code",
                "purchase_code",
            ],
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.ledger.category_line_ids.purchase_code, "4300")
        self.assertEqual(self.ledger.means_line_ids.fiken_code, "1920:10001")

    def test_what_is_exported_can_be_imported(self):
        self.load(("Kiosken", "3000", "3010"), ("Kiosken", "3020", "3020"))
        names = ["ledger_id", "account_id", "fiken_code"]
        rows = self.ledger.line_ids.export_data(names)["datas"]
        self.ledger.line_ids.unlink()
        result = self.load(*rows, names=names)
        self.assertFalse(result["messages"])
        self.assertEqual(self.ledger.line_ids.mapped("fiken_code"), ["3010", "3020"])

    def test_a_whole_ledger_goes_over_by_account_codes(self):
        """Names of accounts are not unique, and not everybody sees codes in them."""
        source = self.vendor.ledger_id.account_line_ids
        rows = source.export_data(["account_code", "fiken_code"])["datas"]
        names = ["ledger_id", "account_code", "fiken_code"]
        result = self.load(*[["Kiosken", *row] for row in rows], names=names)
        self.assertFalse(result["messages"])
        lines = self.ledger.account_line_ids
        self.assertEqual(lines.account_id, source.account_id)
        self.assertEqual(
            dict(lines.mapped(lambda one: (one.account_code, one.fiken_code))),
            dict(source.mapped(lambda one: (one.account_code, one.fiken_code))),
        )

    def test_a_code_that_odoo_does_not_have(self):
        self.assertRefused(
            "no account 3997 in Odoo's chart",
            ("Kiosken", "3000", "3010"),
            ("Kiosken", "3997", "3010"),
            names=["ledger_id", "account_code", "fiken_code"],
        )

    def test_changing_by_import(self):
        """Exported with its id, a line is changed and no second one made."""
        self.load(("Kiosken", "3000", "3010"))
        names = ["id", "fiken_code"]
        [[key, _code]] = self.ledger.line_ids.export_data(names)["datas"]
        self.load((key, "3020"), names=names)
        self.assertEqual(self.ledger.line_ids.fiken_code, "3020")
        self.assertFalse(self.ledger.line_ids.is_proposal)

    def test_importing_the_same_code_confirms_nothing(self):
        ledger = self.vendor.ledger_id
        names = ["id", "fiken_code"]
        self.load(*ledger.line_ids.export_data(names)["datas"], names=names)
        self.assertTrue(all(ledger.line_ids.mapped("is_proposal")))
        self.assertTrue(ledger.line_ids.filtered("awaits_confirmation"))

    def test_a_wrong_code(self):
        self.assertRefused(
            r"30100, mapped from 3020 .*four digits",
            ("Kiosken", "3000", "3010"),
            ("Kiosken", "3020", "30100"),
        )

    def test_a_code_that_fiken_dropped(self):
        """It is taken, as the books were once so, and shown red until it is mended."""
        self.books.account_ids.filtered(lambda one: one.code == "3010").active = False
        self.env["fiken.company"]._forget_routes()
        self.load(("Kiosken", "3000", "3010"))
        self.assertTrue(self.ledger.line_ids.is_unknown)
        self.assertEqual(self.ledger.line_ids.fiken_code, "3010")

    def test_an_account_that_odoo_does_not_have(self):
        self.assertRefused(
            "No matching record found.*3997",
            ("Kiosken", "3000", "3010"),
            ("Kiosken", "3997", "3010"),
        )

    def test_two_lines_for_one_account(self):
        self.assertRefused(
            "already has a line for this account",
            ("Kiosken", "3000", "3010"),
            ("Kiosken", "3000", "3020"),
        )

    def test_no_source_or_two(self):
        self.env["product.category"].create({"name": "Drikke"})
        names = ["ledger_id", "account_id", "category_id", "fiken_code"]
        for row in (("Kiosken", "3000", "Drikke", "3010"), ("Kiosken", "", "", "3010")):
            with self.subTest(row):
                self.assertRefused("maps one thing", row, names=names)

    def test_a_line_of_another_company(self):
        other = self.env["res.company"].create(
            {"name": "Annen AS", "country_id": self.norway.id}
        )
        self.env.user.company_ids |= other
        account = (
            self.env["account.account"]
            .with_company(other)
            .create({"name": "Salg", "code": "3000", "account_type": "income"})
        )
        before = len(self.vendor.ledger_id.line_ids)
        with refused(self, "company inconsistencies"):
            self.ledger.line_ids.create(
                {
                    "ledger_id": self.ledger.id,
                    "account_id": account.id,
                    "fiken_code": "3000",
                }
            )
        foreign = self.env["fiken.ledger"]._default_of(other)
        line = self.vendor.ledger_id.account_line_ids[0]
        with refused(self, "company inconsistencies"):
            line.copy({"ledger_id": foreign.id})
        self.assertFalse(foreign.line_ids)
        self.assertEqual(len(self.vendor.ledger_id.line_ids), before)


class TestVatMap(FikenCase):
    """VAT types come from the SAF-T code, never from the rate."""

    SALES = {
        "3": "HIGH",
        "31": "MEDIUM",
        "32": "RAW_FISH",
        "33": "LOW",
        "5": "EXEMPT",
        "51": "EXEMPT_REVERSE",
        "52": "EXEMPT_IMPORT_EXPORT",
        "6": "OUTSIDE",
        "7": "NONE",
    }
    PURCHASES = {
        "0": "NONE",
        "1": "HIGH",
        "11": "MEDIUM",
        "12": "RAW_FISH",
        "13": "LOW",
        "14": "HIGH_DIRECT",
        "15": "MEDIUM_DIRECT",
        "86": "HIGH_FOREIGN_SERVICE_DEDUCTIBLE",
        "87": "HIGH_FOREIGN_SERVICE_NONDEDUCTIBLE",
        "88": "LOW_FOREIGN_SERVICE_DEDUCTIBLE",
        "89": "LOW_FOREIGN_SERVICE_NONDEDUCTIBLE",
        "91": "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_DEDUCTIBLE",
        "92": "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_NONDEDUCTIBLE",
    }
    REFUSED = ("20", "21", "22", "81", "82", "83", "84", "85")

    def test_all_taxes_of_the_chart_have_a_type_or_a_reason(self):
        taxes = self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("l10n_no_standard_code", "!=", False),
            ]
        )
        self.assertGreaterEqual(len(taxes), 30)
        for tax in taxes:
            code = tax.l10n_no_standard_code
            table = self.SALES if tax.type_tax_use == "sale" else self.PURCHASES
            with self.subTest(code):
                if code in self.REFUSED:
                    self.assertFalse(tax.fiken_vat_type)
                    with self.assertRaises(Gap) as gap:
                        tax._fiken_type("purchase")
                    self.assertIn(code, gap.exception.message)
                    self.assertIn(tax.display_name, gap.exception.message)
                else:
                    self.assertEqual(tax.fiken_vat_type, table[code])

    def test_the_reason_tells_which_shape(self):
        said = lambda code: self.tax(code, "purchase")._fiken_type_gap()  # noqa: E731
        self.assertIn("books the base alone", said("21"))
        self.assertIn("no VAT type", said("81"))

    def test_a_type_that_computes_otherwise_is_refused_also_when_chosen(self):
        """Odoo's 25 % on top can never be Fiken's basis or VAT alone."""
        tax = self.tax("21", "purchase")
        for vat_type in ("HIGH_BASIS", "HIGH_DIRECT"):
            tax.fiken_vat_type = vat_type
            with refused(self, "computes .* otherwise", Gap):
                tax._fiken_type("purchase")
        for code, vat_type in (("20", "NONE_IMPORT_BASIS"), ("81", "HIGH_BASIS")):
            tax = self.tax(code, "purchase")
            tax.fiken_vat_type = vat_type
            self.assertEqual(tax._fiken_type("purchase"), vat_type)

    def test_a_type_of_the_other_side_is_refused_at_once(self):
        with refused(self, "OUTSIDE on purchases", ValidationError):
            self.tax("1", "purchase").fiken_vat_type = "OUTSIDE"
        with refused(self, "HIGH_BASIS on sales", ValidationError):
            self.tax("3").fiken_vat_type = "HIGH_BASIS"
        self.tax("3").fiken_vat_type = "EXEMPT"

    def test_pairs_of_account_and_type(self):
        usual = vat.is_usual_pair
        self.assertTrue(usual("3000", "HIGH"))
        self.assertTrue(usual("3100:10001", "EXEMPT"))
        self.assertFalse(usual("3000", "EXEMPT"))
        self.assertFalse(usual("3200", "HIGH"))
        self.assertTrue(usual("3900", "HIGH"), "No rule names it")
        self.assertTrue(usual("3000", "EXEMPT_REVERSE"), "Not in Fiken's table")

    def test_codes_of_other_scripts_are_none(self):
        for code in ("٣٠٠٠", "3000\n", "3000:١٠٠٠١"):
            with self.subTest(code):
                self.assertFalse(vat.is_account_code(code))
