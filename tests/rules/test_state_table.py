"""Every cell of the table of an alert's life: what happens in which phase."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from written import signal

from rules.alert import Answer, Block, Observation, Phase, Reason, State, Step
from rules.judging.answering import accept, acknowledge, dismiss, exempt, reopen, settle, snooze
from rules.judging.lifecycle import close, step
from rules.judging.moving import Moved
from rules.judging.muting import mute
from rules.judging.renaming import rename
from rules.rule import Level, Lines, Rule

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 20, tzinfo=UTC)
RULE = Rule(
    id="cost",
    title="Takes much time",
    signal=signal("touches_90d"),
    levels=(
        (Level.WATCH, Lines(enter=Decimal(10), exit=Decimal(6))),
        (Level.AMBER, Lines(enter=Decimal(20), exit=Decimal(16))),
        (Level.RED, Lines(enter=Decimal(30), exit=Decimal(24))),
    ),
    hold=3 * DAY,
    clear_after=14 * DAY,
)
IDLE = State(judged_at=NOW - DAY)
PENDING = replace(IDLE, phase=Phase.PENDING, since=NOW - DAY, clock=timedelta(0), clock_at=NOW - DAY)
OPEN = replace(
    IDLE,
    phase=Phase.OPEN,
    level=Level.AMBER,
    since=NOW - 9 * DAY,
    opened_at=NOW - 6 * DAY,
    episode=1,
    told_level=Level.AMBER,
    told_at=NOW - 6 * DAY,
    risen_at=NOW - 6 * DAY,
)
CLEARING = replace(OPEN, phase=Phase.CLEARING, clock=timedelta(0), clock_at=NOW - DAY, calm_since=NOW - DAY)
PHASES = {"idle": IDLE, "pending": PENDING, "open": OPEN, "clearing": CLEARING}


def midnight(value: int | None, *, at: datetime = NOW, condition: bool | None = True) -> Observation:
    number = None if value is None else Decimal(value)
    return Observation(at=at, midnight=True, value=number, condition=condition)


@dataclass(frozen=True, kw_only=True)
class Cell:
    event: str
    act: Callable[[State], Moved]
    before: State
    phase: Phase
    level: Level | None = None
    steps: tuple[Step, ...] = ()
    reason: Reason | None = None


def seen(value: int | None, *, condition: bool | None = True, rule: Rule = RULE) -> Callable[[State], Moved]:
    return lambda state: step(state, midnight(value, condition=condition), rule)


def blocked(value: int) -> Callable[[State], Moved]:
    return lambda state: step(state, midnight(value)._replace(blocked=Block.GRACE), RULE)


UNTIL = NOW + 30 * DAY
LONG_PENDING = replace(PENDING, clock=2 * DAY, clock_at=NOW - DAY)
LONG_CLEARING = replace(CLEARING, clock=13 * DAY, clock_at=NOW - DAY)
AT_ONCE = replace(RULE, hold=timedelta(0), clear_after=timedelta(0))
RED_OPEN = replace(OPEN, level=Level.RED, told_level=Level.RED)
A, W, R = Level.AMBER, Level.WATCH, Level.RED


def row(
    event: str, act: Callable[[State], Moved], **cells: tuple[State, Phase, Level | None, tuple[Step, ...]]
) -> list[Cell]:
    return [
        Cell(event=f"{event}, {name}", act=act, before=before, phase=phase, level=level, steps=steps)
        for name, (before, phase, level, steps) in cells.items()
    ]


TABLE = [
    *row(
        "at or over an enter",
        seen(20),
        idle=(IDLE, Phase.PENDING, None, (Step.STARTED,)),
        pending=(PENDING, Phase.PENDING, None, ()),
        held_long_enough=(LONG_PENDING, Phase.OPEN, A, (Step.OPENED,)),
        open=(OPEN, Phase.OPEN, A, ()),
        clearing=(CLEARING, Phase.OPEN, A, (Step.RETURNED,)),
    ),
    *row("over an enter without hold", seen(10, rule=AT_ONCE), idle=(IDLE, Phase.OPEN, W, (Step.OPENED,))),
    *row("over a higher enter", seen(30), open=(OPEN, Phase.OPEN, R, (Step.RAISED,))),
    *row(
        "between the lowest exit and the lowest enter",
        seen(8),
        idle=(IDLE, Phase.IDLE, None, ()),
        pending=(PENDING, Phase.PENDING, None, ()),
        pending_long_enough=(LONG_PENDING, Phase.PENDING, None, ()),
        open_at_watch=(replace(OPEN, level=W), Phase.OPEN, W, ()),
        clearing_at_watch=(replace(CLEARING, level=W), Phase.OPEN, W, (Step.RETURNED,)),
    ),
    *row(
        "under its exit and over a lower one",
        seen(17),
        open=(RED_OPEN, Phase.OPEN, A, (Step.LOWERED,)),
    ),
    *row(
        "under the lowest exit",
        seen(5),
        idle=(IDLE, Phase.IDLE, None, ()),
        pending=(PENDING, Phase.IDLE, None, (Step.DROPPED,)),
        open=(OPEN, Phase.CLEARING, A, (Step.CLEARING,)),
        clearing=(CLEARING, Phase.CLEARING, A, ()),
        clearing_long_enough=(LONG_CLEARING, Phase.IDLE, None, (Step.RESOLVED,)),
    ),
    *row(
        "calm without clear_after",
        seen(5, rule=AT_ONCE),
        open=(OPEN, Phase.IDLE, None, (Step.RESOLVED,)),
    ),
    *row(
        "condition false",
        seen(30, condition=False),
        idle=(IDLE, Phase.IDLE, None, ()),
        pending=(PENDING, Phase.IDLE, None, (Step.DROPPED,)),
        open=(OPEN, Phase.CLEARING, A, (Step.CLEARING,)),
        clearing=(CLEARING, Phase.CLEARING, A, ()),
    ),
    *row(
        "unknown under hold",
        seen(None),
        idle=(IDLE, Phase.IDLE, None, ()),
        pending=(LONG_PENDING, Phase.PENDING, None, ()),
        open=(OPEN, Phase.OPEN, A, ()),
        clearing=(LONG_CLEARING, Phase.CLEARING, A, ()),
    ),
    *row(
        "grace or history blocks",
        blocked(30),
        idle=(IDLE, Phase.IDLE, None, ()),
        pending=(PENDING, Phase.IDLE, None, (Step.DROPPED,)),
        open=(replace(OPEN, level=R), Phase.OPEN, R, ()),
    ),
    *row(
        "grace or history blocks, calm",
        blocked(5),
        open=(OPEN, Phase.CLEARING, A, (Step.CLEARING,)),
        clearing=(LONG_CLEARING, Phase.IDLE, None, (Step.RESOLVED,)),
    ),
    *row(
        "grace or history blocks, over a line",
        blocked(20),
        clearing=(LONG_CLEARING, Phase.OPEN, A, (Step.RETURNED,)),
    ),
    *row(
        "grace or history blocks, over a higher line",
        blocked(30),
        clearing=(LONG_CLEARING, Phase.OPEN, A, (Step.RETURNED,)),
    ),
    *row(
        "an agent acknowledges",
        lambda state: acknowledge(state, NOW),
        idle=(IDLE, Phase.IDLE, None, ()),
        pending=(PENDING, Phase.PENDING, None, ()),
        open=(OPEN, Phase.OPEN, A, (Step.ACKNOWLEDGED,)),
        clearing=(CLEARING, Phase.CLEARING, A, (Step.ACKNOWLEDGED,)),
    ),
    *row(
        "done",
        lambda state: settle(state, NOW, Answer.TALKED),
        idle=(IDLE, Phase.IDLE, None, ()),
        pending=(PENDING, Phase.PENDING, None, ()),
        open=(OPEN, Phase.OPEN, A, (Step.SETTLED,)),
        clearing=(CLEARING, Phase.CLEARING, A, (Step.SETTLED,)),
    ),
    *row(
        "wrong",
        lambda state: dismiss(state, NOW, Answer.OUR_FAULT, UNTIL),
        idle=(IDLE, Phase.IDLE, None, ()),
        pending=(PENDING, Phase.PENDING, None, ()),
        open=(OPEN, Phase.IDLE, None, (Step.RESOLVED,)),
        clearing=(CLEARING, Phase.IDLE, None, (Step.RESOLVED,)),
    ),
    *row(
        "an agent snoozes",
        lambda state: snooze(state, NOW, UNTIL),
        idle=(IDLE, Phase.IDLE, None, (Step.SNOOZED,)),
        pending=(PENDING, Phase.PENDING, None, (Step.SNOOZED,)),
        open=(OPEN, Phase.OPEN, A, (Step.SNOOZED,)),
        clearing=(CLEARING, Phase.CLEARING, A, (Step.SNOOZED,)),
    ),
    *row(
        "rule removed, disabled, or account gone",
        lambda state: close(state, NOW, Reason.RULE_REMOVED),
        idle=(IDLE, Phase.IDLE, None, ()),
        pending=(PENDING, Phase.IDLE, None, (Step.DROPPED,)),
        open=(OPEN, Phase.IDLE, None, (Step.RESOLVED,)),
        clearing=(CLEARING, Phase.IDLE, None, (Step.RESOLVED,)),
    ),
]


@pytest.mark.parametrize("cell", TABLE, ids=lambda cell: cell.event)
def test_what_happens_in_which_phase(cell: Cell) -> None:
    after, steps = cell.act(cell.before)
    assert (after.phase, after.level, tuple(one.step for one in steps)) == (cell.phase, cell.level, cell.steps)


@pytest.mark.parametrize(("name", "state"), PHASES.items())
def test_the_same_observation_twice_changes_nothing(name: str, state: State) -> None:
    for value in (30, 20, 8, 5, None):
        after, _ = step(state, midnight(value), RULE)
        assert step(after, midnight(value), RULE) == (after, ()), name


@pytest.mark.parametrize("before", [LONG_PENDING, LONG_CLEARING], ids=["pending", "clearing"])
def test_clocks_stop_while_the_value_is_unknown(before: State) -> None:
    after, _ = step(before, midnight(None), RULE)
    assert (after.clock, after.frozen) == (before.clock, True)


def test_a_level_over_the_acknowledged_one_drops_the_answer() -> None:
    known, _ = acknowledge(OPEN, NOW - DAY)
    after, _ = step(known, midnight(30), RULE)
    assert (after.level, after.acknowledged) == (Level.RED, None)


def test_a_level_that_comes_back_under_the_acknowledged_one_stays_answered() -> None:
    known, _ = acknowledge(RED_OPEN, NOW - DAY)
    lower, _ = step(known, midnight(17), RULE)
    again, _ = step(lower, midnight(30, at=NOW + DAY), RULE)
    assert again.acknowledged is Level.RED


@pytest.mark.parametrize(
    ("before", "woken"), [(OPEN, True), (IDLE, False), (PENDING, False), (CLEARING, False)], ids=[*"OIPC"]
)
def test_the_end_of_a_snooze_is_told_where_the_alert_stands_open_and_forgotten_elsewhere(
    before: State, *, woken: bool
) -> None:
    silent, _ = snooze(before, NOW - DAY, NOW)
    value = {Phase.OPEN: 20, Phase.PENDING: 20, Phase.IDLE: 5, Phase.CLEARING: 5}[before.phase]
    after, steps = step(replace(silent, judged_at=NOW - DAY), midnight(value), RULE)
    assert (after.snoozed_until, after.woken) == (None, woken)
    assert (Step.WOKEN in [one.step for one in steps]) is woken


def test_red_breaks_a_snooze_of_a_lower_level_and_none_of_red() -> None:
    amber, _ = snooze(OPEN, NOW - DAY, UNTIL)
    after, _ = step(amber, midnight(30), RULE)
    assert (after.level, after.snoozed_until, after.woken) == (Level.RED, None, True)
    red, _ = snooze(RED_OPEN, NOW - DAY, UNTIL)
    after, _ = step(red, midnight(31), RULE)
    assert after.snoozed_until == UNTIL


def test_amber_breaks_no_snooze() -> None:
    watch, _ = snooze(replace(OPEN, level=Level.WATCH), NOW - DAY, UNTIL)
    after, _ = step(watch, midnight(20), RULE)
    assert (after.level, after.snoozed_until) == (Level.AMBER, UNTIL)


def test_what_was_exempted_is_broken_by_nothing() -> None:
    silent, _ = exempt(OPEN, NOW - DAY, UNTIL)
    after, _ = step(silent, midnight(30), RULE)
    assert after.snoozed_until == UNTIL


def test_an_accepted_alert_is_silent_and_runs_on() -> None:
    silent, _ = accept(OPEN, NOW - DAY, UNTIL)
    after, _ = step(silent, midnight(5), RULE)
    assert (after.phase, after.is_silent, after.answer) == (Phase.CLEARING, True, Answer.KNOWN)


def test_what_was_wrong_stays_quiet_up_to_its_level_and_opens_above_it() -> None:
    quiet, _ = dismiss(OPEN, NOW - DAY, Answer.WRONG_NUMBERS, UNTIL)
    quiet = replace(quiet, judged_at=NOW - DAY)
    same, _ = step(quiet, midnight(20), AT_ONCE)
    assert same.phase is Phase.IDLE
    higher, _ = step(quiet, midnight(30), AT_ONCE)
    assert (higher.phase, higher.level) == (Phase.OPEN, Level.RED)
    later, _ = step(quiet, midnight(20, at=UNTIL), AT_ONCE)
    assert later.phase is Phase.OPEN


def test_open_takes_every_answer_back() -> None:
    silent, _ = snooze(OPEN, NOW - DAY, UNTIL)
    after, steps = reopen(silent, NOW)
    assert (after.snoozed_until, after.answer, after.woken) == (None, None, True)
    assert [one.step for one in steps] == [Step.REOPENED]


def test_nobody_answers_for_so_long_that_it_expires_and_stays_quiet_until_it_was_calm() -> None:
    old = replace(OPEN, risen_at=NOW - 180 * DAY, told_at=NOW - 180 * DAY)
    over, steps = step(old, midnight(20), RULE)
    assert (over.phase, [one.reason for one in steps]) == (Phase.IDLE, [Reason.EXPIRED])
    again, _ = step(over, midnight(20, at=NOW + DAY), AT_ONCE)
    assert again.phase is Phase.IDLE
    calm, _ = step(again, midnight(5, at=NOW + 2 * DAY), AT_ONCE)
    back, _ = step(calm, midnight(20, at=NOW + 3 * DAY), AT_ONCE)
    assert back.phase is Phase.OPEN


@pytest.mark.parametrize(
    "change",
    [{"acknowledged": Level.AMBER}, {"snoozed_until": UNTIL}, {"risen_at": NOW - 179 * DAY}, {"told_at": None}],
    ids=["answered", "on hold", "raised lately", "never told"],
)
def test_what_was_answered_raised_or_never_told_does_not_expire(change: dict[str, object]) -> None:
    old = replace(OPEN, risen_at=NOW - 180 * DAY, told_at=NOW - 180 * DAY)
    after, _ = step(replace(old, **change), midnight(20), RULE)  # type: ignore[arg-type]
    assert after.phase is Phase.OPEN


def test_while_the_value_is_unknown_an_alert_does_not_grow_old() -> None:
    state = replace(OPEN, judged_at=NOW - 3 * DAY, risen_at=NOW - 180 * DAY, told_at=NOW - 179 * DAY)
    for days in (2, 1):
        state, _ = step(state, midnight(None, at=NOW - days * DAY), RULE)
    # Told 179 days ago, of which two were unknown.
    state, _ = step(state, midnight(20), RULE)
    assert state.phase is Phase.OPEN
    state, _ = step(state, midnight(20, at=NOW + 2 * DAY), RULE)
    assert state.phase is Phase.OPEN
    state, _ = step(state, midnight(20, at=NOW + 3 * DAY), RULE)
    assert state.phase is Phase.IDLE


@pytest.mark.parametrize("enter", [25, 40])
def test_lines_that_were_edited_never_resolve_and_open_at_once(enter: int) -> None:
    lines = ((Level.AMBER, Lines(enter=Decimal(enter), exit=Decimal(enter - 5))),)
    edited = replace(RULE, levels=lines)
    state, told = OPEN, []
    for number in range(3):
        state, steps = step(state, midnight(22, at=NOW + number * DAY), edited)
        told += [one.step for one in steps]
    assert Step.RESOLVED not in told
    assert Step.OPENED not in told


def test_a_muted_alert_lives_on_and_writes_nothing() -> None:
    other = replace(RULE, id="other", muted_by=("cost",))
    changed = mute({"cost": OPEN, "other": OPEN}, {"cost": RULE, "other": other})
    assert changed["other"].is_silent
    assert "cost" not in changed


def test_a_renamed_rule_goes_on_in_every_phase() -> None:
    renamed = replace(RULE, id="time", previously=("cost",))
    for state in PHASES.values():
        assert rename({"cost": state}, (renamed,)).by_rule == {"time": state}
