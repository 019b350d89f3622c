from odoo import api, fields, models

from odoo.addons.fiken_connector.fiken_api import vat
from odoo.addons.fiken_connector.resources.base import Gap


class AccountTax(models.Model):
    _name = "account.tax"
    _inherit = ["account.tax", "fiken.setting.mixin"]

    fiken_vat_type = fields.Selection(
        "_selection_fiken_vat_type",
        "Fiken VAT Type",
        compute="_compute_fiken_vat_type",
        store=True,
        readonly=False,
        help="Proposed from the SAF-T code of the tax, never from its rate: Fiken tells"
        " apart five kinds of zero.",
    )

    @api.model
    def _selection_fiken_vat_type(self):
        labels = {
            "NONE": self.env._("No VAT treatment"),
            "HIGH": self.env._("High rate, 25 %"),
            "MEDIUM": self.env._("Medium rate, 15 %"),
            "RAW_FISH": self.env._("Raw fish, 11.11 %"),
            "LOW": self.env._("Low rate, 12 %"),
            "EXEMPT": self.env._("Zero rate, domestic"),
            "EXEMPT_IMPORT_EXPORT": self.env._("Zero rate, export"),
            "EXEMPT_REVERSE": self.env._("Zero rate, domestic reverse charge"),
            "OUTSIDE": self.env._("Outside the VAT act"),
            "HIGH_DIRECT": self.env._("VAT amount only, high rate"),
            "MEDIUM_DIRECT": self.env._("VAT amount only, medium rate"),
            "HIGH_BASIS": self.env._("Import basis, high rate"),
            "MEDIUM_BASIS": self.env._("Import basis, medium rate"),
            "NONE_IMPORT_BASIS": self.env._("Import basis, zero rate"),
            "HIGH_FOREIGN_SERVICE_DEDUCTIBLE": self.env._(
                "Service from abroad, high rate, deductible"
            ),
            "HIGH_FOREIGN_SERVICE_NONDEDUCTIBLE": self.env._(
                "Service from abroad, high rate, not deductible"
            ),
            "LOW_FOREIGN_SERVICE_DEDUCTIBLE": self.env._(
                "Service from abroad, low rate, deductible"
            ),
            "LOW_FOREIGN_SERVICE_NONDEDUCTIBLE": self.env._(
                "Service from abroad, low rate, not deductible"
            ),
            "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_DEDUCTIBLE": self.env._(
                "Emission quotas or gold, deductible"
            ),
            "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_NONDEDUCTIBLE": self.env._(
                "Emission quotas or gold, not deductible"
            ),
        }
        return [(name, f"{name} – {label}") for name, label in labels.items()]

    @api.depends("l10n_no_standard_code", "type_tax_use")
    def _compute_fiken_vat_type(self):
        types = {
            "sale": vat.SALE_TYPE_OF_CODE,
            "purchase": vat.PURCHASE_TYPE_OF_CODE,
        }
        for tax in self:
            code = (tax.l10n_no_standard_code or "").strip()
            tax.fiken_vat_type = types.get(tax.type_tax_use, {}).get(code, False)

    def _fiken_type(self, side):
        """Fiken's VAT type of this one tax on ``sale`` or ``purchase`` lines.

        :raise Gap: the tax has none, or one that Fiken has not on that side
        """
        self.ensure_one()
        allowed = vat.SALE_TYPES if side == "sale" else vat.PURCHASE_TYPES
        if not self.fiken_vat_type:
            raise Gap(
                self.env._(
                    "The tax %(tax)s has no Fiken VAT type. Choose it on the tax.",
                    tax=self.display_name,
                ),
                self,
            )
        if self.fiken_vat_type not in allowed:
            raise Gap(
                self.env._(
                    "The tax %(tax)s has the Fiken VAT type %(type)s, which Fiken does"
                    " not take on this kind of document.",
                    tax=self.display_name,
                    type=self.fiken_vat_type,
                ),
                self,
            )
        return self.fiken_vat_type
