"""What rules would have said of the past, for people: a table, the weeks as bars, and whose alerts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector.reports.backtesting import Aimed, Backtest, Comparison, Counted
from connector.reports.written_lines import change_of_lines, written_line
from connector.terminal.accounts import UNKNOWN
from connector.terminal.findings import heading
from connector.terminal.fitting import Column, FittingTable
from connector.terminal.screen import clean
from connector.terminal.week_chart import WeekChart
from connector.terminal.words import KNOWN_AS_NOW
from rules.backtest.period import WEEK
from rules.backtest.tally import Loud, Tally
from rules.facts import AccountId
from rules.language.expression import signal_unit
from rules.measuring.shown import long_date

_MOST_NAMES = 20
_NAME = 16
_FEW = Decimal("0.75")
"""Under this share of what was aimed at it is said that nothing comes nearer."""
_COLUMNS = (
    Column(name="Alerts"),
    Column(name="Usual\nweek"),
    Column(name="Worst\nweek"),
    Column(name="Open\nbefore", rank=2),
    Column(name="Open\nafter"),
    Column(name="Accounts"),
    Column(name="Days\nopen", rank=1),
    Column(name="Relapses\nsaved", rank=3),
    Column(name="Muted", rank=4),
)


def backtest_parts(found: Backtest) -> Iterator[RenderableType]:
    """The whole backtest of one helpdesk, top to bottom."""
    yield heading(found.settings.name)
    yield from _notes(found)
    yield Text()
    yield _table("Rule", [*_rows(found.rules), *_sum(found)], found)
    if found.together.alerts:
        yield Text()
        yield WeekChart(found.period.weeks, found.together.weekly)
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
    yield f"{KNOWN_AS_NOW} Nobody answers here, so that alerts expire, and the guard holds nothing back."
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


def _table(first: str, rows: Sequence[tuple[Text, Tally]], found: Backtest) -> FittingTable:
    """A column in which nothing stands but noughts is left out: few rule files mute anything."""
    is_muted = any(tally.muted for _, tally in rows)
    columns = _COLUMNS if is_muted else _COLUMNS[:-1]
    return FittingTable(
        columns=[Column(name=first, least=_NAME), *columns],
        rows=[[name, *map(Text, _numbers(tally, found.accounts))][: len(columns) + 1] for name, tally in rows],
        elsewhere="--json has every column",
    )


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
    weeks = Decimal(found.period.days) / WEEK
    share = _share(tally.accounts, found.accounts)
    yield (
        f"The nearest without going over it: {tally.alerts:,} alerts in {weeks:,.0f} weeks, "
        f"{tally.alerts / weeks:.2g} a week, on {tally.accounts:,} accounts ({share} of all)."
    )
    if tally.alerts < _FEW * aimed.a_week * weeks:
        yield "No line that was tried comes nearer: what stays over a line is one alert, however long it stays."
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
