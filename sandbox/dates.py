"""Dates are Norwegian dates, written as ``yyyy-MM-dd``; such strings sort like the
dates they name.
"""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def now() -> datetime:
    return datetime.now(OSLO)


def today() -> str:
    return now().strftime("%Y-%m-%d")


def is_date(text: str) -> bool:
    # Python reads 2026-W01-1 as well.
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def days_after(day: str, days: int) -> str | None:
    """None beyond the last day that there is."""
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except OverflowError:
        return None
