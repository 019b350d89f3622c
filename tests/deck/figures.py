"""What a document is in either system, in the same terms."""

from collections import Counter
from dataclasses import dataclass, field

from . import accounts as chart


@dataclass
class Figures:
    """Øre in NOK, debit positive; VAT by its SAF-T code.

    :ivar nets: {(Fiken account, code): øre}
    :ivar vats: {(Fiken's VAT account, code): øre}
    :ivar owed: {receivable, payable or cash account: øre}
    :ivar lines: {code: how many lines have it}
    :ivar spread: {account: øre that may stand on a code or without VAT}
    :ivar cent: øre of one hundredth of its currency, rounded up
    """

    nets: Counter = field(default_factory=Counter)
    vats: Counter = field(default_factory=Counter)
    owed: Counter = field(default_factory=Counter)
    lines: Counter = field(default_factory=Counter)
    spread: Counter = field(default_factory=Counter)
    cent: int = 1

    def room(self, code):
        """Øre by which VAT that Fiken computes itself may be rounded otherwise."""
        return self.lines[code] * self.cent

    def accounts(self):
        """{account: øre}"""
        found = Counter(self.owed)
        for part in (self.nets, self.vats):
            for (account, _code), ore in part.items():
                found[account] += ore
        return found


@dataclass
class Differences:
    """:ivar texts: what is not the same, in words
    :ivar allowed: {account: øre that Fiken may have more than Odoo}
    """

    texts: list = field(default_factory=list)
    allowed: Counter = field(default_factory=Counter)


def differences(odoo, fiken, side, told, cap):
    """:param str side: sale or purchase
    :param told: {VAT type: {(Odoo's øre, Fiken's)}} that the document's notes name
    :param int cap: øre that may go to the rounding account
    """
    found = Differences()
    residue = _vat(odoo, fiken, told, cap, found)
    wanted = Counter(odoo.nets)
    if residue:
        wanted[chart.ROUNDING, chart.WITHOUT_TAX[side]] += residue
        found.allowed[chart.ROUNDING] += residue
    _nets(wanted, fiken.nets, odoo, found)
    for account in sorted({*odoo.owed, *fiken.owed}):
        if odoo.owed[account] != fiken.owed[account]:
            found.texts.append(
                f"{account}: Odoo {odoo.owed[account]}, Fiken {fiken.owed[account]}"
            )
    return found


def _vat(odoo, fiken, told, cap, found):
    """:return: the øre that must be on the rounding account"""
    residue = size = 0
    for key in sorted({*odoo.vats, *fiken.vats}):
        account, code = key
        ours, theirs = odoo.vats[key], fiken.vats[key]
        left = ours - theirs
        if not left:
            continue
        text = f"VAT {account} code {code}: Odoo {ours}, Fiken {theirs}"
        if code in chart.OF_THE_BUYER:
            _computed_by_fiken(odoo, fiken, code, found, text)
            found.allowed[account] -= left
            continue
        if (abs(ours), abs(theirs)) not in told.get(chart.NAMES.get(code), ()):
            found.texts.append(f"{text}, and nobody is told")
            continue
        residue += left
        size += abs(left)
        found.allowed[account] -= left
    if size > cap:
        found.texts.append(f"{size} øre are rounded, more than {cap}")
    return residue


def _computed_by_fiken(odoo, fiken, code, found, text):
    """Nobody pays it: øre may be rounded otherwise, as long as all is balanced."""
    left = sum(
        ore * sign
        for figures, sign in ((odoo, 1), (fiken, -1))
        for part in (figures.vats, figures.nets)
        for (_account, name), ore in part.items()
        if name == code
    )
    most = max(
        abs(odoo.vats[key] - fiken.vats[key])
        for key in {*odoo.vats, *fiken.vats}
        if key[1] == code
    )
    if left or most > odoo.room(code):
        found.texts.append(text)


def _nets(wanted, there, odoo, found):
    for key in sorted({*wanted, *there}):
        account, code = key
        left = wanted[key] - there[key]
        if not left:
            continue
        room = odoo.spread[account]
        if code in chart.OF_THE_BUYER:
            # What is not deducted of it is in the cost: compared with the VAT.
            room = odoo.room(code)
            found.allowed[account] -= left
        elif room:
            left_in_all = sum(
                ore * sign
                for part, sign in ((wanted, 1), (there, -1))
                for (one, _code), ore in part.items()
                if one == account
            )
            room = 0 if left_in_all else room
        if abs(left) > room:
            found.texts.append(
                f"{account} code {code}: Odoo {wanted[key]}, Fiken {there[key]}"
            )
