"""The values of an alert: its state, what is seen of it at one judgement, and its transitions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from rules.rule import Level


class Phase(StrEnum):
    """Where one rule stands on one account."""

    IDLE = "idle"
    PENDING = "pending"
    """Over a line, not long enough."""
    OPEN = "open"
    CLEARING = "clearing"
    """Under the lowest exit, not long enough."""

    @property
    def is_timed(self) -> bool:
        """Whether a clock runs."""
        return self in (Phase.PENDING, Phase.CLEARING)


class Block(StrEnum):
    """What keeps a rule from opening. It never keeps one from closing."""

    GRACE = "grace"
    HISTORY = "history"


class Held(StrEnum):
    """What of the guard keeps an alert's marks from being written, or taken away."""

    BRAKE = "brake"
    BUDGET = "budget"
    RESOLVE = "resolve"
    """Too many alerts resolved at once: the marks of this one stay until approved."""


class Step(StrEnum):
    """What a transition did."""

    STARTED = "started"
    """idle → pending."""
    DROPPED = "dropped"
    """pending → idle."""
    OPENED = "opened"
    RAISED = "raised"
    LOWERED = "lowered"
    CLEARING = "clearing"
    """open → clearing."""
    RETURNED = "returned"
    """clearing → open, same episode, nothing told."""
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    """A person answered: phase and level stay. So it is with the steps below."""
    SETTLED = "settled"
    """A person said what was done about it."""
    SNOOZED = "snoozed"
    ACCEPTED = "accepted"
    """*Known and accepted*, or exempted by a person."""
    REOPENED = "reopened"
    """A person took an answer back."""
    WOKEN = "woken"
    """A snooze is over, or red broke it."""
    MOVED = "moved"
    """The alert of an account that was merged into this one goes on here: it may rise from any phase to any worse."""


class Reason(StrEnum):
    """Why a transition happened. Only those in CALMED are told as a recovery when they resolve."""

    VALUE = "value"
    CONDITION = "condition"
    """`only_if` is false."""
    UNKNOWN = "unknown"
    """The value is unknown and the rule says `clear` or `alert`."""
    BLOCKED = "blocked"
    """Grace or too short a history."""
    RULE_REMOVED = "rule removed"
    ACCOUNT_GONE = "account gone"
    MERGED = "merged"
    """The account was merged into another one, where its alerts go on."""
    ACCOUNT_IGNORED = "account ignored"
    """The configuration leaves the account out now."""
    ANSWER = "answer"
    """A person answered, solved the alert ticket or took our tag off."""
    WRONG = "wrong"
    """A person says that the alert is wrong; `State.answer` says why."""
    SNOOZE_OVER = "snooze over"
    EXPIRED = "expired"
    """Nobody answered and nothing raised it for `expires`."""


CALMED = (Reason.VALUE, Reason.CONDITION, Reason.UNKNOWN)
"""The reasons for which an alert that resolves is back in order."""


class Answer(StrEnum):
    """What a person said of an alert; the outcome of its episode. Without one it calmed by itself, or expired."""

    TAKEN = "taken"
    """*I take it*, the ticket solved, or our tag taken off."""
    SNOOZED = "snoozed"
    KNOWN = "known and accepted"
    EXEMPT = "exempt"
    """This rule is not for this account."""
    OUR_FAULT = "wrong: our fault"
    WRONG_NUMBERS = "wrong: wrong data"
    NOT_A_CUSTOMER = "wrong: not a customer"
    WRONG = "wrong: other"
    TALKED = "done: talked"
    CHANGED = "done: changed price or plan"
    TRAINED = "done: trained"
    FIXED = "done: fixed on our side"
    PARTED = "done: parted"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One rule on one account, as it is saved. Flat: every field is a plain value, an enum or None."""

    phase: Phase = Phase.IDLE
    level: Level | None = None
    """Set exactly while open or clearing."""
    since: datetime | None = None
    """The judgement at which the value was first over a line; kept through the whole episode. None while idle."""
    clock: timedelta = timedelta(0)
    """How much of `hold` (pending) or `clear_after` (clearing) had passed at `clock_at`."""
    clock_at: datetime | None = None
    """Up to when `clock` has counted; None: it begins to count at the next midnight, or does not run."""
    judged_at: datetime | None = None
    """The last judgement; midnights after it are still to be judged."""
    value: Decimal | None = None
    """The signal at the last judgement; while frozen the last known one, unless idle."""
    episode: int = 0
    """Number of the present episode, or of the last one; 0: never open."""
    opened_at: datetime | None = None
    """Of this episode; kept, like `calm_since` and what was told, until the next one opens."""
    calm_since: datetime | None = None
    """The judgement at which the value was first under the lowest exit, while clearing and after it."""
    resolved_at: datetime | None = None
    """Of the last episode, until the next one opens."""
    acknowledged: Level | None = None
    """The level at which a person answered in this episode."""
    acknowledged_at: datetime | None = None
    told_at: datetime | None = None
    """When this episode was last told; None: never told, or not yet."""
    told_level: Level | None = None
    held: Held | None = None
    blocked: Block | None = None
    frozen: bool = False
    """True while the value is unknown and the rule says `hold`."""
    override: int | None = None
    """Which override's lines it was last held against, by its place in the rule; None: the rule's own."""
    risen_at: datetime | None = None
    """The ticking judgement from which `expires` counts: of opening, of the last raise, of the end of a snooze; later
    by as much time as the value was unknown."""
    answer: Answer | None = None
    """What a person said of this episode, or of the last one."""
    snoozed_until: datetime | None = None
    """Until then nothing is told or tagged; kept for its time in any phase. None: not snoozed."""
    snoozed_level: Level | None = None
    """The level at which it was snoozed, None: not open then. Under red, red breaks the snooze."""
    woken: bool = False
    """A snooze ended, or a person took an answer back, while the alert stood open, and nobody was told of that yet."""
    quiet_level: Level | None = None
    """It opens only above this level: a person said *wrong* at it, or it expired. None: it may open."""
    quiet_until: datetime | None = None
    """The end of that; None: once the value was under the lowest exit."""
    muted_by: str | None = None
    """The rule whose open alert on the same account keeps this one from being written."""
    reminded_at: datetime | None = None
    """When it was last told again in this episode: raised, reminded of, woken, or named beside others."""
    signal: str = ""
    """Which signal this state was judged by; another one means that the signal was edited."""
    reach: int | None = None
    """The first day of the facts that were looked back on, as `date.toordinal()`."""

    @property
    def is_taken_back(self) -> bool:
        """Whether a person took the answer back, and nobody was told yet. A snooze that is over was an answer."""
        return self.woken and self.answer is None

    @property
    def is_silent(self) -> bool:
        """Whether a snooze or another alert keeps it from being written."""
        return self.snoozed_until is not None or self.muted_by is not None


Operands = tuple[tuple[str, Decimal | int | str | bool | None], ...]
"""Metrics that were looked at, by name, with their values; None: unknown."""


class Observation(NamedTuple):
    """What is seen of one rule on one account at one judgement. A tuple, for a cycle makes one an account and rule."""

    at: datetime
    midnight: bool
    """True: judged on finished days alone. False: the last day of every window is a part of today."""
    value: Decimal | None
    """The signal; None: unknown."""
    condition: bool | None = True
    """`only_if`; True without one, None: unknown."""
    blocked: Block | None = None
    windowed: bool = True
    """The signal or its condition counts days."""
    daily: bool = False
    """A fact in it moves with the calendar day: it may fall at any judgement, but clocks count midnights."""
    growing: bool = True
    """Within a day the value can only come closer to its lines, so that a part of today may raise."""
    override: int | None = None
    """The first override of the rule whose condition the account meets, by its place; None: the rule's own lines."""
    operands: Operands = ()
    """The evidence: every metric that was looked at, with its value."""

    @property
    def settles(self) -> bool:
        """Whether it may lower, clear or resolve: a part of today says too little of what counts days."""
        return self.midnight or not self.windowed

    @property
    def ticks(self) -> bool:
        """Whether clocks run up to it: those of what counts days, or moves with them, do so at midnights alone."""
        return self.midnight or not self.counts_midnights

    @property
    def counts_midnights(self) -> bool:
        """Whether from one midnight to the next is one day, however many hours it had."""
        return self.windowed or self.daily

    @property
    def may_rise(self) -> bool:
        """Whether it may start, open, raise or return."""
        return self.growing or self.settles


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One change of an alert."""

    at: datetime
    step: Step
    reason: Reason
    episode: int
    """0 as long as the alert never opened."""
    phase_before: Phase
    phase_after: Phase
    level_before: Level | None
    level_after: Level | None
    value: Decimal | None = None
