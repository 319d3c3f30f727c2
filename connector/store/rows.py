"""The values that cross the store's line and belong to nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from connector.helpdesk import Rejected, Stream, WriteKind
from connector.settings import AccountSource
from rules.alert import Operands, State, Transition
from rules.command import Taken
from rules.counting.own_fault import OwnFault
from rules.facts import AccountId, Day, PersonKey, UtcSecond
from rules.judging.lines import Scale
from rules.marks import AlertTicket, Mark, Message
from rules.planning.change import Hold
from rules.planning.lately import Week


class StoreError(Exception):
    """The store cannot be used as it is: the sentence says why and what to do. Show it and exit."""


class FencedError(Exception):
    """Another worker has gone on with this walk: leave off, nothing of the page was saved."""


class LockedError(Exception):
    """Somebody else holds the lock; the sentence names the holder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkState:
    """How far a walk has come. `version` is what the compare-and-set compares."""

    id: int
    stream: Stream
    start: datetime
    end: datetime | None
    cursor: str | None
    reached: datetime | None
    done: bool
    version: int
    newest: UtcSecond | None
    """The time of the newest row this walk has seen."""
    filling: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """What a page brought."""

    walk: WalkState | None
    """The walk after the page; give this one with the next page."""
    rows: int
    """Rows on the page, set aside ones apart."""
    changed: frozenset[AccountId]
    """Accounts whose own row changed, or outside a filling their totals."""
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the rows and the totals depend on besides the helpdesk."""

    time_zone: str
    ignored_tags: frozenset[str]
    ignored_requesters: frozenset[PersonKey]
    own: PersonKey | None
    timer_field: int | None
    sources: tuple[AccountSource, ...]
    since: date
    account_fields: frozenset[str] = frozenset()
    """The organisation fields that accounts are kept with; the totals do not depend on these."""
    own_fault: OwnFault = field(default_factory=OwnFault)


class Recount(StrEnum):
    """What an edit of the configuration asks for."""

    NOTHING = "nothing"
    REBUILD = "rebuild"
    """The totals are to be built again from the rows: `Store.build_totals`."""
    REFILL = "refill"
    """The rows are to be pulled again: `Store.begin_filling`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one helpdesk stands."""

    filling: bool
    """True until `end_filling`: pages bring rows and no totals."""
    facts_from: UtcSecond | None
    """From when on the totals are whole; None: there are none yet."""
    judged_at: datetime | None
    own: PersonKey | None
    """Our own user, as the last list of agents said."""
    ignored: frozenset[PersonKey]
    """Who stands behind `ignore.requesters`, as the last list of agents said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule that has met this helpdesk: by it a rule's first plan and an edit are known."""

    rule: str
    signal: str
    """The signal's text when it was last judged."""
    digest: str
    """Of what its verdicts depend on besides the facts, when it was last judged; '' once totals are built anew."""
    planned_at: datetime | None
    """The first plan under `sync` that had this rule; None: not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionRow:
    """One line of the log of alerts."""

    account: AccountId
    rule: str
    transition: Transition


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictDay:
    """What a rule saw on a finished day, kept while it is pending, open or clearing."""

    account: AccountId
    rule: str
    day: Day
    value: Decimal | None
    """The signal; None: unknown."""
    condition: bool | None
    """`only_if`; True without one, None: unknown."""
    operands: Operands
    """The evidence."""
    scale: Scale
    """The lines it was held against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one judgement changed; saved in one transaction."""

    states: Mapping[tuple[AccountId, str], State | None]
    """By account and rule id, the changed ones; None drops the state."""
    transitions: tuple[TransitionRow, ...] = ()
    days: tuple[VerdictDay, ...] = ()
    rules: tuple[RuleRow, ...] | None = None
    """Every rule that was judged, `planned_at` of new ones alone; others are forgotten. None: as they were."""
    changed: frozenset[AccountId] = frozenset()
    """Accounts that had changed and were judged for it, as `Store.changed` named them."""
    as_of: datetime


class OutboxState(StrEnum):
    """Whether an outbox row will still be sent."""

    WAITING = "waiting"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWrite:
    """A write as a plan puts it into the outbox."""

    account: AccountId
    kind: WriteKind
    key: str
    """Unique within the helpdesk for messages and alert tickets; '' for what may be repeated."""
    rank: int
    """Rows of a lower rank go first; within a rank the older row."""
    what: str
    reason: str
    body: Mapping[str, object]
    """Exactly `connector.helpdesk.Write.body`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A write on its way."""

    id: int
    write: NewWrite
    state: OutboxState
    made_at: datetime
    not_before: datetime | None
    """Until when it waits: the helpdesk asked for it, or what was sent before may still be under way there."""
    attempts: int
    """More than 0: it may have been sent before, look first."""
    job: str | None
    cause: str
    """Why it was last postponed, left unclear or parked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRows:
    """A plan as it is saved: everything in one transaction, with the judgement it comes from."""

    made_at: datetime
    judgement: Judgement | None = None
    writes: tuple[NewWrite, ...] = ()
    cancelled: tuple[int, ...] = ()
    """Outbox rows that are no longer wanted."""
    marks: tuple[Mark, ...] = ()
    """New and changed ones."""
    dropped: tuple[Mark, ...] = ()
    """Marks that leave the ledger."""
    tickets: tuple[AlertTicket, ...] = ()
    messages: tuple[Message, ...] = ()
    answers: tuple[Taken, ...] = ()
    held: tuple[Hold, ...] = ()
    week: Week | None = None
    planned: frozenset[str] = frozenset()
    """Rule ids that this plan had under `sync`."""


class CycleEnd(StrEnum):
    """How a cycle ended."""

    FINE = "fine"
    CUT = "cut"
    """Stopped before its end; the next one goes on."""
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRow:
    """One cycle of one helpdesk."""

    id: int
    began_at: datetime
    ended_at: datetime | None
    """None: running, or cut down without a word."""
    as_of: datetime | None
    end: CycleEnd | None
    sentence: str
    """What went wrong, for people; '' when nothing did."""
    counts: Mapping[str, int]
    """Rows, writes, alerts and the like, by name."""
