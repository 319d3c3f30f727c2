"""The values that the world hands in: accounts, people, tickets, events, revenue, invoices and rates."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, NewType

HelpdeskName = NewType("HelpdeskName", str)
"""A helpdesk's name in the configuration."""

AccountId = NewType("AccountId", str)
"""The helpdesk's own id of a customer organisation, as text. NOBODY stands for *without account*."""

TicketId = NewType("TicketId", int)

PersonKey = NewType("PersonKey", int)
"""A keyed fingerprint of a person's id: signed 64 bits, never the id itself."""

UtcSecond = NewType("UtcSecond", int)
"""Seconds since 1970 in UTC: how facts that come by the hundred thousand carry their time."""

Day = NewType("Day", int)
"""A calendar day in the helpdesk's time zone, as `date.toordinal()`."""

NOBODY = AccountId("")
"""The line *without account*."""

SYSTEM = PersonKey(0)
"""The author of what no person did: automations, triggers, closes by time."""


class Comment(StrEnum):
    """What was written with an update, if anything."""

    PUBLIC = "public"
    PRIVATE = "private"


class Kind(StrEnum):
    """What a piece of work or a message is counted as."""

    REPLY = "reply"
    """A touch: a public comment of an agent."""
    NOTE = "note"
    """A touch: a private comment of an agent."""
    CONTACT = "contact"
    """A message of the customer; costs nothing."""
    CHANGE = "change"
    """An update by an agent without a comment; never a touch, but costed."""


class Method(StrEnum):
    """Where the seconds of a piece of work come from, best first."""

    MEASURED = "measured"
    INFERRED = "inferred"
    ASSUMED = "assumed"


class TicketStatus(StrEnum):
    """A ticket's status; DELETED covers scrubbed tickets too."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"
    DELETED = "deleted"


class Ticket(NamedTuple):
    """A ticket as the helpdesk shows it now. A tuple, for these come by the hundred thousand."""

    id: TicketId
    organization: str | None
    """The helpdesk's id of the organisation on the ticket."""
    domain: str | None
    """The requester's mail domain, lower case; only where `account` needs it."""
    requester: PersonKey
    assignee: PersonKey | None
    channel: str
    """One of the channels of `cost.minutes`: email, chat, phone, web, api, social."""
    created: UtcSecond
    changed: UtcSecond
    """The time by which the export orders it; a row with an older one never replaces a newer."""
    status: TicketStatus
    own: bool
    """True for a ticket that touchcost itself made: it counts nowhere."""
    tags: tuple[str, ...]
    problem: TicketId | None = None
    """The problem ticket that it belongs to, which may be itself; None too where a helpdesk knows of no problems."""


class Event(NamedTuple):
    """One update of a ticket by one author. A tuple, for these come by the hundred thousand."""

    ticket: TicketId
    id: int
    at: UtcSecond
    author: PersonKey
    group: str | None
    """The author's default group when the event arrived, if the author was known as an agent."""
    comment: Comment | None
    status: TicketStatus | None
    """The status this update sets, or None when it sets none."""
    timer: int | None
    """The ticket's timer total in seconds, if this update changed it."""
    merge: bool
    """True for a note that the helpdesk wrote because two tickets were merged."""
    spent: int | None = None
    """Seconds that the helpdesk measured for this update alone; below zero it takes back what was measured before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person who works in the helpdesk."""

    key: PersonKey
    since: UtcSecond
    """From when on this person's events are an agent's; 0 = always."""
    group: str | None
    """The name of the default group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer organisation as the helpdesk shows it now. No person's name or address."""

    id: AccountId
    name: str
    external_id: str | None
    domains: tuple[str, ...]
    """Mail domains the organisation holds, lower case."""
    created: datetime | None
    deleted: bool
    fields: tuple[tuple[str, str | None], ...]
    """Every organisation field by key, its value as text (plain decimals, true/false)."""
    merged_into: AccountId | None = None
    """The account that a deleted one was merged into; None: into none, or nobody knows."""

    def field(self, key: str) -> str | None:
        """The text of a field, None when empty or absent."""
        return dict(self.fields).get(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revenue:
    """What an account pays for a period of service."""

    account: AccountId
    first: date
    last: date
    """Inclusive. Revenue is spread evenly over the days from `first` to `last`."""
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What an account was asked to pay, as billing tells it now. An account has one invoice of a number."""

    account: AccountId
    number: str
    due: date
    """The last day on which paying it is in time."""
    paid: date | None
    """The day on which it was paid in full; None: billing knows of none yet."""
    amount: Decimal
    """More than 0."""
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What billing says now, of one account or of all accounts of a helpdesk."""

    revenue: tuple[Revenue, ...] = ()
    invoices: tuple[Invoice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one agent hour costs, loaded, from a day on."""

    per_hour: Decimal
    group: str | None
    """None: every group without a rate of its own."""
    first: date | None
    """None: from the beginning."""
