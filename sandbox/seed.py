"""The demo companies and users that a fresh sandbox starts with."""

from .auth import PERSONAL_TOKEN
from .chart import ACCOUNTS

USERS = {"kari@example.com": "Kari Nordmann", "ola@example.com": "Ola Hansen"}

SERIES = ("invoice", "creditNote", "offer", "orderConfirmation")

KAFFE = "fiken-demo-kaffe-as"

# The day on which every demo company's books begin.
START = "2023-01-01"


def _company(slug: str, name: str, organization_number: str, **changes) -> dict:
    return {
        "name": name,
        "slug": slug,
        "organizationNumber": organization_number,
        "vatType": "bi-monthly",
        "address": {
            "streetAddress": "Kaffegata 1",
            "city": "Oslo",
            "postCode": "0150",
            "country": "Norway",
        },
        "phoneNumber": "22000000",
        "email": f"post@{slug}.example.com",
        "creationDate": START,
        "hasApiAccess": True,
        "testCompany": True,
        "accountingStartDate": START,
        "vatRegistrationDate": START,
        # not part of the API
        "projectModule": True,
        **changes,
    }


COMPANIES = (
    (KAFFE, "Demo Kaffe AS", "987654317", {}),
    (
        "fiken-demo-uten-api-as",
        "Demo Uten API AS",
        "998887771",
        {"hasApiAccess": False},
    ),
    (
        "fiken-demo-uten-mva-as",
        "Demo Uten MVA AS",
        "923456783",
        {"vatType": "no", "vatRegistrationDate": None, "projectModule": False},
    ),
)

# company → bank accounts: name, number, account code
BANKS = {
    KAFFE: (
        ("Driftskonto", "15031234562", "1920:10001"),
        ("Vipps", "15037654326", "1960:10001"),
    ),
    "fiken-demo-uten-api-as": (("Driftskonto", "15038887774", "1920:10001"),),
    "fiken-demo-uten-mva-as": (("Driftskonto", "97101112229", "1920:10001"),),
}


def fill(
    store, auth, counters: bool = False, bank_verified: bool = True, users: bool = True
) -> None:
    if users:
        for email, name in USERS.items():
            auth.add_user(email, name)
        auth.add_personal_token(PERSONAL_TOKEN, "kari@example.com")
    for slug, name, number, changes in COMPANIES:
        company = _company(slug, name, number, **changes)
        store.save_company(
            {key: value for key, value in company.items() if value is not None}
        )
        for code, account in ACCOUNTS:
            store.add_account(slug, code, account)
        for series in ("customer", "supplier"):
            store.set_counter(slug, series, 10000)
        store.set_counter(slug, "journalEntry", 0)
        for bank_name, bank_number, code in BANKS[slug]:
            add_bank_account(
                store,
                slug,
                bank_name,
                bank_number,
                "normal",
                code=code,
                verified=bank_verified,
            )
        if counters:
            for series in SERIES:
                store.set_counter(slug, series, 10000)


def add_bank_account(
    store,
    slug: str,
    name: str,
    number: str,
    kind: str,
    code: str,
    verified: bool,
    **more,
):
    """A bank account and the ledger account that comes with it."""
    series = code.partition(":")[0]
    store.set_counter(slug, f"bank {series}", int(code.partition(":")[2]))
    store.add_account(slug, code, name)
    return store.insert(
        slug,
        "bankAccount",
        {
            "name": name,
            "accountCode": code,
            "bankAccountNumber": number,
            "type": kind,
            "inactive": False,
            # not part of the API: whether Fiken has seen an invoice from this account
            "verified": verified,
            **more,
        },
    )
