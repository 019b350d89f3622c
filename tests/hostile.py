"""A server that answers whatever it is told to, byte by byte: not Fiken at all."""

import json
import socket
import threading
import time


def http(body=b"", status="200 OK", **headers):
    """The bytes of an answer. Underscores in names of headers are hyphens."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
        headers.setdefault("Content_Type", "application/json")
    headers.setdefault("Content_Length", len(body))
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def dripping(data, start, pause=0.05):
    """``data`` at once up to ``start``, and from there a byte now and then."""
    yield data[:start]
    for position in range(start, len(data)):
        time.sleep(pause)
        yield data[position : position + 1]


class HostileServer:
    """Gives its answers one after the other, the last one again and again.

    :param answers: bytes, or what yields bytes, or None: never an answer; or a
        function that is given the request's text and returns one of them
    :ivar requests: the texts of the requests that came
    :ivar arrived_at: when they came, by the monotonic clock
    """

    def __init__(self, *answers):
        self._answers = list(answers)
        self.requests, self.arrived_at = [], []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._closed = threading.Event()
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self._closed.set()
        # Closing alone would leave whoever waits for a connection waiting.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(10)

    def _serve(self):
        while not self._closed.is_set():
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(
                target=self._answer, args=(connection,), daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection):
        with connection:
            request = _read_request(connection)
            if not request:
                return
            self.arrived_at.append(time.monotonic())
            self.requests.append(request)
            answer = self._answers[0]
            if len(self._answers) > 1:
                self._answers.pop(0)
            if callable(answer):
                answer = answer(request)
            if answer is None:
                self._closed.wait(30)
                return
            parts = [answer] if isinstance(answer, bytes) else answer
            try:
                for part in parts:
                    connection.sendall(part)
            except OSError:
                return  # whoever asked had enough


def _read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return ""
        data += more
    head, _blank, body = data.partition(b"\r\n\r\n")
    text = head.decode("latin-1")
    length = 0
    for line in text.split("\r\n"):
        name, _colon, value = line.partition(":")
        if name.lower() == "content-length":
            length = int(value)
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            break
        body += more
    return text + "\r\n\r\n" + body.decode("latin-1")
