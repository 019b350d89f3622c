"""Dates are Norwegian dates, written as ``yyyy-MM-dd``; such strings sort like the
dates they name.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def now() -> datetime:
    return datetime.now(OSLO)


def today() -> str:
    return now().strftime("%Y-%m-%d")


def is_date(text: str) -> bool:
    if len(text) != 10:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def days_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
