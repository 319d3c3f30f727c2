"""What one pull brings, put together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from connector.helpdesk import Page, Stream, Walk
from connector.testing.place import ImpossibleError, Place
from rules.counting.contribution import Contribution, Counting, contribution
from rules.days import Calendar
from rules.facts import AccountId, Event, PersonKey, Ticket, TicketId, UtcSecond

FACTS = (Stream.EVENTS, Stream.TICKETS)
"""The streams that are walked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """Pages of a pull."""

    pages: tuple[Page, ...]

    @property
    def events(self) -> list[Event]:
        """Each once, in their order."""
        return sorted({event for page in self.pages for event in page.events}, key=lambda event: (event.at, event.id))

    @property
    def tickets(self) -> dict[TicketId, Ticket]:
        """The newest row of each ticket."""
        rows = sorted((ticket for page in self.pages for ticket in page.tickets), key=lambda ticket: ticket.changed)
        return {ticket.id: ticket for ticket in rows}

    @property
    def agents(self) -> frozenset[PersonKey]:
        """Who works there."""
        return frozenset(agent.key for page in self.pages for agent in page.agents)

    @property
    def names(self) -> dict[AccountId, str]:
        """The accounts, by whatever page they came with."""
        return {account.id: account.name for page in self.pages for account in page.accounts}

    @property
    def own(self) -> PersonKey | None:
        """Our own user."""
        return next((page.own for page in self.pages if page.own is not None), None)

    @property
    def touched(self) -> set[TicketId]:
        """The tickets that events and tickets are of."""
        return {event.ticket for event in self.events} | self.tickets.keys()

    def of(self, ticket: TicketId) -> list[Event]:
        """The events of one ticket."""
        return [event for event in self.events if event.ticket == ticket]

    def count(self, ticket: TicketId, account: AccountId) -> Contribution:
        """What one ticket adds to its account's totals."""
        counting = Counting(
            calendar=Calendar(UTC),
            ignored_tags=frozenset(),
            ignored_requesters=frozenset(),
            own=self.own,
            facts_from=UtcSecond(0),
        )
        agents = {agent.key: agent for page in self.pages for agent in page.agents}
        return contribution(self.tickets[ticket], account, self.of(ticket), agents, counting)


def pull(place: Place) -> Pulled:
    """Everything of the last day."""
    return Pulled(pages=tuple(page for stream in Stream for page in pages_of(place, stream)))


def pages_of(place: Place, stream: Stream, **changes: object) -> list[Page]:
    """The pages of a walk through the last day, or through what is asked for; the last one alone says that it is."""
    pages = list(place.helpdesk.pull(walk(place, stream, **changes)))
    assert [page.end for page in pages] == [False] * (len(pages) - 1) + [True]
    assert {page.stream for page in pages} == {stream}
    assert not any(page.rejected for page in pages)
    return pages


def walk(place: Place, stream: Stream, **changes: object) -> Walk:
    """A walk through the last day."""
    wanted: dict[str, Any] = {"stream": stream, "start": place.now() - timedelta(days=1), **changes}
    return Walk(**wanted)


def several_pages_of(place: Place, stream: Stream) -> list[Page]:
    """A walk that takes more than one page, for promises that would be empty without."""
    pages = pages_of(place, stream)
    if len(pages) == 1:
        raise ImpossibleError(
            f"one page holds all the {stream} that were made here: open the helpdesk with smaller ones"
        )
    return pages


def rows_of(pages: Iterable[Page]) -> tuple[set[Event], set[Ticket]]:
    """Each row once, however often it came."""
    found = tuple(pages)
    return {row for page in found for row in page.events}, {row for page in found for row in page.tickets}


def worked_on(place: Place, account: AccountId) -> TicketId:
    """A ticket on which the customer wrote twice and the agent replied, noted and solved, minutes apart."""
    ticket = place.customer_asks(account)
    place.later()
    place.agent_replies(ticket)
    place.later()
    place.agent_notes(ticket)
    place.later()
    place.customer_writes(ticket)
    place.later()
    place.agent_solves(ticket)
    place.later()
    return ticket
