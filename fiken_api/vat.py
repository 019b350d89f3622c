"""Fiken's VAT types (fiken-api.md §7): names, rates and where each may be used."""

import re
from decimal import Decimal
from typing import NamedTuple

# Rates in per cent as of 2025/26. A type that is missing here has no rate of its own.
RATES = {
    "NONE": Decimal(0),
    "HIGH": Decimal(25),
    "MEDIUM": Decimal(15),
    "RAW_FISH": Decimal("11.11"),
    "LOW": Decimal(12),
    "EXEMPT": Decimal(0),
    "EXEMPT_IMPORT_EXPORT": Decimal(0),
    "EXEMPT_REVERSE": Decimal(0),
    "OUTSIDE": Decimal(0),
}

SALE_TYPES = tuple(RATES)

# Products, invoices and credit notes list no RAW_FISH; sales do (§7).
INVOICE_TYPES = tuple(name for name in SALE_TYPES if name != "RAW_FISH")

PURCHASE_TYPES = (
    "NONE",
    "HIGH",
    "MEDIUM",
    "RAW_FISH",
    "LOW",
    "HIGH_DIRECT",
    "MEDIUM_DIRECT",
    "HIGH_BASIS",
    "MEDIUM_BASIS",
    "NONE_IMPORT_BASIS",
    "HIGH_FOREIGN_SERVICE_DEDUCTIBLE",
    "HIGH_FOREIGN_SERVICE_NONDEDUCTIBLE",
    "LOW_FOREIGN_SERVICE_DEDUCTIBLE",
    "LOW_FOREIGN_SERVICE_NONDEDUCTIBLE",
    "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_DEDUCTIBLE",
    "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_NONDEDUCTIBLE",
)

# SAF-T's standard tax codes, which Odoo's Norwegian chart carries on every tax
# (fiken-api.md §7.2). Codes that Fiken has no type for, or one that it computes
# otherwise than Odoo does, are left out: 20-22, 81-85.
SALE_TYPE_OF_CODE = {
    "3": "HIGH",
    "31": "MEDIUM",
    "32": "RAW_FISH",
    "33": "LOW",
    "5": "EXEMPT",
    "51": "EXEMPT_REVERSE",
    "52": "EXEMPT_IMPORT_EXPORT",
    "6": "OUTSIDE",
    "7": "NONE",
    "0": "NONE",
}
PURCHASE_TYPE_OF_CODE = {
    "0": "NONE",
    "1": "HIGH",
    "11": "MEDIUM",
    "12": "RAW_FISH",
    "13": "LOW",
    "14": "HIGH_DIRECT",
    "15": "MEDIUM_DIRECT",
    "86": "HIGH_FOREIGN_SERVICE_DEDUCTIBLE",
    "87": "HIGH_FOREIGN_SERVICE_NONDEDUCTIBLE",
    "88": "LOW_FOREIGN_SERVICE_DEDUCTIBLE",
    "89": "LOW_FOREIGN_SERVICE_NONDEDUCTIBLE",
    "91": "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_DEDUCTIBLE",
    "92": "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_NONDEDUCTIBLE",
}

ACCOUNT_CODE = re.compile(r"[0-9]{4}(:[0-9]{5})?")


def is_account_code(text):
    """Whether ``text`` has the form XXXX or XXXX:YYYYY (fiken-api.md §8)."""
    return bool(ACCOUNT_CODE.fullmatch(text or ""))


# SAF-T codes that are not proposed, and why (fiken-api.md §7.2): a person chooses a
# type, or books it in Fiken.
# Odoo's bill grows by the VAT; Fiken books the base and computes the VAT beside it.
CODES_OF_BASIS = ("21", "22")
# Fiken has no type for them at all.
CODES_WITHOUT_TYPE = ("20", "81", "82", "83", "84", "85")

# Fiken's line is the VAT itself, with no base (§7): Odoo's line becomes two.
VAT_ONLY_TYPES = ("HIGH_DIRECT", "MEDIUM_DIRECT")
# Fiken books the base, and computes the VAT beside it; what is paid is the base.
BASIS_TYPES = ("HIGH_BASIS", "MEDIUM_BASIS", "NONE_IMPORT_BASIS")

# The buyer accounts for the VAT: Fiken computes it from the base, beside what is paid.
# Where it is deducted, it is input and output VAT; where not, it is part of the cost.
_SELF_ASSESSED = {
    "HIGH_FOREIGN_SERVICE": Decimal(25),
    "LOW_FOREIGN_SERVICE": Decimal(12),
    "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD": Decimal(25),
}
_DEDUCTED, _NOT_DEDUCTED = "_DEDUCTIBLE", "_NONDEDUCTIBLE"

# Income accounts that go with a type, from Fiken's account help (fiken-api.md §7.1).
# A hint, not a whitelist: an account that no rule names is not judged.
_INCOME_ACCOUNTS = {
    "HIGH": r"3000|3010|3020|3061|3070|3081|3090",
    "MEDIUM": r"3030|3040|3063",
    "LOW": r"3050|3081|3090",
    "RAW_FISH": r"3030",
    "EXEMPT": r"31\d\d",
    "EXEMPT_IMPORT_EXPORT": r"31\d[0-8]",
    "OUTSIDE": r"32(?!09|10|19|29)\d\d",
    "NONE": r"3\d\d9",
}


def is_usual_pair(account, vat_type):
    """Whether Fiken's account help lets an income account go with a VAT type.

    :param str account: XXXX or XXXX:YYYYY
    :return: False only where the help names the account for other types (§7.1)
    """
    named = usual_types(account)
    return not named or vat_type in named or vat_type not in _INCOME_ACCOUNTS


def usual_types(account):
    """The VAT types that Fiken's account help names with an account; none: any."""
    return [
        name
        for name, pattern in _INCOME_ACCOUNTS.items()
        if re.fullmatch(pattern, account[:4])
    ]


def rate_of(vat_type):
    """Per cent that Fiken adds to a line of this type; 0 where the buyer accounts for
    the VAT themselves, or the line is no base at all (§7).
    """
    return RATES.get(vat_type, Decimal(0))


class SelfAssessed(NamedTuple):
    """Two types of one kind of self-assessed VAT: deducted, and part of the cost."""

    rate: Decimal
    deducted: str
    not_deducted: str


def self_assessed(vat_type):
    """:class:`SelfAssessed` of a type whose VAT the buyer accounts for, else None."""
    kind = vat_type.removesuffix(_DEDUCTED).removesuffix(_NOT_DEDUCTED)
    rate = _SELF_ASSESSED.get(kind)
    if rate is None:
        return None
    return SelfAssessed(rate, kind + _DEDUCTED, kind + _NOT_DEDUCTED)


def charges_vat(vat_type):
    """Whether the seller's bill has Norwegian VAT on it with this type."""
    return bool(RATES.get(vat_type)) or vat_type in VAT_ONLY_TYPES


# The code that a journal entry carries for a type of sales (fiken-api.md §6.2, §7).
SALE_CODE_OF_TYPE = {
    name: int(code) for code, name in SALE_TYPE_OF_CODE.items() if code != "0"
}
