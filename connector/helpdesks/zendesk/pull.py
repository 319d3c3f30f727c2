"""The four streams of a Zendesk account, as pages of our own values."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

from connector.clock import Clock
from connector.helpdesk import Page, Stream, Walk
from connector.helpdesks.zendesk.decode import Batch, Layout
from connector.helpdesks.zendesk.exports import Export, Made, Walker
from connector.helpdesks.zendesk.lists import read_list
from connector.helpdesks.zendesk.people import People
from connector.helpdesks.zendesk.values import Values, domains_of
from connector.helpdesks.zendesk.wire import (
    EVENT_PAGE,
    EVENT_ROW,
    FIELD_ROW,
    ORGANIZATION_PAGE,
    ORGANIZATION_ROW,
    TICKET_FIELD_PAGE,
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
from connector.http.transport import Transport

TIMER_TITLE = "Total time spent (sec)"
"""The title that Zendesk's Time Tracking app gives to the ticket field with the timer's total."""

_ACCOUNTS = Layout(stream=Stream.ACCOUNTS, key="organizations", page=ORGANIZATION_PAGE, row=ORGANIZATION_ROW)
_EVENTS = Layout(stream=Stream.EVENTS, key="ticket_events", page=EVENT_PAGE, row=EVENT_ROW)
_TICKETS = Layout(stream=Stream.TICKETS, key="tickets", page=TICKET_PAGE, row=TICKET_ROW)
_FIELDS = Layout(stream=Stream.EVENTS, key="ticket_fields", page=TICKET_FIELD_PAGE, row=FIELD_ROW)
_LOOKED_AGAIN_AFTER = 3600.0

_F = TypeVar("_F", bound=Frame)
_R = TypeVar("_R")


class Timer:
    """Finds the ticket field that holds the timer's total: by the configured id, else by its title."""

    def __init__(self, transport: Transport, configured: int | None, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._field = None if configured is None else str(configured)
        self._looked_at: float | None = None

    def field(self) -> str | None:
        """The field's id as events name it; None, looked for again each hour, while there is none."""
        now = self._clock.monotonic()
        if self._field is None and (self._looked_at is None or now - self._looked_at > _LOOKED_AGAIN_AFTER):
            rows, _ = read_list(self._transport, "/api/v2/ticket_fields", _FIELDS)
            titled = [row for row in rows if (row.get("title") or "").strip() == TIMER_TITLE]
            titled.sort(key=lambda row: row.get("active") is False)
            self._field = str(titled[0]["id"]) if titled else None
            self._looked_at = now
        return self._field


class Puller:
    """Pulls the streams of one account."""

    def __init__(self, transport: Transport, clock: Clock, people: People, values: Values, timer: Timer) -> None:
        self._transport = transport
        self._clock = clock
        self._people = people
        self._values = values
        self._timer = timer

    def pages(self, walk: Walk, include: str | None) -> Iterator[Page]:
        """The pages of a walk; `include` is what comes beside the tickets: `users` for their mail domains."""
        match walk.stream:
            case Stream.AGENTS:
                yield self._people.page()
            case Stream.ACCOUNTS:
                yield from self._walker(self._account_export()).pages(walk)
            case Stream.EVENTS:
                yield from self._walker(self._event_export()).pages(walk)
            case Stream.TICKETS:
                yield from self._walker(self._ticket_export(include)).pages(walk)

    def _walker(self, export: Export[_F, _R]) -> Walker[_F, _R]:
        return Walker(export, self._transport, self._clock)

    def _account_export(self) -> Export[OrganizationPage, OrganizationRow]:
        return Export(path="/api/v2/incremental/organizations", layout=_ACCOUNTS, make=self._account_page)

    def _event_export(self) -> Export[EventPage, EventRow]:
        make = partial(self._event_page, self._timer.field())
        return Export(path="/api/v2/incremental/ticket_events", layout=_EVENTS, make=make)

    def _ticket_export(self, include: str | None) -> Export[TicketPage, TicketRow]:
        path = "/api/v2/incremental/tickets/cursor"
        return Export(path=path, layout=_TICKETS, make=self._ticket_page, by_cursor=True, include=include)

    def _account_page(self, batch: Batch[OrganizationPage, OrganizationRow]) -> Made:
        accounts, odd = _ACCOUNTS.values(batch.rows, self._values.account)
        return Made(replace(_EMPTY[Stream.ACCOUNTS], accounts=tuple(accounts), rejected=batch.rejected + odd), None)

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
