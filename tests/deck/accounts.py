"""The deck's own table of accounts and VAT codes: it sets the ledger by it.

VAT is told by its SAF-T code, which Odoo's taxes carry and Fiken's postings too.
"""

BANK, CASH, ROUNDING = "1920:10001", "1901", "7740"
RECEIVABLE, PAYABLE = "1500", "2400"
# Accounts on which a document is owed or was paid.
OWED = (RECEIVABLE, PAYABLE, CASH)

# Income accounts that go with each code (None: no tax in Odoo).
INCOME = {
    "3": ("3000", "3010", "3020"),
    "31": ("3030", "3040"),
    "33": ("3050",),
    "5": ("3100",),
    "6": ("3200",),
    "7": ("3009",),
    "51": ("3110",),
    "52": ("3120",),
    None: ("3019",),
}
RATED = ("3", "31", "33")
# Cost accounts in the same way.
COSTS = {
    "1": ("4300", "6540"),
    "11": ("4300",),
    "13": ("7140",),
    "0": ("6800",),
    None: ("7770",),
}
# What the buyer accounts for, and VAT of imports, a line of its own in Fiken.
FROM_ABROAD = {
    "86": ("6553", "6540"),
    "87": ("6800",),
    "88": ("6553",),
    "14": ("4300",),
}
# A bill in another currency: Fiken takes no Norwegian VAT on it.
FOREIGN_COSTS = {"0": ("6800",), None: ("7770",), "86": ("6553",)}
DISCOUNTS = {"sale": "3081", "purchase": "4390"}
PRIVATE = "2060"
EXPORT = "3120"

# Odoo's accounts that the ledger maps to another one of Fiken's; all others keep
# their code.
IN_FIKEN = {"3020": "3090", "7140": "7160", "6553": "6551"}
# Category *with codes*: what the ledger says of it, by the account that Odoo proposes.
OF_CATEGORY = {"3000": "3070", "4300": "4390"}

# Odoo's VAT accounts and Fiken's.
VAT_IN_FIKEN = {
    "2700": "2701",
    "2701": "2702",
    "2703": "2703",
    "2704": "2706",
    "2709": "2706",
    "2710": "2711",
    "2711": "2712",
    "2713": "2713",
    "2714": "2716",
    "2715": "2711",
    "2718": "2716",
}
FIKEN_VAT = frozenset(VAT_IN_FIKEN.values())
# What the notes on documents call a code.
NAMES = {
    "3": "HIGH",
    "31": "MEDIUM",
    "33": "LOW",
    "1": "HIGH",
    "11": "MEDIUM",
    "13": "LOW",
}
# Fiken computes this VAT itself: what is paid does not change.
OF_THE_BUYER = ("86", "87", "88", "89", "91", "92")
# Fiken's line is the VAT alone; what was bought is a line without VAT.
VAT_ALONE = ("14", "15")
# A bill's VAT of the plain rates.
DEDUCTIBLE = ("1", "11", "13")
WITHOUT_TAX = {"sale": "7", "purchase": "0"}
