"""What a helpdesk shows of us, what of it is ours, and the kinds of writes that change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.command import Heard
from rules.facts import AccountId, PersonKey, TicketId


class WriteKind(StrEnum):
    """What a write does to the helpdesk; the words of `plan --json`."""

    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"
    SET_FIELD = "set_field"
    OPEN_ALERT = "open_alert"
    UPDATE_ALERT = "update_alert"
    CLOSE_ALERT = "close_alert"
    MAKE_FIELD = "make_field"
    """`setup` alone: makes an organisation field."""
    MAKE_TICKET_FIELD = "make_ticket_field"
    """`setup` alone: makes the ticket field that answers stand in."""
    MAKE_MACRO = "make_macro"
    """`setup` alone: makes a macro that writes an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMarks:
    """What one account shows, by a direct read."""

    account: AccountId
    tags: frozenset[str]
    fields: Mapping[str, str | None]
    """Only the fields with our prefix."""
    partly: frozenset[str] = frozenset()
    """Those of the tags that only some show of the many who show an account's marks: they are written again, and count
    as taken off when nobody shows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """How far what people wrote on an alert ticket was looked at."""

    update: int | None = None
    """The newest update that was looked at; None: none was."""
    changed_at: datetime | None = None
    """When the ticket had changed last, as it said then; a ticket that says the same holds nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTicketMark:
    """What an alert ticket shows, by a direct read. A ticket that was asked for and is not listed is gone."""

    id: TicketId
    external_id: str
    status: str
    """new, open, pending, hold, solved or closed."""
    merged: bool = False
    assignee: PersonKey | None = None
    heard: Hearing | None = None
    """How far it is looked at now; None: nobody asked what people wrote."""
    answers: tuple[Heard, ...] = ()
    """What people answered since it was last looked at, in their order; agents' words alone."""
    answer_stands: bool = False
    """Something stands in the answer field."""
    command_tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksRead:
    """The answer of `read_marks`. An account that was asked for and is not listed does not exist."""

    read_at: datetime
    accounts: tuple[AccountMarks, ...]
    tickets: tuple[AlertTicketMark, ...] = ()
    tagging_on: bool = True
    """False: the helpdesk's account tags are switched off, so a missing tag says nothing."""


class MarkKind(StrEnum):
    """What a mark is."""

    TAG = "tag"
    FIELD = "field"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One line of the ledger: a mark that we want, wanted, or are taking away. In the ledger means ours."""

    account: AccountId
    kind: MarkKind
    name: str
    """The tag as it was written, or the field's key."""
    value: str | None = None
    """A field's text as it was written."""
    wanted_at: datetime
    """When the outbox row was made."""
    seen_at: datetime | None = None
    """The last read that showed it as written; None: never, so a missing one is a lost write."""
    vetoed_at: datetime | None = None
    """When a person was found to have taken it off; None: nobody did."""
    unwanted_at: datetime | None = None
    """When its removal was put into the outbox; the row goes when a later read no longer shows the mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTicket:
    """An account's alert ticket number n; NOBODY for the tickets of a first run and of held plans."""

    account: AccountId
    number: int
    key: str
    """external_id and Idempotency-Key, such as `touchcost:<helpdesk>:<account>:<n>`."""
    ticket: TicketId | None = None
    """None until the helpdesk has said it."""
    wanted_at: datetime
    seen_at: datetime | None = None
    status: str | None = None
    """As the last read showed it; None: not read since we last opened it."""
    ended_at: datetime | None = None
    """From then on it is not followed: the all-clear was told, or it was closed, deleted or merged away."""
    heard: Hearing = Hearing()
    owner: PersonKey | None = None
    """Who it is assigned to: the owner of the review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message on an alert ticket, under a key that is looked up before it is sent again."""

    account: AccountId
    number: int
    key: str
    reason: str
    rules: tuple[str, ...]
    """The rules it told of, in its order."""
    wanted_at: datetime
    sent_at: datetime | None = None
