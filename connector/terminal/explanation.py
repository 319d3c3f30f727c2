"""One account for people: its numbers, its rules and what is or would be written."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector.reports.explaining import Explanation, RuleView
from connector.store.rows import OutboxRow, OutboxState
from connector.terminal.accounts import LEVEL_STYLES, UNKNOWN
from connector.terminal.findings import heading
from connector.terminal.screen import clean
from connector.terminal.words import reason_words, sleeping_lines, write_words
from rules.alert import Block, Held, Phase, Reason, Step
from rules.catalogue import WINDOWS, Unit, find_metric
from rules.days import Calendar
from rules.expression import Name, names
from rules.facts import Day
from rules.judging.lines import Distance, distance
from rules.judging.signals import absence_of, currency_of, scaled_since
from rules.language.expression import signal_unit
from rules.marks import MarkKind
from rules.measuring.shown import days, long_date, show, show_beside
from rules.planning.writing import WritePolicy
from rules.rule import Direction

_STEMS = (
    "tickets",
    "contacts",
    "touches",
    "changes",
    "solved",
    "reopens",
    "touch_minutes",
    "measured_share",
    "touch_cost",
    "revenue",
    "cost_share",
    "contribution",
)
_DAY = timedelta(days=1)
_DIGIT = re.compile("[1-9]")
_BLOCKS = {Block.GRACE: "the account is in grace", Block.HISTORY: "its history is shorter than the rule needs"}
_STEPS = {
    Step.STARTED: "over a line, waiting out its hold",
    Step.DROPPED: "back under its lines before its hold was over",
    Step.CLEARING: "under its lines, calming down",
    Step.RETURNED: "over its lines again",
    Step.ACKNOWLEDGED: "answered",
    Step.MOVED: "came from an account that was merged into this one",
}
_REASONS = {
    Reason.VALUE: "by its value",
    Reason.CONDITION: "its condition is not met",
    Reason.UNKNOWN: "its value is unknown",
    Reason.BLOCKED: "grace or too short a history",
    Reason.ANSWER: "by a person",
    Reason.MERGED: "accounts were merged",
}
_HELD = {
    Held.BRAKE: "held: too many new alerts at once, approve to let them out",
    Held.BUDGET: "waiting: more new alerts than fit the week",
    Held.RESOLVE: "held: too many resolved at once, approve to take the marks away",
}


def explanation_parts(explanation: Explanation) -> Iterator[RenderableType]:
    """The whole explanation, top to bottom."""
    account, yardstick = explanation.account, explanation.yardstick
    names = [explanation.settings.name, account.id, *account.domains]
    yield heading(account.name).append("  ").append_text(clean(f"({', '.join(names)})", "not bold"))
    reach = f"Facts reach back to {long_date(yardstick.facts_from)}{_more(explanation)}."
    yield f"As of {yardstick.as_of:%Y-%m-%d %H:%M} UTC. {reach}"
    yield from _facts(explanation)
    yield from sleeping_lines(explanation.settings)
    yield Text()
    yield _numbers(explanation)
    for view in explanation.rules:
        yield Text()
        yield from _rule(view, explanation)
    yield Text()
    yield from _written(explanation)
    yield from _log(explanation)


def _more(explanation: Explanation) -> str:
    return " and further back with every walk of the first pull" if explanation.filling else ""


def _facts(explanation: Explanation) -> Iterator[Text]:
    subject = explanation.metrics.subject
    said = []
    if subject.begun is not None:
        said.append(f"account since {long_date(subject.begun)}")
    said += [
        f"{name} {clean(text)}" for name, text in (("status", subject.status), ("segment", subject.segment)) if text
    ]
    if subject.judged_from is not None and subject.judged_from > explanation.yardstick.today:
        said.append(f"in grace until {long_date(subject.judged_from)}")
    if said:
        yield Text(f"{', '.join(said)}.")
    if explanation.examples:
        yield Text(f"Newest tickets: {' '.join(f'#{ticket}' for ticket in explanation.examples)}.")


def _numbers(explanation: Explanation) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("Metric")
    for window in WINDOWS:
        shown.add_column(f"{window} days", justify="right")
    for stem in _STEMS:
        shown.add_row(stem, *(_number(explanation, f"{stem}_{window}d") for window in WINDOWS))
    return shown


def _number(explanation: Explanation, name: str) -> str:
    metric, metrics = find_metric(name), explanation.metrics
    value = metrics.value(name)
    return UNKNOWN if metric is None or value is None else show(value, metric.unit, metrics.currency(name))


def _rule(view: RuleView, explanation: Explanation) -> Iterator[Text]:
    rule = view.rule
    yield heading(rule.id).append("  ").append_text(clean(rule.title, "not bold"))
    yield Text(f"  {rule.signal.text} = {_value(view, explanation)}{_operands(view, explanation)}")
    if rule.only_if is not None:
        met = {True: "yes", False: "no, which counts as under the lines", None: "unknown"}[view.seen.condition]
        looked = dict.fromkeys(name.name for name in names(rule.only_if.tree))
        yield Text(f"  only if {rule.only_if.text}: {met} ({'; '.join(_named(explanation, looked))})")
    yield Text(f"  lines: {'; '.join(_lines(view, explanation))}")
    yield Text("  ").append_text(_standing(view, explanation))
    for note in _notes(view):
        yield Text(f"  {note}")


def _value(view: RuleView, explanation: Explanation) -> str:
    signal = view.rule.signal
    if view.seen.value is not None:
        lines = [line for _, pair in view.rule.lines(view.seen.override) for line in (pair.enter, pair.exit)]
        return show_beside(view.seen.value, lines, signal_unit(signal), currency_of(signal, explanation.metrics))
    return f"unknown: {absence_of(signal, explanation.metrics)}"


def _shown(view: RuleView, explanation: Explanation, value: Decimal) -> str:
    signal = view.rule.signal
    return show(value, signal_unit(signal), currency_of(signal, explanation.metrics))


def _operands(view: RuleView, explanation: Explanation) -> str:
    tree, said = view.rule.signal.tree, []
    looked = {name.name: name.unit for name in names(tree)}
    if not isinstance(tree, Name):
        seen = ((name, value) for name, value in view.seen.operands if name in looked)
        said = [f"{name} {show(value, looked[name], explanation.metrics.currency(name))}" for name, value in seen]
    since = scaled_since(view.rule.signal, explanation.metrics)
    if since is not None:
        said.append(f"counted since {long_date(since)} and scaled")
    return f"  ({'; '.join(said)})" if said else ""


def _named(explanation: Explanation, looked: Iterable[str]) -> Iterator[str]:
    """Numbers with their names; a single one needs none."""
    found = tuple(looked)
    for name in found:
        yield _number(explanation, name) if len(found) == 1 else f"{name} {_number(explanation, name)}"


def _lines(view: RuleView, explanation: Explanation) -> Iterator[str]:
    side = "under" if view.rule.direction is Direction.ABOVE else "over"
    for level, lines in view.rule.lines(view.seen.override):
        enter, leave = (_shown(view, explanation, line) for line in (lines.enter, lines.exit))
        yield f"{level.word} from {enter}, left {side} {leave}"


def _standing(view: RuleView, explanation: Explanation) -> Text:
    """Phase and level, since when, the clock, and how far it is to the next line."""
    state, calendar = view.state, explanation.yardstick.calendar
    text = Text(str(state.phase))
    if state.level is not None:
        text = Text(f"{state.phase} at ").append(state.level.word, LEVEL_STYLES[state.level])
    if state.since is not None:
        text.append(f", over a line since {_shown_day(calendar, state.since)}")
    text.append(_clock(view))
    if view.seen.condition is False:
        return text.append("; the rule does not apply now")
    if view.seen.value is not None:
        text.append(_distance(distance(view.seen.value, view.rule, view.seen.override), view, explanation))
    return text


def _clock(view: RuleView) -> str:
    passed = days(Decimal(view.state.clock // _DAY))
    if view.state.phase is Phase.PENDING:
        return f", {passed} of {days(Decimal(view.rule.hold // _DAY))} hold"
    if view.state.phase is Phase.CLEARING:
        return f", calm for {passed} of {days(Decimal(view.rule.clear_after // _DAY))}"
    return ""


def _distance(found: Distance, view: RuleView, explanation: Explanation) -> str:
    """How far the value is from a line; never nought: it is on the line then, or as good as on it."""
    line = f"the {found.level.word} line"
    if found.by is None:
        return f"; beyond {line}"
    if not found.by:
        return f"; on {line}"
    unit = signal_unit(view.rule.signal)
    by = f"{show(found.by * 100, Unit.COUNT)} points" if unit is Unit.RATIO else _shown(view, explanation, found.by)
    if not _DIGIT.search(by):
        return f"; just {'beyond' if found.crossed else 'short of'} {line}"
    return f"; {by} {'beyond' if found.crossed else 'from'} {line}"


def _notes(view: RuleView) -> Iterator[str]:
    state = view.state
    if state.acknowledged is not None:
        said = f": {state.answer}" if state.answer is not None else ""
        yield f"answered by a person at {state.acknowledged.word}{said}"
    if state.snoozed_until is not None:
        yield f"on hold until {_utc(state.snoozed_until)} ({state.answer or 'snoozed'}): nothing of it is shown or told"
    if state.quiet_level is not None:
        until = "it was calm" if state.quiet_until is None else _utc(state.quiet_until)
        yield f"stays quiet up to {state.quiet_level.word} until {until} ({state.answer or 'expired'})"
    if state.muted_by is not None:
        yield f"muted by {state.muted_by}, which speaks for it"
    if state.held is not None:
        yield _HELD[state.held]
    if view.seen.blocked is not None and state.level is None:
        yield f"cannot open yet: {_BLOCKS[view.seen.blocked]}"
    if state.frozen:
        yield "its clock stands still while the value is unknown"
    if view.rule.shadow:
        yield "in shadow: it is judged and writes nothing"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _written(explanation: Explanation) -> Iterator[Text]:
    wanted, writing = explanation.wanted, explanation.settings.write
    policy = " (policy report-only: nothing is written)" if writing.policy is WritePolicy.REPORT_ONLY else ""
    yield heading(f"Wanted{policy}")
    yield Text(f"  tags: {', '.join(sorted(wanted.tags)) or 'none'}")
    for name, value in wanted.fields.items():
        yield Text(f"  {name}: ").append_text(clean(value) if value else Text("empty", "dim"))
    yield heading("Ours in the helpdesk")
    yield from list(_ours(explanation)) or [Text("  nothing")]
    for row in explanation.outbox:
        yield Text("  ").append_text(clean(_on_its_way(row)))


def _on_its_way(row: OutboxRow) -> str:
    word = "refused" if row.state is OutboxState.PARKED else "on its way"
    write = row.write
    said = f"{word}: {write_words(write.kind, write.what, write.reason)} ({reason_words(write.reason)})"
    return f"{said}: {row.cause}" if row.cause else said


def _ours(explanation: Explanation) -> Iterator[Text]:
    for mark in explanation.marks:
        value = f" = {mark.value}" if mark.kind is MarkKind.FIELD else ""
        yield Text("  ").append_text(clean(f"{mark.kind} {mark.name}{value}, {_seen(mark.seen_at, mark.vetoed_at)}"))
    for ticket in explanation.tickets:
        number = "not made yet" if ticket.ticket is None else f"#{ticket.ticket}"
        over = ", no longer followed" if ticket.ended_at is not None else ""
        yield Text(f"  alert ticket {ticket.number}: {number}, {ticket.status or 'not read yet'}{over}")


def _seen(seen_at: datetime | None, vetoed_at: datetime | None) -> str:
    if vetoed_at is not None:
        return f"taken off by a person, found {_moment(vetoed_at)}"
    return "not read back yet" if seen_at is None else f"last seen {_moment(seen_at)}"


def _log(explanation: Explanation) -> Iterator[Text]:
    if explanation.transitions:
        yield heading("Lately")
    for row in explanation.transitions:
        change = row.transition
        joint = "to" if change.step in (Step.RAISED, Step.LOWERED) else "at"
        level = "" if change.level_after is None else f" {joint} {change.level_after.word}"
        day = _shown_day(explanation.yardstick.calendar, change.at)
        step, reason = _STEPS.get(change.step, change.step), _REASONS.get(change.reason, change.reason)
        yield Text(f"  {day}  {row.rule}: {step}{level} ({reason})")


def _shown_day(calendar: Calendar, at: datetime) -> str:
    return long_date(Day(calendar.shown(at).toordinal()))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
