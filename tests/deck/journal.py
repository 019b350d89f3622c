"""Odoo's side, read from its journal by SQL; nothing of the addon takes part."""

from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from . import accounts as chart
from .figures import Figures

# How many øre of a base have one øre of VAT: where a part of the VAT is deducted, Odoo
# says which VAT and which cost, but not of which base.
BASE_OF_AN_ORE = {"1": 4, "11": 7, "13": 9}

MOVES = """
SELECT move.id, move.name, move.ref, move.move_type,
       to_char(move.invoice_date, 'YYYY-MM-DD') AS date,
       currency.name AS currency,
       (SELECT round(sum(line.amount_currency) * 100)::bigint
          FROM account_move_line line
         WHERE line.move_id = move.id AND line.display_type = 'payment_term') AS claim
  FROM account_move move
  JOIN res_currency currency ON currency.id = move.currency_id
 WHERE move.id IN %(moves)s
"""

LINES = """
SELECT line.move_id, line.display_type, template.categ_id,
       account.code_store ->> %(company)s AS account,
       round(line.balance * 100)::bigint AS ore,
       coalesce(1 / nullif(move.invoice_currency_rate::numeric, 0), 1) AS rate,
       vat.l10n_no_standard_code AS vat_code,
       part.account_id IS NOT NULL AS is_deducted,
       base.codes, base.share,
       round(CASE WHEN move.move_type IN ('out_refund', 'in_invoice', 'in_receipt')
                  THEN 1 ELSE -1 END
             * line.quantity * line.price_unit * line.discount)::bigint AS discount
  FROM account_move_line line
  JOIN account_move move ON move.id = line.move_id
  JOIN account_account account ON account.id = line.account_id
LEFT JOIN product_product product ON product.id = line.product_id
LEFT JOIN product_template template ON template.id = product.product_tmpl_id
LEFT JOIN account_tax vat ON vat.id = line.tax_line_id
LEFT JOIN account_tax_repartition_line part ON part.id = line.tax_repartition_line_id
LEFT JOIN LATERAL (
       SELECT string_agg(DISTINCT tax.l10n_no_standard_code, '+') AS codes,
              min((SELECT sum(CASE WHEN one.account_id IS NULL THEN 0
                                   ELSE one.factor_percent END) / 100
                     FROM account_tax_repartition_line one
                    WHERE one.tax_id = tax.id
                      AND one.repartition_type = 'tax'
                      AND one.document_type =
                          CASE WHEN move.move_type IN ('out_refund', 'in_refund')
                               THEN 'refund' ELSE 'invoice' END)) AS share
         FROM account_move_line_account_tax_rel rel
         JOIN account_tax tax ON tax.id = rel.account_tax_id
        WHERE rel.account_move_line_id = line.id
     ) base ON TRUE
 WHERE line.move_id IN %(moves)s
   AND line.display_type NOT IN ('line_section', 'line_subsection', 'line_note')
"""

# What payments moved between the bank and the receivable or payable of a document.
PAID = """
SELECT claim.move_id,
       sum(round(partial.amount * 100) * side.sign)::bigint AS ore
  FROM account_partial_reconcile partial
  JOIN (VALUES (1), (-1)) side (sign) ON TRUE
  JOIN account_move_line claim
    ON claim.id = CASE side.sign WHEN 1 THEN partial.debit_move_id
                       ELSE partial.credit_move_id END
  JOIN account_move_line other
    ON other.id = CASE side.sign WHEN 1 THEN partial.credit_move_id
                       ELSE partial.debit_move_id END
  JOIN account_move payment ON payment.id = other.move_id
 WHERE claim.move_id IN %(moves)s AND payment.origin_payment_id IS NOT NULL
 GROUP BY claim.move_id
"""


def rows(env, query, moves, **values):
    """:return: list of dicts"""
    env.flush_all()
    env.cr.execute(query, {"moves": tuple(moves.ids) or (0,), **values})
    return env.cr.dictfetchall()


def headers(env, moves):
    """{document id: name, ref, move_type, date, currency, claim in 1/100 of it}"""
    return {row["id"]: row for row in rows(env, MOVES, moves)}


def side_of(move_type):
    return "sale" if move_type.startswith("out_") else "purchase"


class Journal:
    """The documents' journal items in Fiken's accounts, as the deck mapped them.

    :param dict category_codes: {(product category, Odoo account): Fiken's account}
    """

    def __init__(self, env, moves, company, category_codes):
        self.types = {
            move_id: row["move_type"] for move_id, row in headers(env, moves).items()
        }
        self._category_codes = category_codes
        self.figures = defaultdict(Figures)
        lines = defaultdict(list)
        for row in rows(env, LINES, moves, company=str(company.id)):
            lines[row["move_id"]].append(row)
        for move_id, of_move in lines.items():
            for row in of_move:
                self._add(row)
            self._add_discounts(move_id, of_move)
        self.paid = {row["move_id"]: row["ore"] for row in rows(env, PAID, moves)}

    def accounts(self):
        """{account: øre} of all the documents and their payments."""
        found = Counter()
        for move_id, figures in self.figures.items():
            found.update(figures.accounts())
            if not self._is_receipt(move_id):
                paid = self.paid.get(move_id, 0)
                side = side_of(self.types[move_id])
                claim = chart.RECEIVABLE if side == "sale" else chart.PAYABLE
                found[claim] -= paid
                found[chart.BANK[:4]] += paid
        return found

    def _is_receipt(self, move_id):
        return self.types[move_id] in ("in_receipt", "out_receipt")

    def _code_without_tax(self, move_id):
        return chart.WITHOUT_TAX[side_of(self.types[move_id])]

    def _account(self, row):
        own = chart.IN_FIKEN.get(row["account"], row["account"])
        return self._category_codes.get((row["categ_id"], row["account"]), own)

    def _add(self, row):
        figures, ore = self.figures[row["move_id"]], row["ore"]
        figures.cent = max(figures.cent, ceil(row["rate"]))
        without = self._code_without_tax(row["move_id"])
        if row["display_type"] == "payment_term":
            receipt = self._is_receipt(row["move_id"])
            figures.owed[chart.CASH if receipt else row["account"]] += ore
        elif row["display_type"] == "discount":
            # They name no tax: by the lines that they belong to.
            pass
        elif row["vat_code"] and row["account"] in chart.VAT_IN_FIKEN:
            account = chart.VAT_IN_FIKEN[row["account"]]
            figures.vats[account, row["vat_code"]] += ore
        elif row["vat_code"]:
            # Not deducted: a cost, which the buyer's own VAT takes with it.
            is_own = row["vat_code"] in chart.OF_THE_BUYER
            code = row["vat_code"] if is_own or row["is_deducted"] else without
            figures.nets[self._account(row), code] += ore
        else:
            self._add_base(figures, row, row["codes"] or without, without)

    def _add_base(self, figures, row, code, without):
        account, ore = self._account(row), row["ore"]
        figures.lines[code] += 1
        if code in chart.VAT_ALONE:
            code = without
        if code in BASE_OF_AN_ORE and row["share"] != 1:
            part = _rounded(ore * row["share"])
            if part:
                figures.nets[account, code] += part
                figures.spread[account] += BASE_OF_AN_ORE[code]
            figures.nets[account, without] += ore - part
        else:
            figures.nets[account, code] += ore

    def _add_discounts(self, move_id, of_move):
        """What stands on the account of discounts, by the codes of the lines."""
        there, by_code = Counter(), Counter()
        for row in of_move:
            if row["display_type"] == "discount":
                there[row["account"]] += row["ore"]
        side = side_of(self.types[move_id])
        account, without = chart.DISCOUNTS[side], chart.WITHOUT_TAX[side]
        for row in of_move if there else ():
            if row["display_type"] == "product" and row["account"] != account:
                code = row["codes"] or without
                ore = _rounded(row["discount"] * row["rate"])
                by_code[row["account"], code] += ore
                by_code[account, code] -= ore
        figures = self.figures[move_id]
        for one, wanted in there.items():
            codes = [code for name, code in by_code if name == one]
            left = wanted - sum(by_code[one, code] for code in codes)
            # In another currency, Odoo converts the sum, not what it is made of.
            is_converted = figures.cent > 1 and abs(left) <= figures.cent * len(of_move)
            by_code[one, codes[0] if is_converted and codes else "of no line"] += left
        for (one, code), ore in by_code.items():
            figures.nets[chart.IN_FIKEN.get(one, one), code] += ore


def _rounded(ore):
    return int(Decimal(ore).quantize(Decimal(1), ROUND_HALF_UP))
