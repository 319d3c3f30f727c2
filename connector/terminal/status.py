"""How every helpdesk stands, for people."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector.reports.status import DeskStatus
from connector.store.rows import CycleEnd, CycleRow
from connector.terminal.findings import heading
from connector.terminal.screen import clean
from connector.terminal.words import count_words, counted, end_word, hold_reason, shown_moment, whose, write_words
from rules.rule import Level

_SHOWN = 5
_NAMED = 10
_STALE = timedelta(hours=24)
_ENDS = {CycleEnd.FINE: "green", CycleEnd.CUT: "yellow", CycleEnd.BUSY: "yellow", CycleEnd.FAILED: "bold red"}


def status_parts(status: DeskStatus, now: datetime) -> Iterator[RenderableType]:
    """One helpdesk, top to bottom."""
    yield heading(status.helpdesk)
    if not status.configured:
        yield Text(f"  out of the configuration: nothing is pulled or written; {_marks(status)}", "yellow")
        return
    yield Text("  ").append_text(_facts(status, now))
    yield from _alerts(status)
    yield Text(f"  {_marks(status)}; on their way: {status.on_their_way:,}, refused: {len(status.parked):,}")
    for row in status.parked:
        said = f"{write_words(row.write.kind, row.write.what, row.write.reason)}: {row.cause}"
        yield Text("    refused: ", "red").append_text(
            clean(f"{whose(row.write.account, status.names)}, {said}", "default")
        )
    for hold in status.holds:
        word = "approved, the next cycle writes it" if hold.approved_at else f"touchcost approve {hold.id}"
        yield Text(f"    held since {shown_moment(hold.made_at)}: {hold_reason(hold)} ({word})", "yellow")
    if status.held_accounts:
        yield Text("    held accounts: ").append_text(clean(_listed(status)))
    if status.cycles:
        yield _cycles(status.cycles[:_SHOWN])


def _listed(status: DeskStatus) -> str:
    names = [status.names.get(account, account) for account in status.held_accounts]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _facts(status: DeskStatus, now: datetime) -> Text:
    lag = status.lag(now)
    if status.as_of is None or lag is None:
        return Text("nothing was pulled yet", "yellow")
    if status.standing.filling:
        done = sum(walk.done for walk in status.walks if walk.filling)
        return Text(f"the first pull goes on: {done} walks are done; nothing is written until it ends", "yellow")
    text = Text(f"facts up to {shown_moment(status.as_of)}, {_length(lag)} behind")
    return text.append(f": too old to judge by; {_way_on(status)}", "bold red") if lag > _STALE else text


def _way_on(status: DeskStatus) -> str:
    """Why the facts are that old, as far as the last cycle knows, and how they become newer."""
    if status.cycles and status.cycles[0].end not in (CycleEnd.FINE, None):
        return "the last cycle says why, below"
    return "a cycle pulls what is missing: touchcost once, or SIGHUP where a daemon waits for its time"


def _alerts(status: DeskStatus) -> Iterator[Text]:
    """Alerts and accounts, for an account may have several; and whether anybody sees them."""
    if status.standing.judged_at is None:
        yield Text("  alerts: none are kept yet; touchcost plan shows what would be found, and touchcost once keeps it")
        return
    levels = ", ".join(f"{level.word} {status.count(level):,}" for level in reversed(Level))
    open_now = f"{counted(len(status.alerts), 'alert')} open on {counted(status.accounts, 'account')}"
    yield Text(f"  {open_now}: {levels}; answered {status.acknowledged:,}, held {status.held:,}")
    if status.alerts and not status.is_shown:
        yield Text("  the helpdesk shows none of them: nothing of ours stands there")


def _marks(status: DeskStatus) -> str:
    return f"our marks: {len(status.ledger.marks):,}, alert tickets followed: {status.followed:,}"


def _cycles(cycles: tuple[CycleRow, ...]) -> Table:
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("  Cycle", "Ended"):
        shown.add_column(name, no_wrap=True)
    shown.add_column("What it did")
    for place, cycle in enumerate(cycles):
        # Cycles of one helpdesk never overlap: without an end, one before the newest was cut down.
        running = Text("cut down", "yellow") if place else Text("running", "cyan")
        end = running if cycle.end is None else Text(end_word(cycle.end), _ENDS[cycle.end])
        said = "; ".join(part for part in (count_words(cycle.counts), cycle.sentence) if part)
        shown.add_row(f"  {shown_moment(cycle.began_at)}", end, clean(said))
    return shown


def _length(length: timedelta) -> str:
    minutes = max(0, int(length.total_seconds()) // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
