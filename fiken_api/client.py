"""One HTTP request to Fiken at a time, and what its answer means.

The client knows transport (fiken-api.md §2) and nothing of documents. It never
repeats a request by itself: whether a write may be repeated is the outbox's decision.
"""

import json
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from .errors import Busy, FikenError, NotSent, OutcomeUnknown, error_for
from .redact import redact

DEFAULT_TIMEOUT = 30
LOGGED_BODY_LIMIT = 20_000


@dataclass
class Answer:
    """A success: status, headers, and the body as JSON, bytes or None."""

    status: int
    headers: dict
    body: object = None

    @property
    def page_count(self):
        """How many pages a list has."""
        return int(self.headers.get("Fiken-Api-Page-Count", 0))

    @property
    def location_id(self):
        """The id at the end of ``Location``, as text (fiken-api.md §2).

        :raise OutcomeUnknown: Fiken said yes and did not name what it made
        """
        path = urlsplit(self.headers.get("Location", "")).path
        location_id = path.rstrip("/").rsplit("/", 1)[-1]
        if not location_id:
            raise OutcomeUnknown("Fiken's answer names no new record.", self.status)
        return location_id


@dataclass
class RequestRecord:
    """What the log keeps of one request; bodies are masked already."""

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
        self.timeout = timeout
        self.on_record = on_record or (lambda record: None)
        self._http = requests.Session()
        # Proxies and .netrc of the machine must not see or replace the token.
        self._http.trust_env = False

    def close(self):
        self._http.close()

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

        The token goes to Fiken's own hosts only (fiken-api.md §2.3).

        :raise Refused: the address is not Fiken's
        """
        host = urlsplit(url).hostname or ""
        own = urlsplit(self.base_url).hostname or ""
        if host != own and host != "fiken.no" and not host.endswith(".fiken.no"):
            raise error_for(400, f"{host} is not one of Fiken's hosts.", writing=False)
        return self._request("GET", url, absolute=True)

    def _request(
        self, method, path, params=None, body=None, files=None, absolute=False
    ):
        record = RequestRecord(method, path, str(uuid.uuid4()))
        if params:
            record.path += "?" + "&".join(f"{k}={v}" for k, v in params.items())
        if body is not None:
            record.request_body = json.dumps(redact(body), ensure_ascii=False)
        if files:
            record.request_body = _files_text(files)
        started = time.monotonic()
        try:
            response = self._http.request(
                method,
                path if absolute else self.base_url + path,
                params={key: _text(value) for key, value in (params or {}).items()},
                json=body,
                files=files,
                headers={
                    "Authorization": f"Bearer {self.token}",
                    "X-Request-ID": record.request_id,
                },
                timeout=self.timeout,
                allow_redirects=False,
            )
            record.status = response.status_code
            if response.status_code >= 300:
                raise error_for(
                    response.status_code,
                    _message(response),
                    record.request_id,
                    writing=method != "GET",
                )
            answer = Answer(response.status_code, response.headers)
            answer.body = _body(response, record)
            return answer
        except requests.RequestException as cause:
            error = _network_error(cause, method, record.request_id)
            record.error = error.message
            raise error from cause
        except FikenError as error:
            record.error = error.message
            raise
        finally:
            record.milliseconds = int((time.monotonic() - started) * 1000)
            self.on_record(record)


def _text(value):
    return str(value).lower() if isinstance(value, bool) else value


def _files_text(files):
    """A file in the log: its name and size, never its content."""
    (name, content) = files["file"]
    return json.dumps({"filename": name, "bytes": len(content)}, ensure_ascii=False)


def _body(response, record):
    if "json" not in response.headers.get("Content-Type", ""):
        return response.content or None
    if not response.content:
        return None
    record.response_body = redact(response.text)[:LOGGED_BODY_LIMIT]
    try:
        return response.json()
    except ValueError as error:
        raise OutcomeUnknown(
            "Fiken's answer could not be read.", response.status_code
        ) from error


def _message(response):
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        for key in ("message", "error_description", "error"):
            if body.get(key):
                return redact(str(body[key]))
    return redact(response.text[:500]) or f"HTTP {response.status_code}"


def _network_error(error, method, request_id):
    """Tell apart what never left this machine from what may have arrived."""
    reason = str(getattr(error, "args", [""])[0])
    never_left = isinstance(error, requests.ConnectTimeout) or any(
        word in reason
        for word in ("NewConnectionError", "NameResolutionError", "CERTIFICATE_VERIFY")
    )
    if never_left:
        return NotSent(redact(reason), request_id=request_id)
    if method == "GET":
        return Busy(redact(reason), request_id=request_id)
    return OutcomeUnknown(redact(reason), request_id=request_id)
