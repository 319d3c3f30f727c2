"""What a rule sees and where it stands, as lines: now and on a past day alike."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from rich.text import Text

from connector.reports.seen import Seen
from connector.terminal.accounts import LEVEL_STYLES
from connector.terminal.findings import heading
from connector.terminal.screen import clean
from rules.alert import Phase
from rules.catalogue import Unit, find_metric
from rules.days import Calendar
from rules.expression import Name, names
from rules.facts import Day
from rules.judging.lines import Distance
from rules.judging.recall import Stood
from rules.judging.signals import scaled_since
from rules.measuring.measure import Metrics, Value
from rules.measuring.shown import long_date, show, show_closely
from rules.planning.evidence import plain
from rules.rule import Direction, Rule

_DIGIT = re.compile("[1-9]")
_HOUR = timedelta(hours=1)


def rule_heading(rule: Rule) -> Text:
    """Its id and title."""
    return heading(rule.id).append("  ").append_text(clean(rule.title, "not bold"))


def seen_lines(seen: Seen) -> Iterator[Text]:
    """The signal with its operands, the condition, the lines."""
    rule = seen.rule
    yield Text(f"  {rule.signal.text} = {value_words(seen)}{_operands(seen)}")
    if rule.only_if is not None:
        yield Text(f"  only if {rule.only_if.text}: {condition_words(seen.condition)}{_asked(seen)}")
    because = "" if seen.when is None else f" (for accounts with {seen.when})"
    yield Text(f"  lines: {scale_words(seen)}{because}")


def stood_line(stood: Stood, seen: Seen, calendar: Calendar) -> Text:
    """Phase and level, since when, the clock, and how far it is to the next line."""
    text = Text("  ").append_text(stood_words(stood))
    if stood.since is not None:
        text.append(f", over a line since {shown_day(calendar, stood.since)}")
    text.append(_clock(stood, seen.rule))
    if seen.condition is False:
        return text.append("; the rule does not apply")
    return text if seen.distance is None else text.append(f"; {_distance(seen.distance, seen)}")


def stood_words(stood: Stood) -> Text:
    """Phase and level."""
    if stood.level is None:
        return Text(str(stood.phase))
    return Text(f"{stood.phase} at ").append(stood.level.word, LEVEL_STYLES[stood.level])


def value_words(seen: Seen) -> str:
    """The value, or why there is none."""
    if seen.value is not None:
        return show_closely(seen.value, seen.unit, seen.currency)
    return "unknown" if seen.absence is None else f"unknown: {seen.absence}"


def condition_words(condition: bool | None) -> str:  # noqa: FBT001 - an answer to be shown.
    """Whether `only_if` is met."""
    return {True: "yes", False: "no, which counts as under the lines", None: "unknown"}[condition]


def scale_words(seen: Seen) -> str:
    """Every level with both its lines."""
    return "; ".join(_levels(seen))


def operand_words(name: str, value: Value, metrics: Metrics) -> str:
    """One metric's value in its unit; a text of the world on one line."""
    metric = find_metric(name)
    return plain(str(value) if metric is None else show_closely(value, metric.unit, metrics.currency(name)))


def length_words(length: timedelta) -> str:
    """7d, 12h, 2d 12h: what is begun of an hour is left out."""
    days, hours = divmod(length // _HOUR, 24)
    return " ".join(part for part in (f"{days}d" * bool(days), f"{hours}h" * bool(hours)) if part) or "0d"


def shown_day(calendar: Calendar, at: datetime) -> str:
    """The day of a judgement or an answer; one at midnight belongs to the day that ended."""
    return long_date(Day(calendar.shown(at).toordinal()))


def _operands(seen: Seen) -> str:
    """Of what is one name alone the value says it all."""
    tree, said = seen.rule.signal.tree, []
    if seen.by_another:
        said = ["seen by another signal", *_named(seen.operands, seen.metrics)]
    elif not isinstance(tree, Name):
        looked = {name.name for name in names(tree)}
        said = [*_named(((name, value) for name, value in seen.operands if name in looked), seen.metrics)]
    since = None if seen.by_another else scaled_since(seen.rule.signal, seen.metrics)
    if since is not None:
        said.append(f"counted since {long_date(since)} and scaled")
    return f"  ({'; '.join(said)})" if said else ""


def _asked(seen: Seen) -> str:
    """What the condition looks at; a single number needs no name."""
    if len(seen.asked) == 1:
        said = operand_words(*seen.asked[0], seen.metrics)
    else:
        said = "; ".join(_named(seen.asked, seen.metrics))
    return f" ({said})" if said else ""


def _named(operands: Iterable[tuple[str, Value]], metrics: Metrics) -> Iterator[str]:
    return (f"{name} {operand_words(name, value, metrics)}" for name, value in operands)


def _levels(seen: Seen) -> Iterator[str]:
    side = "under" if seen.scale.direction is Direction.ABOVE else "over"
    for level, lines in seen.scale.levels:
        enter, leave = (show_closely(line, seen.unit, seen.currency) for line in (lines.enter, lines.exit))
        yield f"{level.word} from {enter}, left {side} {leave}"


def _clock(stood: Stood, rule: Rule) -> str:
    if stood.clock is None:
        return ""
    if stood.phase is Phase.PENDING:
        return f", {length_words(stood.clock)} of {length_words(rule.hold)} hold"
    if stood.phase is Phase.CLEARING:
        return f", calm for {length_words(stood.clock)} of {length_words(rule.clear_after)}"
    return ""


def _distance(found: Distance, seen: Seen) -> str:
    """How far the value is from a line; never nought: it is on the line then, or as good as on it."""
    line = f"the {found.level.word} line"
    if found.by is None:
        return f"beyond {line}"
    if not found.by:
        return f"on {line}"
    is_share = seen.unit is Unit.RATIO
    by = f"{show(found.by * 100, Unit.COUNT)} points" if is_share else show(found.by, seen.unit, seen.currency)
    if not _DIGIT.search(by):
        return f"just {'beyond' if found.crossed else 'short of'} {line}"
    return f"{by} {'beyond' if found.crossed else 'from'} {line}"
