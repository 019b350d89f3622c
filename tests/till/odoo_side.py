"""Odoo's side: its own entries and receipts, read by SQL."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from . import chart

ENTRIES = """
SELECT account.id AS account_id, account.code_store ->> %(root)s AS code,
       own_tax.l10n_no_standard_code AS vat_code, line_taxes.code AS line_code,
       ROUND(100 * SUM(line.balance))::bigint AS ore, COUNT(*) AS lines
  FROM account_move_line line
  JOIN account_move move ON move.id = line.move_id
  JOIN account_account account ON account.id = line.account_id
LEFT JOIN account_tax own_tax ON own_tax.id = line.tax_line_id
LEFT JOIN LATERAL (
       SELECT STRING_AGG(tax.l10n_no_standard_code, '+') AS code
         FROM account_move_line_account_tax_rel rel
         JOIN account_tax tax ON tax.id = rel.account_tax_id
        WHERE rel.account_move_line_id = line.id) line_taxes ON TRUE
 WHERE move.state = 'posted' AND line.company_id = %(company)s
   AND line.display_type NOT IN ('line_section', 'line_subsection', 'line_note')
   AND NOT move.id = ANY(%(without)s)
GROUP BY 1, 2, 3, 4
"""

# All that Odoo posted for a session by itself.
OF_SESSIONS = """
SELECT s.move_id FROM pos_session s WHERE s.id = ANY(%(sessions)s)
 UNION
SELECT l.move_id FROM account_bank_statement_line l
 WHERE l.pos_session_id = ANY(%(sessions)s)
 UNION
SELECT p.move_id FROM account_payment p WHERE p.pos_session_id = ANY(%(sessions)s)
 UNION
SELECT m.id FROM account_move m JOIN pos_session s
    ON RIGHT(m.ref, LENGTH(s.name) + 2) = '(' || s.name || ')'
 WHERE s.id = ANY(%(sessions)s)
"""

RECEIPTS = """
SELECT o.id, o.name, o.session_id, o.date_order, o.state, o.account_move,
       move.name AS invoice, move.state AS invoice_state,
       ROUND(100 * o.amount_paid)::bigint AS ore,
       ROUND(100 * move.amount_total_signed)::bigint AS invoice_ore,
       ROUND(100 * (move.amount_residual_signed + COALESCE((
              SELECT SUM(open.amount_residual) FROM account_move_line open
                JOIN account_move back ON back.id = open.move_id
                JOIN pos_order sold ON sold.id = back.reversed_pos_order_id
               WHERE sold.account_move = move.id
                 AND NOT EXISTS (SELECT FROM pos_payment later
                                   JOIN pos_payment_method method
                                     ON method.id = later.payment_method_id
                                  WHERE later.pos_order_id = sold.id
                                    AND method.journal_id IS NULL)), 0)))::bigint
           AS residual,
       (SELECT COUNT(*) FROM pos_order_line l WHERE l.order_id = o.id) AS lines
  FROM pos_order o
  JOIN pos_session s ON s.id = o.session_id
LEFT JOIN account_move move ON move.id = o.account_move
 WHERE o.company_id = %(company)s AND o.state NOT IN ('draft', 'cancel')
ORDER BY o.date_order, o.id
"""


@dataclass(frozen=True)
class Receipt:
    """:ivar ore: what was paid for it; negative when goods came back
    :ivar invoice: the number of its invoice, or None
    :ivar residual: what is still owed for the invoice; what Odoo left open beside it,
        when it took the paid receipt back, is not
    """

    name: str
    day: int
    session_id: int
    ore: int
    invoice: str | None
    invoice_ore: int | None
    residual: int | None
    lines: int


class OdooSide:
    """What Odoo has, without the days that were skipped on purpose.

    :ivar nets: {(Fiken's account, VAT code): øre}, debit positive
    :ivar vats: {VAT code: øre}
    :ivar money: {Fiken's account: øre} of everything else
    """

    def __init__(self, world):
        self.world, self.cr = world, world.env.cr
        world.env.flush_all()
        every = [self._receipt(row) for row in self._rows(RECEIPTS)]
        self.receipts = [one for one in every if one.day not in world.skipped]
        left_out = {one.session_id for one in every if one.day in world.skipped}
        both = left_out & {one.session_id for one in self.receipts}
        if both:
            of_both = [(one.name, one.day) for one in every if one.session_id in both]
            raise AssertionError(f"{of_both} lie on skipped and on other days")
        self.nets, self.vats, self.money = Counter(), Counter(), Counter()
        self.lines = Counter()
        without = [
            row["move_id"] for row in self._rows(OF_SESSIONS, sessions=list(left_out))
        ]
        for row in self._rows(ENTRIES, without=[one for one in without if one]):
            self._add(row)

    def _rows(self, query, **values):
        company = self.world.company
        self.cr.execute(
            query, {"company": company.id, "root": str(company.root_id.id), **values}
        )
        return self.cr.dictfetchall()

    def _receipt(self, row):
        return Receipt(
            row["name"],
            self.world.day_of(row["date_order"]),
            row["session_id"],
            row["ore"],
            row["invoice"],
            row["invoice_ore"],
            row["residual"],
            row["lines"],
        )

    def _add(self, row):
        account, ore = row["code"], row["ore"]
        if row["vat_code"] and account in chart.VAT_IN_FIKEN:
            self.vats[row["vat_code"]] += ore
        elif chart.is_income(account):
            code = row["line_code"] or chart.WITHOUT_TAX
            fiken = self.world.codes.get(row["account_id"], account)
            self.nets[fiken, code] += ore
            self.lines[code] += row["lines"]
        else:
            self.money[self.world.codes.get(row["account_id"], account)] += ore

    def by_day(self):
        """{day: its receipts}"""
        days = defaultdict(list)
        for one in self.receipts:
            days[one.day].append(one)
        return days
