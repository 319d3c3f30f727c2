"""Where a value stands between the lines of its rule."""

from decimal import Decimal
from typing import NamedTuple

from rules.alert import Reason
from rules.rule import Direction, Level, Lines, Rule, Unknown


class Reading(NamedTuple):
    """Where a value stands between a rule's lines; `kept` is never lower than `reached`."""

    reached: Level | None
    """The highest level whose enter is reached."""
    kept: Level | None
    """The highest level whose exit is not passed; None: under the lowest exit."""
    reason: Reason


def read(value: Decimal | None, rule: Rule, *, condition: bool | None, override: int | None = None) -> Reading | None:
    """Where a value stands. A false condition is under the lines whatever the value is.

    `override` is the place of the override whose lines count, None: the rule's own.

    None: the value or the condition is unknown, and the rule holds.
    """
    if condition is False:
        return Reading(None, None, Reason.CONDITION)
    if condition is None or value is None:
        return _read_unknown(rule.lines(override), rule.unknown)
    reached = kept = None
    for level, lines in rule.lines(override):
        if rule.direction is Direction.ABOVE:
            entered, stays = value >= lines.enter, value >= lines.exit
        else:
            entered, stays = value <= lines.enter, value <= lines.exit
        reached = level if entered else reached
        kept = level if stays else kept
    return Reading(reached, kept, Reason.VALUE)


def _read_unknown(levels: tuple[tuple[Level, Lines], ...], unknown: Unknown) -> Reading | None:
    """Under `alert` an unknown value opens the lowest level and lowers none."""
    match unknown:
        case Unknown.HOLD:
            return None
        case Unknown.CLEAR:
            return Reading(None, None, Reason.UNKNOWN)
        case Unknown.ALERT:
            return Reading(levels[0][0], levels[-1][0], Reason.UNKNOWN)
