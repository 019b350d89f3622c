"""Input VAT that is deducted in part, or belongs to a private part (*Deductible*)."""

from dataclasses import replace

from odoo import api, models

from ...figures.deduction import deducted, settled, without_vat
from ...fiken_api import money, vat
from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview

# What Odoo makes of a line that is deductible in part: it takes the private part of
# the line back, and puts it with its VAT on the journal's account for that.
PRIVATE, PRIVATE_TOTAL = "non_deductible_product", "non_deductible_product_total"
PRIVATE_TAX = "non_deductible_tax"


class PurchaseDeduction(models.AbstractModel):
    """What of a bill's VAT Odoo put on which account is what Fiken books."""

    _name = "fiken.purchase.deduction"
    _inherit = "fiken.document.lines"
    _description = "Deduction of Input VAT in Fiken"

    # A tax that is deducted in part

    @api.model
    def _deductions(self, move, base_lines):
        """{id of a line: [(the tax's part, øre, in currency)]} of VAT deducted in part.

        The amounts are the journal's, shared out over the lines by their VAT.
        """
        by_part = {}
        for base_line, _net, _tax, taxes in base_lines:
            if len(taxes) != 1 or taxes._fiken_is_deducted_as_its_type():
                continue
            aml = base_line["record"]
            ore = sum(
                money.to_ore(data["tax_amount_currency"])
                for data in base_line["tax_details"]["taxes_data"]
                if not data["is_reverse_charge"]
            )
            for part in taxes._fiken_parts(move):
                # What has no account of its own is on the line's.
                account = part.account_id or aml.account_id
                lines = by_part.setdefault((part, account), {})
                lines[aml] = money.vat_of(ore, part.factor_percent)
        deductions = {}
        for (part, account), lines in by_part.items():
            items = move.line_ids.filtered(
                lambda aml, part=part, account=account: aml.account_id == account
                and aml.tax_repartition_line_id == part
            )
            totals = [
                self._in_journal(move, items, name)
                for name in ("balance", "amount_currency")
            ]
            in_currency = settled(lines.values(), totals[1])
            in_nok = settled(
                (self._at_rate(part_, *totals) for part_ in in_currency), totals[0]
            )
            for aml, *amounts in zip(lines, in_nok, in_currency, strict=True):
                deductions.setdefault(aml.id, []).append((part, *amounts))
        return deductions

    @api.model
    def _at_rate(self, amount, total, total_currency):
        if not total_currency:
            return amount
        return money.round_half_up(money.decimal(amount) * total / total_currency)

    @api.model
    def _parts_of(self, job, line, deduction):
        """The part with deduction, the part without, and VAT on accounts of its own.

        All of it is the journal's, which has it account by account: what Odoo's helper
        spreads over the lines may be an øre beside it.
        """
        if not vat.self_assessed(line.vat_type):
            line = replace(
                line,
                vat=sum(ore for _part, ore, _currency in deduction),
                vat_currency=sum(currency for _part, _ore, currency in deduction)
                if self._is_foreign_line(line)
                else 0,
            )
        deductible = [0, 0]
        on_accounts = []
        for part, ore, currency in deduction:
            account = part.account_id
            if not self._is_foreign_line(line):
                currency = 0
            if account._fiken_holds_vat():
                deductible = [deductible[0] + ore, deductible[1] + currency]
            elif account:
                on_accounts.append((account, ore, currency))
        cost = [
            replace(
                line,
                account=job.vendor_id._account_code(account),
                source=account.id,
                vat_type="NONE",
                net=ore,
                vat=0,
                net_currency=currency,
                vat_currency=0,
            )
            for account, ore, currency in on_accounts
        ]
        rest = replace(
            line,
            vat=line.vat - sum(one.net for one in cost),
            vat_currency=line.vat_currency - sum(one.net_currency for one in cost),
        )
        return [*deducted(rest, *deductible), *(one for one in cost if one)]

    @api.model
    def _is_foreign_line(self, line):
        return bool(line.net_currency or line.vat_currency)

    # The column *Deductible*

    @api.model
    def _line_of_private(self, aml):
        """The bill's line whose private part this is, else the line itself."""
        if aml.display_type != PRIVATE:
            return aml
        own = aml.move_id.line_ids.filtered(
            lambda other: other.display_type == "product"
            and other.deductible_amount < 100
            and other.account_id == aml.account_id
        )
        return min(
            own,
            key=lambda other: abs(
                other.balance * (1 - other.deductible_amount / 100) + aml.balance
            ),
            default=aml,
        )

    @api.model
    def _check_private(self, move):
        if self._is_foreign(move):
            raise NeedsReview(
                _lt(
                    "A line has less than 100 %% in the column Deductible, and in"
                    " %(currency)s Odoo counts the private part at the rate once too"
                    " often. Enter 100 there, and the private part as a line of its"
                    " own.",
                    currency=move.currency_id.name,
                )
            )

    @api.model
    def _private_lines(self, job, move, private):
        """What is no matter of the company's: what its lines gave away, with the VAT.

        :param private: [(the line as it is taken back, Odoo's figures)]
        """
        if not private:
            return []
        by_kind = move.line_ids.grouped("display_type")
        totals = by_kind.get(PRIVATE_TOTAL)
        taxes = by_kind.get(PRIVATE_TAX, move.line_ids.browse())
        if not totals:
            return []
        # Odoo rounds the sum, and each part for itself.
        nets = settled(
            (-line.net for line, _base_line in private),
            self._in_journal(move, totals, "balance"),
        )
        paid = settled(
            (-self._vat_of_private(base_line) for _line, base_line in private),
            self._in_journal(move, taxes, "balance"),
        )
        lines = []
        for (line, _base_line), net, tax in zip(private, nets, paid, strict=True):
            kind = vat.self_assessed(line.vat_type)
            part = replace(
                -line,
                account=self._private_code(job, totals),
                source=totals[:1].account_id.id,
                text=totals[:1].name,
                net=net,
                vat=0,
                vat_currency=0,
            )
            if kind:
                # Fiken adds the VAT to the cost by itself.
                lines.append(replace(part, vat_type=kind.not_deducted))
                continue
            lines.append(self._no_vat(job, part))
            if tax:
                lines.append(
                    self._no_vat(
                        job,
                        replace(
                            part,
                            account=self._private_code(job, taxes),
                            source=taxes[:1].account_id.id,
                            text=taxes[:1].name,
                            net=tax,
                            net_currency=0,
                        ),
                    )
                )
        return [line for line in lines if line]

    @api.model
    def _in_journal(self, move, items, name):
        return move.direction_sign * sum(money.to_ore(aml[name]) for aml in items)

    @api.model
    def _no_vat(self, job, line):
        line = without_vat(line)
        return replace(line, vat_type=self._type_of_rounding(job.fiken_company_id))

    @api.model
    def _vat_of_private(self, base_line):
        return sum(
            money.to_ore(data["tax_amount"])
            for data in base_line["tax_details"]["taxes_data"]
            if not data["is_reverse_charge"]
        )

    @api.model
    def _private_code(self, job, items):
        return job.vendor_id._account_code(items[:1].account_id)
