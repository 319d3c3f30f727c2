"""The course of the demo: what the first cycle found, that the second need not write, then day after day."""

import sys
from collections.abc import Sequence
from datetime import date
from threading import Event

from rich.console import RenderableType

from connector.demo.news import Look, News, Who, news
from connector.demo.showing import (
    day_table,
    findings,
    invitation,
    quiet_line,
    setting,
    summary,
    trouble,
    written,
    written_again,
)
from connector.demo.stage import Demo, Wish, open_demo
from connector.progress import Progress, Silent
from connector.stopping import stop_on_signals
from connector.store.rows import CycleEnd
from connector.terminal.bars import bars
from connector.terminal.calling import as_called
from connector.terminal.screen import say

A_DAY = 2.0
"""Seconds of real time that a simulated day takes."""

_LONGEST_QUIET = 7


def run_demo(wish: Wish, *, once: bool) -> bool:
    """Tells the whole story on stdout, until it ends or a signal ends it; True when every cycle came to its end.

    Raises ConfigError or HelpdeskError when the helpdesk cannot be started.
    """
    stop = Event()
    with open_demo(wish, stop) as demo:
        stop_on_signals(stop)
        course = _Course(demo, stop)
        course.begin()
        if not once and not stop.is_set():
            course.invite()
            course.live_days(wish.days)
            course.live_on()
        course.end()
        return course.is_good


class _Course:
    """One demo from its first cycle to its end."""

    def __init__(self, demo: Demo, stop: Event) -> None:
        self._demo = demo
        self._stop = stop
        self._cycles = 0
        self._diary = _Diary()
        self.is_good = True

    def begin(self) -> None:
        """The first look: what was found and written, and that there is nothing to write again."""
        demo = self._demo
        _tell(*setting(demo.look(), demo.now(), demo.url, demo.config.parent))
        demo.make_forms()
        before = demo.look()
        with bars(demo.clock) as progress:
            after = self._cycle(progress)
        if self._stop.is_set():
            return
        _tell("", *findings(after), "", *written(before, after))
        again = self._cycle(Silent())
        _tell(written_again(after.counts, again.counts))

    def invite(self) -> None:
        """Where to look from here on."""
        other = f"TOUCHCOST_NOW={self._demo.clock_url} {as_called('-c', str(self._demo.config), 'status')}"
        _tell("", *invitation(self._demo.url, other))

    def live_days(self, days: int) -> None:
        """Day after day, a cycle after each."""
        if days and not self._stop.is_set():
            _tell("", f"A day passes every two seconds now, for {days} days. Ctrl-C ends it.")
        for _ in range(days):
            began = self._demo.clock.monotonic()
            if self._stop.is_set():
                break
            self._live_a_day()
            self._stop.wait(max(0.0, A_DAY - (self._demo.clock.monotonic() - began)))
        self._diary.close()

    def live_on(self) -> None:
        """At the pace of real time until somebody ends it."""
        if self._stop.is_set():
            return
        _tell("", *findings(self._demo.look()))
        _tell("", "From here on time runs as usual, with a cycle every minute. Ctrl-C ends it.")
        self._demo.live_in_real_time()
        while not self._stop.wait(self._demo.every.total_seconds()):
            before = self._demo.look()
            new = tuple(news(Who.TOUCHCOST, before, self._cycle(Silent())))
            if new:
                _tell(day_table(self._demo.now().date(), new))

    def end(self) -> None:
        """The figures of it all."""
        _tell("", *summary(self._demo.look(), self._cycles))

    def _live_a_day(self) -> None:
        before = self._demo.look()
        self._demo.live_a_day()
        between = self._demo.look()
        after = self._cycle(Silent())
        new = (*news(Who.PEOPLE, before, between), *news(Who.TOUCHCOST, between, after))
        self._diary.write(self._demo.now().date(), new)

    def _cycle(self, progress: Progress) -> Look:
        report = self._demo.run_cycle(progress)
        if report.end is not CycleEnd.CUT:
            self._cycles += 1
            self.is_good = self.is_good and report.is_good
            _tell(*trouble(report))
        return self._demo.look()


class _Diary:
    """Tells what a day brought, and days in a row that brought nothing in one line."""

    def __init__(self) -> None:
        self._quiet: list[date] = []

    def write(self, day: date, new: Sequence[News]) -> None:
        """The next day. A line is owed after a week at the latest, so that people see that time passes."""
        if new:
            self.close()
            _tell(day_table(day, new))
            return
        self._quiet.append(day)
        if len(self._quiet) == _LONGEST_QUIET:
            self.close()

    def close(self) -> None:
        """Tells the quiet days that were not told yet."""
        if self._quiet:
            _tell(quiet_line(self._quiet[0], self._quiet[-1]))
            self._quiet.clear()


def _tell(*parts: RenderableType) -> None:
    say(*parts)
    sys.stdout.flush()
