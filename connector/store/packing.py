"""Tickets and events as plain tuples, small enough to keep by the million."""

import json
from collections.abc import Sequence
from struct import Struct, error
from typing import Any

from connector.store.database import Values
from rules.facts import Comment, Event, Kind, Method, Ticket, TicketStatus

TICKET_COLUMNS = (
    "id",
    "organization",
    "domain",
    "requester",
    "assignee",
    "channel",
    "created",
    "changed",
    "status",
    "own",
    "tags",
    "problem",
    "account",
    "cut",
)
EVENT_COLUMNS = ("ticket", "id", "at", "author", "group", "comment", "status", "timer", "merge", "spent")

# A number is a place in its tuple: append, never reorder.
COMMENTS = (None, Comment.PUBLIC, Comment.PRIVATE)
STATUSES = (
    None,
    TicketStatus.NEW,
    TicketStatus.OPEN,
    TicketStatus.PENDING,
    TicketStatus.HOLD,
    TicketStatus.SOLVED,
    TicketStatus.CLOSED,
    TicketStatus.DELETED,
)
KINDS = (Kind.REPLY, Kind.NOTE, Kind.CONTACT, Kind.CHANGE)
METHODS = (Method.MEASURED, Method.INFERRED, Method.ASSUMED)

_COMMENT_NUMBERS = {comment: number for number, comment in enumerate(COMMENTS)}
_STATUS_NUMBERS = {status: number for number, status in enumerate(STATUSES)}
KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
METHOD_NUMBERS = {method: number for number, method in enumerate(METHODS)}
_EVENT_NUMBERS = Struct("6q")
_TICKET_NUMBERS = Struct("6q")


def pack_event(event: Event) -> Values:
    """In the order of EVENT_COLUMNS."""
    ticket, number, at, author, group, comment, status, timer, merge, spent = event
    return (
        ticket,
        number,
        at,
        author,
        group,
        _COMMENT_NUMBERS[comment],
        _STATUS_NUMBERS[status],
        timer,
        1 if merge else 0,
        spent,
    )


def unpack_event(row: Sequence[Any]) -> Event:
    """From a row in the order of EVENT_COLUMNS."""
    ticket, number, at, author, group, comment, status, timer, merge, spent = row
    return Event(ticket, number, at, author, group, COMMENTS[comment], STATUSES[status], timer, merge == 1, spent)


def pack_ticket(ticket: Ticket, account: str, *, cut: bool) -> Values:
    """In the order of TICKET_COLUMNS."""
    tags = json.dumps(ticket.tags) if ticket.tags else ""
    number, organization, domain, *numbers_and_channel = ticket[:8]
    if domain is not None and not domain.isprintable():
        domain = None
    return (
        number,
        organization,
        domain,
        *numbers_and_channel,
        _STATUS_NUMBERS[ticket.status],
        1 if ticket.own else 0,
        tags,
        ticket.problem,
        account,
        1 if cut else 0,
    )


def unpack_ticket(row: Sequence[Any]) -> Ticket:
    """From a row in the order of TICKET_COLUMNS."""
    tags = tuple(json.loads(row[10])) if row[10] else ()
    status: TicketStatus = STATUSES[row[8]]  # type: ignore[assignment]
    number, organization, domain, requester, assignee, channel, created, changed = row[:8]
    own, problem = row[9] == 1, row[11]
    return Ticket(
        number, organization, domain, requester, assignee, channel, created, changed, status, own, tags, problem
    )


def event_fits(event: Event) -> bool:
    """False when a number needs more than 64 bits."""
    spent = (event.timer or 0, event.spent or 0)
    return _fits(_EVENT_NUMBERS, event.ticket, event.id, event.at, event.author, *spent)


def ticket_fits(ticket: Ticket) -> bool:
    """False when a number needs more than 64 bits."""
    people = (ticket.requester, ticket.assignee or 0)
    return _fits(_TICKET_NUMBERS, ticket.id, *people, ticket.created, ticket.changed, ticket.problem or 0)


def _fits(shape: Struct, *numbers: int) -> bool:
    try:
        shape.pack(*numbers)
    except error:
        return False
    return True


def plain(text: str) -> str:
    """The text as every engine takes it: a lone surrogate becomes a question mark, a NUL goes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
