"""`touchcost accounts`: what each account costs, beside what it pays."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from connector.commands.options import FAILED, HelpdeskOption, JsonOption, chosen, config_path
from connector.installation import open_installation
from connector.measuring import make_calendar
from connector.reports.accounts import SORTS, AccountList, Month, as_document, list_accounts, sort_accounts
from connector.terminal.accounts import accounts_table, as_csv, notes
from connector.terminal.findings import heading
from connector.terminal.screen import complain, say, say_json, say_lines
from connector.yaml.error import ConfigError
from rules.facts import Day
from rules.measuring.account_table import month_days
from rules.measuring.shown import long_date

_DECEMBER = 12

_SortOption = Annotated[str, typer.Option(metavar="BY", help=f"One of {', '.join(SORTS)}.")]
_MonthOption = Annotated[
    str | None, typer.Option(metavar="YEAR-MONTH", help="A calendar month, such as 2026-10, instead of 90 days.")
]
_CsvOption = Annotated[bool, typer.Option("--csv", help="Comma-separated values on stdout.")]


def accounts(
    context: typer.Context,
    *,
    sort: _SortOption = "cost",
    month: _MonthOption = None,
    helpdesk: HelpdeskOption = None,
    csv: _CsvOption = False,
    json: JsonOption = False,
) -> None:
    """Show volume, work, cost, revenue and alerts of every account, and of the work without account.

    Example: touchcost accounts --sort share --month 2026-10
    """
    _refuse_odd(sort, csv=csv, json=json)
    tables = _tables(config_path(context), helpdesk, None if month is None else _month(month))
    if not tables:
        raise typer.Exit(FAILED)
    listed = sort_accounts((one for table in tables for one in table.accounts), sort)
    if json:
        say_json(as_document(tables, listed))
    elif csv:
        say_lines(as_csv(tables, listed))
    else:
        _show(tables, sort)


def _refuse_odd(sort: str, *, csv: bool, json: bool) -> None:
    if sort not in SORTS:
        raise typer.BadParameter(f"one of {', '.join(SORTS)}", param_hint="--sort")
    if csv and json:
        raise typer.BadParameter("either --csv or --json", param_hint="--csv")


def _tables(path: Path, helpdesk: str | None, month: Month | None) -> list[AccountList]:
    tables = []
    with open_installation(path) as installation:
        for settings in chosen(installation.settings, helpdesk):
            if month is not None and _is_ahead(month, make_calendar(settings).today(installation.clock.now())):
                raise ConfigError(["--month: that month has not begun yet"])
            table = list_accounts(installation.store, settings, month)
            if table is None:
                complain(f"{settings.name}: nothing was pulled yet; touchcost plan begins with that")
            elif table.is_before_facts:
                complain(f"{settings.name}: nothing is known of that month: {_reach(table)}")
            else:
                tables.append(table)
    return tables


def _reach(table: AccountList) -> str:
    more = ", and the first pull goes on" if table.filling else "; `since` says how far back the first pull goes"
    return f"facts reach back to {long_date(table.facts_from)}{more}"


def _show(tables: Iterable[AccountList], sort: str) -> None:
    for table in tables:
        say(heading(table.helpdesk), accounts_table(table, sort_accounts(table.accounts, sort)), *notes(table))


def _is_ahead(month: Month, today: Day) -> bool:
    return month_days(*month)[0] > today


def _month(text: str) -> Month:
    found = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if found is None or not 1 <= int(found[2]) <= _DECEMBER or int(found[1]) == 0:
        raise typer.BadParameter(f"write a month such as 2026-10, not {text}", param_hint="--month")
    return int(found[1]), int(found[2])
