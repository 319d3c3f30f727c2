"""Serves the benchmark's pages from memory on loopback: `python -m benchmarks.server TICKETS`."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from benchmarks.payload import PER_PAGE, Shape, agents, event_pages, organizations, ticket_pages


class Pages:
    """Every answer, made before the first request."""

    def __init__(self, shape: Shape) -> None:
        self.tickets = list(ticket_pages(shape))
        self.events = list(event_pages(shape))
        self._event_starts = [0, *(json.loads(page)["end_time"] for page in self.events)]
        self._fixed = {
            "/oauth/tokens": {
                "access_token": "benchmark",
                "token_type": "bearer",
                "scope": "read",
                "expires_in": 86400,
            },
            "/api/v2/users/me": {"user": {"id": 1, "role": "admin", "name": "benchmark"}},
            "/api/v2/oauth/tokens/current": {"token": {"scopes": ["read"], "expires_at": None}},
            "/api/v2/users": {"users": agents(), "meta": {"has_more": False}, "links": {"next": None}},
            "/api/v2/groups": {
                "groups": [{"id": 1, "name": "Tier 1"}, {"id": 2, "name": "Tier 2"}],
                "meta": {"has_more": False},
                "links": {"next": None},
            },
            "/api/v2/ticket_fields": {"ticket_fields": [], "meta": {"has_more": False}, "links": {"next": None}},
            "/api/v2/incremental/organizations": {
                "organizations": organizations(shape),
                "count": shape.accounts,
                "end_time": 1,
                "next_page": None,
                "end_of_stream": True,
            },
        }

    def answer(self, path: str, query: dict[str, list[str]]) -> bytes:
        """The body for one request; an unknown path is an empty object."""
        path = path.removesuffix(".json")
        if path.endswith("/incremental/tickets/cursor"):
            return self._tickets_from(query)
        if path.endswith("/incremental/ticket_events"):
            return self._events_from(int(query["start_time"][0]))
        return json.dumps(self._fixed.get(path, {})).encode()

    def _tickets_from(self, query: dict[str, list[str]]) -> bytes:
        cursor = query.get("cursor", ["page-0"])[0]
        place = int(cursor.removeprefix("page-")) // PER_PAGE
        if place < len(self.tickets):
            return self.tickets[place]
        return json.dumps({"tickets": [], "after_cursor": cursor, "end_of_stream": True}).encode()

    def _events_from(self, start: int) -> bytes:
        place = next((at for at, first in enumerate(self._event_starts) if first >= start), len(self.events))
        place = 0 if start < self._event_starts[1] else place
        if place < len(self.events):
            return self.events[place]
        body = {"ticket_events": [], "count": 0, "end_time": start, "next_page": None, "end_of_stream": True}
        return json.dumps(body).encode()


def serve(shape: Shape) -> None:
    """Serves until it is killed; prints its address when it is ready."""
    pages = Pages(shape)

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            self._send(pages.answer(address.path, parse_qs(address.query)))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._send(pages.answer(urlsplit(self.path).path, {}))

        def log_message(self, *_: object) -> None:
            """Says nothing: the benchmark reads standard output."""

        def _send(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(Shape(tickets=int(sys.argv[1])))
