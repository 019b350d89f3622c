"""Fiken's VAT types (fiken-api.md §7): names, rates and where each may be used."""

import re
from decimal import Decimal

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
# (field.md 3.3). Codes that Fiken has no type for are left out: 20, 81-85.
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
    "21": "HIGH_BASIS",
    "22": "MEDIUM_BASIS",
    "86": "HIGH_FOREIGN_SERVICE_DEDUCTIBLE",
    "87": "HIGH_FOREIGN_SERVICE_NONDEDUCTIBLE",
    "88": "LOW_FOREIGN_SERVICE_DEDUCTIBLE",
    "89": "LOW_FOREIGN_SERVICE_NONDEDUCTIBLE",
    "91": "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_DEDUCTIBLE",
    "92": "HIGH_PURCHASE_OF_EMISSIONSTRADING_OR_GOLD_NONDEDUCTIBLE",
}

ACCOUNT_CODE = re.compile(r"^\d{4}(:\d{5})?$")


def is_account_code(text):
    """Whether ``text`` has the form XXXX or XXXX:YYYYY (fiken-api.md §8)."""
    return bool(ACCOUNT_CODE.match(text or ""))
