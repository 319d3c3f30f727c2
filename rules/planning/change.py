"""A plan as a value: the writes of one cycle, each with its reason, and what is withheld, each with its why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from rules.alert import Held, State, Transition
from rules.command import Taken
from rules.facts import AccountId, HelpdeskName
from rules.marks import AlertTicket, Mark, Message, WriteKind
from rules.planning.lately import Week

AlertKey = tuple[AccountId, str]
"""An account and a rule's id."""


class Cause(StrEnum):
    """Why a change is made."""

    FIRST = "first"
    """A message: the first alert of an account."""
    RULE_JOINED = "rule_joined"
    RAISED = "raised"
    REMINDER = "reminder"
    """A message: open for as long as `remind`, and nobody answered."""
    SNOOZE_OVER = "snooze_over"
    """A message: the time on hold is over, or red broke it."""
    TAKEN_BACK = "taken_back"
    """A message: a person took an answer back."""
    ANSWERED = "answered"
    """A message: it confirms what a person answered."""
    MOVED = "moved"
    """A message: the review of an account that was merged into this one goes on here."""
    ALL_CLEAR = "all_clear"
    ENDED = "ended"
    """The review is over without a recovery: a rule was removed, an account is gone."""
    FIRST_RUN = "first_run"
    HELD = "held"
    DIGEST = "digest"
    """A message: what happened in a week, and what stands open."""
    WANTED = "wanted"
    LOST = "lost_write"
    """It was written, and no read ever showed it."""
    UNWANTED = "no_longer_wanted"
    STATE = "state_changed"
    NUMBERS = "numbers_changed"
    WITHDRAWN = "withdrawn"


class Why(StrEnum):
    """What withholds a change."""

    BRAKE = "brake"
    BUDGET = "budget"
    RESOLVES = "too_many_resolved"
    MISSING = "marks_missing"
    """More of our marks are missing at once than people take off."""
    STRANGE = "marks_of_another_installation"
    """Our kind of marks stands there, and this store did not write them."""
    PARKED = "parked"
    """The helpdesk refused it; it waits for `approve` or until it is no longer wanted."""
    TAGGING_OFF = "tagging_is_off"
    UNDERWAY = "underway"
    """An earlier write of this kind is still on its way."""


class Rank(IntEnum):
    """In which order changes go out."""

    REMOVAL = 0
    RED = 1
    AMBER = 2
    WATCH = 3
    FIELDS = 4
    DIGEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One write."""

    account: AccountId
    """NOBODY for the tickets of a first run and of held plans."""
    kind: WriteKind
    what: str
    """The tags, the fields' keys or the alert ticket's key."""
    reason: Cause
    rank: Rank
    key: str = ""
    """For tickets and messages: looked up before it is sent again."""
    body: Mapping[str, object]
    """Exactly the body of `connector.helpdesk.Write`. A ticket that is still to be made is None there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A change that is wanted and not made."""

    change: Change
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Something that the guard holds, from when it is first held until it is approved or no longer wanted."""

    id: str
    """What people type after `approve`: a date and a letter."""
    why: Why
    made_at: datetime
    alerts: frozenset[AlertKey] = frozenset()
    answers: bool = False
    """Of missing marks: True when approving means that people took them off, False that they are put back."""
    approved_at: datetime | None = None
    ended_at: datetime | None = None
    """When it was used up or no longer wanted."""

    @property
    def is_waiting(self) -> bool:
        """Whether it still holds something."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A write of an earlier plan that is still in the outbox."""

    id: int
    account: AccountId
    kind: WriteKind
    key: str
    what: str
    body: Mapping[str, object]
    parked: bool = False
    underway: bool = False
    """It was given to a job, or the helpdesk asked us to wait with it: it stays as it is."""
    tried: bool = False
    """It may have been sent."""
    in_job: bool = False
    """The helpdesk works on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole difference between what the helpdesk should show and what it shows, with what must be saved beside it.

    A plan of a later moment replaces it; saving it and making its outbox rows is one transaction.
    """

    id: str
    helpdesk: HelpdeskName
    changes: tuple[Change, ...] = ()
    """In the order in which they go out."""
    withheld: tuple[Withheld, ...] = ()
    acknowledged: tuple[AccountId, ...] = ()
    """Accounts of which a person took our tag off, or solved, merged or deleted the alert ticket."""
    foreign: tuple[tuple[AccountId, str], ...] = ()
    """Tags with our prefix that we did not write; they are left alone."""
    absent_fields: frozenset[str] = frozenset()
    """Fields that we want to write and the helpdesk does not have."""
    states: Mapping[AlertKey, State] = field(default_factory=dict)
    """States that were told, held, released or acknowledged."""
    transitions: tuple[tuple[AlertKey, Transition], ...] = ()
    """The acknowledgements among them."""
    marks: tuple[Mark, ...] = ()
    """New and changed lines of the ledger."""
    dropped: tuple[Mark, ...] = ()
    tickets: tuple[AlertTicket, ...] = ()
    messages: tuple[Message, ...] = ()
    cancelled: tuple[int, ...] = ()
    """Outbox rows that this plan replaces."""
    holds: tuple[Hold, ...] = ()
    """New, approved and ended ones."""
    answers: tuple[Taken, ...] = ()
    """What people answered by comment, field and tag."""
    week: Week | None = None
    """What is remembered of this week, in the plan that holds its digest."""
    planned: frozenset[str] = frozenset()
    """The rules that had their first plan, if this is one that writes."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be written or withheld."""
        return not self.changes and not self.withheld


WHY_OF: Mapping[Held, Why] = {Held.BRAKE: Why.BRAKE, Held.BUDGET: Why.BUDGET, Held.RESOLVE: Why.RESOLVES}


def as_json(plan: Plan) -> dict[str, object]:
    """The document of `plan --json`."""
    return {
        "plan": plan.id,
        "changes": [_line(plan.helpdesk, change) for change in plan.changes],
        "withheld": [{**_line(plan.helpdesk, held.change), "why": str(held.why)} for held in plan.withheld],
    }


def _line(helpdesk: HelpdeskName, change: Change) -> dict[str, object]:
    return {
        "helpdesk": helpdesk,
        "account": change.account,
        "kind": str(change.kind),
        "what": change.what,
        "reason": str(change.reason),
    }
