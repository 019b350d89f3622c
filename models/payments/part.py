"""What a part says, where one document has several payments in Fiken."""

from dataclasses import dataclass

LEFT = "left-"
BARE = "bare-"


@dataclass(frozen=True)
class SharePart:
    """What one reconciliation pays: the money, or one account that was written off.

    :ivar partial_id: of the reconciliation, which Odoo deletes when it is undone
    :ivar number: of the written off account, counted from 1; 0 is the money
    """

    partial_id: int
    number: int = 0

    def __str__(self):
        return (
            f"{self.partial_id}-{self.number}" if self.number else f"{self.partial_id}"
        )

    @classmethod
    def parse(cls, part):
        """:raise ValueError: it is another kind of part"""
        partial_id, _dash, number = part.partition("-")
        return cls(int(partial_id), int(number or 0))


@dataclass(frozen=True)
class LeftPart:
    """A payment in Fiken that paid nothing in Odoo: a person was asked about it.

    :ivar remote_id: of the payment
    """

    remote_id: str

    def __str__(self):
        return f"{LEFT}{self.remote_id}"

    @classmethod
    def parse(cls, part):
        """:raise ValueError: it is another kind of part"""
        if not part.startswith(LEFT):
            raise ValueError(part)
        return cls(part.removeprefix(LEFT))


@dataclass(frozen=True)
class BarePart:
    """A payment in Odoo that has no entry: the bank has not moved it yet.

    :ivar payment_id: of the payment
    """

    payment_id: int

    def __str__(self):
        return f"{BARE}{self.payment_id}"

    @classmethod
    def parse(cls, part):
        """:raise ValueError: it is another kind of part"""
        if not part.startswith(BARE):
            raise ValueError(part)
        return cls(int(part.removeprefix(BARE)))


def partial_id(part):
    """The id of the reconciliation that a part names; 0 when it names none."""
    try:
        return SharePart.parse(part).partial_id
    except ValueError:
        return 0
