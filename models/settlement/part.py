"""What a part says: which document of a day a job or link is about."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SalePart:
    """One of a day's sales, of which there is one a project: '', '2', '3' …

    :ivar index: of ``Books.sales``
    """

    index: int = 0

    def __str__(self):
        return str(self.index + 1) if self.index else ""

    @classmethod
    def parse(cls, part):
        return cls(int(part or 1) - 1)


@dataclass(frozen=True)
class PaymentPart:
    """What one source pays of a sale: ``1:m5``.

    :ivar source: key of a :class:`Source`
    """

    sale: SalePart
    source: str

    def __str__(self):
        return f"{self.sale.index + 1}:{self.source}"

    @classmethod
    def parse(cls, part):
        number, source = part.split(":")
        return cls(SalePart.parse(number), source)


# What a day is paid with: a means of payment, its fee, or the account of gift cards.
MEANS, FEE, ACCOUNT = "m", "f", "a"


@dataclass(frozen=True)
class SourceKey:
    """The key of a :class:`Source`: ``m5``, ``f5`` or ``a120``.

    :ivar number: Odoo's id of the means or the account
    """

    kind: str
    number: int

    def __str__(self):
        return f"{self.kind}{self.number}"

    @classmethod
    def parse(cls, key):
        return cls(key[0], int(key[1:]))
