"""The lines of what suppliers make: accounts, VAT types, projects (fiken-api.md §6.1).

Amounts in øre; of a document in another currency, in 1/100 of that, with Odoo's øre
beside them.
"""

from dataclasses import replace

from odoo import api, models

from ...figures.amounts import Line, split
from ...figures.deduction import without_vat
from ...fiken_api import vat
from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview
from .fiken_purchase_deduction import PRIVATE, PRIVATE_TOTAL

REFUND = "in_refund"


class PurchaseLines(models.AbstractModel):
    """How a bill, a refund or a receipt becomes the lines of a purchase."""

    _name = "fiken.purchase.lines"
    _inherit = "fiken.purchase.deduction"
    _description = "Lines of a Fiken Purchase"

    _side = "purchase"

    @api.model
    def _sign(self, move):
        """A refund goes with negative amounts, as its journal items have them."""
        return 1

    @api.model
    def _lines(self, job, move):
        """The bill as :class:`Line`s, each of Odoo's lines with its own projects."""
        lines = []
        discounts = self._discounts(move)
        base_lines = list(self._base_lines(move))
        deductions = self._deductions(move, base_lines)
        private = []
        for base_line, net, tax, taxes in base_lines:
            aml = base_line["record"]
            if not net and not tax and aml.id not in discounts:
                continue
            if aml.display_type == PRIVATE_TOTAL:
                continue
            line = self._line(job, base_line, net, tax, taxes)
            if aml.display_type == PRIVATE:
                self._check_private(move)
                private.append((line, base_line))
            own = self._as_deducted(job, line, deductions.get(aml.id))
            if aml.id in discounts:
                own = self._with_discount(job, move, own, discounts[aml.id])
            shares = self._shares(job, self._line_of_private(aml))
            for one in own:
                self._check_foreign(move, one)
                lines += split(one, shares)
        lines += self._private_lines(job, move, private)
        return [-line for line in lines] if move.move_type == REFUND else lines

    @api.model
    def _line(self, job, base_line, net, tax, taxes):
        aml = base_line["record"]
        line = Line(
            account=self._account_code(job, base_line),
            vat_type=self._vat_type(job, aml, taxes, tax),
            text=self._line_name(aml),
            source=aml.account_id.id,
            **self._amounts(base_line, net, tax),
        )
        if vat.self_assessed(line.vat_type):
            # Odoo takes back of a private part only what it deducted of it.
            line.vat = line.vat_currency = 0
        return line

    @api.model
    def _as_deducted(self, job, line, deduction):
        """The lines of one of Odoo's: Fiken deducts all VAT of a line, or none.

        :param deduction: of VAT that is not deducted in full, as ``_deductions`` says
        """
        if line.vat_type == "OUTSIDE":
            # VAT that the company cannot deduct is part of what it bought.
            return [replace(without_vat(line), vat_type="OUTSIDE")]
        if line.vat_type in vat.VAT_ONLY_TYPES:
            # Import VAT: Fiken's line is the VAT alone, its base one of its own.
            base = replace(line, vat_type="NONE", vat=0, vat_currency=0)
            return [base, replace(line, net=0, net_currency=0)] if base else [line]
        if deduction is None:
            return [line]
        return self._parts_of(job, line, deduction)

    @api.model
    def _account_code(self, job, base_line):
        return job.vendor_id._bill_code(
            base_line["account_id"],
            self._product_of(base_line),
            base_line["record"].move_id.fiscal_position_id,
        )

    @api.model
    def _check_negative(self, fiken_company, lines, move):
        """A whole refund is the vendor's choice, a negative line that of the books."""
        if sum(line.gross for line in lines) < 0:
            return None
        return super()._check_negative(fiken_company, lines, move)

    @api.model
    def _vat_type(self, job, aml, taxes, tax_ore):
        if not job.fiken_company_id._is_vat_registered():
            return "OUTSIDE"
        return super()._vat_type(job, aml, taxes, tax_ore)

    @api.model
    def _type_without_tax(self, vendor):
        """Purchases have one type without VAT, where sales have five (§7)."""
        return "NONE"

    # Other currencies

    @api.model
    def _check_foreign(self, move, line):
        """Fiken books no Norwegian VAT in another currency (fiken-api.md §6.1)."""
        if self._is_foreign(move) and vat.charges_vat(line.vat_type):
            raise NeedsReview(
                _lt(
                    "%(name)s is in %(currency)s and has Norwegian VAT (%(line)s);"
                    " Fiken takes such a purchase in NOK only. Enter the bill in NOK.",
                    name=move.name,
                    currency=move.currency_id.name,
                    line=line.text,
                )
            )

    # Projects

    @api.model
    def _shares(self, job, aml):
        """{Fiken's project id: per cent of the line}; what names none is the default's.

        :raise WaitsFor: a project is not in Fiken yet
        """
        vendor = job.vendor_id
        if not vendor.projects_enabled or aml.display_type != "product":
            return {"": 100}
        projects = self.env["fiken.resource.project"]
        return {
            projects._bound_id(job.fiken_company_id, account, vendor)
            if account
            else "": percent
            for account, percent in vendor._project_shares(aml).items()
        }
