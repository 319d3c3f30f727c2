"""Every cell of the alert's table: what each phase makes of each event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from written import signal

from rules.days import Calendar
from rules.facts import Day
from rules.judging.answering import acknowledge
from rules.judging.lifecycle import Block, Held, Observation, Phase, Reason, State, Step, close, step
from rules.rule import Direction, Level, Lines, Rule, Unknown

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
TUESDAY = MONDAY + DAY
LINES = (
    (Level.WATCH, Lines(enter=Decimal(10), exit=Decimal(6))),
    (Level.AMBER, Lines(enter=Decimal(20), exit=Decimal(16))),
    (Level.RED, Lines(enter=Decimal(30), exit=Decimal(24))),
)
RULE = Rule(
    id="volume",
    title="Many tickets",
    signal=signal("tickets_28d"),
    levels=LINES,
    hold=2 * DAY,
    clear_after=3 * DAY,
)
AT_ONCE = replace(RULE, hold=timedelta(0), clear_after=timedelta(0))

CALM, BETWEEN, WATCH, UNDER_AMBER, AMBER, UNDER_RED, RED = (Decimal(n) for n in (5, 7, 12, 14, 20, 22, 30))

IDLE = State(judged_at=MONDAY)
PENDING = State(phase=Phase.PENDING, since=MONDAY, clock_at=MONDAY, judged_at=MONDAY)
OPEN = State(phase=Phase.OPEN, level=Level.AMBER, since=MONDAY, episode=1, opened_at=MONDAY, judged_at=MONDAY)
CLEARING = replace(OPEN, phase=Phase.CLEARING, clock_at=MONDAY, calm_since=MONDAY)


def night(value: Decimal | None, at: datetime = TUESDAY) -> Observation:
    return Observation(at=at, midnight=True, value=value)


def noon(value: Decimal | None, at: datetime = MONDAY + DAY / 2) -> Observation:
    return Observation(at=at, midnight=False, value=value)


def ripe(state: State) -> State:
    return replace(state, clock=30 * DAY)


def nights(rule: Rule, *values: int | None, state: State | None = None) -> State:
    """The state after one midnight for each value, from Tuesday on."""
    for count, value in enumerate(values, start=1):
        state, _ = step(state, night(None if value is None else Decimal(value), MONDAY + count * DAY), rule)
    assert state is not None
    return state


@pytest.mark.parametrize(
    ("before", "value", "phase", "level", "steps"),
    [
        # At or over an enter.
        (IDLE, WATCH, Phase.PENDING, None, [Step.STARTED]),
        (IDLE, Decimal(10), Phase.PENDING, None, [Step.STARTED]),
        (PENDING, AMBER, Phase.PENDING, None, []),
        (ripe(PENDING), AMBER, Phase.OPEN, Level.AMBER, [Step.OPENED]),
        (ripe(PENDING), RED, Phase.OPEN, Level.RED, [Step.OPENED]),
        (OPEN, AMBER, Phase.OPEN, Level.AMBER, []),
        (OPEN, RED, Phase.OPEN, Level.RED, [Step.RAISED]),
        (CLEARING, AMBER, Phase.OPEN, Level.AMBER, [Step.RETURNED]),
        (CLEARING, RED, Phase.OPEN, Level.RED, [Step.RETURNED, Step.RAISED]),
        # Between the lowest exit and the lowest enter.
        (IDLE, BETWEEN, Phase.IDLE, None, []),
        (PENDING, BETWEEN, Phase.PENDING, None, []),
        (ripe(PENDING), BETWEEN, Phase.PENDING, None, []),
        (replace(OPEN, level=Level.WATCH), BETWEEN, Phase.OPEN, Level.WATCH, []),
        (replace(CLEARING, level=Level.WATCH), Decimal(6), Phase.OPEN, Level.WATCH, [Step.RETURNED]),
        # Between the level's own exit and enter.
        (OPEN, Decimal(16), Phase.OPEN, Level.AMBER, []),
        # Under the level's exit, over a lower level's exit.
        (OPEN, UNDER_AMBER, Phase.OPEN, Level.WATCH, [Step.LOWERED]),
        (replace(OPEN, level=Level.RED), UNDER_RED, Phase.OPEN, Level.AMBER, [Step.LOWERED]),
        (replace(OPEN, level=Level.RED), BETWEEN, Phase.OPEN, Level.WATCH, [Step.LOWERED]),
        (CLEARING, UNDER_AMBER, Phase.OPEN, Level.WATCH, [Step.RETURNED, Step.LOWERED]),
        # Under the lowest exit.
        (IDLE, CALM, Phase.IDLE, None, []),
        (ripe(PENDING), CALM, Phase.IDLE, None, [Step.DROPPED]),
        (OPEN, CALM, Phase.CLEARING, Level.AMBER, [Step.CLEARING]),
        (CLEARING, CALM, Phase.CLEARING, Level.AMBER, []),
        (ripe(CLEARING), CALM, Phase.IDLE, None, [Step.RESOLVED]),
        # Unknown under `hold`.
        (IDLE, None, Phase.IDLE, None, []),
        (ripe(PENDING), None, Phase.PENDING, None, []),
        (OPEN, None, Phase.OPEN, Level.AMBER, []),
        (ripe(CLEARING), None, Phase.CLEARING, Level.AMBER, []),
    ],
)
def test_each_phase_takes_each_value_at_a_midnight_as_the_table_says(
    before: State, value: Decimal | None, phase: Phase, level: Level | None, steps: list[Step]
) -> None:
    after, transitions = step(before, night(value), RULE)
    assert (after.phase, after.level) == (phase, level)
    assert [transition.step for transition in transitions] == steps
    assert all(transition.at == TUESDAY and transition.reason is Reason.VALUE for transition in transitions)


@pytest.mark.parametrize(
    ("before", "value", "phase", "level"),
    [
        (IDLE, AMBER, Phase.PENDING, None),
        (ripe(PENDING), AMBER, Phase.OPEN, Level.AMBER),
        (OPEN, RED, Phase.OPEN, Level.RED),
        (CLEARING, BETWEEN, Phase.OPEN, Level.AMBER),
        (ripe(PENDING), CALM, Phase.PENDING, None),
        (OPEN, UNDER_AMBER, Phase.OPEN, Level.AMBER),
        (OPEN, CALM, Phase.OPEN, Level.AMBER),
        (ripe(CLEARING), CALM, Phase.CLEARING, Level.AMBER),
    ],
)
def test_between_midnights_phases_and_levels_rise_but_never_fall(
    before: State, value: Decimal, phase: Phase, level: Level | None
) -> None:
    after, _ = step(before, noon(value), RULE)
    assert (after.phase, after.level) == (phase, level)


@pytest.mark.parametrize(
    ("before", "value", "phase"),
    [(ripe(PENDING), CALM, Phase.IDLE), (OPEN, CALM, Phase.CLEARING), (ripe(CLEARING), CALM, Phase.IDLE)],
)
def test_a_signal_without_a_window_falls_at_once(before: State, value: Decimal, phase: Phase) -> None:
    after, _ = step(before, noon(value)._replace(windowed=False), RULE)
    assert after.phase is phase


def daily(value: Decimal, at: datetime) -> Observation:
    """What moves with the calendar day and counts none."""
    return Observation(at=at, midnight=at.hour == 0, value=value, windowed=False, daily=True)


def test_what_moves_with_the_day_rises_and_falls_at_once_and_its_clocks_count_midnights() -> None:
    pending, _ = step(IDLE, daily(RED, MONDAY + DAY / 2), RULE)
    assert (pending.phase, pending.clock_at) == (Phase.PENDING, None)
    opened, _ = step(ripe(pending), daily(RED, TUESDAY), RULE)
    assert (opened.phase, opened.risen_at) == (Phase.OPEN, TUESDAY)
    clearing, _ = step(opened, daily(CALM, TUESDAY + DAY / 2), RULE)
    assert (clearing.phase, clearing.calm_since) == (Phase.CLEARING, TUESDAY + DAY / 2)
    state = clearing
    for days in (1, 1.5, 2, 2.5, 3, 3.5):
        state, _ = step(state, daily(CALM, TUESDAY + days * DAY), RULE)
    assert (state.phase, state.clock) == (Phase.CLEARING, 2 * DAY)
    assert step(state, daily(CALM, TUESDAY + 4 * DAY), RULE)[0].phase is Phase.IDLE


def moving(value: Decimal, hours: int) -> Observation:
    """A number without a window, so many hours after midnight."""
    return noon(value, MONDAY + timedelta(hours=hours))._replace(windowed=False)


def test_what_goes_to_and_fro_within_a_day_ends_at_once_and_opens_again_at_midnight() -> None:
    state, _ = step(IDLE, moving(RED, 9), AT_ONCE)
    assert state.level is Level.RED
    for hour, value, phase in ((10, CALM, Phase.IDLE), (11, RED, Phase.PENDING), (12, RED, Phase.PENDING)):
        state, _ = step(state, moving(value, hour), AT_ONCE)
        assert state.phase is phase
    assert step(state, moving(CALM, 13), AT_ONCE)[0].phase is Phase.IDLE
    again, _ = step(state, night(RED)._replace(windowed=False), AT_ONCE)
    assert (again.phase, again.episode) == (Phase.OPEN, 2)


def test_what_ended_a_day_ago_opens_at_once() -> None:
    ended = replace(IDLE, episode=1, resolved_at=MONDAY - DAY)
    assert step(ended, moving(RED, 9), AT_ONCE)[0].phase is Phase.OPEN


def test_a_level_that_rose_within_a_day_is_lowered_at_midnight() -> None:
    risen, _ = step(OPEN, moving(RED, 9), RULE)
    waiting, _ = step(risen, moving(UNDER_RED, 10), RULE)
    assert (risen.level, waiting.level) == (Level.RED, Level.RED)
    assert step(waiting, night(UNDER_RED)._replace(windowed=False), RULE)[0].level is Level.AMBER
    assert step(replace(OPEN, risen_at=MONDAY - DAY), moving(UNDER_AMBER, 10), RULE)[0].level is Level.WATCH


@pytest.mark.parametrize("before", [IDLE, ripe(PENDING), OPEN, CLEARING])
def test_a_value_that_may_still_turn_back_today_waits_for_midnight(before: State) -> None:
    after, transitions = step(before, noon(RED)._replace(growing=False), RULE)
    assert (after.phase, after.level, transitions) == (before.phase, before.level, ())


def test_without_a_hold_it_opens_at_the_first_judgement() -> None:
    after, transitions = step(IDLE, noon(RED), AT_ONCE)
    assert (after.phase, after.level, after.since) == (Phase.OPEN, Level.RED, noon(RED).at)
    assert [transition.step for transition in transitions] == [Step.OPENED]


def test_without_a_clear_after_it_resolves_at_the_first_midnight_under_the_line() -> None:
    after, transitions = step(OPEN, night(CALM), AT_ONCE)
    assert (after.phase, after.level, after.resolved_at) == (Phase.IDLE, None, TUESDAY)
    assert [transition.step for transition in transitions] == [Step.RESOLVED]


@pytest.mark.parametrize("block", list(Block))
@pytest.mark.parametrize(
    ("before", "value", "phase", "level"),
    [
        (IDLE, RED, Phase.IDLE, None),
        (ripe(PENDING), RED, Phase.IDLE, None),
        (PENDING, None, Phase.IDLE, None),
        (OPEN, RED, Phase.OPEN, Level.AMBER),
        (OPEN, CALM, Phase.CLEARING, Level.AMBER),
        (CLEARING, CALM, Phase.CLEARING, Level.AMBER),
        (ripe(CLEARING), CALM, Phase.IDLE, None),
    ],
)
def test_grace_and_history_keep_a_rule_from_opening_and_never_from_closing(
    before: State, value: Decimal | None, phase: Phase, level: Level | None, block: Block
) -> None:
    after, _ = step(before, night(value)._replace(blocked=block), RULE)
    assert (after.phase, after.level, after.blocked) == (phase, level, block)


def test_what_was_blocked_holds_in_full_once_it_may_open() -> None:
    state, _ = step(None, night(RED)._replace(blocked=Block.GRACE), RULE)
    state = nights(RULE, 30, 30, 30, state=replace(state, judged_at=MONDAY))
    assert (state.phase, state.since, state.blocked) == (Phase.OPEN, TUESDAY, None)


@pytest.mark.parametrize(
    ("before", "phase"), [(ripe(PENDING), Phase.IDLE), (OPEN, Phase.CLEARING), (ripe(CLEARING), Phase.IDLE)]
)
def test_a_false_condition_counts_as_under_the_line(before: State, phase: Phase) -> None:
    after, transitions = step(before, night(RED)._replace(condition=False), RULE)
    assert after.phase is phase
    assert transitions[-1].reason is Reason.CONDITION


def test_an_unknown_condition_follows_what_the_rule_says_of_unknown() -> None:
    seen = night(CALM)._replace(condition=None)
    assert step(OPEN, seen, RULE)[0].frozen
    assert step(OPEN, seen, replace(RULE, unknown=Unknown.CLEAR))[0].phase is Phase.CLEARING
    assert step(CLEARING, seen, replace(RULE, unknown=Unknown.ALERT))[0].phase is Phase.OPEN


def test_an_unknown_value_that_alerts_opens_the_lowest_level_and_lowers_none() -> None:
    rule = replace(AT_ONCE, unknown=Unknown.ALERT)
    opened, transitions = step(IDLE, night(None), rule)
    assert (opened.level, transitions[0].reason) == (Level.WATCH, Reason.UNKNOWN)
    assert step(OPEN, night(None), rule)[0].level is Level.AMBER


def test_clocks_stop_while_the_value_is_unknown() -> None:
    state = nights(RULE, 20, None, None, 20)
    assert (state.phase, state.clock, state.frozen) == (Phase.PENDING, DAY, False)
    assert nights(RULE, 20, None, None).frozen
    assert nights(RULE, 20, None, None, 20, 20).phase is Phase.OPEN


def test_an_unknown_value_keeps_the_last_known_one_of_what_is_over_a_line() -> None:
    assert nights(RULE, 20, None).value == 20
    assert nights(RULE, 5, None).value is None


def test_it_opens_when_the_hold_is_over_and_says_since_when() -> None:
    state = nights(RULE, 5, 12, 7, 20)
    assert (state.phase, state.level, state.episode) == (Phase.OPEN, Level.AMBER, 1)
    assert (state.since, state.opened_at) == (MONDAY + 2 * DAY, MONDAY + 4 * DAY)


def test_it_resolves_when_it_was_calm_for_clear_after_and_says_since_when() -> None:
    state = nights(RULE, 20, 20, 20, 5, 5, 5, 5)
    assert (state.phase, state.level, state.since, state.episode) == (Phase.IDLE, None, None, 1)
    assert (state.calm_since, state.resolved_at) == (MONDAY + 4 * DAY, MONDAY + 7 * DAY)


def test_coming_back_over_the_exit_starts_the_calm_time_anew() -> None:
    state = nights(RULE, 20, 20, 20, 5, 5, 5, 7, 5, 5, 5)
    assert (state.phase, state.clock, state.episode) == (Phase.CLEARING, 2 * DAY, 1)


def test_a_second_episode_has_the_next_number_and_was_never_told() -> None:
    first = replace(nights(AT_ONCE, 20), told_at=TUESDAY, told_level=Level.AMBER)
    calm, _ = step(first, night(CALM, TUESDAY + DAY), AT_ONCE)
    second, _ = step(calm, night(RED, TUESDAY + 2 * DAY), AT_ONCE)
    assert calm.told_at == TUESDAY
    assert (second.episode, second.told_at, second.told_level) == (2, None, None)


def test_clocks_run_in_full_over_a_gap() -> None:
    assert step(PENDING, night(AMBER, MONDAY + 9 * DAY), RULE)[0].phase is Phase.OPEN


def test_a_stretch_that_begins_by_day_counts_from_the_next_midnight() -> None:
    state, _ = step(IDLE, noon(AMBER), RULE)
    for hours in (24, 48, 71):
        at = MONDAY + timedelta(hours=hours)
        state, _ = step(state, night(AMBER, at)._replace(midnight=hours % 24 == 0), RULE)
    assert (state.phase, state.since) == (Phase.PENDING, noon(AMBER).at)
    assert step(state, night(AMBER, MONDAY + 3 * DAY), RULE)[0].phase is Phase.OPEN


@pytest.mark.parametrize("first", [datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)])
def test_a_day_of_23_or_25_hours_is_a_day(first: datetime) -> None:
    calendar = Calendar(ZoneInfo("Europe/Rome"))
    state: State | None = None
    phases = []
    for day in range(calendar.today(first), calendar.today(first) + 4):
        state, _ = step(state, night(RED, calendar.midnight(Day(day + 1))), replace(RULE, hold=3 * DAY))
        phases.append(state.phase)
    assert phases == [Phase.PENDING] * 3 + [Phase.OPEN]


def test_a_rule_below_its_lines_mirrors_one_above() -> None:
    below = replace(
        RULE,
        direction=Direction.BELOW,
        levels=((Level.WATCH, Lines(enter=Decimal(10), exit=Decimal(14))),),
        hold=timedelta(0),
    )
    assert step(IDLE, night(Decimal(10)), below)[0].level is Level.WATCH
    opened = nights(below, 10)
    assert step(opened, night(Decimal(14), TUESDAY + DAY), below)[0].phase is Phase.OPEN
    assert step(opened, night(Decimal(15), TUESDAY + DAY), below)[0].phase is Phase.CLEARING


@pytest.mark.parametrize("before", [IDLE, PENDING])
def test_answering_where_nothing_is_open_changes_nothing(before: State) -> None:
    assert acknowledge(before, TUESDAY) == (before, ())


@pytest.mark.parametrize("before", [OPEN, CLEARING])
def test_an_answer_acknowledges_the_level(before: State) -> None:
    after, transitions = acknowledge(before, TUESDAY)
    assert (after.acknowledged, after.acknowledged_at, after.phase) == (Level.AMBER, TUESDAY, before.phase)
    assert [(one.step, one.reason) for one in transitions] == [(Step.ACKNOWLEDGED, Reason.ANSWER)]
    assert acknowledge(after, TUESDAY + DAY) == (after, ())


def test_an_answer_stays_at_the_highest_level_it_was_given_at() -> None:
    lowered = replace(OPEN, level=Level.WATCH, acknowledged=Level.RED)
    assert acknowledge(lowered, TUESDAY) == (lowered, ())


def test_an_acknowledgement_is_dropped_only_by_a_level_above_it() -> None:
    known, _ = acknowledge(OPEN, MONDAY)
    lowered, _ = step(known, night(UNDER_AMBER), RULE)
    back, _ = step(lowered, night(AMBER, TUESDAY + DAY), RULE)
    risen, _ = step(back, night(RED, TUESDAY + 2 * DAY), RULE)
    assert (back.level, back.acknowledged) == (Level.AMBER, Level.AMBER)
    assert (risen.level, risen.acknowledged, risen.acknowledged_at) == (Level.RED, None, None)


def test_an_acknowledgement_ends_with_its_episode() -> None:
    known, _ = acknowledge(OPEN, MONDAY)
    assert step(known, night(CALM), AT_ONCE)[0].acknowledged is None


def test_what_the_guard_holds_moves_on_and_is_free_when_it_resolves() -> None:
    held = replace(OPEN, held=Held.BRAKE)
    risen, _ = step(held, night(RED), RULE)
    assert (risen.level, risen.held) == (Level.RED, Held.BRAKE)
    assert step(held, night(CALM), AT_ONCE)[0].held is None


def test_what_opens_again_while_its_resolve_is_held_was_already_told() -> None:
    told = replace(OPEN, told_at=MONDAY, told_level=Level.AMBER)
    resolved, _ = step(told, night(CALM), AT_ONCE)
    back, _ = step(replace(resolved, held=Held.RESOLVE), night(AMBER, TUESDAY + DAY), AT_ONCE)
    assert (back.episode, back.held, back.told_at, back.told_level) == (2, None, MONDAY, Level.AMBER)


@pytest.mark.parametrize("reason", [Reason.RULE_REMOVED, Reason.ACCOUNT_GONE])
def test_a_removed_rule_or_account_resolves_what_is_open_and_drops_the_rest(reason: Reason) -> None:
    for before in (OPEN, CLEARING):
        after, transitions = close(before, TUESDAY, reason)
        assert (after.phase, after.level, after.resolved_at) == (Phase.IDLE, None, TUESDAY)
        assert [(one.step, one.reason) for one in transitions] == [(Step.RESOLVED, reason)]
    after, transitions = close(PENDING, TUESDAY, reason)
    assert (after.phase, [one.step for one in transitions]) == (Phase.IDLE, [Step.DROPPED])
    assert close(IDLE, TUESDAY, reason) == (IDLE, ())


@pytest.mark.parametrize(
    ("before", "enter", "leave", "phase", "level"),
    [
        (IDLE, 30, 25, Phase.IDLE, None),
        (PENDING, 30, 15, Phase.PENDING, None),
        (OPEN, 30, 15, Phase.OPEN, Level.AMBER),
        (OPEN, 40, 30, Phase.CLEARING, Level.AMBER),
        (OPEN, 10, 8, Phase.OPEN, Level.AMBER),
        (CLEARING, 40, 30, Phase.CLEARING, Level.AMBER),
        (CLEARING, 30, 15, Phase.OPEN, Level.AMBER),
        (CLEARING, 10, 8, Phase.OPEN, Level.AMBER),
    ],
)
def test_edited_lines_judge_the_level_that_stands(
    before: State, enter: int, leave: int, phase: Phase, level: Level | None
) -> None:
    edited = replace(RULE, levels=((Level.AMBER, Lines(enter=Decimal(enter), exit=Decimal(leave))),))
    after, transitions = step(before, night(Decimal(20)), edited)
    assert (after.phase, after.level, after.episode) == (phase, level, before.episode)
    assert Step.OPENED not in {transition.step for transition in transitions}


@pytest.mark.parametrize(("left", "level"), [(Level.WATCH, Level.WATCH), (Level.RED, Level.AMBER)])
def test_a_level_that_was_edited_away_lowers_or_stays(left: Level, level: Level) -> None:
    edited = replace(RULE, levels=((left, Lines(enter=Decimal(25), exit=Decimal(15))),))
    assert step(OPEN, night(Decimal(20)), edited)[0].level is level


def test_an_edited_hold_keeps_the_clock() -> None:
    waiting = nights(RULE, 20, 20)
    assert step(waiting, night(AMBER, MONDAY + 3 * DAY), replace(RULE, hold=5 * DAY))[0].clock == 2 * DAY
    assert step(waiting, noon(AMBER, MONDAY + 2.5 * DAY), replace(RULE, hold=DAY))[0].phase is Phase.OPEN


@pytest.mark.parametrize("before", [IDLE, PENDING, OPEN, CLEARING])
@pytest.mark.parametrize("value", [None, CALM, WATCH, RED])
def test_the_same_observation_twice_changes_nothing(before: State, value: Decimal | None) -> None:
    once, _ = step(before, night(value), RULE)
    assert step(once, night(value), RULE) == (once, ())
