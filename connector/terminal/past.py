"""One account at the end of a past day, for people."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from connector.reports.explaining_past import PastExplanation, PastRule
from connector.store.rows import VerdictDay
from connector.terminal.account_lines import account_heading, log_lines, numbers_table
from connector.terminal.rule_lines import (
    condition_words,
    operand_words,
    rule_heading,
    scale_words,
    seen_lines,
    shown_day,
    stood_line,
    stood_words,
    value_words,
)
from connector.terminal.words import KNOWN_AS_NOW, shown_moment
from rules.days import Calendar
from rules.judging.lines import scale_text
from rules.measuring.measure import Metrics
from rules.measuring.shown import long_date

_NOTES = (
    "Recorded is what was seen then. Recomputed is what today's rules and rates say of what is known of that day now: "
    "nobody answers there, and the guard holds nothing back. A clock is always recomputed.",
    f"{KNOWN_AS_NOW} What is wanted or stands in the helpdesk is about now, and is left out.",
)


def past_parts(past: PastExplanation) -> Iterator[RenderableType]:
    """The whole explanation, top to bottom."""
    calendar = past.yardstick.calendar
    yield account_heading(past.account, past.settings)
    reach = f"Facts reach back to {long_date(past.yardstick.facts_from)}."
    yield f"At the end of {long_date(past.day)} ({shown_moment(past.at)}). {reach}"
    yield from _NOTES
    yield Text()
    yield numbers_table(past.metrics, "Recomputed")
    for one in past.rules:
        yield Text()
        yield from _rule(one, calendar)
    if past.former:
        yield Text()
    for row in past.former:
        yield Text(f"{row.rule}, which is no longer judged, saw {_former(row, past.metrics)} (recorded)")
    if past.transitions:
        yield Text()
    yield from log_lines("Up to then", past.transitions, calendar)


def _rule(one: PastRule, calendar: Calendar) -> Iterator[Text]:
    yield rule_heading(one.rule)
    yield from seen_lines(one.seen)
    yield stood_line(one.stood, one.seen, calendar)
    yield Text(f"  {_sources(one)}")
    if one.differs:
        yield Text(f"  recomputed today: {'; '.join(_otherwise(one, calendar))}", "yellow")


def _sources(one: PastRule) -> str:
    """Where the number and where the phase come from."""
    if one.source is one.stood_source:
        return str(one.source)
    return f"number {one.source}, phase {one.stood_source}"


def _otherwise(one: PastRule, calendar: Calendar) -> Iterator[str]:
    """What today's recomputation says instead."""
    again, differs = one.again, set(one.differs)
    if "value" in differs:
        yield value_words(again)
    operands = [(name, value) for name, value in again.operands if name in differs]
    yield from (f"{name} {operand_words(name, value, again.metrics)}" for name, value in operands)
    if "condition" in differs:
        yield f"its condition: {condition_words(again.condition)}"
    if "lines" in differs:
        yield f"lines: {scale_words(again)}"
    if differs & {"phase", "level"}:
        yield str(stood_words(one.again_stood))
    if "since" in differs and one.again_stood.since is not None:
        yield f"since {shown_day(calendar, one.again_stood.since)}"


def _former(row: VerdictDay, metrics: Metrics) -> str:
    said = "; ".join(f"{name} {operand_words(name, value, metrics)}" for name, value in row.operands)
    value = "an unknown value" if row.value is None else f"{row.value:f}"
    return f"{value} ({said}), lines: {scale_text(row.scale)}"
