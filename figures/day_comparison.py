"""What a day holds on Fiken's accounts, as it was sent and as Fiken has it, in øre.

Pure Python: no records, no HTTP.
"""

from collections import defaultdict

from ..fiken_api import vat

# Fiken's accounts of VAT begin with it (NS 4102): on these Fiken posts by itself.
VAT_CLASS = "27"


class Sums(defaultdict):
    """{name of a sum: its amounts}, such as net and VAT of an account and VAT type."""

    def __init__(self):
        super().__init__(tuple)

    def add(self, name, *amounts):
        there = self[name] or (0,) * len(amounts)
        self[name] = tuple(a + b for a, b in zip(there, amounts, strict=True))

    def differences(self, there):
        """[(name, amounts here, amounts there)] of the sums that are not equal."""
        found = []
        for name in sorted({*self, *there}):
            one, other = self.get(name, ()), there.get(name, ())
            size = max(len(one), len(other))
            one, other = one or (0,) * size, other or (0,) * size
            if one != other:
                found.append((name, one, other))
        return found


def entry_name(account, code):
    """What tells the lines of a journal entry apart; no code and code 0 are the same.

    :param code: VAT code, as text or number
    """
    return f"{account} {code}" if str(code or 0) != "0" else account


def account_of(name):
    return name.split(" ")[0]


def entry_differences(sent, there):
    """What of a journal entry is not as it was sent.

    Only the lines that were sent are named then; VAT on them is Fiken's own work.

    :param sent, there: {name: øre}, as :func:`entry_name` names lines
    :return: as :meth:`Sums.differences`
    """
    one, other = Sums(), Sums()
    for name, amount in sent.items():
        one.add(name, amount)
    for name, amount in there.items():
        if name in sent or not account_of(name).startswith(VAT_CLASS):
            other.add(name, amount)
    return one.differences(other)


def turnover_of(name):
    """The VAT type of a line of a journal entry that is turnover; '' of others."""
    _account, _space, code = name.partition(" ")
    return vat.SALE_TYPE_OF_CODE.get(code, "") if code else ""
