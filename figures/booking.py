"""One day's figures as sales with payments and one journal entry, in øre.

Pure Python: no records, no database. What goes where: architecture.md §5, last row.
"""

from dataclasses import asdict, dataclass, field

from ..fiken_api import money, vat
from .amounts import Line, Residue, fit_vat, grouped


class Unbalanced(Exception):
    """What was taken in is not what was sold; both in øre."""

    def __init__(self, sold, taken):
        super().__init__()
        self.sold = sold
        self.taken = taken


@dataclass
class PaymentSource:
    """What a day was paid with: a means of payment, or redeemed gift cards.

    :ivar key: names it in jobs and links; the ledger tells its account
    :ivar amount: øre; negative when more was paid back than taken in
    """

    key: str
    amount: int
    text: str = ""


@dataclass
class NonSale:
    """What is no income: a gift card sold, a tip, cash in or out, a difference.

    :ivar amount: øre that its account is credited with; negative: debited
    :ivar through: the source whose money moved, for what no order paid
    """

    account: str
    amount: int
    text: str = ""
    through: str = ""


@dataclass
class Entry:
    """One line of the journal entry; with a VAT code Fiken adds the VAT to it.

    :ivar amount: øre; debit is positive
    :ivar source: the source whose account it is, else ``account`` names it
    """

    amount: int
    account: str = ""
    source: str = ""
    vat_type: str = ""
    text: str = ""

    @property
    def total(self):
        rate = vat.RATES[self.vat_type] if self.vat_type else 0
        return self.amount + money.vat_of(self.amount, rate)


@dataclass
class Sale:
    """One sale of the day: all of one project.

    :ivar payments: [(source key, øre)]
    """

    project: int
    lines: list
    payments: list = field(default_factory=list)

    @property
    def gross(self):
        return sum(line.gross for line in self.lines)


@dataclass
class Booking:
    """What of a day is booked in Fiken, and how."""

    sales: list
    entries: list
    residues: list

    @property
    def is_empty(self):
        """Whether nothing is left to book: what was sold was given back."""
        return not (self.sales or self.entries)

    def to_json(self):
        return asdict(self)

    @classmethod
    def from_json(cls, data):
        return cls(
            [
                Sale(
                    sale["project"],
                    [Line(**line) for line in sale["lines"]],
                    [tuple(payment) for payment in sale["payments"]],
                )
                for sale in data["sales"]
            ],
            [Entry(**entry) for entry in data["entries"]],
            [Residue(**residue) for residue in data["residues"]],
        )


@dataclass
class BookingOptions:
    """How a company and a vendor book their days.

    :ivar tolerance: øre that Fiken accepts between VAT and rate × net
    :ivar rounding: a function that names the account of the VAT's øre
    :ivar rounding_type: the VAT type of that line
    :ivar negative: 'journal' or 'sale': where negative amounts go
    """

    tolerance: int
    rounding: object
    rounding_type: str
    negative: str = "journal"
    rounding_text: str = ""


def book_day(lines, sources, others, ways):
    """Share a day's figures out over sales, payments and one journal entry.

    Whatever does not fit a sale (no income, and by ``ways.negative`` what is
    negative) is in the journal entry, and its money with it: the payments of the sales
    are smaller by as much.

    :param list lines: (project id or 0, :class:`Line`), income only
    :param list sources: :class:`Source`
    :param list others: :class:`Other`
    :return Books:
    :raise Unbalanced: money and goods do not meet
    """
    paid = [other for other in others if not other.through]
    sold = sum(line.gross for _project, line in lines)
    sold += sum(other.amount for other in paid)
    taken = sum(source.amount for source in sources)
    if sold != taken:
        raise Unbalanced(sold, taken)
    by_project = {}
    for project, line in lines:
        by_project.setdefault(project, []).append(line)
    split = ways.negative == "journal"
    no_sale = split and not any(source.amount > 0 for source in sources)
    sales, entries, residues = [], [], []
    for project, own in by_project.items():
        own = [line for line in grouped(own) if line.net or line.vat]
        # Whether Fiken takes a sale of nothing is unknown (fiken-api.md §13).
        nothing = no_sale or not split and not sum(line.gross for line in own)
        back = [line for line in own if nothing or split and line.gross < 0]
        rest = [line for line in own if line not in back]
        rest, left = fit_vat(rest, ways.tolerance)
        residues += left
        for residue in left:
            if split and residue.difference < 0:
                entries.append(_residue_entry(residue, ways))
            else:
                rest.append(_residue_line(residue, ways))
        if rest:
            sales.append(Sale(project, rest))
        # Fiken computes the VAT of a journal entry itself, without tolerance.
        _lines, left = fit_vat(back, 0)
        residues += left
        entries += [_taken_back(line) for line in back]
        entries += [_residue_entry(residue, ways) for residue in left]
    shares = _shares(sources, sum(sale.gross for sale in sales), split)
    _pay(sales, shares)
    used = {source.key: amount for source, amount in shares}
    entries += [
        Entry(source.amount - used[source.key], source=source.key, text=source.text)
        for source in sources
    ]
    entries += [Entry(-one.amount, account=one.account, text=one.text) for one in paid]
    for other in others:
        if other.through:
            entries.append(Entry(-other.amount, account=other.account, text=other.text))
            entries.append(Entry(other.amount, source=other.through, text=other.text))
    return Booking(sales, _merged(entries), _summed(residues))


def _residue_line(residue, ways):
    return Line(
        ways.rounding(),
        ways.rounding_type,
        residue.difference,
        0,
        f"{ways.rounding_text} {residue.vat_type}".strip(),
    )


def _residue_entry(residue, ways):
    return Entry(
        -residue.difference,
        account=ways.rounding(),
        text=f"{ways.rounding_text} {residue.vat_type}".strip(),
    )


def _taken_back(line):
    return Entry(-line.net, line.account, vat_type=line.vat_type, text=line.text)


def _shares(sources, gross, split):
    """How much of each source pays the sales; together exactly ``gross``.

    What is too much or too little is the largest source's: which one does not matter
    for its account, since the journal entry books the rest of it there.

    :return: [(source, øre)]
    """
    amounts = [max(one.amount, 0) if split else one.amount for one in sources]
    over = sum(amounts) - gross
    by_size = sorted(range(len(sources)), key=lambda i: -amounts[i])
    for index in by_size:
        taken = min(over, amounts[index]) if over > 0 and split else over
        amounts[index] -= taken
        over -= taken
        if not over:
            break
    return list(zip(sources, amounts, strict=True))


def _pay(sales, shares):
    """Let each sale be paid in full, one after the other from one source's purse."""
    purses = [[source.key, amount] for source, amount in shares]
    for sale in sales[:-1]:
        owed = sale.gross
        for purse in sorted(purses, key=lambda purse: -purse[1] * _sign(owed)):
            taken = _least(owed, purse[1])
            if taken:
                sale.payments.append((purse[0], taken))
                purse[1] -= taken
                owed -= taken
        if owed and purses:
            purses[0][1] -= owed
            sale.payments.append((purses[0][0], owed))
    if sales:
        sales[-1].payments = [(key, amount) for key, amount in purses if amount]
    for sale in sales:
        sale.payments = _summed_payments(sale.payments)


def _summed_payments(payments):
    sums = {}
    for key, amount in payments:
        sums[key] = sums.get(key, 0) + amount
    return [(key, amount) for key, amount in sums.items() if amount]


def _sign(amount):
    return -1 if amount < 0 else 1


def _least(owed, there):
    """What of ``there`` can pay ``owed``: of the same sign, and no more than either."""
    if owed * there <= 0:
        return 0
    return _sign(owed) * min(abs(owed), abs(there))


def _merged(entries):
    """One line per account, VAT type, side and text; those of nothing left out."""
    sums = {}
    for entry in entries:
        if not entry.amount:
            continue
        key = (
            entry.account,
            entry.source,
            entry.vat_type,
            entry.text,
            # A side with VAT is never netted: Fiken rounds each line's VAT.
            entry.amount > 0,
            len(sums) if entry.vat_type else 0,
        )
        if key in sums:
            sums[key].amount += entry.amount
        else:
            sums[key] = entry
    return list(sums.values())


def _summed(residues):
    sums = {}
    for residue in residues:
        odoo, fiken = sums.get(residue.vat_type, (0, 0))
        sums[residue.vat_type] = odoo + residue.odoo_vat, fiken + residue.fiken_vat
    return [Residue(name, odoo, fiken) for name, (odoo, fiken) in sums.items()]
