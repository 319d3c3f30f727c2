"""What a store holds and what a helpdesk shows, written out so that two of them can be compared."""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from connector.simulator import World

Rows = tuple[tuple[object, ...], ...]
Alert = tuple[str, str, tuple[str, ...], tuple[tuple[str, bool], ...]]

FACTS = ("account", "domain", "agent", "ticket", "event", "account_day", "effort_day")
DECIDED = ("alert", "transition", "verdict_day", "rule")
WRITTEN = ("mark", "alert_ticket", "message", "outbox", "held_plan")

_PERSON = {("agent", "key"), ("ticket", "requester"), ("ticket", "assignee"), ("event", "author"), ("answer", "by")}
_TICKET = {("ticket", "id"), ("ticket", "problem"), ("event", "ticket"), ("alert_ticket", "ticket")}
_EVENT = {("event", "id")}
_OWN_TO_A_STORE = {
    *{("transition", "id"), ("outbox", "id"), ("rule", "digest")},
    *{("alert_ticket", "heard_update"), ("alert_ticket", "heard_at")},
}
"""Running numbers, digests of what holds fingerprints of people, and how far a read of a ticket happened to see."""

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_ANSWER = re.compile(r":answer:(\d+)")
_TICKET_PAGE = re.compile(r"/(?:agent/tickets/|Ticket/Display\.html\?id=)(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What differs from one run to the next though it means the same, by a name that does not.

    Every store has a key of its own for people, every simulated helpdesk a port of its own, and alert tickets have
    their number from the order in which they were made.
    """

    people: Mapping[int, int]
    tickets: Mapping[int, str]
    events: Mapping[int, str]

    def name(self, table: str, column: str, value: object) -> object:
        """The value by its name."""
        if isinstance(value, str):
            return self.text(value)
        for places, names in ((_PERSON, self.people), (_TICKET, self.tickets), (_EVENT, self.events)):
            if (table, column) in places and isinstance(value, int):
                return names.get(value, value)
        return value

    def text(self, text: str) -> str:
        """Without addresses, with the keys of alert tickets and the names of answered updates."""
        plain = _TICKET_PAGE.sub(lambda found: self.tickets.get(int(found[1]), found[0]), _ADDRESS.sub("", text))
        return _ANSWER.sub(lambda found: f":answer:{self.events.get(int(found[1]), found[1])}", plain)


def names_of(world: World, person_key: Callable[[int], int]) -> Names:
    """Everybody and every alert ticket of this helpdesk, as one store knows them."""
    with world.lock:
        tickets = {ticket.id: ticket.external_id for ticket in world.tickets.values() if ticket.external_id}
        events = {
            audit.id: f"{key} {place}"
            for number, key in tickets.items()
            for place, audit in enumerate(world.audits_of[number])
        }
        return Names(people={int(person_key(user)): user for user in world.users}, tickets=tickets, events=events)


def dump_store(
    path: Path,
    names: Names,
    tables: Iterable[str] = (*FACTS, *DECIDED, *WRITTEN),
    besides: frozenset[tuple[str, str]] = frozenset(),
) -> Mapping[str, Rows]:
    """Every row of these tables, without what is one store's own, in an order that does not depend on when it came.

    `besides` are more columns that are one store's own. The ledger's lines of emptied fields are left out: they go with
    the next read, whenever that is.
    """
    with closing(sqlite3.connect(path)) as connection:
        return {table: _rows(connection, table, names, _OWN_TO_A_STORE | besides) for table in tables}


def _rows(connection: sqlite3.Connection, table: str, names: Names, own: Collection[tuple[str, str]]) -> Rows:
    cursor = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name from the list above.
    columns = [column[0] for column in cursor.description]
    kept = [place for place, name in enumerate(columns) if (table, name) not in own]
    found = (row for row in cursor if table != "mark" or not _is_emptied(dict(zip(columns, row, strict=True))))
    rows = (tuple(names.name(table, columns[place], row[place]) for place in kept) for row in found)
    return tuple(sorted(rows, key=repr))


def _is_emptied(mark: Mapping[str, object]) -> bool:
    return mark["kind"] == "field" and mark["value"] is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a helpdesk shows of everything that was or could have been written into it."""

    tags: Mapping[int, tuple[str, ...]]
    """By organisation."""
    fields: Mapping[int, Mapping[str, object]]
    alerts: tuple[Alert, ...]
    """Alert tickets: external id, status, tags, and each comment with whether it is public."""
    others: tuple[tuple[int, str, tuple[str, ...], int], ...]
    """Every other ticket: status, tags, number of updates."""


def dump_helpdesk(world: World, names: Names) -> Shown:
    """The world's records, in which alert tickets go by their key and not by their number."""
    with world.lock:
        return Shown(
            tags={row.id: tuple(sorted(row.tags)) for row in world.organizations.values()},
            fields={row.id: _fields(row.fields, names) for row in world.organizations.values()},
            alerts=tuple(sorted(_alert(world, number, names) for number in names.tickets)),
            others=tuple(
                (ticket.id, ticket.status, ticket.tags, len(world.audits_of[ticket.id]))
                for ticket in world.tickets.values()
                if ticket.id not in names.tickets
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where a run came to."""

    store: Mapping[str, Rows]
    helpdesk: Shown

    def unlike(self, other: "End") -> list[str]:
        """What stands in one of the two and not in the other."""
        shown = asdict(self.helpdesk), asdict(other.helpdesk)
        pairs = [(table, self.store[table], other.store[table]) for table in self.store]
        pairs += [(part, _lines(shown[0][part]), _lines(shown[1][part])) for part in shown[0]]
        return [line for name, ours, theirs in pairs for line in _unlike(name, ours, theirs)]


def _lines(part: object) -> Rows:
    return tuple(part.items()) if isinstance(part, Mapping) else tuple(part)  # type: ignore[arg-type]


def _unlike(name: str, ours: Rows, theirs: Rows) -> list[str]:
    left, right = Counter(map(repr, ours)), Counter(map(repr, theirs))
    return [f"{name} +{row}" for row in left - right] + [f"{name} -{row}" for row in right - left]


def _fields(fields: Mapping[str, object], names: Names) -> Mapping[str, object]:
    filled = {key: value for key, value in sorted(fields.items()) if value is not None}
    return {key: names.text(value) if isinstance(value, str) else value for key, value in filled.items()}


def _alert(world: World, number: int, names: Names) -> Alert:
    ticket = world.tickets[number]
    comments = [audit.comment for audit in world.audits_of[number] if audit.comment is not None]
    said = tuple((names.text(comment.body), comment.public) for comment in comments)
    return names.tickets[number], ticket.status, ticket.tags, said
