"""What rules would have said of the past, for people: a table, the weeks as bars, and whose alerts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from rich.bar import Bar
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector.reports.backtesting import Aimed, Backtest, Comparison, Counted
from connector.reports.written_lines import change_of_lines, written_line
from connector.terminal.accounts import UNKNOWN
from connector.terminal.findings import heading
from connector.terminal.screen import clean
from connector.terminal.words import KNOWN_AS_NOW
from rules.backtest.period import Period
from rules.backtest.tally import Loud, Tally
from rules.facts import AccountId
from rules.language.expression import signal_unit
from rules.measuring.shown import long_date

_BAR = 40
_MOST_BARS = 27
_MOST_NAMES = 20
_NUMBERS = ("Alerts", "A week", "Worst", "Before", "At the end", "Accounts", "Days open", "Relapses", "Muted")


def backtest_parts(found: Backtest) -> Iterator[RenderableType]:
    """The whole backtest of one helpdesk, top to bottom."""
    yield heading(found.settings.name)
    yield from _notes(found)
    yield Text()
    yield _table("Rule", [*_rows(found.rules), *_sum(found)], found)
    if found.together.alerts:
        yield Text()
        yield _chart(found.together, found.period)
        yield Text()
        yield _accounts("The loudest", found.loudest, found.names)
    if found.swept:
        yield Text()
        yield _table("Lowest enter", list(_versions(found.swept)), found)
        yield "The other lines keep their proportion to the lowest enter; those of overrides stay."
    if found.aimed is not None:
        yield Text()
        yield from _aim(found.aimed, found)
    if found.comparison is not None:
        yield Text()
        yield from _against(found.comparison, found)


def _notes(found: Backtest) -> Iterator[str]:
    first, last = long_date(found.period.first), long_date(found.period.last)
    yield f"{first} to {last}: {found.period.days} days, each judged at its end, on what was known by then."
    yield f"{KNOWN_AS_NOW} Nobody answers here, and the guard holds nothing back."
    if found.period.first == found.facts_from:
        yield "The facts begin on that day: rules with a window or min_history say nothing until these have passed."


def _rows(rules: Iterable[Counted]) -> Iterator[tuple[Text, Tally]]:
    for each in rules:
        yield clean(f"{each.rule.id} (shadow)" if each.rule.shadow else each.rule.id), each.tally


def _versions(swept: Iterable[Counted]) -> Iterator[tuple[Text, Tally]]:
    for each in swept:
        yield Text(written_line(each.rule.levels[0][1].enter, signal_unit(each.rule.signal)).strip('"')), each.tally


def _sum(found: Backtest) -> Iterator[tuple[Text, Tally]]:
    if len(found.rules) > 1:
        word = "together, without shadow" if any(each.rule.shadow for each in found.rules) else "together"
        yield Text(word, "italic"), found.together


def _table(first: str, rows: Sequence[tuple[Text, Tally]], found: Backtest) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column(first, no_wrap=True, overflow="ellipsis", max_width=34)
    for number in _NUMBERS:
        shown.add_column(number, justify="right", no_wrap=True)
    for name, tally in rows:
        shown.add_row(name, *_numbers(tally, found.accounts))
    return shown


def _numbers(tally: Tally, accounts: int) -> Iterator[str]:
    yield f"{tally.alerts:,}"
    yield _mean(tally.median)
    yield UNKNOWN if tally.worst is None else f"{tally.worst:,}"
    yield f"{tally.open_before:,}"
    yield f"{tally.open_after:,}"
    yield f"{tally.accounts:,} ({_share(tally.accounts, accounts)})"
    yield _mean(tally.days_open)
    yield f"{tally.relapses:,}"
    yield f"{tally.muted:,}"


def _mean(found: Fraction | None) -> str:
    if found is None:
        return UNKNOWN
    return f"{float(found):,.0f}" if found.denominator == 1 else f"{float(found):,.1f}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else UNKNOWN


def _chart(tally: Tally, period: Period) -> Table:
    """Alerts a week as bars; of a long time so many weeks together that the chart fits a screen."""
    weeks = list(zip(period.weeks, tally.weekly, strict=True))
    together = -(-len(weeks) // _MOST_BARS)
    bars = [weeks[place : place + together] for place in range(0, len(weeks), together)]
    numbers = [sum(number for _, number in some) for some in bars]
    title = "Week of" if together == 1 else f"{together} weeks from"
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column(title, no_wrap=True)
    shown.add_column("Alerts", justify="right")
    shown.add_column("", min_width=_BAR)
    for some, number in zip(bars, numbers, strict=True):
        bar = Bar(size=max(numbers), begin=0, end=number, width=_BAR, color="cyan")
        shown.add_row(long_date(some[0][0].first), str(number), bar)
    return shown


def _accounts(title: str, accounts: Iterable[Loud], names: Mapping[AccountId, str]) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column(title, no_wrap=True, overflow="ellipsis", max_width=40)
    shown.add_column("Alerts", justify="right")
    shown.add_column("Days open", justify="right")
    shown.add_column("Rules", overflow="fold")
    for loud in accounts:
        name = clean(names.get(loud.account, loud.account))
        shown.add_row(name, str(loud.alerts), str(loud.days), ", ".join(loud.rules))
    return shown


def _aim(aimed: Aimed, found: Backtest) -> Iterator[RenderableType]:
    yield heading(f"Lines for {aimed.a_week:f} a week")
    if aimed.found is None:
        yield "No line that any account reached gives so few."
        return
    tally = aimed.found.tally
    weeks = max(1, round(found.period.days / 7))
    yield f"These give {tally.alerts:,} alerts in {weeks} weeks, on {tally.accounts:,} accounts:"
    yield Text()
    yield Text(change_of_lines(aimed.found.rule))
    yield Text()
    yield _accounts("In would have been", aimed.accounts[:_MOST_NAMES], found.names)
    yield from _rest(aimed.accounts)


def _against(comparison: Comparison, found: Backtest) -> Iterator[RenderableType]:
    yield heading("Against the other rules")
    yield _table("", [(Text("these"), found.together), (Text("the other"), comparison.theirs)], found)
    ours = [each.ours for each in comparison.disagreements if each.ours is not None]
    theirs = [each.theirs for each in comparison.disagreements if each.theirs is not None]
    yield f"{comparison.both:,} accounts have an alert under both."
    for title, accounts in (("Only under these", ours), ("Only under the other", theirs)):
        if accounts:
            yield Text()
            yield _accounts(title, accounts[:_MOST_NAMES], found.names)
            yield from _rest(accounts)


def _rest(accounts: Sequence[Loud]) -> Iterator[str]:
    if len(accounts) > _MOST_NAMES:
        yield f"and {len(accounts) - _MOST_NAMES:,} more; --json has all of them."
