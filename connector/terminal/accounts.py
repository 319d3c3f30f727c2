"""The table of accounts for people and for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from rich.text import Text

from connector.reports.accounts import AccountList, ListedAccount, ListedAlert, account_fields
from connector.terminal.fitting import Column, FittingTable
from connector.terminal.screen import clean
from rules.facts import Day
from rules.measuring.account_table import AccountLine, as_fields
from rules.measuring.shown import count, long_date, share, short_date
from rules.rule import Level

UNKNOWN = "–"
LEVEL_STYLES = {Level.WATCH: "cyan", Level.AMBER: "yellow", Level.RED: "bold red"}

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_RECENT, _OWN_FAULT = "Tickets 28d", "Own fault"
_COLUMNS = (
    Column(name="Account", least=16),
    Column(name=_RECENT, rank=4),
    Column(name="Tickets"),
    Column(name="Contacts", rank=2),
    Column(name="Touches"),
    Column(name="Minutes", rank=1),
    Column(name="Cost"),
    Column(name=_OWN_FAULT, rank=1),
    Column(name="Revenue"),
    Column(name="Share"),
    Column(name="Measured", rank=3),
    Column(name="Alerts", least=16),
)


def accounts_table(table: AccountList, accounts: Iterable[ListedAccount]) -> FittingTable:
    """One helpdesk's accounts, the line *without account* at the end."""
    currency = _currency(table)
    rows = [_cells(clean(one.line.name), one.line, one.alerts or (), currency) for one in accounts]
    rows.append(_cells(Text(table.nobody.name, "italic"), table.nobody, (), currency))
    kept = [place for place, column in enumerate(_COLUMNS) if _belongs(column, table)]
    return FittingTable(
        columns=[_COLUMNS[place] for place in kept],
        rows=[[row[place] for place in kept] for row in rows],
        elsewhere="--csv has every column",
    )


def notes(table: AccountList) -> Iterator[str]:
    """What has to be known to read the table."""
    currency = _currency(table)
    money = f" Money is in {currency}." if currency else ""
    yield f"As of {table.as_of:%Y-%m-%d %H:%M} UTC. {_window(table)}{money} {UNKNOWN} is unknown."
    if table.filling:
        yield f"The first pull goes on: facts reach back to {_reach(table)}; what needs older ones is unknown."
    elif table.nobody.tickets is None:
        yield f"Facts reach back to {_reach(table)}; what needs older ones is unknown."
    if _has_own_fault(table):
        yield "Touches, minutes and cost are without our own fault; cost and own fault together are what was spent."
    if table.month_is_over:
        yield "Alerts are those of now, and are left out of a month that is over."
    elif not table.judged:
        yield "No alerts are kept yet: touchcost plan shows what would be found, and touchcost once keeps it."


def as_csv(tables: Sequence[AccountList], accounts: Iterable[ListedAccount]) -> str:
    """One line an account, with the numbers of `accounts --json`; text that a spreadsheet would compute is quoted."""
    written = io.StringIO()
    rows = [_row(account_fields(one)) for one in accounts]
    rows += [_row(_nobody_fields(table)) for table in tables]
    sheet = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(rows)
    return written.getvalue()


def _belongs(column: Column, table: AccountList) -> bool:
    """A calendar month has no number of the last 28 days, one that is over no alerts, and most tables no own fault."""
    if column.name == _RECENT:
        return table.month is None
    if column.name == _OWN_FAULT:
        return _has_own_fault(table)
    return column.name != "Alerts" or not table.month_is_over


def _cells(name: Text, line: AccountLine, alerts: Sequence[ListedAlert], currency: str | None) -> list[Text]:
    name.no_wrap, name.overflow = True, "ellipsis"
    return [name, *(Text(number) for number in _numbers(line, currency)), Text("\n").join(map(_alert, alerts))]


def _numbers(line: AccountLine, currency: str | None) -> Iterator[str]:
    for number in (line.tickets_28d, line.tickets, line.contacts, line.touches):
        yield UNKNOWN if number is None else count(number)
    yield UNKNOWN if line.minutes is None else f"{line.minutes:,.0f}"
    yield _money(line.cost, None if currency else line.currency)
    yield _own_fault(line, currency)
    yield _money(line.revenue, None if currency else line.revenue_currency)
    yield UNKNOWN if line.cost_share is None else share(line.cost_share)
    yield UNKNOWN if line.methods is None else share(line.methods.measured)


def _has_own_fault(table: AccountList) -> bool:
    lines = (*(one.line for one in table.accounts), table.nobody)
    return any(line.own_fault_minutes for line in lines)


def _own_fault(line: AccountLine, currency: str | None) -> str:
    """What it cost; minutes where nothing has a rate."""
    if line.own_fault_cost is None and line.own_fault_minutes is not None:
        return f"{line.own_fault_minutes:,.0f} min"
    return _money(line.own_fault_cost, None if currency else line.currency)


def _money(amount: Decimal | None, currency: str | None) -> str:
    return UNKNOWN if amount is None else f"{amount:,.0f} {currency or ''}".rstrip()


def _currency(table: AccountList) -> str | None:
    """The one currency of every amount; None where there are several, or none."""
    found: set[str | None] = set()
    for line in (*(one.line for one in table.accounts), table.nobody):
        found |= {line.currency} if line.cost is not None else set()
        found |= {line.revenue_currency} if line.revenue is not None else set()
    return found.pop() if len(found) == 1 else None


def _alert(alert: ListedAlert) -> Text:
    text = Text(f"{alert.rule} {alert.level.word}", LEVEL_STYLES[alert.level])
    if alert.since is not None:
        text.append(f" since {short_date(Day(alert.since.toordinal()))}", "default")
    return text.append(" (answered)", "default") if alert.acknowledged else text


def _window(table: AccountList) -> str:
    if table.month is None:
        return "Numbers are of the last 90 days."
    year, month = table.month
    return f"Numbers are of {year}-{month:02}{'' if table.month_is_over else ' so far'}."


def _reach(table: AccountList) -> str:
    return long_date(table.facts_from)


def _nobody_fields(table: AccountList) -> dict[str, object]:
    named = {"helpdesk": table.helpdesk, "account": "", "name": table.nobody.name}
    return {**named, **as_fields(table.nobody), "alerts": []}


def _row(fields: dict[str, object]) -> dict[str, object]:
    """The fields flat: a column for each method, and the alerts as words."""
    flat: dict[str, object] = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            flat |= {f"{name}_{part}": number for part, number in value.items()}
        elif isinstance(value, list):
            flat[name] = " ".join(f"{alert['rule']}:{alert['level']}" for alert in value)
        else:
            flat[name] = _safe(value) if name == "name" else value
    return flat


def _safe(value: object) -> str:
    text = clean(str(value)).plain
    return f"'{text}" if text.startswith(_FORMULA) else text
