"""The table of accounts for people and for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from rich.table import Table
from rich.text import Text

from connector.reports.accounts import AccountList, ListedAccount, ListedAlert, account_fields
from connector.terminal.screen import clean
from rules.facts import Day
from rules.measuring.account_table import AccountLine, as_fields
from rules.measuring.shown import count, long_date, share, short_date
from rules.rule import Level

UNKNOWN = "–"
LEVEL_STYLES = {Level.WATCH: "cyan", Level.AMBER: "yellow", Level.RED: "bold red"}

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBERS = ("Tickets 28d", "Tickets", "Contacts", "Touches", "Minutes", "Cost", "Revenue", "Share", "Measured")


def accounts_table(table: AccountList, accounts: Iterable[ListedAccount]) -> Table:
    """One helpdesk's accounts, the line *without account* at the end."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("Account", overflow="ellipsis", no_wrap=True, max_width=40)
    # A calendar month has no number of the last 28 days.
    first = 0 if table.nobody.window else 1
    for name in _NUMBERS[first:]:
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("Alerts")
    for one in accounts:
        shown.add_row(clean(one.line.name), *list(_numbers(one.line))[first:], _alerts(one.alerts))
    shown.add_row(Text(table.nobody.name, "italic"), *list(_numbers(table.nobody))[first:], "")
    return shown


def notes(table: AccountList) -> Iterator[str]:
    """What has to be known to read the table."""
    yield f"As of {table.as_of:%Y-%m-%d %H:%M} UTC. {_window(table.nobody)}{UNKNOWN} is unknown."
    if table.filling:
        yield f"The first pull goes on: facts reach back to {_reach(table)}; what needs older ones is unknown."
    elif table.nobody.tickets is None:
        yield f"Facts reach back to {_reach(table)}; what needs older ones is unknown."
    if not table.judged:
        yield "No alerts were looked for yet: touchcost once judges."


def as_csv(tables: Sequence[AccountList], accounts: Iterable[ListedAccount]) -> str:
    """One line an account, with the numbers of `accounts --json`; text that a spreadsheet would compute is quoted."""
    written = io.StringIO()
    rows = [_row(account_fields(one)) for one in accounts]
    rows += [_row(_nobody_fields(table)) for table in tables]
    sheet = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(rows)
    return written.getvalue()


def _numbers(line: AccountLine) -> Iterator[str]:
    for number in (line.tickets_28d, line.tickets, line.contacts, line.touches):
        yield UNKNOWN if number is None else count(number)
    yield UNKNOWN if line.minutes is None else f"{line.minutes:,.0f}"
    yield _money(line.cost, line.currency)
    yield _money(line.revenue, line.revenue_currency)
    yield UNKNOWN if line.cost_share is None else share(line.cost_share)
    yield UNKNOWN if line.methods is None else share(line.methods.measured)


def _money(amount: Decimal | None, currency: str | None) -> str:
    return UNKNOWN if amount is None else f"{amount:,.0f} {currency or ''}".rstrip()


def _alerts(alerts: Sequence[ListedAlert]) -> Text:
    return Text("; ").join(_alert(alert) for alert in alerts)


def _alert(alert: ListedAlert) -> Text:
    text = Text(f"{alert.rule} {alert.level.word}", LEVEL_STYLES[alert.level])
    if alert.since is not None:
        text.append(f" since {short_date(Day(alert.since.toordinal()))}", "default")
    return text.append(" (answered)", "default") if alert.acknowledged else text


def _window(nobody: AccountLine) -> str:
    return "Numbers are of the last 90 days. " if nobody.window else "Numbers are of the month. "


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
