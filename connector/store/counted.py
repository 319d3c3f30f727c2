"""Contributions of stored tickets: of a few by their number, or of whole accounts in order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, select

from connector.store.database import Statement, Values, batches
from connector.store.packing import EVENT_COLUMNS, TICKET_COLUMNS, unpack_event, unpack_ticket
from connector.store.tables import AGENT, EVENT, TICKET
from rules.counting.contribution import Contribution, Counting, contribution
from rules.facts import AccountId, Agent, Event, PersonKey, TicketId, UtcSecond

_NEVER = UtcSecond(2**62)
_TICKET = [TICKET.c[name] for name in TICKET_COLUMNS]
_EVENT = [EVENT.c[name] for name in EVENT_COLUMNS]
_ACCOUNT = TICKET_COLUMNS.index("account")
_CUT = TICKET_COLUMNS.index("cut")
_SPAN = ("desk", "first", "last")
_OF_TICKET = and_(EVENT.c.helpdesk == TICKET.c.helpdesk, EVENT.c.ticket == TICKET.c.id)
_NO_EVENTS: tuple[TicketId | None, Iterable[Event]] = (None, ())


class Counter:
    """Counts tickets by what the store knows at this moment of agents."""

    __slots__ = ("_agents", "_cut", "_whole")

    def __init__(self, connection: Connection, desk: int, counting: Counting) -> None:
        self._agents = known_agents(connection, desk)
        self._whole = counting
        self._cut = replace(counting, facts_from=_NEVER)

    def count(self, row: Values, events: list[Event]) -> Contribution:
        """The contribution of one ticket, given as a row of TICKET_COLUMNS."""
        counting = self._cut if row[_CUT] else self._whole
        account = AccountId(str(row[_ACCOUNT]))
        return contribution(unpack_ticket(row), account, events, self._agents, counting)


def known_agents(connection: Connection, desk: int) -> dict[PersonKey, Agent]:
    """Everybody who ever counted as an agent."""
    rows = connection.execute(select(AGENT.c.key, AGENT.c.since, AGENT.c.group).where(AGENT.c.helpdesk == desk))
    return {key: Agent(key=key, since=since, group=group) for key, since, group in rows}


def count_tickets(
    connection: Connection, desk: int, tickets: Iterable[TicketId], counting: Counting
) -> Iterator[Contribution]:
    """The contributions of these tickets; nothing for a ticket that is not known."""
    counter = Counter(connection, desk, counting)
    for numbers in batches(sorted(tickets)):
        events = _events_of(connection, desk, numbers)
        found = select(*_TICKET).where(TICKET.c.helpdesk == desk, TICKET.c.id.in_(numbers))
        for row in connection.execute(found):
            yield counter.count(row, events.get(row.id, []))


def count_accounts(
    connection: Connection, desk: int, first: AccountId, last: AccountId, counting: Counting
) -> Iterator[Contribution]:
    """The contributions of all tickets of the accounts from `first` to `last`, account by account in order."""
    counter = Counter(connection, desk, counting)
    span = (desk, first, last)
    tickets = Statement(connection.dialect, _in_order(select(*_TICKET)), _SPAN).stream(connection, span)
    events = Statement(connection.dialect, _in_order(select(*_EVENT).join_from(TICKET, EVENT, _OF_TICKET)), _SPAN)
    by_ticket = groupby(map(unpack_event, events.stream(connection, span)), attrgetter("ticket"))
    number, found = next(by_ticket, _NO_EVENTS)
    for row in tickets:
        if row[0] != number:
            yield counter.count(row, [])
            continue
        yield counter.count(row, list(found))
        number, found = next(by_ticket, _NO_EVENTS)


def _events_of(connection: Connection, desk: int, tickets: Sequence[TicketId]) -> dict[TicketId, list[Event]]:
    rows = connection.execute(select(*_EVENT).where(EVENT.c.helpdesk == desk, EVENT.c.ticket.in_(tickets)))
    found: dict[TicketId, list[Event]] = defaultdict(list)
    for row in rows:
        event = unpack_event(row)
        found[event.ticket].append(event)
    return found


def _in_order(query: Select[Any]) -> Select[Any]:
    account = TICKET.c.account
    span = (account >= bindparam("first"), account <= bindparam("last"))
    order = (account, TICKET.c.created, TICKET.c.id)
    return query.where(TICKET.c.helpdesk == bindparam("desk"), *span).order_by(*order)
