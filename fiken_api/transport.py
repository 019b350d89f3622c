"""One HTTP exchange at a time, bounded in time and size (fiken-api.md §2).

Whoever answers may be slow, broken or not Fiken at all: an exchange ends, and its
answer fits into memory.
"""

import ast
import contextlib
import io
import re
import time
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter

from .errors import Busy, NotSent, OutcomeUnknown, Refused
from .redact import redact
from .shape import clean

# Seconds without a byte until an answer counts as lost.
TIMEOUT = 30
# Seconds that a whole exchange may take beyond it, a byte now and then: less than the
# minute after which the outbox looks up what became of it (architecture.md, rule 3).
ALLOWANCE = 30
# Bytes of one answer. Fiken takes files of 25 MB, and answers a hundred rows.
SIZE_LIMIT = 64 * 1024 * 1024
CHUNK = 16 * 1024

_MANIFEST = Path(__file__).resolve().parent.parent / "__manifest__.py"
USER_AGENT = (
    "Odoo-Fiken-Connector/"
    + (ast.literal_eval(_MANIFEST.read_text(encoding="utf-8"))["version"])
)


def is_token(text):
    """Whether it fits into a header: visible ASCII without spaces."""
    return re.fullmatch(r"[!-~]+", text or "") is not None


@dataclass
class Reply:
    """Whatever was answered: status, headers, and the body in bytes."""

    status: int
    headers: dict
    content: bytes


class Transport:
    """Exchanges that no proxy, ``.netrc`` or cookie of the machine has a part in.

    :param float timeout: seconds without a byte until an answer counts as lost
    """

    def __init__(self, timeout=TIMEOUT):
        self._timeout = timeout
        self._wire = Wire()
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._http.headers["User-Agent"] = USER_AGENT
        for scheme in ("https://", "http://"):
            self._http.mount(scheme, _Adapter(self._wire))

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    def close(self):
        self._http.close()

    def prepare(self, method, url, **parts):
        """The request as it would go out, its address as it would be understood.

        :raise NotSent: no request can be made of this
        """
        try:
            return self._http.prepare_request(requests.Request(method, url, **parts))
        except (requests.RequestException, ValueError) as error:
            raise NotSent(_reason(error)) from error

    def send(self, prepared, writing):
        """:param bool writing: whether it may change something at Fiken

        :return Reply: of any status; redirects are not followed
        :raise NotSent: nothing left this machine
        :raise OutcomeUnknown, Busy: it went out, and no whole answer came
        :raise Refused: a read whose answer is too large, as it will be again
        """
        self._wire.begin(self._timeout + ALLOWANCE)
        try:
            with contextlib.closing(
                self._http.send(
                    prepared,
                    timeout=self._timeout,
                    allow_redirects=False,
                    stream=True,
                )
            ) as response:
                content = _content(response)
        except (requests.RequestException, OSError, ValueError) as error:
            raise self._lost(error, writing) from error
        if content is None:
            error_class = OutcomeUnknown if writing else Refused
            raise error_class("The answer is too large.", response.status_code)
        return Reply(response.status_code, response.headers, content)

    def _lost(self, cause, writing):
        if not self._wire.sent:
            return NotSent(_reason(cause))
        error = (OutcomeUnknown if writing else Busy)(_reason(cause))
        error.may_still_run = self._wire.timed_out
        return error


def _content(response):
    """The whole body, or None where it is too large.

    :raise requests.ConnectionError: it is shorter than it was said to be
    """
    content = bytearray()
    for chunk in response.iter_content(CHUNK):
        content += chunk
        if len(content) > SIZE_LIMIT:
            return None
    length = response.headers.get("Content-Length", "")
    is_plain = "Content-Encoding" not in response.headers
    if is_plain and length.isdecimal() and len(content) < int(length):
        raise requests.ConnectionError("The answer was cut short.")
    return bytes(content)


def _reason(error):
    return redact(clean(str(error.args[0] if error.args else error)))[:500]


class Wire:
    """What happened on the socket during the exchange that is under way.

    :ivar bool sent: whether anything left this machine
    :ivar bool timed_out: whether it was we who gave up waiting
    """

    def __init__(self):
        self.begin(0)

    def begin(self, seconds):
        self._ends = time.monotonic() + seconds
        self.sent = self.timed_out = False

    @contextlib.contextmanager
    def limit(self, sock, patience):
        """One step on a socket: no longer than ``patience``, nor than what is left."""
        left = self._ends - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError("The exchange took too long.")
            sock.settimeout(left if patience is None else min(patience, left))
            yield
        except TimeoutError:
            self.timed_out = True
            raise


class _Adapter(HTTPAdapter):
    """Connections whose sockets are watched by a :class:`Wire`."""

    def __init__(self, wire):
        self._wire = wire
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        result = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            scheme: type(pool.__name__, (pool,), {"ConnectionCls": self._watched(pool)})
            for scheme, pool in self.poolmanager.pool_classes_by_scheme.items()
        }
        return result

    def _watched(self, pool):
        wire = self._wire

        class Connection(pool.ConnectionCls):
            def connect(self):
                result = super().connect()
                self.sock = _Socket(self.sock, wire)
                return result

        return Connection


class _Socket:
    """A connected socket with a limit on the sum of all that is done with it."""

    def __init__(self, sock, wire):
        self._sock = sock
        self._wire = wire
        self._patience = sock.gettimeout()

    def __getattr__(self, name):
        return getattr(self._sock, name)

    def settimeout(self, seconds):
        self._patience = seconds
        self._sock.settimeout(seconds)

    def sendall(self, data):
        data = memoryview(data).cast("B")
        self._wire.sent = True
        # A secure socket would grant the whole time to each of its records.
        for start in range(0, len(data), CHUNK):
            with self._wire.limit(self._sock, self._patience):
                self._sock.sendall(data[start : start + CHUNK])

    def makefile(self, *_args, **_kwargs):
        return io.BufferedReader(_Reader(self))


class _Reader(io.RawIOBase):
    def __init__(self, owner):
        self._owner = owner
        self._raw = owner._sock.makefile("rb", buffering=0)

    def readable(self):
        return True

    def readinto(self, buffer):
        owner = self._owner
        with owner._wire.limit(owner._sock, owner._patience):
            return self._raw.readinto(buffer)

    def close(self):
        self._raw.close()
        return super().close()
