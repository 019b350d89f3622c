"""Which VAT type of Fiken's a tax of Odoo's is."""

from odoo.exceptions import ValidationError

from ...fiken_api import vat
from ...models.outbox.exceptions import MissingSetting
from ..common import FikenCase
from .common import refused


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
                    with self.assertRaises(MissingSetting) as gap:
                        tax._fiken_type("purchase")
                    self.assertIn(code, str(gap.exception.message))
                    self.assertIn(tax.display_name, str(gap.exception.message))
                else:
                    self.assertEqual(tax.fiken_vat_type, table[code])

    def test_the_reason_tells_which_shape(self):
        said = lambda code: str(self.tax(code, "purchase")._fiken_type_gap())  # noqa: E731
        self.assertIn("books the base alone", said("21"))
        self.assertIn("no VAT type", said("81"))

    def test_a_type_that_computes_otherwise_is_refused_also_when_chosen(self):
        """Odoo's 25 % on top can never be Fiken's basis or VAT alone."""
        tax = self.tax("21", "purchase")
        for vat_type in ("HIGH_BASIS", "HIGH_DIRECT"):
            tax.fiken_vat_type = vat_type
            with refused(self, "computes .* otherwise", MissingSetting):
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
