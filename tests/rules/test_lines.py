"""How far a value is from a rule's lines, and the lines as they are kept."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import condition

from rules.judging.lines import Distance, Scale, distance, read_scale, scale, scale_text
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
    assert distance(Decimal(value), scale(rule(TWO))) == Distance(level=level, by=Decimal(by), crossed=crossed)


def test_rule_that_watches_below_counts_the_other_way() -> None:
    watching = scale(rule(BELOW, Direction.BELOW))
    assert distance(Decimal(25), watching) == Distance(level=Level.WATCH, by=Decimal(5), crossed=False)
    assert distance(Decimal(4), watching) == Distance(level=Level.RED, by=Decimal(6), crossed=True)


def test_infinite_value_is_beyond_without_a_distance() -> None:
    assert distance(Decimal("Infinity"), scale(rule(TWO))) == Distance(level=Level.RED, by=None, crossed=True)


def test_the_lines_of_an_override_are_those_that_count() -> None:
    lines = ((Level.AMBER, Lines(enter=Decimal(40), exit=Decimal(30))),)
    other = replace(rule(TWO), overrides=(Override(when=condition("strategic"), levels=lines),))
    assert distance(Decimal(25), scale(other, 0)) == Distance(level=Level.AMBER, by=Decimal(15), crossed=False)


numbers = st.decimals(allow_nan=False, allow_infinity=False)
pairs = st.builds(lambda enter, leave: Lines(enter=enter, exit=leave), numbers, numbers)


@given(st.sampled_from(Direction), st.lists(st.tuples(st.sampled_from(Level), pairs), min_size=1, max_size=3))
def test_lines_that_were_kept_read_as_they_were(side: Direction, levels: list[tuple[Level, Lines]]) -> None:
    kept = Scale(direction=side, levels=tuple(levels))
    assert read_scale(scale_text(kept)) == kept


def test_lines_are_kept_as_somebody_can_read_them() -> None:
    assert scale_text(scale(rule(TWO))) == "above watch 10/10, red 20/20"


@pytest.mark.parametrize("text", ["", "amber 0.20", "above", "above ", "above green 1/2", "beside watch 1/2"])
def test_text_that_holds_no_lines_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no level|is not a valid Direction"):
        read_scale(text)
