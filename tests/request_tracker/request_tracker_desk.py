"""What people do in a Request Tracker, and what stands in its database: for tests alone."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from request_tracker_server import RequestTracker

_REQUESTERS = """
    SELECT Groups.Instance, Users.Organization FROM Groups
    JOIN GroupMembers ON GroupMembers.GroupId = Groups.id JOIN Users ON Users.id = GroupMembers.MemberId
    WHERE Groups.Domain = 'RT::Ticket-Role' AND Groups.Name = 'Requestor' ORDER BY Users.id
"""

_PASSWORD = "a customer's own"

TICKETS = "ObjectType='RT::Ticket'"
"""Transactions of tickets, for TransactionSQL."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The hands of everybody who has a token."""

    server: RequestTracker

    def ask(self, method: str, who: str, path: str, *, etag: str = "", **more: Any) -> requests.Response:  # noqa: ANN401
        """One request by this user."""
        headers = {"Authorization": f"token {self.server.tokens[who]}"} | ({"If-Match": etag} if etag else {})
        return requests.request(method, f"{self.server.url}/REST/2.0{path}", headers=headers, timeout=60, **more)

    def get(self, who: str, path: str, **params: Any) -> Any:  # noqa: ANN401
        """The JSON of a good answer."""
        found = self.ask("GET", who, path, params=params)
        assert found.status_code == 200, found.text
        return found.json()

    def search(self, who: str, what: str, query: str, **params: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """The rows of one answer, up to a hundred in the order of their ids."""
        order = {"query": query, "orderby": "id", "per_page": 100, **params}
        rows: list[dict[str, Any]] = self.get(who, f"/{what}", **order)["items"]
        return rows

    def numbers(self, who: str, query: str, **params: Any) -> list[int]:  # noqa: ANN401
        """The numbers of the tickets found."""
        return [int(row["id"]) for row in self.search(who, "tickets", query, **params)]

    def put(self, who: str, path: str, body: Mapping[str, object], *, etag: str = "") -> requests.Response:
        return self.ask("PUT", who, path, json=body, etag=etag)

    def write(self, who: str, ticket: int, how: str, **more: object) -> requests.Response:
        """A comment or a correspondence."""
        body = {"Content": "A text.", "ContentType": "text/plain", **more}
        return self.ask("POST", who, f"/ticket/{ticket}/{how}", json=body)

    def open(self, who: str, queue: str, **more: object) -> int:
        """A new ticket."""
        made = self.ask(
            "POST", who, "/ticket", json={"Queue": queue, "Subject": "A subject", "Content": "A text.", **more}
        )
        assert made.status_code == 201, made.text
        return int(made.json()["id"])

    def add_customer(self, name: str, organization: str) -> None:
        """A new user, who signs in by a password."""
        address = f"{name}@{organization.lower().replace(' ', '')}.example"
        body = {"Name": name, "EmailAddress": address, "Password": _PASSWORD, "Organization": organization}
        made = self.ask("POST", "root", "/user", json=body)
        assert made.status_code == 201, made.text

    def asks(self, customer: str, subject: str = "A subject", queue: str = "Support") -> int:
        """A new ticket of such a customer."""
        made = self._as_customer(customer, "/ticket", Queue=queue, Requestor=customer, Subject=subject)
        return int(made.json()["id"])

    def writes(self, customer: str, ticket: int) -> None:
        """The customer writes again."""
        self._as_customer(customer, f"/ticket/{ticket}/correspond")

    def _as_customer(self, customer: str, path: str, **more: object) -> requests.Response:
        body = {"Content": "A text.", "ContentType": "text/plain", **more}
        url = f"{self.server.url}/REST/2.0{path}"
        made = requests.post(url, json=body, auth=(customer, _PASSWORD), timeout=60)
        assert made.status_code == 201, made.text
        return made

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database answers."""
        with closing(sqlite3.connect(self.server.database)) as connection:
            return connection.execute(statement, values).fetchall()

    def organizations(self) -> dict[int, list[str]]:
        """The organisations of each ticket's requesters, in the order of the requesters' numbers."""
        found: dict[int, list[str]] = {}
        for ticket, organization in self.rows(_REQUESTERS):
            found.setdefault(ticket, []).append((organization or "").strip())
        return found

    def value(self, statement: str, *values: object) -> Any:  # noqa: ANN401
        """The first value of the first row."""
        return self.rows(statement, *values)[0][0]


def plain(moment: datetime) -> str:
    """As TicketSQL wants it: without a zone."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def updated(desk: Desk, ticket: int) -> datetime:
    """The ticket's LastUpdated, in UTC and without saying so."""
    return datetime.fromisoformat(desk.value("SELECT LastUpdated FROM Tickets WHERE id = ?", ticket))
