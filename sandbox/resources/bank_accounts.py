"""Bank accounts, and the payment providers' clearing accounts."""

from typing import Literal

from fastapi import APIRouter

from ..bodies import Body
from ..call import Incoming, listed, present
from ..chart import BANK_SERIES
from ..errors import bad_request
from ..filters import Filters
from ..seed import add_bank_account

router = APIRouter(prefix="/companies/{slug}")

FILTERS = Filters().flag("inactive")
BALANCE_FILTERS = Filters().dates("date")


class BankAccountRequest(Body):
    name: str
    bankAccountNumber: str
    type: Literal["normal", "tax_deduction", "foreign", "credit_card"]
    bic: str | None = None
    iban: str | None = None
    foreignService: str | None = None
    inactive: bool = False


def presented(call, account) -> dict:
    return present(
        bankAccountId=account.id,
        **{name: value for name, value in account.items() if name != "verified"},
    )


@router.get("/bankAccounts")
@listed
async def bank_accounts(call: Incoming):
    return call.listing("bankAccount", FILTERS, presented)


@router.get("/bankAccounts/{account_id:int}")
async def bank_account(call: Incoming, account_id: int):
    return call.answer(
        presented(call, call.get("bankAccount", account_id)), "bankAccount"
    )


@router.post("/bankAccounts")
async def create_bank_account(call: Incoming):
    body = call.body(BankAccountRequest)
    if body.type == "normal" and not (
        len(body.bankAccountNumber) == 11 and body.bankAccountNumber.isdigit()
    ):
        raise bad_request("bankAccountNumber must be 11 digits without separators")
    if body.foreignService and body.type != "foreign":
        raise bad_request("foreignService is only for type foreign")
    # Services abroad (card acquirers and the like) are clearing accounts.
    series = "1960" if body.foreignService else BANK_SERIES[body.type]
    number = (call.store.counter(call.slug, f"bank {series}") or 10000) + 1
    account = add_bank_account(
        call.store,
        call.slug,
        body.name,
        body.bankAccountNumber,
        body.type,
        code=f"{series}:{number}",
        # Fiken wants to see one invoice made in its own pages first.
        verified=False,
        inactive=body.inactive,
        **present(bic=body.bic, iban=body.iban, foreignService=body.foreignService),
    )
    return call.located("bankAccounts", account.id)


@router.get("/bankBalances")
@listed
async def bank_balances(call: Incoming):
    # Comes from the bank's feed, which a demo company does not have.
    return call.listing("bankBalance", BALANCE_FILTERS, presented)
