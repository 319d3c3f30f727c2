"""The Helpdesk protocol: what every helpdesk can be asked, and the values that cross that line."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from types import MappingProxyType
from typing import Protocol

from connector.clock import Clock
from connector.settings import Secret, SecretText
from rules.capability import EVERYTHING as EVERYTHING
from rules.capability import Capability as Capability
from rules.facts import Account, AccountId, Agent, Event, PersonKey, Ticket, TicketId
from rules.marks import AccountMarks as AccountMarks
from rules.marks import AlertTicketMark as AlertTicketMark
from rules.marks import Hearing as Hearing
from rules.marks import MarksRead as MarksRead
from rules.marks import WriteKind as WriteKind

NOTHING: Mapping[TicketId, Hearing] = MappingProxyType({})
"""What people answered is not asked for."""


class HelpdeskError(Exception):
    """Do not ask again: the sentence says what, where and what to do. Carry on with the other helpdesks."""


class HelpdeskBusyError(HelpdeskError):
    """Ask again later. `wait` is what the helpdesk asked for, None when it did not say."""

    def __init__(self, sentence: str, wait: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait


class Stream(StrEnum):
    """What is pulled, in the order of a pull: then every event's ticket row is at least as new as the event."""

    ACCOUNTS = "accounts"
    AGENTS = "agents"
    EVENTS = "events"
    TICKETS = "tickets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One forward walk through one stream."""

    stream: Stream
    start: datetime
    """Rows older than this need not be given."""
    end: datetime | None = None
    """Rows at or after this need not be given; None: to the end of the stream."""
    cursor: str | None = None
    """Where a walk that was cut goes on: a `Page.cursor` of the same walk."""
    traced: frozenset[AccountId] = frozenset()
    """With accounts: of these it is asked which one they were merged into, should they be found deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row that was set aside because it could not be read. Never holds the row's text."""

    stream: Stream
    row: str
    """The row's id, or its place on the page."""
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one answer brought. Absorbing it twice, or late, changes nothing."""

    stream: Stream
    cursor: str
    """Opaque; resumes the walk after this page."""
    reached: datetime | None
    """Every row of this stream up to this moment has been given by the walk so far."""
    end: bool
    """True on the walk's last page."""
    accounts: tuple[Account, ...] = ()
    """Of a page of tickets: accounts that they name; one that is known already stays as it is."""
    agents: tuple[Agent, ...] = ()
    """Agents with `since` 0; the store decides from when a person counts as one. Of a page of events: their authors."""
    events: Sequence[Event] = ()
    tickets: Sequence[Ticket] = ()
    ignored: frozenset[PersonKey] = frozenset()
    """With agents: who stands behind the addresses of `ignore.requesters`."""
    own: PersonKey | None = None
    """With agents: our own user, whose events count nowhere."""
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a helpdesk says of itself; a store is bound to it at first contact."""

    kind: str
    host: str
    account: str
    """The helpdesk's own name or id of the installation."""
    user: str
    """As whom we are signed in: role and id, never a name or an address."""
    account_page: str = ""
    """Address of an account's page for agents, with {id} in the place of its id; '' where there is none."""
    ticket_page: str = ""
    """Address of a ticket's page for agents, likewise."""
    capabilities: frozenset[Capability] = EVERYTHING
    """What it can do, as it is configured: nothing else is asked of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One outbox row as it goes to a helpdesk. Sending it again is harmless or prevented by its key."""

    id: int
    """The outbox row."""
    account: AccountId
    kind: WriteKind
    key: str
    """For messages: looked up before it is sent again. `touchcost:<helpdesk>:<account>:<n>` for a ticket."""
    body: Mapping[str, object]
    """add_tag/remove_tag: {"tags": [..]}; set_field: {"fields": {key: text or null}}; open_alert: {"subject",
    "comment", "priority", "due_at", "tags", "group"}; update_alert: {"ticket": id, "comment", "status" or null}, where
    an answer is confirmed also "clears": whether to empty the answer field, and "untag": [command tags];
    close_alert: {"ticket": id, "comment" or null, "tags" to take off};
    make_field and make_ticket_field: {"key", "title", "type", "description"};
    make_macro: {"title", "description", "answer": what it writes into the answer field}."""
    job: str | None = None
    """The job this row was given to by an earlier run, to be asked about before anything is sent again."""
    tried: bool = False
    """True when it may have been sent before: look first."""


class Outcome(StrEnum):
    """What became of a write."""

    APPLIED = "applied"
    POSTPONED = "postponed"
    """Not applied; may be sent after `wait`."""
    REFUSED = "refused"
    """Clearly refused: sending it again would be refused again."""
    UNCLEAR = "unclear"
    """Nobody knows whether it was applied; look before sending again."""
    GONE = "gone"
    """The ticket it was for is closed, merged away or deleted, and will never take it."""
    JOB_STARTED = "job_started"
    """Handed to a job; save `job` before asking the generator for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the helpdesk answered for some writes."""

    writes: tuple[int, ...]
    """`Write.id`s."""
    outcome: Outcome
    reason: str = ""
    left: str = ""
    """In a sentence, of an applied one: the ticket that keeps its status all the same, and why."""
    wait: timedelta | None = None
    job: str | None = None
    ticket: TicketId | None = None
    """open_alert: the ticket that stands under the key now."""


class Severity(StrEnum):
    """How much a finding of `check` matters."""

    PROBLEM = "problem"
    NOTE = "note"
    FINE = "fine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of `check`: what was found, and the remedy."""

    severity: Severity
    sentence: str
    remedy: str = ""
    looked_for: frozenset[str] = frozenset()
    """Names of what `setup` can make, of those that this finding is about."""
    missing: frozenset[str] = frozenset()
    """Those among them that are not there."""
    by_hand: str = ""
    """The commands that make it, for an administrator of the helpdesk's own machine, where nobody else can; `setup`
    shows them as they are."""


class FieldType(StrEnum):
    """The types of the organisation fields we make."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What writing will need of the helpdesk, for `inspect`."""

    fields: Mapping[str, FieldType] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    alert_tag: str | None = None
    """The tag alert tickets carry, None when no alert tickets are made."""
    group: str | None = None
    answer_field: str | None = None
    """The title of the ticket field that people answer in, None when no alert tickets are made."""
    macros: frozenset[str] = frozenset()
    """The titles of the macros that write into it."""
    writes: bool = False


class Helpdesk(Protocol):
    """Five questions. Every method may raise HelpdeskBusyError or HelpdeskError."""

    def identify(self) -> Identity:
        """Who answers, and as whom we are signed in. Raises HelpdeskError when that is nobody."""

    def pull(self, walk: Walk) -> Iterator[Page]:
        """The pages of a walk, oldest first. Closing the iterator between two pages loses nothing."""

    def read_marks(
        self, accounts: Sequence[AccountId], tickets: Sequence[TicketId], heard: Mapping[TicketId, Hearing] = NOTHING
    ) -> MarksRead:
        """Direct reads, never an export. What people answered is read of the tickets in `heard` that changed since."""

    def apply(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        """Sends the writes in order; each write gets one final receipt. Never repeats one blindly."""

    def inspect(self, need: Need) -> Iterable[Finding]:
        """What `check` says of the helpdesk: sign-in, scopes, rights, fields, clock, triggers, automations."""


class Log(Protocol):
    """Writes one line: an event's name and fields. Never a secret, never a ticket's text."""

    def __call__(self, event: str, /, **fields: object) -> None:
        """`event` is one name such as `read_again`; the fields are numbers, ids and short words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What a helpdesk needs of the world around it; an entry point is called with (HelpdeskSettings, Outside)."""

    clock: Clock
    wait: Callable[[float], bool]
    """Waits so many seconds; True at once when we are asked to stop. In production `stop.wait` of the stop event."""
    resolve: Callable[[Secret], SecretText]
    """Reads a secret from where it is kept. Raises ConfigError."""
    person_key: Callable[[int], PersonKey]
    """The store's keyed fingerprint of a person's id."""
    random: Random
    """For the jitter of waits."""
    log: Log
    attended: bool = False
    """Whether a person waits for the answer: a host that nobody reaches is then given up within seconds."""
