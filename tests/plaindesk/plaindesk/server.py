"""The helpdesk itself: everything in memory, answered as JSON on a loopback port."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from cheroot.wsgi import Server
from flask import Flask, Response, jsonify, request

TOKEN = "plain-and-secret"
Row = dict[str, Any]
Answer = Response | tuple[Response, int]


@dataclass(slots=True)
class Desk:
    """What people see. Every change has a number, and the numbers only grow."""

    now: datetime
    names: dict[int, str] = field(default_factory=dict)
    fields: dict[int, dict[str, str | None]] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    """The fields that accounts have."""
    people: dict[int, Row] = field(default_factory=dict)
    tickets: dict[int, Row] = field(default_factory=dict)
    log: list[Row] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    lost: int = 0
    """So many answers to writes get lost."""
    down: bool = False
    largest_page: int = 100
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add_account(self, name: str) -> int:
        made = next(self.numbers)
        self.names[made], self.fields[made] = name, dict.fromkeys(self.known)
        return made

    def delete_account(self, account: int) -> None:
        del self.names[account], self.fields[account]

    def add_field(self, key: str) -> None:
        self.known.append(key)
        for fields in self.fields.values():
            fields[key] = None

    def add_person(self, account: int | None = None) -> int:
        """A customer's person, or an agent where there is no account."""
        made = next(self.numbers)
        self.people[made] = {"id": made, "account": account, "agent": account is None}
        return made

    def open(self, by: int, key: str | None = None) -> int:
        made = next(self.numbers)
        row = {"account": self.people[by]["account"], "by": by, "key": key, "at": self._at()}
        self.tickets[made] = {"id": made, **row, "status": "new", "notes": []}
        return made

    def write(self, ticket: int, by: int, kind: str, status: str | None = None) -> None:
        """`kind`: asked, replied, noted or changed."""
        row = self.tickets[ticket]
        number = next(self.numbers)
        row |= {"changed": number, "changed_at": self._at(), "status": status or row["status"]}
        self.log.append(
            {"number": number, "ticket": ticket, "by": by, "kind": kind, "status": status, "at": self._at()}
        )

    def note(self, ticket: int, by: int, text: str, key: str = "", status: str | None = None) -> None:
        self.tickets[ticket]["notes"].append({"number": next(self.numbers), "by": by, "text": text, "key": key})
        self.write(ticket, by, "noted", status)

    def in_order(self) -> list[Row]:
        """The tickets by their last change."""
        return sorted(self.tickets.values(), key=lambda row: row["changed"])

    def pass_by(self, length: timedelta) -> None:
        self.now += length

    def _at(self) -> str:
        return self.now.isoformat()


def application(desk: Desk, own: int) -> Flask:
    """The helpdesk's API; `own` is the user behind the token."""
    app = Flask("plaindesk")
    _answer_reads(app, desk, own)
    _take_marks(app, desk)
    _take_messages(app, desk, own)

    @app.before_request
    def before() -> Answer | None:
        desk.lock.acquire()
        if desk.down:
            return _no("down", 503)
        return None if request.headers.get("Authorization") == f"Bearer {TOKEN}" else _no("who are you?", 401)

    @app.after_request
    def after(answer: Response) -> Response:
        if request.method == "PUT" and desk.lost:
            desk.lost -= 1
            answer.status_code = 500
        desk.lock.release()
        return answer

    return app


def _answer_reads(app: Flask, desk: Desk, own: int) -> None:
    def get(path: str, answer: Callable[[], object]) -> None:
        app.add_url_rule(path, path, lambda: jsonify(answer()))

    get("/who", lambda: {"desk": "plain", "user": own})
    get("/accounts", lambda: [{"id": number, "name": name} for number, name in desk.names.items()])
    get("/known", lambda: desk.known)
    get("/people", lambda: [person for person in desk.people.values() if person["agent"]])
    get("/log", lambda: _page(desk, desk.log, "number", "at"))
    get("/tickets", lambda: _page(desk, desk.in_order(), "changed", "changed_at"))
    get("/fields", lambda: [{"id": number, "fields": desk.fields[number]} for number in _ids(desk.fields)])
    get("/alerts", lambda: [desk.tickets[number] for number in _ids(desk.tickets)])


def _take_marks(app: Flask, desk: Desk) -> None:
    @app.put("/known/<key>")
    def add_field(key: str) -> Answer:
        if key not in desk.known:
            desk.add_field(key)
        return _yes()

    @app.put("/accounts/<int:account>/fields")
    def set_fields(account: int) -> Answer:
        if account not in desk.fields:
            return _no("no such account", 404)
        desk.fields[account] |= {key: value for key, value in request.get_json().items() if key in desk.known}
        return _yes()


def _take_messages(app: Flask, desk: Desk, own: int) -> None:
    @app.put("/alerts/<path:key>")
    def make(key: str) -> Answer:
        known = [row["id"] for row in desk.tickets.values() if row["key"] == key]
        if not known:
            known = [desk.open(own, key)]
            desk.note(known[0], own, request.get_json()["text"])
        return jsonify(id=known[0], status=desk.tickets[known[0]]["status"])

    @app.put("/tickets/<int:ticket>/notes/<path:key>")
    def write_note(ticket: int, key: str) -> Answer:
        row, said = desk.tickets.get(ticket), request.get_json()
        if row is None or row["status"] in ("closed", "deleted"):
            return _no("takes nothing more", 410)
        if not any(note["key"] == key for note in row["notes"]):
            desk.note(ticket, own, said["text"] or "", key, said["status"])
        return _yes()


def _yes() -> Answer:
    return jsonify(ok=True)


def _no(why: str, status: int) -> Answer:
    return jsonify(error=why), status


def _page(desk: Desk, rows: list[Row], number: str, at: str) -> Row:
    after, since = int(request.args.get("after", 0)), request.args.get("from", "")
    found = [row for row in rows if row[number] > after and row[at] >= since]
    limit = min(int(request.args.get("limit", 100)), desk.largest_page)
    return {"rows": found[:limit], "more": len(found) > limit}


def _ids(known: dict[int, Any]) -> list[int]:
    asked = request.args.get("ids", "")
    return [number for number in map(int, asked.split(",") if asked else ()) if number in known]


@contextmanager
def serve(desk: Desk, own: int) -> Iterator[str]:
    """The helpdesk's address, as long as it answers."""
    http = Server(("127.0.0.1", 0), application(desk, own))
    http.expiration_interval = 0.05  # How long it takes to notice that it is to stop.
    http.prepare()
    thread = threading.Thread(target=http.serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.bind_addr[1]}"
    finally:
        http.stop()
        thread.join()
