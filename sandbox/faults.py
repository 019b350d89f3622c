"""Failures on order.

A fault: ``{"match": {"method": "POST", "path": "…"}, "times": 1, "do": "…"}``.
``path`` is searched in the request's path as a regular expression, or must match it up
to its end as a glob (``companies/*/sales``); no method or path matches all. A request
that is refused anyway (401, 429) uses up no fault. ``do`` is one of

* ``status:503``            answer with that status (429, 401 …) and do nothing; what
                          it says may be given as ``says``
* ``drop``                  cut the connection and do nothing
* ``commit-then-drop``      do it, then cut the connection
* ``commit-then-500``       do it, then answer 500 (likewise 400 to 599)
* ``delay:2.5``             wait that many seconds, then do it and answer
* ``delay-then-commit:20``  cut the connection now, do it that many seconds later
* ``delay-then-drop:5``     wait, then cut the connection and do nothing
"""

import fnmatch
import re
from dataclasses import dataclass

from .errors import bad_request

_DO = re.compile(
    r"(?P<status>status:[1-5]\d\d)|(?P<drop>drop)|(?P<commit>commit-then-(drop|[45]\d\d))"
    r"|(?P<delay>(delay|delay-then-commit|delay-then-drop):\d+(\.\d+)?)"
)


@dataclass
class Fault:
    method: str | None
    path: str
    times: int
    do: str
    says: str = "Ordered by a fault"

    @property
    def action(self) -> str:
        return self.do.partition(":")[0]

    @property
    def number(self) -> float:
        return float(self.do.partition(":")[2] or 0)

    def fits(self, method: str, path: str) -> bool:
        if self.method not in (None, "*", method):
            return False
        try:
            found = re.search(self.path, path)
        except re.error:
            found = None
        return bool(found) or fnmatch.fnmatchcase(path, f"*{self.path}")

    def as_dict(self) -> dict:
        return {
            "match": {"method": self.method, "path": self.path},
            "times": self.times,
            "do": self.do,
        }


class Faults:
    def __init__(self):
        self.faults: list[Fault] = []

    def clear(self) -> None:
        self.faults = []

    def order(self, orders) -> None:
        """The list replaces what was ordered before; an empty one clears."""
        if not isinstance(orders, list):
            raise bad_request("Expected a list of faults")
        self.faults = [self._read(order) for order in orders]

    @staticmethod
    def _read(order) -> Fault:
        if not isinstance(order, dict) or not _DO.fullmatch(str(order.get("do"))):
            raise bad_request(
                f"Not a fault: {order!r}. Its 'do' is one of those in faults.py"
            )
        match = order.get("match") or {}
        times = order.get("times", 1)
        if (
            not isinstance(match, dict)
            or set(match) - {"method", "path"}
            or not isinstance(times, int)
            or times < 1
        ):
            raise bad_request(
                f"Not a fault: {order!r}. Expected match (method, path), times, do"
            )
        method = match.get("method")
        return Fault(
            method and method.upper(),
            match.get("path") or "",
            times,
            order["do"],
            str(order.get("says") or Fault.says),
        )

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that fits, used up once."""
        for fault in self.faults:
            if fault.fits(method, path):
                fault.times -= 1
                if not fault.times:
                    self.faults.remove(fault)
                return fault
        return None

    def as_list(self) -> list[dict]:
        return [fault.as_dict() for fault in self.faults]
