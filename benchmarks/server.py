"""Serves the benchmark's rows from memory on loopback: `python -m benchmarks.server TICKETS`.

Answers like Zendesk's incremental exports as far as reading goes: a page begins at the second or cursor asked for, ends
after per_page rows, and says where the next one begins.
"""

import json
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from operator import attrgetter
from urllib.parse import parse_qs, urlsplit

from benchmarks.payload import (
    NOW,
    QUARTER,
    TIMER_FIELD,
    Shape,
    agents,
    changed_events,
    changed_tickets,
    events,
    organizations,
    tickets,
)
from benchmarks.row import Row

_PER_PAGE = 1_000
_Query = dict[str, list[str]]


class Export:
    """One stream: its rows in order."""

    def __init__(self, key: str, rows: Iterable[Row]) -> None:
        self._key = key.encode()
        self._rows = list(rows)

    def add(self, rows: Iterable[Row]) -> None:
        """More rows, newer than all others."""
        self._rows.extend(rows)

    def first(self, second: int) -> int:
        """The place of the first row at or after a second."""
        return bisect_left(self._rows, second, key=attrgetter("second"))

    def page(self, first: int, size: int) -> tuple[list[Row], bool]:
        """So many rows from a place on, and whether these are the last."""
        return self._rows[first : first + size], first + size >= len(self._rows)

    def body(self, rows: Iterable[Row], around: dict[str, object]) -> bytes:
        """A page of these rows."""
        frame = json.dumps(around, separators=(",", ":")).encode()
        return b'{"%b":[%b],%b' % (self._key, b",".join(row.body for row in rows), frame[1:])


class Desk:
    """Every answer of a helpdesk with much history, and how often it was asked."""

    def __init__(self, shape: Shape, origin: str) -> None:
        self.asked: Counter[str] = Counter()
        self._shape = shape
        self._origin = origin
        self._now = NOW
        self._tickets = Export("tickets", tickets(shape))
        self._events = Export("ticket_events", events(shape))
        self._fixed = dict(_fixed_answers(shape))

    def answer(self, path: str, query: _Query) -> bytes:
        """The body for one request; an unknown path is an empty object."""
        path = path.removesuffix(".json")
        if path.startswith("/benchmark/"):
            return self._steer(path.removeprefix("/benchmark/"))
        self.asked[path] += 1
        if path.endswith("/incremental/tickets/cursor"):
            return self._tickets_from(query)
        if path.endswith("/incremental/ticket_events"):
            return self._events_from(query)
        return json.dumps(self._fixed.get(path, {})).encode()

    def _steer(self, wish: str) -> bytes:
        if wish == "advance":
            self._now = NOW + QUARTER
            self._tickets.add(changed_tickets(self._shape))
            self._events.add(changed_events(self._shape))
            self.asked.clear()
        return json.dumps(self.asked).encode() if wish == "asked" else _told(self._now)

    def _tickets_from(self, query: _Query) -> bytes:
        cursor = query.get("cursor")
        first = self._tickets.first(int(query["start_time"][0])) if cursor is None else int(cursor[0])
        rows, ended = self._tickets.page(first, _size(query))
        after = str(first + len(rows))
        link = f"{self._origin}/api/v2/incremental/tickets/cursor.json?cursor={after}&per_page={_size(query)}"
        return self._tickets.body(rows, {"after_cursor": after, "after_url": link, "end_of_stream": ended})

    def _events_from(self, query: _Query) -> bytes:
        start = int(query["start_time"][0])
        rows, ended = self._events.page(self._events.first(start), _size(query))
        end = rows[-1].second if rows else start
        link = f"{self._origin}/api/v2/incremental/ticket_events.json?start_time={end}&per_page={_size(query)}"
        around = {"count": len(rows), "end_time": end, "next_page": link, "end_of_stream": ended}
        return self._events.body(rows, around)


def _fixed_answers(shape: Shape) -> Iterator[tuple[str, object]]:
    only_page = {"meta": {"has_more": False}, "links": {"next": None}}
    groups = [{"id": 1, "name": "Tier 1"}, {"id": 2, "name": "Tier 2"}]
    timer = {"id": TIMER_FIELD, "type": "integer", "title": "Total time spent (sec)", "active": True}
    export = {"count": shape.accounts, "end_time": int(NOW.timestamp()), "next_page": None, "end_of_stream": True}
    yield "/oauth/tokens", {"access_token": "benchmark", "token_type": "bearer", "scope": "read", "expires_in": 86400}
    yield "/api/v2/users/me", {"user": {"id": 1, "role": "admin"}}
    yield "/api/v2/users", {"users": agents(), **only_page}
    yield "/api/v2/groups", {"groups": groups, **only_page}
    yield "/api/v2/ticket_fields", {"ticket_fields": [timer], **only_page}
    yield "/api/v2/incremental/organizations", {"organizations": organizations(shape), **export}


def _size(query: _Query) -> int:
    return min(_PER_PAGE, int(query.get("per_page", [str(_PER_PAGE)])[0]))


def _told(now: datetime) -> bytes:
    return now.isoformat().encode()


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Server"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        self._send(self.server.desk.answer(address.path, parse_qs(address.query)))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._send(self.server.desk.answer(urlsplit(self.path).path, {}))

    def log_message(self, *_: object) -> None:
        """Says nothing: the benchmark reads standard output."""

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, shape: Shape) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"
        self.desk = Desk(shape, self.origin)


if __name__ == "__main__":
    server = _Server(Shape(tickets=int(sys.argv[1])))
    print(server.origin, flush=True)
    server.serve_forever()
