"""The course of the demo: what the first cycle found, that the second need not write, then day after day."""

import signal
import sys
from threading import Event

from rich.console import RenderableType

from connector.demo.news import Look, Who, news
from connector.demo.showing import (
    day_lines,
    findings,
    invitation,
    setting,
    summary,
    trouble,
    written,
    written_again,
)
from connector.demo.stage import Demo, Wish, open_demo
from connector.progress import Progress, Silent
from connector.terminal.bars import bars
from connector.terminal.screen import say

A_DAY = 2.0
"""Seconds of real time that a simulated day takes."""


def end_on_signals(stop: Event) -> None:
    """Ctrl-C, SIGTERM and a closed terminal set `stop`. In the main thread alone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stop.set())


def run_demo(wish: Wish, stop: Event, *, once: bool) -> bool:
    """Tells the whole story on stdout; True when every cycle came to its end.

    Raises ConfigError or HelpdeskError when the helpdesk cannot be started.
    """
    with open_demo(wish) as demo:
        course = _Course(demo, stop)
        course.begin()
        if not once:
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
        self.is_good = True

    def begin(self) -> None:
        """The first look: what was found and written, and that there is nothing to write again."""
        demo = self._demo
        _tell(*setting(demo.look(), demo.now(), demo.url, demo.config.parent))
        demo.make_forms()
        before = demo.look()
        with bars(demo.clock) as progress:
            after = self._cycle(progress)
        _tell("", *findings(after), *written(before, after))
        again = self._cycle(Silent())
        _tell(written_again(after.counts, again.counts))

    def invite(self) -> None:
        """Where to look from here on."""
        _tell("", *invitation(self._demo.url, self._demo.clock_url, self._demo.config))

    def live_days(self, days: int) -> None:
        """Day after day, a cycle after each."""
        if days and not self._stop.is_set():
            _tell("", f"A day passes every two seconds now, for {days} days. Ctrl-C ends it.")
        for _ in range(days):
            began = self._demo.clock.monotonic()
            if self._stop.is_set():
                return
            self._live_a_day()
            self._stop.wait(max(0.0, A_DAY - (self._demo.clock.monotonic() - began)))

    def live_on(self) -> None:
        """At the pace of real time until somebody ends it."""
        if self._stop.is_set():
            return
        _tell("", *findings(self._demo.look()))
        _tell("From here on time runs as usual, with a cycle every minute. Ctrl-C ends it.")
        self._demo.live_in_real_time()
        while not self._stop.wait(self._demo.every.total_seconds()):
            before = self._demo.look()
            new = tuple(news(Who.TOUCHCOST, before, self._cycle(Silent())))
            if new:
                _tell(*day_lines(self._demo.now().date(), new))

    def end(self) -> None:
        """The figures of it all."""
        _tell("", summary(self._demo.look(), self._cycles))

    def _live_a_day(self) -> None:
        before = self._demo.look()
        self._demo.live_a_day()
        between = self._demo.look()
        after = self._cycle(Silent())
        new = (*news(Who.PEOPLE, before, between), *news(Who.TOUCHCOST, between, after))
        _tell(*day_lines(self._demo.now().date(), new))

    def _cycle(self, progress: Progress) -> Look:
        report = self._demo.run_cycle(progress)
        self._cycles += 1
        self.is_good = self.is_good and report.is_good
        _tell(*trouble(report))
        return self._demo.look()


def _tell(*parts: RenderableType) -> None:
    say(*parts)
    sys.stdout.flush()
