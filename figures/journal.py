"""What Fiken will book of a document, beside its own journal items in Odoo; in øre.

Pure Python: no records, no database. Both sides are lists of :class:`Item`, so that a
line that is missing, or counted twice, shows on the account where it is.
"""

from typing import NamedTuple

from ..fiken_api import money, vat

INPUT, OUTPUT = "input", "output"


class Item(NamedTuple):
    """One amount on an account, or of VAT.

    :ivar accounts: Fiken's accounts where it may stand: several where Odoo sums up on
        one account what is on several in Fiken; none for VAT
    :ivar vat_type: of VAT
    :ivar side: of VAT that the buyer accounts for: input or output
    :ivar slack: øre that Fiken's own rounding may leave
    """

    ore: int
    currency: int = 0
    accounts: frozenset = frozenset()
    vat_type: str = ""
    side: str = ""
    slack: int = 0


class Difference(NamedTuple):
    """Where the two do not agree.

    :ivar place: an account, several with a slash, or a VAT type
    :ivar is_tolerated: Fiken computes it by itself, and rounds otherwise
    """

    place: str
    is_vat: bool
    odoo: int
    fiken: int
    in_currency: bool = False
    is_tolerated: bool = False


def vat_item(vat_type, ore, currency=0, is_output=False):
    """VAT as it stands in Odoo's journal.

    :param bool is_output: of VAT that the buyer accounts for: what is owed, negative
    """
    kind = vat.self_assessed(vat_type)
    if kind is None:
        return Item(ore, currency, vat_type=vat_type)
    side = OUTPUT if is_output else INPUT
    return Item(ore, currency, vat_type=kind.deducted, side=side)


def booked(line, is_foreign=False):
    """What Fiken books of a :class:`figures.amounts.Line` (fiken-api.md §7)."""
    accounts = frozenset([line.account])
    net = Item(line.net, line.net_currency, accounts)
    kind = vat.self_assessed(line.vat_type)
    if kind is None:
        return [net, Item(line.vat, line.vat_currency, vat_type=line.vat_type)]
    own = money.vat_of(line.net, kind.rate)
    own_currency = money.vat_of(line.net_currency, kind.rate) if is_foreign else 0
    of_kind = {"vat_type": kind.deducted, "slack": _slack(line)}
    owed = Item(-own, -own_currency, side=OUTPUT, **of_kind)
    if line.vat_type == kind.deducted:
        return [net, Item(own, own_currency, side=INPUT, **of_kind), owed]
    cost = Item(own, own_currency, accounts, slack=of_kind["slack"])
    return [net, cost, owed]


def _slack(line):
    """Øre between two ways to round the same VAT: half a cent may be several."""
    cents = abs(line.net_currency)
    return 1 + (abs(line.net) // (2 * cents) + 1 if cents else 0)


def on_rounding(residues, account):
    """How øre of VAT that Fiken's rates leave over move to the rounding account."""
    moved = []
    for residue in residues:
        ore, currency = residue.difference, residue.difference_currency
        moved.append(Item(-ore, -currency, vat_type=residue.vat_type))
        moved.append(Item(ore, currency, frozenset([account])))
    return moved


def differences(odoo, fiken):
    """Where Odoo's items and Fiken's do not add up to the same.

    :param odoo, fiken: lists of :class:`Item`
    :return: list of :class:`Difference`, tolerated ones too; empty when all agree
    """
    groups = _groups(odoo)
    ours, theirs = _sums(odoo, groups), _sums(fiken, groups)
    found = []
    for place in dict.fromkeys([*ours, *theirs]):
        if place[1] in vat.BASIS_TYPES:
            # Fiken computes this VAT beside what is paid, and Odoo need not.
            continue
        ours_, theirs_ = ours.get(place, [0, 0, 0]), theirs.get(place, [0, 0, 0])
        slack = max(ours_[2], theirs_[2])
        name, is_vat = _named(place)
        found += [
            Difference(
                name,
                is_vat,
                ours_[index],
                theirs_[index],
                in_currency,
                abs(ours_[index] - theirs_[index]) <= slack,
            )
            for index, in_currency in enumerate((False, True))
            if ours_[index] != theirs_[index]
        ]
    return found


def _groups(items):
    """{account: all that cannot be told apart from it in Odoo's journal}"""
    groups = {}
    for item in items:
        if len(item.accounts) > 1:
            joined = set(item.accounts).union(
                *(groups.get(account, ()) for account in item.accounts)
            )
            groups.update(dict.fromkeys(joined, joined))
    return groups


def _sums(items, groups):
    """{(account or accounts, '', ''), ('', VAT type, side): [øre, currency, slack]}"""
    sums = {}
    for item in items:
        place = "", item.vat_type, item.side
        if item.accounts:
            account = next(iter(item.accounts))
            joined = groups.get(account)
            place = " / ".join(sorted(joined)) if joined else account, "", ""
        sum_ = sums.setdefault(place, [0, 0, 0])
        sum_[0] += item.ore
        sum_[1] += item.currency
        sum_[2] += item.slack
    return sums


def _named(place):
    account, vat_type, side = place
    if account:
        return account, False
    return f"{vat_type} ({side})" if side else vat_type, True
