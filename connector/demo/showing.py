"""What the demo found, and what happens in it, as tables and lines."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from rich.box import SIMPLE
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
    yield Text(f"Its page is {url}; configuration, secret and store stand in {folder}.")


def findings(look: Look) -> Iterator[Text | Table]:
    """The accounts that are for review or watched, as the page shows them."""
    review = sum(line.state == FOR_REVIEW for line in look.marked)
    watched = len(look.marked) - review
    yield Text(f"{review} of {look.counts.accounts:,} accounts are for review, {watched} watched.", "bold")
    if look.marked:
        yield _accounts(look)


def _accounts(look: Look) -> Table:
    table = Table(box=SIMPLE, pad_edge=False, header_style="dim")
    for heading in ("Account", "State", "Since", "Alert"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Why", overflow="fold")
    tickets = {ticket.account.id: ticket.id for ticket in look.open_tickets if ticket.account}
    for line in look.marked:
        table.add_row(*_cells(line, tickets.get(line.id)))
    return table


def _cells(line: AccountLine, ticket: int | None) -> tuple[Text, ...]:
    state = str(line.state or "")
    return (
        clean(line.name),
        Text(state, _STYLES.get(state, "")),
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


def invitation(url: str, clock_url: str, config: Path) -> Iterator[Text]:
    """Where to look, and how other commands join in."""
    yield Text("Look at ").append(url, "bold underline").append(" for accounts, alert tickets and what changed last.")
    yield Text(f"Other commands, on the demo's clock: TOUCHCOST_NOW={clock_url} touchcost -c {config} status", "dim")


def day_lines(day: date, new: Sequence[News]) -> Iterator[Text]:
    """One day: a line for each thing that happened, or that nothing did."""
    heading = f"{day:%a %d %b}  "
    if not new:
        yield Text(f"{heading}nothing new", "dim")
    for place, one in enumerate(new):
        line = Text(heading if place == 0 else " " * len(heading), "dim")
        line.append_text(clean(one.account, "bold")).append("  ").append_text(clean(one.what))
        yield line.append("  (people)", "dim") if one.who is Who.PEOPLE else line


def trouble(report: CycleReport) -> Iterator[Text]:
    """What a cycle could not do, and what it held back."""
    if not report.is_good:
        yield clean(f"The cycle did not come to its end: {report.sentence}", "bold red")
    for warning in report.warnings:
        yield clean(warning, "yellow")


def summary(look: Look, cycles: int) -> Text:
    """The figures of the whole demo."""
    counts = look.counts
    asked = f"{counts.reads:,} reads and {counts.writes:,} writes"
    tickets = _counted(counts.alerts, "alert ticket")
    return Text(f"In all: {_counted(cycles, 'cycle')} with {asked}, {tickets}. Mailed: {_mails(counts)}.")


def _moment(now: datetime) -> str:
    return f"{now:%a %d %b %Y, %H:%M}"


def _mails(counts: Counts) -> str:
    times = _counted(counts.mails_to_agents, "time")
    return f"agents {times} and customers {_counted(counts.mails_to_customers, 'time')}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
