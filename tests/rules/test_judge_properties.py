"""A daemon, a nightly run, a machine that was off and a first run come to the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from written import condition, signal

from rules.days import Calendar
from rules.facts import Day
from rules.judging.judge import Judged, Sight, course, judge
from rules.judging.lifecycle import State
from rules.judging.watch import Numbers, StatedNumbers, watch
from rules.rule import Level, Lines, Rule, Unknown

ROME = Calendar(ZoneInfo("Europe/Rome"))
FIRST = Day(date(2026, 10, 10).toordinal())
"""The clocks go back on the 25th."""
GRACE = timedelta(days=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The hours at which tickets came, day by day from FIRST on; on a dark day nothing can be known."""

    days: tuple[tuple[int, ...], ...]
    dark: frozenset[Day]
    begun: Day | None

    def week(self, last: Day, as_of: datetime) -> Numbers:
        if last in self.dark:
            return StatedNumbers({})
        whole = sum(len(self._hours(Day(day))) for day in range(last - 6, last))
        return StatedNumbers(
            {"tickets_7d": whole + sum(self._moment(last, hour) <= as_of for hour in self._hours(last))}
        )

    def _hours(self, day: Day) -> tuple[int, ...]:
        return self.days[day - FIRST] if FIRST <= day < FIRST + len(self.days) else ()

    def _moment(self, day: Day, hour: int) -> datetime:
        return ROME.midnight(day) + timedelta(hours=hour, minutes=59)

    @property
    def end(self) -> datetime:
        return ROME.midnight(Day(FIRST + len(self.days)))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    busy, quiet = st.lists(st.integers(0, 23), min_size=2, max_size=6), st.lists(st.integers(0, 23), max_size=1)
    days: list[tuple[int, ...]] = []
    for kind in draw(st.lists(st.sampled_from([busy, quiet]), min_size=1, max_size=5)):
        days += [tuple(hours) for hours in draw(st.lists(kind, min_size=1, max_size=14))]
    dark = draw(st.sets(st.integers(0, len(days) - 1), max_size=5))
    begun = draw(st.none() | st.integers(-5, 10).map(lambda day: Day(FIRST + day)))
    return World(days=tuple(days), dark=frozenset(Day(FIRST + day) for day in dark), begun=begun)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    return Rule(
        id="volume",
        title="Many tickets",
        signal=signal("tickets_7d"),
        levels=(
            (Level.WATCH, Lines(enter=Decimal(8), exit=Decimal(5))),
            (Level.RED, Lines(enter=Decimal(16), exit=Decimal(12))),
        ),
        only_if=draw(st.none() | st.just(condition("tickets_7d >= 7"))),
        hold=timedelta(hours=draw(st.sampled_from([0, 12, 24, 60, 72]))),
        clear_after=timedelta(hours=draw(st.sampled_from([0, 12, 24, 72]))),
        unknown=draw(st.sampled_from(Unknown)),
        grace=draw(st.booleans()),
        min_history=timedelta(days=draw(st.sampled_from([0, 4]))),
    )


def run(world: World, rule: Rule, cycles: Sequence[datetime]) -> Judged:
    """Judge at each of the moments and, last, at the midnight that ends the world."""
    states: Mapping[str, State] = {}
    for as_of in (*cycles, world.end):
        sight = Sight(measure=lambda day, now=as_of: world.week(day, now), begun=world.begun)  # type: ignore[misc]
        ahead = course(ROME, FIRST, as_of, GRACE)
        (judged,) = judge(sight, (watch(rule),), states, ahead)
        states = {rule.id: judged.state}
    return judged


def every(hours: int, world: World, first: int = 0) -> list[datetime]:
    begin = ROME.midnight(FIRST) + timedelta(hours=1)
    times = [begin, *(begin + timedelta(hours=hour) for hour in range(first, 24 * len(world.days), hours))]
    return sorted({time for time in times if time < world.end})


def dated(state: State) -> tuple[State, date | None, date | None]:
    """The state with the dates that people see instead of the moments at which it was noticed."""
    since = ROME.shown(state.since) if state.since else None
    opened = ROME.shown(state.opened_at) if state.opened_at else None
    return replace(state, since=None, opened_at=None), since, opened


def present(state: State) -> tuple[State, date | None, date | None]:
    """The same without what only older episodes tell."""
    if state.level is None:
        state = replace(state, opened_at=None, calm_since=None)
    return dated(replace(state, episode=0, resolved_at=None))


@given(worlds(), rules(), st.sets(st.integers(0, 1700), max_size=6))
@settings(deadline=None)
def test_daemon_nightly_run_and_a_machine_that_was_off_end_alike(world: World, rule: Rule, on: set[int]) -> None:
    daemon = run(world, rule, every(3, world))
    nightly = run(world, rule, every(24, world, first=1))
    begin = ROME.midnight(FIRST) + timedelta(hours=1)
    rare = [begin, *(begin + timedelta(hours=hour) for hour in sorted(on) if hour)]
    off = run(world, rule, [time for time in rare if time < world.end])
    assert dated(daemon.state) == dated(nightly.state) == dated(off.state)


@given(worlds(), rules())
@settings(deadline=None)
def test_a_first_run_has_the_state_of_a_daemon_that_always_ran(world: World, rule: Rule) -> None:
    daemon = run(world, rule, every(6, world))
    first = run(world, rule, [])
    assert present(first.state) == present(daemon.state)
    assert first.state.episode == (first.state.level is not None)


@given(worlds(), rules())
@settings(deadline=None)
def test_an_earlier_beginning_of_the_facts_looks_back_again(world: World, rule: Rule) -> None:
    sight = Sight(measure=lambda day: world.week(day, world.end), begun=world.begun)
    middle = course(ROME, Day(FIRST + len(world.days) // 2), world.end, GRACE)
    (before,) = judge(sight, (watch(rule),), {}, middle)
    assume(before.state.level is None)
    (after,) = judge(sight, (watch(rule),), {rule.id: before.state}, course(ROME, FIRST, world.end, GRACE))
    assert present(after.state) == present(run(world, rule, []).state)
