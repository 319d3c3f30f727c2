"""A rule made ready to look at metrics, and what it sees there."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Protocol

from rules.alert import Block, Observation
from rules.catalogue import Unit, find_metric
from rules.facts import Day
from rules.judging.reading import Reading, read
from rules.rule import Condition, Direction, Rule, Signal

Value = Decimal | int | str | bool | None


class Numbers(Protocol):
    """The metrics of one account on one day; None is unknown, never zero."""

    def value(self, name: str) -> Value:
        """A metric or fact as it is, never scaled."""

    def signal(self, name: str) -> Decimal | None:
        """A number as a signal sees it: scaled where the account's grace ended within its window."""

    def observe(self, signal: Signal) -> Decimal | None:
        """The signal's number; a division by zero is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One judgement to be made."""

    at: datetime
    day: Day
    """The last day of every window."""
    midnight: bool
    """True: the day is finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A rule with everything worked out that is the same for every account and day."""

    rule: Rule
    key: str
    """What is watched. A state that was judged by another key was judged by a signal since edited."""
    windowed: bool
    growing: bool
    condition: Callable[[Numbers], bool | None]
    """Whether `only_if` is met, None when that is unknown."""
    operands: tuple[str, ...]
    """The names in the signal."""


def watch(rule: Rule) -> Watch:
    """Make a rule ready. Raises KeyError for a name that the catalogue does not know."""
    signal, condition = rule.signal, rule.only_if
    operands = (signal.numerator,) if signal.denominator is None else (signal.numerator, signal.denominator)
    names = operands if condition is None else (*operands, condition.name)
    return Watch(
        rule=rule,
        key=f"{rule.direction} {' / '.join(operands)}",
        windowed=any(_window(name) is not None for name in names),
        growing=_signal_grows(rule) and _condition_grows(condition),
        condition=_always if condition is None else _comparison(condition),
        operands=operands,
    )


def observe(watch: Watch, numbers: Numbers, moment: Moment, blocked: Block | None) -> Observation:
    """What the rule sees of one account at one moment."""
    rule = watch.rule
    evidence: list[tuple[str, Value]] = [(name, numbers.signal(name)) for name in watch.operands]
    if rule.only_if is not None and rule.only_if.name not in watch.operands:
        evidence.append((rule.only_if.name, numbers.value(rule.only_if.name)))
    return Observation(
        at=moment.at,
        midnight=moment.midnight,
        value=numbers.observe(rule.signal),
        condition=watch.condition(numbers),
        blocked=blocked,
        windowed=watch.windowed,
        growing=watch.growing,
        operands=tuple(evidence),
    )


def glance(watch: Watch, numbers: Numbers) -> Reading | None:
    """Where the account stands between the rule's lines, with as little arithmetic as that takes."""
    condition = watch.condition(numbers)
    below = watch.rule.signal.denominator
    if not condition or (below is not None and numbers.signal(below) is None):
        return read(None, watch.rule, condition=condition)
    return read(numbers.observe(watch.rule.signal), watch.rule, condition=condition)


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "==": operator.eq,
        "!=": operator.ne,
    }
)


def _always(_: Numbers) -> bool:
    return True


def _comparison(condition: Condition) -> Callable[[Numbers], bool | None]:
    compare, name, line = _OPERATORS[condition.operator], condition.name, condition.value

    def meets(numbers: Numbers) -> bool | None:
        found = numbers.value(name)
        return None if found is None else compare(found, line)

    return meets


def _window(name: str) -> int | None:
    metric = find_metric(name)
    if metric is None:
        raise KeyError(name)
    return metric.window


_UP, _FLAT, _DOWN = 1, 0, -1


def _trend(name: str) -> int | None:
    """Which way a value can move within one day; None: either way."""
    metric = find_metric(name)
    if metric is None:
        raise KeyError(name)
    if metric.window is None or metric.stem == "revenue":
        return _FLAT
    if metric.stem == "contribution":
        return _DOWN
    return _UP if metric.stem == "cost_share" or metric.unit is not Unit.RATIO else None


def _signal_grows(rule: Rule) -> bool:
    above, below = _trend(rule.signal.numerator), _FLAT
    if rule.signal.denominator is not None:
        found = _trend(rule.signal.denominator)
        if found is None or (found is not _FLAT and above is not _FLAT):
            return False
        below = found
    towards = _UP if rule.direction is Direction.ABOVE else _DOWN
    return above is not None and above - below in (_FLAT, towards)


def _condition_grows(condition: Condition | None) -> bool:
    """Whether a condition that holds on a part of the day holds on the whole of it."""
    if condition is None:
        return True
    trend = _trend(condition.name)
    return trend is _FLAT or (trend is _UP and condition.operator in (">", ">="))
