"""Request limits as token buckets on running time, and the headers that tell of them."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, field

from connector.simulator.clock import Monotonic, running_seconds


@dataclass(slots=True, kw_only=True)
class Bucket:
    """`size` requests at once, refilled evenly over `seconds`."""

    size: int
    seconds: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """Take one request; the seconds to wait when there is none, else 0."""
        self.left = min(self.size, self.left + (now - self.at) * self.size / self.seconds)
        self.at = now
        if self.left < 1:
            return (1 - self.left) * self.seconds / self.size
        self.left -= 1
        return 0.0

    @property
    def resets_in(self) -> int:
        """Seconds until the bucket is full again."""
        return math.ceil((self.size - self.left) * self.seconds / self.size)


@dataclass(slots=True, kw_only=True)
class Limits:
    """Requests a minute: of the account, of exports, of updates of one organisation and of tickets.

    None lifts a limit. The published ones: 200 to 2500 for the account, 10 exports, 5 updates of one
    organisation, 100 ticket updates. `jobs` is how many may be under way at once.
    """

    account: int | None = 700
    exports: int | None = 10
    organization: int | None = 5
    ticket_updates: int | None = 100
    jobs: int = 30
    monotonic: Monotonic = running_seconds
    _buckets: dict[Hashable, Bucket] = field(default_factory=dict)

    def take(self, name: Hashable, size: int | None) -> float:
        """Take a request from the bucket `name` of `size` a minute; the seconds to wait, else 0."""
        if size is None:
            return 0.0
        now = self.monotonic()
        bucket = self._buckets.setdefault(name, Bucket(size=size, seconds=60.0, left=size, at=now))
        return bucket.take(now)

    def bucket(self, name: Hashable) -> Bucket | None:
        """The bucket as it stands, or None before its first request."""
        return self._buckets.get(name)


def no_limits() -> Limits:
    """Everything at once, but for the 30 jobs."""
    return Limits(account=None, exports=None, organization=None, ticket_updates=None)
