"""The tax and the rounding of a receipt, as Odoo's closing entry posts them.

Odoo computes receipt by receipt: a company that rounds globally spreads the øre of a
receipt over its lines, so the stored subtotals of lines do not add up to what it posts.
Odoo's own engine takes milliseconds a receipt. Receipts whose lines have one plain
percentage at most, nearly all, are computed here, float by float in the same order; the
rest is left to the engine. Tests hold the two against each other.
"""

# Odoo's answer to binary fractions: 2.675 is half an øre and goes up.
NUDGE = 2.0**-50


class Percentage:
    """A tax of so many per cent that is or is not contained in prices.

    ``factor`` is the price without tax ÷ the price with it.
    """

    __slots__ = ("factor", "is_included", "rate", "tax_id")

    def __init__(self, tax_id, rate, is_included):
        self.tax_id = tax_id
        self.rate = rate
        self.is_included = is_included
        share = rate / 100.0
        self.factor = 1 / (1 + share) if share != -1 else 0.0


def to_ore(kroner):
    """Whole øre, half an øre away from zero."""
    ore = kroner * 100.0
    return round(ore + ore * NUDGE)


def rounded(lines, is_per_line):
    """The lines of one receipt in øre.

    :param lines: [(price, quantity, discount in per cent, :class:`Percentage` or None,
        whether the line takes back)]
    :param is_per_line: how the company rounds tax: each line for itself, or globally
    :return: (net, VAT) of each line, in the order of ``lines``
    """
    raw, nets, vats = [], [], []
    for line in lines:
        net, vat = amounts = _raw(line, is_per_line)
        raw.append(amounts)
        nets.append(to_ore(net))
        vats.append(to_ore(vat) if vat else 0)
    if not is_per_line:
        for indices in _apart(lines):
            if len(indices) > 1:
                _spread_vat(lines, indices, raw, vats)
            _spread_net(lines, indices, raw, nets, vats)
    return zip(nets, vats, strict=True)


def _apart(lines):
    """The places of lines that sell, and of lines that take back."""
    sold, returned = [], []
    for index, line in enumerate(lines):
        (returned if line[4] else sold).append(index)
    return [indices for indices in (sold, returned) if indices]


def _raw(line, is_per_line):
    """(net, VAT) in kroner before they are rounded."""
    price, quantity, discount, tax, _is_return = line
    base = quantity * (price * (1 - discount / 100.0))
    if is_per_line:
        base = to_ore(base) / 100
    if not tax:
        return base, 0.0
    if tax.is_included:
        vat = base * tax.factor * tax.rate / 100.0
    else:
        vat = base * tax.rate / 100.0
    if is_per_line:
        vat = to_ore(vat) / 100
    return (base - vat if tax.is_included else base), vat


def _spread_vat(lines, indices, raw, vats):
    """VAT of each tax is the rounded sum."""
    groups = {}
    for index in indices:
        tax = lines[index][3]
        if tax:
            groups.setdefault(tax.tax_id, []).append(index)
    for taxed in groups.values():
        if len(taxed) > 1:
            total, there = 0.0, 0
            for index in taxed:
                total += raw[index][1]
                there += vats[index]
            left = to_ore(total) - there
            if left:
                _spread(left, taxed, [raw[index][1] for index in taxed], vats)


def _spread_net(lines, indices, raw, nets, vats):
    """Prices with tax keep their total; if any is without, net is the rounded sum."""
    is_included = True
    net = vat = 0.0
    there = vat_there = 0
    for index in indices:
        tax = lines[index][3]
        if tax and not tax.is_included:
            is_included = False
        net += raw[index][0]
        vat += raw[index][1]
        there += nets[index]
        vat_there += vats[index]
    if is_included:
        net += vat
        there += vat_there
    left = to_ore(net) - there
    if net and left:
        weights = [
            raw[index][0] + raw[index][1] if is_included else raw[index][0]
            for index in indices
        ]
        _spread(left, indices, weights, nets)


def _spread(left, indices, weights, amounts):
    """Give ``left`` øre to the heaviest first, by weight, then one by one."""
    sign = -1 if left < 0 else 1
    errors = remaining = abs(left)
    heaviest = sorted(
        ((index, abs(weight)) for index, weight in zip(indices, weights, strict=True)),
        key=lambda pair: pair[1],
        reverse=True,
    )
    total = sum(weight for _index, weight in heaviest)
    for index, weight in heaviest:
        if not remaining:
            return
        share = weight / total if total else 1 / len(heaviest)
        given = min(round(share * errors), remaining)
        remaining -= given
        amounts[index] += sign * given
    for index, _weight in heaviest[:remaining]:
        amounts[index] += sign
