"""Progress on a terminal: rows, the date reached, and nothing where nobody looks."""

import io
import sys
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from connector.clock import Clock
from connector.helpdesk import Stream
from connector.progress import Silent
from connector.terminal.bars import Bars, asking, bars, shown_on
from rules.facts import HelpdeskName

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CLOCK = Clock(now=lambda: NOW, monotonic=lambda: 0.0)
ACME = HelpdeskName("acme")


def progress() -> Progress:
    return Progress(TextColumn("{task.description}"), console=Console(file=io.StringIO()), auto_refresh=False)


def test_first_pull_shows_rows_date_and_part() -> None:
    shown = progress()
    seen = Bars(shown, CLOCK)
    seen.filling(ACME, 1, 3, NOW - timedelta(days=28))
    seen.pulled(ACME, Stream.EVENTS, 1000, NOW - timedelta(days=14))
    [bar] = shown.tasks
    assert bar.description == "acme first pull 1/3: 1,000 rows, events to 08 Nov 2026"
    assert (bar.completed, bar.total) == (0.25, 1.0)
    seen.pulled(ACME, Stream.TICKETS, 500, NOW)
    assert (bar.description.count("1,500 rows"), bar.completed) == (1, 1.0)


def test_second_walk_ends_where_the_first_began() -> None:
    shown = progress()
    seen = Bars(shown, CLOCK)
    seen.filling(ACME, 1, 2, NOW - timedelta(days=28))
    seen.filling(ACME, 2, 2, NOW - timedelta(days=90))
    seen.pulled(ACME, Stream.TICKETS, 1, NOW - timedelta(days=59))
    assert shown.tasks[0].completed == 0.75


def test_writes_are_counted_up() -> None:
    shown = progress()
    seen = Bars(shown, CLOCK)
    seen.counting(ACME)
    seen.judging(ACME, 100)
    seen.delivering(ACME, 3, 12)
    [bar] = shown.tasks
    assert (bar.description, bar.completed) == ("acme writing: 3 of 12", 0.25)


def test_in_80_columns_the_text_gives_way_and_the_bar_stays() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    progress = shown_on(console)
    bars_of = Bars(progress, CLOCK)
    bars_of.filling(HelpdeskName("a-helpdesk-with-a-long-name"), 3, 3, NOW - timedelta(days=300))
    bars_of.pulled(HelpdeskName("a-helpdesk-with-a-long-name"), Stream.TICKETS, 1_234_567, NOW)
    with console.capture() as captured:
        console.print(progress.get_renderable())
    [line] = captured.get().splitlines()
    assert len(line) <= 80
    assert "first pull 3/3: 1,234,567 rows" in line
    assert "━" * 10 in line


def test_without_a_terminal_nothing_is_shown() -> None:
    with bars(CLOCK) as listener:
        assert isinstance(listener, Silent)


class _Screen(io.StringIO):
    """A terminal that keeps what it shows."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shows"), [(_Screen(), True), (io.StringIO(), False)])
def test_whose_answer_is_waited_for_is_said_on_a_terminal_alone(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, *, shows: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream)
    with asking(ACME):
        pass
    assert ("asking acme …" in stream.getvalue()) is shows
