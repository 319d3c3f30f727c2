"""What holds of every alert, whatever it sees."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from written import signal

from rules.judging.answering import acknowledge
from rules.judging.lapsing import aging_since
from rules.judging.lifecycle import (
    Block,
    Observation,
    Phase,
    Reason,
    State,
    Step,
    Transition,
    close,
    stands_still,
    step,
)
from rules.rule import Direction, Level, Lines, Rule, Unknown

START = datetime(2026, 11, 2, tzinfo=UTC)
OVER = ((Level.WATCH, 10, 6), (Level.AMBER, 20, 16), (Level.RED, 30, 24))
UNDER = ((Level.WATCH, 30, 34), (Level.RED, 10, 16))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    direction = draw(st.sampled_from(Direction))
    lines = OVER if direction is Direction.ABOVE else UNDER
    return Rule(
        id="volume",
        title="Many tickets",
        signal=signal("tickets_28d"),
        direction=direction,
        levels=tuple((level, Lines(enter=Decimal(enter), exit=Decimal(leave))) for level, enter, leave in lines),
        hold=timedelta(hours=draw(st.sampled_from([0, 12, 24, 72]))),
        clear_after=timedelta(hours=draw(st.sampled_from([0, 12, 48]))),
        unknown=draw(st.sampled_from(Unknown)),
    )


@st.composite
def observations(draw: st.DrawFn) -> list[Observation]:
    windowed = draw(st.booleans())
    growing = draw(st.booleans())
    daily = draw(st.booleans())
    return [
        Observation(
            at=START + timedelta(hours=6 * place),
            midnight=place % 4 == 0,
            value=draw(st.none() | st.integers(0, 40).map(Decimal)),
            condition=draw(st.sampled_from([True, True, True, False, None])),
            blocked=draw(st.sampled_from([None, None, None, Block.GRACE, Block.HISTORY])),
            windowed=windowed,
            daily=daily,
            growing=growing,
        )
        for place in sorted(draw(st.sets(st.integers(0, 80), max_size=40)))
    ]


def live(seen: list[Observation], rule: Rule) -> tuple[list[State], list[Transition]]:
    """Every state from the first on, with a person who is told and answers now and then."""
    states, transitions = [State()], []
    for place, observation in enumerate(seen):
        state, more = step(states[-1], observation, rule)
        transitions.extend(more)
        if place % 5 == 4:
            state, more = acknowledge(state, observation.at)
            transitions.extend(more)
        if place % 3 == 2 and state.level is not None and state.told_at is None:
            state = replace(state, told_at=observation.at, told_level=state.level)
        states.append(state)
    return states, transitions


@given(rules(), observations())
def test_a_level_is_set_exactly_while_open_or_clearing(rule: Rule, seen: list[Observation]) -> None:
    for state in live(seen, rule)[0]:
        assert (state.level is not None) == (state.phase in (Phase.OPEN, Phase.CLEARING))
        assert (state.since is not None) == (state.phase is not Phase.IDLE)
        assert state.acknowledged is None or state.level is not None


@given(rules(), observations())
def test_an_episode_opens_once_and_resolves_at_most_once_and_only_then(rule: Rule, seen: list[Observation]) -> None:
    states, transitions = live(seen, rule)
    _, closing = close(states[-1], START + timedelta(days=30), Reason.RULE_REMOVED)
    opened: Counter[int] = Counter()
    resolved: Counter[int] = Counter()
    for transition in (*transitions, *closing):
        opened[transition.episode] += transition.step is Step.OPENED
        resolved[transition.episode] += transition.step is Step.RESOLVED
        assert resolved[transition.episode] <= opened[transition.episode] <= 1
    assert +opened == +resolved
    assert sum(opened.values()) == states[-1].episode


@given(rules(), observations())
def test_transitions_join_from_phase_to_phase_and_level_to_level(rule: Rule, seen: list[Observation]) -> None:
    states, transitions = live(seen, rule)
    phase, level = Phase.IDLE, None
    for transition in transitions:
        assert (transition.phase_before, transition.level_before) == (phase, level)
        phase, level = transition.phase_after, transition.level_after
    assert (states[-1].phase, states[-1].level) == (phase, level)


@given(rules(), observations())
def test_an_observation_seen_twice_changes_nothing(rule: Rule, seen: list[Observation]) -> None:
    state = State()
    for observation in seen:
        state, _ = step(state, observation, rule)
        assert step(state, observation, rule) == (state, ())


@given(rules(), observations())
def test_what_stands_still_is_moved_by_no_step_but_in_what_it_was_seen_at(rule: Rule, seen: list[Observation]) -> None:
    impatient = replace(rule, expires=timedelta(days=4))
    for before, met in zip(live(seen, impatient)[0], seen, strict=False):
        observation = met._replace(condition=True)
        if stands_still(before, met.at, met.value, override=met.override, rule=impatient):
            after, transitions = step(before, observation, impatient)
            expected = replace(before, judged_at=met.at, value=met.value, blocked=met.blocked)
            assert (after, transitions) == (expected, ())


def age(state: State) -> timedelta | None:
    """How old an alert is for `expires`, at its last judgement."""
    if state.risen_at is None or state.judged_at is None:
        return None
    return state.judged_at - aging_since(state.risen_at, state)


@given(rules(), observations())
def test_unknown_under_hold_opens_closes_and_ages_nothing(rule: Rule, seen: list[Observation]) -> None:
    holding = replace(rule, unknown=Unknown.HOLD)
    for before, observation in zip(live(seen, holding)[0], seen, strict=False):
        after, transitions = step(before, observation._replace(value=None, condition=True, blocked=None), holding)
        still = replace(after, judged_at=before.judged_at, clock_at=before.clock_at, blocked=before.blocked)
        value = before.value if before.phase is Phase.IDLE else after.value
        still = replace(still, frozen=before.frozen, value=value, risen_at=before.risen_at)
        assert (still, transitions) == (before, ())
        assert after.frozen
        assert observation.counts_midnights or age(after) == age(before)


@given(rules(), observations())
def test_a_clock_never_runs_faster_than_the_time_of_the_data(rule: Rule, seen: list[Observation]) -> None:
    for state in live(seen, rule)[0]:
        if state.clock_at is not None and state.since is not None:
            assert timedelta(0) <= state.clock <= state.clock_at - state.since
