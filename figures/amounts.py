"""The figures of one document, in øre, and where Fiken's arithmetic differs.

Pure Python: no records, no database. Rule 6 of docs/architecture.md lives here.
"""

from dataclasses import dataclass, replace

from ..fiken_api import money, vat


@dataclass
class Line:
    """One posted line: a Fiken account and VAT type with Odoo's net and VAT in øre.

    :ivar project: Fiken's id of the line's own project; '' for none
    :ivar net_currency, vat_currency: in 1/100 of the document's own currency; 0 on
        documents in NOK
    :ivar source: what its caller knows the line's origin by, such as Odoo's account
    """

    account: str
    vat_type: str
    net: int
    vat: int
    text: str = ""
    project: str = ""
    net_currency: int = 0
    vat_currency: int = 0
    source: int = 0

    @property
    def gross(self):
        return self.net + self.vat

    @property
    def gross_currency(self):
        return self.net_currency + self.vat_currency

    def __neg__(self):
        return replace(
            self,
            net=-self.net,
            vat=-self.vat,
            net_currency=-self.net_currency,
            vat_currency=-self.vat_currency,
        )

    def __bool__(self):
        return any((self.net, self.vat, self.net_currency, self.vat_currency))


@dataclass
class Residue:
    """Odoo's VAT of one VAT type beside the VAT that Fiken accepts, in øre.

    :ivar odoo_currency, fiken_currency: the same in the document's own currency
    """

    vat_type: str
    odoo_vat: int
    fiken_vat: int
    odoo_currency: int = 0
    fiken_currency: int = 0

    @property
    def difference(self):
        return self.odoo_vat - self.fiken_vat

    @property
    def difference_currency(self):
        return self.odoo_currency - self.fiken_currency

    @property
    def size(self):
        return max(abs(self.difference), abs(self.difference_currency))


def grouped(lines):
    """One line per account, VAT type and project, in the order of their appearance."""
    groups, texts = {}, {}
    for line in lines:
        key = (line.account, line.vat_type, line.project)
        there = groups.get(key)
        groups[key] = line
        if there is not None:
            groups[key] = replace(
                line,
                net=there.net + line.net,
                vat=there.vat + line.vat,
                net_currency=there.net_currency + line.net_currency,
                vat_currency=there.vat_currency + line.vat_currency,
            )
        texts.setdefault(key, {})[line.text] = True
    return [
        replace(line, text=", ".join(filter(None, texts[key])))
        for key, line in groups.items()
    ]


def split(line, shares):
    """A line shared out over projects; the last part takes what rounding leaves.

    :param dict shares: {Fiken's project id or '': per cent}, 100 in all
    :return: list of :class:`Line`
    """
    parts, left = [], replace(line)
    *first, last = shares.items()
    for project, percent in first:
        part = replace(
            line,
            net=money.vat_of(line.net, percent),
            vat=money.vat_of(line.vat, percent),
            net_currency=money.vat_of(line.net_currency, percent),
            vat_currency=money.vat_of(line.vat_currency, percent),
            project=project,
        )
        parts.append(part)
        left.net -= part.net
        left.vat -= part.vat
        left.net_currency -= part.net_currency
        left.vat_currency -= part.vat_currency
    left.project = last[0]
    return [*parts, left]


def fit_vat(lines, tolerance):
    """Make each line's VAT one that Fiken accepts (architecture.md, rule 6).

    Odoo's VAT stays where it lies within ``tolerance`` øre of rate × net; else it
    becomes rate × net, and the difference is a :class:`Residue` for the rounding
    account. NOK and the document's own currency are each settled for themselves.

    :param list lines: :class:`Line`; not changed
    :param int tolerance: øre
    :return: (lines with VAT as Fiken wants it, one residue per VAT type that has one)
    """
    settled, sums = [], {}
    for line in lines:
        accepted = replace(
            line,
            vat=_accepted(line.net, line.vat, line.vat_type, tolerance),
            vat_currency=_accepted(
                line.net_currency, line.vat_currency, line.vat_type, tolerance
            ),
        )
        settled.append(accepted)
        residue = sums.setdefault(line.vat_type, Residue(line.vat_type, 0, 0))
        residue.odoo_vat += line.vat
        residue.fiken_vat += accepted.vat
        residue.odoo_currency += line.vat_currency
        residue.fiken_currency += accepted.vat_currency
    return settled, [residue for residue in sums.values() if residue.size]


def _accepted(net, odoo_vat, vat_type, tolerance):
    if vat_type in vat.VAT_ONLY_TYPES:
        return odoo_vat
    expected = money.vat_of(net, vat.rate_of(vat_type))
    return odoo_vat if abs(odoo_vat - expected) <= tolerance else expected
