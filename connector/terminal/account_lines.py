"""What an explanation shows of an account besides its rules: its names, its numbers, and the log of its alerts."""

from collections.abc import Iterable, Iterator

from rich.table import Table
from rich.text import Text

from connector.settings import HelpdeskSettings
from connector.store.rows import TransitionRow
from connector.terminal.accounts import UNKNOWN
from connector.terminal.findings import heading
from connector.terminal.rule_lines import shown_day
from connector.terminal.screen import clean
from rules.alert import Reason, Step
from rules.catalogue import WINDOWS, find_metric
from rules.days import Calendar
from rules.facts import Account
from rules.measuring.measure import Metrics
from rules.measuring.shown import show_closely

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
    "touch_cost_all",
    "own_fault_share",
    "revenue",
    "cost_share",
    "contribution",
)
_STEPS = {
    Step.STARTED: "over a line, waiting out its hold",
    Step.DROPPED: "back under its lines before its hold was over",
    Step.CLEARING: "under its lines, calming down",
    Step.RETURNED: "over its lines again",
    Step.ACKNOWLEDGED: "answered",
    Step.SETTLED: "answered with what was done",
    Step.SNOOZED: "put on hold",
    Step.ACCEPTED: "known and accepted",
    Step.REOPENED: "answers taken back",
    Step.WOKEN: "no longer on hold",
    Step.MOVED: "came from an account that was merged into this one",
}
_REASONS = {
    Reason.VALUE: "by its value",
    Reason.CONDITION: "its condition is not met",
    Reason.UNKNOWN: "its value is unknown",
    Reason.BLOCKED: "grace or too short a history",
    Reason.ANSWER: "by a person",
    Reason.WRONG: "a person called it wrong",
    Reason.EXPIRED: "nobody answered",
    Reason.MERGED: "accounts were merged",
}


def account_heading(account: Account, settings: HelpdeskSettings) -> Text:
    """Its name, with everything else that it answers to."""
    also = [settings.name, account.id, *account.domains]
    return heading(account.name).append("  ").append_text(clean(f"({', '.join(also)})", "not bold"))


def numbers_table(metrics: Metrics, title: str = "Metric") -> Table:
    """Every number with a window, by its windows."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column(title, no_wrap=True)
    for window in WINDOWS:
        shown.add_column(f"{window} days", justify="right", no_wrap=True)
    for stem in _STEMS:
        shown.add_row(stem, *(_number(metrics, f"{stem}_{window}d") for window in WINDOWS))
    return shown


def log_lines(title: str, rows: Iterable[TransitionRow], calendar: Calendar) -> Iterator[Text]:
    """The log under its title; nothing where there is none."""
    found = list(rows)
    if found:
        yield heading(title)
    for row in found:
        change = row.transition
        joint = "to" if change.step in (Step.RAISED, Step.LOWERED) else "at"
        level = "" if change.level_after is None else f" {joint} {change.level_after.word}"
        step, reason = _STEPS.get(change.step, change.step), _REASONS.get(change.reason, change.reason)
        yield Text(f"  {shown_day(calendar, change.at)}  {row.rule}: {step}{level} ({reason})")


def _number(metrics: Metrics, name: str) -> str:
    metric, value = find_metric(name), metrics.value(name)
    return UNKNOWN if metric is None or value is None else show_closely(value, metric.unit, metrics.currency(name))
