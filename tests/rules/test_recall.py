"""Where an alert stood on a past day by its log, and whose signal saw what was kept of that day."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import signal

from rules.alert import Answer, Observation, Operands, Phase, Reason, State, Step, Transition
from rules.judging.answering import dismiss
from rules.judging.lifecycle import close, step
from rules.judging.recall import Stood, is_seen_by, recall, stood
from rules.judging.watch import watch
from rules.rule import Level, Lines, Rule

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)
RULE = Rule(
    id="share",
    title="A large share",
    signal=signal("touch_cost_90d / revenue_90d"),
    levels=(
        (Level.WATCH, Lines(enter=Decimal(10), exit=Decimal(6))),
        (Level.RED, Lines(enter=Decimal(20), exit=Decimal(15))),
    ),
    hold=2 * DAY,
    clear_after=3 * DAY,
)


def lived(values: Sequence[int | None]) -> Iterator[tuple[State, tuple[Transition, ...]]]:
    """The state after each midnight, with the whole log up to then."""
    state, log = State(), tuple[Transition, ...]()
    for place, value in enumerate(values):
        seen = Observation(at=BEGIN + place * DAY, midnight=True, value=None if value is None else Decimal(value))
        state, more = step(state, seen, RULE)
        log = (*log, *more)
        yield state, log


@given(st.lists(st.none() | st.sampled_from([0, 7, 12, 25]), min_size=1, max_size=40))
def test_the_log_says_of_every_past_midnight_where_the_alert_stood(values: list[int | None]) -> None:
    nights = list(lived(values))
    _, log = nights[-1]
    for place, (state, _) in enumerate(nights):
        found = recall(log, BEGIN + place * DAY)
        first = not any(one.at <= BEGIN + place * DAY for one in log)
        known = replace(stood(state), clock=None) if state.phase.is_timed else stood(state)
        assert found == (None if first else known)


def test_a_log_that_begins_later_says_nothing() -> None:
    *_, (_, log) = lived([0, 0, 12, 12, 12])
    assert recall(log, BEGIN + DAY) is None
    assert recall((), BEGIN) is None


def test_an_answer_between_two_midnights_counts_from_the_next_one_on() -> None:
    *_, (state, log) = lived([12, 12, 12])
    at = BEGIN + 2.5 * DAY
    _, more = dismiss(state, at, Answer.OUR_FAULT, at + 90 * DAY)
    before, after = (recall((*log, *more), BEGIN + day * DAY) for day in (2, 3))
    assert before == Stood(phase=Phase.OPEN, level=Level.WATCH, since=BEGIN, clock=timedelta(0))
    assert after == Stood(phase=Phase.IDLE, level=None, since=None, clock=timedelta(0))


def test_what_a_look_back_wrote_later_of_earlier_days_is_what_counts() -> None:
    """The rule was removed on the sixth day and came back on the eighth, which looked back."""
    *_, (state, log) = lived([12, 12, 12, 12, 12])
    _, removed = close(state, BEGIN + 5 * DAY, Reason.RULE_REMOVED)
    *_, (_, again) = lived([0, 25, 25, 25, 25, 25, 25, 25])
    written = (*log, *removed, *again)
    found = recall(written, BEGIN + 6 * DAY)
    assert found == Stood(phase=Phase.OPEN, level=Level.RED, since=BEGIN + DAY, clock=timedelta(0))


def test_a_log_whose_beginning_was_pruned_does_not_know_since_when() -> None:
    *_, (_, log) = lived([12, 12, 12, 25])
    kept = [one for one in log if one.step is Step.RAISED]
    assert recall(kept, BEGIN + 9 * DAY) == Stood(phase=Phase.OPEN, level=Level.RED, since=None, clock=timedelta(0))


@pytest.mark.parametrize(
    ("value", "operands", "ours"),
    [
        ("0.3333333333333333333333333333", (("touch_cost_90d", 1), ("revenue_90d", 3)), True),
        ("0.34", (("touch_cost_90d", 1), ("revenue_90d", 3)), False),
        ("3", (("revenue_90d", 3),), False),
        (None, (("touch_cost_90d", 1), ("revenue_90d", None)), True),
        ("0.3", (("touch_cost_90d", 1), ("revenue_90d", None)), False),
        ("Infinity", (("touch_cost_90d", 1), ("revenue_90d", 0)), True),
        ("Infinity", (("touch_cost_90d", 1), ("revenue_90d", 3)), False),
        ("0.3", (("touch_cost_90d", 1), ("revenue_90d", 0)), False),
    ],
)
def test_a_value_that_the_signal_does_not_make_of_its_operands_was_seen_by_another(
    value: str | None,
    operands: Operands,
    ours: bool,  # noqa: FBT001 - a parameter of the test.
) -> None:
    kept = None if value is None else Decimal(value)
    assert is_seen_by(watch(RULE), kept, operands) is ours
