"""What one ticket and its events add to the daily totals: grouping, timer differences, merges, what counts nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from rules.counting.own_fault import OwnFault
from rules.days import Calendar
from rules.facts import (
    SYSTEM,
    AccountId,
    Agent,
    Comment,
    Day,
    Event,
    Kind,
    Method,
    PersonKey,
    Ticket,
    TicketStatus,
    UtcSecond,
)

_ONE_TOUCH = 60
"""Seconds within which the updates of one agent on one ticket are one piece of work."""
_ONE_CONTACT = 300
"""Seconds within which the comments of one customer on one ticket are one contact."""
_AT_ONCE = 60
"""Seconds within which the system acts on a message."""
_ENDED = (TicketStatus.SOLVED, TicketStatus.CLOSED)
_in_order = attrgetter("at", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """What a contribution depends on besides the ticket's own rows."""

    calendar: Calendar
    ignored_tags: frozenset[str]
    ignored_requesters: frozenset[PersonKey]
    own: PersonKey | None
    """Our own user, whose events count nowhere."""
    facts_from: UtcSecond
    """Where the facts begin: of a ticket created before, the first timer total seen is only the base."""
    own_fault: OwnFault = field(default_factory=OwnFault)


class DayCount(NamedTuple):
    """Tickets of a day by their creation, solved and reopens by their event."""

    tickets: int
    solved: int
    reopens: int


class EffortKey(NamedTuple):
    """What work is added up by."""

    day: Day
    group: str
    """The agent's default group; '' when it is not known, and for contacts."""
    channel: str
    kind: Kind
    method: Method
    own_fault: bool
    """True for what was done on a ticket that is our own fault."""


class Effort(NamedTuple):
    """How often, and for how long as far as it was measured."""

    # A tuple has a method of this name, which no line of totals needs.
    count: int  # type: ignore[assignment]
    seconds: int


class Contribution(NamedTuple):
    """What one ticket adds to its account. A tuple, for these come by the hundred thousand."""

    account: AccountId
    days: Mapping[Day, DayCount]
    effort: Mapping[EffortKey, Effort]


class _Piece:
    """A touch, a change or a contact while its events are gathered, for a minute or five from the first of them."""

    __slots__ = ("begun", "group", "kind", "seconds")

    def __init__(self, event: Event, kind: Kind, group: str, spent: int | None) -> None:
        self.begun = event.at
        self.group = group
        self.kind = kind
        self.seconds = spent

    def join(self, kind: Kind, spent: int | None) -> None:
        """Adds an update of the same minute: a reply outweighs a note, and a note a change. `spent` in seconds."""
        if self.kind is Kind.CHANGE or kind is Kind.REPLY:
            self.kind = kind
        if spent is not None:
            self.seconds = spent + (self.seconds or 0)


def contribution(
    ticket: Ticket, account: AccountId, events: Sequence[Event], agents: Mapping[PersonKey, Agent], counting: Counting
) -> Contribution:
    """What the ticket adds to the totals of `account`, by the events in any order: numbers.md sections 1 and 2.

    Deleted tickets, our own and those with an ignored tag or requester add nothing. A ticket counts on the day of its
    creation, everything else on the day of its (first) event, in the time zone of `counting`.
    """
    if counts_nowhere(ticket, counting):
        return Contribution(account, {}, {})
    ordered = sorted(events, key=_in_order) if len(events) > 1 else events
    pieces = _pieces(ordered, _spent(ticket, ordered, counting), agents, counting.own)
    return Contribution(account, _days(ticket, ordered, agents, counting), _effort(ticket, pieces, counting))


def counts_nowhere(ticket: Ticket, counting: Counting) -> bool:
    """True for a ticket that is deleted, our own, or left out by the configuration."""
    return (
        ticket.status is TicketStatus.DELETED
        or ticket.own
        or ticket.requester in counting.ignored_requesters
        or (bool(ticket.tags) and not counting.ignored_tags.isdisjoint(ticket.tags))
    )


def _spent(ticket: Ticket, ordered: Sequence[Event], counting: Counting) -> dict[int, int]:
    """Seconds by event id, of the events that bring a measure of their own or a timer total.

    A total that fell is the new base. A measure below zero takes back from those before it, the latest first.
    """
    spent: dict[int, int] = {}
    base = None if ticket.created < counting.facts_from else 0
    for event in ordered:
        if event.spent is not None:
            _take_back(spent, -event.spent)
            spent[event.id] = max(0, event.spent)
        elif event.timer is not None:
            spent[event.id] = 0 if base is None else max(0, event.timer - base)
            base = event.timer
    return spent


def _take_back(spent: dict[int, int], owed: int) -> None:
    """Takes so many seconds from what was measured so far; there is never less than nothing."""
    for number in reversed(spent):
        if owed <= 0:
            return
        taken = min(owed, spent[number])
        spent[number] -= taken
        owed -= taken


def _pieces(
    ordered: Sequence[Event], spent: Mapping[int, int], agents: Mapping[PersonKey, Agent], own: PersonKey | None
) -> list[_Piece]:
    pieces: list[_Piece] = []
    latest: dict[tuple[PersonKey, bool], _Piece] = {}
    for event in ordered:
        author = event.author
        if event.merge or author in (SYSTEM, own):
            continue
        agent = agents.get(author)
        works = agent is not None and agent.since <= event.at
        kind = _kind(event.comment, works=works)
        if kind is None:
            continue
        seconds = spent.get(event.id) if works else None
        piece = latest.get((author, works))
        if piece is not None and event.at - piece.begun <= (_ONE_TOUCH if works else _ONE_CONTACT):
            piece.join(kind, seconds)
            continue
        group = (event.group or agent.group or "") if works and agent is not None else ""
        piece = latest[author, works] = _Piece(event, kind, group, seconds)
        pieces.append(piece)
    return pieces


def _kind(comment: Comment | None, *, works: bool) -> Kind | None:
    if not works:
        return Kind.CONTACT if comment is not None else None
    if comment is None:
        return Kind.CHANGE
    return Kind.REPLY if comment is Comment.PUBLIC else Kind.NOTE


def _effort(ticket: Ticket, pieces: Sequence[_Piece], counting: Counting) -> dict[EffortKey, Effort]:
    effort: dict[EffortKey, Effort] = {}
    day_of, own_fault = counting.calendar.day, counting.own_fault.covers(ticket)
    for piece in pieces:
        method = Method.ASSUMED if piece.seconds is None else Method.MEASURED
        key = EffortKey(day_of(piece.begun), piece.group, ticket.channel, piece.kind, method, own_fault)
        seconds = piece.seconds or 0
        found = effort.get(key)
        effort[key] = Effort(1, seconds) if found is None else Effort(found[0] + 1, found[1] + seconds)
    return effort


def _days(
    ticket: Ticket, ordered: Sequence[Event], agents: Mapping[PersonKey, Agent], counting: Counting
) -> dict[Day, DayCount]:
    day_of = counting.calendar.day
    days = {day_of(ticket.created): DayCount(1, 0, 0)}
    before: TicketStatus | None = None
    message: Event | None = None
    for event in ordered:
        if event.comment is not None and event.author != SYSTEM:
            message = event
        status = event.status
        if status is None:
            continue
        solved = status is TicketStatus.SOLVED and before not in _ENDED
        reopens = before is TicketStatus.SOLVED and status not in _ENDED
        reopened = reopens and _by_customer(_cause(event, message), agents, counting.own)
        before = status
        if solved or reopened:
            day = day_of(event.at)
            found = days.get(day, DayCount(0, 0, 0))
            days[day] = DayCount(found.tickets, found.solved + solved, found.reopens + reopened)
    return days


def _cause(event: Event, message: Event | None) -> Event:
    """What the system does within a minute of a message, it does because of it: that is how some helpdesks reopen."""
    if event.author == SYSTEM and message is not None and event.at - message.at <= _AT_ONCE:
        return message
    return event


def _by_customer(event: Event, agents: Mapping[PersonKey, Agent], own: PersonKey | None) -> bool:
    if event.author in (SYSTEM, own):
        return False
    agent = agents.get(event.author)
    return agent is None or event.at < agent.since
