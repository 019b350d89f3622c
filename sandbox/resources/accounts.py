"""The chart of accounts and its balances."""

import re

from fastapi import APIRouter

from ..call import Incoming, listed, takes
from ..dates import is_date
from ..errors import bad_request, not_found

router = APIRouter(prefix="/companies/{slug}")

BOUNDS = {"fromAccount", "toAccount"}


def _number(call, query: str, default: int) -> int:
    text = call.query.get(query)
    if text is None:
        return default
    if not re.fullmatch(r"\d{4}", text):
        raise bad_request(f"{query} must be four digits")
    return int(text)


def _ranges(call) -> list[tuple[int, int]]:
    """What ``1000-1500, 1580-1999, 2000`` stands for."""
    text = call.query.get("range")
    if text is None:
        return [(0, 9999)]
    ranges = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{4})\s*(?:-\s*(\d{4})\s*)?", part)
        if not match:
            raise bad_request(f"Invalid range '{part}'")
        ranges.append((int(match[1]), int(match[2] or match[1])))
    return ranges


def _chosen(call, ranges=((0, 9999),)) -> list[tuple[str, str]]:
    low, high = _number(call, "fromAccount", 0), _number(call, "toAccount", 9999)
    return [
        (code, name)
        for code, name in call.store.accounts(call.slug)
        if low <= int(code[:4]) <= high
        and any(first <= int(code[:4]) <= last for first, last in ranges)
    ]


def _date(call) -> str:
    date = call.query.get("date")
    if not date:
        raise bad_request("Missing required parameter 'date'")
    if not is_date(date):
        raise bad_request(f"Invalid date '{date}', expected yyyy-MM-dd")
    return date


def _name(call, code: str) -> str:
    name = call.store.account_name(call.slug, code)
    if name is None:
        raise not_found("account", code)
    return name


@router.get("/accounts")
@listed
async def accounts(call: Incoming):
    rows = [{"code": code, "name": name} for code, name in _chosen(call, _ranges(call))]
    return call.paged(rows, "account", {"range", *BOUNDS})


@router.get("/accounts/{code}")
async def account(call: Incoming, code: str):
    return call.answer({"code": code, "name": _name(call, code)}, "account")


@router.get("/accountBalances")
@listed
async def balances(call: Incoming):
    balance = call.store.balances(call.slug, _date(call))
    rows = [
        {"code": code, "name": name, "balance": balance.get(code, 0)}
        for code, name in _chosen(call)
    ]
    return call.paged(rows, "accountBalance", {"date", *BOUNDS})


@router.get("/accountBalances/{code}")
@takes("date")
async def balance(call: Incoming, code: str):
    date = _date(call)
    return call.answer(
        {
            "code": code,
            "name": _name(call, code),
            "balance": call.store.balance(call.slug, code, date),
        },
        "accountBalance",
    )
