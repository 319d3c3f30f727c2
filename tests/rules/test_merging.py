"""Two accounts become one: no alert is lost, nothing is told twice, and what people answered holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import signal

from rules.alert import Answer, Held, Observation, Phase, Reason, State, Step
from rules.facts import AccountId
from rules.judging.answering import acknowledge, dismiss, exempt, settle, snooze
from rules.judging.lifecycle import step
from rules.judging.merging import fuse, is_empty, merge, survivor_of
from rules.rule import Level, Lines, Rule

START = datetime(2026, 11, 2, tzinfo=UTC)
NOW = START + timedelta(days=30)
RULE = Rule(
    id="volume",
    title="Many tickets",
    signal=signal("tickets_28d"),
    levels=tuple(
        (level, Lines(enter=Decimal(enter), exit=Decimal(leave)))
        for level, enter, leave in ((Level.WATCH, 10, 6), (Level.AMBER, 20, 16), (Level.RED, 30, 24))
    ),
    hold=timedelta(days=2),
    clear_after=timedelta(days=5),
    expires=timedelta(days=20),
)
ORDER = (Phase.IDLE, Phase.PENDING, Phase.CLEARING, Phase.OPEN)
OWN = {"episode", "signal", "reach", "value", "blocked", "frozen", "override", "muted_by", "answer"}
"""What only the survivor knows of itself, and what the next judgement sees anew."""


def tell(state: State, at: datetime) -> State:
    """What a plan does with an alert that it tells."""
    if state.level is None or state.snoozed_until is not None:
        return state
    told_at = state.told_at if state.told_level is not None else at
    return replace(
        state, told_level=max(state.told_level or 0, state.level), told_at=told_at, reminded_at=at, woken=False
    )


ACTS = {
    "tell": tell,
    "hold": lambda state, _: replace(state, held=Held.BUDGET) if state.level and not state.told_level else state,
    "take": lambda state, at: acknowledge(state, at)[0],
    "done": lambda state, at: settle(state, at, Answer.TALKED)[0],
    "wrong": lambda state, at: dismiss(state, at, Answer.WRONG, at + timedelta(days=90))[0],
    "snooze": lambda state, at: snooze(state, at, at + timedelta(days=9))[0],
    "never": lambda state, at: exempt(state, at, at + timedelta(days=365))[0],
}


@st.composite
def states(draw: st.DrawFn) -> State:
    """A state that a life led to: values of some days, and now and then an answer or a plan."""
    state = State(signal="above tickets_28d", reach=1) if draw(st.booleans()) else State()
    days = draw(st.lists(st.tuples(st.none() | st.integers(0, 40), st.sampled_from(["", "tell", *ACTS])), max_size=14))
    first = 30 - len(days)
    for place, (value, act) in enumerate(days):
        at = START + timedelta(days=first + place)
        seen = Observation(at=at, midnight=True, value=None if value is None else Decimal(value))
        state, _ = step(state, seen, RULE)
        if act:
            state = ACTS[act](state, at)
    return replace(state, signal="above tickets_28d", reach=1) if days else state


def alike(one: State, other: State) -> bool:
    return replace(one, **{name: getattr(other, name) for name in OWN}) == other


def stands(state: State) -> bool:
    return state.level is not None


@given(states(), states())
def test_no_alert_is_lost_and_no_level_falls(survivor: State, loser: State) -> None:
    after = fuse(survivor, loser)
    assert ORDER.index(after.phase) == max(ORDER.index(survivor.phase), ORDER.index(loser.phase))
    assert (after.level or 0) == max(survivor.level or 0, loser.level or 0)
    assert stands(after) == (after.phase in (Phase.OPEN, Phase.CLEARING))
    assert (after.since is None) == (after.phase is Phase.IDLE)
    assert after.since == min((one.since for one in (survivor, loser) if one.since is not None), default=None)


@given(states(), states())
def test_a_merge_changes_nothing_the_second_time(survivor: State, loser: State) -> None:
    once = fuse(survivor, loser)
    assert fuse(once, loser) == once
    assert fuse(once, State(episode=loser.episode)) == once
    assert fuse(survivor, State()) == survivor


@given(states(), states())
def test_which_of_two_survives_makes_no_difference_where_alerts_stand(one: State, other: State) -> None:
    exempted = Answer.EXEMPT in (one.answer, other.answer)
    if (stands(one) or stands(other)) and not exempted:
        assert alike(fuse(one, other), fuse(other, one))


@given(states(), states())
def test_what_is_told_stays_told_and_what_was_not_is_not(survivor: State, loser: State) -> None:
    after = fuse(survivor, loser)
    told = [one.told_level or 0 for one in (survivor, loser) if stands(one)]
    if told:
        assert (after.told_level or 0) == max(told)
        assert after.told_at == max(
            (one.told_at for one in (survivor, loser) if stands(one) and one.told_at), default=None
        )


@given(states(), states())
def test_the_worst_stays_acknowledged_only_where_everything_at_its_level_was(survivor: State, loser: State) -> None:
    after = fuse(survivor, loser)
    worst = [one for one in (survivor, loser) if stands(one) and one.level is after.level]
    answered = bool(worst) and all((one.acknowledged or 0) >= (one.level or 0) for one in worst)
    assert (after.acknowledged is not None) == answered
    assert after.acknowledged is None or (after.level is not None and after.acknowledged >= after.level)


@given(states(), states())
def test_an_alert_of_which_nobody_spoke_is_not_silenced_by_a_merge(survivor: State, loser: State) -> None:
    after = fuse(survivor, loser)
    loud = any(stands(one) and one.snoozed_until is None for one in (survivor, loser))
    if loud and survivor.answer is not Answer.EXEMPT:
        assert after.snoozed_until is None
    if stands(after):
        assert after.quiet_level is None


@given(states(), states())
def test_what_people_said_holds_where_nobody_is_to_hear_of_anything(survivor: State, loser: State) -> None:
    after = fuse(survivor, loser)
    both = (survivor, loser)
    if all(one.phase is Phase.IDLE for one in both):
        assert after.snoozed_until == max((one.snoozed_until for one in both if one.snoozed_until), default=None)
        assert (after.quiet_level or 0) == max(one.quiet_level or 0 for one in both)
    if all(one.snoozed_until is not None for one in both):
        assert after.snoozed_until is not None


@given(states(), states())
def test_a_clock_to_open_is_not_set_back_and_one_to_resolve_not_forward(survivor: State, loser: State) -> None:
    after = fuse(survivor, loser)
    if after.phase in (Phase.PENDING, Phase.CLEARING):
        passed = [
            one.clock + (NOW - one.clock_at) for one in (survivor, loser) if one.phase is after.phase and one.clock_at
        ]
        chosen = max(passed) if after.phase is Phase.PENDING else min(passed)
        assert after.clock_at is not None
        assert after.clock + (NOW - after.clock_at) == chosen


@given(states(), states())
def test_an_alert_that_comes_begins_an_episode_and_numbers_never_go_back(survivor: State, loser: State) -> None:
    merged = merge({"volume": survivor}, {"volume": loser}, NOW)
    after = merged.survivor["volume"]
    begins = stands(loser) and not stands(survivor)
    assert after.episode == (max(survivor.episode + 1, loser.episode) if begins else survivor.episode)
    assert merged.loser["volume"] == State(episode=loser.episode)
    for _, change in merged.taken:
        assert (change.step, change.reason, change.episode) == (Step.MOVED, Reason.MERGED, after.episode)
        assert (change.phase_before, change.phase_after) == (survivor.phase, after.phase)
    ended = [change.step for _, change in merged.given]
    assert ended == [Step.RESOLVED] * stands(loser) + [Step.DROPPED] * (loser.phase is Phase.PENDING)
    assert all(change.reason is Reason.MERGED for _, change in merged.given)


@given(states(), states(), states())
def test_of_three_that_become_one_the_order_loses_nothing(one: State, two: State, three: State) -> None:
    first, last = fuse(fuse(one, two), three), fuse(fuse(one, three), two)
    for name in ("phase", "level", "since", "told_level", "acknowledged", "clock_at", "opened_at"):
        if stands(first) or name in ("phase", "level", "since"):
            assert getattr(first, name) == getattr(last, name), name


def standing(level: Level = Level.AMBER, **changes: object) -> State:
    opened = START + timedelta(days=10)
    state = State(
        phase=Phase.OPEN,
        level=level,
        since=opened,
        opened_at=opened,
        episode=1,
        told_level=level,
        told_at=opened,
        signal="above",
        judged_at=NOW,
    )
    return replace(state, **changes)  # type: ignore[arg-type]


CALM = State(signal="above", judged_at=NOW, episode=4, resolved_at=START, told_level=Level.AMBER)


def test_an_answered_alert_beside_one_that_nobody_answered_waits_for_an_answer() -> None:
    known = standing(acknowledged=Level.AMBER, acknowledged_at=NOW, answer=Answer.TALKED)
    assert fuse(known, standing()).acknowledged is None
    assert fuse(standing(Level.WATCH), known).acknowledged is Level.AMBER
    assert fuse(standing(Level.RED), known).acknowledged is None
    assert fuse(standing(Level.RED), known).answer is Answer.TALKED


def test_an_alert_on_hold_comes_to_a_calm_account_on_hold() -> None:
    held = snooze(standing(), NOW, NOW + timedelta(days=30))[0]
    after = fuse(CALM, held)
    assert (after.phase, after.snoozed_until, after.answer) == (Phase.OPEN, held.snoozed_until, Answer.SNOOZED)
    assert (after.episode, after.resolved_at) == (5, None)


def test_what_was_called_wrong_does_not_come_back_on_the_survivor() -> None:
    wrong = dismiss(standing(), NOW, Answer.WRONG_NUMBERS, NOW + timedelta(days=90))[0]
    after = fuse(CALM, wrong)
    assert (after.phase, after.quiet_level, after.quiet_until) == (Phase.IDLE, Level.AMBER, wrong.quiet_until)
    assert (after.episode, after.told_level, after.resolved_at) == (CALM.episode, CALM.told_level, CALM.resolved_at)
    pending = replace(CALM, phase=Phase.PENDING, since=NOW)
    assert fuse(pending, wrong).quiet_level is None


def test_a_rule_that_is_not_for_the_survivor_is_not_for_it_whatever_comes() -> None:
    never = exempt(CALM, NOW, NOW + timedelta(days=365))[0]
    after = fuse(never, standing(Level.RED))
    assert (after.phase, after.snoozed_until, after.snoozed_level) == (Phase.OPEN, never.snoozed_until, Level.RED)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (None, Held.BUDGET, None),
        (Held.BUDGET, Held.BUDGET, Held.BUDGET),
        (Held.BUDGET, Held.BRAKE, Held.BRAKE),
    ],
)
def test_the_guard_holds_what_it_held_on_both(one: Held | None, other: Held | None, both: Held | None) -> None:
    assert fuse(standing(held=one), standing(held=other)).held is both
    assert fuse(CALM, standing(held=other)).held is other


def test_marks_that_wait_to_be_taken_away_wait_on_the_survivor() -> None:
    waits = replace(CALM, held=Held.RESOLVE, told_level=Level.RED, episode=2)
    after = fuse(State(signal="above"), waits)
    assert (after.held, after.told_level) == (Held.RESOLVE, Level.RED)


def test_a_survivor_that_was_never_judged_looks_back_unless_an_alert_comes() -> None:
    pending = replace(CALM, phase=Phase.PENDING, since=NOW)
    assert (fuse(State(), pending).signal, fuse(State(), pending).reach) == ("", None)
    assert fuse(State(), standing()).signal == "above"


def test_rules_of_only_one_account_are_moved_or_stay() -> None:
    merged = merge({"a": CALM}, {"b": standing()}, NOW)
    assert merged.survivor["a"] == CALM
    assert merged.survivor["b"].phase is Phase.OPEN
    assert is_empty(merged.loser.values())
    again = merge(merged.survivor, merged.loser, NOW)
    assert (again.survivor, again.taken, again.given) == (merged.survivor, (), ())


def test_a_chain_of_merges_leads_to_its_end_and_a_ring_to_none_of_its_beginning() -> None:
    one, two, three = (AccountId(name) for name in ("1", "2", "3"))
    assert survivor_of(one, {one: two, two: three}) == three
    assert survivor_of(three, {one: two, two: three}) is None
    assert survivor_of(one, {one: two, two: one}) == two
