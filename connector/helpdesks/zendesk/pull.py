"""The four streams of a Zendesk account, as pages of our own values."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

from connector.clock import Clock
from connector.helpdesk import Page, Stream, Walk
from connector.helpdesks.zendesk.exports import Export, Made, Walker
from connector.helpdesks.zendesk.merges import Merges
from connector.helpdesks.zendesk.people import People
from connector.helpdesks.zendesk.ticket_field import TicketField
from connector.helpdesks.zendesk.values import Values, domains_of
from connector.helpdesks.zendesk.wire import (
    EVENT_PAGE,
    EVENT_ROW,
    ORGANIZATION_PAGE,
    ORGANIZATION_ROW,
    TICKET_PAGE,
    TICKET_ROW,
    EventPage,
    EventRow,
    Frame,
    OrganizationPage,
    OrganizationRow,
    TicketPage,
    TicketRow,
)
from connector.http.decode import Batch, Layout
from connector.http.transport import Transport
from rules.facts import AccountId

_ACCOUNTS = Layout(stream=Stream.ACCOUNTS, key="organizations", page=ORGANIZATION_PAGE, row=ORGANIZATION_ROW)
_EVENTS = Layout(stream=Stream.EVENTS, key="ticket_events", page=EVENT_PAGE, row=EVENT_ROW)
_TICKETS = Layout(stream=Stream.TICKETS, key="tickets", page=TICKET_PAGE, row=TICKET_ROW)

_F = TypeVar("_F", bound=Frame)
_R = TypeVar("_R")


class Puller:
    """Pulls the streams of one account."""

    def __init__(
        self, transport: Transport, clock: Clock, people: People, values: Values, timer: TicketField, merges: Merges
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._people = people
        self._values = values
        self._timer = timer
        self._merges = merges

    def pages(self, walk: Walk, include: str | None) -> Iterator[Page]:
        """The pages of a walk; `include` is what comes beside the tickets: `users` for their mail domains."""
        match walk.stream:
            case Stream.AGENTS:
                yield self._people.page()
            case Stream.ACCOUNTS:
                yield from self._walker(self._account_export(walk.traced)).pages(walk)
            case Stream.EVENTS:
                yield from self._walker(self._event_export()).pages(walk)
            case Stream.TICKETS:
                yield from self._walker(self._ticket_export(include)).pages(walk)

    def _walker(self, export: Export[_F, _R]) -> Walker[_F, _R]:
        return Walker(export, self._transport, self._clock)

    def _account_export(self, traced: frozenset[AccountId]) -> Export[OrganizationPage, OrganizationRow]:
        make = partial(self._account_page, traced)
        return Export(path="/api/v2/incremental/organizations", layout=_ACCOUNTS, make=make)

    def _event_export(self) -> Export[EventPage, EventRow]:
        make = partial(self._event_page, self._timer.field())
        return Export(path="/api/v2/incremental/ticket_events", layout=_EVENTS, make=make)

    def _ticket_export(self, include: str | None) -> Export[TicketPage, TicketRow]:
        path = "/api/v2/incremental/tickets/cursor"
        return Export(path=path, layout=_TICKETS, make=self._ticket_page, by_cursor=True, include=include)

    def _account_page(self, traced: frozenset[AccountId], batch: Batch[OrganizationPage, OrganizationRow]) -> Made:
        accounts, odd = _ACCOUNTS.values(batch.rows, self._values.account)
        found = self._merges.trace(accounts, traced)
        return Made(replace(_EMPTY[Stream.ACCOUNTS], accounts=found, rejected=batch.rejected + odd), None)

    def _event_page(self, timer: str | None, batch: Batch[EventPage, EventRow]) -> Made:
        groups = self._people.groups
        events, odd = _EVENTS.values(batch.rows, lambda row: self._values.event(row, groups, timer))
        return Made(replace(_EMPTY[Stream.EVENTS], events=events, rejected=batch.rejected + odd), None)

    def _ticket_page(self, batch: Batch[TicketPage, TicketRow]) -> Made:
        domains = domains_of(batch.frame.get("users", ()))
        tickets, odd = _TICKETS.values(batch.rows, lambda row: self._values.ticket(row, domains))
        newest = max((row["generated_timestamp"] for row in batch.rows), default=None)
        return Made(replace(_EMPTY[Stream.TICKETS], tickets=tickets, rejected=batch.rejected + odd), newest)


_EMPTY = {stream: Page(stream=stream, cursor="", reached=None, end=False) for stream in Stream}
