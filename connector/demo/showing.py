"""What the demo found, and what happens in it, as tables and lines."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from connector.cycle import CycleReport
from connector.demo.news import FOR_REVIEW, MARKED, Look, News, Who
from connector.simulator.page_lines import AccountLine, Counts
from connector.terminal.screen import clean

_STYLES = dict(zip(MARKED, ("bold yellow", "yellow"), strict=True))


def setting(look: Look, now: datetime, url: str, folder: Path) -> Iterator[Text]:
    """Where the story begins."""
    counts = look.counts
    size = f"{counts.accounts:,} accounts, {counts.tickets:,} tickets"
    yield Text(f"A simulated helpdesk with {size}: {_moment(now)}.", "bold")
    yield Text(f"Its page is {url}")
    yield Text(f"Its configuration, secret and store stand in {folder}")


def findings(look: Look) -> Iterator[Text | Table]:
    """The accounts that are for review or watched, in the order of the look."""
    review = sum(line.state == FOR_REVIEW for line in look.marked)
    watched = len(look.marked) - review
    yield Text(f"{review} of {look.counts.accounts:,} accounts are for review, {watched} watched.", "bold")
    if look.marked:
        yield Text()
        yield _accounts(look)


def _accounts(look: Look) -> Table:
    """Under each state its accounts, so that a line with its reason has room on 80 columns."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for heading in ("Account", "Since", "Alert"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Why", overflow="fold")
    tickets = {ticket.account.id: ticket.id for ticket in look.open_tickets if ticket.account}
    for state, style in _STYLES.items():
        lines = [line for line in look.marked if line.state == state]
        if lines:
            table.add_row(Text(f"{state}:", style))
        for line in lines:
            table.add_row(*_cells(line, tickets.get(line.id)))
    return table


def _cells(line: AccountLine, ticket: int | None) -> tuple[Text, ...]:
    return (
        Text("  ").append_text(clean(line.name)),
        clean(str(line.since or "")),
        Text("" if ticket is None else f"#{ticket}"),
        clean(str(line.why or "")),
    )


def written(before: Look, after: Look) -> Iterator[Text]:
    """What the first cycle wrote, as the helpdesk counted it, and whom that mailed."""
    requests = _counted(after.counts.writes - before.counts.writes, "request")
    fields = sum(line.state is not None for line in after.accounts.values())
    tags = sum(bool(line.marks) for line in after.accounts.values())
    tickets = _counted(after.counts.alerts - before.counts.alerts, "alert ticket")
    yield Text(f"Written in {requests}: fields of {_counted(fields, 'account')}, tags of {tags}, {tickets}.")
    yield Text(f"The helpdesk mailed {_mails(after.counts)} about it.")


def written_again(before: Counts, after: Counts) -> Text:
    """What the second cycle wrote: nothing, for nothing is missing."""
    writes = after.writes - before.writes
    if writes:
        return Text(f"A second cycle asked for {_counted(writes, 'more write')}.", "bold red")
    return Text("A second cycle wrote nothing: everything stands as it should.")


def invitation(url: str, other: str) -> Iterator[Text]:
    """Where to look, and how other commands join in: a line for the shell."""
    yield Text("Look at ").append(url, "bold underline").append(": accounts, alert tickets and what changed last.")
    yield Text("Other commands work on the demo's clock, in a second terminal:", "dim")
    yield Text(f"  {other}", "dim")


def day_table(day: date, new: Sequence[News]) -> Table:
    """One day: a row for each thing that happened."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in ("day", "account"):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for place, one in enumerate(new):
        what = clean(one.what)
        if one.who is Who.PEOPLE:
            what.append("  (people)", "dim")
        table.add_row(Text(_day(day) if place == 0 else "", "dim"), clean(one.account, "bold"), what)
    return table


def quiet_line(first: date, last: date) -> Text:
    """Days in a row on which nothing happened."""
    days = _day(first) if first == last else f"{_day(first)} – {_day(last)}"
    return Text(f"{days}  nothing new", "dim")


def trouble(report: CycleReport) -> Iterator[Text]:
    """What a cycle could not do, and what it held back."""
    if not report.is_good:
        yield clean(f"The cycle did not come to its end: {report.sentence}", "bold red")
    for warning in report.warnings:
        yield clean(warning, "yellow")


def summary(look: Look, cycles: int) -> Iterator[Text]:
    """The figures of the whole demo."""
    counts = look.counts
    asked = f"{counts.reads:,} reads and {counts.writes:,} writes"
    tickets = _counted(counts.alerts, "alert ticket")
    yield Text(f"In all: {_counted(cycles, 'cycle')} with {asked}, {tickets}.")
    yield Text(f"Mailed: {_mails(counts)}.")


def _day(day: date) -> str:
    return f"{day:%a %d %b}"


def _moment(now: datetime) -> str:
    return f"{now:%a %d %b %Y, %H:%M}"


def _mails(counts: Counts) -> str:
    times = _counted(counts.mails_to_agents, "time")
    return f"agents {times} and customers {_counted(counts.mails_to_customers, 'time')}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
