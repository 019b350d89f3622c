"""What clients did: requests per route, how many at once, how fast, and the last ones
word for word.
"""

import re
import time
from collections import Counter, deque

_SLUG = re.compile(r"/companies/[^/]+")
_ID = re.compile(r"/(\d+(:\d+)?|[0-9a-f]{8}-[0-9a-f-]{27})(?=/|$)")


def template(path: str) -> str:
    """/api/v2/companies/fiken-demo-kaffe-as/sales/14463888105 →
    /api/v2/companies/{slug}/sales/{id}
    """
    return _ID.sub("/{id}", _SLUG.sub("/companies/{slug}", path))


class Stats:
    def __init__(self):
        self.running: Counter = Counter()
        self.requests: deque = deque(maxlen=5000)
        self.reset()

    def reset(self) -> None:
        self.started = time.monotonic()
        self.per_route: Counter = Counter()
        self.per_status: Counter = Counter()
        self.total = 0
        # Requests that run while the count starts again still end later, so what runs
        # is not reset.
        self.max_in_flight = sum(self.running.values())
        self.max_in_flight_per_user = max(self.running.values(), default=0)
        self.second, self.in_second, self.per_second_max = 0, 0, 0

    def enter(self, method: str, path: str, user: str) -> None:
        self.total += 1
        self.per_route[f"{method} {template(path)}"] += 1
        self.running[user] += 1
        self.max_in_flight = max(self.max_in_flight, sum(self.running.values()))
        self.max_in_flight_per_user = max(
            self.max_in_flight_per_user, self.running[user]
        )
        second = int(time.monotonic())
        if second != self.second:
            self.second, self.in_second = second, 0
        self.in_second += 1
        self.per_second_max = max(self.per_second_max, self.in_second)

    def leave(self, user: str, status: int | None) -> None:
        self.running[user] -= 1
        if not self.running[user]:
            del self.running[user]
        self.per_status[str(status or "dropped")] += 1

    def record(self, **request) -> dict:
        """Note a request; its status is filled in when it is answered."""
        entry = {**request, "status": None}
        self.requests.append(entry)
        return entry

    def as_dict(self) -> dict:
        return {
            "requests": dict(sorted(self.per_route.items())),
            "statuses": dict(sorted(self.per_status.items())),
            "total": self.total,
            "max_in_flight": self.max_in_flight,
            "max_in_flight_per_user": self.max_in_flight_per_user,
            "per_second_max": self.per_second_max,
            "seconds": round(time.monotonic() - self.started, 3),
        }
