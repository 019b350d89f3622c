"""What sales documents have in common: their lines as Fiken accounts and VAT types."""

from odoo import api, models

from odoo.addons.fiken_connector.fiken_api import kid, money

from .amounts import Line, grouped, settle_vat
from .base import Gap, Nothing, Stop

TEXT_LIMIT = 200


class DocumentResource(models.AbstractModel):
    """An invoice of Odoo on its way to Fiken, whoever issues it."""

    _name = "fiken.resource.document"
    _inherit = "fiken.resource"
    _description = "Fiken Document"

    _record_model = "account.move"
    _priority = 50
    _is_told = True

    # Checks

    @api.model
    def _check(self, job, move):
        """What holds for every document before its figures are looked at."""
        fiken_company, vendor = job.fiken_company_id, job.vendor_id
        if move.state != "posted":
            raise Nothing(self.env._("It is no longer posted in Odoo."))
        if not vendor._is_active_on(self._date(move)):
            raise Nothing(
                self.env._(
                    "It is dated %(date)s, before %(vendor)s was enabled for Fiken"
                    " (%(since)s).",
                    date=self._date(move),
                    vendor=vendor.name,
                    since=vendor.enabled_since or "-",
                )
            )
        if move.company_currency_id.name != "NOK":
            raise Stop(
                self.env._(
                    "Fiken keeps its books in NOK, but %(company)s keeps them in"
                    " %(currency)s.",
                    company=move.company_id.name,
                    currency=move.company_currency_id.name,
                )
            )
        if move.currency_id != move.company_currency_id:
            raise Stop(
                self.env._(
                    "It is in %(currency)s. Only documents in NOK are sent so far.",
                    currency=move.currency_id.name,
                )
            )
        start = fiken_company.accounting_start_date
        if start and self._date(move) < start:
            raise Stop(
                self.env._(
                    "It is dated %(date)s, before the books in Fiken start (%(start)s).",
                    date=self._date(move),
                    start=start,
                )
            )

    @api.model
    def _check_not_booked(self, job, move, resource):
        """A document is booked once, whatever happens to it in Odoo afterwards."""
        booked = self.env[f"fiken.resource.{resource}"]._binding(
            job.fiken_company_id, move
        )
        if booked:
            raise Nothing(
                self.env._(
                    "It is booked in Fiken already (%(number)s).",
                    number=booked.display_name,
                )
            )

    @api.model
    def _date(self, move):
        return move.invoice_date or move.date

    # Lines

    @api.model
    def _base_lines(self, move):
        """Odoo's own rounded figures, one entry per line that carries an amount.

        Odoo's helper and not a sum of subtotals: a chart that rounds tax globally
        spreads the øre over the lines there. Cost of goods is no part of it.
        """
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        for base_line in base_lines:
            details = base_line["tax_details"]
            net = details["total_excluded_currency"]
            net += details["delta_total_excluded_currency"]
            taxes = details["taxes_data"]
            tax = sum(data["tax_amount_currency"] for data in taxes)
            yield (
                base_line,
                money.to_ore(net),
                money.to_ore(tax),
                self.env["account.tax"].union(*(data["tax"] for data in taxes)),
            )

    @api.model
    def _lines(self, job, move):
        """The document as :class:`Line`s, checked against Odoo's own totals."""
        lines = []
        for base_line, net, tax, taxes in self._base_lines(move):
            aml = base_line["record"]
            if not net and not tax:
                continue
            lines.append(
                Line(
                    account=job.vendor_id._account_code(base_line["account_id"]),
                    vat_type=self._vat_type(job, aml, taxes, tax),
                    net=net,
                    vat=tax,
                    text=self._shortened(aml.name or aml.account_id.name, TEXT_LIMIT),
                )
            )
        if not lines:
            raise Nothing(
                self.env._("There is nothing to book: every amount on it is zero.")
            )
        self._check_total(
            money.to_ore(move.amount_total_signed), sum(line.gross for line in lines)
        )
        return lines

    @api.model
    def _check_total(self, odoo, computed):
        if odoo != computed:
            raise Stop(
                self.env._(
                    "The figures do not add up, so nothing was sent. Odoo's total:"
                    " %(odoo)s. Fiken's: %(fiken)s.",
                    odoo=money.kroner(odoo),
                    fiken=money.kroner(computed),
                )
            )

    @api.model
    def _vat_type(self, job, aml, taxes, tax_ore):
        """The one VAT type of a line; five different zero taxes are told apart."""
        fiken_company = job.fiken_company_id
        if not fiken_company._is_vat_registered():
            if tax_ore:
                raise Stop(
                    self.env._(
                        "%(line)s has VAT, but %(company)s is not registered for VAT in"
                        " Fiken. Remove the tax, or register the company in Fiken and"
                        " press Test connection.",
                        line=aml.name,
                        company=fiken_company.name,
                    )
                )
            return "OUTSIDE"
        if not taxes:
            return job.vendor_id._type_without_tax()
        if len(taxes) > 1:
            raise Stop(
                self.env._(
                    "%(line)s has several taxes (%(taxes)s). Fiken takes one VAT type a"
                    " line: split the line.",
                    line=aml.name,
                    taxes=", ".join(taxes.mapped("name")),
                )
            )
        return taxes._fiken_type("sale")

    @api.model
    def _posted_lines(self, job, move):
        """The lines that are posted in Fiken, with the rounding account's, and a note.

        A company that rounds per line sends its lines one by one, since then Fiken's
        arithmetic meets Odoo's; one that rounds globally sends a sum per account and
        VAT type, as negative lines do, which Fiken may refuse.
        """
        fiken_company = job.fiken_company_id
        lines = self._lines(job, move)
        total = sum(line.gross for line in lines)
        per_line = move.company_id.tax_calculation_rounding_method == "round_per_line"
        if not per_line or any(line.gross < 0 for line in lines):
            lines = [line for line in grouped(lines) if line.net or line.vat]
        self._check_negative(fiken_company, lines)
        lines, residues = settle_vat(lines, fiken_company.vat_tolerance_ore)
        self._check_cap(fiken_company, residues)
        lines += self._residue_lines(job, residues)
        self._check_total(total, sum(line.gross for line in lines))
        return lines, self._residue_note(job, residues)

    @api.model
    def _residue_lines(self, job, residues):
        return [
            Line(
                account=job.vendor_id.ledger_id.rounding_code,
                vat_type=self._type_of_rounding(job.fiken_company_id),
                net=residue.difference,
                vat=0,
                text=self.env._("Rounding of VAT, %(type)s", type=residue.vat_type),
            )
            for residue in residues
        ]

    @api.model
    def _residue_note(self, job, residues):
        return " ".join(
            self.env._(
                "VAT %(type)s: Odoo %(odoo)s, Fiken %(fiken)s; the difference is on"
                " %(account)s.",
                type=residue.vat_type,
                odoo=money.kroner(residue.odoo_vat),
                fiken=money.kroner(residue.fiken_vat),
                account=job.vendor_id.ledger_id.rounding_code,
            )
            for residue in residues
        )

    @api.model
    def _type_of_rounding(self, fiken_company):
        return "NONE" if fiken_company._is_vat_registered() else "OUTSIDE"

    @api.model
    def _check_cap(self, fiken_company, residues):
        over = [
            residue
            for residue in residues
            if abs(residue.difference) > fiken_company.rounding_cap_ore
        ]
        if over:
            raise Stop(
                self.env._(
                    "VAT in Odoo and at Fiken's rate differ by more than the rounding"
                    " cap. %(figures)s",
                    figures=" ".join(
                        self.env._(
                            "%(type)s: Odoo %(odoo)s, Fiken %(fiken)s.",
                            type=residue.vat_type,
                            odoo=money.kroner(residue.odoo_vat),
                            fiken=money.kroner(residue.fiken_vat),
                        )
                        for residue in over
                    ),
                )
            )

    @api.model
    def _check_negative(self, fiken_company, lines):
        negative = [line for line in lines if line.gross < 0]
        if negative and fiken_company.negative_lines == "stop":
            raise Gap(
                self.env._(
                    "The amount of account %(account)s is negative (%(amount)s), and it"
                    " is not certain that Fiken takes that. Allow it on the Fiken"
                    " company, or book this one in Fiken yourself.",
                    account=negative[0].account,
                    amount=money.kroner(negative[0].gross),
                ),
                fiken_company,
            )

    # Customer

    @api.model
    def _customer_id(self, job, move):
        """The Fiken id of the commercial partner; deliveries to a child are hers."""
        return int(
            self.env["fiken.resource.contact"]._bound_id(
                job.fiken_company_id, move.commercial_partner_id
            )
        )

    # References

    @api.model
    def _kid(self, move):
        """The payment reference when it is a KID: digits with a right check digit."""
        reference = (move.payment_reference or "").replace(" ", "")
        return reference if kid.is_kid(reference) else ""
