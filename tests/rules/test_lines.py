"""How far a value is from a rule's lines."""

from dataclasses import replace
from decimal import Decimal

import pytest
from written import condition

from rules.judging.lines import Distance, distance
from rules.language.expression import parse_signal
from rules.rule import Direction, Level, Lines, Override, Rule, Signal

TWO = ((Level.WATCH, "10"), (Level.RED, "20"))
BELOW = ((Level.WATCH, "20"), (Level.RED, "10"))


def rule(levels: tuple[tuple[Level, str], ...], direction: Direction = Direction.ABOVE) -> Rule:
    signal = parse_signal("tickets_28d")
    assert isinstance(signal, Signal)
    lines = tuple((level, Lines(enter=Decimal(line), exit=Decimal(line))) for level, line in levels)
    return Rule(id="r", title="r", signal=signal, levels=lines, direction=direction)


@pytest.mark.parametrize(
    ("value", "level", "by", "crossed"),
    [
        ("3", Level.WATCH, "7", False),
        ("10", Level.RED, "10", False),
        ("20", Level.RED, "0", True),
        ("26", Level.RED, "6", True),
    ],
)
def test_distance_is_to_the_line_that_comes_next(value: str, level: Level, by: str, crossed: bool) -> None:  # noqa: FBT001
    assert distance(Decimal(value), rule(TWO)) == Distance(level=level, by=Decimal(by), crossed=crossed)


def test_rule_that_watches_below_counts_the_other_way() -> None:
    watching = rule(BELOW, Direction.BELOW)
    assert distance(Decimal(25), watching) == Distance(level=Level.WATCH, by=Decimal(5), crossed=False)
    assert distance(Decimal(4), watching) == Distance(level=Level.RED, by=Decimal(6), crossed=True)


def test_infinite_value_is_beyond_without_a_distance() -> None:
    assert distance(Decimal("Infinity"), rule(TWO)) == Distance(level=Level.RED, by=None, crossed=True)


def test_the_lines_of_an_override_are_those_that_count() -> None:
    lines = ((Level.AMBER, Lines(enter=Decimal(40), exit=Decimal(30))),)
    other = replace(rule(TWO), overrides=(Override(when=condition("strategic"), levels=lines),))
    assert distance(Decimal(25), other, 0) == Distance(level=Level.AMBER, by=Decimal(15), crossed=False)
