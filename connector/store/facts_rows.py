"""Writes rows of tickets and events by the thousand, and moves tickets from account to account."""

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect, bindparam, func, select, update

from connector.store.accounts import Owners
from connector.store.database import Statement, batches, upsert
from connector.store.packing import EVENT_COLUMNS, TICKET_COLUMNS, pack_event, pack_ticket
from connector.store.tables import EVENT, TICKET
from rules.facts import Event, Ticket, TicketId, UtcSecond

_KEPT_AS_FIRST_WRITTEN = frozenset({"helpdesk", "id", "ticket", "cut", "group"})


_by_ticket = itemgetter(1, 2)


class FactRows:
    """The statements that write tickets and events, compiled once."""

    __slots__ = ("_event", "_ticket")

    def __init__(self, dialect: Dialect) -> None:
        ticket = upsert(dialect, TICKET)
        fresh = {name: ticket.excluded[name] for name in TICKET_COLUMNS if name not in _KEPT_AS_FIRST_WRITTEN}
        newer = ticket.excluded.changed >= TICKET.c.changed
        on_conflict = ticket.on_conflict_do_update(index_elements=["helpdesk", "id"], set_=fresh, where=newer)
        self._ticket = Statement(dialect, on_conflict, ("helpdesk", *TICKET_COLUMNS))
        self._event = Statement(dialect, _replacing_event(dialect), ("helpdesk", *EVENT_COLUMNS))

    def save_events(self, connection: Connection, desk: int, events: Iterable[Event]) -> None:
        """Replaces events by their key; the group that was known first stays."""
        rows = [(desk, *pack_event(event)) for event in events]
        rows.sort(key=_by_ticket)
        self._event.run(connection, rows)

    def save_tickets(
        self, connection: Connection, desk: int, tickets: Iterable[Ticket], owners: Owners, kept_from: UtcSecond
    ) -> None:
        """Replaces tickets, unless the row that is there changed later. One from before `kept_from` is a cut one."""
        rows = [
            (desk, *pack_ticket(one, owners.account(one.organization, one.domain), cut=one.created < kept_from))
            for one in tickets
        ]
        self._ticket.run(connection, rows)


def changes_of(connection: Connection, desk: int, tickets: Iterable[TicketId]) -> dict[TicketId, UtcSecond]:
    """When these tickets changed, as they are stored."""
    found: dict[TicketId, UtcSecond] = {}
    for some in batches(sorted(tickets)):
        here = (TICKET.c.helpdesk == desk, TICKET.c.id.in_(some))
        rows = connection.execute(select(TICKET.c.id, TICKET.c.changed).where(*here))
        found |= {number: changed for number, changed in rows}  # noqa: C416  A row is no pair for mypy.
    return found


def tickets_with(connection: Connection, desk: int, domains: Iterable[str]) -> Iterator[Any]:
    """Number, organisation, domain and account of the tickets whose requester has one of these mail domains."""
    for names in batches(sorted(domains)):
        found = select(TICKET.c.id, TICKET.c.organization, TICKET.c.domain, TICKET.c.account)
        yield from connection.execute(found.where(TICKET.c.helpdesk == desk, TICKET.c.domain.in_(names))).all()


def move_tickets(connection: Connection, desk: int, domains: Iterable[str], owners: Owners) -> None:
    """Gives the tickets of these mail domains to whom they belong now."""
    moved: list[tuple[str, int, TicketId]] = [
        (owner, desk, number)
        for number, organization, domain, account in tickets_with(connection, desk, domains)
        if (owner := owners.account(organization, domain)) != account
    ]
    here = (TICKET.c.helpdesk == bindparam("desk"), TICKET.c.id == bindparam("number"))
    change = update(TICKET).where(*here).values(account=bindparam("owner"))
    Statement(connection.dialect, change, ("owner", "desk", "number")).run(connection, moved)


def _replacing_event(dialect: Dialect) -> ClauseElement:
    event = upsert(dialect, EVENT)
    fresh = {name: event.excluded[name] for name in EVENT_COLUMNS if name not in _KEPT_AS_FIRST_WRITTEN}
    group = func.coalesce(EVENT.c.group, event.excluded.group)
    return event.on_conflict_do_update(index_elements=["helpdesk", "ticket", "id"], set_=fresh | {"group": group})
