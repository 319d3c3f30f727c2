"""Progress of long work on a terminal: rows, the date reached, time left."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from connector.clock import Clock
from connector.helpdesk import Stream
from connector.progress import Progress as Listener
from connector.progress import Silent
from connector.terminal.screen import clean
from rules.facts import HelpdeskName

_WALKS = (Stream.EVENTS, Stream.TICKETS)
_BAR = 10


@contextmanager
def bars(clock: Clock) -> Iterator[Listener]:
    """Bars on stderr while it is a terminal; else nothing is shown."""
    console = Console(stderr=True)
    if not (sys.stderr.isatty() and console.is_terminal):
        yield Silent()
        return
    with shown_on(console) as progress:
        yield Bars(progress, clock)


@contextmanager
def asking(helpdesk: HelpdeskName) -> Iterator[None]:
    """Says on stderr whose answer is waited for, while it is a terminal; gone when the answer is there."""
    console = Console(stderr=True)
    if not (sys.stderr.isatty() and console.is_terminal):
        yield
        return
    with console.status(clean(f"asking {helpdesk} …")):
        yield


def shown_on(console: Console) -> Progress:
    """Bars of one line each on a console; they are gone when the work is done."""
    return Progress(*_columns(), console=console, transient=True)


def _columns() -> tuple[ProgressColumn, ...]:
    """The text gives way where the terminal is narrow, and nothing else does."""
    return (
        SpinnerColumn(table_column=Column(no_wrap=True)),
        _Description("{task.description}", table_column=Column()),
        BarColumn(_BAR, table_column=Column(no_wrap=True)),
        TimeRemainingColumn(table_column=Column(no_wrap=True)),
    )


class _Description(TextColumn):
    def render(self, task: Task) -> Text:
        """On one line, cut where there is no room."""
        text = super().render(task)
        text.no_wrap, text.overflow = True, "ellipsis"
        return text


class Bars:
    """One bar a helpdesk."""

    def __init__(self, progress: Progress, clock: Clock) -> None:
        self._progress = progress
        self._clock = clock
        self._bars: dict[HelpdeskName, TaskID] = {}
        self._walks: dict[HelpdeskName, _Leg] = {}

    def pulled(self, helpdesk: HelpdeskName, stream: Stream, rows: int, reached: datetime | None) -> None:
        """Rows so far, and how far the walk has come on its way to its end."""
        leg = self._walks.setdefault(helpdesk, _Leg(None, None, 1, 1))
        leg.rows += rows
        part = leg.part(stream, reached)
        until = "" if reached is None else f" to {reached.astimezone(UTC):%d %b %Y}"
        self._show(helpdesk, f"{leg.label}{leg.rows:,} rows, {stream}{until}", part)

    def filling(self, helpdesk: HelpdeskName, walk: int, walks: int, start: datetime) -> None:
        """A walk of the first pull begins."""
        before = self._walks.get(helpdesk)
        end = self._clock.now() if before is None or before.start is None else before.start
        leg = _Leg(start, end, walk, walks)
        leg.rows = 0 if before is None else before.rows
        self._walks[helpdesk] = leg
        self._show(helpdesk, f"{leg.label}back to {start.astimezone(UTC):%d %b %Y}", 0.0)

    def counting(self, helpdesk: HelpdeskName) -> None:
        """See Progress."""
        self._show(helpdesk, "counting", None)

    def judging(self, helpdesk: HelpdeskName, accounts: int) -> None:
        """See Progress."""
        self._show(helpdesk, f"judging: {accounts:,} accounts", None)

    def delivering(self, helpdesk: HelpdeskName, sent: int, writes: int) -> None:
        """See Progress."""
        self._show(helpdesk, f"writing: {sent:,} of {writes:,}", sent / writes if writes else None)

    def _show(self, helpdesk: HelpdeskName, text: str, part: float | None) -> None:
        bar = self._bars.get(helpdesk)
        if bar is None:
            bar = self._bars[helpdesk] = self._progress.add_task("", total=None)
        description = clean(f"{helpdesk}  {text}").plain
        self._progress.update(bar, description=description, total=None if part is None else 1.0, completed=part or 0.0)


class _Leg:
    """A walk through events and tickets, from `start` to `end`."""

    def __init__(self, start: datetime | None, end: datetime | None, number: int, legs: int) -> None:
        self.start = start
        self.rows = 0
        self._end = end
        self._number = number
        self._legs = legs

    @property
    def label(self) -> str:
        """Which walk of the first pull it is."""
        return f"first pull {self._number}/{self._legs}: " if self._legs > 1 else ""

    def part(self, stream: Stream, reached: datetime | None) -> float | None:
        """How much of both streams is done; None where that cannot be said."""
        if self.start is None or self._end is None or reached is None or stream not in _WALKS:
            return None
        length = (self._end - self.start).total_seconds()
        done = min(1.0, max(0.0, (reached - self.start).total_seconds() / length)) if length > 0 else 1.0
        return (_WALKS.index(stream) + done) / len(_WALKS)
