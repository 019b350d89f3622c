"""Fiken's answers about a company and its chart, in words of ours."""

from typing import NamedTuple


class ChartAccount(NamedTuple):
    """An account of the chart (fiken-api.md §3.2), or a bank account (§3.3).

    :ivar bank_account_number: '' for what is no bank account, or has none
    :ivar bank_inactive: the bank account was closed in Fiken
    """

    name: str
    is_bank: bool = False
    bank_account_number: str = ""
    bank_inactive: bool = False


def company(row):
    """What a row of ``GET /companies`` says (fiken-api.md §3.1).

    :return dict: name, slug, organization_number, vat_type (lower case), test_company,
        has_api_access, accounting_start_date (ISO day)
    """
    return {
        "name": row["name"],
        "slug": row["slug"],
        "organization_number": row.get("organizationNumber"),
        "vat_type": (row.get("vatType") or "").lower(),
        "test_company": row.get("testCompany") or False,
        # Who does not say so is not kept out: the first 403 would tell.
        "has_api_access": row.get("hasApiAccess") is not False,
        "accounting_start_date": row.get("accountingStartDate"),
    }


def chart(accounts, banks):
    """Both lists as one chart.

    :param accounts: rows of ``/accounts``
    :param banks: rows of ``/bankAccounts``; those without an account are left out
    :return: {code ``XXXX`` or ``XXXX:YYYYY``: :class:`ChartAccount`}
    """
    found = {row["code"]: ChartAccount(row["name"]) for row in accounts}
    for row in banks:
        code = row.get("accountCode")
        if code:
            found[code] = ChartAccount(
                found[code].name if code in found else row["name"],
                is_bank=True,
                bank_account_number=row.get("bankAccountNumber") or "",
                bank_inactive=row.get("inactive") or False,
            )
    return found
