"""What time and red put an end to: snoozes, the quiet after an answer, and alerts that nobody answers."""

from dataclasses import replace
from datetime import datetime

from rules.alert import Observation, Phase, Reason, State, Step
from rules.judging.moving import Moved, resolve, transition
from rules.judging.reading import Reading
from rules.rule import Level, Rule


def lapse(state: State, at: datetime) -> Moved:
    """What has run out by now. The end of a snooze is told only where the alert stands open; else it is forgotten."""
    if state.quiet_until is not None and state.quiet_until <= at:
        state = replace(state, quiet_level=None, quiet_until=None)
    if state.snoozed_until is None or at < state.snoozed_until:
        return state, ()
    over = replace(state, snoozed_until=None, snoozed_level=None)
    if state.phase is not Phase.OPEN:
        return over, ()
    over = replace(over, woken=True, risen_at=None)
    return over, (transition(state, over, Step.WOKEN, Reason.SNOOZE_OVER, at),)


def disturb(state: State, level: Level) -> State:
    """Red breaks the snooze of an alert that was lower then, or not open."""
    if state.snoozed_until is None or level is not Level.RED or state.snoozed_level is Level.RED:
        return state
    return replace(state, snoozed_until=None, snoozed_level=None, woken=True)


def listen(state: State, reading: Reading, *, settles: bool) -> tuple[State, Reading]:
    """A reading of what is not open: up to the level at which it stays quiet a value counts as calm.

    Without an end of its own the quiet is over once the value was under the lowest exit.
    """
    if state.quiet_level is None:
        return state, reading
    if state.quiet_until is None and reading.kept is None and settles:
        return replace(state, quiet_level=None), reading
    return state, Reading(_above(reading.reached, state), _above(reading.kept, state), reading.reason)


def is_expired(state: State, at: datetime, rule: Rule) -> bool:
    """Whether it was told, and nobody answered and nothing raised it for `expires` since."""
    if state.risen_at is None or state.told_at is None:
        return False
    if state.acknowledged is not None or state.snoozed_until is not None or not rule.expires:
        return False
    return at - aging_since(state.risen_at, state) >= rule.expires


def aging_since(risen_at: datetime, state: State) -> datetime:
    """From when `expires` counts: nobody can answer what was not told."""
    return risen_at if state.told_at is None else max(risen_at, state.told_at)


def expire(state: State, observation: Observation) -> Moved:
    """It ends, and does not come back at its level before it was calm."""
    after, steps = resolve(state, observation.at, Reason.EXPIRED, observation.value)
    return replace(after, quiet_level=state.level, quiet_until=None), steps


def _above(level: Level | None, state: State) -> Level | None:
    return level if level is not None and level > (state.quiet_level or 0) else None
