from odoo import models

from ...fiken_api import money, vat
from ..connection.sentence import _lt

# What Odoo computes as a share of a price; of the others Fiken knows nothing.
SHARES = ("percent", "division")


class AccountTax(models.Model):
    """What a tax does in Odoo, beside what Fiken does with its VAT type."""

    _inherit = "account.tax"

    # Business

    def _fiken_parts(self, move):
        """The parts of a tax that are added on a document: its account, its share."""
        is_refund = move.move_type in ("in_refund", "out_refund")
        return self._fiken_tax_lines(is_refund).filtered(
            lambda line: line.factor_percent > 0
        )

    def _fiken_tax_lines(self, is_refund=False):
        name, tax = "refund" if is_refund else "invoice", self.sudo()
        if tax.id:
            # Both kinds come in one query; a form has them in two fields.
            lines = tax.repartition_line_ids.filtered(
                lambda line: line.document_type == name
            )
        else:
            lines = tax[f"{name}_repartition_line_ids"]
        return lines.filtered(lambda line: line.repartition_type == "tax")

    def _fiken_is_deducted_as_its_type(self):
        """Whether its VAT is deducted as Fiken's type says: in full, or not at all."""
        self.ensure_one()
        vat_type = self.fiken_vat_type or ""
        if vat_type in vat.BASIS_TYPES or vat_type in vat.VAT_ONLY_TYPES:
            return True
        kind = vat.self_assessed(vat_type)
        holds = {
            line.account_id._fiken_holds_vat()
            for is_refund in (False, True)
            for line in self._fiken_tax_lines(is_refund)
            if line.factor_percent > 0
        }
        if not holds or not self.amount:
            return True
        return holds == {kind is None or vat_type == kind.deducted}

    def _fiken_effect_gap(self, side):
        """Why Fiken's type cannot be what this tax does in Odoo, or ''.

        :param str side: sale or purchase
        """
        if self.tax_exigibility == "on_payment":
            return _lt(
                "The tax %(tax)s is due on payment (cash basis). Fiken books the VAT on"
                " the date of the document. Use a tax that is due with the invoice, or"
                " book it in Fiken.",
                tax=self.display_name,
            )
        if not self.amount:
            return self._fiken_rate_gap()
        if self.amount_type not in SHARES:
            return _lt(
                "The tax %(tax)s is no per cent of the price, so it is no VAT to Fiken."
                " Put such an amount on a line of its own, without this tax.",
                tax=self.display_name,
            )
        for is_refund in (False, True):
            lines = self._fiken_tax_lines(is_refund)
            gap = self._fiken_repartition_gap(lines, side)
            if gap:
                return gap
        return self._fiken_rate_gap() if self._fiken_has_vat() else ""

    def _fiken_has_vat(self):
        """Whether any of it is VAT: the rest is a cost, at whatever rate."""
        lines = self._fiken_tax_lines() | self._fiken_tax_lines(is_refund=True)
        return any(line.account_id._fiken_holds_vat() for line in lines)

    def _fiken_repartition_gap(self, lines, side):
        """Where the tax puts its VAT, against what Fiken can book of it."""
        vat_type = self.fiken_vat_type
        added = lines.filtered(lambda line: line.factor_percent > 0)
        taken = lines.filtered(lambda line: line.factor_percent < 0)
        on_vat = added.filtered(lambda line: line.account_id._fiken_holds_vat())
        if vat_type in vat.BASIS_TYPES:
            return "" if added and taken else self._fiken_otherwise_text()
        kind = vat.self_assessed(vat_type)
        if bool(kind) != bool(taken):
            return self._fiken_otherwise_text()
        if side == "sale" or vat_type in vat.VAT_ONLY_TYPES:
            return "" if added == on_vat else self._fiken_otherwise_text()
        costs = (added - on_vat).account_id
        owed = taken.filtered(lambda line: line.account_id._fiken_holds_vat())
        if kind and (owed != taken or costs):
            return self._fiken_otherwise_text()
        if len(on_vat.account_id) > 1 and not self._fiken_all_vat(on_vat.account_id):
            return _lt(
                "The tax %(tax)s puts its VAT on several accounts (%(accounts)s), and"
                " it is not clear which of them is VAT that is deducted. Keep one on"
                " the tax, or book such bills in Fiken.",
                tax=self.display_name,
                accounts=", ".join(
                    account._fiken_name(self.company_id)
                    for account in on_vat.account_id
                ),
            )
        return ""

    def _fiken_all_vat(self, accounts):
        """Whether they are all among the chart's accounts of VAT."""
        accounts = accounts.with_company(self.company_id)
        return all(
            (account.code or "").startswith(("270", "271")) for account in accounts
        )

    def _fiken_otherwise_text(self):
        return _lt(
            "The tax %(tax)s adds %(rate)s %% to a line and books it by its own"
            " distribution. Fiken computes %(type)s otherwise, so accounts or totals"
            " would differ. Choose another Fiken VAT type on the tax, mend its"
            " distribution, or book it in Fiken.",
            tax=self.display_name,
            rate=f"{self.amount:g}",
            type=self.fiken_vat_type,
        )

    def _fiken_rate_gap(self):
        vat_type = self.fiken_vat_type
        if vat_type in vat.VAT_ONLY_TYPES or vat_type in vat.BASIS_TYPES:
            return ""
        kind = vat.self_assessed(vat_type)
        rate = kind.rate if kind else vat.rate_of(vat_type)
        own = money.decimal(self.amount)
        if self.amount_type == "division" and own != 100:
            # A share of the price with VAT in it.
            own = own * 100 / (100 - own)
        if own == rate:
            return ""
        return _lt(
            "The tax %(tax)s is %(own)s %%, and %(type)s is %(rate)s %% in Fiken."
            " Correct the rate on the tax, or choose its right Fiken VAT type.",
            tax=self.display_name,
            own=f"{own.normalize():f}",
            type=vat_type,
            rate=f"{rate.normalize():f}",
        )
