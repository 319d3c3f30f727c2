"""The daemon: a job for each helpdesk, reload of a changed file, and an orderly end."""

import signal
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from connector import log
from connector.clock import Clock
from connector.cycle import Cycle, CycleReport
from connector.http import heartbeat
from connector.installation import Installation, open_installation, read_configuration
from connector.progress import Silent
from connector.settings import HelpdeskSettings, Settings
from connector.store.rows import CycleEnd, LockedError
from connector.yaml.error import ConfigError

LOOK_EVERY = 2.0
"""Seconds between two looks at the files and signals."""

LONGEST_PAUSE = timedelta(hours=6)
"""A helpdesk that fails is asked again later and later, but at least this often."""

_EARLY = timedelta(seconds=1)
"""The scheduler's own rhythm may come that much before a pause is over."""

_WORKERS = 8


class Signals:
    """What the system asks of the daemon: SIGTERM and SIGINT end it, SIGHUP makes it read its files again."""

    def __init__(self, stop: Event) -> None:
        self.stop = stop
        self.reload = Event()

    def listen(self) -> None:
        """From now on. In the main thread alone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGHUP, self._on_reload)

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop.set()

    def _on_reload(self, _number: int, _frame: FrameType | None) -> None:
        self.reload.set()


def run(path: Path, signals: Signals) -> None:
    """Runs until it is asked to stop; then finishes the page or write in hand.

    Raises ConfigError for a configuration that is wrong at the start, StoreError, and LockedError when another daemon
    works on this store.
    """
    event = "daemon_started"
    while not signals.stop.is_set():
        # Its own wish to stop: a reload cuts the cycles of the old configuration at their next page, to go on anew.
        with open_installation(path, Event()) as installation, installation.store.daemon_lock():
            installation.store.note_refused(())
            log.info(event, helpdesks=[helpdesk.name for helpdesk in installation.settings.helpdesks])
            _Watchman(path, installation, signals).watch()
        event = "configuration_taken"
    log.info("daemon_ended")


class _Watchman:
    """Runs one configuration until it changes, or until we are asked to stop."""

    def __init__(self, path: Path, installation: Installation, signals: Signals) -> None:
        self._path = path
        self._installation = installation
        self._signals = signals
        self._stamps = _stamps(installation.settings)

    def watch(self) -> None:
        """Returns when the files changed for the better, or when we are asked to stop."""
        scheduler = self._scheduler()
        scheduler.start()
        try:
            while not self._signals.stop.wait(LOOK_EVERY):
                if self._is_renewed():
                    log.info("configuration_changed")
                    return
        finally:
            # Every cycle ends after the page or write in hand.
            self._installation.stop.set()
            scheduler.shutdown(wait=True)

    def _scheduler(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(_WORKERS)}, timezone=UTC)
        for settings in self._installation.settings.helpdesks:
            job = _Job(Cycle(self._installation, settings), settings, self._installation.clock)
            scheduler.add_job(
                job,
                IntervalTrigger(seconds=int(settings.every.total_seconds())),
                id=settings.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
                next_run_time=datetime.now(UTC),  # noqa: TID251  The scheduler runs by the machine's time.
            )
        return scheduler

    def _is_renewed(self) -> bool:
        """True when a file changed, or SIGHUP came, and what the files say now is right."""
        stamps = _stamps(self._installation.settings)
        if stamps == self._stamps and not self._signals.reload.is_set():
            return False
        self._signals.reload.clear()
        self._stamps = stamps
        try:
            read_configuration(self._path)
        except ConfigError as wrong:
            log.error("configuration_refused", problems=wrong.problems, kept="the old one goes on")
            self._installation.store.note_refused(wrong.problems)
            return False
        # Before the lock is let go: whoever looks until it is taken again finds a daemon that refused nothing.
        self._installation.store.note_refused(())
        return True


class _Job:
    """One helpdesk's cycles, further and further apart while they fail."""

    def __init__(self, cycle: Cycle, settings: HelpdeskSettings, clock: Clock) -> None:
        self._cycle = cycle
        self._settings = settings
        self._clock = clock
        self._failures = 0
        self._not_before = 0.0
        """By the running of time: earlier calls of the scheduler pass by. It is never called back from here, for it
        waits for its jobs with its lock held."""

    def __call__(self) -> None:
        """One cycle, unless the helpdesk is left alone. What goes wrong stays here: the other helpdesks go on."""
        if self._clock.monotonic() < self._not_before:
            return
        try:
            report = self._cycle.run_once(Silent(), patience=self._settings.every / 2)
        except LockedError as locked:
            log.warning("cycle_skipped", helpdesk=self._settings.name, why=str(locked))
            return
        except Exception as unknown:  # noqa: BLE001  The one place: a helpdesk's cycle must not end the daemon.
            log.failure("cycle_broken", unknown, helpdesk=self._settings.name)
            self._put_off(None)
            return
        self._settle(report)

    def _settle(self, report: CycleReport) -> None:
        for warning in report.warnings:
            log.warning("cycle_warning", helpdesk=report.helpdesk, what=warning)
        if report.is_good:
            self._failures = 0
            self._beat()
        elif report.end is CycleEnd.CUT:
            log.info("cycle_cut", helpdesk=report.helpdesk, what=report.sentence)
        else:
            log.error("cycle_failed", helpdesk=report.helpdesk, what=report.sentence)
            self._put_off(report.wait)

    def _put_off(self, asked: timedelta | None) -> None:
        self._failures += 1
        pause = pause_after(self._failures, self._settings.every, asked)
        self._not_before = self._clock.monotonic() + (pause - _EARLY).total_seconds()

    def _beat(self) -> None:
        if self._settings.heartbeat is not None:
            heartbeat.beat(self._settings.heartbeat)


def pause_after(failures: int, every: timedelta, asked: timedelta | None) -> timedelta:
    """How long a helpdesk that failed so many times in a row is left alone: doubling, at least what it asked for."""
    times: int = 2 ** min(failures - 1, 16)
    doubled = min(every * times, LONGEST_PAUSE)
    return max(doubled, asked or timedelta())


def _stamps(settings: Settings) -> Mapping[Path, float | None]:
    return {path: _stamp(path) for path in settings.paths}


def _stamp(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None
