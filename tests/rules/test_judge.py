"""Judging one account: what is seen of a rule, what is judged when, and what an edit does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import condition, signal

from rules.catalogue import WINDOWS, Unit
from rules.counting.cost import Pricing
from rules.days import Calendar
from rules.expression import Name
from rules.facts import AccountId, Day
from rules.judging.answering import acknowledge
from rules.judging.judge import Course, Judged, Sight, block, course, judge, opens_from, retire
from rules.judging.lifecycle import Block, Held, Phase, Reason, State, Step
from rules.judging.signals import speaks_from
from rules.judging.watch import Moment, StatedNumbers, observe, observe_fully, watch
from rules.measuring.measure import Absence, DayRow, History, Subject, measure
from rules.measuring.stretch import Known
from rules.rule import Direction, Level, Lines, Override, Rule, Signal, Unknown

DAY = timedelta(days=1)
ROME = Calendar(ZoneInfo("Europe/Rome"))
TODAY = Day(date(2026, 11, 21).toordinal())
FIRST = Day(TODAY - 100)
NOON = ROME.midnight(TODAY) + DAY / 2
NOW = Moment(at=NOON, day=TODAY, midnight=False)
GRACE = 90 * DAY
COST_SHARE = signal("touch_cost_90d / revenue_90d")
TICKETS = signal("tickets_7d")
TOUCHES = signal("touches_7d")
RULE = Rule(
    id="volume",
    title="Many tickets",
    signal=TICKETS,
    levels=((Level.WATCH, Lines(enter=Decimal(10), exit=Decimal(6))),),
    hold=2 * DAY,
    clear_after=3 * DAY,
    grace=False,
    min_history=timedelta(0),
)


def known(**values: int | str | bool) -> StatedNumbers:
    return StatedNumbers(values)


def until(as_of: datetime, facts_from: Day = FIRST) -> Course:
    return course(ROME, facts_from, as_of, GRACE)


def night(day: int) -> datetime:
    """The midnight that ends the day."""
    return ROME.midnight(Day(day + 1))


def at(day: int, hour: int = 12) -> datetime:
    return ROME.midnight(Day(day)) + timedelta(hours=hour)


def tickets(count: Callable[[Day], int | None]) -> Sight:
    """An account that has had so many tickets in the seven days up to each day."""

    def numbers(day: Day) -> StatedNumbers:
        found = count(day)
        return StatedNumbers({}) if found is None else known(tickets_7d=found, touches_7d=0)

    return Sight(measure=numbers, begun=None)


def judged(sight: Sight, as_of: datetime, state: State | None = None, rule: Rule = RULE) -> Judged:
    states = {} if state is None else {rule.id: state}
    (one,) = judge(sight, (watch(rule),), states, until(as_of))
    return one


def test_a_quotient_is_seen_with_its_operands() -> None:
    rule = replace(RULE, signal=COST_SHARE)
    seen = observe_fully(watch(rule), known(touch_cost_90d=300, revenue_90d=1000), NOW, None)
    assert (seen.value, seen.condition) == (Decimal("0.3"), True)
    assert seen.operands == (("touch_cost_90d", Decimal(300)), ("revenue_90d", Decimal(1000)))


@pytest.mark.parametrize(
    "numbers", [known(touch_minutes_90d=300, tickets_90d=0), known(touch_minutes_90d=300), known()]
)
def test_a_quotient_by_zero_or_of_the_unknown_is_unknown(numbers: StatedNumbers) -> None:
    share = signal("touch_minutes_90d / tickets_90d")
    assert observe(watch(replace(RULE, signal=share)), numbers, NOW, None).value is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("touches_90d >= 10", True),
        ("touches_90d > 10", False),
        ("touches_90d < 11", True),
        ("touches_90d <= 9", False),
        ("segment == 'free'", True),
        ("segment != 'free'", False),
        ("strategic == false", True),
        ("seats > 1", None),
        ("status != 'trial'", None),
    ],
)
def test_a_condition_is_unknown_when_its_metric_is(text: str, *, found: bool | None) -> None:
    numbers = known(tickets_7d=12, touches_90d=10, segment="free", strategic=False)
    assert observe(watch(replace(RULE, only_if=condition(text))), numbers, NOW, None).condition is found


@pytest.mark.parametrize(
    ("above", "below", "direction", "growing"),
    [
        ("tickets_7d", None, Direction.ABOVE, True),
        ("tickets_7d", None, Direction.BELOW, False),
        ("touch_cost_90d", "revenue_90d", Direction.ABOVE, True),
        ("cost_share_90d", None, Direction.ABOVE, True),
        ("reopens_28d", "solved_28d", Direction.ABOVE, False),
        ("measured_share_28d", None, Direction.ABOVE, False),
        ("contribution_90d", None, Direction.ABOVE, False),
        ("contribution_90d", None, Direction.BELOW, True),
        ("touch_minutes_28d", "seats", Direction.ABOVE, True),
        ("revenue_90d", "touches_90d", Direction.BELOW, True),
        ("revenue_90d", "touches_90d", Direction.ABOVE, False),
        ("touches_28d", "measured_share_28d", Direction.ABOVE, False),
        ("age_days", None, Direction.BELOW, True),
        ("days_overdue", None, Direction.ABOVE, True),
        ("amount_overdue", "revenue_90d", Direction.ABOVE, True),
    ],
)
def test_a_part_of_today_counts_only_where_it_can_but_come_closer_to_the_line(
    above: str, below: str | None, direction: Direction, *, growing: bool
) -> None:
    watched = signal(above if below is None else f"{above} / {below}")
    assert watch(replace(RULE, signal=watched, direction=direction)).growing is growing


@pytest.mark.parametrize(
    ("name", "operator", "growing"),
    [("touches_90d", ">=", True), ("touches_90d", "<", False), ("touches_90d", "==", False), ("seats", "<", True)],
)
def test_a_condition_that_may_turn_false_today_waits_for_midnight(name: str, operator: str, *, growing: bool) -> None:
    rule = replace(RULE, only_if=condition(f"{name} {operator} 10"))
    assert watch(rule).growing is growing


def test_a_rule_is_windowed_when_anything_it_looks_at_is() -> None:
    at_rest, busy = signal("seats"), condition("touches_90d >= 10")
    assert watch(RULE).windowed
    assert not watch(replace(RULE, signal=at_rest)).windowed
    assert watch(replace(RULE, signal=at_rest, only_if=busy)).windowed


def test_a_rule_is_daily_when_anything_it_looks_at_moves_with_the_calendar_day() -> None:
    overdue = watch(replace(RULE, signal=signal("days_overdue")))
    assert (overdue.windowed, overdue.daily) == (False, True)
    assert not watch(replace(RULE, signal=signal("seats"))).daily
    assert watch(replace(RULE, signal=signal("seats"), only_if=condition("age_days > 90"))).daily


def test_a_name_nobody_knows_is_refused() -> None:
    unknown = Signal(text="tickts_7d", tree=Name(name="tickts_7d", unit=Unit.COUNT))
    with pytest.raises(KeyError):
        watch(replace(RULE, signal=unknown))


def test_a_course_goes_through_the_midnights_since_the_facts_begin_and_ends_now() -> None:
    ahead = until(NOON, Day(TODAY - 2))
    assert [(moment.day, moment.at) for moment in ahead.midnights] == [
        (TODAY - 2, night(TODAY - 2)),
        (TODAY - 1, night(TODAY - 1)),
    ]
    assert ahead.now == NOW
    assert ahead.end == NOON


def test_a_course_up_to_a_midnight_ends_with_the_finished_day() -> None:
    ahead = until(night(TODAY), TODAY)
    assert (ahead.now, ahead.end) == (None, night(TODAY))


@pytest.mark.parametrize(
    ("begun", "grace", "weeks", "expected"),
    [
        (None, True, 8, None),
        (TODAY - 90, True, 8, None),
        (TODAY - 89, True, 8, Block.GRACE),
        (TODAY - 89, False, 8, None),
        (TODAY - 55, False, 8, None),
        (TODAY - 54, False, 8, Block.HISTORY),
        (TODAY - 400, True, 15, Block.HISTORY),
        (None, True, 15, Block.HISTORY),
        (TODAY - 400, True, 14, None),
    ],
)
def test_a_rule_waits_for_the_end_of_grace_and_for_enough_history(
    begun: int | None, weeks: int, expected: Block | None, *, grace: bool
) -> None:
    rule = replace(RULE, grace=grace, min_history=timedelta(weeks=weeks))
    first = None if begun is None else Day(begun)
    assert block(rule, first, TODAY, until(NOON)) is expected


lengths = st.timedeltas(timedelta(0), timedelta(weeks=12))


@given(
    begun=st.none() | st.integers(-200, 90),
    history=lengths,
    length=lengths,
    day=st.integers(0, 200),
    grace=st.booleans(),
)
def test_a_rule_may_open_from_one_day_on(
    begun: int | None, history: timedelta, length: timedelta, day: int, *, grace: bool
) -> None:
    rule, ahead = replace(RULE, grace=grace, min_history=history), course(ROME, FIRST, NOON, length)
    first, judged_day = None if begun is None else Day(FIRST + begun), Day(FIRST + day)
    assert (block(rule, first, judged_day, ahead) is None) is (judged_day >= opens_from(rule, first, ahead))


@given(
    stem=st.sampled_from(("touches", "cost_share")),
    window=st.sampled_from(WINDOWS),
    judged_from=st.integers(-50, 50),
    day=st.integers(-60, 300),
)
def test_a_signal_speaks_from_half_its_window_after_the_grace_on(
    stem: str, window: int, judged_from: int, day: int
) -> None:
    name, end, last = f"{stem}_{window}d", Day(TODAY + judged_from), Day(TODAY + day)
    rule = replace(RULE, signal=signal(name))
    subject = Subject(id=AccountId("1"), name="Acme", judged_from=end)
    pricing = Pricing(rates=(), minutes={}, currency=None, gross_margin=None)
    seen = measure(subject, History(()), pricing, last, Day(0)).operand(name)
    assert (seen is Absence.TOO_SHORT) is (end <= last < speaks_from(rule, end, end))
    assert speaks_from(replace(rule, unknown=Unknown.ALERT), end, end) == end


def test_missed_midnights_are_judged_in_order_then_now() -> None:
    calm = judged(tickets(lambda _: 0), at(TODAY - 5))
    late = judged(tickets(lambda day: 12 if day >= TODAY - 4 else 0), NOON, calm.state)
    assert [(one.step, one.at) for one in late.transitions] == [
        (Step.STARTED, night(TODAY - 4)),
        (Step.OPENED, night(TODAY - 2)),
    ]
    assert late.state.judged_at == NOON
    assert [day for day, _ in late.days] == [TODAY - 4, TODAY - 3, TODAY - 2, TODAY - 1]


def test_days_that_are_kept_have_the_evidence_of_what_was_seen() -> None:
    rule = replace(RULE, only_if=condition("touches_7d >= 0"))
    kept = judged(tickets(lambda day: 12 if day >= TODAY - 2 else 0), NOON, rule=rule).days
    evidence = (("tickets_7d", 12), ("touches_7d", 0))
    assert [(day, seen.value, seen.operands) for day, seen in kept] == [
        (TODAY - 2, 12, evidence),
        (TODAY - 1, 12, evidence),
    ]


def test_evidence_is_collected_of_no_day_on_which_nothing_is_under_way() -> None:
    asked: list[str] = []

    class Noting(StatedNumbers):
        def exact(self, name: str) -> Known | str | bool:
            asked.append(name)
            return super().exact(name)

    overridden = Override(when=condition("strategic"), levels=RULE.levels)
    rule = replace(RULE, overrides=(overridden,), only_if=condition("touches_7d >= 1"))
    numbers = Noting({"tickets_7d": 12, "touches_7d": 0})
    judged(Sight(measure=lambda _: numbers, begun=None), NOON, rule=rule)
    state = judged(Sight(measure=lambda _: numbers, begun=None), NOON - DAY, rule=rule).state
    asked.clear()
    judged(Sight(measure=lambda _: numbers, begun=None), NOON, state, rule)
    assert asked == ["touches_7d", "strategic"] * 2


def test_what_was_judged_up_to_now_is_not_looked_at_again() -> None:
    first = judged(tickets(lambda _: 12), NOON)

    def nothing(day: Day) -> StatedNumbers:
        pytest.fail(f"day {day} was measured again")

    again = judged(Sight(measure=nothing, begun=None), NOON, first.state)
    assert (again.state, again.transitions, again.observation) == (first.state, (), None)


def test_a_day_is_measured_once_for_all_rules() -> None:
    asked: list[Day] = []

    def numbers(day: Day) -> StatedNumbers:
        asked.append(day)
        return known(tickets_7d=0)

    rules = tuple(watch(replace(RULE, id=name)) for name in ("one", "two", "three"))
    judge(Sight(measure=numbers, begun=None), rules, {}, until(NOON))
    assert len(asked) == len(set(asked))


def test_a_first_run_looks_back_no_further_than_it_must() -> None:
    asked: list[Day] = []

    def numbers(day: Day) -> StatedNumbers:
        asked.append(day)
        return known(tickets_7d=0)

    judged(Sight(measure=numbers, begun=None), NOON)
    assert min(asked) == TODAY - 5


def test_a_first_run_knows_since_when() -> None:
    one = judged(tickets(lambda day: 12 if day >= TODAY - 30 else 0), NOON)
    assert (one.state.phase, one.state.episode) == (Phase.OPEN, 1)
    assert one.state.since is not None
    assert one.state.opened_at is not None
    assert ROME.shown(one.state.since).toordinal() == TODAY - 30
    assert ROME.shown(one.state.opened_at).toordinal() == TODAY - 28
    assert [transition.step for transition in one.transitions] == [Step.STARTED, Step.OPENED]


def test_a_first_run_tells_nothing_of_episodes_that_ended() -> None:
    one = judged(tickets(lambda day: 12 if TODAY - 30 <= day <= TODAY - 10 or day >= TODAY - 1 else 0), NOON)
    assert (one.state.phase, one.state.episode) == (Phase.PENDING, 0)
    assert [transition.step for transition in one.transitions] == [Step.STARTED]


def test_an_edited_signal_looks_back_where_nothing_is_open() -> None:
    before = judged(tickets(lambda _: 0), NOON, rule=replace(RULE, signal=TOUCHES))
    after = judged(tickets(lambda day: 12 if day >= TODAY - 9 else 0), NOON + DAY / 24, before.state)
    assert after.state.phase is Phase.OPEN
    assert after.state.since == night(TODAY - 9)


def test_an_open_alert_keeps_its_episode_and_answers_and_takes_an_edited_signal_from_the_next_midnight() -> None:
    sight = tickets(lambda _: 12)
    state, _ = acknowledge(judged(sight, NOON).state, NOON)
    rule = replace(RULE, signal=TOUCHES)
    same_day = judged(sight, NOON + DAY / 24, state, rule)
    next_day = judged(sight, NOON + DAY, state, rule)
    assert same_day.state == state
    assert (next_day.state.phase, next_day.state.episode) == (Phase.CLEARING, 1)
    assert next_day.state.acknowledged is Level.WATCH
    assert next_day.state.signal == watch(rule).key


def _both(tickets_on: Callable[[Day], int], touches_on: Callable[[Day], int]) -> Sight:
    return Sight(measure=lambda day: known(tickets_7d=tickets_on(day), touches_7d=touches_on(day)), begun=None)


@pytest.mark.parametrize(("days", "phase"), [(9, Phase.OPEN), (1, Phase.PENDING), (0, Phase.IDLE)])
def test_an_edited_signal_looks_back_where_an_alert_is_pending(days: int, phase: Phase) -> None:
    sight = _both(lambda day: 12 if day >= TODAY - 1 else 0, lambda day: 12 if TODAY - days <= day < TODAY else 0)
    before = judged(sight, NOON).state
    assert before.phase is Phase.PENDING
    after = judged(sight, NOON + DAY / 24, before, replace(RULE, signal=TOUCHES)).state
    assert (after.phase, after.since) == (phase, night(TODAY - days) if days else None)


@pytest.mark.parametrize(("touches", "phase"), [(12, Phase.OPEN), (0, Phase.CLEARING)])
def test_a_clearing_alert_keeps_its_episode_and_clock_and_takes_an_edited_signal(touches: int, phase: Phase) -> None:
    sight = _both(lambda day: 12 if day < TODAY - 1 else 0, lambda _: touches)
    before, rule = judged(sight, NOON).state, replace(RULE, signal=TOUCHES)
    assert before.phase is Phase.CLEARING
    assert judged(sight, NOON + DAY / 24, before, rule).state == before
    after = judged(sight, NOON + DAY, before, rule)
    assert (after.state.phase, after.state.episode, after.state.since) == (phase, before.episode, before.since)
    assert after.state.clock == (DAY if phase is Phase.CLEARING else timedelta(0))
    assert {transition.step for transition in after.transitions} <= {Step.RETURNED}


def test_a_removed_rule_resolves_its_alert_and_looks_back_when_it_returns() -> None:
    sight = tickets(lambda _: 12)
    state = judged(sight, NOON).state
    (removed,) = judge(sight, (), {RULE.id: state}, until(NOON + DAY))
    assert (removed.rule, removed.state.phase) == (RULE.id, Phase.IDLE)
    assert [(one.step, one.reason) for one in removed.transitions] == [(Step.RESOLVED, Reason.RULE_REMOVED)]
    assert judge(sight, (), {RULE.id: removed.state}, until(NOON + 2 * DAY)) == ()
    back = judged(sight, NOON + 3 * DAY, removed.state)
    assert (back.state.phase, back.state.episode, back.state.since) == (Phase.OPEN, 2, state.since)


def test_an_account_that_is_gone_resolves_every_alert() -> None:
    state = judged(tickets(lambda _: 12), NOON).state
    (gone,) = retire({RULE.id: state}, NOON, Reason.ACCOUNT_GONE)
    assert [(one.step, one.reason) for one in gone.transitions] == [(Step.RESOLVED, Reason.ACCOUNT_GONE)]


def test_what_waits_to_be_believed_calm_waits_no_longer_when_the_account_is_gone() -> None:
    state = State(held=Held.RESOLVE, told_level=Level.AMBER, resolved_at=NOON)
    (gone,) = retire({RULE.id: state}, NOON, Reason.ACCOUNT_GONE)
    assert gone.state.held is None


def test_grace_ends_and_the_rule_starts_on_that_day() -> None:
    begun = Day(TODAY - 93)
    sight = Sight(measure=lambda _: known(tickets_7d=12), begun=begun)
    one = judged(sight, NOON, rule=replace(RULE, grace=True))
    assert one.state.since == night(begun + 90)


def test_windows_that_reach_before_the_facts_are_unknown_and_open_nothing() -> None:
    history = History([DayRow(FIRST, "", "", None, None, 0, 0, 50, 0, 0)])
    pricing = Pricing(rates=(), minutes={}, currency=None, gross_margin=None)
    acme = Subject(id=AccountId("1"), name="Acme")
    sight = Sight(measure=lambda day: measure(acme, history, pricing, day, FIRST), begun=None)
    too_early = judged(sight, at(FIRST + 5))
    assert (too_early.state.phase, too_early.state.frozen) == (Phase.IDLE, True)
    assert judged(sight, at(FIRST + 6), too_early.state).state.phase is Phase.PENDING
