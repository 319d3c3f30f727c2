"""What a rule file says, once parsed: rules, levels, lifecycle defaults and the guard."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum

from rules.expression import Tree


class Level(IntEnum):
    """How far over the line: watch < amber < red."""

    WATCH = 1
    AMBER = 2
    RED = 3

    @property
    def word(self) -> str:
        """The word for YAML, tags and tables: watch, amber or red."""
        return self.name.lower()


class Direction(StrEnum):
    """On which side of its lines a value is a concern."""

    ABOVE = "above"
    BELOW = "below"


class Unknown(StrEnum):
    """What an unknown value means for a rule."""

    HOLD = "hold"
    CLEAR = "clear"
    ALERT = "alert"


class FirstRun(StrEnum):
    """How alerts that are open at a first plan are told."""

    ADOPT = "adopt"
    ALERT = "alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """One level's two lines; `exit` is on the calm side of `enter` or equal."""

    enter: Decimal
    exit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """The one number that a rule watches."""

    text: str
    """As written in the file."""
    tree: Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A question that yes or no answers."""

    text: str
    """As written in the file."""
    tree: Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Other lines for the accounts that meet a condition; an unknown condition never matches."""

    when: Condition
    levels: tuple[tuple[Level, Lines], ...]
    """All lines of these accounts, from the lowest up: a level that it leaves out is none of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One signal with its lines and its life."""

    id: str
    title: str
    signal: Signal
    direction: Direction = Direction.ABOVE
    levels: tuple[tuple[Level, Lines], ...]
    """From the lowest level up."""
    only_if: Condition | None = None
    overrides: tuple[Override, ...] = ()
    """The first that matches gives its lines."""
    previously: tuple[str, ...] = ()
    """Ids that this rule had before: its states, episodes and tags move with it."""
    muted_by: tuple[str, ...] = ()
    """Ids of rules: while an alert of one of them is open on the account, this one writes nothing."""
    remind: timedelta = timedelta(days=30)
    """How long an open alert that nobody answered stays quiet before it is told again."""
    expires: timedelta = timedelta(days=180)
    """How long an alert stays open that nobody answered and nothing raised."""
    hold: timedelta = timedelta(days=3)
    clear_after: timedelta = timedelta(days=14)
    grace: bool = True
    """False: `grace: none`."""
    min_history: timedelta = timedelta(weeks=8)
    unknown: Unknown = Unknown.HOLD
    exempt: bool = False
    """True: `budget: exempt`, never held by brake or budget."""
    tag: str | None = None
    """None: derived from prefix, id and level; '' : `tag: none`."""
    shadow: bool = False
    enabled: bool = True
    why: str | None = None
    """A text with {metric} placeholders."""
    advice: str | None = None
    play: str | None = None
    """A word of the catalogue of plays."""

    def lines(self, override: int | None = None) -> tuple[tuple[Level, Lines], ...]:
        """The lines that count under an override, by its place in `overrides`.

        None and a place that an edit took away: the rule's own.
        """
        return self.levels if override is None or override >= len(self.overrides) else self.overrides[override].levels

    @property
    def reachable(self) -> tuple[Level, ...]:
        """Every level that some account can reach, from the lowest up."""
        found = {level for levels in (self.levels, *(each.levels for each in self.overrides)) for level, _ in levels}
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What holds a plan back; shares are of the accounts with a ticket in 90 days."""

    max_new_per_week: int | None = None
    """None: one per person who owns an account, at least 5; without owners 2 % of accounts, at least 5."""
    max_open_per_owner: int = 5
    max_new_per_run: int = 25
    max_new_share: Decimal = Decimal("0.02")
    max_open_share: Decimal = Decimal("0.03")
    max_resolved_share: Decimal = Decimal("0.30")
    first_run: FirstRun = FirstRun.ADOPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything the rule files of one helpdesk say together."""

    rules: tuple[Rule, ...]
    grace: timedelta = timedelta(days=90)
    guard: Guard = field(default_factory=Guard)
