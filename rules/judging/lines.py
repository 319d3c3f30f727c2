"""The lines that a value is held against, how far it is from them, and both written as one text."""

import re
from dataclasses import dataclass
from decimal import Decimal

from rules.rule import Direction, Level, Lines, Rule

_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?"
_PAIR = re.compile(rf"(watch|amber|red) ({_NUMBER})/({_NUMBER})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Every line that counts, and on which side of them a value is a concern."""

    direction: Direction
    levels: tuple[tuple[Level, Lines], ...]
    """From the lowest level up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """From a value to the line it comes to next; beyond the last one, to that."""

    level: Level
    by: Decimal | None
    """Never negative, in the signal's own unit; None where the value is infinite."""
    crossed: bool
    """True beyond the highest level's line."""


def scale(rule: Rule, override: int | None = None) -> Scale:
    """The lines of a rule under an override, by its place in the rule; None: the rule's own."""
    return Scale(direction=rule.direction, levels=rule.lines(override))


def distance(value: Decimal, scale: Scale) -> Distance:
    """To the lowest level whose enter is not reached yet, else to the highest level's enter."""
    sign = 1 if scale.direction is Direction.ABOVE else -1
    for level, lines in scale.levels:
        if sign * value < sign * lines.enter:
            return _distance(level, lines.enter, value, crossed=False)
    level, lines = scale.levels[-1]
    return _distance(level, lines.enter, value, crossed=True)


def scale_text(scale: Scale) -> str:
    """As it is kept: `above watch 0.15/0.10, amber 0.20/0.16`, each level with its enter and its exit."""
    pairs = (f"{level.word} {lines.enter}/{lines.exit}" for level, lines in scale.levels)
    return f"{scale.direction} {', '.join(pairs)}"


def read_scale(text: str) -> Scale:
    """The lines that such a text holds. Raises ValueError for any other."""
    side, _, rest = text.partition(" ")
    return Scale(direction=Direction(side), levels=tuple(_level(pair) for pair in rest.split(", ")))


def _level(text: str) -> tuple[Level, Lines]:
    pair = _PAIR.fullmatch(text)
    if pair is None:
        raise ValueError(f"{text!r} is no level with its lines")
    return Level[pair[1].upper()], Lines(enter=Decimal(pair[2]), exit=Decimal(pair[3]))


def _distance(level: Level, line: Decimal, value: Decimal, *, crossed: bool) -> Distance:
    return Distance(level=level, by=abs(value - line) if value.is_finite() else None, crossed=crossed)
