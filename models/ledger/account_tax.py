from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...fiken_api import vat
from ..connection.sentence import _lt
from ..outbox.exceptions import MissingSetting


class AccountTax(models.Model):
    """Which of Fiken's VAT types a tax is."""

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

    @api.constrains("fiken_vat_type", "type_tax_use")
    def _check_fiken_vat_type(self):
        for tax in self.filtered("fiken_vat_type"):
            if tax.fiken_vat_type not in TYPES_OF_USE.get(tax.type_tax_use, ()):
                uses = dict(
                    self._fields["type_tax_use"]._description_selection(self.env)
                )
                raise ValidationError(
                    self.env._(
                        "Fiken does not take the VAT type %(type)s on %(use)s. Choose"
                        " another one for the tax %(tax)s.",
                        type=tax.fiken_vat_type,
                        use=uses[tax.type_tax_use].lower(),
                        tax=tax.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        taxes = super().create(vals_list)
        self.env["fiken.ledger"]._note_unmapped(taxes)
        return taxes

    def _fiken_release(self):
        result = super()._fiken_release()
        self.env["fiken.ledger"]._look_at_told_gaps()
        return result

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

        :raise MissingSetting: the tax has none, or one that Fiken has not on that side
        """
        self.ensure_one()
        if not self.fiken_vat_type:
            raise MissingSetting(self._fiken_type_gap(), self)
        if self.fiken_vat_type not in TYPES_OF_USE[side]:
            raise MissingSetting(
                _lt(
                    "The tax %(tax)s has the Fiken VAT type %(type)s, which Fiken does"
                    " not take on this kind of document.",
                    tax=self.display_name,
                    type=self.fiken_vat_type,
                ),
                self,
            )
        gap = self._fiken_effect_gap(side)
        if gap:
            raise MissingSetting(gap, self)
        return self.fiken_vat_type

    def _fiken_cure(self, job):
        """The one choice that is missing; Odoo's form has it among many."""
        cure = super()._fiken_cure(job)
        if self.sudo().fiken_vat_type:
            return cure
        view = self.env.ref("fiken_connector.fiken_tax_view_form")
        return cure._replace(
            words=self.env._("Choose the VAT Type and Send"),
            action={**cure.action, "views": [(view.id, "form")]},
        )

    def _fiken_problem(self):
        """Why lines with this tax cannot go to Fiken, or ''."""
        if self.amount_type == "group":
            return self._fiken_group_problem()
        try:
            self._fiken_type(self.type_tax_use)
        except MissingSetting as gap:
            return gap.message
        return ""

    def _fiken_group_problem(self):
        """A group is its taxes, and Fiken takes one VAT type a line."""
        children = self.sudo().children_tax_ids
        if len(children) == 1:
            return children._fiken_problem()
        return _lt(
            "The tax %(tax)s is a group of several taxes (%(taxes)s). Fiken takes one"
            " VAT type a line: use one of them.",
            tax=self.display_name,
            taxes=", ".join(children.mapped("name")),
        )

    def _fiken_type_gap(self):
        """Why this tax has no Fiken VAT type, and what to do."""
        code = (self.l10n_no_standard_code or "").strip()
        if code in vat.CODES_OF_BASIS:
            return _lt(
                "With the tax %(tax)s (SAF-T code %(code)s) the total in Odoo grows by"
                " the VAT; Fiken books the base alone, so the totals would differ. Book"
                " the basis of import VAT in Fiken.",
                tax=self.display_name,
                code=code,
            )
        if code in vat.CODES_WITHOUT_TYPE:
            return _lt(
                "Fiken has no VAT type for the SAF-T code %(code)s of the tax %(tax)s."
                " Your accountant chooses one on the tax, or books it in Fiken.",
                code=code,
                tax=self.display_name,
            )
        return _lt(
            "The tax %(tax)s has no Fiken VAT type. Choose it on the tax.",
            tax=self.display_name,
        )


# What Fiken takes of each kind of tax; a tax of neither kind is on no line.
TYPES_OF_USE = {"sale": vat.SALE_TYPES, "purchase": vat.PURCHASE_TYPES}
