"""The gate before the API.

Who calls, one request at a time, faults on order, and one database transaction per
request. The answer is held back until the transaction has ended, so that "committed,
but the answer got lost" can be played.
"""

import asyncio
import logging
import time
from collections import Counter, deque

from .errors import error_body
from .store import dumps, read_json

log = logging.getLogger("uvicorn.error")

API = "/api/v2"
WATCHED = (API, "/oauth")


class Answer:
    def __init__(self, status: int, body: bytes = b"", headers=None):
        self.status = status
        self.body = body
        self.headers = headers or [(b"content-type", b"application/json")]

    async def send(self, send) -> None:
        headers = [
            (name, value) for name, value in self.headers if name != b"content-length"
        ]
        headers.append((b"content-length", str(len(self.body)).encode()))
        await send(
            {"type": "http.response.start", "status": self.status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": self.body})


class Transport:
    def __init__(self, app, sandbox, latency: float = 0):
        self.app = app
        self.sandbox = sandbox
        self.latency = latency
        # Handlers share one database connection: its transactions must not interleave.
        self.books_open = asyncio.Lock()
        self.in_flight: Counter = Counter()
        self.recent: dict[str, deque] = {}
        self.background: set = set()

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = await _read(receive)
        path = scope["path"]
        if len(path) > 1 and path.endswith("/"):
            path = scope["path"] = path.rstrip("/") or "/"
        if path.startswith(WATCHED):
            await self._watched(scope, body, receive, send)
        else:
            answer = await self._answer(scope, body)
            await answer.send(send)

    async def _watched(self, scope, body, receive, send) -> None:
        """Count a request from its arrival to the end of its answer."""
        stats, method, path = self.sandbox.stats, scope["method"], scope["path"]
        headers = dict(scope["headers"])
        caller = self.sandbox.auth.caller(
            headers.get(b"authorization", b"").decode("latin-1")
        )
        who = caller.email if caller else "anonymous"
        entry = stats.record(
            method=method,
            path=path,
            query=scope["query_string"].decode("latin-1"),
            user=who,
            request_id=headers.get(b"x-request-id", b"").decode("latin-1") or None,
            body=_readable(headers, body),
        )
        scope["sandbox.caller"] = caller
        stats.enter(method, path, who)
        unit = self._unit(caller)
        self.in_flight[unit] += 1
        answer = None
        try:
            answer = await self._serve(scope, body, caller, unit)
            if answer is not None:
                entry["status"] = answer.status
                await answer.send(send)
        finally:
            self.in_flight[unit] -= 1
            stats.leave(who, answer and answer.status)
        if answer is None:
            _cut(scope)
            # The web server must learn that the connection is gone, or it would answer
            # 500 itself.
            while (await receive())["type"] != "http.disconnect":
                pass

    async def _serve(self, scope, body, caller, unit) -> Answer | None:
        """The answer, or None to cut the connection."""
        refused = self._refused(scope, caller, unit)
        if refused:
            return refused
        fault = self.sandbox.faults.take(scope["method"], scope["path"])
        do = fault.action if fault else None
        if do == "status":
            return self._say(int(fault.number), fault.says)
        if do == "drop":
            return None
        if do == "delay-then-commit":
            self._later(fault.number, scope, body)
            return None
        wait = self.latency + (
            fault.number if do in ("delay", "delay-then-drop") else 0
        )
        if wait:
            await asyncio.sleep(wait)
        if do == "delay-then-drop":
            return None
        answer = await self._answer(scope, body)
        if do == "commit-then-drop":
            return None
        if do and do.startswith("commit-then-"):
            return self._say(
                int(do.rpartition("-")[2]), "Ordered by a fault, after doing the work"
            )
        return answer

    def _refused(self, scope, caller, unit) -> Answer | None:
        if not scope["path"].startswith(API):
            return None
        if scope["method"] == "OPTIONS":
            # No CORS at Fiken: a browser's preflight fails.
            return self._say(500, "Internal server error")
        if caller is None:
            return self._say(
                401, "Unauthorized: the access token is missing, unknown or expired"
            )
        switches = self.sandbox.switches
        if switches["reject_concurrent"] and self.in_flight[unit] > 1:
            return self._say(
                429, "Too many requests: only one request at a time is allowed"
            )
        if switches["rate_limit"]:
            now = time.monotonic()
            recent = self.recent.setdefault(unit, deque())
            while recent and recent[0] < now - 1:
                recent.popleft()
            if len(recent) >= switches["rate_limit"]:
                return self._say(429, "Too many requests: slow down")
            recent.append(now)
        return None

    def _say(self, status: int, message: str) -> Answer:
        body = error_body(message, self.sandbox.switches["error_shape"])
        return Answer(status, dumps(body).encode())

    def _unit(self, caller) -> str:
        if caller is None:
            return ""
        by = {"token": caller.token, "user": caller.email, "app": caller.client}
        return by[self.sandbox.switches["concurrency_unit"]]

    def _later(self, seconds: float, scope, body) -> None:
        """The client is gone, its request still runs. It no longer counts as one of the
        client's.
        """

        async def commit():
            await asyncio.sleep(seconds)
            await self._answer(scope, body)

        task = asyncio.create_task(commit())
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    def forget_background(self) -> None:
        for task in self.background:
            task.cancel()

    async def _answer(self, scope, body) -> Answer:
        """Run the application in a transaction that is kept only if the answer is no
        refusal.
        """
        answer = Answer(500)
        chunks = []

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], message["headers"]
            else:
                chunks.append(message.get("body", b""))

        scope["sandbox.body"] = body
        store = self.sandbox.store
        async with self.books_open:
            store.begin()
            try:
                await self.app(scope, receive, send)
            except Exception:
                store.rollback()
                log.exception("%s %s", scope["method"], scope["path"])
                return self._say(500, "Internal server error")
            except BaseException:
                store.rollback()
                raise
            if answer.status < 400:
                store.commit()
            else:
                store.rollback()
        answer.body = b"".join(chunks)
        return answer


async def _read(receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            return body


def _readable(headers, body: bytes):
    """A request's body for the log: JSON as such, anything else not at all (files,
    passwords).
    """
    if not body or b"json" not in headers.get(b"content-type", b""):
        return None
    try:
        return read_json(body)
    except ValueError:
        return None


def _cut(scope) -> None:
    connection = scope["extensions"]["sandbox.connection"]
    connection.abort()
