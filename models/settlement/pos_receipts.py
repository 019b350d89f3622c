"""Reads what each receipt of a day puts into it."""

from collections import defaultdict
from dataclasses import replace

from odoo.tools import SQL

from ...figures import receipt as figures
from ...figures.pos_rounding import to_ore


def receipts(env, scope, turnover, non_sales):
    """{order: :class:`figures.Receipt`} of the orders that figures hold.

    Together they are the day's turnover, payments and what stands on receipts.

    :param Turnover turnover: added up
    :param NonSales non_sales: of the same sessions
    """
    others = defaultdict(list)
    for order_id, other in (
        *_cards_and_tips(turnover, non_sales),
        *_roundings(env, scope, turnover, non_sales),
    ):
        others[order_id].append(other)
    payments = _payments(env, scope)
    found = {}
    for order_id in turnover.order_ids:
        one = turnover.receipts.get(order_id)
        session_id, paid = payments.get(order_id, (0, ()))
        found[order_id] = figures.Receipt(
            one.session_id if one else session_id,
            _sold(one) if one else (),
            tuple(others[order_id]),
            tuple(paid),
            _counts(one) if one else (),
        )
    return found


def _sold(one):
    """Lines of one kind are one."""
    sums = {}
    for bucket, net, vat, quantity in one.sold:
        place = bucket.place
        key = (
            place.account_id,
            place.ruled_by_id,
            place.category_id,
            bucket.tax_ids,
            place.project_ids,
        )
        there = sums.setdefault(key, [0, 0, 0.0])
        there[0] += net
        there[1] += vat
        there[2] += quantity
    return tuple(
        figures.Sold(*key, net, vat, round(quantity, 6))
        for key, (net, vat, quantity) in sums.items()
        if net or vat or round(quantity, 6)
    )


def _counts(one):
    """As ``pos_day.COUNTS`` names them."""
    gross = sum(net + vat for _bucket, net, vat, _quantity in one.sold)
    return (
        int(one.is_sale),
        gross - one.returned,
        int(one.is_return),
        one.returned,
        one.discounts,
        one.discounts_gross,
    )


def _cards_and_tips(turnover, non_sales):
    """[(order, NonSale)]"""
    for receipt, place, amount in turnover.specials:
        yield receipt.order_id, non_sales.of_special(receipt, place, amount)


def _roundings(env, scope, turnover, non_sales):
    """[(order, NonSale)]: on the account to which its session's rounding goes."""
    sessions = {one.session_id: one for one in non_sales.rounding()}
    if not sessions:
        return
    rows = env.execute_query(
        SQL(
            """
            SELECT o.id, o.session_id, o.amount_paid
              FROM pos_order o
             WHERE %s AND o.account_move IS NULL AND o.session_id IN %s
          ORDER BY o.id
            """,
            scope.is_on_receipts,
            tuple(sessions),
        )
    )
    for order_id, session_id, paid in rows:
        receipt = turnover.receipts.get(order_id)
        amount = to_ore(float(paid)) - (receipt.total if receipt else 0)
        if amount:
            yield order_id, replace(sessions[session_id], amount=amount)


def _payments(env, scope):
    """{order: (session, [(payment method, øre, how many)])}"""
    rows = env.execute_query(
        SQL(
            """
            SELECT o.id, o.session_id, p.payment_method_id, SUM(p.amount),
                   COUNT(*) FILTER (WHERE p.is_change IS NOT TRUE)
              FROM pos_payment p
              JOIN pos_order o ON o.id = p.pos_order_id
             WHERE %s AND o.account_move IS NULL
          GROUP BY o.id, p.payment_method_id
          ORDER BY o.id, p.payment_method_id
            """,
            scope.is_on_receipts,
        )
    )
    found = {}
    for order_id, session_id, means_id, amount, count in rows:
        _session, paid = found.setdefault(order_id, (session_id, []))
        paid.append((means_id, to_ore(float(amount)), count))
    return found
