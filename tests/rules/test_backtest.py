"""Past midnights judged again: the same alerts as by every step, and what is counted of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.alert import State, Transition
from rules.backtest.moved import choose, lines_to_try, move_lines
from rules.backtest.period import Period, default_period
from rules.backtest.replay import Episode, Passed, Past, replay, track
from rules.backtest.tally import loudest, tally
from rules.days import Calendar
from rules.facts import AccountId, Day
from rules.judging.judge import Course, Sight, block, course
from rules.judging.lifecycle import step
from rules.judging.watch import Numbers, StatedNumbers, observe, watch
from rules.language.expression import parse_condition, parse_signal
from rules.planning.case import standing_in
from rules.planning.told import tell
from rules.rule import Direction, Level, Lines, Rule, Signal, Unknown

ACME, BETA = AccountId("acme"), AccountId("beta")
FIRST = Day(739_000)
CALENDAR = Calendar(UTC)


def _rule(
    name: str = "busy", *, hold: int = 2, clear_after: int = 3, watching: str = "tickets_28d", **keys: object
) -> Rule:
    signal = parse_signal(watching)
    assert isinstance(signal, Signal)
    lines = {
        "levels": _ABOVE,
        "min_history": timedelta(0),
        "grace": False,
        **keys,
    }
    return Rule(
        id=name,
        title=name,
        signal=signal,
        hold=timedelta(days=hold),
        clear_after=timedelta(days=clear_after),
        **lines,  # type: ignore[arg-type]
    )


def _nights(days: int) -> Course:
    return course(CALENDAR, FIRST, CALENDAR.midnight(Day(FIRST + days)), timedelta(0))


def _past(days: int) -> Past:
    return Past(course=_nights(days), peaks_from=FIRST)


def _sight(values: Sequence[int | None], touches: Sequence[int | None] = ()) -> Sight:
    def measure(day: Day) -> Numbers:
        place = day - FIRST
        return StatedNumbers({"tickets_28d": values[place], "touches_28d": touches[place] if touches else None})

    return Sight(measure=measure, begun=None)


def _replayed(values: Sequence[int | None], *rules: Rule) -> list[Passed]:
    return replay(ACME, _sight(values), [track(watch(rule)) for rule in rules], _past(len(values)))


def _stepped(sight: Sight, nights: Course, rule: Rule) -> list[Transition]:
    """Every step of the machine, none left out, and told a minute after it."""
    state = State()
    found: list[Transition] = []
    watched = watch(rule)
    for moment in nights.midnights:
        blocked = block(rule, None, moment.day, nights)
        state, transitions = step(state, observe(watched, sight.measure(moment.day), moment, blocked), rule)
        found += transitions
        for alert in standing_in({rule.id: state}, {rule.id: rule}):
            state = tell(alert, Level.AMBER, moment.at + timedelta(minutes=1))
    return found


_ABOVE = (
    (Level.WATCH, Lines(enter=Decimal(6), exit=Decimal(4))),
    (Level.RED, Lines(enter=Decimal(12), exit=Decimal(9))),
)
_BELOW = (
    (Level.WATCH, Lines(enter=Decimal(6), exit=Decimal(9))),
    (Level.RED, Lines(enter=Decimal(2), exit=Decimal(4))),
)
_NUMBERS = st.none() | st.integers(0, 15)


@given(
    days=st.lists(st.tuples(_NUMBERS, _NUMBERS), min_size=1, max_size=60),
    times=st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 20), st.integers(0, 12)),
    unknown=st.sampled_from(Unknown),
    direction=st.sampled_from(Direction),
    only_if=st.sampled_from([None, "touches_28d >= 5"]),
)
def test_replay_takes_the_steps_of_the_machine(
    days: list[tuple[int | None, int | None]],
    times: tuple[int, int, int, int],
    unknown: Unknown,
    direction: Direction,
    only_if: str | None,
) -> None:
    condition = None if only_if is None else parse_condition(only_if)
    assert not isinstance(condition, tuple)
    rule = _rule(
        hold=times[0],
        clear_after=times[1],
        min_history=timedelta(days=times[2]),
        expires=timedelta(days=times[3]),
        unknown=unknown,
        direction=direction,
        only_if=condition,
        levels=_ABOVE if direction is Direction.ABOVE else _BELOW,
    )
    sight, nights = _sight([value for value, _ in days], [touches for _, touches in days]), _nights(len(days))
    (passed,) = replay(ACME, sight, [track(watch(rule))], _past(len(days)))
    assert list(passed.transitions) == _stepped(sight, nights, rule)


def test_an_episode_has_its_days_its_highest_level_and_its_relapses() -> None:
    (passed,) = _replayed([0, 7, 7, 7, 13, 5, 7, 3, 7, 0, 0, 0, 0], _rule())
    assert passed.episodes == (
        Episode(
            account=ACME,
            rule="busy",
            opened=Day(FIRST + 3),
            resolved=Day(FIRST + 12),
            told=Day(FIRST + 3),
            level=Level.RED,
            relapses=(Day(FIRST + 6), Day(FIRST + 8)),
        ),
    )
    assert passed.peak == 13


def test_a_later_day_changes_nothing_of_an_earlier_one() -> None:
    values = [0, 7, 7, 7, 7, 0, 0]
    (short,) = _replayed(values, _rule())
    (long,) = _replayed([*values, 99, 99], _rule())
    assert long.transitions[: len(short.transitions)] == short.transitions


def test_versions_of_a_rule_are_judged_each_by_its_lines() -> None:
    rule = _rule()
    tracks = [track(watch(rule), rule, move_lines(rule, Decimal(10)))]
    plain, strict = replay(ACME, _sight([7, 7, 7, 7]), tracks, _past(4))
    assert (len(plain.episodes), len(strict.episodes)) == (1, 0)


def _episode(
    opened: int, resolved: int | None, rule: str = "busy", account: AccountId = ACME, *, muted: bool = False
) -> Episode:
    return Episode(
        account=account,
        rule=rule,
        opened=Day(FIRST + opened),
        resolved=None if resolved is None else Day(FIRST + resolved),
        told=None if muted else Day(FIRST + opened),
        level=Level.WATCH,
        relapses=(),
    )


def test_alerts_are_counted_by_week_with_what_stood_open_before_and_after() -> None:
    period = Period(first=Day(FIRST + 10), last=Day(FIRST + 26))
    episodes = [_episode(2, 12), _episode(11, 13), _episode(14, 30, account=BETA), _episode(26, None)]
    found = tally(episodes, period)
    assert (found.alerts, found.median, found.worst) == (3, Fraction(1), 2)
    assert found.weekly == {Level.WATCH: (2, 0, 1), Level.AMBER: (0, 0, 0), Level.RED: (0, 0, 0)}
    assert (found.open_before, found.open_after, found.accounts) == (1, 2, 2)
    assert found.days_open == Fraction(10 + 2 + 13 + 1, 4)


def test_an_alert_that_was_never_told_counts_as_muted() -> None:
    episodes = [_episode(2, 9, "late", muted=True), _episode(11, 12), _episode(20, None, muted=True)]
    found = tally(episodes, Period(first=FIRST, last=Day(FIRST + 13)))
    assert (found.alerts, found.muted, found.open_after) == (1, 1, 0)


_BUSY = _rule(hold=0, clear_after=0)
_LATE = _rule("late", hold=0, clear_after=0, watching="touches_28d", muted_by=("busy",))


def _told_of_late(busy: Rule, late: Rule = _LATE) -> list[int | None]:
    """On which days each alert of `late` was told, where `busy` stands open from day 0 to 4 and from day 9 on."""
    tickets, touches = [7, 7, 7, 7, 7, 0, 0, 0, 0, 7, 7, 7, 7], [0, 0, 7, 7, 7, 7, 0, 0, 0, 0, 7, 7, 0]
    tracks = [track(watch(late)), track(watch(busy))]
    passed, _ = replay(ACME, _sight(tickets, touches), tracks, _past(len(tickets)))
    return [None if one.told is None else one.told - FIRST for one in passed.episodes]


def test_a_muted_alert_is_told_when_what_mutes_it_is_over() -> None:
    assert _told_of_late(_BUSY) == [5, None]


@pytest.mark.parametrize("silent", [{"shadow": True}, {"enabled": False}], ids=["in shadow", "disabled"])
def test_a_rule_that_writes_nothing_mutes_nobody_and_is_looked_at_as_if_it_were_on(silent: dict[str, bool]) -> None:
    quiet = replace(_BUSY, **silent)
    assert _told_of_late(quiet) == [2, 10]
    assert [one.told for one in _replayed([7, 0, 7], quiet)[0].episodes] == [FIRST, FIRST + 2]
    assert _told_of_late(_BUSY, replace(_LATE, **silent)) == [5, None]


def _ended(values: Sequence[int | None], rule: Rule) -> list[tuple[int, int | None]]:
    """When its alerts opened and were over."""
    (passed,) = _replayed(values, rule)
    return [(one.opened - FIRST, None if one.resolved is None else one.resolved - FIRST) for one in passed.episodes]


def test_what_nobody_answers_expires_and_does_not_come_back_before_it_was_calm() -> None:
    rule = _rule(hold=0, clear_after=0, expires=timedelta(days=10))
    assert _ended([7] * 20, rule) == [(0, 11)]
    assert _ended([*[7] * 15, 0, *[7] * 15], rule) == [(0, 11), (16, 27)]
    assert _ended([*[7] * 5, *[13] * 15], rule) == [(0, 16)]
    assert _ended([7] * 20, replace(rule, shadow=True)) == [(0, 11)]
    assert _ended([7] * 20, replace(rule, expires=timedelta(0))) == [(0, None)]


def test_an_alert_that_another_speaks_for_does_not_expire() -> None:
    late = replace(_LATE, expires=timedelta(days=10))
    tracks = [track(watch(late)), track(watch(_BUSY))]
    late_one, _ = replay(ACME, _sight([7] * 20, [7] * 20), tracks, _past(20))
    assert [(one.told, one.resolved) for one in late_one.episodes] == [(None, None)]


def test_the_loudest_account_has_the_most_alerts_then_the_most_days() -> None:
    episodes = [_episode(0, 3), _episode(5, 6), _episode(0, 9, account=BETA), _episode(1, 4, "late", AccountId("c"))]
    found = loudest(episodes, Period(first=FIRST, last=Day(FIRST + 9)))
    assert [(one.account, one.alerts, one.days) for one in found] == [("acme", 2, 4), ("beta", 1, 9), ("c", 1, 3)]


def test_moved_lines_keep_their_proportion() -> None:
    moved = move_lines(_rule(), Decimal(9))
    assert moved.levels == (
        (Level.WATCH, Lines(enter=Decimal(9), exit=Decimal(6))),
        (Level.RED, Lines(enter=Decimal(18), exit=Decimal("13.5"))),
    )


def test_lines_cannot_be_in_proportion_to_nothing() -> None:
    rule = _rule(levels=((Level.WATCH, Lines(enter=Decimal(0), exit=Decimal(-1))),))
    with pytest.raises(ValueError, match="lowest enter is 0"):
        move_lines(rule, Decimal(5))


def test_lines_to_try_are_reached_by_the_peaks_and_the_nearest_that_fits_is_chosen() -> None:
    peaks = [Decimal(30), Decimal("20.456"), Decimal(1234567), Decimal("0.12345")]
    tried = lines_to_try(peaks, _rule(), 2)
    assert tried == (Decimal(1234567), Decimal(30), Decimal("20.4"), Decimal("0.123"))
    counts = list(zip(tried, (1, 2, 2, 5), strict=True))
    assert choose(counts, 2) == Decimal("20.4")
    assert choose(counts, 0) is None


def test_a_more_generous_line_that_gave_fewer_alerts_is_chosen_where_it_comes_nearer() -> None:
    assert choose([(Decimal(30), 3), (Decimal(20), 6), (Decimal(10), 4)], 5) == 10
    assert choose([(Decimal(30), 4), (Decimal(20), 6), (Decimal(10), 3)], 5) == 30


def test_days_count_once_every_rule_has_its_days_behind_it_in_whole_weeks() -> None:
    period = default_period([watch(_rule(hold=3))], FIRST, Day(FIRST + 99))
    assert (period.first, period.last) == (FIRST + 37, FIRST + 99)


def test_a_short_past_counts_whole() -> None:
    assert default_period([watch(_rule())], FIRST, Day(FIRST + 40)) == Period(first=FIRST, last=Day(FIRST + 40))
