"""What a day of the point of sale consists of: figures only, no records.

Every amount is whole øre. Positive is what a sale makes: income, VAT that is owed,
money that comes in. Ids are Odoo's; 0 or an empty tuple where there is none.
"""

from dataclasses import asdict, dataclass, field, replace
from datetime import date

GIFT_SOLD = "gift_sold"
GIFT_REDEEMED = "gift_redeemed"
OWED = "owed"
OWED_BACK = "owed_back"
TIP = "tip"
ROUNDING = "rounding"
CASH_IN = "cash_in"
CASH_OUT = "cash_out"
DIFFERENCE = "difference"
TERMINAL = "terminal"

# They stand on receipts: with the lines they make up what customers paid.
ON_RECEIPTS = (GIFT_SOLD, GIFT_REDEEMED, OWED, OWED_BACK, TIP, ROUNDING)
# They are paid with: a debt to the customer becomes smaller.
PAID_WITH = (GIFT_REDEEMED, OWED_BACK)


@dataclass(frozen=True)
class Line:
    """Turnover of one Odoo account, product category, set of taxes and projects.

    ``category_id`` is the product category by whose mapping the account is chosen
    in Fiken; 0 where the account is not the one that the product proposes.
    ``tax_ids`` has more than one tax where the product has; net and VAT are in it once.
    """

    account_id: int
    category_id: int
    tax_ids: tuple[int, ...]
    project_ids: tuple[int, ...]
    net: int
    vat: int

    @property
    def gross(self):
        return self.net + self.vat


@dataclass(frozen=True)
class Group:
    """Turnover of one product category and set of taxes, for the report."""

    category_id: int
    tax_ids: tuple[int, ...]
    net: int
    vat: int
    quantity: float

    @property
    def gross(self):
        return self.net + self.vat


@dataclass(frozen=True)
class Payment:
    """What came in by one ``pos.payment.method``, change and refunds deducted."""

    means_id: int
    amount: int
    count: int
    session_ids: tuple[int, ...]


@dataclass(frozen=True)
class NonSale:
    """What is no turnover: credited to ``account_id`` when positive, else debited.

    A gift card sold, a deposit, a tip, cash put in, too much in the till and rounding
    up are positive; a gift card redeemed, a deposit paid back, cash taken out, too
    little in the till and rounding down are negative. ``means_id`` is the payment
    method by which the money came or went, 0 where that cannot be told. It is contained
    in that method's :class:`Payment` for the kinds ``ON_RECEIPTS`` and comes on top of
    it for cash in, cash out and differences. ``has_vat`` says that VAT was reckoned
    on it.
    """

    kind: str
    account_id: int
    means_id: int
    amount: int
    session_id: int
    label: str = ""
    has_vat: bool = False


@dataclass(frozen=True)
class Session:
    """A till's session as far as this day goes.

    The till is counted for the day of the session's last order: only there
    ``is_counted`` holds, and opening, expected, counted and difference are set.
    ``last_counted`` is what was counted before; the opening cash in the first session.
    """

    id: int
    name: str
    config_id: int
    config_name: str
    state: str
    orders: int
    is_rescue: bool
    opened_at: str = ""
    closed_at: str = ""
    is_counted: bool = False
    opening: int = 0
    expected: int = 0
    counted: int = 0
    difference: int = 0
    last_counted: int = 0
    is_foreign: bool = False

    @property
    def is_open(self):
        return self.state != "closed"

    @property
    def opening_difference(self):
        """What came into the drawer between the last counting and the opening."""
        return self.opening - self.last_counted


@dataclass(frozen=True)
class Invoiced:
    """An order that goes as an invoice; its payments are (payment method, øre)."""

    order_id: int
    name: str
    invoice_id: int
    gross: int
    payments: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class PayLater:
    """An order on the customer's account that nobody invoiced yet."""

    order_id: int
    name: str
    amount: int


@dataclass(frozen=True)
class Day:
    """A vendor's business day, read from the closed sessions of its points of sale.

    ``lines``, ``payments``, ``others`` and ``groups`` hold the orders that are not
    invoiced. Sessions of the day that are still open are among ``sessions`` and in no
    figure. Orders of ``pay_later`` are in the figures: they are sales of the day unless
    somebody invoices them. ``foreign`` are orders in another currency than the
    company's, ``unfit`` such with several taxes on a line; both are in no figure.
    """

    vendor_id: int
    date: str
    lines: tuple[Line, ...] = ()
    payments: tuple[Payment, ...] = ()
    others: tuple[NonSale, ...] = ()
    groups: tuple[Group, ...] = ()
    sessions: tuple[Session, ...] = ()
    order_ids: tuple[int, ...] = ()
    invoiced: tuple[Invoiced, ...] = ()
    pay_later: tuple[PayLater, ...] = ()
    foreign: tuple[int, ...] = ()
    unfit: tuple[int, ...] = ()
    sales: int = 0
    sales_gross: int = 0
    returns: int = 0
    returns_gross: int = 0
    discounts: int = 0
    discounts_gross: int = 0
    first_receipt: str = ""
    last_receipt: str = ""
    # Called, it says what each receipt puts into the day: {order: Receipt}. Not dumped.
    receipts: object = field(default=dict, compare=False, repr=False)

    @property
    def day(self):
        return date.fromisoformat(self.date)

    @property
    def net(self):
        return sum(line.net for line in self.lines)

    @property
    def vat(self):
        return sum(line.vat for line in self.lines)

    @property
    def gross(self):
        return sum(line.gross for line in self.lines)

    @property
    def paid(self):
        return sum(payment.amount for payment in self.payments)

    @property
    def imbalance(self):
        """What the receipts say beyond what was paid: 0, or nothing may be booked."""
        on_receipts = sum(
            other.amount for other in self.others if other.kind in ON_RECEIPTS
        )
        return self.gross + on_receipts - self.paid

    @property
    def open_sessions(self):
        """Those that the day waits for: none of a till in another currency."""
        return tuple(
            session
            for session in self.sessions
            if session.is_open and not session.is_foreign
        )

    def __bool__(self):
        return bool(
            self.order_ids
            or self.others
            or self.invoiced
            or self.foreign
            or self.unfit
            or any(session.is_open for session in self.sessions)
        )

    def dump(self):
        """As JSON holds it; :func:`load` makes the day of it again."""
        values = asdict(replace(self, receipts=dict))
        del values["receipts"]
        return values

    def since(self, before):
        """What this day has more than it had: the figures of a correction.

        :param Day before: the day as it was sent
        """
        return replace(
            self,
            lines=_difference(self.lines, before.lines, ("net", "vat")),
            payments=_difference(self.payments, before.payments, ("amount", "count")),
            others=_difference(self.others, before.others, ("amount",)),
            groups=_difference(self.groups, before.groups, ("net", "vat", "quantity")),
            **{name: getattr(self, name) - getattr(before, name) for name in COUNTS},
        )


COUNTS = (
    "sales",
    "sales_gross",
    "returns",
    "returns_gross",
    "discounts",
    "discounts_gross",
)


def load(values):
    """The :class:`Day` of what ``Day.dump`` made, also after a journey through JSON."""
    parts = {
        "lines": Line,
        "payments": Payment,
        "others": NonSale,
        "groups": Group,
        "sessions": Session,
        "invoiced": Invoiced,
        "pay_later": PayLater,
    }
    return Day(
        **{
            name: tuple(
                parts[name](**{key: _frozen(one) for key, one in part.items()})
                for part in value
            )
            if name in parts
            else _frozen(value)
            for name, value in values.items()
        }
    )


def _frozen(value):
    if isinstance(value, list | tuple):
        return tuple(_frozen(one) for one in value)
    return value


def _difference(after, before, amounts):
    """Entries of the same kind, after less before; what is equal disappears.

    Which sessions a payment came in by does not tell two entries apart.
    """
    left = {}
    for sign, entries in ((1, after), (-1, before)):
        for entry in entries:
            values = asdict(entry)
            values.pop("session_ids", None)
            key = tuple(
                _frozen(value) for name, value in values.items() if name not in amounts
            )
            there = left.get(key)
            change = {name: sign * getattr(entry, name) for name in amounts}
            if there:
                change = {name: getattr(there, name) + change[name] for name in amounts}
            left[key] = replace(there or entry, **change)
    return tuple(
        entry
        for entry in left.values()
        if any(round(getattr(entry, name), 6) for name in amounts)
    )
