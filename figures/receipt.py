"""What one receipt put into a day, so that exactly this can be taken out again.

Kept as short lists: a shop has millions of receipts. Amounts in øre, ids of Odoo.
"""

from collections import defaultdict
from dataclasses import astuple, dataclass

from .pos_day import COUNTS, Group, Line, NonSale, Payment


@dataclass(frozen=True)
class Sold:
    """Turnover of a receipt: one account, categories, set of taxes and projects.

    ``ruled_by_id`` is the category by whose mapping the account is chosen in Fiken,
    ``category_id`` the product's own.
    """

    account_id: int
    ruled_by_id: int
    category_id: int
    tax_ids: tuple[int, ...]
    project_ids: tuple[int, ...]
    net: int
    vat: int
    quantity: float


@dataclass(frozen=True)
class Receipt:
    """A receipt as it is booked.

    :ivar sold: tuple of :class:`Sold`
    :ivar others: tuple of :class:`NonSale`, of the kinds that stand on receipts
    :ivar payments: tuple of (payment method, øre, how many)
    :ivar counts: as ``pos_day.COUNTS`` names them
    """

    session_id: int = 0
    sold: tuple[Sold, ...] = ()
    others: tuple[NonSale, ...] = ()
    payments: tuple[tuple[int, int, int], ...] = ()
    counts: tuple[int, ...] = ()

    def __bool__(self):
        return bool(self.sold or self.others or self.payments)

    def dump(self):
        """As JSON holds it; '[]' of one that holds nothing."""
        if not self:
            return []
        return [
            self.session_id,
            [astuple(one) for one in self.sold],
            [
                (one.kind, one.account_id, one.means_id, one.amount)
                for one in self.others
            ],
            self.payments,
            self.counts,
        ]


def load(values):
    """The :class:`Receipt` of what ``Receipt.dump`` made."""
    if not values:
        return Receipt()
    session_id, sold, others, payments, counts = values
    return Receipt(
        session_id,
        tuple(Sold(*one[:3], tuple(one[3]), tuple(one[4]), *one[5:]) for one in sold),
        tuple(NonSale(*one, session_id) for one in others),
        tuple(tuple(one) for one in payments),
        tuple(counts),
    )


def add_up(pairs):
    """What receipts come to, as fields of a ``Day``.

    :param pairs: [(1 or -1, :class:`Receipt`)]
    :return: {lines, groups, payments, others, and each of COUNTS}
    """
    lines = defaultdict(lambda: [0, 0])
    groups = defaultdict(lambda: [0, 0, 0.0])
    payments = defaultdict(lambda: [0, 0])
    sessions = defaultdict(set)
    others = defaultdict(int)
    counts = dict.fromkeys(COUNTS, 0)
    for sign, receipt in pairs:
        for one in receipt.sold:
            amounts = lines[
                one.account_id, one.ruled_by_id, one.tax_ids, one.project_ids
            ]
            amounts[0] += sign * one.net
            amounts[1] += sign * one.vat
            amounts = groups[one.category_id, one.tax_ids]
            amounts[0] += sign * one.net
            amounts[1] += sign * one.vat
            amounts[2] += sign * one.quantity
        for one in receipt.others:
            key = (one.kind, one.account_id, one.means_id, one.session_id)
            others[key] += sign * one.amount
        for means_id, amount, count in receipt.payments:
            payments[means_id][0] += sign * amount
            payments[means_id][1] += sign * count
            sessions[means_id].add(receipt.session_id)
        for name, count in zip(COUNTS, receipt.counts, strict=False):
            counts[name] += sign * count
    return {
        "lines": tuple(
            Line(*key, *amounts)
            for key, amounts in sorted(lines.items())
            if any(amounts)
        ),
        "groups": tuple(
            Group(*key, net, vat, round(quantity, 6))
            for key, (net, vat, quantity) in sorted(groups.items())
            if net or vat or round(quantity, 6)
        ),
        "payments": tuple(
            Payment(means_id, *amounts, tuple(sorted(sessions[means_id])))
            for means_id, amounts in sorted(payments.items())
            if any(amounts)
        ),
        "others": tuple(
            NonSale(kind, account_id, means_id, amount, session_id)
            for (kind, account_id, means_id, session_id), amount in sorted(
                others.items()
            )
            if amount
        ),
        **counts,
    }
