"""One account as a plan sees it: its numbers, its alerts, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rules.alert import Held, Reason, State
from rules.counting.taken_off import TakenOff
from rules.facts import AccountId, TicketId
from rules.measuring.measure import Metrics
from rules.rule import Direction, Level, Lines, Rule

NEW_HOLDS = (Held.BRAKE, Held.BUDGET)
"""What keeps a new alert from being written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One account with everything its marks are made of."""

    metrics: Metrics
    states: Mapping[str, State]
    """By rule id, after this cycle's judgement."""
    resolved: Mapping[str, Reason] = field(default_factory=dict)
    """By rule id, why an alert resolved in this cycle."""
    examples: tuple[TicketId, ...] = ()
    """Tickets worth a look."""
    taken_off: TakenOff | None = None
    """Tickets of the last 90 days that are our own fault; None where none is."""
    exists: bool = True
    """False for an account that the helpdesk says was deleted."""
    is_reviewed: bool = True
    """False for an account that the configuration leaves out: it shows nothing of ours."""
    merged_into: AccountId | None = None
    """Of an account that does not exist any more: where its alerts go on."""

    @property
    def account(self) -> AccountId:
        """Whose case it is."""
        return self.metrics.subject.id

    def with_states(self, states: Mapping[str, State]) -> "Case":
        """The same case with some states replaced."""
        return replace(self, states={**self.states, **states})

    def with_resolved(self, reasons: Mapping[str, Reason]) -> "Case":
        """The same case with more alerts that resolved in this cycle."""
        return replace(self, resolved={**self.resolved, **reasons})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule that stands open on an account."""

    rule: Rule
    state: State
    level: Level
    """The level it is shown at; of a held resolve the level that was last told."""

    @property
    def line(self) -> Decimal:
        """The line it crossed, of those that count for the account."""
        return self.pair.enter

    @property
    def pair(self) -> Lines:
        """Both lines of its level."""
        return dict(self._lines)[self.level]

    @property
    def excess(self) -> Decimal:
        """How far it is over its lowest line: 1 is on the line. For sorting alone.

        A ratio says nothing at and below 0: there it is the distance, in widths of all its lines.
        """
        value, lowest = self.state.value, self._lines[0][1].enter
        if value is None or not value.is_finite():
            return Decimal(0) if value is None else Decimal("Infinity")
        top, bottom = (value, lowest) if self.rule.direction is Direction.ABOVE else (lowest, value)
        return top / bottom if bottom > 0 else 1 + (top - bottom) / self._width

    def reaches(self, value: Decimal) -> bool:
        """Whether a value is at its line or beyond it; between its lines it stays open without."""
        return value >= self.line if self.rule.direction is Direction.ABOVE else value <= self.line

    def keeps(self, value: Decimal) -> bool:
        """Whether a value is not past the exit of its level yet."""
        return value >= self.pair.exit if self.rule.direction is Direction.ABOVE else value <= self.pair.exit

    @property
    def is_held(self) -> bool:
        """Whether the guard keeps it from being written."""
        return self.state.held in NEW_HOLDS

    @property
    def is_on_hold(self) -> bool:
        """Whether a person put it on hold: the fields say until when, and nothing else is shown or told."""
        return self.state.snoozed_until is not None and self.state.muted_by is None

    @property
    def _width(self) -> Decimal:
        """From its calmest line to its last one; 1 where they are the same."""
        return abs(self._lines[-1][1].enter - self._lines[0][1].exit) or Decimal(1)

    @property
    def _lines(self) -> tuple[tuple[Level, Lines], ...]:
        return self.rule.lines(self.state.override)


def standing(case: Case, rules: Mapping[str, Rule]) -> tuple[Alert, ...]:
    """Every alert that is open on the account and whose rule may write, silent and held ones too, the loudest first."""
    return standing_in(case.states, rules)


def standing_in(states: Mapping[str, State], rules: Mapping[str, Rule]) -> tuple[Alert, ...]:
    """The same from the states of one account, by rule id."""
    found = []
    for name, state in states.items():
        rule = rules.get(name)
        level = state.told_level if state.held is Held.RESOLVE else state.level
        if rule is not None and level is not None and rule.enabled and not rule.shadow:
            found.append(Alert(rule=rule, state=state, level=_known_level(rule.lines(state.override), level)))
    return tuple(sorted(found, key=lambda alert: (-alert.level, -alert.excess, alert.rule.id)))


def shown(case: Case, rules: Mapping[str, Rule]) -> tuple[Alert, ...]:
    """The alerts that the helpdesk should show, the loudest first."""
    return tuple(alert for alert in standing(case, rules) if not (alert.is_held or alert.state.is_silent))


def on_hold(case: Case, rules: Mapping[str, Rule]) -> tuple[Alert, ...]:
    """The alerts that a person put on hold, the loudest first."""
    return tuple(alert for alert in standing(case, rules) if alert.is_on_hold and not alert.is_held)


def _known_level(lines: tuple[tuple[Level, Lines], ...], level: Level) -> Level:
    """A level that has no lines for the account is shown as the nearest one under it."""
    levels = [known for known, _ in lines]
    return max((known for known in levels if known <= level), default=levels[0])
