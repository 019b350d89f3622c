"""Reads what Odoo posted of the sessions' money besides their sales.

Every fact is a session's own: its statement lines, its payments, its entries. What a
till or a journal is set to now says nothing about a session that is closed.
"""

import re
from typing import NamedTuple

from odoo.tools import SQL

from ...figures.pos_rounding import to_ore
from .pos_scope import is_cash_move, span

# An entry of a locked period gets a later date, but hardly as late as this.
LOCKED_DAYS = 92


class Part(NamedTuple):
    """One account on which money that moved is posted, in øre.

    :ivar is_move: put in or taken out by somebody; else a difference of the count
    :ivar amount: what the account is credited with
    :ivar has_vat: a tax was reckoned on it, or it is the tax
    """

    session_id: int
    line_id: int
    is_move: bool
    is_in: bool
    account_id: int
    means_id: int
    amount: int
    has_vat: bool
    label: str


def cash_parts(env, session_ids, begin=None, end=None):
    """[:class:`Part`] of cash put in and taken out, and of the counting of tills.

    Odoo's statement lines of sales are on accounts of customers; what is no move
    either is a difference that the counting showed, on whatever account and in whatever
    language.

    :param begin, end: when it was moved (naive UTC); differences are of any time
    """
    rows = env.execute_query(
        SQL(
            """
            SELECT l.pos_session_id, l.id, moved.it, l.amount > 0, aml.account_id,
                   COALESCE(means.method_id, 0), -SUM(aml.balance),
                   BOOL_OR(aml.tax_line_id IS NOT NULL OR EXISTS (
                       SELECT FROM account_move_line_account_tax_rel t
                        WHERE t.account_move_line_id = aml.id)),
                   CASE WHEN moved.it
                        THEN SUBSTR(l.payment_ref, LENGTH(s.name) + 2) END
              FROM account_bank_statement_line l
              JOIN pos_session s ON s.id = l.pos_session_id
              JOIN account_journal j ON j.id = l.journal_id
        CROSS JOIN LATERAL (SELECT %(is_move)s AS it) moved
              JOIN account_move_line aml ON aml.move_id = l.move_id
               AND aml.account_id != j.default_account_id
              JOIN account_account a ON a.id = aml.account_id
         LEFT JOIN LATERAL (%(drawer)s) means ON TRUE
             WHERE l.pos_session_id IN %(sessions)s
               AND (moved.it AND %(span)s
                 OR NOT moved.it AND a.account_type != 'asset_receivable'
                    AND l.payment_ref IS DISTINCT FROM s.name)
          GROUP BY l.id, moved.it, s.name, aml.account_id, means.method_id
          ORDER BY l.id, aml.account_id
            """,
            sessions=tuple(session_ids) or (0,),
            is_move=is_cash_move(SQL("l"), SQL("s")),
            span=span(SQL("l.create_date"), begin, end),
            drawer=_drawer(SQL("l.journal_id")),
        )
    )
    return [
        Part(*row[:6], to_ore(float(row[6])), bool(row[7]), row[8] or "")
        for row in rows
        if row[6]
    ]


def _drawer(journal):
    """The method of payment whose money lies in a session's drawer.

    One that the session was paid by; methods that came to the journal later do not
    count.
    """
    return SQL(
        """
        SELECT pm.id AS method_id
          FROM pos_payment_method pm
          JOIN account_journal mj ON mj.id = pm.journal_id AND mj.type = 'cash'
     LEFT JOIN LATERAL (SELECT TRUE AS it FROM pos_payment p
                         WHERE p.session_id = s.id AND p.payment_method_id = pm.id
                         LIMIT 1) used ON TRUE
         WHERE pm.journal_id = %(journal)s OR used.it
      ORDER BY (pm.journal_id = %(journal)s AND used.it) DESC NULLS LAST,
               pm.journal_id = %(journal)s DESC, pm.id
         LIMIT 1
        """,
        journal=journal,
    )


def terminal_differences(env, session_ids):
    """[(session, payment method, account, kroner)] of what terminals reported beyond
    the orders, entered when closing.

    On the payment of all customers together, or in an entry of its own where the
    method tells customers apart.
    """
    if not session_ids:
        return []
    return sorted(
        [*_on_payments(env, session_ids), *_in_entries(env, session_ids)],
        key=lambda row: row[:3],
    )


def _on_payments(env, session_ids):
    return env.execute_query(
        SQL(
            """
            SELECT p.pos_session_id, p.pos_payment_method_id, aml.account_id,
                   -SUM(aml.balance)
              FROM account_payment p
              JOIN account_move_line aml ON aml.move_id = p.move_id
               AND aml.account_id NOT IN (COALESCE(p.outstanding_account_id, 0),
                                          COALESCE(p.destination_account_id, 0))
             WHERE p.pos_session_id IN %s
          GROUP BY 1, 2, 3
            """,
            tuple(session_ids),
        )
    )


def _in_entries(env, session_ids):
    """Such an entry names session and method in the words of somebody's language."""
    rows = env.execute_query(
        SQL(
            """
            SELECT s.id, s.name, m.ref, m.journal_id, aml.account_id,
                   -SUM(aml.balance), ARRAY_AGG(DISTINCT other.account_id)
              FROM pos_session s
              JOIN account_journal j ON j.type = 'bank'
              JOIN account_move m ON m.journal_id = j.id AND m.state = 'posted'
               AND m.date BETWEEN s.start_at::date - 1
                   AND COALESCE(s.stop_at, s.start_at)::date + %(late)s
               AND STRPOS(m.ref, s.name) > 0
               AND m.origin_payment_id IS NULL AND m.statement_line_id IS NULL
              JOIN account_move_line aml ON aml.move_id = m.id
              JOIN account_account a ON a.id = aml.account_id
               AND (a.account_type LIKE 'income%%' OR a.account_type LIKE 'expense%%'
                    OR a.id IN (j.profit_account_id, j.loss_account_id))
              JOIN account_move_line other ON other.move_id = m.id
               AND other.account_id != aml.account_id
             WHERE s.id IN %(sessions)s
          GROUP BY s.id, m.id, aml.account_id
          ORDER BY m.id
            """,
            late=LOCKED_DAYS,
            sessions=tuple(session_ids),
        )
    )
    for session_id, name, ref, journal_id, account_id, amount, others in rows:
        if _names(ref, name):
            method_id = _method_of(env, session_id, journal_id, ref, others)
            yield session_id, method_id, account_id, amount


def _names(text, name):
    """Whether a text has this name, and not a longer one that contains it."""
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def _method_of(env, session_id, journal_id, ref, others):
    """The method that such an entry is of; 0 where it cannot be told.

    :param others: the accounts of its other lines: the method's outstanding account
    """
    methods = (
        env["pos.payment.method"]
        .with_context(active_test=False)
        .search([("journal_id", "=", journal_id)])
    )
    if len(methods) > 1:
        methods = _named(methods, ref) or methods.filtered(
            lambda method: method.outstanding_account_id.id in others
        )
    return methods.id if len(methods) == 1 else 0


def _named(methods, ref):
    """Those whose name stands in a text; of "Kort" and "Kort 2" the longer one."""
    lengths = {}
    for code, _language in methods.env["res.lang"].get_installed():
        for method in methods.with_context(lang=code):
            if _names(ref, method.name):
                longest = max(lengths.get(method.id, 0), len(method.name))
                lengths[method.id] = longest
    return methods.filtered(
        lambda method: lengths.get(method.id) == max(lengths.values(), default=0)
    )
