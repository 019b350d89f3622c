"""The filters of lists: query parameters as conditions on records."""

import re
from collections.abc import Callable
from typing import Any

from .bodies import is_uuid
from .dates import is_date
from .errors import bad_request
from .store import field, folded


class Filters:
    """The filters of one list: query name → a condition on the record."""

    def __init__(self):
        self.conditions: dict[str, Callable[[str], tuple[str, Any]]] = {}
        self.newer: set[str] = set()
        self.orders: dict[str, str] = {}

    def exact(self, query: str, name: str | None = None) -> "Filters":
        sql = f"{field(name or query)} = ?"
        self.conditions[query] = lambda value: (sql, value)
        return self

    def uuid(self, query: str) -> "Filters":
        sql = f"{field(query)} = ?"
        self.conditions[query] = lambda value: (sql, _uuid(query, value))
        return self

    def folded(self, query: str) -> "Filters":
        sql = f"{folded(query)} = ?"
        self.conditions[query] = lambda value: (sql, value.casefold())
        return self

    def number(self, query: str, name: str | None = None) -> "Filters":
        sql = f"{field(name or query)} = ?"
        self.conditions[query] = lambda value: (sql, whole_number(query, value))
        return self

    def flag(self, query: str, sql: str | None = None) -> "Filters":
        sql = f"COALESCE({sql or field(query)}, 0) = ?"
        self.conditions[query] = lambda value: (sql, int(truth(query, value)))
        return self

    def where(self, query: str, sql: str, read=str) -> "Filters":
        self.conditions[query] = lambda value: (sql, read(value))
        return self

    def dates(self, *queries: str, **columns: str) -> "Filters":
        """``X``, ``XLe``, ``XLt``, ``XGe``, ``XGt``; by keyword where the date is a
        column of its own.
        """
        for query in (*queries, *columns):
            column = columns.get(query) or field(query)
            for suffix, operator in (
                ("", "="),
                ("Le", "<="),
                ("Lt", "<"),
                ("Ge", ">="),
                ("Gt", ">"),
            ):
                self._date(query + suffix, f"{column} {operator} ?")
        return self

    def _date(self, query: str, sql: str) -> None:
        self.conditions[query] = lambda value: (sql, _day(query, value))

    def sorted_by(self, **columns: str) -> "Filters":
        for name, column in columns.items():
            for way in ("asc", "desc"):
                self.orders[f"{name} {way}"] = f"{column} {way}, id {way}"
        return self

    def only_newer(self, *queries: str) -> "Filters":
        self.newer.update(queries)
        return self

    def names(self, newer: bool) -> set[str]:
        names = (
            set(self.conditions)
            | {"page", "pageSize"}
            | ({"sortBy"} if self.orders else set())
        )
        return names if newer else names - self.newer


CHANGED = {"lastModified": "modified", "createdDate": "created"}


def whole_number(query: str, value: str) -> int:
    if not re.fullmatch(r"-?\d{1,15}", value):
        raise bad_request(f"Invalid value for {query}: '{value}' is not a number")
    return int(value)


def truth(query: str, value: str) -> bool:
    """Also as True and False, which clients in Python send."""
    if value.lower() not in ("true", "false"):
        raise bad_request(f"Invalid value for {query}: '{value}' is not true or false")
    return value.lower() == "true"


def _uuid(query: str, value: str) -> str:
    if not is_uuid(value):
        raise bad_request(f"Invalid value for {query}: '{value}' is not a UUID")
    return value


def _day(query: str, value: str) -> str:
    if not is_date(value):
        raise bad_request(
            f"Invalid value for {query}: '{value}' is not a date yyyy-MM-dd"
        )
    return value
