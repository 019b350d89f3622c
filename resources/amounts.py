"""The figures of one document, in øre, and where Fiken's arithmetic differs.

Pure Python: no records, no database. Rule 6 of the design lives here.
"""

from dataclasses import dataclass, replace

from odoo.addons.fiken_connector.fiken_api import money, vat


@dataclass
class Line:
    """One posted line: a Fiken account and VAT type with Odoo's net and VAT in øre.

    :ivar project: Fiken's id of the line's own project; '' for none
    :ivar foreign: gross in 1/100 of the document's currency, where that is not NOK
    """

    account: str
    vat_type: str
    net: int
    vat: int
    text: str = ""
    project: str = ""
    foreign: int = 0

    @property
    def gross(self):
        return self.net + self.vat


@dataclass
class Residue:
    """Odoo's VAT of one VAT type beside the VAT that Fiken accepts, in øre."""

    vat_type: str
    odoo_vat: int
    fiken_vat: int

    @property
    def difference(self):
        return self.odoo_vat - self.fiken_vat


def grouped(lines):
    """One line per account, VAT type and project, in the order of their appearance."""
    groups, texts = {}, {}
    for line in lines:
        key = (line.account, line.vat_type, line.project)
        there = groups.get(key)
        groups[key] = line
        if there:
            groups[key] = replace(
                line,
                net=there.net + line.net,
                vat=there.vat + line.vat,
                foreign=there.foreign + line.foreign,
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
            foreign=money.vat_of(line.foreign, percent),
            project=project,
        )
        parts.append(part)
        left.net -= part.net
        left.vat -= part.vat
        left.foreign -= part.foreign
    left.project = last[0]
    return [*parts, left]


def settle_vat(lines, tolerance):
    """Make each line's VAT one that Fiken accepts (design, rule 6).

    Odoo's VAT stays where it lies within ``tolerance`` øre of rate × net; else it
    becomes rate × net, and the difference is a :class:`Residue` for the rounding
    account.

    :param list lines: :class:`Line`; not changed
    :param int tolerance: øre
    :return: (lines with VAT as Fiken wants it, one residue per VAT type that has one)
    """
    settled, sums = [], {}
    for line in lines:
        expected = money.vat_of(line.net, vat.rate_of(line.vat_type))
        if line.vat_type in vat.VAT_ONLY_TYPES:
            expected = line.vat
        kept = abs(line.vat - expected) <= tolerance
        settled.append(line if kept else replace(line, vat=expected))
        odoo, fiken = sums.get(line.vat_type, (0, 0))
        sums[line.vat_type] = (odoo + line.vat, fiken + settled[-1].vat)
    residues = [Residue(name, odoo, fiken) for name, (odoo, fiken) in sums.items()]
    return settled, [residue for residue in residues if residue.difference]
