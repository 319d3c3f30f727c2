"""What stands between us and a helpdesk on loopback: real HTTP that loses answers, refuses, or agrees to everything."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import requests

_READS = ("GET", "HEAD")
_FORWARDED = ("Authorization", "Content-Type", "Accept", "If-Match", "User-Agent")
_RETURNED = ("Content-Type", "ETag", "Date", "Location", "Retry-After")
_TIMEOUT = 60


class Call(NamedTuple):
    """One request that came by."""

    method: str
    path: str
    """With its query."""

    @property
    def is_write(self) -> bool:
        return self.method not in _READS


class Reply(NamedTuple):
    """What a request is answered with that goes no further."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""


@dataclass
class Way:
    """Everything passes, until something else is asked for."""

    url: str
    """Where it answers."""
    to: str
    """Where it leads."""
    calls: list[Call] = field(default_factory=list)
    agreed: bytes | None = None
    """While this is something, every write is answered with it and 200, and goes no further."""
    withheld: frozenset[str] = frozenset()
    """Headers of answers that do not come through, as some proxies have it."""
    lost: int = 0
    """How many answers nobody heard of so far."""
    _meanwhile: list[Callable[[], None]] = field(default_factory=list)
    _to_lose: int = 0
    _under_way: int = 0
    _replies: list[Reply] = field(default_factory=list)
    _lock: threading.Condition = field(default_factory=threading.Condition)

    def lose_answers(self, number: int) -> None:
        """So many of the next writes are done, and nobody hears of it."""
        self._to_lose = number

    def reply_instead(self, reply: Reply, times: int = 1) -> None:
        """So many of the next writes are not done, and answered with this."""
        self._replies += [reply] * times

    def do_meanwhile(self, deed: Callable[[], None]) -> None:
        """Somebody else does this before the next write arrives."""
        self._meanwhile.append(deed)

    def settle(self) -> None:
        """Waits until nothing is under way: what a process asked for is done, though nobody waits for the answer."""
        with self._lock:
            self._lock.wait_for(lambda: not self._under_way)

    def pass_by(self, call: Call, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """The answer to a request; None: nobody hears of it."""
        instead, is_lost = self._note(call)
        try:
            return self._forward(call, headers, body, is_lost=is_lost) if instead is None else instead
        finally:
            with self._lock:
                self._under_way -= 1
                self._lock.notify_all()

    def _forward(self, call: Call, headers: Mapping[str, str], body: bytes, *, is_lost: bool) -> Reply | None:
        if call.is_write and self._meanwhile:
            self._meanwhile.pop(0)()
        found = requests.request(
            call.method, f"{self.to}{call.path}", headers=headers, data=body, timeout=_TIMEOUT, allow_redirects=False
        )
        if is_lost:
            return None
        names = (name for name in _RETURNED if name in found.headers and name not in self.withheld)
        kept = {name: found.headers[name] for name in names}
        return Reply(found.status_code, kept, found.content)

    def _note(self, call: Call) -> tuple[Reply | None, bool]:
        with self._lock:
            self.calls.append(call)
            self._under_way += 1
            if not call.is_write:
                return None, False
            if self.agreed is not None:
                return Reply(200, {"Content-Type": "application/json"}, self.agreed), False
            if self._replies:
                return self._replies.pop(0), False
            is_lost = self._to_lose > 0
            self._to_lose -= is_lost
            self.lost += is_lost
            return None, is_lost


@contextmanager
def open_way(to: str) -> Iterator[Way]:
    """A way to the helpdesk at this address, which has no path."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Passing) as server:
        server.way = way = Way(url=f"http://127.0.0.1:{server.server_port}", to=to)  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield way
        finally:
            server.shutdown()
            thread.join()


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: self.headers[name] for name in _FORWARDED if name in self.headers}
        way: Way = self.server.way  # type: ignore[attr-defined]
        reply = way.pass_by(Call(self.command, self.path), headers, body)
        self.close_connection = True
        # Whoever asked may be gone.
        with suppress(OSError):
            self._answer(reply)

    def _answer(self, reply: Reply | None) -> None:
        if reply is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        # Not `send_response`, which would add a Date of this machine's own.
        self.send_response_only(reply.status)
        for name, text in {**reply.headers, "Content-Length": str(len(reply.body)), "Connection": "close"}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass  # noqa: N815  The server asks for these names.

    def log_message(self, *_: object) -> None:
        """Nothing is said of what passes."""
