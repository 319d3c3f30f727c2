"""The simulator's own time: set by control, moved by hand, or running with real time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Monotonic = Callable[[], float]
running_seconds: Monotonic = time.monotonic


def wall_time() -> datetime:
    """The machine's time in UTC, whole seconds: where a simulator begins unless told otherwise."""
    return datetime.now(UTC).replace(microsecond=0)


def iso(moment: datetime) -> str:
    """`2026-11-22T09:00:00Z`, as Zendesk writes timestamps."""
    return f"{moment.isoformat()[:19]}Z"


def unix(moment: datetime) -> int:
    """Unix seconds, as the bounds of incremental exports are written."""
    return int(moment.timestamp())


def from_unix(seconds: int) -> datetime:
    """The opposite of `unix`. Raises OverflowError or ValueError for a second no calendar holds."""
    return datetime.fromtimestamp(seconds, UTC)


def parse_iso(text: str) -> datetime:
    """An aware UTC time from ISO 8601; a time without zone is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(microsecond=0)


class Clock:
    """Tells the helpdesk's time in whole seconds; stands still until `run` is called."""

    def __init__(self, now: datetime, monotonic: Monotonic = running_seconds) -> None:
        self._base = now.astimezone(UTC).replace(microsecond=0)
        self._monotonic = monotonic
        self._since: float | None = None

    @property
    def is_running(self) -> bool:
        """Whether real time moves this clock."""
        return self._since is not None

    def now(self) -> datetime:
        """The helpdesk's time."""
        if self._since is None:
            return self._base
        return self._base + timedelta(seconds=int(self._monotonic() - self._since))

    def set(self, moment: datetime) -> None:
        """Make it `moment` now, and go on running or standing as before."""
        self._base = moment.astimezone(UTC).replace(microsecond=0)
        if self._since is not None:
            self._since = self._monotonic()

    def run(self) -> None:
        """Move with real time from here on."""
        self.set(self.now())
        self._since = self._monotonic()

    def stop(self) -> None:
        """Stand still from here on."""
        self._base = self.now()
        self._since = None
