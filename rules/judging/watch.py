"""A rule made ready to look at metrics, and what it sees there."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from rules.alert import Block, Observation, Operands
from rules.catalogue import OF_ALL, Metric, find_metric
from rules.expression import Tree, names, written
from rules.facts import Day
from rules.judging.closures import Ask, Look, condition_closure, signal_closure
from rules.judging.numbers import Numbers, StatedNumbers
from rules.judging.reading import Reading, read
from rules.judging.trend import DOWN, FLAT, UP, trend
from rules.measuring.measure import Absence, Value, plain
from rules.rule import Direction, Rule

__all__ = [
    "Moment",
    "Numbers",
    "Seen",
    "StatedNumbers",
    "Value",
    "Watch",
    "asks_of_all",
    "evidence",
    "glance",
    "observation",
    "observe",
    "observe_fully",
    "see",
    "watch",
]


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
    daily: bool
    growing: bool
    look: Look
    """The signal's number."""
    condition: Ask
    """Whether `only_if` is met, None when that is unknown."""
    overrides: tuple[Ask, ...]
    operands: tuple[str, ...]
    """The names in the signal, each once."""
    asked: tuple[str, ...]
    """The other names, of `only_if` and the overrides."""


def watch(rule: Rule) -> Watch:
    """Make a rule ready. Raises KeyError for a name that the catalogue does not know."""
    asked = tuple(override.when.tree for override in rule.overrides)
    condition = rule.only_if
    operands = _names(rule.signal.tree)
    others = _names(*(() if condition is None else (condition.tree,)), *asked)
    return Watch(
        rule=rule,
        key=f"{rule.direction} {written(rule.signal.tree)}",
        windowed=any(_metric(name).window is not None for name in (*operands, *others)),
        daily=any(_metric(name).daily for name in (*operands, *others)),
        growing=_grows(rule),
        look=signal_closure(rule.signal),
        condition=_always if condition is None else condition_closure(condition),
        overrides=tuple(condition_closure(override.when) for override in rule.overrides),
        operands=operands,
        asked=tuple(name for name in others if name not in operands),
    )


def asks_of_all(watch: Watch) -> bool:
    """Whether it looks at, or tells, an account's share of all accounts."""
    told = f"{watch.rule.why}{watch.rule.advice}"
    looks = any(_metric(name).stem in OF_ALL for name in (*watch.operands, *watch.asked))
    return looks or any(f"{{{stem}_" in told for stem in OF_ALL)


class Seen(NamedTuple):
    """What there is to see of one account under one rule. A tuple, for a look back sees it by the million."""

    value: Decimal | None
    """The signal; None: unknown."""
    condition: bool | None
    override: int | None


def see(watch: Watch, numbers: Numbers, *, condition: bool | None) -> Seen:
    """The signal and whose lines count, beside what the rule's condition says of these numbers."""
    found = watch.look(numbers)
    override = _override(watch, numbers) if watch.overrides else None
    return Seen(None if isinstance(found, Absence) else found, condition, override)


def observe(watch: Watch, numbers: Numbers, moment: Moment, blocked: Block | None) -> Observation:
    """What the rule sees of one account at one moment, without its evidence."""
    return observation(watch, see(watch, numbers, condition=watch.condition(numbers)), moment, blocked)


def observation(watch: Watch, seen: Seen, moment: Moment, blocked: Block | None) -> Observation:
    """What was seen, as the state machine takes it."""
    return Observation(
        at=moment.at,
        midnight=moment.midnight,
        value=seen.value,
        condition=seen.condition,
        blocked=blocked,
        windowed=watch.windowed,
        daily=watch.daily,
        growing=watch.growing,
        override=seen.override,
    )


def observe_fully(watch: Watch, numbers: Numbers, moment: Moment, blocked: Block | None) -> Observation:
    """The same with its evidence: for what is stored, told or explained."""
    return observe(watch, numbers, moment, blocked)._replace(operands=evidence(watch, numbers))


def evidence(watch: Watch, numbers: Numbers) -> Operands:
    """The signal's operands as it sees them, then what conditions look at as it is."""
    seen: list[tuple[str, Value]] = [(name, plain(numbers.operand(name))) for name in watch.operands]
    seen += [(name, _value(numbers, name)) for name in watch.asked]
    return tuple(seen)


def glance(watch: Watch, numbers: Numbers) -> Reading | None:
    """Where the account stands between the rule's lines, with as little arithmetic as that takes."""
    condition = watch.condition(numbers)
    override = _override(watch, numbers) if watch.overrides else None
    if not condition:
        return read(None, watch.rule, condition=condition, override=override)
    found = watch.look(numbers)
    value = None if isinstance(found, Absence) else found
    return read(value, watch.rule, condition=condition, override=override)


def _override(watch: Watch, numbers: Numbers) -> int | None:
    """The place of the first override that is met; the unknown meets none."""
    for place, met in enumerate(watch.overrides):
        if met(numbers):
            return place
    return None


def _always(_: Numbers) -> bool:
    return True


def _names(*trees: Tree) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.name for tree in trees for name in names(tree)))


def _value(numbers: Numbers, name: str) -> Value:
    found = numbers.exact(name)
    return found if isinstance(found, bool) or type(found) is str else plain(found)  # type: ignore[arg-type]


def _metric(name: str) -> Metric:
    metric = find_metric(name)
    if metric is None:
        raise KeyError(name)
    return metric


def _grows(rule: Rule) -> bool:
    """Whether a part of a day can only bring the value closer to its lines, and which lines these are is settled."""
    towards = UP if rule.direction is Direction.ABOVE else DOWN
    if trend(rule.signal.tree) not in (FLAT, towards):
        return False
    if rule.only_if is not None and trend(rule.only_if.tree) not in (FLAT, UP):
        return False
    return all(trend(override.when.tree) == FLAT for override in rule.overrides)
