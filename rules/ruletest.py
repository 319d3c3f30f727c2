"""Tests of rules: what a rule makes of given numbers, judgement by judgement, beside what was expected of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from rules.alert import Block, Observation, State, Step
from rules.facts import Day
from rules.judging.lifecycle import step
from rules.judging.watch import Moment, StatedNumbers, Value, Watch, observe_fully, watch
from rules.rule import Rule

_FIRST = datetime(2026, 1, 5, tzinfo=UTC)
"""When every test begins; any midnight would do."""
_DAY = timedelta(days=1)
_AGE = "age_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is true at one time."""

    at: timedelta
    """Since the first judgement; the last judgement at or before it counts."""
    asserted: tuple[tuple[str, Value], ...]
    """Of state, level, value, blocked and frozen what was named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """What one rule is expected to make of given numbers."""

    name: str
    rule: str
    every: timedelta
    """Between two judgements; those a whole number of days after the first are midnights."""
    given: Mapping[str, Value]
    """What stays as it is; `age_days` is the age on the first day and grows."""
    series: Mapping[str, tuple[Value, ...]]
    """By judgement; a series that has ended keeps its last value."""
    expect: tuple[Expectation, ...]
    opened: int | None
    """How many times the alert opens; None: not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that is not as expected."""

    index: int | None
    """Which of `expect`; None: `opened`."""
    key: str
    expected: Value
    got: Value
    signal: Decimal | None = None
    operands: tuple[tuple[str, Value], ...] = ()
    """What the signal and the conditions were made of, at that time."""
    clock: timedelta = timedelta(0)
    """How much of `hold` or `clear_after` had passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One judgement."""

    at: timedelta
    state: State
    observation: Observation


def run_test(test: RuleTest, rule: Rule, grace: timedelta) -> tuple[Failure, ...]:
    """Judges the given numbers as a daemon would; () when everything is as expected."""
    seen, opened = _judge(test, rule, grace)
    failures = [failure for index, each in enumerate(test.expect) for failure in _compare(index, each, seen)]
    if test.opened is not None and test.opened != opened:
        failures.append(Failure(index=None, key="opened", expected=test.opened, got=opened))
    return tuple(failures)


def _judge(test: RuleTest, rule: Rule, grace: timedelta) -> tuple[list[_Seen], int]:
    ready, state, opened = watch(rule), State(), 0
    seen: list[_Seen] = []
    for number in range(_length(test)):
        observation = _observe(test, ready, number, grace)
        state, transitions = step(state, observation, rule)
        opened += sum(transition.step is Step.OPENED for transition in transitions)
        seen.append(_Seen(at=number * test.every, state=state, observation=observation))
    return seen, opened


def _length(test: RuleTest) -> int:
    """As many judgements as the longest series has values, and as the last expectation needs."""
    last = max((expectation.at for expectation in test.expect), default=timedelta(0))
    return max(1, last // test.every + 1, *(len(values) for values in test.series.values()), 1)


def _observe(test: RuleTest, ready: Watch, number: int, grace: timedelta) -> Observation:
    passed = number * test.every
    values = _values(test, number, passed)
    day = Day(_FIRST.toordinal() + passed // _DAY)
    moment = Moment(at=_FIRST + passed, day=day, midnight=not passed % _DAY)
    return observe_fully(ready, StatedNumbers(values), moment, _blocked(ready.rule, values.get(_AGE), grace))


def _values(test: RuleTest, number: int, passed: timedelta) -> dict[str, Value]:
    values = {name: series[min(number, len(series) - 1)] for name, series in test.series.items()}
    age = test.given.get(_AGE)
    aged = {} if not isinstance(age, Decimal | int) or isinstance(age, bool) else {_AGE: age + passed // _DAY}
    return {**test.given, **aged, **values}


def _blocked(rule: Rule, age: Value, grace: timedelta) -> Block | None:
    """An account of which the test does not say how old it is, is old."""
    if not isinstance(age, Decimal | int):
        return None
    if rule.grace and age * _DAY.days < grace.days:
        return Block.GRACE
    return Block.HISTORY if age + 1 < rule.min_history.days else None


def _compare(index: int, expectation: Expectation, seen: list[_Seen]) -> Iterator[Failure]:
    last = next(each for each in reversed(seen) if each.at <= expectation.at)
    found = _shown(last)
    for key, expected in expectation.asserted:
        if found[key] != expected:
            yield Failure(
                index=index,
                key=key,
                expected=expected,
                got=found[key],
                signal=last.observation.value,
                operands=last.observation.operands,
                clock=last.state.clock,
            )


def _shown(seen: _Seen) -> Mapping[str, Value]:
    state = seen.state
    return {
        "state": state.phase.value,
        "level": "none" if state.level is None else state.level.word,
        "value": seen.observation.value,
        "blocked": "none" if state.blocked is None else state.blocked.value,
        "frozen": state.frozen,
    }
