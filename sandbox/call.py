"""One call of the API as its handler sees it: query, body, and ways to answer."""

import time
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import ValidationError

from .bodies import Body, null_fields, problems, unknown_fields
from .errors import Refusal, bad_request, invalid, not_found
from .filters import Filters, whole_number
from .store import Record, dumps, read_json
from .transport import API


def takes(*queries: str):
    """Marks a handler with the query parameters it reads; others fail strict mode."""

    def mark(handler):
        handler.queries = queries
        return handler

    return mark


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
            return read_json(raw)
        except ValueError:
            raise bad_request("The body is not valid JSON") from None

    def body(self, model: type[Body]):
        """The body, checked."""
        data = self.json()
        if not isinstance(data, dict):
            raise bad_request("Expected a JSON object as body")
        if self.switches["unknown_body_fields"] == "400":
            unknown = sorted(unknown_fields(model, data))
            if unknown:
                raise bad_request(f"Unknown fields: {', '.join(unknown)}")
        if not self._takes_nulls():
            nulls = null_fields(model, data)
            if nulls:
                raise invalid([f"'{name}' cannot be null" for name in nulls])
        try:
            return model.model_validate(data)
        except ValidationError as error:
            raise invalid(problems(error)) from None

    def _takes_nulls(self) -> bool:
        """What writes nulls reads them too."""
        return (
            self.switches["null_fields"] == "accept"
            or self.switches["absent_fields"] != "omit"
        )

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

    def answer(self, data, kind: str | None, headers: dict | None = None) -> Response:
        """An object, or a list of objects, of a kind that forms.py knows."""
        data = self.switches.forms.write(kind, data)
        return Response(dumps(data), 200, headers, "application/json")

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
                raise bad_request(f"Invalid sortBy, expected one of {choices}")
            order = filters.orders[self.query["sortBy"]]
        where = " AND ".join(wheres)
        page, size = self.paging()
        count = self.store.count(self.slug, kind, where, values)
        records = self.store.page(self.slug, kind, where, values, order, page, size)
        return self.answer(
            [present(self, record) for record in records],
            kind,
            headers=_page_headers(page, size, count),
        )

    def paged(
        self, items: list, kind: str | None, known: set = frozenset()
    ) -> Response:
        """One page of a list that is not made of records."""
        self.refuse_unknown_query({"page", "pageSize", *known})
        page, size = self.paging()
        return self.answer(
            items[page * size : (page + 1) * size],
            kind,
            headers=_page_headers(page, size, len(items)),
        )

    def paging(self) -> tuple[int, int]:
        page = whole_number("page", self.query.get("page", "0"))
        size = whole_number("pageSize", self.query.get("pageSize", "25"))
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
    """What has a value; how the rest is written is for forms.py to say."""
    return {name: value for name, value in fields.items() if value is not None}
