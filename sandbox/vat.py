"""Fiken's VAT types: their codes, rates and accounts, and which of them go with which
income account.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from .errors import bad_request
from .money import share


@dataclass(frozen=True)
class VatType:
    name: str
    rate: Decimal
    # SAF-T codes, used on journal entries
    purchase_code: int | None = None
    sale_code: int | None = None
    output: str | None = None
    input: str | None = None
    # "plain": VAT on top of the net amount · "direct": only VAT, no net amount
    # "reverse": the buyer accounts for it, nothing is paid · "cost": the same, but it
    # cannot be deducted
    way: str = "plain"


def _table(*rows) -> dict[str, VatType]:
    return {row.name: row for row in rows}


_25, _15, _12, _0 = Decimal(25), Decimal(15), Decimal(12), Decimal(0)

TYPES = _table(
    VatType("NONE", _0, 0, 7),
    VatType("HIGH", _25, 1, 3, "2701", "2711"),
    VatType("MEDIUM", _15, 11, 31, "2702", "2712"),
    VatType("RAW_FISH", Decimal("11.11"), 12, 32, "2705", "2715"),
    VatType("LOW", _12, 13, 33, "2703", "2713"),
    VatType("EXEMPT", _0, None, 5),
    VatType("EXEMPT_IMPORT_EXPORT", _0, None, 52),
    VatType("EXEMPT_REVERSE", _0, None, 51),
    VatType("OUTSIDE", _0, None, 6),
    VatType("HIGH_DIRECT", _25, 14, None, None, "2711", "direct"),
    VatType("MEDIUM_DIRECT", _15, 15, None, None, "2712", "direct"),
    VatType("HIGH_BASIS", _25, 21, None, "2707", "2717", "reverse"),
    VatType("MEDIUM_BASIS", _15, 22, None, "2707", "2717", "reverse"),
    VatType("NONE_IMPORT_BASIS", _0, 23, None),
    VatType(
        "HIGH_FOREIGN_SERVICE_DEDUCTIBLE", _25, 86, None, "2706", "2716", "reverse"
    ),
    VatType("HIGH_FOREIGN_SERVICE_NONDEDUCTIBLE", _25, 87, None, "2706", None, "cost"),
    VatType("LOW_FOREIGN_SERVICE_DEDUCTIBLE", _12, 88, None, "2706", "2716", "reverse"),
    VatType("LOW_FOREIGN_SERVICE_NONDEDUCTIBLE", _12, 89, None, "2706", None, "cost"),
    VatType(
        "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_DEDUCTIBLE",
        _25,
        91,
        None,
        "2708",
        "2718",
        "reverse",
    ),
    VatType(
        "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_NONDEDUCTIBLE",
        _25,
        92,
        None,
        "2708",
        None,
        "cost",
    ),
)

INVOICE_TYPES = frozenset(
    "HIGH MEDIUM LOW EXEMPT EXEMPT_IMPORT_EXPORT EXEMPT_REVERSE OUTSIDE NONE".split()
)
SALE_TYPES = INVOICE_TYPES | {"RAW_FISH"}
PURCHASE_TYPES = frozenset(
    name for name, vat in TYPES.items() if vat.purchase_code is not None
)

# Code → (type, does it belong to the sales side?)
BY_CODE = {
    vat.purchase_code: (vat, False)
    for vat in TYPES.values()
    if vat.purchase_code is not None
}
BY_CODE.update(
    {vat.sale_code: (vat, True) for vat in TYPES.values() if vat.sale_code is not None}
)

_ACCOUNTS = {
    "HIGH": {"3000", "3010", "3020", "3061", "3070", "3081", "3090"},
    "MEDIUM": {"3030", "3040", "3063"},
    "LOW": {"3050", "3081", "3090"},
    "RAW_FISH": {"3030"},
}
_PATTERNS = [
    ("EXEMPT", re.compile(r"31\d\d")),
    ("EXEMPT_IMPORT_EXPORT", re.compile(r"31\d[0-8]")),
    ("EXEMPT_REVERSE", re.compile(r"31\d[0-8]")),
    ("OUTSIDE", re.compile(r"32\d\d(?<!3209)(?<!3210)(?<!3219)(?<!3229)")),
    ("NONE", re.compile(r"3\d\d9")),
]


def types_for_income_account(account: str) -> set[str]:
    """The types known to go with an income account; empty when nothing is known about
    it.
    """
    known = {name for name, accounts in _ACCOUNTS.items() if account in accounts}
    return known | {name for name, pattern in _PATTERNS if pattern.fullmatch(account)}


def check_type(name: str | None, allowed: frozenset[str], field: str) -> VatType:
    if not name:
        raise bad_request(f"'{field}' er påkrevd")
    if name not in allowed:
        choices = ", ".join(sorted(allowed))
        raise bad_request(
            f"Invalid vatType '{name}' in {field}, expected one of {choices}"
        )
    return TYPES[name]


def check_income_account(account: str, vat_type: str, switches) -> None:
    """Whether a sale may go to this account with this type."""
    any_type = switches["account_vat_types"] == "accept"
    if account.startswith("3"):
        known = types_for_income_account(account)
        if known and vat_type not in known and not any_type:
            raise _wrong_pair(vat_type, account, known)
        return
    if account[0] in "12":
        refused = switches["balance_accounts_on_sales"] == "refuse"
    elif account == "7740":
        refused = switches["rounding_account_on_sales"] == "refuse"
    else:
        refused = True
    if refused:
        raise bad_request(f"Account {account} cannot be used on a sale")
    if vat_type not in ("NONE", "OUTSIDE") and not any_type:
        raise _wrong_pair(vat_type, account, {"NONE", "OUTSIDE"})


def _wrong_pair(vat_type: str, account: str, allowed: set[str]):
    choices = ", ".join(sorted(allowed))
    return bad_request(
        f"vatType {vat_type} cannot be used with account {account}, only {choices}"
    )


def check_registered(company, vat_type: str, allowed=("OUTSIDE",)) -> None:
    if company["vatType"] == "no" and vat_type not in allowed:
        raise bad_request(
            f"vatType {vat_type}: the company is not VAT registered, use OUTSIDE"
        )


def check_amount(
    vat: VatType, net: int, amount: int, tolerance: int, field: str
) -> None:
    """A line's VAT must be the rate's, give or take the tolerance."""
    if vat.way == "direct":
        if net:
            raise bad_request(f"{field}: netPrice must be 0 for vatType {vat.name}")
        return
    expected = share(net, vat.rate) if vat.way == "plain" else 0
    if abs(amount - expected) > (tolerance if expected else 0):
        raise bad_request(
            f"{field}: vat is {amount}, but {vat.name} of netPrice {net} is {expected}"
        )
