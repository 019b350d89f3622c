"""Every receipt is in Fiken once, and every account and VAT type is Odoo's."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations

from . import chart
from .fiken_side import FikenSide
from .odoo_side import OdooSide

# Receipts that together explain what a day has too much or too little.
MOST = 3


@dataclass
class Outcome:
    """:ivar texts: what is different, in words"""

    orders: int = 0
    differences_ore: int = 0
    doubled: int = 0
    lost: int = 0
    texts: list = field(default_factory=list)

    def is_right(self):
        return not (self.differences_ore or self.doubled or self.lost)


def compare(world, books):
    """:param books: what the sandbox says of the company's books"""
    odoo, fiken = OdooSide(world), FikenSide(books, world.agenda.begin)
    outcome = Outcome(len(odoo.receipts))
    _compare_accounts(odoo, fiken, outcome)
    _compare_vat(odoo, fiken, outcome)
    _compare_invoices(odoo, fiken, outcome)
    _compare_days(world, odoo, fiken, outcome)
    return outcome


def _compare_accounts(odoo, fiken, outcome):
    for name in ("nets", "money"):
        wanted, there = getattr(odoo, name), getattr(fiken, name)
        for key in sorted({*wanted, *there}, key=str):
            if key != chart.ROUNDING:
                _note(outcome, key, wanted[key], there[key])
    if outcome.texts and fiken.set_off:
        outcome.texts.append(f"neither paid nor owed in Fiken: {fiken.set_off}")


def _compare_vat(odoo, fiken, outcome):
    """Fiken computes VAT itself; the øre by which that differs are on one account."""
    apart = 0
    for code in sorted({*odoo.vats, *fiken.vats}, key=str):
        difference = odoo.vats[code] - fiken.vats[code]
        apart += difference
        # Half an øre of each line at the most.
        beyond = abs(difference) - max(2, _lines(odoo)) // 2
        if beyond > 0:
            _note(outcome, f"VAT {code}", odoo.vats[code], fiken.vats[code], beyond)
    rounding = odoo.money[chart.ROUNDING] + apart
    _note(outcome, "rounding of VAT", rounding, fiken.money[chart.ROUNDING])


def _lines(odoo):
    return sum(one.lines for one in odoo.receipts)


def _note(outcome, what, wanted, there, ore=None):
    if wanted != there:
        outcome.differences_ore += abs(wanted - there) if ore is None else ore
        outcome.texts.append(f"{what}: Odoo {wanted}, Fiken {there}")


def _compare_invoices(odoo, fiken, outcome):
    there = dict(fiken.invoices)
    invoices = {one.invoice: one for one in odoo.receipts if one.invoice}
    for name, one in invoices.items():
        found = there.pop(name, [])
        if len(found) != 1:
            outcome.lost += not found
            outcome.doubled += max(len(found) - 1, 0)
            outcome.texts.append(f"{name} is {len(found)} times in Fiken")
            continue
        gross, owed = found[0]
        _note(outcome, name, one.invoice_ore, gross)
        # The øre are those of the account of claims.
        _note(outcome, f"{name} still owed", one.residual, owed, 0)
    for name, found in there.items():
        outcome.doubled += len(found)
        outcome.texts.append(f"{name} is in Fiken, and of no receipt")


def _compare_days(world, odoo, fiken, outcome):
    """Each receipt without an invoice is part of its day, and no other one is."""
    for number, ore in fiken.misdated.items():
        outcome.differences_ore += abs(ore)
        outcome.texts.append(f"{number} is booked on another day")
    for number, ore in fiken.unpaid.items():
        # The øre are those of the account of claims.
        _note(outcome, f"{number} still owed", 0, ore, 0)
    together = _groups(world)
    wanted, there, receipts = Counter(), Counter(), {}
    for day, own in odoo.by_day().items():
        group = together.get(day, day)
        receipts.setdefault(group, []).extend(own)
        wanted[group] += sum(one.ore for one in own if not one.invoice)
    for day, ore in fiken.days.items():
        there[together.get(day, day)] += ore
    for group in sorted({*wanted, *there}):
        apart = there[group] - wanted[group]
        if not apart:
            continue
        doubled, lost = _explain(receipts.get(group, []), apart, there[group])
        outcome.doubled += len(doubled)
        outcome.lost += len(lost)
        outcome.texts.append(
            f"{world.agenda.date(group)}: receipts {wanted[group]}, Fiken"
            f" {there[group]}; doubled {doubled}, lost {lost}"
        )


def _groups(world):
    """{day: the first of the days that it lies together with}"""
    groups = {}
    for days in world.together:
        first = min(groups.get(day, day) for day in days)
        groups.update(dict.fromkeys(days, first))
    return groups


def _explain(receipts, apart, there):
    """(names of receipts that are in Fiken twice, or though invoiced; of those missing)

    The fewest whose amounts are what is too much or too little.
    """
    if not there:
        return [], [one.name for one in receipts if not one.invoice]
    changes = [(one.ore, one.name, "doubled") for one in receipts if one.ore]
    changes += [
        (-one.ore, one.name, "lost") for one in receipts if one.ore and not one.invoice
    ]
    for count in range(1, MOST + 1):
        for some in combinations(changes, count):
            if sum(ore for ore, _name, _what in some) == apart:
                return tuple(
                    [name for _ore, name, what in some if what == wanted]
                    for wanted in ("doubled", "lost")
                )
    every = sum(one.ore for one in receipts if not one.invoice)
    if apart == every:
        return [one.name for one in receipts if not one.invoice], []
    return (["not told which"], []) if apart > 0 else ([], ["not told which"])
