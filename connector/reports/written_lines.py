"""The lines of a rule as a rule file writes them."""

from collections.abc import Iterator
from decimal import Decimal

from rules.catalogue import Unit
from rules.language.expression import signal_unit
from rules.rule import Rule


def written_line(value: Decimal, unit: Unit) -> str:
    """15%, 20, 15d or, of money, "12.50"."""
    if unit is Unit.RATIO:
        return f"{_plain(value * 100)}%"
    if unit is Unit.DURATION:
        return f"{_plain(value)}d"
    return f'"{_plain(value)}"' if unit is Unit.MONEY else _plain(value)


def change_of_lines(rule: Rule) -> str:
    """A rule file that gives a rule of an earlier file these lines."""
    return "\n".join(("version: 1", "change:", f"  - id: {rule.id}", "    levels:", *_levels(rule)))


def _levels(rule: Rule) -> Iterator[str]:
    unit = signal_unit(rule.signal)
    for level, lines in rule.levels:
        enter, leave = written_line(lines.enter, unit), written_line(lines.exit, unit)
        yield f"      {level.word}: {{enter: {enter}, exit: {leave}}}"


def _plain(value: Decimal) -> str:
    """Never with an exponent, and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
