"""One HTTP request to Fiken at a time, and what its answer means.

The client knows transport (fiken-api.md §2) and nothing of documents. It never
repeats a request by itself: whether a write may be repeated is the outbox's decision.
It takes nothing for Fiken's answer that is not in Fiken's form.
"""

import json
import re
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from . import transport
from .errors import Busy, FikenError, NotSent, OutcomeUnknown, error_for
from .redact import redact
from .shape import clean, parse, sentence_of

DEFAULT_TIMEOUT = transport.TIMEOUT
LOGGED_BODY_LIMIT = 20_000
DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass
class Answer:
    """A success: status, headers, and the body: shaped JSON, a file's bytes or None.

    What the JSON looks like: :func:`.shape.shaped`.
    """

    status: int
    headers: dict
    body: object = None

    @property
    def row(self):
        """The one object that was asked for.

        :raise Busy: it is none
        """
        if not isinstance(self.body, dict):
            raise Busy("Fiken's answer is no object.", self.status)
        return self.body

    @property
    def rows(self):
        """The list that was asked for.

        :raise Busy: it is no list of objects
        """
        if not isinstance(self.body, list) or not all(
            isinstance(row, dict) for row in self.body
        ):
            raise Busy("Fiken's answer is no list.", self.status)
        return self.body

    def number(self, header):
        """A header that is a whole number, else None."""
        text = self.headers.get(header, "").strip()
        return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None

    @property
    def page_count(self):
        """How many pages a list has; 0 where Fiken does not say."""
        return self.number("Fiken-Api-Page-Count") or 0

    @property
    def location_id(self):
        """The id at the end of ``Location``, as text (fiken-api.md §2).

        :raise OutcomeUnknown: Fiken said yes and did not name what it made
        """
        path = urlsplit(self.headers.get("Location", "")).path
        location_id = path.rstrip("/").rsplit("/", 1)[-1]
        if not re.fullmatch(r"[\w-]+", location_id, re.ASCII):
            raise OutcomeUnknown("Fiken's answer names no new record.", self.status)
        return location_id


@dataclass
class RequestRecord:
    """What the log keeps of one request; bodies are cut and masked already."""

    method: str
    path: str
    request_id: str
    status: int = 0
    milliseconds: int = 0
    request_body: str = ""
    response_body: str = ""
    error: str = ""


class FikenClient:
    """Bearer requests below one base address.

    :param str base_url: e.g. ``https://api.fiken.no/api/v2``
    :param str token: the access token; may be replaced between requests
    :param on_record: called with a :class:`RequestRecord` after every request
    """

    def __init__(self, base_url, token, timeout=DEFAULT_TIMEOUT, on_record=None):
        self.base_url = base_url.rstrip("/")
        self.token = token
        self.on_record = on_record or (lambda record: None)
        self._transport = transport.Transport(timeout)

    def close(self):
        self._transport.close()

    def get(self, path, **params):
        return self._request("GET", path, params=params)

    def post(self, path, body=None, **params):
        return self._request("POST", path, params=params, body=body)

    def put(self, path, body):
        return self._request("PUT", path, body=body)

    def patch(self, path, body=None, **params):
        return self._request("PATCH", path, params=params, body=body)

    def delete(self, path, **params):
        return self._request("DELETE", path, params=params)

    def upload(self, path, filename, content, **params):
        """A file as multipart form; ``content`` in bytes (fiken-api.md §2.3)."""
        return self._request(
            "POST",
            path,
            params=params,
            files={"filename": (None, filename), "file": (filename, content)},
        )

    def download(self, url):
        """The bytes of a file that Fiken named.

        The token goes to Fiken's own hosts only, and over https (fiken-api.md §2.3).

        :raise Refused: the address is not Fiken's
        """
        return self._request("GET", url, is_file=True)

    def _request(self, method, path, params=None, body=None, files=None, is_file=False):
        record = RequestRecord(method, _path_text(path, params), str(uuid.uuid4()))
        record.request_body = _files_text(files) if files else _logged(body)
        writing = method != "GET"
        started = time.monotonic()
        try:
            reply = self._transport.send(
                self._prepare(method, path, params, body, files, is_file, record),
                writing,
            )
            record.status = reply.status
            if not is_file or reply.status >= 300:
                record.response_body = _logged(reply.content)
            if reply.status >= 300:
                sentence = redact(sentence_of(reply.content))
                raise error_for(
                    reply.status, sentence or f"HTTP {reply.status}", writing=writing
                )
            read = reply.content if is_file else _body(reply, writing)
            return Answer(reply.status, reply.headers, read)
        except FikenError as error:
            error.request_id = record.request_id
            record.error = error.message
            raise
        finally:
            record.milliseconds = int((time.monotonic() - started) * 1000)
            self.on_record(record)

    def _prepare(self, method, path, params, body, files, is_file, record):
        address = path if is_file else self.base_url + path
        try:
            prepared = self._transport.prepare(
                method,
                address,
                params={key: _text(value) for key, value in (params or {}).items()},
                json=body,
                files=files,
                headers={
                    "Accept": "*/*" if is_file else "application/json",
                    "X-Request-ID": record.request_id,
                },
            )
        except NotSent:
            if is_file:
                raise _not_ours() from None
            raise
        if is_file and ("\\" in address or not self._is_ours(prepared.url)):
            raise _not_ours()
        if not transport.is_token(self.token):
            raise NotSent("The access token is none.")
        prepared.headers["Authorization"] = f"Bearer {self.token}"
        return prepared

    def _is_ours(self, url):
        """Whether the token may go to this address, as it would be asked for."""
        parts = urlsplit(url)
        if "@" in parts.netloc:
            return False
        host = parts.hostname or ""
        is_fikens = host == "fiken.no" or host.endswith(".fiken.no")
        return _origin(url) == _origin(self.base_url) or (
            is_fikens and _origin(url) == ("https", host, 443)
        )


def _not_ours():
    return error_for(400, "The file's address is not one of Fiken's.", writing=False)


def _origin(url):
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)


def _text(value):
    return str(value).lower() if isinstance(value, bool) else value


def _path_text(path, params):
    if params:
        path += "?" + "&".join(f"{key}={value}" for key, value in params.items())
    return redact(clean(path))


def _files_text(files):
    """A file in the log: its name and size, never its content."""
    (name, content) = files["file"]
    return json.dumps({"filename": name, "bytes": len(content)}, ensure_ascii=False)


def _logged(body):
    """A body as the log keeps it: cut off first, since it may be megabytes, and masked.

    :param body: JSON that is sent, the bytes of an answer, or None
    """
    if body is None:
        return ""
    if isinstance(body, bytes):
        text = body[: 4 * LOGGED_BODY_LIMIT].decode("utf-8", "replace")
    else:
        text = json.dumps(body, ensure_ascii=False)
    return redact(clean(text[:LOGGED_BODY_LIMIT]))


def _body(reply, writing):
    """What a success says, shaped.

    A write may say nothing. Whatever else is no JSON is not Fiken's: a log-in page of
    the network's, an answer that was cut off. Then nobody knows what Fiken did.
    """
    try:
        body = parse(reply.content)
    except ValueError as error:
        error_class = OutcomeUnknown if writing else Busy
        raise error_class("Fiken's answer could not be read.", reply.status) from error
    if body is None and not writing:
        raise Busy("Fiken's answer is empty.", reply.status)
    return body
