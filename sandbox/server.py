"""The socket and the web server around the application."""

import socket

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .app import build


class PortTaken(Exception):
    pass


class Protocol(HttpToolsProtocol):
    """Lets the application cut a connection, as a failing network would: ASGI itself
    has no word for that.
    """

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"sandbox.connection": self.transport}


class Server(uvicorn.Server):
    async def startup(self, sockets=None) -> None:
        await super().startup(sockets=sockets)
        host, port = sockets[0].getsockname()[:2]
        print(f"Fiken sandbox on http://{host}:{port}", flush=True)


def listen(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Cannot listen on {host}:{port} ({error.strerror}): is a sandbox running?"
        ) from None
    return listener


def serve(options) -> None:
    listener = listen(options.host, options.port)
    config = uvicorn.Config(
        build(
            latency=options.latency_ms / 1000,
            strict=options.strict,
            preset=options.unknowns,
            database=options.db,
        ),
        http=Protocol,
        loop="uvloop",
        ws="none",
        log_level="warning",
        access_log=False,
        # A client that keeps its connection must not meet a closed one between two
        # requests.
        timeout_keep_alive=120,
        timeout_graceful_shutdown=1,
    )
    Server(config).run(sockets=[listener])
