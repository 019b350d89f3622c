"""Lines as Fiken accounts and VAT types, to the øre (architecture.md, rule 6)."""

from odoo import api, models

from ...figures.amounts import Line, fit_vat, grouped
from ...fiken_api import money
from ..connection.sentence import Amount, _lt, joined
from ..outbox.exceptions import MissingSetting, NeedsReview, NothingToSend
from .fiken_document_journal import NOT_POSTED


class DocumentLines(models.AbstractModel):
    """What is booked of a document, and what of its VAT goes to the rounding account.

    A mixin of documents. What takes a company, a vendor and figures alone serves a
    day's settlement as well, which has lines but is no document of Odoo's.
    """

    _name = "fiken.document.lines"
    _inherit = "fiken.document.discount"
    _description = "Lines of a Fiken Document"

    # Which of a tax's VAT types is meant: sale or purchase.
    _side = "sale"

    # Lines

    @api.model
    def _read_taxes(self, moves):
        """Where the taxes and the lines of these are booked, of all at once."""
        items = moves.line_ids
        parts = items.tax_ids.repartition_line_ids
        (items.account_id | parts.account_id).fetch(["account_type"])

    @api.model
    def _base_lines(self, move):
        """Odoo's own rounded figures, one entry per line that carries an amount.

        The net is the journal's: what the helper computes would follow a rounding
        method that was changed since. VAT by line is the helper's, which spreads the
        tax that is in the journal over the lines. Cost of goods is no part of it.
        """
        base_lines = self._stored_base_lines(move)
        if base_lines is None:
            base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        for base_line in sorted(base_lines, key=self._place):
            net = base_line["record"].amount_currency * move.direction_sign
            taxes = base_line["tax_details"]["taxes_data"]
            tax = sum(data["tax_amount_currency"] for data in taxes)
            yield (
                base_line,
                money.to_ore(net),
                money.to_ore(tax),
                self.env["account.tax"].union(*(data["tax"] for data in taxes)),
            )

    @api.model
    def _stored_base_lines(self, move):
        """What the helper would say, of what is stored with each line.

        Odoo's tax engine takes half of the time of building a sale. Most sales do not
        need it: one tax a line, and by tax the lines add up to the journal.

        :return: None where only the engine can tell
        """
        if not move.is_sale_document(include_receipts=True) or self._is_foreign(move):
            return None
        base_lines, left = [], {}
        for aml in move.line_ids:
            if aml.display_type == "product":
                tax = aml.tax_ids
                if len(tax) > 1 or tax.amount_type == "group":
                    return None
                amount = aml.price_total - aml.price_subtotal
                left[tax] = left.get(tax, 0) + money.to_ore(amount)
                data = {"tax": tax, "tax_amount_currency": amount}
                base_lines.append(
                    {
                        "record": aml,
                        "account_id": aml.account_id,
                        "product_id": aml.product_id,
                        "tax_details": {"taxes_data": [data]},
                    }
                )
            elif aml.display_type == "tax":
                tax = aml.tax_line_id
                ore = money.to_ore(aml.balance) * move.direction_sign
                left[tax] = left.get(tax, 0) - ore
            elif aml.display_type not in NOT_POSTED:
                return None
        return None if any(left.values()) else base_lines

    @api.model
    def _place(self, base_line):
        """Where a line stands on the printed invoice."""
        aml = base_line["record"]
        return aml.display_type != "product", aml.sequence, aml.id

    @api.model
    def _lines(self, job, move):
        """The document as :class:`Line`s, one or more for each of Odoo's lines."""
        lines, discounts = [], self._discounts(move)
        for base_line, net, tax, taxes in self._base_lines(move):
            aml = base_line["record"]
            if not net and not tax and aml.id not in discounts:
                continue
            own = [
                Line(
                    account=self._account_code(job, base_line),
                    vat_type=self._vat_type(job, aml, taxes, tax),
                    text=self._line_name(aml),
                    source=aml.account_id.id,
                    **self._amounts(base_line, net, tax),
                )
            ]
            if aml.id in discounts:
                own = self._with_discount(job, move, own, discounts[aml.id])
            lines += own
        return lines

    @api.model
    def _amounts(self, base_line, net, tax):
        """A line's amounts for :class:`Line`, from those in its own currency (øre).

        In another currency the NOK are those of Odoo's journal, at Odoo's rate.
        """
        aml = base_line["record"]
        move = aml.move_id
        if not self._is_foreign(move):
            return {"net": net, "vat": tax}
        taxes = base_line["tax_details"]["taxes_data"]
        return {
            "net": money.to_ore(aml.balance) * move.direction_sign,
            "vat": money.to_ore(sum(data["tax_amount"] for data in taxes)),
            "net_currency": net,
            "vat_currency": tax,
        }

    @api.model
    def _account_code(self, job, base_line):
        return job.vendor_id._document_code(
            base_line["account_id"],
            self._product_of(base_line),
            "income",
            base_line["record"].move_id.fiscal_position_id,
        )

    @api.model
    def _product_of(self, base_line):
        """A branch's products may have accounts of their own."""
        company = base_line["record"].move_id.company_id
        return base_line["product_id"].with_company(company)

    @api.model
    def _line_name(self, aml):
        return aml.name or aml.product_id.name or aml.account_id.name

    # Totals

    @api.model
    def _check_total(self, odoo, computed):
        if odoo != computed:
            raise NeedsReview(
                _lt(
                    "The figures do not add up, so nothing was sent. Odoo's total:"
                    " %(odoo)s. Fiken's: %(fiken)s.",
                    odoo=Amount(odoo),
                    fiken=Amount(computed),
                )
            )

    @api.model
    def _check_anything(self, amounts):
        if not any(amounts):
            raise NothingToSend(
                _lt("There is nothing to book: every amount on it is zero.")
            )

    @api.model
    def _may_be_negative(self, move):
        """Whether somebody has decided already that amounts below zero go."""
        return False

    @api.model
    def _check_negative(self, fiken_company, lines, move):
        negative = [line for line in lines if line.gross < 0]
        if not negative or fiken_company.negative_lines != "stop":
            return
        text = _lt(
            "The amount of account %(account)s is negative (%(amount)s), and it is not"
            " certain that Fiken takes that. Allow it on the Fiken company, or book"
            " this one in Fiken yourself.",
            account=negative[0].account,
            amount=Amount(negative[0].gross),
        )
        if self._has_discounts(move):
            text = joined(text, self._discount_way_out(), separator=" ")
        raise MissingSetting(text, fiken_company)

    # VAT types

    @api.model
    def _vat_type(self, job, aml, taxes, tax_ore):
        """The one VAT type of a line; five different zero taxes are told apart."""
        fiken_company = job.fiken_company_id
        if fiken_company._is_vat_registered():
            if aml.display_type == "rounding":
                return self._type_of_rounding(fiken_company)
            if aml.display_type == "epd":
                raise NeedsReview(
                    _lt(
                        "Its payment term lowers the VAT for an early payment already"
                        " on the invoice. In Fiken the VAT of a line is its rate."
                        " Choose on the payment term that the discount lowers the VAT"
                        " on early payment, or never."
                    )
                )
        return self._type_of_taxes(
            fiken_company, job.vendor_id, taxes, tax_ore, self._line_name(aml)
        )

    @api.model
    def _type_of_taxes(self, fiken_company, vendor, taxes, tax_ore, name):
        """The VAT type of what has these taxes.

        :param int tax_ore: the VAT that it has
        :param name: what it is, for the sentence
        """
        if not fiken_company._is_vat_registered():
            if tax_ore:
                raise NeedsReview(
                    _lt(
                        "%(line)s has VAT, but %(company)s is not registered for VAT in"
                        " Fiken. Remove the tax, or register the company in Fiken and"
                        " press Test Connection on the connection.",
                        line=name,
                        company=fiken_company.name,
                    )
                )
            return "OUTSIDE"
        if not taxes:
            return self._type_without_tax(vendor)
        if len(taxes) > 1:
            raise NeedsReview(
                _lt(
                    "%(line)s has several taxes (%(taxes)s). Fiken takes one VAT type a"
                    " line: split the line.",
                    line=name,
                    taxes=", ".join(taxes.mapped("name")),
                )
            )
        return self._type_of_tax(taxes)

    @api.model
    def _type_of_tax(self, tax):
        return tax._fiken_type(self._side)

    @api.model
    def _type_without_tax(self, vendor):
        return vendor._type_without_tax()

    @api.model
    def _type_of_rounding(self, fiken_company):
        return "NONE" if fiken_company._is_vat_registered() else "OUTSIDE"

    # Rounding

    @api.model
    def _fitted_lines(self, job, move):
        """The lines as Fiken takes them, with the rounding account's, and a note.

        One by one, as a company that rounds tax per line, or summed per account and
        VAT type, as one that rounds globally: Fiken's arithmetic meets Odoo's in one
        of the two, whatever the company's setting was when the invoice was confirmed.
        Negative lines are always summed, since Fiken may refuse them.
        """
        fiken_company = job.fiken_company_id
        lines = self._lines(job, move)
        places = self._places(lines)
        summed = [line for line in grouped(lines) if line]
        per_line = move.company_id.tax_calculation_rounding_method == "round_per_line"
        ways = [lines, summed] if per_line else [summed, lines]
        if any(line.gross < 0 for line in lines):
            ways = [summed]
        self._check_anything(line.gross for line in summed)
        if not self._may_be_negative(move):
            self._check_negative(fiken_company, ways[0], move)
        lines, residues = self._fit(ways, fiken_company.vat_tolerance_ore)
        self._check_cap(fiken_company, residues)
        lines += self._residue_lines(job, residues)
        note = self._check_journal(job, move, lines, residues, places)
        return lines, joined(self._residue_note(job, residues), note, separator=" ")

    @api.model
    def _fit(self, ways, tolerance):
        """The first of these ways that leaves nothing over, else the one with least."""
        fitted = []
        for way in ways:
            lines, residues = fit_vat(way, tolerance)
            left = sum(residue.size for residue in residues)
            if not left:
                return lines, residues
            fitted.append((left, lines, residues))
        return min(fitted, key=lambda one: one[0])[1:]

    @api.model
    def _residue_lines(self, job, residues):
        if not residues:
            return []
        account = self._rounding_account(job.fiken_company_id, job.vendor_id)
        return [
            Line(
                account=account,
                vat_type=self._type_of_rounding(job.fiken_company_id),
                net=residue.difference,
                vat=0,
                net_currency=residue.difference_currency,
                text=self.env._("Rounding of VAT, %(type)s", type=residue.vat_type),
            )
            for residue in residues
        ]

    @api.model
    def _rounding_account(self, fiken_company, vendor):
        ledger = vendor.ledger_id
        chart = self.env["fiken.account"]._codes(fiken_company)
        if chart and ledger.rounding_code not in chart:
            raise MissingSetting(
                _lt(
                    "Øre of VAT are left over, but the rounding account %(code)s of the"
                    " account mapping %(ledger)s is not in Fiken's chart.",
                    code=ledger.rounding_code,
                    ledger=ledger.name,
                ),
                ledger,
            )
        return ledger.rounding_code

    @api.model
    def _check_cap(self, fiken_company, residues):
        total = sum(residue.size for residue in residues)
        if total > fiken_company.rounding_cap_ore:
            raise NeedsReview(
                _lt(
                    "VAT in Odoo and at Fiken's rate differ by more than the rounding"
                    " cap. %(figures)s",
                    figures=self._residue_figures(residues),
                )
            )

    @api.model
    def _residue_figures(self, residues):
        figures = [
            _lt(
                "%(type)s: Odoo %(odoo)s, Fiken %(fiken)s.",
                type=residue.vat_type,
                odoo=Amount(residue.odoo_vat),
                fiken=Amount(residue.fiken_vat),
            )
            for residue in residues
        ]
        return joined(*figures, separator=" ")

    @api.model
    def _residue_note(self, job, residues):
        if not residues:
            return ""
        account = job.vendor_id.ledger_id.rounding_code
        notes = [
            _lt(
                "VAT %(type)s: Odoo %(odoo)s, Fiken %(fiken)s; the difference is on"
                " %(account)s.",
                type=residue.vat_type,
                odoo=Amount(residue.odoo_vat),
                fiken=Amount(residue.fiken_vat),
                account=account,
            )
            for residue in residues
            if residue.difference
        ]
        notes += [
            _lt(
                "VAT %(type)s in the document's currency: Odoo %(odoo)s, Fiken"
                " %(fiken)s; the difference is on %(account)s.",
                type=residue.vat_type,
                odoo=Amount(residue.odoo_currency),
                fiken=Amount(residue.fiken_currency),
                account=account,
            )
            for residue in residues
            if residue.difference_currency
        ]
        return joined(*notes, separator=" ")
