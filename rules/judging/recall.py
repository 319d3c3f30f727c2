"""Where an alert stood at the end of a past day, and whether what was kept of it was seen by the rule of today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from rules.alert import Operands, Phase, State, Transition
from rules.judging.numbers import StatedNumbers
from rules.judging.watch import Watch
from rules.measuring.measure import Absence
from rules.rule import Level

_ROUNDING = Decimal("1e-12")
"""Operands are kept with 28 digits: of what is computed of them again only the first ones are sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """Where one rule stood on one account."""

    phase: Phase
    level: Level | None
    since: datetime | None
    """When the value was first over a line; None while idle, and where nobody knows any more."""
    clock: timedelta | None
    """How much of `hold` (pending) or `clear_after` (clearing) had passed; None: nobody knows."""


def stood(state: State) -> Stood:
    """By a state."""
    return Stood(phase=state.phase, level=state.level, since=state.since, clock=state.clock)


def recall(log: Iterable[Transition], at: datetime) -> Stood | None:
    """By the log of one rule on one account, up to and with `at`; None where it says nothing of that time.

    The log comes in the order in which it was written: a look back writes of earlier days than what stands before it,
    and is what counts from then on. No log knows of clocks.
    """
    found: Stood | None = None
    for one in log:
        if one.at <= at:
            clock = None if one.phase_after.is_timed else timedelta(0)
            found = Stood(phase=one.phase_after, level=one.level_after, since=_since(one, found), clock=clock)
    return found


def is_seen_by(watch: Watch, value: Decimal | None, operands: Operands) -> bool:
    """Whether the rule's signal makes this value of these operands; if not, it was another signal that saw it."""
    # A share of no revenue is infinite for who paid then; whether the account pays now says nothing of that.
    pays = value is not None and not value.is_finite()
    numbers = dict(operands)
    if any(name not in numbers for name in watch.operands):
        return False
    found = watch.look(StatedNumbers(numbers, pays=pays))
    if value is None or isinstance(found, Absence):
        # Currencies are not kept with the operands, and may have been what made it unknown.
        return value is None
    if not (found.is_finite() and value.is_finite()):
        return found == value
    return abs(found - value) <= abs(value) * _ROUNDING


def _since(one: Transition, before: Stood | None) -> datetime | None:
    if one.phase_after is Phase.IDLE:
        return None
    if one.phase_before is Phase.IDLE:
        return one.at
    return None if before is None else before.since
