"""One account for people: its numbers, its rules and what is or would be written."""

from collections.abc import Iterator
from datetime import datetime

from rich.console import RenderableType
from rich.text import Text

from connector.reports.explaining import Explanation, RuleView
from connector.store.rows import OutboxRow, OutboxState
from connector.terminal.account_lines import account_heading, log_lines, numbers_table
from connector.terminal.findings import heading
from connector.terminal.overlays import overlay_lines
from connector.terminal.rule_lines import rule_heading, seen_lines, stood_line
from connector.terminal.screen import clean
from connector.terminal.words import invoice_words, reason_words, shown_moment, sleeping_lines, write_words
from rules.days import Calendar
from rules.judging.recall import stood
from rules.marks import MarkKind
from rules.measuring.shown import long_date
from rules.planning.desired import AS_OF
from rules.planning.writing import WritePolicy


def explanation_parts(explanation: Explanation) -> Iterator[RenderableType]:
    """The whole explanation, top to bottom."""
    yardstick = explanation.yardstick
    yield account_heading(explanation.account, explanation.settings)
    reach = f"Facts reach back to {long_date(yardstick.facts_from)}{_more(explanation)}."
    yield f"As of {shown_moment(yardstick.as_of)}. {reach}"
    yield from _facts(explanation)
    yield from sleeping_lines(explanation.settings)
    yield Text()
    yield numbers_table(explanation.metrics)
    for view in explanation.rules:
        yield Text()
        yield from _rule(view, yardstick.calendar)
    yield Text()
    yield from _written(explanation)
    yield from log_lines("Lately", explanation.transitions, yardstick.calendar)


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
    if subject.invoices:
        yield Text(f"Invoices: {invoice_words(explanation.metrics)}.")
    if explanation.examples:
        yield Text(f"Newest tickets: {' '.join(f'#{ticket}' for ticket in explanation.examples)}.")


def _rule(view: RuleView, calendar: Calendar) -> Iterator[Text]:
    yield rule_heading(view.rule)
    yield from seen_lines(view.seen)
    yield stood_line(stood(view.state), view.seen, calendar)
    for line in overlay_lines(view, calendar):
        yield Text("  ").append_text(clean(line))


def _written(explanation: Explanation) -> Iterator[Text]:
    wanted, writing = explanation.wanted, explanation.settings.write
    policy = " (policy report-only: nothing is written)" if writing.policy is WritePolicy.REPORT_ONLY else ""
    yield heading(f"Wanted{policy}")
    yield Text(f"  tags: {', '.join(sorted(wanted.tags)) or 'none'}")
    for name, value in wanted.fields.items():
        yield Text(f"  {name}: ").append_text(clean(value) if value else Text("empty", "dim"))
    if wanted.fields:
        yield Text(f"  {writing.prefix}{AS_OF}: the day of these values, written along when one of them changes")
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
        return f"taken off by a person, found {shown_moment(vetoed_at)}"
    return "not read back yet" if seen_at is None else f"last seen {shown_moment(seen_at)}"
