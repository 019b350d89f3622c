"""What Fiken's answers say, whether it leaves out what is empty or says null."""

import pytest

from ...fiken_api import answers, balance

SALE = {
    "saleId": 7,
    "kind": "external_invoice",
    "lines": [{"netPrice": 100000, "vat": 25000}, {"netPrice": -20000, "vat": -5000}],
    "salePayments": [
        {"paymentId": 1, "date": "2026-03-02", "account": "1920:10001", "amount": 60000}
    ],
    "outstandingBalance": 40000,
}
FOREIGN = ("netPriceInCurrency", "vatInCurrency", "outstandingBalanceInCurrency")


def nulls(row):
    """The same row of a Fiken that says null of what it does not know."""
    row = row | dict.fromkeys((*FOREIGN, "payments", "writeOff", "deleted", "paid"))
    row["lines"] = [line | dict.fromkeys(FOREIGN[:2]) for line in row["lines"]]
    row["salePayments"] = [
        paid | dict.fromkeys(("currency", "amountInNok", "fee"))
        for paid in row["salePayments"]
    ]
    return row


@pytest.mark.parametrize("row", [SALE, nulls(SALE)], ids=["absent", "null"])
def test_null_is_absent_in_what_is_paid(row):
    standing = balance.standing(row)
    assert (standing.total, standing.paid, standing.left) == (100000, 60000, 40000)
    assert standing.payments == [
        balance.FikenPayment("1", "2026-03-02", "1920:10001", 60000)
    ]
    assert standing.unpaid == 40000
    assert not standing.is_settled


def test_the_currency_s_own_balance_counts():
    row = SALE | {"outstandingBalanceInCurrency": 0}
    assert balance.outstanding(row) == 0


def test_a_deleted_document_is_paid_by_nothing():
    assert balance.payments(SALE | {"deleted": True}) == []


def test_a_bank_account_is_one_of_the_chart():
    accounts = [
        {"code": "1920:10001", "name": "Bank"},
        {"code": "3000", "name": "Salg"},
    ]
    banks = [
        {"name": "Drift", "accountCode": "1920:10001", "bankAccountNumber": "1234"},
        {"name": "Skatt", "accountCode": "1950:10001", "inactive": True},
        {"name": "Uten konto", "accountCode": None},
    ]
    assert answers.chart(accounts, banks) == {
        "1920:10001": answers.ChartAccount("Bank", True, "1234", False),
        "3000": answers.ChartAccount("Salg"),
        "1950:10001": answers.ChartAccount("Skatt", True, "", True),
    }


def test_a_company_that_does_not_say_that_it_lacks_the_module_is_not_kept_out():
    row = {"name": "A", "slug": "a", "vatType": "TERM", "hasApiAccess": None}
    assert answers.company(row) == {
        "name": "A",
        "slug": "a",
        "organization_number": None,
        "vat_type": "term",
        "test_company": False,
        "has_api_access": True,
        "accounting_start_date": None,
    }
