"""Choosing the Fiken company that keeps an Odoo company's books."""

from ..common import SLUG, SLUG_NO_API, SLUG_NO_VAT
from .connecting import ConnectCase


class TestChoose(ConnectCase):
    """Which Fiken company keeps which Odoo company's books."""

    def setUp(self):
        super().setUp()
        self.connect()

    def new_company(self, name="Kaffe Nord AS"):
        company = (
            self.env["res.company"]
            .sudo()
            .create(
                {
                    "name": name,
                    "country_id": self.env.ref("base.no").id,
                    "currency_id": self.env.ref("base.NOK").id,
                }
            )
        )
        self.manager.company_ids |= company
        self.ticked |= company
        return company

    def test_company_with_our_organisation_number_is_proposed(self):
        action = self.press(self.connection, "action_choose_company")
        wizard = self.env["fiken.connect"].sudo().browse(action["res_id"])
        self.assertEqual(len(wizard.line_ids), 3)
        self.assertEqual(wizard.choice_id.slug, SLUG)
        self.assertFalse(wizard.organization_differs)

    def test_another_organisation_number_is_confirmed(self):
        said = self.choose(SLUG_NO_VAT)
        self.assertIn("923456783", said)
        self.assertIn("987654317", said)
        self.assertFalse(self.books())
        said = self.message(self.choose(SLUG_NO_VAT, confirm_organization=True))
        self.assertIn("not the organisation number of", said)
        self.assertIn("VAT term: Not registered", said)
        self.assertFalse(self.books()._is_vat_registered())

    def test_company_without_number_in_odoo_is_confirmed(self):
        self.company.partner_id.company_registry = False
        self.assertIn("Tick the box", self.choose())

    def test_currency_is_not_nok(self):
        company = self.new_company()
        company.currency_id = self.env.ref("base.EUR")
        said = self.choose(company=company, confirm_organization=True)
        self.assertIn("EUR", said)
        settings = self.env["res.config.settings"].sudo()
        self.assertFalse(settings.new({"company_id": company.id}).fiken_currency_is_nok)
        self.assertTrue(
            settings.new({"company_id": self.company.id}).fiken_currency_is_nok
        )

    def test_company_that_the_manager_does_not_work_in(self):
        other = self.new_company()
        self.ticked = self.company
        said = self.choose(company=other, confirm_organization=True)
        self.assertIn("You do not work in Kaffe Nord AS", said)

    def test_api_module_is_missing(self):
        said = self.choose(SLUG_NO_API, confirm_organization=True)
        self.assertIn("has not ordered Fiken's API module", said)
        self.assertIn("Tilleggstjenester", said)
        self.assertFalse(self.books())

    def test_fiken_company_keeps_one_company_only(self):
        self.choose()
        other = self.new_company()
        said = self.choose(company=other, confirm_organization=True)
        self.assertIn("Demo Kaffe AS already keeps the books of", said)
        self.assertFalse(self.books(other))

    def test_one_connection_serves_several_companies(self):
        self.choose()
        other = self.new_company()
        self.choose(SLUG_NO_VAT, company=other, confirm_organization=True)
        self.assertEqual(self.books(other).slug, SLUG_NO_VAT)
        self.assertEqual(
            self.connection.fiken_company_ids, self.books() | self.books(other)
        )
        self.assertNotEqual(
            self.books().default_vendor_id, self.books(other).default_vendor_id
        )

    def test_choosing_again_changes_nothing(self):
        self.choose()
        books, vendor = self.books(), self.books().default_vendor_id
        lines = vendor.ledger_id.line_ids
        changed = lines[0]
        changed.fiken_code = "3999"
        self.choose()
        self.assertEqual(self.books(), books)
        self.assertEqual(books.default_vendor_id, vendor)
        self.assertEqual(len(vendor.ledger_id.line_ids), len(lines))
        self.assertEqual(changed.fiken_code, "3999")

    def test_change_of_mind_before_anything_was_sent(self):
        self.choose()
        books, vendor = self.books(), self.books().default_vendor_id
        books.invoice_series_started = True
        self.choose(SLUG_NO_VAT, confirm_organization=True)
        self.assertEqual(books.slug, SLUG_NO_VAT)
        self.assertEqual(books.default_vendor_id, vendor)
        self.assertFalse(books.invoice_series_started)

    def test_no_change_once_documents_are_there(self):
        self.choose()
        self.env["fiken.binding"].sudo().create(
            {
                "fiken_company_id": self.books().id,
                "company_id": self.company.id,
                "resource": "sale",
                "res_model": "account.move",
                "res_id": 1,
                "remote_id": "14463888105",
            }
        )
        said = self.choose(SLUG_NO_VAT, confirm_organization=True)
        self.assertIn("already has documents", said)
        self.assertEqual(self.books().slug, SLUG)
