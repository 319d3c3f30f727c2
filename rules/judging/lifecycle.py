"""The life of an alert: one state machine per account and rule, moved by observations in the time of the data."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from rules.alert import Block, Held, Observation, Phase, Reason, State, Step, Transition
from rules.judging.lapsing import aging_since, disturb, expire, is_expired, lapse, listen
from rules.judging.moving import Moved, calm, resolve, transition
from rules.judging.reading import Reading, read
from rules.rule import Level, Rule

__all__ = [
    "Block",
    "Held",
    "Moved",
    "Observation",
    "Phase",
    "Reason",
    "State",
    "Step",
    "Transition",
    "close",
    "stands_still",
    "step",
]

_DAY = timedelta(days=1)


def step(state: State | None, observation: Observation, rule: Rule) -> Moved:
    """Judge one observation. One that is not later than the last judgement changes nothing.

    Phases and levels rise at any judgement that `may_rise` and fall only where it `settles`. A clock counts the whole
    time from one judgement that `ticks` to the next; between two midnights that is a number of whole days, whatever
    the clocks of the time zone did. A stretch of a signal that counts days, or moves with them, and begins between
    midnights counts from the next midnight on: then a daemon, a nightly run and a machine that was off for a week
    agree.
    """
    before = state or State()
    if before.judged_at is not None and observation.at <= before.judged_at:
        return before, ()
    awake, woken = lapse(before, observation.at)
    after, moved = _look(awake, observation, rule)
    return after, (*woken, *moved)


def close(state: State, at: datetime, reason: Reason) -> Moved:
    """The rule was removed or disabled, or the account is gone: resolve what is open, drop what is pending."""
    if state.level is not None:
        return resolve(state, at, reason, None)
    if state.phase is Phase.PENDING:
        after = calm(state)
        return after, (transition(state, after, Step.DROPPED, reason, at),)
    return state, ()


def stands_still(state: State, at: datetime, value: Decimal | None, *, override: int | None, rule: Rule) -> bool:
    """Whether a midnight with this value, its condition met, changes nothing of an open alert but what it was seen at.

    For a look at very many days: true only of plain cases. What it says no to may stand still as well.
    """
    if state.phase is not Phase.OPEN or value is None or state.frozen or state.risen_at is None:
        return False
    if state.snoozed_until is not None or state.override != override or is_expired(state, at, rule):
        return False
    reading = read(value, rule, condition=True, override=override)
    return reading is not None and reading.kept == state.level and (reading.reached or 0) <= _level(state)


def _look(state: State, observation: Observation, rule: Rule) -> Moved:
    if state.phase is Phase.PENDING and observation.blocked is not None:
        return _drop(_see(state, observation), observation, Reason.BLOCKED)
    reading = read(observation.value, rule, condition=observation.condition, override=observation.override)
    if reading is None:
        return _freeze(state, observation), ()
    seen = _see(state, observation)
    if state.level is None:
        seen, reading = listen(seen, reading, settles=observation.settles)
    return _move(seen, observation, reading, rule)


def _move(state: State, observation: Observation, reading: Reading, rule: Rule) -> Moved:
    match state.phase:
        case Phase.IDLE:
            return _from_idle(state, observation, reading, rule)
        case Phase.PENDING:
            return _from_pending(state, observation, reading, rule)
        case Phase.OPEN:
            return _from_open(state, observation, reading, rule)
        case Phase.CLEARING:
            return _from_clearing(state, observation, reading, rule)


def _see(state: State, observation: Observation) -> State:
    clock, clock_at = _run_clock(state, observation)
    return replace(
        state,
        judged_at=observation.at,
        value=observation.value,
        blocked=observation.blocked,
        frozen=False,
        override=observation.override,
        risen_at=observation.at if _begins_to_age(state, observation) else state.risen_at,
        clock=clock,
        clock_at=clock_at,
    )


def _begins_to_age(state: State, observation: Observation) -> bool:
    """Like every clock, that of `expires` counts from a judgement that ticks."""
    return state.risen_at is None and state.level is not None and observation.ticks


def _freeze(state: State, observation: Observation) -> State:
    clock_at = observation.at if state.phase.is_timed and observation.ticks else state.clock_at
    return replace(
        state,
        judged_at=observation.at,
        value=None if state.phase is Phase.IDLE else state.value,
        blocked=observation.blocked,
        frozen=True,
        clock_at=clock_at,
        risen_at=_age_without(state, observation),
    )


def _age_without(state: State, observation: Observation) -> datetime | None:
    """From when `expires` counts, moved on by what passed since the last judgement: the unknown ages nothing."""
    if state.risen_at is None or state.judged_at is None or not observation.ticks:
        return state.risen_at
    passed = _DAY if observation.counts_midnights else observation.at - state.judged_at
    return aging_since(state.risen_at, state) + passed


def _run_clock(state: State, observation: Observation) -> tuple[timedelta, datetime | None]:
    if not state.phase.is_timed or not observation.ticks:
        return state.clock, state.clock_at
    if state.clock_at is None:
        return state.clock, observation.at
    elapsed = observation.at - state.clock_at
    if observation.counts_midnights:
        elapsed = timedelta(days=round(elapsed / _DAY))
    return state.clock + elapsed, observation.at


def _passed(state: State, at: datetime) -> timedelta:
    """What the clock shows now, when it has not been settled since `clock_at`."""
    return state.clock if state.clock_at is None else state.clock + (at - state.clock_at)


def _from_idle(state: State, observation: Observation, reading: Reading, rule: Rule) -> Moved:
    if reading.reached is None or observation.blocked is not None or not observation.may_rise:
        return state, ()
    if not rule.hold and _may_open(state, observation):
        return _open(state, observation, reading.reached, reading.reason)
    after = replace(
        state,
        phase=Phase.PENDING,
        since=observation.at,
        clock=timedelta(0),
        clock_at=observation.at if observation.ticks else None,
    )
    return after, (transition(state, after, Step.STARTED, reading.reason, observation.at, observation.value),)


def _from_pending(state: State, observation: Observation, reading: Reading, rule: Rule) -> Moved:
    if reading.kept is None and observation.settles:
        return _drop(state, observation, reading.reason)
    ripe = observation.may_rise and _passed(state, observation.at) >= rule.hold and _may_open(state, observation)
    if reading.reached is not None and ripe:
        return _open(state, observation, reading.reached, reading.reason)
    return state, ()


def _from_open(state: State, observation: Observation, reading: Reading, rule: Rule) -> Moved:
    if reading.reached is not None and _level(state) < reading.reached:
        may_rise = observation.may_rise and observation.blocked is None
        return _raise(state, observation, reading.reached, reading.reason) if may_rise else (state, ())
    if not observation.settles:
        return state, ()
    if reading.kept is None:
        return _clear(state, observation, reading.reason, rule)
    if is_expired(state, observation.at, rule):
        return expire(state, observation)
    if reading.kept < _level(state) and _may_lower(state, observation):
        after = replace(state, level=reading.kept)
        return after, (transition(state, after, Step.LOWERED, reading.reason, observation.at, observation.value),)
    return state, ()


def _may_open(state: State, observation: Observation) -> bool:
    """A number without a window goes to and fro: what ended within a day opens again at midnight at the earliest."""
    lately = state.resolved_at is not None and observation.at - state.resolved_at < _DAY
    return observation.midnight or observation.windowed or not lately


def _may_lower(state: State, observation: Observation) -> bool:
    """So it is with levels: what rose within a day is lowered at midnight at the earliest."""
    lately = state.risen_at is not None and observation.at - state.risen_at < _DAY
    return observation.midnight or observation.windowed or not lately


def _from_clearing(state: State, observation: Observation, reading: Reading, rule: Rule) -> Moved:
    """Back over the lowest exit the episode goes on, and its level is judged at once."""
    if reading.kept is None:
        over = observation.settles and state.clock >= rule.clear_after
        return resolve(state, observation.at, reading.reason, observation.value) if over else (state, ())
    if not observation.may_rise:
        return state, ()
    returned = replace(state, phase=Phase.OPEN, clock=timedelta(0), clock_at=None, calm_since=None)
    first = transition(state, returned, Step.RETURNED, reading.reason, observation.at, observation.value)
    after, more = _from_open(returned, observation, reading, rule)
    return after, (first, *more)


def _drop(state: State, observation: Observation, reason: Reason) -> Moved:
    after = calm(state)
    return after, (transition(state, after, Step.DROPPED, reason, observation.at, observation.value),)


def _open(state: State, observation: Observation, level: Level, reason: Reason) -> Moved:
    # Nobody heard that a held resolve was one: what was told before still stands.
    told = state if state.held is Held.RESOLVE else State()
    after = replace(
        state,
        phase=Phase.OPEN,
        level=level,
        since=state.since or observation.at,
        clock=timedelta(0),
        clock_at=None,
        episode=state.episode + 1,
        opened_at=observation.at,
        calm_since=None,
        resolved_at=None,
        told_at=told.told_at,
        told_level=told.told_level,
        reminded_at=told.reminded_at,
        answer=None if state.snoozed_until is None else state.answer,
        risen_at=observation.at if observation.ticks else None,
        quiet_level=None,
        quiet_until=None,
        held=None,
    )
    after = disturb(after, level)
    return after, (transition(state, after, Step.OPENED, reason, observation.at, observation.value),)


def _raise(state: State, observation: Observation, level: Level, reason: Reason) -> Moved:
    after = replace(state, level=level, risen_at=observation.at if observation.ticks else None)
    if state.acknowledged is not None and level > state.acknowledged:
        after = replace(after, acknowledged=None, acknowledged_at=None)
    after = disturb(after, level)
    return after, (transition(state, after, Step.RAISED, reason, observation.at, observation.value),)


def _clear(state: State, observation: Observation, reason: Reason, rule: Rule) -> Moved:
    begun = observation.at if observation.ticks else None
    calm = replace(state, clock=timedelta(0), clock_at=begun, calm_since=observation.at)
    if not rule.clear_after:
        return resolve(calm, observation.at, reason, observation.value)
    after = replace(calm, phase=Phase.CLEARING)
    return after, (transition(state, after, Step.CLEARING, reason, observation.at, observation.value),)


def _level(state: State) -> Level:
    """The level of an open alert."""
    if state.level is None:
        raise ValueError(f"an alert that is {state.phase} has no level")
    return state.level
