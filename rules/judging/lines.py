"""How far a value is from a rule's lines."""

from dataclasses import dataclass
from decimal import Decimal

from rules.rule import Direction, Level, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """From a value to the line it comes to next; beyond the last one, to that."""

    level: Level
    by: Decimal | None
    """Never negative, in the signal's own unit; None where the value is infinite."""
    crossed: bool
    """True beyond the highest level's line."""


def distance(value: Decimal, rule: Rule, override: int | None = None) -> Distance:
    """To the lowest level whose enter is not reached yet, else to the highest level's enter.

    `override` is the place of the override whose lines count, None: the rule's own.
    """
    sign, all_lines = 1 if rule.direction is Direction.ABOVE else -1, rule.lines(override)
    for level, lines in all_lines:
        if sign * value < sign * lines.enter:
            return _distance(level, lines.enter, value, crossed=False)
    level, lines = all_lines[-1]
    return _distance(level, lines.enter, value, crossed=True)


def _distance(level: Level, line: Decimal, value: Decimal, *, crossed: bool) -> Distance:
    return Distance(level=level, by=abs(value - line) if value.is_finite() else None, crossed=crossed)
