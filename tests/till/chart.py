"""The shop's own table of accounts and VAT codes: it sets the ledgers by it.

VAT is told by its SAF-T code, which Odoo's taxes carry and Fiken's postings too.
"""

RECEIVABLE, ROUNDING = "1500", "7740"
CARD, VIPPS, WALLET = "1960:10001", "1920:10001", "1945"
CASH = {"Kasse 1": "1901", "Kasse 2": "1905"}
NEW_CASH = "1902"
# What the shop has besides the chart: Odoo's code, name, type, Fiken's code.
OWN = (
    ("1909", "Kontanter underveis", "asset_current", "1909"),
    ("2901", "Gavekort", "liability_current", "2901"),
    ("2912", "Tips", "liability_current", "2912"),
    ("7795", "Kassedifferanse", "expense", "7741"),
    ("7796", "Terminaldifferanse", "expense", "7771"),
    ("7797", "Kontantavrunding", "expense", "7740"),
)
IN_TRANSIT, GIFT_CARDS, TIPS = "1909", "2901", "2912"
CASH_DIFFERENCE, TERMINAL_DIFFERENCE, CASH_ROUNDING = "7795", "7796", "7797"

# Goods: income account in Odoo, SAF-T code of the tax (None: no tax).
GOODS = (
    ("3000", "3"),
    ("3020", "3"),
    ("3030", "31"),
    ("3040", "31"),
    ("3050", "33"),
    ("3100", "5"),
    ("3019", None),
)
# The income account of one category, before and after somebody changes it.
CATEGORY_ACCOUNTS = ("3010", "3070")
CATEGORY_TAX = "3"
INCOME = tuple(dict.fromkeys(account for account, _code in GOODS)) + CATEGORY_ACCOUNTS
# Odoo's accounts that the ledgers map to another one of Fiken's.
IN_FIKEN = {"3020": "3090"}
WITHOUT_TAX = "7"

# Odoo's VAT accounts and Fiken's.
VAT_IN_FIKEN = {"2700": "2701", "2701": "2702", "2703": "2703"}
FIKEN_VAT = frozenset(VAT_IN_FIKEN.values())


def is_income(account):
    """In Odoo and in Fiken (NS 4102)."""
    return account.startswith("3")


def is_on_receipts(account):
    """Whether what Fiken has there was on a receipt, and is no money."""
    return (
        is_income(account)
        or account in FIKEN_VAT
        or account in (GIFT_CARDS, TIPS, ROUNDING)
    )
