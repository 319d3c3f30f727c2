"""The simulated helpdesk on a loopback port, answering on threads of its own."""

import socket
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from cheroot.wsgi import Gateway_10
from cheroot.wsgi import Server as HttpServer
from flask import Flask

from connector.simulator.app import make_app
from connector.simulator.faulty import SOCKET

if TYPE_CHECKING:
    from connector.simulator.world import World

LOOPBACK = "127.0.0.1"


class _Gateway(Gateway_10):
    """Hands the connection itself to the application, so that a fault can cut it."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        return {**environ, SOCKET: self.req.conn.socket}


class Server:
    """A running helpdesk; a context manager that closes it."""

    def __init__(self, world: "World", app: Flask, http: HttpServer) -> None:
        self.world = world
        self._app = app
        self._http = http
        self._thread = threading.Thread(target=http.serve, name="simulator", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://{LOOPBACK}:{self._http.bind_addr[1]}"

    def close(self) -> None:
        """Stop answering, and wait until that is so."""
        self._app.extensions["stopping"].set()
        self._http.stop()
        self._thread.join()

    def join(self) -> None:
        """Wait until somebody closes it."""
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def serve(world: "World", port: int = 0, threads: int = 8) -> Server:
    """Answer for this world on 127.0.0.1; port 0 takes a free one. Raises OSError when it is taken."""
    _try_port(port)
    app = make_app(world)
    http = HttpServer((LOOPBACK, port), app, numthreads=threads, server_name="simulator")
    http.gateway = _Gateway
    # How long a stop may wait for the server's own loop.
    http.expiration_interval = 0.05
    http.prepare()
    return Server(world, app, http)


def _try_port(port: int) -> None:
    """Raises the system's own OSError; the server's would tell of every address it tried, one error in the other."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((LOOPBACK, port))
