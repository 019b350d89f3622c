"""One call of the API as its handler sees it: the company's books, the query, the body,
and ways to answer.
"""

import re
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from .dates import is_date
from .errors import Refusal, bad_request, not_found
from .money import RATES
from .store import Record, dumps, field, folded, loads
from .transport import API

# -- what bodies are made of -----------------------------------------------------------


def _date(text: str) -> str:
    if not is_date(text):
        raise ValueError("expected a date yyyy-MM-dd")
    return text


def _currency(code: str) -> str:
    if not re.fullmatch("[A-Z]{3}", code) or code not in RATES:
        raise ValueError(f"unknown currency {code}")
    return code


def _kid(text: str) -> str:
    if not re.fullmatch(r"\d{2,25}", text):
        raise ValueError("a KID has 2 to 25 digits")
    return text


class Body(BaseModel):
    """A request body. Its names are Fiken's; what a model does not name is dropped, or
    refused in strict mode.
    """

    model_config = ConfigDict(extra="ignore", strict=True)


Date = Annotated[str, AfterValidator(_date)]
Currency = Annotated[str, AfterValidator(_currency)]
Kid = Annotated[str, AfterValidator(_kid)]
Ore = Annotated[int, Field(ge=-(2**53), le=2**53)]
Id = Annotated[int, Field(ge=0, lt=2**63)]
Number = Annotated[Decimal, Field(strict=False, allow_inf_nan=False)]
Percent = Annotated[Decimal, Field(strict=False, ge=0, le=100)]
Text200 = Annotated[str, StringConstraints(max_length=200)]
Text500 = Annotated[str, StringConstraints(max_length=500)]
Ignored = Any

# -- lists -----------------------------------------------------------------------------


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

    def folded(self, query: str) -> "Filters":
        sql = f"{folded(query)} = ?"
        self.conditions[query] = lambda value: (sql, value.casefold())
        return self

    def number(self, query: str, name: str | None = None) -> "Filters":
        sql = f"{field(name or query)} = ?"
        self.conditions[query] = lambda value: (sql, _whole(query, value))
        return self

    def flag(self, query: str, sql: str | None = None) -> "Filters":
        sql = f"COALESCE({sql or field(query)}, 0) = ?"
        self.conditions[query] = lambda value: (sql, _boolean(query, value))
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


def _whole(query: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise bad_request(
            f"Invalid value for {query}: '{value}' is not a number"
        ) from None


def _boolean(query: str, value: str) -> int:
    if value not in ("true", "false"):
        raise bad_request(f"Invalid value for {query}: '{value}' is not true or false")
    return int(value == "true")


def _day(query: str, value: str) -> str:
    if not is_date(value):
        raise bad_request(
            f"Invalid value for {query}: '{value}' is not a date yyyy-MM-dd"
        )
    return value


def takes(*queries: str):
    """Marks a handler with the query parameters it reads; others fail strict mode."""

    def mark(handler):
        handler.queries = queries
        return handler

    return mark


# -- the call --------------------------------------------------------------------------


class Call:
    def __init__(self, request: Request):
        self.request = request
        self.sandbox = request.app.state.sandbox
        self.store = self.sandbox.store
        self.switches = self.sandbox.switches
        self.caller = request.scope["sandbox.caller"]
        self.query = request.query_params
        self.slug = request.path_params.get("slug")
        self.company = self._company() if self.slug else None
        self._check_query(getattr(request.scope["endpoint"], "queries", None))

    def _company(self) -> dict:
        company = self.store.company(self.slug)
        if company is None:
            raise Refusal(404, f"Company {self.slug} not found")
        if not self.caller.may_see(self.slug):
            raise Refusal(403, f"The user has not given this app access to {self.slug}")
        if not company["hasApiAccess"]:
            raise Refusal(403, "API module not activated for this company")
        return company

    def _check_query(self, known) -> None:
        """Lists check their own filters; every other handler names what it takes, most
        often nothing.
        """
        if known == ALL_LISTED or self.switches["unknown_query_parameters"] == "drop":
            return
        self.refuse_unknown_query(set(known or ()))

    def refuse_unknown_query(self, known: set) -> None:
        if self.switches["unknown_query_parameters"] == "400":
            unknown = sorted(set(self.query) - known)
            if unknown:
                raise bad_request(f"Unknown query parameters: {', '.join(unknown)}")

    # -- reading -----------------------------------------------------------------------

    def json(self):
        kind = (
            self.request.headers.get("content-type", "")
            .partition(";")[0]
            .strip()
            .lower()
        )
        raw = self.request.scope["sandbox.body"]
        if kind != "application/json" and (raw or kind):
            raise Refusal(
                415, f"Unsupported media type '{kind}', expected application/json"
            )
        if not raw:
            return None
        try:
            return loads(raw.decode())
        except ValueError:
            raise bad_request("The body is not valid JSON") from None

    def body(self, model: type[Body], **given):
        """The body, checked. ``given`` holds values that stand in for missing ones."""
        data = self.json()
        if not isinstance(data, dict):
            raise bad_request("Expected a JSON object as body")
        if self.switches["unknown_body_fields"] == "400":
            unknown = sorted(unknown_fields(model, data))
            if unknown:
                raise bad_request(f"Unknown fields: {', '.join(unknown)}")
        try:
            return model.model_validate({**given, **data})
        except ValidationError as error:
            raise bad_request(_first_problem(error)) from None

    def get(self, kind: str, identity, what: str | None = None) -> Record:
        record = self.store.get(self.slug, kind, identity)
        if record is None:
            raise not_found(what or kind, identity)
        return record

    # -- answering ---------------------------------------------------------------------

    def url(self, *path) -> str:
        return (
            f"{self.request.url.scheme}://{self.request.headers['host']}{API}"
            + "".join(f"/{part}" for part in path)
        )

    def company_url(self, *path) -> str:
        return self.url("companies", self.slug, *path)

    def answer(self, data, status: int = 200, headers: dict | None = None) -> Response:
        if self.switches["vat_type_case"] == "lower":
            data = _lower_vat_types(data)
        return Response(dumps(data), status, headers, "application/json")

    def located(self, *path, status: int = 201) -> Response:
        """An empty answer that names where the thing is."""
        location = self.company_url(*path)
        style = self.switches["location_style"]
        if style == "relative":
            location = location[location.index(API) :]
        elif style == "trailing-slash":
            location += "/"
        return Response(None, status, {"Location": location})

    def empty(self, status: int = 204) -> Response:
        return Response(None, status)

    def listing(
        self,
        kind: str,
        filters: Filters,
        present,
        where: str = "1",
        values=(),
        order: str = "id",
    ) -> Response:
        """One page of records, filtered by what the query says."""
        newer = self.switches.newer_spec
        self.refuse_unknown_query(filters.names(newer))
        wheres, values = [where], list(values)
        for query, value in self.query.items():
            condition = filters.conditions.get(query)
            if condition and (newer or query not in filters.newer):
                sql, argument = condition(value)
                wheres.append(sql)
                values.append(argument)
        if self.switches["stale_lists_seconds"]:
            wheres.append("born <= ?")
            values.append(time.time() - self.switches["stale_lists_seconds"])
        if filters.orders and "sortBy" in self.query:
            if self.query["sortBy"] not in filters.orders:
                choices = ", ".join(filters.orders)
                raise bad_request(
                    f"Invalid sortBy '{self.query['sortBy']}', expected one of {choices}"
                )
            order = filters.orders[self.query["sortBy"]]
        where = " AND ".join(wheres)
        page, size = self.paging()
        count = self.store.count(self.slug, kind, where, values)
        records = self.store.page(self.slug, kind, where, values, order, page, size)
        return self.answer(
            [present(self, record) for record in records],
            headers=_page_headers(page, size, count),
        )

    def paged(self, items: list, known: set = frozenset()) -> Response:
        """One page of a list that is not made of records."""
        self.refuse_unknown_query({"page", "pageSize", *known})
        page, size = self.paging()
        return self.answer(
            items[page * size : (page + 1) * size],
            headers=_page_headers(page, size, len(items)),
        )

    def paging(self) -> tuple[int, int]:
        page = _whole("page", self.query.get("page", "0"))
        size = _whole("pageSize", self.query.get("pageSize", "25"))
        if page < 0 or not 1 <= size <= 100:
            raise bad_request("page must be at least 0 and pageSize between 1 and 100")
        return page, size


ALL_LISTED = ("*",)
listed = takes(*ALL_LISTED)


async def _call(request: Request) -> Call:
    return Call(request)


Incoming = Annotated[Call, Depends(_call)]


def _page_headers(page: int, size: int, count: int) -> dict:
    return {
        "Fiken-Api-Page": str(page),
        "Fiken-Api-Page-Size": str(size),
        "Fiken-Api-Page-Count": str(-(-count // size)),
        "Fiken-Api-Result-Count": str(count),
    }


def present(**fields) -> dict:
    """Fiken leaves out what has no value."""
    return {name: value for name, value in fields.items() if value is not None}


def unknown_fields(model: type[BaseModel], data: dict, prefix: str = "") -> set[str]:
    unknown = {prefix + name for name in data if name not in model.model_fields}
    for name, info in model.model_fields.items():
        inner = _inner_model(info.annotation)
        if inner is None:
            continue
        value = data.get(name)
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, dict):
                where = (
                    f"{prefix}{name}[{index}]."
                    if isinstance(value, list)
                    else f"{prefix}{name}."
                )
                unknown |= unknown_fields(inner, item, where)
    return unknown


def _inner_model(annotation) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        inner = _inner_model(part)
        if inner:
            return inner
    return None


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False)[0]
    where = ""
    for part in problem["loc"]:
        where += (
            f"[{part}]" if isinstance(part, int) else f".{part}" if where else str(part)
        )
    if problem["type"] == "missing":
        return f"'{where}' er påkrevd"
    return f"Invalid value for '{where}': {problem['msg']}"


def _lower_vat_types(data):
    if isinstance(data, list):
        return [_lower_vat_types(item) for item in data]
    if isinstance(data, dict):
        return {
            name: value.lower()
            if name == "vatType" and isinstance(value, str) and data.get("slug") is None
            else _lower_vat_types(value)
            for name, value in data.items()
        }
    return data
