"""A draft as a Rule: what its keys say together, and what is wrong with that."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from connector.rulefiles.drafts import Draft
from connector.rulefiles.keys import LineKeys, given
from connector.rulefiles.values import Line
from connector.yaml.marks import Problem
from rules.catalogue import Unit
from rules.language.expression import signal_unit, unfit
from rules.rule import Direction, Level, Lines, Rule

_REQUIRED = ("id", "title", "signal", "levels")
_NAMED_ALIKE = frozenset(field.name for field in fields(Rule)) - {"levels"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A draft after its check."""

    rule: Rule | None
    """None when something is wrong."""
    problems: tuple[Problem, ...]
    """With the warnings."""


def check_draft(draft: Draft) -> Checked:
    """The rule, or everything that is wrong between its keys."""
    problems = [*_missing(draft), *_unit_problems(draft), *_line_problems(draft)]
    if draft.bad or any(not problem.warning for problem in problems):
        return Checked(rule=None, problems=tuple(problems))
    return Checked(rule=_rule(draft), problems=tuple(problems))


def _rule(draft: Draft) -> Rule:
    keys: dict[str, Any] = {name: item for name, item in given(draft.keys).items() if name in _NAMED_ALIKE}
    lines = draft.keys.levels.lines() if draft.keys.levels is not None else ()
    levels = tuple((level, _lines(pair)) for level, pair in lines)
    return Rule(levels=levels, exempt=bool(draft.keys.budget), **keys)


def _lines(pair: LineKeys) -> Lines:
    enter = _number(pair.enter)
    return Lines(enter=enter, exit=enter if pair.exit is None else _number(pair.exit))


def _number(line: Line | None) -> Decimal:
    if line is None or not isinstance(line.constant.value, Decimal):
        raise TypeError("a line is checked before it is used")
    return line.constant.value


def _missing(draft: Draft) -> Iterator[Problem]:
    for key in _REQUIRED:
        if getattr(draft.keys, key) is None and not draft.is_bad(key):
            yield draft.home.problem(f"{draft.name}{key} {'are' if key == 'levels' else 'is'} missing")
    levels = draft.keys.levels
    if levels is None:
        return
    if not levels.lines() and not draft.is_bad_below("levels"):
        yield draft.spot("levels").problem(f"{draft.name}levels: write at least one of watch, amber and red")
    for level, pair in levels.lines():
        if pair.enter is None and not draft.is_bad("levels", level.word, "enter"):
            yield draft.spot("levels", level.word).problem(f"{draft.name}level {level.word}: enter is missing")


def _unit_problems(draft: Draft) -> Iterator[Problem]:
    """Lines that are no number of the signal's unit."""
    signal, levels = draft.keys.signal, draft.keys.levels
    if signal is None or levels is None:
        return
    unit = signal_unit(signal)
    for level, pair in levels.lines():
        for side, line in given(pair).items():
            sentence = _unfit(unit, line)
            if sentence:
                yield draft.spot("levels", level.word, side).problem(f"{draft.name}level {level.word}: {sentence}")


def _is_comparable(draft: Draft, pair: LineKeys) -> bool:
    """False where a line's unit is told as wrong already."""
    signal = draft.keys.signal
    return signal is None or all(_unfit(signal_unit(signal), line) is None for line in given(pair).values())


def _unfit(unit: Unit, line: Line) -> str | None:
    if unit is Unit.MONEY and line.unquoted:
        return f'write money in quotes, so that it stays exact: "{line.constant.text}"'
    return unfit(unit, line.constant)


def _line_problems(draft: Draft) -> Iterator[Problem]:
    """Exits on the wrong side, exits left out, and lines of two levels that are not in order."""
    if draft.keys.levels is None or draft.is_bad("direction"):
        return
    lower: tuple[Level, LineKeys] | None = None
    for level, pair in draft.keys.levels.lines():
        if pair.enter is None or not _is_comparable(draft, pair):
            continue
        yield from _exit_problems(draft, level, pair)
        if lower is not None:
            yield from _order_problems(draft, lower, (level, pair))
        lower = (level, pair)


def _exit_problems(draft: Draft, level: Level, pair: LineKeys) -> Iterator[Problem]:
    head, enter = f"{draft.name}level {level.word}: ", pair.enter
    if enter is None:
        return
    if pair.exit is None:
        if not draft.is_bad_below("levels", level.word):
            sentence = f"exit is left out, so it is equal to enter {enter.constant.text}: alerts may come and go"
            yield draft.spot("levels", level.word).warning(f"{head}{sentence}")
    elif _is_beyond(draft, _number(pair.exit), _number(enter)):
        sentence = f"exit {pair.exit.constant.text} is on the wrong side of enter {enter.constant.text}"
        yield draft.spot("levels", level.word, "exit").problem(f"{head}{sentence}")


def _order_problems(draft: Draft, lower: tuple[Level, LineKeys], upper: tuple[Level, LineKeys]) -> Iterator[Problem]:
    """A higher level begins strictly beyond the lower one, and does not end before it."""
    for side in ("enter", "exit"):
        low, high = _side(lower[1], side), _side(upper[1], side)
        if low is None or high is None:
            continue
        is_back = _is_beyond(draft, _number(low), _number(high))
        if is_back or (side == "enter" and _number(low) == _number(high)):
            where = draft.spots.get(("levels", upper[0].word, side), draft.spot("levels", upper[0].word))
            sentence = f"{side} {high.constant.text} does not lie beyond level {lower[0].word}'s {low.constant.text}"
            yield where.problem(f"{draft.name}level {upper[0].word}: {sentence}")


def _is_beyond(draft: Draft, value: Decimal, line: Decimal) -> bool:
    """True on the side of a line that is a concern; compared exactly."""
    return value < line if draft.keys.direction is Direction.BELOW else value > line


def _side(pair: LineKeys, side: str) -> Line | None:
    return pair.enter if side == "enter" or pair.exit is None else pair.exit
