"""A mapping is exported, changed and imported as a list."""

from odoo.tools import mute_logger

from ..common import FikenCase
from .common import refused


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
        self.fiken_company.account_ids.filtered(
            lambda one: one.code == "3010"
        ).active = False
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
        with refused(self, "belongs to another company"):
            self.ledger.line_ids.create(
                {
                    "ledger_id": self.ledger.id,
                    "account_id": account.id,
                    "fiken_code": "3000",
                }
            )
        foreign = self.env["fiken.ledger"]._default_of(other)
        line = self.vendor.ledger_id.account_line_ids[0]
        with refused(self, "belongs to another company"):
            line.copy({"ledger_id": foreign.id})
        self.assertFalse(foreign.line_ids)
        self.assertEqual(len(self.vendor.ledger_id.line_ids), before)
