"""What the demo found, and what happens in it, as tables and lines."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from connector.cycle import CycleReport
from connector.demo_news import FOR_REVIEW, MARKED, Look, News, Who
from connector.screen import clean
from connector.simulator.page_lines import AccountLine, Counts

_STYLES = dict(zip(MARKED, ("bold yellow", "yellow"), strict=True))
_HEADINGS = ("Account", "State", "Since", "Why", "Tags", "Alert ticket")


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
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold")
    tickets = {ticket.account.id: ticket.id for ticket in look.open_tickets if ticket.account}
    for line in look.marked:
        number = tickets.get(line.id)
        table.add_row(*_cells(line), "" if number is None else f"#{number}")
    return table


def _cells(line: AccountLine) -> tuple[Text, ...]:
    state = str(line.state or "")
    return (
        clean(line.name),
        Text(state, _STYLES.get(state, "")),
        clean(str(line.since or "")),
        clean(str(line.why or "")),
        clean(", ".join(line.marks)),
    )


def written(before: Counts, after: Counts) -> Text:
    """What the first cycle asked the helpdesk to change, as the helpdesk counted it, and whom that mailed."""
    writes, tickets = after.writes - before.writes, after.alerts - before.alerts
    mails = f"{_counted(after.mails_to_agents, 'mail')} to agents, {after.mails_to_customers} to customers"
    what = f"{_counted(tickets, 'alert ticket')}, {_counted(writes, 'write')} in all"
    return Text(f"Written over the API: {what}; {mails}.")


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
    mails = f"{_counted(counts.mails_to_agents, 'mail')} to agents, {counts.mails_to_customers} to customers"
    return Text(f"In all: {_counted(cycles, 'cycle')} with {asked}, {tickets}, {mails}.")


def _moment(now: datetime) -> str:
    return f"{now:%a %d %b %Y, %H:%M}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
