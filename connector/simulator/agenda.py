"""What will happen in the helpdesk's future: acts of people and of the helpdesk itself, by time."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

Act = Callable[[], None]


class Agenda:
    """Acts in order of their time; those of the same second in the order they were put down."""

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, Act]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._acts)

    def put(self, moment: datetime, act: Act) -> None:
        """Have `act` happen at `moment`; a moment that has passed happens next."""
        self._count += 1
        heappush(self._acts, (moment, self._count, act))

    def next_until(self, moment: datetime) -> tuple[datetime, Act] | None:
        """Take the next act at or before `moment`, or None."""
        if not self._acts or self._acts[0][0] > moment:
            return None
        at, _, act = heappop(self._acts)
        return at, act
