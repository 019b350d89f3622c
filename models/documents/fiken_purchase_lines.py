"""The lines of what suppliers make: accounts, VAT types, projects (fiken-api.md §6.1).

Amounts in øre; of a document in another currency, in 1/100 of that, with Odoo's øre
beside them.
"""

from dataclasses import replace

from odoo import api, models

from ...figures.amounts import Line, split
from ...fiken_api import vat
from ..outbox.fiken_resource import NeedsReview

# Odoo keeps per cents with two decimals.
ROUNDED = 0.005
REFUND = "in_refund"


class PurchaseLines(models.AbstractModel):
    """How a bill, a refund or a receipt becomes the lines of a purchase."""

    _name = "fiken.purchase.lines"
    _inherit = "fiken.document.lines"
    _description = "Lines of a Fiken Purchase"

    _side = "purchase"

    @api.model
    def _lines(self, job, move):
        """The bill as :class:`Line`s, checked against Odoo's own totals."""
        lines = []
        sign = -1 if move.move_type == REFUND else 1
        is_foreign = self._is_foreign(move)
        for base_line, net, tax, taxes in self._base_lines(move):
            if not net and not tax:
                continue
            line = self._line(job, base_line, net, tax, taxes)
            if is_foreign:
                self._check_foreign(move, line, base_line)
                line.net_currency = net + tax
                line.net, line.vat = self._in_nok(base_line, net, tax), 0
            line = line if sign > 0 else -line
            for part in self._without_base(line):
                lines += split(part, self._shares(job, base_line["record"]))
        self._check_totals(move, lines)
        return lines

    @api.model
    def _line(self, job, base_line, net, tax, taxes):
        aml = base_line["record"]
        vat_type = self._vat_type(job, aml, taxes, tax)
        if vat_type == "OUTSIDE":
            # VAT that the company cannot deduct is part of what it bought.
            net, tax = net + tax, 0
        return Line(
            account=self._account_code(job, base_line),
            vat_type=vat_type,
            net=net,
            vat=tax,
            text=self._line_name(aml),
        )

    @api.model
    def _without_base(self, line):
        """Import VAT: Fiken's line is the VAT alone, so its base is one of its own."""
        if line.vat_type not in vat.VAT_ONLY_TYPES:
            return [line]
        base = replace(line, vat_type="NONE", vat=0)
        return [base, replace(line, net=0)] if line.net else [line]

    @api.model
    def _account_code(self, job, base_line):
        return job.vendor_id._bill_code(
            base_line["account_id"],
            self._product_of(base_line),
            base_line["record"].move_id.fiscal_position_id,
        )

    @api.model
    def _check_totals(self, move, lines):
        """A refund goes with negative amounts."""
        if move.move_type == REFUND:
            lines = [-line for line in lines]
        return super()._check_totals(move, lines)

    @api.model
    def _check_negative(self, fiken_company, lines):
        """A whole refund is the vendor's choice, a negative line that of the books."""
        if sum(line.gross for line in lines) < 0:
            return None
        return super()._check_negative(fiken_company, lines)

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
    def _check_foreign(self, move, line, base_line):
        """Fiken books no Norwegian VAT in another currency (fiken-api.md §6.1)."""
        if vat.charges_vat(line.vat_type):
            raise NeedsReview(
                self.env._(
                    "%(name)s is in %(currency)s and has Norwegian VAT (%(line)s);"
                    " Fiken takes such a purchase in NOK only. Enter the bill in NOK.",
                    name=move.name,
                    currency=move.currency_id.name,
                    line=self._line_name(base_line["record"]),
                )
            )

    @api.model
    def _in_nok(self, base_line, net, tax):
        """Odoo's own øre of a line, net and tax: its rate is the one that counts."""
        amounts = self._amounts(base_line, net, tax)
        return amounts["net"] + amounts["vat"]

    # Projects

    @api.model
    def _shares(self, job, aml):
        """{Fiken's project id: per cent of the line}; what names none is the default's.

        :raise WaitsFor: a project is not in Fiken yet
        """
        vendor = job.vendor_id
        if not vendor.projects_enabled or aml.display_type != "product":
            return {"": 100}
        percents = {}
        for key, percent in (aml.analytic_distribution or {}).items():
            for account in vendor._projects_of_key(key):
                percents[account] = percents.get(account, 0) + percent
        rest = 100 - sum(percents.values())
        if abs(rest) <= ROUNDED * len(percents):
            # Seven sevenths are 100.03 in Odoo: the last one takes what is left.
            rest = 0
        if rest < 0:
            raise NeedsReview(
                self.env._(
                    "The projects of %(line)s add up to more than 100 %%.",
                    line=self._line_name(aml),
                )
            )
        if rest:
            default = vendor.default_project_id
            percents[default] = percents.get(default, 0) + rest
        projects = self.env["fiken.resource.project"]
        return {
            projects._bound_id(job.fiken_company_id, account, vendor)
            if account
            else "": percent
            for account, percent in percents.items()
        }
